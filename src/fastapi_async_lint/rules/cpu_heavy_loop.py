"""CPU-heavy loop of the project itself on the event loop.

## What it does
Reports pure-Python loops, and naive recursion, whose work grows with their input and that never await, in code that runs on the
event loop: at the loop, or at the call of the synchronous helper that holds it.

## Why is this bad?
Until the loop ends, the event loop serves no other request of the worker process. A thread is no way out: pure Python code holds
the GIL there as well, so the loop still gets every few milliseconds only. Another process is.

## Example
```python
from fastapi import FastAPI

app = FastAPI()


def factorize(number: int) -> list[int]:
    factors, divisor = [], 2
    while divisor * divisor <= number:
        while number % divisor == 0:
            factors.append(divisor)
            number //= divisor
        divisor += 1
    return factors


@app.get("/factors/{number}")
async def factors(number: int) -> list[int]:
    return factorize(number)  # error


@app.get("/squares/{number}")
async def squares(number: int) -> int:
    total = 0
    for i in range(number):  # error
        total += i * i
    return total
```

## Use instead
```python
import asyncio
from concurrent.futures import ProcessPoolExecutor

from fastapi import FastAPI

app = FastAPI()
processes = ProcessPoolExecutor()


def factorize(number: int) -> list[int]:
    factors, divisor = [], 2
    while divisor * divisor <= number:
        while number % divisor == 0:
            factors.append(divisor)
            number //= divisor
        divisor += 1
    return factors


@app.get("/factors/{number}")
async def factors(number: int) -> list[int]:
    return await asyncio.get_running_loop().run_in_executor(processes, factorize, number)


@app.get("/pages")
async def pages(names: str) -> list[str]:
    return [name.strip().title() for name in names.split(",")]


@app.get("/attempts")
async def attempts() -> int:
    total = 0
    for attempt in range(3):
        total += attempt * attempt
    return total
```

## Fix safety
A process pool has to be made and shared by hand, and its arguments must be picklable. Where the endpoint awaits nothing,
making it a plain `def` is offered, which is unsafe: the loop then takes turns with the event loop, which still slows it down.

## Limits
How large the input gets is not known, so the rule goes by the shape of the loop. A loop is reported if nothing in it awaits or
yields, it calls nothing that waits or that is unknown, and it is one of these:

- a `while` whose condition compares a counter with something that is no small constant, where the loop only ever adds a constant to
  the counter, and divides by it or multiplies something up with it (`number % divisor`, `product *= i`, not `p *= a / i`); binary
  search and halving are not;
- `for i in range(…)` up to something that is no constant and no `len(…)`, where `i` divides a number (`n % i`, not `"%d" % i`), or
  each round adds what is worked out from `i` (`total += i * i`). It is not where `i` selects data (`data[i]`), for the range is as
  long as that then, and only *possible* where the range is not worked out from a parameter;
- the same in a comprehension that divides by its counter, or in a generator expression that `all()`, `sum()` or another builtin
  iterates at once (`all(n % i for i in range(2, n))`, `sum(i * i for i in range(n))`);
- loops over `range` of constants that come to a million rounds;
- two loops over such ranges, one in the other, where both counters select what the inner one reads or writes (`pixels[x, y]`,
  `table[i][j]`; the outer one also by the inner one's range) or are both in what it accumulates: a grid of objects is left alone;
- a function that calls itself twice in one sum or product, with its argument made smaller;
- two loops over one collection that is not written down in the code: that is only *possible*, for most collections are small.

Constants are literals, names of them in modules and classes, and `min(n, 100)`. All other findings are *probable*. Other
comprehensions and loops over collections are left alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_async_lint.analysis.view import View
from fastapi_async_lint.diagnostics import Diagnostic
from fastapi_async_lint.rules._loop_sites import report_cpu
from fastapi_async_lint.rules._rule import Rule

META = Rule(
    code="FAL202",
    name="cpu-heavy-loop",
    on_by_default=True,
    kind="cpu",
    summary="A pure-Python loop that computes for long on the event loop",
)


def check(view: View) -> Iterator[Diagnostic]:
    """CPU-heavy loops on the event loop."""
    return report_cpu(view, META, lambda site: site.category == "loop")
