"""trafilatura, which fetches and reads articles, and sympy, which works on formulas."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy
import trafilatura
from evidence.world import World

PARAGRAPHS = "".join(
    f"<h2>Title {n}</h2><p>Words and <b>more</b> words in a long enough paragraph <a href='/x{n}'>link</a>, and more.</p>"
    for n in range(2000)
)
PAGE = f"<html><body><article>{PARAGRAPHS}</article></body></html>"
x, y = sympy.symbols("x y")
f = sympy.Function("f")
WAVE: Any = f(x).diff(x, 2) + f(x)
POWER = sympy.expand((x + y + 1) ** 12)


CPU: dict[str, Callable[[World], object]] = {
    "trafilatura.extract": lambda world: trafilatura.extract(PAGE),
    "trafilatura.bare_extraction": lambda world: trafilatura.bare_extraction(PAGE),
    "trafilatura.extract_metadata": lambda world: trafilatura.extract_metadata(PAGE),
    "trafilatura.html2txt": lambda world: trafilatura.html2txt(PAGE),
    "trafilatura.baseline": lambda world: trafilatura.baseline(PAGE),
    "sympy.solve": lambda world: sympy.solve(x**4 - 3 * x**3 + 2 * x - 7, x),
    "sympy.simplify": lambda world: sympy.simplify((sympy.sin(x) ** 2 + sympy.cos(x) ** 2 + x**2 - 1) / (x + 1)),
    "sympy.integrate": lambda world: sympy.integrate(sympy.exp(x) * sympy.sin(x) * x, x),
    "sympy.dsolve": lambda world: sympy.dsolve(WAVE, f(x)),
    "sympy.series": lambda world: sympy.series(sympy.sin(sympy.exp(x)), x, 0, 8),
    "sympy.solveset": lambda world: sympy.solveset(x**3 - 2 * x + 1, x),
    "sympy.factor": lambda world: sympy.factor(POWER),
    "sympy.factorint": lambda world: sympy.factorint(1000000007 * 1000000009 * 998244353),
}
SILENT: dict[str, Callable[[World], object]] = {
    "sympy.diff": lambda world: sympy.diff(sympy.sin(x) * x**2, x),
    "sympy.sympify": lambda world: sympy.sympify("x**2 + sin(x)"),
    "sympy.latex": lambda world: sympy.latex(x**2 / 2),
}
DOCUMENTED = {
    "it connects to public addresses only (trafilatura 2.3.1, downloads.py: SSRF protection), and waits for urllib3 in the calling "
    "thread": ("trafilatura.fetch_url", "trafilatura.fetch_response"),
}
