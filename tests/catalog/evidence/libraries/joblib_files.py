"""joblib: pickles on a disk that answers late, and threads that take their time."""

from __future__ import annotations

import time
from pathlib import Path

import joblib
from evidence.slow_disk import on_slow_disk
from evidence.world import World


def pickled(folder: Path) -> Path:
    joblib.dump([1], folder / "x")
    return folder / "x"


def parallel(world: World) -> None:
    joblib.Parallel(n_jobs=2, prefer="threads")(joblib.delayed(time.sleep)(world.delay) for _ in range(2))


BLOCKING = {
    "joblib.dump": on_slow_disk(lambda folder: joblib.dump([1], folder / "x")),
    "joblib.load": on_slow_disk(joblib.load, pickled),
    "joblib.Parallel.__call__": parallel,
}
