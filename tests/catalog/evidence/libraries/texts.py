"""Texts that are compared, recognized and converted: RapidFuzz, thefuzz, langdetect, markdownify, html2text."""

from __future__ import annotations

import random
import string
from collections.abc import Callable

import html2text
import langdetect
import markdownify
import rapidfuzz.process
import thefuzz.process
from bs4 import BeautifulSoup
from evidence.world import World

_made = random.Random(1)
CHOICES = ["".join(_made.choices(string.ascii_lowercase + " ", k=40)) for _ in range(20_000)]
WORDS = "some words to look for"
TEXT = "This is an ordinary English text about nothing in particular. " * 400
PARAGRAPH = "<h2>Title</h2><p>Some <b>more</b> words, and a <a href='/x'>link</a>.</p>"
PAGE = f"<html><body>{PARAGRAPH * 1000}</body></html>"
SOUP = BeautifulSoup(PAGE, "html.parser")

langdetect.detect(TEXT)  # It reads its profiles once.

CPU: dict[str, Callable[[World], object]] = {
    "rapidfuzz.process.extract": lambda world: rapidfuzz.process.extract(WORDS, CHOICES),
    "rapidfuzz.process.extractOne": lambda world: rapidfuzz.process.extractOne(WORDS, CHOICES),
    "rapidfuzz.process.extract_iter": lambda world: list(rapidfuzz.process.extract_iter(WORDS, CHOICES)),
    "rapidfuzz.process.cdist": lambda world: rapidfuzz.process.cdist(CHOICES[:1000], CHOICES[:1000]),
    "thefuzz.process.extract": lambda world: thefuzz.process.extract(WORDS, CHOICES),
    "thefuzz.process.extractBests": lambda world: thefuzz.process.extractBests(WORDS, CHOICES),
    "thefuzz.process.extractOne": lambda world: thefuzz.process.extractOne(WORDS, CHOICES),
    "thefuzz.process.extractWithoutOrder": lambda world: list(thefuzz.process.extractWithoutOrder(WORDS, CHOICES)),
    "thefuzz.process.dedupe": lambda world: thefuzz.process.dedupe(CHOICES[:300]),
    "langdetect.detect": lambda world: langdetect.detect(TEXT),
    "langdetect.detect_langs": lambda world: langdetect.detect_langs(TEXT),
    "markdownify.markdownify": lambda world: markdownify.markdownify(PAGE),
    "markdownify.MarkdownConverter.convert": lambda world: markdownify.MarkdownConverter().convert(PAGE),
    "markdownify.MarkdownConverter.convert_soup": lambda world: markdownify.MarkdownConverter().convert_soup(SOUP),
    "html2text.html2text": lambda world: html2text.html2text(PAGE),
    "html2text.HTML2Text.handle": lambda world: html2text.HTML2Text().handle(PAGE),
}
