"""What the documents tell users to type and to write is tried."""

from __future__ import annotations

import configparser
import re
import subprocess
import sys
from pathlib import Path

import pytest

from fastapi_async_lint.config import load_settings
from fastapi_async_lint.diagnostics import Confidence
from fastapi_async_lint.flake8_plugin import OPTIONS
from fastapi_async_lint.reporters import format_names
from fastapi_async_lint.rules import load_rules

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """The README's code blocks in this language, those in quotations included."""
    text = re.sub(r"^> ?", "", README, flags=re.MULTILINE)
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def test_settings_of_the_readme_are_settings(tmp_path):
    (example,) = (block for block in blocks("toml") if "extend-select" in block)
    (tmp_path / "pyproject.toml").write_text(example)
    (tmp_path / "backend").mkdir()

    settings = load_settings([tmp_path], known_codes=[rule.meta.code for rule in load_rules()])

    assert settings.select == ("FAL1", "FAL201")
    assert settings.source_roots == (tmp_path / "backend",)
    assert settings.min_confidence is Confidence.CERTAIN


def test_finding_shown_in_the_readme_is_one_of_the_fixture_application():
    (sample,) = re.findall(r"^shop/\S+:\d+:\d+: FAL\d+ .*$", README, re.MULTILINE)
    command = [sys.executable, "-m", "fastapi_async_lint", "check", "--no-cache", "--output-format", "concise", "-q"]
    ended = subprocess.run(command, cwd=ROOT / "tests/fixtures/shop", capture_output=True, text=True)

    assert sample in ended.stdout.splitlines()


def test_every_toml_block_is_toml():
    assert len([tomllib.loads(block) for block in blocks("toml")]) >= 3


def test_flake8_options_of_the_readme_exist():
    (example,) = blocks("ini")
    parser = configparser.ConfigParser()
    parser.read_string(example)

    assert set(parser["flake8"]) <= {f"fal-{name}" for name, _, _ in OPTIONS}
    assert len(parser["flake8"]) > 0


def test_output_formats_of_the_readme_exist():
    named = set(re.findall(r"--output-format (\w+)", README))

    assert {"json", "github", "gitlab"} <= named <= set(format_names("findings"))


def test_ruff_is_mentioned_before_anybody_scrolls():
    assert 'external = ["FAL"]' in "\n".join(README.splitlines()[:40])


def test_test_command_of_the_readme_is_the_one_that_the_build_runs():
    lines = [line for block in blocks("sh") for line in block.splitlines() if line.endswith("&& python -m pytest")]
    build = (ROOT / ".ci/run").read_text()
    (pattern,) = re.findall(r"grep -m 1 '(.*)' README.md", build)

    assert len(lines) == 1
    assert re.search(pattern.replace("^", ""), lines[0])


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "docs/glossary.md", "docs/probe.md", "CHANGELOG.md"])
def test_links_to_files_lead_somewhere(name):
    document = ROOT / name
    links = re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8"))

    assert [link for link in links if not (document.parent / link).exists()] == []


def test_paths_in_the_contributing_guide_exist():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    paths = set(re.findall(r"`((?:src|tests|requirements|docs)/[\w./]+)`", text))

    assert len(paths) >= 4
    assert [path for path in sorted(paths) if not (ROOT / path).exists()] == []


def test_banned_words_of_the_glossary_are_not_used_in_messages():
    """A sample of the glossary's right-hand column, in what users read: the rules' one-line summaries."""
    rows = re.findall(
        r"^\| ([^|]+) \| [^|]+ \| ([^|]+) \|$", (ROOT / "docs/glossary.md").read_text("utf-8"), re.MULTILINE
    )
    banned = {word.strip() for _, words in rows for word in words.split(",")} & {"sink", "false positive", "violation"}
    summaries = " ".join(rule.meta.summary for rule in load_rules()).lower()

    assert banned == {"sink", "false positive", "violation"}
    assert not [word for word in banned if word in summaries]
