from __future__ import annotations

import inspect
import sys
from pathlib import Path

import measured_calls as calls
import pytest

from fastapi_async_lint.probe.target import (
    ProbeError,
    Target,
    load,
    make_call,
    parse_arguments,
    parse_value,
    user_traceback,
)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder whose modules can be imported; they are forgotten afterwards."""
    before, path = set(sys.modules), list(sys.path)
    yield tmp_path
    sys.path[:] = path
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(tmp_path)):
            del sys.modules[name]


def target(value: object) -> Target:
    return Target("some:thing", "some", "thing", value)


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("3", 3),
        ("-1.5", -1.5),
        ("true", True),
        ("True", True),
        ("null", None),
        ("None", None),
        ('[1, {"a": 2}]', [1, {"a": 2}]),
        ("(1, 2)", (1, 2)),
        ("b'x'", b"x"),
        ('"3"', "3"),
        ("photo.png", "photo.png"),
        ("", ""),
        ("a b", "a b"),
        ("[" * 5000, "[" * 5000),
    ],
)
def test_words_become_values(word, value):
    assert parse_value(word) == value
    assert type(parse_value(word)) is type(value)


def test_names_become_keywords():
    assert parse_arguments(["1", "size=20", "name=a=b", '"x=y"', "/a?b=c"]) == (
        [1, "x=y", "/a?b=c"],
        {"size": 20, "name": "a=b"},
    )


def test_function_of_a_package_and_its_home(folder):
    (folder / "shop_a").mkdir()
    (folder / "shop_a/__init__.py").write_text("")
    (folder / "shop_a/jobs.py").write_text("class Job:\n    def run(self): return 5\njob = Job()\n")

    found = load("shop_a.jobs:job.run", folder)

    assert make_call(found, [])() == 5
    assert found.home == f"{folder}/shop_a/"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("shop_b", "'shop_b' is not of the form MODULE:FUNCTION: write shop_b:FUNCTION"),
        ("shop/jobs.py:run", "write shop.jobs:run"),
        ("./shop/jobs.py", "write shop.jobs:FUNCTION"),
        ("shop_b:", "is not of the form MODULE:FUNCTION"),
        ("shop_b:run job", "is not of the form MODULE:FUNCTION"),
        ("no_such_shop:run", "there is no module 'no_such_shop' in"),
        ("no_such_shop.jobs:run", "there is no module 'no_such_shop' in"),
        ("json:lods", "json has no 'lods'; did you mean 'loads'?"),
        ("json:JSONDecoder.zzz", "json.JSONDecoder has no 'zzz'"),
    ],
)
def test_names_that_lead_nowhere(folder, text, told):
    with pytest.raises(ProbeError) as raised:
        load(text, folder)
    assert told in str(raised.value)


def test_module_whose_library_is_missing(folder):
    (folder / "shop_c.py").write_text("import no_such_library.part\n")
    with pytest.raises(ProbeError) as raised:
        load("shop_c:run", folder)
    told = str(raised.value)
    assert f"shop_c imports 'no_such_library', which is not installed for {sys.executable}" in told
    assert f'File "{folder}/shop_c.py", line 1' in told
    assert "importlib" not in told


@pytest.mark.parametrize("text", ["1 / 0\n", "raise SystemExit(2)\n", "def broken(:\n"])
def test_module_that_cannot_be_imported(folder, text):
    (folder / "shop_d.py").write_text(text)
    with pytest.raises(ProbeError) as raised:
        load("shop_d:run", folder)
    assert "importing shop_d failed" in str(raised.value)
    assert f'File "{folder}/shop_d.py", line 1' in str(raised.value)


def test_traceback_begins_in_the_users_code():
    error = pytest.raises(LookupError, make_call(target(calls.raises), [])).value
    told = user_traceback(error)
    assert told.count("File ") <= 2  # this test, which called it, and the function
    assert f'File "{calls.__file__}"' in told
    assert str(Path(inspect.getfile(make_call))) not in told


def test_causes_are_told_too():
    try:
        try:
            calls.raises()
        except LookupError as error:
            raise ValueError("so what") from error
    except ValueError as error:
        told = user_traceback(error)
    assert "LookupError: not here" in told
    assert "ValueError: so what" in told


def test_what_led_to_an_error_inside_a_library_is_left_out(folder):
    (folder / "site-packages").mkdir()
    (folder / "site-packages/a_library.py").write_text(
        "def get():\n    try:\n        connect()\n    except OSError as error:\n        raise ValueError('no answer') from error\n"
        "def connect():\n    raise OSError('refused')\n"
    )
    (folder / "shop_e.py").write_text("import a_library\n\ndef fetch():\n    return a_library.get()\n")
    sys.path.insert(0, str(folder / "site-packages"))

    told = user_traceback(pytest.raises(ValueError, make_call(load("shop_e:fetch", folder), [])).value)

    assert "OSError" not in told
    assert told.endswith("ValueError: no answer")
    assert f'File "{folder}/shop_e.py", line 4, in fetch' in told
    assert f'File "{folder}/site-packages/a_library.py", line 5, in get' in told


def test_arguments_that_do_not_fit():
    with pytest.raises(ProbeError) as raised:
        make_call(target(lambda rows, limit=10: None), ["limit=3"])
    assert "some:thing(rows, limit=10) cannot be called like this: missing a required argument: 'rows'" in str(
        raised.value
    )
    assert "as JSON or Python literals" in str(raised.value)


def test_functions_without_a_signature_are_called_as_they_are():
    assert make_call(target(max), ["3", "4"])() == 4


def test_value_that_cannot_be_called():
    with pytest.raises(ProbeError, match="some:thing is an int, not a function"):
        make_call(target(3), [])


class Depends:
    """As FastAPI's: a default that only the framework understands."""


def test_parameters_that_the_framework_fills():
    filled = Depends()

    def endpoint(item: int, session=filled):
        return session

    with pytest.raises(ProbeError, match="only the framework fills 'session'"):
        make_call(target(endpoint), ["3"])
    assert make_call(target(endpoint), ["3", "session=null"])() is None


@pytest.mark.parametrize("call", [calls.lines, calls.manager])
def test_what_does_nothing_by_itself_is_used(call, monkeypatch):
    slept = []
    monkeypatch.setattr(calls.time, "sleep", slept.append)
    assert make_call(target(call), [])() is None
    assert slept == [calls.SECONDS]


@pytest.mark.parametrize("call", [calls.rows, calls.asynchronous_manager])
def test_asynchronous_ones_are_used_when_awaited(call, monkeypatch):
    import asyncio

    slept = []
    monkeypatch.setattr(calls.time, "sleep", slept.append)
    coroutine = make_call(target(call), [])()
    assert slept == []
    asyncio.run(coroutine)
    assert slept == [calls.SECONDS]


def test_files_are_not_entered(tmp_path):
    file = make_call(target(open), [str(tmp_path / "x"), "w"])()
    assert not file.closed
    file.close()


async def application(scope, receive, send): ...


class Application:
    async def __call__(self, scope, receive, send): ...


@pytest.mark.parametrize(
    ("value", "expected"),
    [(application, True), (Application(), True), (Application, False), (calls.sleeps, False), (max, False), (3, False)],
)
def test_what_an_application_is(value, expected):
    assert target(value).is_application is expected
