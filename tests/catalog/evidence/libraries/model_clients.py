"""What making a client costs: SDKs that read and parse the CA bundle for each new one."""

from __future__ import annotations

from typing import Any

import anthropic
import cohere
import elevenlabs.client
import groq
import langchain_openai
import mistralai.client
import ollama
import openai
import tavily
import telegram
from evidence.subjects import anew

KEY: dict[str, Any] = {"api_key": "x"}
AZURE: dict[str, Any] = {**KEY, "api_version": "x", "azure_endpoint": "http://127.0.0.1"}
BEDROCK: dict[str, Any] = {"aws_access_key": "x", "aws_secret_key": "x", "aws_region": "us-east-1"}
VERTEX: dict[str, Any] = {"region": "x", "project_id": "x", "access_token": "x"}


CPU = {
    "openai.OpenAI": anew(openai.OpenAI, **KEY),
    "openai.AsyncOpenAI": anew(openai.AsyncOpenAI, **KEY),
    "openai.AzureOpenAI": anew(openai.AzureOpenAI, **AZURE),
    "openai.AsyncAzureOpenAI": anew(openai.AsyncAzureOpenAI, **AZURE),
    "anthropic.Anthropic": anew(anthropic.Anthropic, **KEY),
    "anthropic.AsyncAnthropic": anew(anthropic.AsyncAnthropic, **KEY),
    "anthropic.AnthropicBedrock": anew(anthropic.AnthropicBedrock, **BEDROCK),
    "anthropic.AsyncAnthropicBedrock": anew(anthropic.AsyncAnthropicBedrock, **BEDROCK),
    "anthropic.AnthropicVertex": anew(anthropic.AnthropicVertex, **VERTEX),
    "anthropic.AsyncAnthropicVertex": anew(anthropic.AsyncAnthropicVertex, **VERTEX),
    "groq.Groq": anew(groq.Groq, **KEY),
    "groq.AsyncGroq": anew(groq.AsyncGroq, **KEY),
    "mistralai.client.sdk.Mistral": anew(mistralai.client.Mistral, **KEY),
    "cohere.client.Client": anew(cohere.Client, "x"),
    "cohere.client.AsyncClient": anew(cohere.AsyncClient, "x"),
    "cohere.client_v2.ClientV2": anew(cohere.ClientV2, "x"),
    "cohere.client_v2.AsyncClientV2": anew(cohere.AsyncClientV2, "x"),
    "elevenlabs.client.ElevenLabs": anew(elevenlabs.client.ElevenLabs, **KEY),
    "elevenlabs.client.AsyncElevenLabs": anew(elevenlabs.client.AsyncElevenLabs, **KEY),
    "ollama.Client": anew(ollama.Client),
    "ollama.AsyncClient": anew(ollama.AsyncClient),
    "tavily.AsyncTavilyClient": anew(tavily.AsyncTavilyClient, "x"),
    "telegram.Bot": anew(telegram.Bot, "1:x"),
    "langchain_openai.AzureChatOpenAI": anew(langchain_openai.AzureChatOpenAI, **AZURE),
    "langchain_openai.AzureOpenAIEmbeddings": anew(langchain_openai.AzureOpenAIEmbeddings, **AZURE),
    "langchain_openai.OpenAI": anew(langchain_openai.OpenAI, **KEY),
    "langchain_openai.OpenAIEmbeddings": anew(langchain_openai.OpenAIEmbeddings, **KEY),
}
