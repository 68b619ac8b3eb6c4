"""A PostgreSQL server of our own on 127.0.0.1, for as long as a test needs it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stallrun.servers import free_port

INSTALL = "no PostgreSQL server found (Debian: apt-get install postgresql)"


def find_binaries() -> Path | None:
    """The folder that holds ``initdb`` and ``pg_ctl``, or None; Debian keeps it off the search path."""
    on_path = shutil.which("initdb")
    if on_path is not None:
        return Path(on_path).resolve().parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return installed[-1].parent if installed else None


@contextmanager
def running(binaries: Path) -> Iterator[str]:
    """Start a server on an empty cluster; gives the SQLAlchemy URL (psycopg, sync and async alike).

    PostgreSQL refuses to run as root, who therefore starts it as the user ``postgres``.
    Raises CalledProcessError if it does not start.
    """
    user = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as scratch:
        os.chmod(scratch, 0o777)
        cluster = Path(scratch, "cluster")

        def call(program: str, *arguments: str) -> None:
            subprocess.run(
                [str(binaries / program), "-D", str(cluster), *arguments],
                cwd=scratch,
                check=True,
                stdout=subprocess.DEVNULL,
                **user,  # type: ignore[call-overload]
            )

        call("initdb", "--username=shop", "--auth=trust", "--encoding=UTF8", "--no-sync")
        options = f"-c listen_addresses=127.0.0.1 -p {port} -c unix_socket_directories={scratch} -c fsync=off"
        call("pg_ctl", "--wait", "--silent", f"--log={scratch}/log", f"--options={options}", "start")
        try:
            yield f"postgresql+psycopg://shop@127.0.0.1:{port}/postgres"
        finally:
            call("pg_ctl", "--wait", "--silent", "--mode=immediate", "stop")
