"""Standard library: importing, and looking for what is installed, on a disk that answers late."""

from __future__ import annotations

import compileall
import ctypes
import importlib
import importlib.metadata
import importlib.resources
import importlib.util
import inspect
import itertools
import pkgutil
import py_compile
import runpy
import sys
import zipfile
import zipimport
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from evidence.slow_disk import on_slow_disk

IN_SUITE = False

NUMBERS = itertools.count()
MODULE = "import inspect\n\n\ndef f():  # x\n    return inspect.stack()\n\n\ndef g():\n    1 / 0\n\n\ndef h():\n    return inspect.currentframe()\n"
METADATA = "Metadata-Version: 2.1\nName: slow-dist\nVersion: 1.0\nRequires-Dist: x\n"
ENTRY_POINTS = "[slow]\nx = slow_module_of_dist:f\n"


def on_path(folder: Path) -> Iterator[Path]:
    """A folder that modules are looked for in first."""
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    yield folder
    sys.path.remove(str(folder))
    importlib.invalidate_caches()


def named(folder: Path) -> Iterator[str]:
    """Name of a module that was never imported."""
    name = f"slow_module_{next(NUMBERS)}"
    (folder / f"{name}.py").write_text(MODULE)
    for _ in on_path(folder):
        yield name


def imported(folder: Path) -> Iterator[ModuleType]:
    for name in named(folder):
        yield importlib.import_module(name)


def package(folder: Path) -> Iterator[str]:
    """Name of a package with a file, imported already."""
    name = f"slow_package_{next(NUMBERS)}"
    (folder / name).mkdir()
    (folder / name / "__init__.py").touch()
    (folder / name / "data.txt").write_text("x")
    for _ in on_path(folder):
        importlib.import_module(name)
        yield name


def installed(folder: Path) -> Iterator[Path]:
    home = folder / "slow_dist-1.0.dist-info"
    home.mkdir()
    (home / "METADATA").write_text(METADATA)
    (home / "entry_points.txt").write_text(ENTRY_POINTS)
    (home / "RECORD").write_text("x.py,,\n")
    (folder / "slow_module_of_dist.py").write_text(MODULE)
    yield from on_path(folder)


def distribution(folder: Path) -> Iterator[importlib.metadata.Distribution]:
    for _ in installed(folder):
        yield importlib.metadata.distribution("slow-dist")


def entry_point(folder: Path) -> Iterator[importlib.metadata.EntryPoint]:
    for found in distribution(folder):
        sys.modules.pop("slow_module_of_dist", None)
        yield next(iter(found.entry_points))


def module_file(folder: Path) -> Path:
    path = folder / "slow.py"
    path.write_text("x = 1\n")
    return path


def specified(folder: Path) -> Any:
    return importlib.util.spec_from_file_location("slow", module_file(folder))


def zipped(folder: Path) -> zipimport.zipimporter:
    return zipimport.zipimporter(zip_file(folder))


def zip_file(folder: Path) -> str:
    path = folder / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("slow.py", "x = 1\n")
    return str(path)


def shared_library(folder: Path) -> str:
    spec = importlib.util.find_spec("_json")
    path = folder / "x.so"
    path.write_bytes(Path(spec.origin).read_bytes())  # type: ignore[union-attr, arg-type]
    return str(path)


def alone_on_path(folder: Path) -> None:
    before, sys.path = sys.path, [str(folder)]
    try:
        compileall.compile_path(skip_curdir=False, quiet=2)
    finally:
        sys.path = before


def raised(module: Any) -> None:
    try:
        module.g()
    except ZeroDivisionError:
        inspect.trace()


def inner(module: Any) -> None:
    try:
        module.g()
    except ZeroDivisionError as error:
        inspect.getinnerframes(error.__traceback__)


def of_name(use: Callable[[str], object]) -> Any:
    return on_slow_disk(use, named)


def of_module(use: Callable[[Any], object]) -> Any:
    return on_slow_disk(use, imported)


def of_package(use: Callable[[str], object]) -> Any:
    return on_slow_disk(use, package)


def of_distribution(use: Callable[[], object]) -> Any:
    return on_slow_disk(lambda folder: use(), installed)


LOADING: dict[str, Callable[[Any], object]] = {
    "exec_module": lambda spec: spec.loader.exec_module(importlib.util.module_from_spec(spec)),
    "get_code": lambda spec: spec.loader.get_code("slow"),
    "get_source": lambda spec: spec.loader.get_source("slow"),
    "get_data": lambda spec: spec.loader.get_data(spec.origin),
}
UNZIPPING: dict[str, Callable[[Any], object]] = {
    "exec_module": lambda found: found.exec_module(importlib.util.module_from_spec(found.find_spec("slow"))),
    "get_code": lambda found: found.get_code("slow"),
    "get_source": lambda found: found.get_source("slow"),
    "get_data": lambda found: found.get_data("slow.py"),
}

BLOCKING = {
    "importlib.import_module": of_name(importlib.import_module),
    "importlib.__import__": of_name(importlib.__import__),
    "builtins.__import__": of_name(__import__),
    "builtins.exec": of_name(lambda name: exec(f"import {name}")),
    "importlib.reload": of_module(importlib.reload),
    "pkgutil.resolve_name": of_name(pkgutil.resolve_name),
    "importlib.util.find_spec": of_name(importlib.util.find_spec),
    **{f"importlib.machinery.SourceFileLoader.{name}": on_slow_disk(use, specified) for name, use in LOADING.items()},
    **{f"zipimport.zipimporter.{name}": on_slow_disk(use, zipped) for name, use in UNZIPPING.items()},
    "pkgutil.iter_modules": on_slow_disk(lambda folder: list(pkgutil.iter_modules([str(folder)]))),
    "pkgutil.walk_packages": on_slow_disk(lambda folder: list(pkgutil.walk_packages([str(folder)]))),
    "pkgutil.get_data": of_package(lambda name: pkgutil.get_data(name, "data.txt")),
    "runpy.run_module": of_name(runpy.run_module),
    "runpy.run_path": on_slow_disk(lambda path: runpy.run_path(str(path)), module_file),
    "zipimport.zipimporter": on_slow_disk(zipimport.zipimporter, zip_file),
    "ctypes.CDLL": on_slow_disk(ctypes.CDLL, shared_library),
    "ctypes.PyDLL": on_slow_disk(ctypes.PyDLL, shared_library),
    "ctypes.cdll.LoadLibrary": on_slow_disk(lambda path: ctypes.cdll.LoadLibrary(path), shared_library),
    "importlib.metadata.distribution": of_distribution(lambda: importlib.metadata.distribution("slow-dist")),
    "importlib.metadata.distributions": of_distribution(lambda: next(iter(importlib.metadata.distributions()))),
    "importlib.metadata.entry_points": of_distribution(importlib.metadata.entry_points),
    "importlib.metadata.files": of_distribution(lambda: importlib.metadata.files("slow-dist")),
    "importlib.metadata.metadata": of_distribution(lambda: importlib.metadata.metadata("slow-dist")),
    "importlib.metadata.packages_distributions": of_distribution(importlib.metadata.packages_distributions),
    "importlib.metadata.requires": of_distribution(lambda: importlib.metadata.requires("slow-dist")),
    "importlib.metadata.version": of_distribution(lambda: importlib.metadata.version("slow-dist")),
    "importlib.metadata.Distribution.read_text": on_slow_disk(lambda found: found.read_text("METADATA"), distribution),
    "importlib.metadata.Distribution.from_name": of_distribution(
        lambda: importlib.metadata.Distribution.from_name("slow-dist")
    ),
    "importlib.metadata.Distribution.discover": of_distribution(
        lambda: next(iter(importlib.metadata.Distribution.discover()))
    ),
    "importlib.metadata.EntryPoint.load": on_slow_disk(lambda found: found.load(), entry_point),
    "importlib.resources.contents": of_package(lambda name: list(importlib.resources.contents(name))),
    "importlib.resources.is_resource": of_package(lambda name: importlib.resources.is_resource(name, "data.txt")),
    "importlib.resources.open_binary": of_package(
        lambda name: importlib.resources.open_binary(name, "data.txt").close()
    ),
    "importlib.resources.open_text": of_package(lambda name: importlib.resources.open_text(name, "data.txt").close()),
    "importlib.resources.read_binary": of_package(lambda name: importlib.resources.read_binary(name, "data.txt")),
    "importlib.resources.read_text": of_package(lambda name: importlib.resources.read_text(name, "data.txt")),
    "compileall.compile_dir": on_slow_disk(lambda folder: compileall.compile_dir(folder, quiet=2)),
    "compileall.compile_file": on_slow_disk(lambda path: compileall.compile_file(path, quiet=2), module_file),
    "compileall.compile_path": on_slow_disk(alone_on_path),
    "py_compile.compile": on_slow_disk(lambda path: py_compile.compile(str(path)), module_file),
    "inspect.getsource": of_module(lambda module: inspect.getsource(module.f)),
    "inspect.getsourcelines": of_module(lambda module: inspect.getsourcelines(module.f)),
    "inspect.getsourcefile": of_module(lambda module: inspect.getsourcefile(module.f)),
    "inspect.getframeinfo": of_module(lambda module: inspect.getframeinfo(module.h())),
    "inspect.getouterframes": of_module(lambda module: inspect.getouterframes(module.h())),
    "inspect.getinnerframes": of_module(inner),
    "inspect.getcomments": of_module(lambda module: inspect.getcomments(module.f)),
    "inspect.findsource": of_module(lambda module: inspect.findsource(module.f)),
    "inspect.stack": of_module(lambda module: module.f()),
    "inspect.trace": of_module(raised),
}

SILENT = {
    "pkgutil.iter_modules": on_slow_disk(lambda folder: pkgutil.iter_modules([str(folder)])),
    "pkgutil.walk_packages": on_slow_disk(lambda folder: pkgutil.walk_packages([str(folder)])),
    "importlib.metadata.distributions": of_distribution(importlib.metadata.distributions),
    "importlib.metadata.Distribution.discover": of_distribution(importlib.metadata.Distribution.discover),
}

if sys.version_info < (3, 14):
    BLOCKING["pkgutil.find_loader"] = of_name(pkgutil.find_loader)
    BLOCKING["pkgutil.get_loader"] = of_name(pkgutil.get_loader)
