"""Entries of the catalog in words, for people who ask what the tool knows and why."""

from __future__ import annotations

from fastapi_async_lint.catalog.schema import Argument, Callback, Condition, Effect

WAITS = {
    "sleep": "waits until the time is over",
    "http": "waits for the answer to an HTTP request",
    "database": "waits for a database, cache or search engine",
    "subprocess": "waits for another process, or for it to start",
    "file": "reads or writes files",
    "path": "asks the file system about names, not contents",
    "network": "waits for the network",
    "sdk": "waits for a service on the network",
    "wait": "waits for another thread, process or lock",
    "input": "waits for somebody to type or click",
    "import": "imports a module",
    "nested-loop": "runs an event loop inside the thread",
    "custom": "blocks, as a catalog of your own says",
}
"""What a blocking call of a category does with its thread."""

PLACES = {
    "caller": "in the calling thread, as part of the call",
    "loop": "on the event loop",
    "thread": "in another thread",
    "process": "in another process",
    "elsewhere": "outside the application's event loop",
    "never": "not at all",
    "use": "where the class that it belongs to is used",
}


def claim(effect: Effect) -> str:
    """What calling the name does to the thread that calls it, in one sentence without its end."""
    if effect.kind == "blocking":
        return f"blocks its thread: {WAITS.get(effect.category, effect.category)}"
    if effect.kind == "cpu":
        return f"computes on its thread ({effect.category})"
    if effect.kind == "async":
        return (
            "starts at once, and is awaited" if effect.eager else "is asynchronous: waits while the event loop goes on"
        )
    if effect.kind == "loop-api":
        return "needs a running event loop in its thread"
    if effect.kind == "context":
        return f"changes what only code in the same thread or task sees ({effect.category})"
    return "is harmless on the event loop, though it may look as if it blocked"


def weight(effect: Effect) -> str:
    """How bad it is on the event loop; empty where nothing is held up."""
    if effect.kind not in ("blocking", "cpu"):
        return ""
    return "critical" if effect.severity == "critical" else "minor: short local work"


def gil(effect: Effect) -> str:
    """Whether a thread helps; empty where the question does not come up."""
    if effect.kind == "blocking":
        return "held: other threads wait, too" if effect.releases_gil is False else ""
    if effect.kind != "cpu":
        return ""
    return "released: a thread helps" if effect.releases_gil else "held: a thread does not help, another process does"


def time(effect: Effect) -> str:
    """When the effect comes, where that is not with the call."""
    if effect.lazy:
        return "comes when the result is iterated or entered, not with the call"
    return (
        "nothing happens unless it is awaited, iterated or entered"
        if effect.kind == "async" and not effect.eager
        else ""
    )


def condition(test: Condition) -> str:
    """``"`timeout` is 0"``."""
    name = f"`{test.argument}`" if test.argument else f"argument {(test.position or 0) + 1}"
    words = f"{name} {_expected(test)}"
    return f"{words} where the object was made" if test.of == "constructor" else words


def _expected(test: Condition) -> str:
    if test.missing is not None:
        return "is not given" if test.missing else "is given"
    if test.equals is not None:
        return "is " + " or ".join(repr(value) for value in test.equals)
    if test.type is not None:
        return "is known to be an instance of " + " or ".join(test.type)
    if test.flags is not None:
        return "has " + " or ".join(test.flags)
    return f"is greater than {test.greater:g}" if test.greater is not None else ""


def runs(callback: Callback) -> str:
    """Which argument is run, and where."""
    what = f"{callback.kind}: {argument(callback.argument)}"
    if callback.sync == callback.asynchronous:
        return f"{what} runs {PLACES[callback.sync]}"
    return f"{what}: a plain function runs {PLACES[callback.sync]}, an asynchronous one {PLACES[callback.asynchronous]}"


def argument(place: Argument) -> str:
    """``"argument 1 (`target`)"``."""
    if place.position is None:
        return f"`{place.keyword}`"
    return f"argument {place.position + 1}" + (f" (`{place.keyword}`)" if place.keyword else "")
