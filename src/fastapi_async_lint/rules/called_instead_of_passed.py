"""A function called where it should have been passed.

## What it does
Reports calls in the place of a function that something else is to run: `to_thread(f())` for `to_thread(f)`, and the same for
`run_in_executor()`, `run_in_threadpool()`, `Executor.submit()`, `BackgroundTasks.add_task()`, `Thread(target=…)`, `call_soon()`,
`call_later()`, task groups' `start_soon()` and every other hand-over of the catalog.

## Why is this bad?
The function runs at once, where the call stands: on the event loop, before anything is handed over. What is handed over is its
result, and calling that fails: `'NoneType' object is not callable`. In a background task or a timer the error comes later, when
the response is long sent; `Thread(target=None)` says nothing at all.

## Example
```python
import asyncio
import threading

from fastapi import BackgroundTasks, FastAPI

app = FastAPI()


def export(year: int) -> None:
    print(year)


async def notify(year: int) -> None:
    await asyncio.sleep(year)


@app.post("/exports/{year}")
async def start(year: int, tasks: BackgroundTasks) -> None:
    await asyncio.to_thread(export(year))  # error
    await asyncio.get_running_loop().run_in_executor(None, export(year))  # error
    threading.Thread(target=export(year)).start()  # error
    tasks.add_task(export(year))  # error
    tasks.add_task(notify(year))  # error
```

## Use instead
```python
import asyncio
import threading
from collections.abc import Callable

from fastapi import BackgroundTasks, FastAPI

app = FastAPI()


def export(year: int) -> None:
    print(year)


async def notify(year: int) -> None:
    await asyncio.sleep(year)


def exporter(year: int) -> Callable[[], None]:
    return lambda: export(year)


@app.post("/exports/{year}")
async def start(year: int, tasks: BackgroundTasks) -> None:
    await asyncio.to_thread(export, year)
    await asyncio.get_running_loop().run_in_executor(None, export, year)
    threading.Thread(target=export, args=(year,)).start()
    tasks.add_task(export, year)
    tasks.add_task(notify, year)
    await asyncio.to_thread(exporter(year))  # what the call gives is a function
```

## Fix safety
`to_thread(export, year)` is unsafe: the function runs in another place than before, and later. `Thread` and its like get `args=` and
`kwargs=`, keywords go into `functools.partial` where the call does not pass them on. There is only a hint where further arguments follow
that might be the function's, and for a coroutine in the place of a plain function: await it.

## Limits
- Reported is what certainly cannot be called: `None`, literals, lists and dicts, coroutines, instances of the project's classes
  without `__call__`; what a library's class in the catalog does not make callable is *probable*. Results that are not known,
  or may be functions, are not reported.
- Only a call written as the argument counts, not a variable that holds a result. Tests are left alone.
- What takes coroutines (`create_task(f())`, `gather(f())`) is right as it is.

## References
- [asyncio.to_thread](https://docs.python.org/3/library/asyncio-task.html#asyncio.to_thread)
- [Background tasks](https://fastapi.tiangolo.com/tutorial/background-tasks/)
"""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_async_lint.analysis.view import Misuse, View
from fastapi_async_lint.diagnostics import Confidence, Diagnostic
from fastapi_async_lint.rules._misuses import report_misuses
from fastapi_async_lint.rules._rule import Rule

META = Rule(
    code="FAL304",
    name="called-instead-of-passed",
    on_by_default=True,
    kind="async-misuse",
    summary="A function is called, and its result handed over, where the function itself should be",
)


def check(view: View) -> Iterator[Diagnostic]:
    """Results of calls where functions are taken."""
    return report_misuses(view, META, _message)


def _message(misuse: Misuse) -> str:
    given, _, runner = misuse.note.partition(" ")
    gets = "may get" if misuse.confidence is Confidence.POSSIBLE else "gets"
    if given == "coroutine":
        advice = f"pass {misuse.subject} and its arguments" if misuse.passes else "await it on the event loop"
        return f"{runner}() {gets} the coroutine of {misuse.subject}(), and cannot call that; {advice}"
    return (
        f"{misuse.subject}() runs right here, and {runner}() {gets} its result, which cannot be called; "
        f"pass {misuse.subject} and its arguments"
    )
