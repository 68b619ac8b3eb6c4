"""From what the user types (``app.tasks:work 3 verbose=true``) to a call that can be made."""

from __future__ import annotations

import ast
import contextlib
import difflib
import importlib
import inspect
import json
import os
import re
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from fastapi_async_lint.errors import FalError
from fastapi_async_lint.probe.stacks import PACKAGE, is_library

KEYWORD = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)
PARTS = re.compile(r"(?P<module>[\w.]+):(?P<name>[A-Za-z_][\w.]*)")


class ProbeError(FalError):
    """The call cannot be made, or it failed. The text ends with the user's own traceback where there is one."""


@dataclass(frozen=True)
class Target:
    """What ``text`` (``module:name``) stands for."""

    text: str
    module: str
    name: str
    value: object

    @property
    def home(self) -> str | None:
        """The folder or file that counts as the user's own, even where it is installed: that of the target's package."""
        top = sys.modules.get(self.module.partition(".")[0])
        file = getattr(top, "__file__", None)
        if file is None:
            return None
        path = Path(file)
        return str(path.parent) + os.sep if path.name == "__init__.py" else str(path)

    @property
    def is_application(self) -> bool:
        """Whether it is called with ``scope, receive, send``, as ASGI says."""
        if not callable(self.value) or isinstance(self.value, type):
            return False
        try:
            names = list(inspect.signature(self.value).parameters)
        except (TypeError, ValueError):
            return False
        return names[:3] == ["scope", "receive", "send"]


def load(text: str, folder: Path) -> Target:
    """Import the module, from ``folder`` or from where libraries are, and find the name in it. Raises :class:`ProbeError`."""
    parts = PARTS.fullmatch(text)
    if parts is None:
        raise ProbeError(f"{text!r} is not of the form MODULE:FUNCTION{_example(text)}")
    sys.path.insert(0, str(folder))
    module, value = parts["module"], _import(parts["module"], folder)
    for index, step in enumerate(parts["name"].split(".")):
        try:
            value = getattr(value, step)
        except AttributeError:
            known = [name for name in dir(value) if not name.startswith("__")]
            where = ".".join((module, *parts["name"].split(".")[:index]))
            near = difflib.get_close_matches(step, known, 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise ProbeError(f"{where} has no {step!r}{hint}") from None
    return Target(text, module, parts["name"], value)


def _example(text: str) -> str:
    file = re.fullmatch(r"([\w./\\-]+)\.py(?::(\w+))?", text)
    if file:
        module = re.sub(r"[/\\]", ".", file[1].removeprefix("./"))
        return f": write {module}:{file[2] or 'FUNCTION'}"
    return f": write {text}:FUNCTION" if re.fullmatch(r"[\w.]+", text) else " (app.tasks:work)"


def _import(module: str, folder: Path) -> object:
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        missing = error.name or ""
        if module == missing or module.startswith(f"{missing}."):
            raise ProbeError(
                f"there is no module {missing!r} in {folder}, nor among the libraries of {sys.executable}; "
                "--app-dir names the folder to import from"
            ) from None
        raise ProbeError(
            f"{module} imports {missing!r}, which is not installed for {sys.executable}: "
            f"the probe must be installed beside the application\n\n{user_traceback(error)}"
        ) from None
    except (Exception, SystemExit) as error:
        raise ProbeError(f"importing {module} failed\n\n{user_traceback(error)}") from None


def user_traceback(error: BaseException) -> str:
    """The traceback with the user's lines, from the first to the last, and the line that the last one calls.

    Exceptions that led to this one are told where a line of the user's raised them. Without any line of the user's, all lines are
    kept but this package's and the import system's.
    """
    told = traceback.TracebackException.from_exception(error)
    pending: list[traceback.TracebackException] = [told]
    while pending:
        one = pending.pop()
        kept = _kept(one)
        yours = _yours(one)
        one.stack = traceback.StackSummary.from_list(kept[yours[0] : yours[-1] + 2] if yours else kept)
        if one.__cause__ is not None and not _yours(one.__cause__):
            one.__cause__ = None
        if one.__context__ is not None and not _yours(one.__context__):
            one.__context__ = None
        pending.extend(inner for inner in (one.__cause__, one.__context__) if inner is not None)
    return "".join(told.format()).rstrip()


def _yours(one: traceback.TracebackException) -> list[int]:
    """Which of the lines that are kept are the user's."""
    return [index for index, frame in enumerate(_kept(one)) if not is_library(frame.filename)]


def _kept(one: traceback.TracebackException) -> list[traceback.FrameSummary]:
    return [frame for frame in one.stack if not frame.filename.startswith((PACKAGE, "<frozen "))]


def parse_value(word: str) -> object:
    """JSON, else a Python literal, else the text itself."""
    with contextlib.suppress(ValueError, RecursionError):
        return json.loads(word)
    with contextlib.suppress(ValueError, SyntaxError, MemoryError, RecursionError):
        value: object = ast.literal_eval(word)
        return value
    return word


def parse_arguments(words: Sequence[str]) -> tuple[list[object], dict[str, object]]:
    """Positional and keyword arguments; ``name=value`` is a keyword, all else is positional."""
    positional: list[object] = []
    keywords: dict[str, object] = {}
    for word in words:
        match = KEYWORD.fullmatch(word)
        if match:
            keywords[match[1]] = parse_value(match[2])
        else:
            positional.append(parse_value(word))
    return positional, keywords


def make_call(target: Target, words: Sequence[str]) -> Callable[[], object]:
    """The call with these arguments; what it gives is awaited, iterated or entered. Raises :class:`ProbeError`."""
    function = target.value
    if not callable(function):
        raise ProbeError(f"{target.text} is {_a(type(function).__name__)}, not a function")
    positional, keywords = parse_arguments(words)
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        signature = None  # Functions written in C need not have one.
    if signature is not None:
        _check(target, signature, positional, keywords)
    return lambda: _used(function(*positional, **keywords))


def _check(target: Target, signature: inspect.Signature, positional: list[object], keywords: dict[str, object]) -> None:
    try:
        bound = signature.bind(*positional, **keywords)
    except TypeError as error:
        raise ProbeError(
            f"{target.text}{signature} cannot be called like this: {error}\n"
            "Give its arguments after the name, as JSON or Python literals: 3 '[1, 2]' name=value"
        ) from None
    for name, parameter in signature.parameters.items():
        if name not in bound.arguments and type(parameter.default).__name__ == "Depends":
            raise ProbeError(
                f"{target.text}: only the framework fills {name!r} ({parameter.default}). Probe the endpoint through its "
                f"application instead: MODULE:APP /path; or give {name}=VALUE"
            )


def _a(word: str) -> str:
    return f"{'an' if word[:1].lower() in 'aeiou' else 'a'} {word}"


def _used(value: object) -> object:
    """Iterate or enter what does nothing by itself; what has to be awaited for that is given back as a coroutine."""
    if inspect.isasyncgen(value):
        return _iterated(value)
    if inspect.isgenerator(value):
        for _ in value:
            pass
        return None
    if type(value).__module__ == "contextlib":
        if isinstance(value, contextlib.AbstractAsyncContextManager):
            return _entered(value)
        if isinstance(value, contextlib.AbstractContextManager):
            with value:
                return None
    return value


async def _iterated(value: object) -> None:
    async for _ in value:  # type: ignore[attr-defined]
        pass


async def _entered(value: contextlib.AbstractAsyncContextManager[object]) -> None:
    async with value:
        pass
