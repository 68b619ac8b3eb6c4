"""PDF, office documents, markup and fonts: from files, into files, and in memory."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import black
import docx
import lxml.etree
import lxml.html
import markdown
import openpyxl
import pdfplumber
import pptx
import pymupdf
import pypdf
import qrcode
import rank_bm25
import reportlab.lib.styles
import reportlab.pdfgen.canvas
import reportlab.platypus
import weasyprint
from evidence.subjects import plain
from evidence.sweep import Sweep
from evidence.world import World

Case = Callable[[World], object]


def now(call: Callable[[], object]) -> Case:
    return lambda world: call()


def made(prepare: Callable[[], Any], call: Callable[[Any], object]) -> Case:
    """A call on something that is made before, each time anew."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        subject = prepare()
        yield lambda: call(subject)

    return case


def slow(read: Callable[[Path], object], content: bytes, name: str = "slow.fifo") -> Case:
    """A reader of a file that comes late."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        path = world.fifo(content, name)
        yield lambda: read(path)

    return case


def kept(write: Callable[[Path], object], name: str = "slow.fifo") -> Case:
    """A writer of a file that is read late."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        path = world.fifo(name=name)
        yield lambda: write(path)

    return case


def printed(pages: int, lines: int = 60) -> bytes:
    canvas = reportlab.pdfgen.canvas.Canvas(io.BytesIO())
    for page in range(pages):
        for line in range(lines):
            canvas.drawString(50, 50 + 12 * line, f"page {page} line {line} with some words in it")
        for line in range(20):
            canvas.line(40, 50 + 36 * line, 500, 50 + 36 * line)
            canvas.line(40 + 24 * line, 50, 40 + 24 * line, 734)
        if page == 0:
            for field in range(40):
                canvas.acroForm.textfield(name=f"field {field}", x=300, y=40 + 18 * field, width=100, height=16)
        canvas.showPage()
    return bytes(canvas.getpdfdata())


def saved(thing: Any) -> bytes:
    buffer = io.BytesIO()
    thing.save(buffer)
    return buffer.getvalue()


def sheet(rows: int) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    for row in range(rows):
        book.active.append([row, f"text {row}", row / 3])
    return book


def story() -> list[Any]:
    style = reportlab.lib.styles.getSampleStyleSheet()["Normal"]
    return [reportlab.platypus.Paragraph(f"Paragraph {number} " * 30, style) for number in range(100)]


def template(kind: str) -> Any:
    maker = getattr(reportlab.platypus, kind)(io.BytesIO())
    if kind == "BaseDocTemplate":
        frame = reportlab.platypus.Frame(50, 50, 500, 700)
        maker.addPageTemplates(reportlab.platypus.PageTemplate(frames=[frame]))
    return maker


PDF, ONE, LONG, FULL = printed(30), printed(1), printed(300), printed(1, 10_000)
LOCKED = pypdf.PdfWriter(io.BytesIO(ONE))
LOCKED.encrypt("secret", algorithm="AES-256")
SECRET = io.BytesIO()
LOCKED.write(SECRET)
BOOK = saved(sheet(1500))
TEXT = "<html><body>" + "<p class='a'>some <b>text</b> with words</p>" * 60 + "</body></html>"
FRAGMENT = "<div>" + "<p>text <b>1</b></p>" * 20_000 + "</div>"
RULES = "\n".join(f"p.c{number} > b {{ color: red; margin: {number}px }}" for number in range(400))
WORDS = [[f"w{(number * step) % 997}" for step in range(10)] for number in range(40_000)]
ASKED = [f"w{number}" for number in range(30)]
CELL = "x = { 'a':1,\n'b':[1,2,3] }\n" * 60


def pdf() -> Any:
    return pymupdf.Document(stream=LONG)


def first() -> Any:
    return pymupdf.Document(stream=PDF)[0]


def marked() -> Any:
    page = first()
    for box in page.search_for("line"):
        page.add_redact_annot(box)
    return page


def page() -> Any:
    return pdfplumber.open(io.BytesIO(PDF)).pages[0]


def code() -> Any:
    made_here = qrcode.QRCode(version=10)
    made_here.add_data("x" * 100)
    return made_here


def written() -> Any:
    """A document with fonts of its own."""
    document = pymupdf.Document()
    for _ in range(3):
        document.new_page().insert_htmlbox((50, 50, 500, 700), "<p>Ελληνικά, русский, 中文</p>" * 10)
    return document


PAGE = {
    "get_text": lambda page: [page.get_text("dict") for _ in range(20)],
    "get_textpage": lambda page: [page.get_textpage() for _ in range(20)],
    "search_for": lambda page: [page.search_for("line") for _ in range(20)],
    "get_svg_image": lambda page: [page.get_svg_image() for _ in range(20)],
    "find_tables": lambda page: page.find_tables(),
    "get_pixmap": lambda page: page.get_pixmap(dpi=400),
    "insert_htmlbox": lambda page: page.insert_htmlbox((50, 50, 500, 700), TEXT),
}
BOOKS = {
    "save": lambda document: document.save(io.BytesIO(), garbage=4, deflate=True),
    "ez_save": lambda document: document.ez_save(io.BytesIO()),
    "tobytes": lambda document: document.tobytes(garbage=4, deflate=True),
    "insert_pdf": lambda document: document.insert_pdf(pymupdf.Document(stream=PDF)),
    "convert_to_pdf": lambda document: document.convert_to_pdf(),
    "get_page_text": lambda document: [document.get_page_text(number) for number in range(100)],
    "get_page_pixmap": lambda document: document.get_page_pixmap(0, dpi=400),
    "scrub": lambda document: document.scrub(),
}


def letter() -> Any:
    document = docx.Document()
    for number in range(2000):
        document.add_paragraph(f"Paragraph {number} with some words in it")
    return document


def slides() -> Any:
    show = pptx.Presentation()
    for number in range(60):
        show.slides.add_slide(show.slide_layouts[0]).shapes.title.text = f"Slide {number}"
    return show


CPU: dict[str, Case] = {
    "docx.Document": made(lambda: io.BytesIO(saved(letter())), docx.Document),
    "docx.document.Document.save": made(letter, lambda document: document.save(io.BytesIO())),
    "pptx.Presentation": made(lambda: io.BytesIO(saved(slides())), pptx.Presentation),
    "pptx.presentation.Presentation.save": made(slides, lambda show: show.save(io.BytesIO())),
    **{f"{name}.Page.{method}": made(first, call) for name in ("pymupdf", "fitz") for method, call in PAGE.items()},
    **{f"{name}.Page.apply_redactions": made(marked, lambda page: page.apply_redactions()) for name in ("pymupdf", "fitz")},
    **{f"{name}.Document.{method}": made(pdf, call) for name in ("pymupdf", "fitz") for method, call in BOOKS.items()},
    **{
        f"{name}.Document.subset_fonts": made(written, lambda document: document.subset_fonts())
        for name in ("pymupdf", "fitz")
    },
    "pypdf.PageObject.compress_content_streams": made(
        lambda: pypdf.PdfWriter(io.BytesIO(FULL)).pages[0], lambda page: page.compress_content_streams()
    ),
    "pypdf.PageObject.merge_page": made(
        lambda: (pypdf.PdfWriter(io.BytesIO(PDF)).pages[0], pypdf.PdfReader(io.BytesIO(PDF)).pages[1]),
        lambda pages: pages[0].merge_page(pages[1]),
    ),
    "pypdf.PdfReader.decrypt": made(
        lambda: [pypdf.PdfReader(io.BytesIO(SECRET.getvalue())) for _ in range(20)],
        lambda readers: [reader.decrypt("secret") for reader in readers],
    ),
    "pypdf.PdfReader.get_fields": now(lambda: pypdf.PdfReader(io.BytesIO(PDF)).get_fields()),
    "pypdf.PdfReader.get_form_text_fields": now(lambda: pypdf.PdfReader(io.BytesIO(PDF)).get_form_text_fields()),
    "pypdf.PdfWriter.append_pages_from_reader": now(
        lambda: pypdf.PdfWriter().append_pages_from_reader(pypdf.PdfReader(io.BytesIO(PDF)))
    ),
    "pypdf.PdfWriter.clone_document_from_reader": now(
        lambda: pypdf.PdfWriter().clone_document_from_reader(pypdf.PdfReader(io.BytesIO(PDF)))
    ),
    "pypdf.PdfWriter.compress_identical_objects": made(
        lambda: pypdf.PdfWriter(io.BytesIO(LONG)), lambda writer: writer.compress_identical_objects()
    ),
    "pypdf.PdfWriter.encrypt": now(lambda: pypdf.PdfWriter(io.BytesIO(PDF)).encrypt("secret", algorithm="AES-256")),
    "pdfplumber.page.Page.to_image": made(page, lambda page: page.to_image(resolution=200)),
    "pdfplumber.page.Page.search": made(page, lambda page: page.search("line")),
    **{
        f"pdfplumber.page.Page.{method}": made(page, lambda page, method=method: getattr(page, method)())
        for method in (
            "extract_table", "extract_tables", "extract_text", "extract_text_simple", "extract_words", "find_tables",
        )
    },
    "weasyprint.HTML": now(lambda: weasyprint.HTML(string=FRAGMENT)),
    "weasyprint.CSS": now(lambda: weasyprint.CSS(string=RULES)),
    "weasyprint.HTML.render": made(lambda: weasyprint.HTML(string=TEXT), lambda html: html.render()),
    "weasyprint.HTML.write_pdf": made(lambda: weasyprint.HTML(string=TEXT), lambda html: html.write_pdf()),
    "weasyprint.Document.write_pdf": made(
        lambda: weasyprint.HTML(string=TEXT).render(), lambda document: document.write_pdf()
    ),
    "reportlab.platypus.BaseDocTemplate.build": made(
        lambda: (template("BaseDocTemplate"), story()), lambda given: given[0].build(given[1])
    ),
    "reportlab.platypus.SimpleDocTemplate.build": made(
        lambda: (template("SimpleDocTemplate"), story()), lambda given: given[0].build(given[1])
    ),
    "reportlab.platypus.SimpleDocTemplate.multiBuild": made(
        lambda: (template("SimpleDocTemplate"), story()), lambda given: given[0].multiBuild(given[1])
    ),
    "openpyxl.Workbook.save": made(lambda: sheet(1500), lambda book: book.save(io.BytesIO())),
    "openpyxl.load_workbook": now(lambda: openpyxl.load_workbook(io.BytesIO(BOOK))),
    "qrcode.QRCode.make": made(code, lambda made_here: made_here.make()),
    "qrcode.QRCode.make_image": made(code, lambda made_here: made_here.make_image()),
    "rank_bm25.BM25.get_top_n": made(lambda: rank_bm25.BM25Okapi(WORDS), lambda found: found.get_top_n(ASKED, WORDS)),
    **{
        f"rank_bm25.{kind}.{method}": made(
            lambda kind=kind: getattr(rank_bm25, kind)(WORDS),
            lambda found, method=method: getattr(found, method)(
                ASKED, *([list(range(len(WORDS)))] if method == "get_batch_scores" else [])
            ),
        )
        for kind in ("BM25Okapi", "BM25L", "BM25Plus")
        for method in ("get_scores", "get_batch_scores")
    },
    "lxml.html.fragment_fromstring": now(lambda: lxml.html.fragment_fromstring(FRAGMENT)),
    "black.format_cell": now(lambda: black.format_cell(CELL, fast=False, mode=black.Mode(is_ipynb=True))),
}  # fmt: skip
BLOCKING: dict[str, Case] = {
    "pdfplumber.open": slow(pdfplumber.open, PDF),
    "openpyxl.load_workbook": slow(openpyxl.load_workbook, BOOK, "slow.xlsx"),
    "openpyxl.Workbook.save": kept(lambda path: sheet(3).save(path), "slow.xlsx"),
    "docx.Document": slow(lambda path: docx.Document(str(path)), saved(docx.Document()), "slow.docx"),
    "pptx.Presentation": slow(lambda path: pptx.Presentation(str(path)), saved(pptx.Presentation()), "slow.pptx"),
    "docx.document.Document.save": kept(lambda path: docx.Document().save(str(path))),
    "pptx.presentation.Presentation.save": kept(lambda path: pptx.Presentation().save(str(path))),
    "lxml.etree.parse": slow(lambda path: lxml.etree.parse(str(path)), b"<a/>"),
    "lxml.html.parse": slow(lambda path: lxml.html.parse(str(path)), b"<p>"),
    "markdown.markdownFromFile": slow(
        lambda path: markdown.markdownFromFile(input=str(path), output=io.BytesIO()), b"# a\n"
    ),
    "black.format_file_in_place": slow(
        lambda path: black.format_file_in_place(path, fast=True, mode=black.Mode()), b"x = 1\n"
    ),
}


def on_disk(name: str) -> Case:
    def case(world: World) -> Iterator[Callable[[], object]]:
        path = world.folder / "large.pdf"
        path.write_bytes(LONG[:-1000])  # MuPDF mends it.
        module = sys.modules["pymupdf"] if name == "pymupdf" else __import__("fitz")
        yield lambda: module.Document(path)

    return case


SHORT = {f"{name}.Document": on_disk(name) for name in ("pymupdf", "fitz")}
OPENED = {"pno": 0, "page_id": 0}
SWEEPS = [
    Sweep(
        f"{name}.Document",
        plain(lambda world: pymupdf.Document(stream=ONE)),
        OPENED,
        {"__exit__": ((None, None, None), {})},
        kinds=("SILENT",),
    )
    for name in ("pymupdf", "fitz")
]
DOCUMENTED = {
    "needs the program Tesseract and its language data; it is the same C code under the same lock as get_textpage": [
        "pymupdf.Page.get_textpage_ocr",
        "fitz.Page.get_textpage_ocr",
    ],
}
