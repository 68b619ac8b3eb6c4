"""The walk that turns a tree into facts. Its entrance is :func:`fastapi_async_lint.facts.extract.extract`."""
