"""The packages of LangChain for one provider each: what making a model costs."""

from __future__ import annotations

from typing import Any

import langchain_mistralai
from evidence.subjects import anew, anywhere
from evidence.sweep import Sweep
from langchain_aws import BedrockEmbeddings, ChatBedrock, ChatBedrockConverse
from langchain_cohere import ChatCohere, CohereEmbeddings
from langchain_google_genai import ChatGoogleGenerativeAI, GoogleGenerativeAIEmbeddings
from langchain_groq import ChatGroq
from langchain_ollama import ChatOllama, OllamaEmbeddings

MODEL = "anthropic.claude-3-haiku-20240307-v1:0"
AWS: dict[str, Any] = {"region_name": "us-east-1", "aws_access_key_id": "x", "aws_secret_access_key": "x"}

CPU = {
    "langchain_ollama.ChatOllama": anew(ChatOllama, model="x"),
    "langchain_ollama.OllamaEmbeddings": anew(OllamaEmbeddings, model="x"),
    "langchain_groq.ChatGroq": anew(ChatGroq, model="x", api_key="x"),
    "langchain_cohere.ChatCohere": anew(ChatCohere, model="x", cohere_api_key="x"),
    "langchain_cohere.CohereEmbeddings": anew(CohereEmbeddings, model="x", cohere_api_key="x"),
    "langchain_google_genai.ChatGoogleGenerativeAI": anew(ChatGoogleGenerativeAI, model="x", google_api_key="x"),
    "langchain_google_genai.GoogleGenerativeAIEmbeddings": anew(
        GoogleGenerativeAIEmbeddings, model="models/x", google_api_key="x"
    ),
    "langchain_aws.ChatBedrock": anew(ChatBedrock, model=MODEL, **AWS),
    "langchain_aws.ChatBedrockConverse": anew(ChatBedrockConverse, model=MODEL, **AWS),
    "langchain_aws.BedrockEmbeddings": anew(BedrockEmbeddings, **AWS),
}
SWEEPS = [
    Sweep(
        "langchain_mistralai",
        anywhere(lambda: langchain_mistralai),
        calls={"MistralAIEmbeddings": ((), {"api_key": "x"})},
    )
]
DOCUMENTED = {
    "Needs PyTorch and a model of some 100 MB; the constructor makes a SentenceTransformer, which loads it and downloads it the "
    "first time (langchain-huggingface 1.2.3, embeddings/huggingface.py).": (
        "langchain_huggingface.HuggingFaceEmbeddings",
    ),
    "Needs PyTorch and a model of some 100 MB; calls SentenceTransformer.encode (langchain-huggingface 1.2.3, "
    "embeddings/huggingface.py).": (
        "langchain_huggingface.HuggingFaceEmbeddings.embed_documents",
        "langchain_huggingface.HuggingFaceEmbeddings.embed_query",
    ),
}
