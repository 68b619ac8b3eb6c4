"""Which loops count as long computing, and which look like it. The look-alikes are classes of false alarms met in real programs."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from fastapi_async_lint.config import Settings
from fastapi_async_lint.diagnostics import Confidence
from fastapi_async_lint.engine import check_project

HEAD = """\
import math
import time

from limits import LIMIT, Sizes

ROUNDS = 200
MANY = 3_000
SIDES = ["left", "right"]


def weigh(value):
    return 1 / (1 + value)


def waits(value):
    time.sleep(value)


class Tile:
    def __init__(self, top, left):
        self.top = top
        self.left = left


async def main(n: int, m: int, items: list, text: str, image, unknown):
"""
LIMITS = """\
LIMIT = 50


class Sizes:
    WIDTH = 16
"""

HEAVY = {
    "trial division": """
        divisor = 2
        while divisor * divisor <= n:
            if n % divisor == 0:
                return divisor
            divisor += 1
    """,
    "trial division with a bound": """
        for divisor in range(2, int(math.sqrt(n)) + 1):
            if n % divisor == 0:
                return False
    """,
    "steps of two": """
        divisor = 3
        while divisor * divisor <= n:
            if n % divisor == 0:
                return divisor
            divisor += 2
    """,
    "product": """
        total = 1
        for i in range(1, n):
            total *= i * i
        return total
    """,
    "sum": """
        total = 0
        for i in range(n):
            total += i * weigh(i)
        return total
    """,
    "pixels": """
        for x in range(image.width):
            for y in range(image.height):
                image[x, y] = 255 - image[x, y]
    """,
    "slices of pixels": """
        tiles = []
        for y in range(0, image.height - n + 1, n):
            for x in range(0, image.width - n + 1, n):
                tiles.append(image[y : y + n, x : x + n])
    """,
    "table": """
        table = [[0] * m for _ in range(n)]
        for i in range(n):
            for j in range(m):
                table[i][j] = table[i - 1][j] + 1
    """,
    "distance of each from each": """
        best = 0
        for i in range(n):
            for j in range(m):
                best += (i - j) ** 2
        return best
    """,
    "trial division by what is worked out": """
        for k in range(1, n):
            if m % (6 * k - 1) == 0 or m % (6 * k + 1) == 0:
                return False
    """,
    "sieve": """
        sieve = [True] * (n + 1)
        for p in range(2, n + 1):
            if sieve[p]:
                for multiple in range(p * p, n + 1, p):
                    sieve[multiple] = False
        return sieve
    """,
    "factorial": """
        product, i = 1, 1
        while i <= n:
            product *= i
            i += 1
        return product
    """,
    "computed from a field of a parameter": """
        total = 0
        for i in range(image.count + 1):
            total += 2**i
        return total
    """,
    "a million rounds": """
        for i in range(MANY):
            for j in range(1_000):
                n = n ^ j
    """,
    "trial division in a generator": "return all(n % i for i in range(2, int(n**0.5) + 1))",
    "any divisor": "return any(n % i == 0 for i in range(2, n))",
    "sum of squares": "return sum(i * i for i in range(n))",
    "divisors": "return [d for d in range(1, n + 1) if n % d == 0]",
    "pixels with waiting elsewhere": """
        waits(1)
        for x in range(image.width):
            for y in range(image.height):
                image[x, y] = 0
    """,
}

LIGHT = {
    "await inside": """
        for x in range(image.width):
            for y in range(image.height):
                image[x, y] = await unknown()
    """,
    "constant of the module": """
        total = 0.0
        for k in range(ROUNDS):
            total += k * weigh(k)
        return total
    """,
    "constant of another module": """
        total = 0.0
        for k in range(1, LIMIT + 1):
            total += k * 2
        return total
    """,
    "constant of a class": """
        for x in range(Sizes.WIDTH):
            for y in range(Sizes.WIDTH * 2):
                image[x, y] = 0
    """,
    "constants unpacked": """
        width, height = 8, 8
        for x in range(width):
            for y in range(height):
                image[x, y] = 0
    """,
    "at most a constant": """
        total = 0
        for i in range(min(n, 100)):
            total += i * i
        return total
    """,
    "remainder of a constant": """
        total = 0
        for i in range(n % 16):
            total += i * i
        return total
    """,
    "either of two constants": """
        size = 10 if text else 20
        total = 0
        for i in range(size):
            total += i * i
        return total
    """,
    "binary search": """
        low, high = 0, n
        while low < high:
            middle = (low + high + 1) // 2
            if weigh(middle) <= m:
                low = middle
            else:
                high = middle - 1
        return low
    """,
    "halving": """
        while n > 1:
            n = n // 2
            m += 1
        return m
    """,
    "column up to the next tab": """
        column = 0
        following = column + (8 - (column % 8))
        while column < following:
            items.append(" ")
            column += 1
    """,
    "grid of objects": """
        tiles = []
        for y in range(n):
            for x in range(m):
                tiles.append(Tile(top=y * 64, left=x * 64))
        return tiles
    """,
    "pasting a list into a grid": """
        i = 0
        for row in range(n):
            for column in range(m):
                if i >= len(items):
                    break
                image.paste(items[i], (column * 10, row * 10))
                i = i + 1
    """,
    "formatting": """
        names = []
        for i in range(n):
            names.append("cid%05d" % i)
            if i not in items:
                raise ValueError(text % i)
        return names
    """,
    "smallest square": """
        side = 1
        while side**2 < n:
            side += 1
        return side
    """,
    "product of ratios": """
        probability = 1.0
        for i in range(1, n + 1):
            probability *= (m - n - i + 1) / i
        return probability
    """,
    "series": """
        term, j = 1.0, 3
        while j <= n - 2:
            term *= (j - 1) / (m * j)
            j += 2
        return term
    """,
    "neighbours": """
        for x in range(n - 1, n + 2):
            for y in range(m - 1, m + 2):
                image[x, y] = 0
    """,
    "format from elsewhere": """
        for i in range(n):
            items.append(unknown % (m + i * 2))
        return items
    """,
    "text added up": """
        found = ""
        for i in range(n):
            for j in range(m):
                found += f"{i}, {j}"
        return found
    """,
    "text added up by the line": """
        found = "edges"
        for i in range(n):
            found += "%04d -> %04d" % (i, i + 1)
        return found
    """,
    "an index moved on": """
        j = 0
        for i in range(n):
            j += m - i
        return j
    """,
    "weighed data": """
        total = 0
        for i in range(1, n):
            total += (i - 2) * items[i]
        return total
    """,
    "regions": """
        row = 0
        while row < m:
            items.append(image[row * n])
            row += 1
        return items
    """,
    "weighed data in a generator": "return sum(items[i] * (i - 2) for i in range(n))",
    "sum of data": """
        total = 0.0
        for k in range(1, n):
            total += items[k] * items[k - 1]
        return total
    """,
    "length": """
        total = 0
        for i in range(len(items)):
            total += i * items[i]
        return total
    """,
    "collection": """
        total = 0
        for item in items:
            total += item * item
        return total
    """,
    "collection written down, twice": """
        found = []
        for a in SIDES:
            for b in SIDES:
                found.append(a + b)
        return found
    """,
    "sleeps below": """
        for x in range(image.width):
            for y in range(image.height):
                image[x, y] = 0
                waits(image[x, y])
    """,
    "unknown call": """
        for x in range(image.width):
            for y in range(image.height):
                image[x, y] = undefined(x)
    """,
    "every tenth": """
        for i in range(n):
            if i % 10 == 0:
                items.append(i)
    """,
    "numbered names": "return [f'page-{i}' for i in range(n)]",
    "formatted names": "return ['page-%d' % i for i in range(n)]",
    "steps": "return [n + i * m for i in range(n)]",
    "sum of data in a generator": "return sum(items[i] * items[i - 1] for i in range(n))",
    "sum over a length": "return sum(i * item for i, item in enumerate(items))",
    "sum over a constant range": "return sum(i * i for i in range(ROUNDS))",
    "generator that nothing iterates": "return (i * i for i in range(n))",
    "every tenth in a generator": "return sum(1 for i in range(n) if i % 10)",
    "empty table": "return [[0 for _ in range(m)] for _ in range(n)]",
    "retries": """
        for attempt in range(n):
            if weigh(attempt):
                break
    """,
    "until a condition": """
        while n < m:
            n += weigh(m)
    """,
}


def found(root: Path, code: str, confidence: Confidence = Confidence.PROBABLE) -> list[str]:
    (root / "limits.py").write_text(LIMITS)
    (root / "main.py").write_text(HEAD + textwrap.indent(textwrap.dedent(code), "    "))
    settings = Settings(root=root, select=("FAL202",), min_confidence=confidence, cache=False, jobs=1)
    return [d.code for d in check_project(settings, [root]).diagnostics]


@pytest.mark.parametrize("code", HEAVY.values(), ids=HEAVY)
def test_work_that_grows_with_the_input_is_reported(tmp_path: Path, code: str) -> None:
    assert found(tmp_path, code) == ["FAL202"]


@pytest.mark.parametrize("code", LIGHT.values(), ids=LIGHT)
def test_look_alikes_are_silent(tmp_path: Path, code: str) -> None:
    assert found(tmp_path, code, Confidence.POSSIBLE) == []


def test_a_collection_twice_is_only_possible(tmp_path: Path) -> None:
    code = """
        pairs = []
        for a in items:
            for b in items:
                if a < b:
                    pairs.append((a, b))
    """
    assert found(tmp_path, code) == []
    assert found(tmp_path, code, Confidence.POSSIBLE) == ["FAL202"]


def test_a_range_that_comes_from_no_parameter_is_only_possible(tmp_path: Path) -> None:
    code = """
        rounds = weigh(3)
        total = 0
        for i in range(rounds):
            total += i * i
        return total
    """
    assert found(tmp_path, code) == []
    assert found(tmp_path, code, Confidence.POSSIBLE) == ["FAL202"]


def test_naive_recursion_is_reported(tmp_path: Path) -> None:
    code = HEAD.replace("def weigh", "def fib(n):\n    return n if n < 2 else fib(n - 1) + fib(n - 2)\n\n\ndef weigh")
    (tmp_path / "limits.py").write_text(LIMITS)
    (tmp_path / "main.py").write_text(code + "    return fib(n)\n")
    settings = Settings(root=tmp_path, select=("FAL202",), cache=False, jobs=1)
    assert [d.code for d in check_project(settings, [tmp_path]).diagnostics] == ["FAL202"]
