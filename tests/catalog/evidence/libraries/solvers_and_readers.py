"""PuLP, which starts a solver; readability, which reads articles; joserfc, which signs."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pulp
from evidence.world import World
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from readability import Document

PARAGRAPH = (
    "<h2>Title</h2><p>Words and <b>more</b> words, in a long enough paragraph <a href='/x'>link</a>, and more.</p>"
)
PAGE = f"<html><head><title>Of words</title></head><body><article>{PARAGRAPH * 1500}</article></body></html>"
KEY = RSAKey.generate_key(3072)
SIGNED = jwt.encode({"alg": "RS256"}, {"a": 1}, KEY)


def packing(world: World) -> Iterator[Callable[[], object]]:
    problem = pulp.LpProblem("x", pulp.LpMaximize)
    taken = [pulp.LpVariable(f"v{n}", 0, 1, cat="Binary") for n in range(30)]
    problem += pulp.lpSum((n * 7 % 13 + 1) * one for n, one in enumerate(taken))
    problem += pulp.lpSum((n * 5 % 11 + 1) * one for n, one in enumerate(taken)) <= 40
    yield lambda: problem.solve(pulp.PULP_CBC_CMD(msg=False))


SHORT = {"pulp.LpProblem.solve": packing}
CPU: dict[str, Callable[[World], object]] = {
    "readability.Document.summary": lambda world: Document(PAGE).summary(),
    "readability.Document.short_title": lambda world: Document(PAGE).short_title(),
    "joserfc.jwk.RSAKey.generate_key": lambda world: RSAKey.generate_key(3072),
    "joserfc.jwt.encode": lambda world: [jwt.encode({"alg": "RS256"}, {"a": 1}, KEY) for _ in range(30)],
}
SILENT: dict[str, Callable[[World], object]] = {
    "joserfc.jwk.ECKey.generate_key": lambda world: ECKey.generate_key("P-256"),
    "joserfc.jwt.decode": lambda world: jwt.decode(SIGNED, KEY),
}
