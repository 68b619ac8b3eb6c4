"""Calls a target once or several times on one event loop, and measures every call."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from typing import Any, cast

from fastapi_async_lint.probe.asgi import METHODS, Answer, Application, Message, Request, lifespan, send_request
from fastapi_async_lint.probe.measure import Measurement, measured
from fastapi_async_lint.probe.target import ProbeError, Target, make_call, user_traceback
from fastapi_async_lint.probe.verdict import milliseconds
from fastapi_async_lint.probe.watch import Stall

KEEP_AT_MOST = 0.005
"""Seconds from which on stalls are kept even where the threshold is higher, so that what comes near it can be shown."""

NOWHERE = "/fastapi-async-lint/no-such-path"
"""What an application is asked for before anything is measured."""


class Session:
    """One target with its arguments. ``threshold``, ``limit``: seconds; ``overdue``: see :func:`~.measure.measure`."""

    def __init__(
        self, target: Target, threshold: float, limit: float, overdue: Callable[[Stall], object] | None = None
    ) -> None:
        self.target, self.threshold, self.limit, self.overdue = target, threshold, limit, overdue
        self.request: Request | None = None
        self.answer: Answer | None = None
        """The last one of an application."""
        self._call: Callable[[], object] | None = None

    def prepare(self, words: Sequence[str], body: str | None = None, headers: Sequence[str] = ()) -> None:
        """Take the arguments, or the request. Raises :class:`ProbeError` where they do not fit the target."""
        if self.target.is_application:
            self.request = _request(self.target, words, body, headers)
            return
        if body is not None or headers:
            raise ProbeError(f"--body and --header go with an application; {self.target.text} is a function")
        self._call = make_call(self.target, words)

    def run(self, times: int) -> list[Measurement]:
        """Make the calls, one after the other. Raises :class:`ProbeError` with the user's traceback where one of them raises."""
        try:
            return asyncio.run(self._run(times))
        except SystemExit as error:
            raise self._failed(error) from None

    def unfinished(self, stall: Stall) -> Measurement:
        """The measurement of a call that still blocks."""
        return Measurement(stall.seconds, stall.seconds, (stall,), given_up=True)

    async def _run(self, times: int) -> list[Measurement]:
        found = []
        async with contextlib.AsyncExitStack() as stack:
            call = self._call or await self._requests(stack)
            for _ in range(times):
                seen = await measured(
                    call, keep=min(self.threshold, KEEP_AT_MOST), limit=self.limit, overdue=self.overdue
                )
                if seen.error is not None:
                    raise self._failed(seen.error, seen.pause)
                found.append(seen)
        return found

    async def _requests(self, stack: contextlib.AsyncExitStack) -> Callable[[], object]:
        """The call that sends the request to the application, which has been started up."""
        app, request = cast(Application, self.target.value), self.request
        assert request is not None
        state: Message = await stack.enter_async_context(lifespan(app))
        # Frameworks build at the first request what they need for all of them: 30 ms are a lot next to one endpoint.
        with contextlib.suppress(Exception):
            await asyncio.wait_for(send_request(app, Request("GET", NOWHERE), state), self.limit)

        async def call() -> Any:
            self.answer = await send_request(app, request, state)

        return call

    def _failed(self, error: BaseException, pause: float = 0.0) -> ProbeError:
        what = f"{self.request.method} {self.request.path}" if self.request else self.target.text
        until = (
            f"; until then it had blocked the event loop for {milliseconds(pause)}" if pause >= self.threshold else ""
        )
        return ProbeError(f"{what} raised {type(error).__name__}{until}\n\n{user_traceback(error)}")


def _request(target: Target, words: Sequence[str], body: str | None, headers: Sequence[str]) -> Request:
    method, path = ("POST" if body is not None else "GET", words[0]) if len(words) == 1 else (None, "")
    if len(words) == 2:
        method, path = words[0].upper(), words[1]
    if method not in METHODS or not path.startswith("/"):
        raise ProbeError(
            f"{target.text} is an application: say which request it is to answer: {target.text} [METHOD] /path"
        )
    pairs = []
    for header in headers:
        name, colon, value = header.partition(":")
        if not colon or not name.strip():
            raise ProbeError(f"--header: {header!r} is not of the form NAME:VALUE")
        pairs.append((name.strip(), value.strip()))
    return Request(method, path, tuple(pairs), (body or "").encode())
