"""Alembic's commands: on migrations in a folder, and on PostgreSQL that answers late."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import alembic.command
import alembic.config
import psycopg2
from evidence import servers
from evidence.servers import slowly
from evidence.world import World

Case = Callable[[World], Iterator[Callable[[], object]]]
DRIVERS = (psycopg2,)
"""Imported here so that no case measures an import."""
MIGRATION = """
revision, down_revision, branch_labels, depends_on = {revision!r}, {before!r}, None, None

def upgrade():
    pass

def downgrade():
    pass
"""
COUNT = 30
"""Migrations, one after the other."""


def ready(world: World, url: str = "", heads: int = 1) -> alembic.config.Config:
    """A folder of migrations; ``heads``: how many of them are the last."""
    folder = world.folder / "migrations"
    config = alembic.config.Config(world.folder / "alembic.ini")
    alembic.command.init(config, str(folder))
    config = alembic.config.Config(world.folder / "alembic.ini")
    config.set_main_option("sqlalchemy.url", url)
    config.print_stdout = lambda *words: None  # type: ignore[method-assign]
    for number in range(COUNT):
        before = f"r{number - 1}" if number else None
        write(config, f"r{number}", before)
    for number in range(1, heads):
        write(config, f"other{number}", f"r{COUNT - 2}")
    return config


def write(config: alembic.config.Config, revision: str, before: str | None) -> None:
    name = f"{config.get_main_option('script_location')}/versions/{revision}_.py"
    with open(name, "w") as file:
        file.write(MIGRATION.format(revision=revision, before=before))


def online(use: Callable[[Any], object], head: str = "") -> Case:
    """A command that connects; ``head``: where the database is put before."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        direct, port = servers.postgresql()
        if head:
            alembic.command.stamp(ready(world, f"postgresql+psycopg2://evidence@{direct}:{port}/evidence"), head)
        with slowly(world, (direct, port)) as (host, relay):
            config = alembic.config.Config(world.folder / "alembic.ini") if head else ready(world)
            config.set_main_option("sqlalchemy.url", f"postgresql+psycopg2://evidence@{host}:{relay}/evidence")
            config.print_stdout = lambda *words: None  # type: ignore[method-assign]
            yield lambda: use(config)

    return case


def offline(use: Callable[[Any], object], heads: int = 1) -> Case:
    """A command that reads the migrations."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        config = ready(world, heads=heads)
        yield lambda: use(config)

    return case


C = "alembic.command."
BLOCKING = {
    f"{C}upgrade": online(lambda config: alembic.command.upgrade(config, "head")),
    f"{C}downgrade": online(lambda config: alembic.command.downgrade(config, "-1"), f"r{COUNT - 1}"),
    f"{C}current": online(alembic.command.current, f"r{COUNT - 1}"),
    f"{C}stamp": online(lambda config: alembic.command.stamp(config, "r0")),
    f"{C}check": online(alembic.command.check, f"r{COUNT - 1}"),
    f"{C}revision": online(lambda config: alembic.command.revision(config, autogenerate=True), f"r{COUNT - 1}"),
    f"{C}ensure_version": online(alembic.command.ensure_version),
}
SHORT = {
    f"{C}history": offline(alembic.command.history),
    f"{C}heads": offline(alembic.command.heads),
    f"{C}branches": offline(alembic.command.branches),
    f"{C}show": offline(lambda config: alembic.command.show(config, "r0")),
    f"{C}merge": offline(lambda config: alembic.command.merge(config, ["other1", f"r{COUNT - 1}"]), heads=2),
    f"{C}init": lambda world: alembic.command.init(
        alembic.config.Config(world.folder / "alembic.ini"), str(world.folder / "new")
    ),
}
SILENT = {"alembic.config.Config": lambda world: alembic.config.Config(world.folder / "alembic.ini")}
