"""Pillow and OpenCV on a picture of several megapixels."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import cv2
import numpy
from evidence.subjects import plain
from evidence.sweep import Sweep
from PIL import Image, ImageFilter, ImageOps

PIXELS = numpy.random.default_rng(0).integers(0, 255, (3600, 4800, 3), dtype=numpy.uint8)
PICTURE = Image.fromarray(PIXELS)
ALPHA = PICTURE.convert("RGBA")
GREY = PICTURE.convert("L")
FILE = io.BytesIO()
PICTURE.crop((0, 0, 1600, 1200)).save(FILE, "PNG", compress_level=1)
MEDIUM = PIXELS[:600, :800].copy()
LINES = cv2.Canny(MEDIUM, 50, 150)
MASK = numpy.zeros(MEDIUM.shape[:2], numpy.uint8)
MASK[200:230, 200:230] = 1


def now(call: Callable[[], object]) -> Callable[[Any], object]:
    return lambda world: call()


def read() -> Any:
    return Image.open(io.BytesIO(FILE.getvalue()))


CPU = {
    "PIL.Image.Image.load": now(lambda: read().load()),
    "PIL.Image.Image.verify": now(lambda: read().verify()),
    "PIL.Image.Image.thumbnail": now(lambda: PICTURE.copy().thumbnail((200, 200))),
    "PIL.Image.Image.alpha_composite": now(lambda: ALPHA.copy().alpha_composite(ALPHA)),
    "PIL.Image.Image.save": now(lambda: PICTURE.crop((0, 0, 800, 600)).save(io.BytesIO(), "PNG")),
    "PIL.Image.Image.filter": now(lambda: PICTURE.filter(ImageFilter.GaussianBlur(3))),
    "PIL.Image.Image.transform": now(
        lambda: PICTURE.transform((3000, 2000), Image.Transform.AFFINE, (1, 0.1, 0, 0, 1, 0))
    ),
    "PIL.Image.Image.transpose": now(lambda: PICTURE.transpose(Image.Transpose.ROTATE_90)),
    "PIL.Image.Image.quantize": now(lambda: PICTURE.crop((0, 0, 800, 600)).quantize(16)),
    "PIL.Image.Image.resize": now(lambda: PICTURE.resize((1600, 1200))),
    "PIL.Image.Image.rotate": now(lambda: PICTURE.rotate(30)),
    "PIL.Image.Image.reduce": now(lambda: PICTURE.reduce(2)),
    "PIL.Image.Image.convert": now(lambda: PICTURE.convert("HSV")),
    "PIL.Image.Image.effect_spread": now(lambda: PICTURE.effect_spread(5)),
    "PIL.Image.Image.entropy": now(lambda: PICTURE.entropy()),
    "PIL.Image.Image.histogram": now(lambda: PICTURE.histogram()),
    "PIL.Image.Image.getcolors": now(lambda: PICTURE.crop((0, 0, 800, 600)).getcolors(1 << 24)),
    "PIL.Image.Image.tobytes": now(lambda: PICTURE.tobytes()),
    "PIL.Image.Image.remap_palette": now(lambda: GREY.remap_palette(list(range(256)))),
    "PIL.Image.alpha_composite": now(lambda: Image.alpha_composite(ALPHA, ALPHA)),
    "PIL.Image.blend": now(lambda: Image.blend(PICTURE, PICTURE.copy(), 0.5)),
    "PIL.Image.composite": now(lambda: Image.composite(PICTURE, PICTURE, GREY)),
    "PIL.Image.merge": now(lambda: Image.merge("RGB", (GREY, GREY, GREY))),
    "cv2.Canny": now(lambda: cv2.Canny(PIXELS, 50, 150)),
    "cv2.GaussianBlur": now(lambda: cv2.GaussianBlur(PIXELS, (31, 31), 0)),
    "cv2.HoughCircles": now(lambda: cv2.HoughCircles(MEDIUM[:, :, 0], cv2.HOUGH_GRADIENT, 1, 20)),
    "cv2.HoughLines": now(lambda: cv2.HoughLines(LINES, 1, 0.01, 100)),
    "cv2.Laplacian": now(lambda: cv2.Laplacian(PIXELS, cv2.CV_64F)),
    "cv2.Sobel": now(lambda: cv2.Sobel(PIXELS, cv2.CV_64F, 1, 0)),
    "cv2.bilateralFilter": now(lambda: cv2.bilateralFilter(MEDIUM, 9, 75, 75)),
    "cv2.fastNlMeansDenoising": now(lambda: cv2.fastNlMeansDenoising(MEDIUM[:, :, 0].copy())),
    "cv2.fastNlMeansDenoisingColored": now(lambda: cv2.fastNlMeansDenoisingColored(MEDIUM[:200, :200].copy())),
    "cv2.filter2D": now(lambda: cv2.filter2D(MEDIUM, -1, numpy.ones((9, 9)) / 81)),
    "cv2.findContours": now(lambda: cv2.findContours(LINES, cv2.RETR_TREE, cv2.CHAIN_APPROX_SIMPLE)),
    "cv2.imdecode": now(lambda: cv2.imdecode(numpy.frombuffer(FILE.getvalue(), numpy.uint8), cv2.IMREAD_COLOR)),
    "cv2.imencode": now(lambda: cv2.imencode(".png", MEDIUM)),
    "cv2.inpaint": now(lambda: cv2.inpaint(MEDIUM, MASK, 3, cv2.INPAINT_TELEA)),
    "cv2.matchTemplate": now(lambda: cv2.matchTemplate(MEDIUM, MEDIUM[:60, :60], cv2.TM_CCOEFF)),
    "cv2.medianBlur": now(lambda: cv2.medianBlur(MEDIUM, 9)),
    "cv2.resize": now(lambda: cv2.resize(PIXELS, (4000, 3000), interpolation=cv2.INTER_LANCZOS4)),
    "cv2.warpAffine": now(lambda: cv2.warpAffine(PIXELS, numpy.float32([[1, 0.2, 0], [0.1, 1, 0]]), (3200, 2400))),
    "cv2.warpPerspective": now(
        lambda: cv2.warpPerspective(PIXELS, numpy.eye(3) + numpy.tri(3) / 1e4, (3200, 2400))
    ),
    "cv2.grabCut": now(
        lambda: cv2.grabCut(
            MEDIUM[:200, :200].copy(), None, (20, 20, 100, 100), numpy.zeros((1, 65)), numpy.zeros((1, 65)), 1,
            cv2.GC_INIT_WITH_RECT,
        )
    ),
}  # fmt: skip
OPTIONS = {
    "image": PICTURE, "size": (1500, 1500), "border": 20, "factor": 0.5, "bits": 3, "black": "black", "white": "white",
}  # fmt: skip
SWEEPS = [
    Sweep("PIL.ImageOps", plain(lambda world: ImageOps), OPTIONS, {"colorize": ((GREY, "black", "white"), {})}),
    Sweep("PIL.Image.Image", plain(lambda world: read()), {"xy": (1, 1), "value": 1}, kinds=("SILENT",)),
]
