"""python-whois: asks a program that answers late."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import whois
from evidence.world import World


def asked(world: World) -> Iterator[Callable[[], object]]:
    program = world.folder / "whois"
    program.write_text(f"#!/bin/sh\nsleep {world.delay}\necho 'Domain Name: EXAMPLE.COM'\n")
    program.chmod(0o755)
    yield lambda: whois.whois("example.com", command=True, executable=str(program))


BLOCKING = {"whois.whois": asked}
