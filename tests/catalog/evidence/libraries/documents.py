"""Text, markup, pickles and PDF of a size that takes more than a few milliseconds."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import black
import bs4
import cloudpickle
import dill
import lxml.etree
import lxml.html
import markdown
import pymupdf
import pypdf
import qrcode
import rank_bm25
import reportlab.pdfgen.canvas
import yaml
import zxcvbn


def now(call: Callable[[], object]) -> Callable[[Any], object]:
    return lambda world: call()


def drawn(pages: int) -> reportlab.pdfgen.canvas.Canvas:
    canvas = reportlab.pdfgen.canvas.Canvas(io.BytesIO())
    for page in range(pages):
        for line in range(60):
            canvas.drawString(50, 50 + 12 * line, f"page {page} line {line} with some words in it")
        canvas.showPage()
    return canvas


DATA = [{"name": f"n{number}", "values": [number, number + 1]} for number in range(400)]
YAML = yaml.safe_dump(DATA)
HTML = "<html><body>" + "".join(f"<p class='a'>text <b>{number}</b></p>" for number in range(60_000)) + "</body></html>"
TREE = lxml.html.fromstring(HTML)
OBJECTS = [{"x": number, "y": str(number)} for number in range(40_000)]
DILLED, PICKLED = dill.dumps(OBJECTS), cloudpickle.dumps(OBJECTS * 3)
CODE = "def f(a,b):\n    return {'a':a,'b':[b,1,2]}\n\n" * 40
WORDS = [[f"w{(number * step) % 997}" for step in range(40)] for number in range(1500)]
PDF = drawn(30).getpdfdata()
NAMES = (
    "load",
    "full_load",
    "safe_load",
    "unsafe_load",
    "load_all",
    "full_load_all",
    "safe_load_all",
    "unsafe_load_all",
)


def parsed(name: str) -> Any:
    found = getattr(yaml, name)(YAML, *([yaml.SafeLoader] if name in ("load", "load_all") else []))
    return list(found)


CPU = {
    **{f"yaml.{name}": (lambda world, name=name: parsed(name)) for name in NAMES},
    "yaml.dump": now(lambda: yaml.dump(DATA)),
    "yaml.dump_all": now(lambda: yaml.dump_all(DATA)),
    "yaml.safe_dump": now(lambda: yaml.safe_dump(DATA)),
    "yaml.safe_dump_all": now(lambda: yaml.safe_dump_all(DATA)),
    "bs4.BeautifulSoup": now(lambda: bs4.BeautifulSoup(HTML[:200_000], "html.parser")),
    "lxml.etree.HTML": now(lambda: lxml.etree.HTML(HTML)),
    "lxml.etree.XML": now(lambda: lxml.etree.XML(HTML)),
    "lxml.etree.fromstring": now(lambda: lxml.etree.fromstring(HTML)),
    "lxml.etree.tostring": now(lambda: lxml.etree.tostring(TREE)),
    "lxml.html.tostring": now(lambda: lxml.html.tostring(TREE)),
    "lxml.html.fromstring": now(lambda: lxml.html.fromstring(HTML)),
    "lxml.html.document_fromstring": now(lambda: lxml.html.document_fromstring(HTML)),
    "lxml.html.fragments_fromstring": now(lambda: lxml.html.fragments_fromstring(HTML)),
    "dill.dumps": now(lambda: dill.dumps(OBJECTS)),
    "dill.dump": now(lambda: dill.dump(OBJECTS, io.BytesIO())),
    "dill.loads": now(lambda: dill.loads(DILLED)),
    "dill.load": now(lambda: dill.load(io.BytesIO(DILLED))),
    "cloudpickle.dumps": now(lambda: cloudpickle.dumps(OBJECTS * 3)),
    "cloudpickle.dump": now(lambda: cloudpickle.dump(OBJECTS * 3, io.BytesIO())),
    "cloudpickle.loads": now(lambda: cloudpickle.loads(PICKLED)),
    "cloudpickle.load": now(lambda: cloudpickle.load(io.BytesIO(PICKLED))),
    "black.format_str": now(lambda: black.format_str(CODE, mode=black.Mode())),
    "black.format_file_contents": now(lambda: black.format_file_contents(CODE, fast=False, mode=black.Mode())),
    "black.assert_equivalent": now(lambda: black.assert_equivalent(CODE * 3, CODE * 3)),
    "zxcvbn.zxcvbn": now(lambda: zxcvbn.zxcvbn("Tr0ub4dour&3correcthorsebatterystaple1984")),
    "rank_bm25.BM25Okapi": now(lambda: rank_bm25.BM25Okapi(WORDS)),
    "rank_bm25.BM25L": now(lambda: rank_bm25.BM25L(WORDS)),
    "rank_bm25.BM25Plus": now(lambda: rank_bm25.BM25Plus(WORDS)),
    "qrcode.make": now(lambda: qrcode.make("x" * 200)),
    "markdown.markdown": now(lambda: markdown.markdown("# a\n\n* b **c**\n\n" * 500)),
    "markdown.Markdown.convert": now(lambda: markdown.Markdown().convert("# a\n\n* b **c**\n\n" * 500)),
    "reportlab.pdfgen.canvas.Canvas.getpdfdata": now(lambda: drawn(30).getpdfdata()),
    "reportlab.pdfgen.canvas.Canvas.save": now(lambda: drawn(30).save()),
    "pypdf.PdfReader": now(lambda: [pypdf.PdfReader(io.BytesIO(PDF)) for _ in range(20)]),
    "pypdf.PageObject.extract_text": now(
        lambda: [each.extract_text() for each in pypdf.PdfReader(io.BytesIO(PDF)).pages]
    ),
    "pypdf.PdfWriter.write": now(lambda: pypdf.PdfWriter(io.BytesIO(PDF)).write(io.BytesIO())),
    "pypdf.PdfWriter.append": now(lambda: pypdf.PdfWriter().append(io.BytesIO(PDF))),
    "pypdf.PdfWriter.merge": now(lambda: pypdf.PdfWriter().merge(0, io.BytesIO(PDF))),
    "pymupdf.Page.get_pixmap": now(lambda: pymupdf.open(stream=PDF)[0].get_pixmap(dpi=200)),
    "pymupdf.Page.find_tables": now(lambda: pymupdf.open(stream=PDF)[0].find_tables()),
    "pymupdf.Document.get_page_pixmap": now(lambda: pymupdf.open(stream=PDF).get_page_pixmap(0, dpi=200)),
    "pymupdf.Document.convert_to_pdf": now(lambda: pymupdf.open(stream=PDF).convert_to_pdf()),
}
