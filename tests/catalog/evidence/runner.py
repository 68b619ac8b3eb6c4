"""Runs many cases in several processes, so that a call that hangs or crashes costs no more than itself."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from queue import SimpleQueue

from evidence.cases import Case, complaint, run
from evidence.servers import Unavailable
from evidence.stall import Measurement
from evidence.sweep import NothingProven, Swept

ATTEMPTS = 3
"""A busy machine stalls a loop, too."""

HARDLY = 0.1
"""Share of a stall that is next to nothing."""

PATIENCE = 20
"""Seconds that one attempt may take."""

SCRIPT = Path(__file__).parent.parent / "write_evidence.py"


@dataclass(frozen=True)
class Task:
    """``index``: tells it from others. ``file``, ``kind`` and ``name``: of the case. ``releases_gil``: what the catalog says."""

    index: int
    file: str
    kind: str
    name: str
    releases_gil: bool | None


@dataclass(frozen=True)
class Outcome:
    """``complaint``: why the claim is not borne out. ``unavailable``: the server that is missing here. ``unproven``: why a sweep's
    call shows nothing. All empty: the claim is borne out."""

    index: int
    seen: Measurement | None = None
    complaint: str = ""
    unavailable: str = ""
    unproven: str = ""


def judge(case: Case | Swept, task: Task) -> Outcome:
    """Run the case until it bears the claim out, at most ATTEMPTS times.

    Where a computing case gives the GIL away for a part of the time, the median of that many runs counts.
    """
    complaints, found = [], []
    for _ in range(ATTEMPTS):
        try:
            with _deadline():
                seen = run(case)
        except Unavailable as error:
            return Outcome(task.index, unavailable=str(error))
        except NothingProven as reason:
            return Outcome(task.index, unproven=str(reason))
        except Exception as error:
            complaints.append(f"the case itself fails: {type(error).__name__}: {error}")
            continue
        found.append(seen)
        if seen.others is not None and not seen.others < HARDLY and not seen.others > 1 - HARDLY:
            if len(found) < ATTEMPTS:
                continue
            seen = sorted(found, key=lambda one: one.others or 0.0)[len(found) // 2]
        complaints.append(complaint(case, seen, task.releases_gil))
        if not complaints[-1]:
            return Outcome(task.index, seen)
    return Outcome(task.index, complaint="; ".join(dict.fromkeys(complaints)))


def outcomes(tasks: Sequence[Task], jobs: int) -> Iterator[Outcome]:
    """Run the cases in that many processes; each gets a stretch of the list, so that servers are shared."""
    results: SimpleQueue[Outcome | None] = SimpleQueue()
    size = -(-len(tasks) // jobs) or 1
    stretches = [tasks[start : start + size] for start in range(0, len(tasks), size)]
    for stretch in stretches:
        threading.Thread(target=_supervise, args=(stretch, results), daemon=True).start()
    ended = 0
    while ended < len(stretches):
        outcome = results.get()
        if outcome is None:
            ended += 1
        else:
            yield outcome


def serve(find: Callable[[Task], Case | Swept]) -> None:
    """The inside of a process: run the tasks on standard input, say each before it is begun, and what came of it.

    What the libraries themselves print goes to standard error.
    """
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answers:
        os.dup2(2, 1)
        for row in sys.stdin:
            task = Task(**json.loads(row))
            print(json.dumps({"begun": task.index}), file=answers, flush=True)
            print(json.dumps(asdict(judge(find(task), task))), file=answers, flush=True)


def _supervise(tasks: Sequence[Task], results: SimpleQueue[Outcome | None]) -> None:
    waiting = {task.index: task for task in tasks}
    while waiting:
        begun = None
        for answer in _process(list(waiting.values())):
            if "begun" in answer:
                begun = answer["begun"]
                continue
            outcome = Outcome(**answer)
            seen = outcome.seen and Measurement(**{**outcome.seen, "stack": ()})  # type: ignore[dict-item]
            results.put(replace(outcome, seen=seen))
            del waiting[outcome.index]
            begun = None
        if begun is None and waiting:
            begun = next(iter(waiting))
        if begun is not None:
            results.put(Outcome(begun, complaint="the process crashed or hung"))
            del waiting[begun]
    results.put(None)


def _process(tasks: Sequence[Task]) -> Iterator[dict[str, object]]:
    """Answers of one process, until it ends, crashes or says nothing for too long."""
    process = subprocess.Popen(
        [sys.executable, str(SCRIPT), "--serve"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin is not None and process.stdout is not None
    threading.Thread(target=_feed, args=(process.stdin, tasks), daemon=True).start()
    watch = _Watch(process)
    with process:
        for row in process.stdout:
            watch.heard()
            yield json.loads(row)
    watch.stop()


def _feed(stdin: object, tasks: Sequence[Task]) -> None:
    with contextlib.suppress(OSError), stdin as pipe:  # type: ignore[attr-defined]
        for task in tasks:
            pipe.write(json.dumps(asdict(task)) + "\n")


class _Watch:
    """Kills a process that says nothing for longer than all attempts may take."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.timer: threading.Timer | None = None
        self.heard()

    def heard(self) -> None:
        self.stop()
        self.timer = threading.Timer((ATTEMPTS + 1) * PATIENCE + 30, self.process.kill)
        self.timer.daemon = True
        self.timer.start()

    def stop(self) -> None:
        if self.timer is not None:
            self.timer.cancel()


@contextlib.contextmanager
def _deadline() -> Iterator[None]:
    """Raises TimeoutError in the main thread after PATIENCE, also out of a system call; and again, out of what tidies up then."""
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    def ring(*_: object) -> None:
        raise TimeoutError(f"still running after {PATIENCE} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, PATIENCE, PATIENCE / 4)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
