"""SDKs of language and voice models against a slow web server: mistralai, cohere, google-genai, ollama, replicate."""

from __future__ import annotations

import cohere
import ollama
import replicate
from evidence.subjects import sweeps, web
from evidence.sweep import Sweep
from google import genai
from mistralai.client import Mistral


def gemini(url: str) -> genai.Client:
    return genai.Client(api_key="x", http_options={"base_url": url})


def model(url: str) -> replicate.Client:
    return replicate.Client("x", base_url=url)


cohere_1 = web(lambda url: cohere.Client("x", base_url=url))
cohere_1_async = web(lambda url: cohere.AsyncClient("x", base_url=url))
cohere_2 = web(lambda url: cohere.ClientV2("x", base_url=url))
cohere_2_async = web(lambda url: cohere.AsyncClientV2("x", base_url=url))

SWEEPS = [
    *sweeps("mistralai", web(lambda url: Mistral(api_key="x", server_url=url))),
    *(sweep for sweep in sweeps("cohere", cohere_2, cohere_2_async) if not sweep.on.startswith("cohere.client.")),
    Sweep("cohere.client.Client", cohere_1),
    Sweep("cohere.client.AsyncClient", cohere_1_async),
    *sweeps("google_genai", web(gemini)),
    Sweep("ollama.Client", web(ollama.Client)),
    Sweep("ollama.AsyncClient", web(ollama.AsyncClient)),
    Sweep("ollama", web(ollama.Client)),
    *sweeps("replicate", web(model)),
]
