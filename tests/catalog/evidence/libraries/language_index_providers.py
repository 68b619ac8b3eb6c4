"""The packages of LlamaIndex for one provider each: what making a model costs."""

from __future__ import annotations

import functools
from typing import Any

from evidence.subjects import anew, anywhere
from llama_index.embeddings.ollama import OllamaEmbedding
from llama_index.llms.anthropic import Anthropic
from llama_index.llms.bedrock_converse import BedrockConverse
from llama_index.llms.google_genai import GoogleGenAI
from llama_index.llms.mistralai import MistralAI

AWS: dict[str, Any] = {"region_name": "us-east-1", "aws_access_key_id": "x", "aws_secret_access_key": "x"}

BLOCKING = {
    "llama_index.llms.google_genai.GoogleGenAI": anywhere(lambda: functools.partial(GoogleGenAI, api_key="x")),
}
CPU = {
    "llama_index.llms.google_genai.GoogleGenAI": anew(GoogleGenAI, api_key="x", max_tokens=1, context_window=1),
    "llama_index.llms.anthropic.Anthropic": anew(Anthropic, api_key="x"),
    "llama_index.llms.mistralai.MistralAI": anew(MistralAI, api_key="x"),
    "llama_index.llms.bedrock_converse.BedrockConverse": anew(
        BedrockConverse, model="anthropic.claude-3-haiku-20240307-v1:0", **AWS
    ),
    "llama_index.embeddings.ollama.OllamaEmbedding": anew(OllamaEmbedding, model_name="x"),
}
DOCUMENTED = {
    "The package is given up, and builds on google-generativeai, which is, too; its text is read, it is not installed. It asks with "
    "genai.get_model (llama-index-llms-gemini 0.6.2, base.py).": ("llama_index.llms.gemini.Gemini",),
    "Needs PyTorch and a model of some 100 MB; makes a SentenceTransformer, which loads it and downloads it the first time "
    "(llama-index-embeddings-huggingface 0.8.0, base.py).": (
        "llama_index.embeddings.huggingface.HuggingFaceEmbedding",
    ),
    "Needs PyTorch and a model of some 100 MB; calls SentenceTransformer.encode (llama-index-embeddings-huggingface 0.8.0, base.py).": tuple(
        f"llama_index.embeddings.huggingface.HuggingFaceEmbedding.{method}"
        for method in ("get_query_embedding", "get_text_embedding", "get_text_embedding_batch")
    ),
}
