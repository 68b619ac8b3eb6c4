"""``check``: options become settings, reports become output, findings become an exit status."""

from __future__ import annotations

import io
import json
from types import SimpleNamespace

import pytest

from fastapi_async_lint.diagnostics import Confidence


def test_nothing_found_ends_with_0(engine, run):
    outcome = run("check")
    assert (outcome.status, outcome.out, outcome.err) == (0, "No findings in 3 files.\n", "")


def test_findings_end_with_1_and_are_printed_relative_to_the_working_folder(engine, finding, run):
    engine.report.diagnostics = (finding,)
    engine.report.suppressed = {"noqa": 3}
    outcome = run("check")
    assert outcome.status == 1
    assert outcome.out.splitlines() == [
        "main.py:1:5: FAL101 time.sleep() blocks the event loop in GET /; use `await asyncio.sleep()`",
        "1 finding (3 suppressed) in 3 files.",
    ]


def test_exit_zero_ends_with_0_and_still_prints(engine, finding, run):
    engine.report.diagnostics = (finding,)
    outcome = run("check", "--exit-zero")
    assert outcome.status == 0
    assert "FAL101" in outcome.out


def test_quiet_prints_findings_only(engine, finding, run):
    engine.report.diagnostics = (finding,)
    assert len(run("check", "-q").out.splitlines()) == 1


def test_options_reach_the_engine(engine, run, project):
    (project / "own.toml").touch()
    (project / "src").mkdir()
    assert run(
        "check", "main.py", "--select", "FAL1,FAL2", "--select", "FAL999", "--extend-select=FAL110", "--ignore", "FAL105",
        "--per-file-ignores", "tests/*:FAL1,FAL2 x.py:FAL101", "--exclude", "a,b", "--extend-exclude", "c",
        "--force-exclude", "--no-respect-gitignore", "--min-confidence", "possible", "--whole-project", "--ignore-noqa",
        "--no-cache", "--cache-dir", "k", "-j", "2", "--catalog", "own.toml", "--source-root", "src",
    ).status == 0  # fmt: skip
    settings = engine.settings
    assert engine.paths == [project / "main.py"]
    assert settings.select == ("FAL1", "FAL2", "FAL999")
    assert settings.extend_select == ("FAL110",)
    assert settings.ignore == ("FAL105",)
    assert settings.per_file_ignores == (("tests/*", ("FAL1", "FAL2")), ("x.py", ("FAL101",)))
    assert settings.exclude == ("a", "b", "c")
    assert (settings.force_exclude, settings.respect_gitignore) == (True, False)
    assert settings.min_confidence is Confidence.POSSIBLE
    assert (settings.whole_project, settings.noqa, settings.cache, settings.jobs) == (True, False, False, 2)
    assert settings.cache_dir == project / "k"
    assert settings.catalogs == (project / "own.toml",)
    assert settings.source_roots == (project / "src",)


def test_options_that_are_not_given_leave_the_configuration_alone(engine, run, project):
    (project / "pyproject.toml").write_text(
        '[tool.fastapi-async-lint]\nselect = ["FAL1"]\nignore = ["FAL105"]\nnoqa = false\nwhole-project = true\njobs = 3\n'
    )
    assert run("check").status == 0
    settings = engine.settings
    assert (settings.select, settings.ignore) == (("FAL1",), ("FAL105",))
    assert (settings.noqa, settings.whole_project, settings.jobs) == (False, True, 3)


def test_isolated_reads_no_configuration(engine, run, project):
    (project / "pyproject.toml").write_text('[tool.fastapi-async-lint]\nselect = ["FAL1"]\n')
    assert run("check", "--isolated").status == 0
    assert engine.settings.select == ()


def test_config_names_the_file_to_read(engine, run, project):
    (project / "other.toml").write_text('[tool.fastapi-async-lint]\nselect = ["FAL2"]\n')
    assert run("check", "--config", "other.toml").status == 0
    assert engine.settings.select == ("FAL2",)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--select", "FAL77"], "select: no rule has the code 'FAL77'"),
        (["--per-file-ignores", "FAL1"], "'FAL1' is not of the form GLOB:CODES"),
        (["--config", "missing.toml"], "missing.toml: cannot be read"),
        (["--config", "x.toml", "--isolated"], "--config and --isolated exclude each other"),
        (["--statistics", "--output-format", "sarif"], "--statistics knows only the formats json, text"),
        (["--stdin-filename", "x.py"], "--stdin-filename goes with `-`"),
        (["-", "main.py"], "`-` must be the only path"),
        (["--output-file", "missing/folder/out"], "cannot write missing/folder/out"),
    ],
)
def test_wrong_command_line_is_explained_in_one_line(engine, run, words, message):
    outcome = run("check", *words)
    assert outcome.status == 2
    assert message in outcome.err
    assert outcome.err.count("\n") == 1
    assert outcome.out == ""


def test_unknown_option_and_missing_command_end_with_2(engine, run):
    assert run("check", "--frobnicate").status == 2
    assert run().status == 2


def test_options_are_not_guessed_from_beginnings(engine, run):
    assert run("check", "--stat").status == 2


def test_standard_input_stands_for_the_named_file(engine, run, project, monkeypatch):
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(b"y = 2\n")))
    assert run("check", "-", "--stdin-filename", "app/new.py").status == 0
    assert engine.paths == [project / "app/new.py"]
    assert engine.overlay == {project / "app/new.py": b"y = 2\n"}


def test_without_standard_input_nothing_is_laid_over_the_disk(engine, run):
    assert run("check").status == 0
    assert not engine.overlay


def test_output_file_gets_the_report_and_standard_output_nothing(engine, finding, run, project):
    engine.report.diagnostics = (finding,)
    outcome = run("check", "--output-format", "json", "-o", "out.json", "--color", "always")
    assert (outcome.status, outcome.out) == (1, "")
    assert json.loads((project / "out.json").read_text())[0]["code"] == "FAL101"


def test_json_is_the_only_thing_on_standard_output(engine, finding, run):
    engine.report.diagnostics = (finding,)
    outcome = run("check", "--output-format", "json", "--verbose")
    assert json.loads(outcome.out)[0]["filename"] == str(finding.place.path)
    assert "project:" in outcome.err


def test_statistics_count_instead_of_listing(engine, finding, run):
    engine.report.diagnostics = (finding, finding)
    outcome = run("check", "--statistics")
    assert outcome.status == 1
    assert outcome.out.splitlines()[0] == "2  FAL101  blocking-sleep"


def test_show_files_lists_what_would_be_checked(engine, run, project):
    (project / "tests").mkdir()
    (project / "tests" / "test_x.py").touch()
    outcome = run("check", "--show-files", "--exclude", "tests")
    assert (outcome.status, outcome.out) == (0, f"{project / 'main.py'}\n")
    assert engine.settings is None
