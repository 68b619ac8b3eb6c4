from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from fastapi_async_lint.config import Settings, load_settings
from fastapi_async_lint.diagnostics import Confidence
from fastapi_async_lint.engine import Report, check_project, pipeline
from fastapi_async_lint.errors import CatalogError
from fastapi_async_lint.facts.cache import FOLDER

MAIN = """
    from fastapi import FastAPI

    from .helpers import pause

    app = FastAPI()


    @app.get("/slow")
    async def slow() -> None:
        pause()


    @app.get("/pooled")
    def pooled() -> None:
        pause()
"""
HELPERS = """
    import time


    def pause() -> None:
        time.sleep(1)
"""
APPLICATION = {"app/__init__.py": "", "app/main.py": MAIN, "app/helpers.py": HELPERS}


@pytest.fixture
def root(make_project) -> Path:
    return make_project(APPLICATION)


@pytest.fixture
def analyses(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Grows by one with each analysis that is really made."""
    made: list[int] = []
    real = pipeline._analyse

    def analyse(*arguments):
        made.append(1)
        return real(*arguments)

    monkeypatch.setattr(pipeline, "_analyse", analyse)
    yield made


def found(report: Report) -> list[tuple[str, str, int]]:
    """Code, file and row of each finding."""
    return [(one.code, one.place.path.name, one.place.start.row) for one in report.diagnostics]


SLOW = ("FAL101", "main.py", 11)


class TestReport:
    def test_chain_through_another_file_is_found_at_its_loop_site(self, root: Path) -> None:
        report = check_project(Settings(root))

        assert found(report) == [SLOW]
        (diagnostic,) = report.diagnostics
        assert [hop.place.path.name for hop in diagnostic.chain] == ["main.py", "helpers.py"]
        assert [entry.title for entry in diagnostic.entry_points] == ["GET /slow"]

    def test_it_has_endpoints_counts_and_files(self, root: Path) -> None:
        report = check_project(Settings(root))

        assert [(one.path, one.runs_on) for one in report.endpoints] == [
            ("/pooled", "thread-pool"),
            ("/slow", "event-loop"),
        ]
        assert report.root == root
        assert report.files == 3
        assert report.suppressed == {}
        assert {path.name for path in report.analysed} == {"__init__.py", "main.py", "helpers.py"}

    def test_only_the_paths_asked_about_are_reported_but_all_are_read(self, root: Path) -> None:
        main = check_project(Settings(root), [root / "app/main.py"])
        helpers = check_project(Settings(root), [root / "app/helpers.py"])

        assert (found(main), main.files) == ([SLOW], 1)
        assert (found(helpers), helpers.files) == ([], 1)

    def test_unreadable_file_is_a_finding_and_the_others_are_still_checked(self, root: Path) -> None:
        (root / "app/broken.py").write_text("def f(:\n")

        report = check_project(Settings(root))

        assert found(report) == [("FAL999", "broken.py", 1), SLOW]

    def test_unreadable_file_is_shown_whatever_is_selected(self, root: Path) -> None:
        (root / "app/broken.py").write_text("def f(:\n")

        assert found(check_project(Settings(root, select=("FAL2",)))) == [("FAL999", "broken.py", 1)]
        assert found(check_project(Settings(root, ignore=("FAL999",)))) == [SLOW]

    def test_overlay_counts_instead_of_the_disk(self, root: Path) -> None:
        helpers = root / "app/helpers.py"

        report = check_project(Settings(root), overlay={helpers: b"def pause() -> None: ...\n"})

        assert found(report) == []
        assert found(check_project(Settings(root))) == [SLOW]

    def test_suppressions_of_the_overlay_count(self, root: Path) -> None:
        main = root / "app/main.py"
        silenced = main.read_text().replace(
            'pause()\n\n\n@app.get("/pooled', 'pause()  # noqa: FAL101\n\n\n@app.get("/pooled'
        )

        report = check_project(Settings(root), overlay={main: silenced.encode()})

        assert (found(report), report.suppressed) == ([], {"noqa": 1})

    def test_overlay_for_a_file_that_is_not_on_the_disk(self, root: Path) -> None:
        text = b"import time\nfrom app.main import app\n\n@app.get('/new')\nasync def new():\n    time.sleep(1)\n"
        new = root / "app/new.py"

        report = check_project(Settings(root), [new], overlay={new: text})

        assert found(report) == [("FAL101", "new.py", 6)]

    def test_progress_is_told(self, root: Path) -> None:
        told: list[tuple[int, int, str]] = []

        check_project(Settings(root), progress=lambda *step: told.append(step))

        assert told[:3] == [(1, 3, "files read"), (2, 3, "files read"), (3, 3, "files read")]
        assert told[3][2] != "files read"

    def test_module_names_follow_the_imports_where_the_layout_is_silent(self, make_project) -> None:
        """No package, no ``src``: only the import says that names start in ``backend``."""
        root = make_project(
            {
                "backend/service/main.py": MAIN.replace(".helpers", "service.helpers"),
                "backend/service/helpers.py": HELPERS,
            }
        )

        assert found(check_project(Settings(root))) == [SLOW]


class TestKeptReport:
    def test_unchanged_project_is_not_analysed_again(self, root: Path, analyses: list[int]) -> None:
        reports = [check_project(Settings(root)) for _ in range(3)]

        assert len(analyses) == 1
        assert reports[0] == reports[1] == reports[2]

    @pytest.mark.parametrize(
        "change",
        [
            {"select": ("FAL2",)},
            {"ignore": ("FAL101",)},
            {"extend_select": ("FAL110",)},
            {"per_file_ignores": (("app/*", ("FAL1",)),)},
            {"min_confidence": Confidence.CERTAIN},
            {"noqa": False},
            {"jobs": 3},
        ],
        ids=str,
    )
    def test_what_only_decides_what_is_shown_needs_no_new_analysis(
        self, root: Path, analyses: list[int], change: dict
    ) -> None:
        check_project(Settings(root))
        kept = check_project(replace(Settings(root), **change))
        fresh = check_project(replace(Settings(root), **change, cache=False))

        assert kept == fresh
        assert len(analyses) == 2

    def test_change_of_any_file_is_noticed(self, root: Path, analyses: list[int]) -> None:
        check_project(Settings(root))
        (root / "app/helpers.py").write_text("def pause() -> None: ...\n")

        assert found(check_project(Settings(root))) == []
        assert len(analyses) == 2

    def test_new_and_removed_files_are_noticed(self, root: Path) -> None:
        check_project(Settings(root))
        text = "import time\nfrom app.main import app\n\n@app.get('/new')\nasync def new():\n    time.sleep(1)\n"
        (root / "app/new.py").write_text(text)
        more = check_project(Settings(root))
        (root / "app/new.py").unlink()

        assert found(more) == [SLOW, ("FAL101", "new.py", 6)]
        assert found(check_project(Settings(root))) == [SLOW]

    def test_change_that_leaves_the_analysis_alone_but_not_its_suppressions(self, root: Path) -> None:
        check_project(Settings(root))
        main = root / "app/main.py"
        main.write_text(main.read_text().replace("pause()\n", "pause()  # noqa: FAL101\n", 1))

        report = check_project(Settings(root))

        assert (found(report), report.suppressed) == ([], {"noqa": 1})

    def test_other_source_roots_are_another_analysis(self, root: Path, analyses: list[int]) -> None:
        check_project(Settings(root))
        check_project(Settings(root, source_roots=(root / "app",)))

        assert len(analyses) == 2

    def test_changed_catalog_of_the_project_is_noticed(self, make_project) -> None:
        root = make_project(
            {
                "main.py": """
                    from fastapi import FastAPI
                    import acme

                    app = FastAPI()

                    @app.get("/")
                    async def home() -> None:
                        acme.fetch()
                """,
                "acme.toml": """
                    [library]
                    name = "acme"
                    modules = ["acme"]

                    [[effect]]
                    kind = "blocking"
                    names = ["acme.other"]
                """,
            }
        )
        catalog = root / "acme.toml"
        before = check_project(Settings(root, catalogs=(catalog,)))
        catalog.write_text(catalog.read_text().replace("acme.other", "acme.fetch"))
        after = check_project(Settings(root, catalogs=(catalog,)))

        assert found(before) == []
        assert found(after) == [("FAL120", "main.py", 9)]

    def test_unsaved_states_do_not_push_the_saved_one_out(self, root: Path, analyses: list[int]) -> None:
        check_project(Settings(root))
        for number in range(10):
            check_project(Settings(root), overlay={root / "app/main.py": f"x = {number}\n".encode()})
        check_project(Settings(root))

        assert len(analyses) == 11

    def test_damaged_report_is_made_anew(
        self, root: Path, analyses: list[int], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(pipeline, "encode_answers", lambda answers: b"\x93 nonsense")
        first = check_project(Settings(root))

        assert check_project(Settings(root)) == first
        assert len(analyses) == 2

    def test_without_a_cache_nothing_is_written(self, root: Path, analyses: list[int]) -> None:
        check_project(Settings(root, cache=False))
        check_project(Settings(root, cache=False))

        assert len(analyses) == 2
        assert not (root / FOLDER).exists()

    def test_cache_may_lie_elsewhere(self, root: Path, tmp_path: Path, analyses: list[int]) -> None:
        for _ in range(2):
            check_project(Settings(root, cache_dir=tmp_path / "cache"))

        assert len(analyses) == 1
        assert not (root / FOLDER).exists()

    def test_trouble_with_the_cache_is_noted_and_costs_nothing_else(self, root: Path) -> None:
        (root / FOLDER).write_text("not a folder")

        report = check_project(Settings(root))

        assert found(report) == [SLOW]
        assert report.notes


def test_catalog_that_cannot_be_read_is_an_error(root: Path) -> None:
    with pytest.raises(CatalogError, match="nowhere.toml"):
        check_project(Settings(root, catalogs=(root / "nowhere.toml",)))


CALL = """
    import acme
    from fastapi import FastAPI

    app = FastAPI()


    @app.get("/")
    async def home() -> None:
        acme.fetch()
"""


def settings_with(make_project, entry: str) -> Settings:
    table = f"[tool.fastapi-async-lint]\n\n[[tool.fastapi-async-lint.catalog.effect]]\n{entry}\n"
    return load_settings([make_project({"main.py": CALL, "pyproject.toml": table})])


def test_catalog_in_the_configuration_itself(make_project) -> None:
    blocking = settings_with(make_project, 'kind = "blocking"\nnames = ["acme.fetch"]')
    other = settings_with(make_project, 'kind = "blocking"\nnames = ["acme.other"]')

    assert found(check_project(blocking)) == [("FAL120", "main.py", 10)]
    assert found(check_project(other)) == []


@pytest.mark.parametrize(
    ("entry", "message"),
    [('kind = "blocing"', "blocing"), ('kind = "cpu"\nnames = ["acme.fetch"]', "effect, entry 1: category")],
)
def test_wrong_catalog_in_the_configuration_is_an_error(make_project, entry: str, message: str) -> None:
    with pytest.raises(CatalogError, match=message):
        check_project(settings_with(make_project, entry))
