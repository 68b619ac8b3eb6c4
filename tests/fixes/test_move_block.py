"""``with`` and ``for`` statements that move into a function of their own, and those that must not."""

from __future__ import annotations

import textwrap
from collections.abc import Callable

import pytest

from fastapi_async_lint.engine.fixing import FixReport

Fixed = Callable[..., tuple[bytes, FixReport]]
HEAD = "import asyncio\nimport json\nfrom sqlalchemy.orm import Query\n\n\n"


def function(body: str, start: str = "async def f(path, q: Query, flag, n=0):") -> str:
    return HEAD + start + "\n" + textwrap.indent(textwrap.dedent(body).strip("\n") + "\n", "    ")


MOVED = {
    "one result": (
        """
        with open(path) as f:
            data = json.load(f)
        return data
        """,
        """
        def read_data():
            with open(path) as f:
                data = json.load(f)
            return data

        data = await asyncio.to_thread(read_data)
        return data
        """,
    ),
    "two results": (
        """
        with open(path) as f:
            a = f.read()
            b = len(a)
        return a, b
        """,
        """
        def read_file():
            with open(path) as f:
                a = f.read()
                b = len(a)
            return a, b

        a, b = await asyncio.to_thread(read_file)
        return a, b
        """,
    ),
    "no result": (
        """
        x = 1
        with open(path, "w") as f:
            json.dump(x, f)
        """,
        """
        x = 1

        def write_file():
            with open(path, "w") as f:
                json.dump(x, f)

        await asyncio.to_thread(write_file)
        """,
    ),
    "returns": (
        """
        with open(path) as f:
            if flag:
                return f.read()
            return None
        """,
        """
        def read_file():
            with open(path) as f:
                if flag:
                    return f.read()
                return None

        return await asyncio.to_thread(read_file)
        """,
    ),
    "loop over rows": (
        """
        seen = []
        for row in q:
            if not row.id:
                continue
            seen.append(row)
        return seen
        """,
        """
        seen = []

        def process_rows():
            for row in q:
                if not row.id:
                    continue
                seen.append(row)

        await asyncio.to_thread(process_rows)
        return seen
        """,
    ),
    "comments, strings and brackets": (
        '''
        # about the file
        with open(
            path,  # where
        ) as f:  # head
            # inside
            text = """
        not indented
          {kept}
        """ + f.read()

            # at the end
        # behind
        return text
        ''',
        '''
        # about the file
        def read_text():
            with open(
                path,  # where
            ) as f:  # head
                # inside
                text = """
        not indented
          {kept}
        """ + f.read()

                # at the end
            return text

        text = await asyncio.to_thread(read_text)
        # behind
        return text
        ''',
    ),
    "bound last, whatever is handled": (
        """
        data = None
        try:
            with open(path) as f:
                data = f.read()
        except OSError:
            pass
        return data
        """,
        """
        data = None
        try:
            def read_data():
                with open(path) as f:
                    data = f.read()
                return data

            data = await asyncio.to_thread(read_data)
        except OSError:
            pass
        return data
        """,
    ),
    "code is run elsewhere": (
        """
        with open(path) as f:
            code = f.read()
        exec(code, {})
        """,
        """
        def read_code():
            with open(path) as f:
                code = f.read()
            return code

        code = await asyncio.to_thread(read_code)
        exec(code, {})
        """,
    ),
    "in a branch, bound again later": (
        """
        if flag:
            with open(path) as f:
                data = f.read()
        else:
            data = ""
        f = 1
        return data, f
        """,
        """
        if flag:
            def read_data():
                with open(path) as f:
                    data = f.read()
                return data

            data = await asyncio.to_thread(read_data)
        else:
            data = ""
        f = 1
        return data, f
        """,
    ),
    "read by the next round of a loop": (
        """
        last = None
        while flag:
            print(last)
            with open(path) as f:
                last = f.read()
        """,
        """
        last = None
        while flag:
            print(last)

            def read_last():
                with open(path) as f:
                    last = f.read()
                return last

            last = await asyncio.to_thread(read_last)
        """,
    ),
}


@pytest.mark.parametrize(("before", "after"), MOVED.values(), ids=MOVED)
def test_statement_moves_into_a_function(fixed: Fixed, before: str, after: str) -> None:
    text, outcome = fixed(function(before))
    assert text.decode() == function(after)
    assert outcome.report.diagnostics == ()


def test_names_differ_from_all_others(fixed: Fixed) -> None:
    body = """
    with open(path, "w") as f:
        f.write("a")
    with open(path, "w") as f:
        f.write("b")
    write_file_2 = read_file = 1
    """
    text, outcome = fixed(function(body))
    assert text.decode().count("    def write_file():\n") == 1
    assert text.decode().count("    def write_file_3():\n") == 1
    assert outcome.report.diagnostics == ()


REFUSED = {
    "awaits": "with open(path) as f:\n    await g(f)\n",
    "yields": "with open(path) as f:\n    yield f\n",
    "returns sometimes": "with open(path) as f:\n    if flag:\n        return f\nreturn 1\n",
    "leaves the loop": "for x in path:\n    with open(x) as f:\n        if f:\n            break\n",
    "ends a generator": "yield 1\nwith open(path) as f:\n    print(f)\n    return\n",
    "private names": "with open(path) as f:\n    x = super().y\nreturn x\n",
    "deletes": "with open(path) as f:\n    del path\n",
    "counts": "for row in q:\n    n += 1\nreturn n\n",
    "may not run": "for row in q:\n    last = row\nreturn last\n",
    "may be swallowed": "import contextlib\nwith contextlib.suppress(OSError), open(path) as f:\n    x = f.read()\nreturn x\n",
    "read first": "with open(path) as f:\n    print(n)\n    n = f\nreturn n\n",
    "bound on one way": "with open(path) as f:\n    if flag:\n        x = 1\nreturn x\n",
    "read by a handler": "try:\n    with open(path) as f:\n        x = 1\n        f.read()\nexcept OSError:\n    print(x)\n",
    "bound before a handled exception": (
        "x = 1\ntry:\n    with open(path) as f:\n        x = 2\n        f.read()\nexcept OSError:\n    pass\nreturn x\n"
    ),
    "locals": "with open(path) as f:\n    x = locals()\n",
    "re-raises": "try:\n    pass\nexcept OSError:\n    with open(path) as f:\n        raise\n",
    "asks for the exception": (
        "import traceback\ntry:\n    pass\nexcept OSError:\n    with open(path) as f:\n        traceback.format_exc()\n"
    ),
    "defines": "with open(path) as f:\n    def g():\n        return f\n    x = g\nreturn x\n",
    "makes a coroutine": "async def g(): ...\nwith open(path) as f:\n    x = g()\nreturn x\n",
    "uses the loop": "with open(path) as f:\n    x = asyncio.get_running_loop()\nreturn x\n",
    "another's connection": (
        "import sqlite3\nc = make()\nassert isinstance(c, sqlite3.Connection)\nwith open(path) as f:\n    c.close()\n"
    ),
    "finally": "try:\n    pass\nfinally:\n    with open(path) as f:\n        pass\n",
}


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED)
def test_statement_that_must_stay_is_not_moved(fixed: Fixed, body: str) -> None:
    text, _ = fixed(function(body))
    assert "    def read_" not in text.decode()
    assert "    def process_" not in text.decode()


def test_global_variable_stays_one(fixed: Fixed) -> None:
    text, _ = fixed(function("global x\nwith open(path) as f:\n    x = f.read()\n"))
    assert "def read_" not in text.decode()


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("indent", ["    ", "\t", "  "])
def test_indentation_and_line_ends_are_the_files_own(fixed: Fixed, indent: str, newline: str) -> None:
    source, expected = (
        function(text).replace("    ", indent).replace("\n", newline)
        for text in MOVED["in a branch, bound again later"]
    )
    text, _ = fixed(source.encode())
    assert text.decode() == expected
