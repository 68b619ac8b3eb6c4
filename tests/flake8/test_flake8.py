from __future__ import annotations

import shutil
import sqlite3
import sys
import textwrap
from pathlib import Path

import pytest

SHOP = Path(__file__).parents[1] / "fixtures/shop"

START_METHOD = (
    "import multiprocessing, sys\n"
    "from flake8.main.cli import main\n"
    "if __name__ == '__main__':\n"
    "    multiprocessing.set_start_method({method!r})\n"
    "    sys.exit(main())\n"
)


class TestSameAsCheck:
    @pytest.mark.parametrize("words", [(".",), (), ("-j1", "."), ("-j4", "."), ("app",)], ids=" ".join)
    def test_whole_project(self, flake8, words):
        found = flake8.findings(*words)

        assert found == flake8.check()
        assert [(path, row, text[:6]) for path, row, _, text in found] == [
            ("app/main.py", 12, "FAL101"),
            ("app/main.py", 17, "FAL101"),
            ("app/upload.py", 13, "FAL105"),
        ]

    def test_chain_through_another_file_names_route_and_place(self, flake8):
        found = flake8.findings("app/main.py")

        assert "GET /slow" in found[0][3]
        assert "app/helpers.py:5" in found[0][3]

    @pytest.mark.parametrize("name", ["app/main.py", "./app/main.py", "{root}/app/main.py"])
    def test_one_file_however_it_is_named(self, flake8, name):
        found = flake8.findings(name.format(root=flake8.root))

        assert found == flake8.check("app/main.py")
        assert len(found) == 2

    def test_from_another_folder(self, flake8, tmp_path):
        """Editors run flake8 anywhere: the project is found from the file, not from the working folder."""
        found = flake8.findings(str(flake8.root / "app/main.py"), cwd=tmp_path)

        assert found == flake8.check("app/main.py")

    def test_from_a_folder_of_the_project(self, flake8):
        assert flake8.findings("main.py", cwd=flake8.root / "app") == flake8.check("app/main.py")

    def test_file_that_the_project_leaves_out_but_flake8_is_told_to_check(self, flake8):
        (flake8.root / "pyproject.toml").write_text("[tool.fastapi-async-lint]\nexclude = ['app/upload.py']\n")

        assert flake8.findings("app/upload.py") == flake8.check("app/upload.py")
        assert len(flake8.findings("app/upload.py")) == 1

    def test_files_of_several_projects_in_one_run(self, flake8, tmp_path):
        shutil.copytree(flake8.root, tmp_path / "project/other")

        found = flake8.findings("app/main.py", "other/app/main.py")

        assert [(path, row) for path, row, _, _ in found] == [
            ("app/main.py", 12),
            ("app/main.py", 17),
            ("other/app/main.py", 12),
            ("other/app/main.py", 17),
        ]

    @pytest.mark.parametrize("jobs", ["-j1", "-j4"])
    def test_fixture_application(self, project, tmp_path, jobs):
        flake8 = project({})
        shutil.copytree(SHOP, flake8.root, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".fal_cache"))

        found = flake8.findings(jobs, ".")

        assert found == flake8.check()
        assert len(found) > 20


class TestProcesses:
    @pytest.mark.parametrize("method", ["spawn", "forkserver", "fork"])
    def test_however_workers_are_started(self, flake8, tmp_path, method):
        script = tmp_path / "run_flake8.py"
        script.write_text(START_METHOD.format(method=method))

        assert flake8.findings("-j3", ".", python=[sys.executable, str(script)]) == flake8.check()

    def test_several_runs_in_one_process_see_what_changed_between_them(self, flake8, tmp_path):
        """As VS Code's extension does."""
        script = tmp_path / "editor.py"
        script.write_text(
            textwrap.dedent(
                """
                import sys
                from pathlib import Path
                from flake8.main.cli import main
                words = ["--select=FAL", "app/main.py"]
                main(words)
                print("--")
                Path("app/helpers.py").write_text("def pause(seconds: int = 1) -> None: ...\\n")
                main(words)
                print("--")
                Path("app/helpers.py").write_text("import time\\n\\ndef pause(seconds: int = 1):\\n    time.sleep(1)\\n")
                main(words)
                """
            )
        )

        outputs = flake8.run(python=[sys.executable, str(script)]).stdout.split("--\n")

        assert [output.count("FAL101") for output in outputs] == [2, 0, 2]

    def test_workers_share_one_analysis(self, flake8):
        flake8.findings("-j4", ".")
        (file,) = (path for path in (flake8.root / ".fal_cache").glob("*.sqlite") if path.name != "lock.sqlite")

        with sqlite3.connect(file) as database:
            assert database.execute("select count(*) from report").fetchone() == (1,)


class TestStandardInput:
    def test_unsaved_text_counts_instead_of_the_disk(self, flake8):
        text = (flake8.root / "app/main.py").read_text().replace("    pause()\n", "    pass\n", 1)

        found = flake8.findings("--stdin-display-name", "app/main.py", "-", stdin=text)

        assert [row for _, row, _, _ in found] == [17]

    @pytest.mark.parametrize("name", ["app/main.py", "{root}/app/main.py"])
    def test_saved_text_gives_what_the_file_gives(self, flake8, name):
        text = (flake8.root / "app/main.py").read_text()

        found = flake8.findings("--stdin-display-name", name.format(root=flake8.root), "-", stdin=text)

        assert found == flake8.check("app/main.py")

    def test_same_as_check_of_standard_input(self, flake8):
        text = "# a comment more\n" + (flake8.root / "app/main.py").read_text()

        found = flake8.findings("--stdin-display-name", "app/main.py", "-", stdin=text)

        assert [row for _, row, _, _ in found] == [13, 18]

    def test_file_that_is_not_saved_yet(self, flake8):
        text = "import time\nfrom app.main import app\n\n@app.get('/new')\nasync def new():\n    time.sleep(1)\n"

        found = flake8.findings("--stdin-display-name", "app/new.py", "-", stdin=text)

        assert [(path, row, text[:6]) for path, row, _, text in found] == [("app/new.py", 6, "FAL101")]

    def test_text_without_a_name(self, flake8):
        text = "import time\nfrom app.main import app\n\n@app.get('/new')\nasync def new():\n    time.sleep(1)\n"

        assert [row for _, row, _, _ in flake8.findings("-", stdin=text)] == [6]

    def test_windows_line_ends_and_byte_order_mark(self, flake8):
        text = b"\xef\xbb\xbf" + (flake8.root / "app/main.py").read_bytes().replace(b"\n", b"\r\n")

        found = flake8.findings("--stdin-display-name", "app/main.py", "-", stdin=text)

        assert found == flake8.check("app/main.py")

    def test_encoding_cookie(self, flake8):
        text = "# coding: latin-1\nimport time\nfrom app.main import app\n\n\n@app.get('/é')\nasync def new():\n    time.sleep(1)\n"

        found = flake8.findings("--stdin-display-name", "app/new.py", "-", stdin=text.encode("latin-1"))

        assert [(row, "GET /é" in text) for _, row, _, text in found] == [(8, True)]


class TestText:
    def test_column_counts_characters(self, flake8):
        (line,) = [one for one in flake8.findings("app/main.py") if one[1] == 17]

        assert line[2] == len('    x = "é😀"; ') + 1

    def test_every_finding_is_one_line_that_editors_understand(self, flake8):
        import re

        ended = flake8.run("--format=%(row)d,%(col)d,%(code).1s,%(code)s:%(text)s", ".")

        lines = ended.stdout.splitlines()
        assert len(lines) == 3
        assert all(re.fullmatch(r"(\d+),(-?\d+),(\w+),(\w+\d+):([^\r\n]*)", line) for line in lines)
        assert ended.stderr == ""


class TestSuppressions:
    def test_noqa_counts_anywhere_on_the_statement(self, flake8):
        """flake8 itself would look at the first line of a call only."""
        assert not any(row > 20 for _, row, _, _ in flake8.findings("app/main.py"))

    def test_disable_noqa_shows_what_is_suppressed(self, flake8):
        found = flake8.findings("--disable-noqa", "app/main.py")

        assert [row for _, row, _, _ in found] == [12, 17, 27]

    def test_suppressions_without_a_use_are_those_that_check_reports(self, project):
        flake8 = project(
            {
                "main.py": """
                    import time


                    async def f() -> None:
                        time.sleep(1)  # noqa: FAL101
                        print(1)  # noqa: FAL101
                        print(2)  # noqa: E501, FAL555, FAL102 why
                        print(3)  # noqa: FAL101, FAL900
                        print(4)  # noqa
                """
            }
        )

        found = flake8.findings("--fal-extend-select=FAL900", ".")

        assert found == flake8.check("--extend-select=FAL900")
        assert [(row, text[:6]) for _, row, _, text in found] == [(6, "FAL900"), (7, "FAL900")]
        assert flake8.findings("--fal-extend-select=FAL900", "--extend-ignore=FAL101", ".") == found
        shown = flake8.findings("--fal-extend-select=FAL900", "--disable-noqa", ".")
        assert [(row, text[:6]) for _, row, _, text in shown] == [(5, "FAL101")]

    def test_flake8s_own_options_still_apply(self, flake8):
        assert flake8.findings("--extend-ignore=FAL101", ".") == flake8.check("--ignore=FAL101")
        assert flake8.findings("--per-file-ignores=app/main.py:FAL1", ".") == flake8.check("app/upload.py")


class TestOptions:
    def test_rule_that_is_off_by_default_stays_off_whatever_flake8_selects(self, flake8):
        shown = {text[:6] for _, _, _, text in flake8.findings("--select=FAL", "--ignore=E", ".")}

        assert shown == {"FAL101", "FAL105"}

    @pytest.mark.parametrize(
        ("option", "same"),
        [
            ("--fal-extend-select=FAL110", "--extend-select=FAL110"),
            ("--fal-select=FAL105,FAL110", "--select=FAL105,FAL110"),
            ("--fal-ignore=FAL101", "--ignore=FAL101"),
            ("--fal-min-confidence=possible", "--min-confidence=possible"),
            ("--fal-exclude=app/upload.py", "--exclude=app/upload.py"),
            ("--fal-no-cache", "--no-cache"),
            ("--fal-jobs=2", "--jobs=2"),
        ],
    )
    def test_option_means_what_it_means_for_check(self, flake8, option, same):
        files = ["app/main.py", "app/helpers.py"] if "exclude" in option else ["."]

        assert flake8.findings(option, *files) == flake8.check(same)

    def test_extend_select_turns_a_rule_on(self, flake8):
        found = flake8.findings("--fal-extend-select=FAL110", ".")

        assert ("app/upload.py", 11, "FAL110") in {(path, row, text[:6]) for path, row, _, text in found}

    @pytest.mark.parametrize("file", ["setup.cfg", "tox.ini", ".flake8"])
    def test_options_in_flake8s_configuration(self, flake8, file):
        (flake8.root / file).write_text("[flake8]\nfal-extend-select = FAL110\nfal_ignore =\n    FAL101,\n    FAL2\n")

        found = flake8.findings(".")

        assert found == flake8.check("--extend-select=FAL110", "--ignore=FAL101,FAL2")
        assert {text[:6] for _, _, _, text in found} == {"FAL105", "FAL110"}

    def test_pyproject_is_read_and_flake8s_options_win(self, flake8):
        (flake8.root / "pyproject.toml").write_text("[tool.fastapi-async-lint]\nselect = ['FAL105']\n")
        from_file = flake8.findings(".")
        from_option = flake8.findings("--fal-select=FAL101", ".")

        assert {text[:6] for _, _, _, text in from_file} == {"FAL105"}
        assert {text[:6] for _, _, _, text in from_option} == {"FAL101"}

    def test_own_catalog(self, flake8):
        (flake8.root / "lint").mkdir()
        (flake8.root / "lint/acme.toml").write_text(
            '[library]\nname = "acme"\nmodules = ["acme"]\n[[effect]]\nkind = "blocking"\nnames = ["acme.fetch"]\n'
        )
        (flake8.root / "app/sdk.py").write_text(
            "import acme\nfrom app.main import app\n\n@app.get('/x')\nasync def x():\n    acme.fetch()\n"
        )

        found = flake8.findings("--fal-catalogs=lint/acme.toml", "app/sdk.py")

        assert [(row, text[:6]) for _, row, _, text in found] == [(6, "FAL120")]

    def test_cache_may_lie_elsewhere(self, flake8, tmp_path):
        flake8.findings(f"--fal-cache-dir={tmp_path / 'cache'}", ".")

        assert (tmp_path / "cache/CACHEDIR.TAG").exists()
        assert not (flake8.root / ".fal_cache").exists()


class TestTrouble:
    """flake8 must get the results of the other plugins, whatever happens here."""

    def said(self, flake8, *words: str) -> list[str]:
        ended = flake8.run("--select=FAL,F", *words)
        assert ended.stderr == ""
        return ended.stdout.splitlines()

    @pytest.mark.parametrize(
        ("option", "reason"),
        [
            ("--fal-select=FAL7", "FAL7"),
            ("--fal-min-confidence=sure", "'sure' is none of certain, probable, possible"),
            ("--fal-catalogs=./nowhere.toml", "nowhere.toml"),
        ],
    )
    def test_option_that_cannot_be_used_is_said_in_a_result(self, flake8, option, reason):
        (flake8.root / "app/helpers.py").write_text("import os\n")

        lines = self.said(flake8, option, "app/helpers.py")

        assert {line.split()[1] for line in lines} == {"F401", "FAL999"}
        assert any(reason in line for line in lines)

    def test_broken_configuration_is_said_in_a_result(self, flake8):
        (flake8.root / "pyproject.toml").write_text("[tool.fastapi-async-lint]\nselct = []\n")

        (line,) = self.said(flake8, "app/helpers.py")

        assert "FAL999" in line and "pyproject.toml:2" in line and "selct" in line

    def test_file_with_a_syntax_error_is_flake8s_business_and_the_others_are_checked(self, flake8):
        (flake8.root / "app/broken.py").write_text("def f(:\n")
        ended = flake8.run("--select=E9,FAL", ".")

        assert ended.stderr == ""
        assert "app/broken.py:1:8: E999" in ended.stdout.replace("./", "")
        assert ended.stdout.count("FAL1") == 3

    def test_file_with_a_wrong_encoding_is_unreadable_as_in_check(self, flake8):
        (flake8.root / "app/latin.py").write_bytes(b"x = '\xe9'\n")

        assert flake8.findings("app/latin.py") == flake8.check("app/latin.py")
        assert flake8.findings("app/latin.py")[0][3].startswith("FAL999")

    def test_defect_of_ours_is_a_result(self, flake8, tmp_path):
        script = tmp_path / "run_flake8.py"
        script.write_text(
            "import sys\n"
            "import fastapi_async_lint.engine as engine\n"
            "def fail(*arguments, **more): raise RuntimeError('first line\\nsecond line')\n"
            "engine.check_project = fail\n"
            "from flake8.main.cli import main\n"
            "sys.exit(main())\n"
        )
        ended = flake8.run("app/main.py", "app/helpers.py", python=[sys.executable, str(script)])

        assert ended.stderr == ""
        text = "1:1: FAL999 file could not be analysed: internal error, please report it: RuntimeError: first line second line"
        assert sorted(ended.stdout.splitlines()) == [f"app/helpers.py:{text}", f"app/main.py:{text}"]


class TestWeight:
    def test_nothing_is_analysed_or_imported_for_version_and_help(self, flake8):
        for word in ("--version", "--help"):
            ended = flake8.run(word, python=[sys.executable, "-X", "importtime", "-m", "flake8"])
            loaded = {line.rpartition("|")[2].strip() for line in ended.stderr.splitlines()}
            assert not loaded & {"libcst", "msgspec", "sqlite3", "fastapi_async_lint.engine"}
        assert not (flake8.root / ".fal_cache").exists()

    def test_parser_is_not_loaded_where_nothing_changed(self, flake8):
        flake8.findings(".")
        ended = flake8.run("app/main.py", python=[sys.executable, "-X", "importtime", "-m", "flake8"])

        loaded = {line.rpartition("|")[2].strip() for line in ended.stderr.splitlines()}
        assert "fastapi_async_lint.engine" in loaded
        assert not loaded & {"libcst", "fastapi_async_lint.analysis.run", "fastapi_async_lint.catalog.load"}

    def test_version_names_the_plugin(self, flake8):
        from fastapi_async_lint import __version__

        assert f"fastapi-async-lint: {__version__}" in flake8.run("--version").stdout
