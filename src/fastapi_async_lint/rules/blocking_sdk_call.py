"""Blocking SDK call on the event loop.

## What it does
Reports calls of synchronous clients for cloud storage, language models, payment, messaging and similar services in
code that runs on the event loop.

## Why is this bad?
Behind each method stands an HTTP request, often with retries and pauses between them. Calls of a language model take
many seconds; all other requests of the worker process wait for them.

## Example
```python
from fastapi import FastAPI
from openai import OpenAI

app = FastAPI()
client = OpenAI()


@app.post("/embed")
async def embed(text: str) -> list[float]:
    answer = client.embeddings.create(model="text-embedding-3-small", input=text)  # error
    return answer.data[0].embedding
```

## Use instead
```python
from fastapi import FastAPI
from openai import AsyncOpenAI, OpenAI

app = FastAPI()
client = AsyncOpenAI()
sync_client = OpenAI()


@app.post("/embed")
async def embed(text: str) -> list[float]:
    answer = await client.embeddings.create(model="text-embedding-3-small", input=text)
    return answer.data[0].embedding


@app.post("/embed-in-pool")
def embed_in_pool(text: str) -> list[float]:
    answer = sync_client.embeddings.create(model="text-embedding-3-small", input=text)
    return answer.data[0].embedding
```

## Fix safety
Where the SDK has an asynchronous client, the message names it. Off-loading the call is an unsafe fix: not every
client may be used by several threads.
Where the endpoint awaits nothing, making it a plain `def` is offered first; that is unsafe, too.

## Limits
Only SDKs in the catalog are known; add your own in a catalog file of the project.
"""

from __future__ import annotations

from collections.abc import Iterator

from fastapi_async_lint.analysis.view import View
from fastapi_async_lint.diagnostics import Diagnostic
from fastapi_async_lint.rules._loop_sites import report_blocking
from fastapi_async_lint.rules._rule import Rule

META = Rule(
    code="FAL107",
    name="blocking-sdk-call",
    on_by_default=True,
    kind="blocking-io",
    summary="A cloud or service SDK that makes blocking requests",
)


def check(view: View) -> Iterator[Diagnostic]:
    """SDK calls on the loop."""
    return report_blocking(view, META, {"sdk"})
