"""What other tools stop or report at run time is known here, or it is known why not."""

from __future__ import annotations

from pathlib import Path

import pytest

from fastapi_async_lint.catalog.load import load_catalog
from fastapi_async_lint.catalog.match import Catalog

NAMES = [
    line for line in Path(__file__).with_name("intercepted.txt").read_text("utf-8").splitlines() if line[:1] != "#"
]
HARMLESS = {
    "os.execv": "replaces the process",
    "os.getcwd": "asks the kernel, not the disk",
    "os.kill": "waits for nobody",
    "os.path.abspath": "path arithmetic",
    "os.path.samestat": "compares numbers",
    "socket.socket.bind": "tells the kernel only",
    "syslog.openlog": "connects when the first line is written",
}


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


def blocks(name: str, catalog: Catalog) -> bool:
    return any(effect.kind == "blocking" for effect in catalog.effects(catalog.canonical(name)))


@pytest.mark.parametrize("name", [name for name in NAMES if name not in HARMLESS])
def test_catalog_says_that_it_blocks(name: str, catalog: Catalog) -> None:
    assert blocks(name, catalog)


def test_what_is_harmless_is_not_reported(catalog: Catalog) -> None:
    assert set(HARMLESS) <= set(NAMES)
    assert [name for name in HARMLESS if blocks(name, catalog)] == []
