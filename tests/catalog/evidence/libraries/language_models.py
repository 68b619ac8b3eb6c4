"""SDKs of language models made by one generator (openai, anthropic, groq) against a slow web server."""

from __future__ import annotations

import anthropic
import groq
import openai
from evidence.subjects import sweeps, web

SWEEPS = [
    sweep
    for stem, client, asynchronous in (
        ("openai", openai.OpenAI, openai.AsyncOpenAI),
        ("anthropic", anthropic.Anthropic, anthropic.AsyncAnthropic),
        ("groq", groq.Groq, groq.AsyncGroq),
    )
    for sweep in sweeps(
        stem,
        web(lambda url, make=client: make(api_key="x", base_url=url, max_retries=0)),
        web(lambda url, make=asynchronous: make(api_key="x", base_url=url, max_retries=0)),
        given={"model": "x", "input": "x", "middleware": ()},
    )
]
