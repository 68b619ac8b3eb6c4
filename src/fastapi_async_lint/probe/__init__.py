"""Runs a call on an event loop and says whether it holds the loop up, where, and by what.

One mechanism serves the command ``probe``, the pytest fixture and the evidence for the catalog: a heartbeat on the loop
(:mod:`~fastapi_async_lint.probe.watch`), and a thread that looks where the loop's thread is while no beat comes. It needs
nothing but the standard library, replaces no function of anybody's, and is never imported by ``check``.
"""
