"""A finished analysis as bytes and back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from fastapi_async_lint.analysis.view import Endpoint, Unresolved
from fastapi_async_lint.diagnostics import Diagnostic
from fastapi_async_lint.facts.build import collector_off


@dataclass(frozen=True, slots=True)
class Answers:
    """All that the analysis and every rule have to say of a project, before anything is selected or suppressed."""

    diagnostics: tuple[Diagnostic, ...]
    endpoints: tuple[Endpoint, ...]
    unresolved: tuple[Unresolved, ...]


def encode_answers(answers: Answers) -> bytes | None:
    """The answers as MessagePack; None where that is impossible: a file's name that is no text."""
    try:
        return msgspec.msgpack.encode(answers, enc_hook=_to_plain)
    except UnicodeEncodeError:
        return None


def decode_answers(data: bytes | None) -> Answers | None:
    """The answers, None where there are none or where they are not of this version's making."""
    if data is None:
        return None
    paths: dict[str, Path] = {}

    def from_plain(kind: type, value: Any) -> Any:
        if kind is not Path:
            raise TypeError(kind)
        known = paths.get(value)
        if known is None:
            known = paths[value] = Path(value)
        return known

    try:
        with collector_off():
            return msgspec.msgpack.decode(data, type=Answers, dec_hook=from_plain)
    except msgspec.MsgspecError:
        return None


def _to_plain(value: object) -> str:
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} is no part of a report")
