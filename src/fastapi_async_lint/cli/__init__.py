"""The command line: ``check``, ``routes``, ``explain``, ``catalog``, ``probe``, ``clean``.

A module whose name does not start with an underscore is a command. It has

* a docstring: the first line is its line in ``--help``, the rest its own ``--help``;
* ``add_arguments(parser)``;
* ``run(arguments)``, which returns the exit status.

Command modules import what they need when they run: ``--version`` must not wait for it.
"""

from fastapi_async_lint.cli._main import main

__all__ = ["main"]
