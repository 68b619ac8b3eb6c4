"""Sweeps: what a call against a slow other side proves, and which arguments are tried."""

from __future__ import annotations

import asyncio
import enum
import inspect
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from evidence.arguments import attempts
from evidence.cases import DELAY, Case, complaint, run
from evidence.sweep import NothingProven, Sweep, Swept
from evidence.world import Address, World


class Colour(enum.Enum):
    RED = "r"


class Client:
    """A library: some of its methods ask, some wait for the answer."""

    def __init__(self, address: Address) -> None:
        self.address = address

    def ask(self, question: str) -> bytes:
        with socket.create_connection(self.address) as connection:
            connection.sendall(question.encode())
            return connection.recv(100)

    def ask_in_pieces(self, question: str) -> Iterator[bytes]:
        yield self.ask(question)

    def ask_with(self, *, colour: Colour, body: object = None, document: object = None) -> bytes:
        if (body is None) == (document is None):
            raise TypeError("either a body or a document")
        return self.ask(colour.value)

    def prepare(self) -> bytes:
        return b"ready"

    def read(self, path: str) -> bytes:
        return Path(path).read_bytes()

    def refuse(self, answer: str) -> None:
        raise ValueError(answer)

    async def ask_async(self, question: str) -> bytes:
        reader, writer = await asyncio.open_connection(*self.address)
        writer.write(question.encode())
        answer = await reader.read(100)
        writer.close()
        return answer

    async def ask_as_if_async(self, question: str) -> bytes:
        return self.ask(question)

    async def prepare_async(self) -> None:
        await asyncio.sleep(0)

    def __await__(self) -> Iterator[Any]:
        return self.ask_async("x").__await__()


def subject(world: World) -> Iterator[object]:
    with world.says(b"answer", listens=True) as address:
        yield Client(address)


def swept(method: str, kind: str, lazy: bool = False) -> Swept:
    return Swept("test", Sweep("library.Client", subject), method, kind, f"library.Client.{method}", lazy)


def judged(method: str, kind: str, lazy: bool = False) -> str:
    """What the sweep has to complain of; on a busy machine the best of three."""
    case = swept(method, kind, lazy)
    return min((complaint(case, case.run(DELAY), None) for _ in range(3)), key=len)


@pytest.mark.parametrize(
    ("method", "kind"),
    [
        ("ask", "BLOCKING"),
        ("ask_with", "BLOCKING"),
        ("prepare", "SILENT"),
        ("ask_async", "ASYNC"),
        ("prepare_async", "COROUTINE"),
        ("__await__", "ASYNC"),
    ],
)
def test_true_claim_is_borne_out(method: str, kind: str) -> None:
    assert judged(method, kind) == ""


def test_what_asks_while_it_is_iterated_must_be_said_to() -> None:
    assert judged("ask_in_pieces", "BLOCKING", lazy=True) == ""
    with pytest.raises(NothingProven, match="the entry must be lazy"):
        swept("ask_in_pieces", "BLOCKING").run(DELAY)


@pytest.mark.parametrize(
    ("method", "kind"), [("ask", "SILENT"), ("ask_as_if_async", "ASYNC"), ("ask_as_if_async", "COROUTINE")]
)
def test_wrong_claim_is_refuted(method: str, kind: str) -> None:
    assert "the loop stood still for" in judged(method, kind)


@pytest.mark.parametrize(
    ("method", "kind", "reason"),
    [
        ("refuse", "BLOCKING", "the other side was not spoken to: ValueError: x"),
        ("refuse", "SILENT", "ValueError: x"),
        ("prepare", "BLOCKING", "the other side was not spoken to"),
        ("prepare_async", "ASYNC", "the other side was not spoken to"),
        ("prepare", "COROUTINE", "TypeError: it gives nothing to await"),
        ("absent", "SILENT", "the subject has no such method"),
    ],
)
def test_call_that_shows_nothing_proves_nothing(method: str, kind: str, reason: str) -> None:
    with pytest.raises(NothingProven) as caught:
        swept(method, kind).run(DELAY)
    assert str(caught.value) == reason


async def refused() -> None:
    raise ValueError("closed")


def test_a_file_with_a_made_up_name_is_there_for_the_call_only() -> None:
    before = Path.cwd()
    assert judged("read", "SILENT") == ""
    assert Path.cwd() == before


def test_coroutine_that_comes_to_its_end_is_evidence() -> None:
    case = Case("test", "COROUTINE", "library.f", lambda world: asyncio.sleep(0))
    assert complaint(case, run(case), None) == ""


def test_call_that_needs_a_loop_is_refused_without_one() -> None:
    case = Case("test", "LOOP", "library.f", lambda world: asyncio.get_running_loop())
    assert complaint(case, run(case), None) == ""


def test_call_that_works_without_a_loop_needs_none() -> None:
    with pytest.raises(NothingProven, match="a thread without a loop gets what it wants"):
        run(Case("test", "LOOP", "library.f", lambda world: asyncio.Event()))


@pytest.mark.parametrize(
    ("make", "reason"),
    [(lambda world: None, "it gives nothing to await"), (lambda world: refused(), "ValueError: closed")],
)
def test_coroutine_that_is_none_or_fails_proves_nothing(make: Callable[[World], object], reason: str) -> None:
    with pytest.raises(NothingProven) as caught:
        run(Case("test", "COROUTINE", "library.f", make))
    assert str(caught.value) == reason


def test_method_can_have_a_subject_of_its_own() -> None:
    def hasty(world: World) -> Iterator[object]:
        yield Client(("127.0.0.1", 1))

    sweep = Sweep("library.Client", hasty, own={"ask": subject})
    assert Swept("test", sweep, "ask", "BLOCKING", "x", False).run(DELAY).stall > 0.8 * DELAY
    with pytest.raises(NothingProven):
        Swept("test", sweep, "ask_in_pieces", "BLOCKING", "x", True).run(DELAY)


def by_annotation(
    text: str, number: int, choice: Literal["a", "b"], many: list[int], either: float | None, hook: Callable[[], None]
) -> None: ...


def by_position(first: str, /, *rest: int, named: bool) -> None: ...


def optional(a: Any = None, b: Any = None) -> None: ...


def unknown(a, b):  # type: ignore[no-untyped-def]
    ...


def test_values_follow_the_annotations() -> None:
    positional, keywords = next(attempts(by_annotation, {}))
    assert positional == ()
    assert keywords == {"text": "x", "number": 1, "choice": "a", "many": [1], "either": 1.0, "hook": print}


def test_given_values_are_not_guessed() -> None:
    assert next(attempts(by_annotation, {"text": "given"}))[1]["text"] == "given"


def test_what_a_decorator_fills_in_is_not_made_up() -> None:
    assert next(attempts(lambda self, text: None, {})) == ((), {"text": "x"})


def test_positional_parameters_are_given_by_position() -> None:
    assert next(attempts(by_position, {})) == (("x", 1), {"named": True})


def test_parameters_that_may_be_left_out_are_filled_one_by_one_and_then_together() -> None:
    assert [keywords for _, keywords in attempts(optional, {})][:4] == [
        {},
        {"a": "x"},
        {"b": "x"},
        {"a": "x", "b": "x"},
    ]


def test_parameters_that_say_nothing_get_one_kind_of_value_after_the_other() -> None:
    tried = [keywords["a"] for _, keywords in attempts(unknown, {})]
    assert tried[:4] == ["x", 1, {"x": "1"}, ["x"]]
    assert all(set(keywords) == {"a", "b"} for _, keywords in attempts(unknown, {}))


@pytest.mark.parametrize("function", [by_annotation, by_position, optional, unknown])
def test_every_attempt_fits_the_signature(function: Callable[..., object]) -> None:
    tried = list(attempts(function, {}))
    for positional, keywords in tried:
        inspect.signature(function).bind(*positional, **keywords)
    assert tried


def test_a_look_alike_that_fails_proves_nothing() -> None:
    with pytest.raises(NothingProven, match="ValueError: not a number"):
        run(Case("test", "SILENT", "library.f", lambda world: _fail("not a number")))


def test_a_look_alike_that_succeeds_is_measured() -> None:
    case = Case("test", "SILENT", "library.f", lambda world: None)
    assert complaint(case, run(case), None) == ""


def _fail(message: str) -> None:
    raise ValueError(message)
