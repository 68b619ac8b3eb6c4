"""Inference on tiny models that are made here: faiss, ONNX Runtime, NLTK; geometry; pictures and films."""

from __future__ import annotations

import functools
import io
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import faiss
import nltk
import numpy
import onnx
import onnxruntime
import shapely
import shapely.ops
from evidence.world import World
from nltk.classify.maxent import save_maxent_params
from nltk.tag.perceptron import PerceptronTagger
from nltk.tokenize.punkt import PunktTrainer
from PIL import Image

Case = Callable[[World], object]

RANDOM = numpy.random.default_rng(0)
VECTORS = RANDOM.random((20_000, 64), dtype=numpy.float32)
MANY = RANDOM.random((300_000, 64), dtype=numpy.float32)
ASKED = VECTORS[:500]
IDS = numpy.arange(len(VECTORS))
CLOUD = shapely.MultiPoint(RANDOM.random((20_000, 2)))
CIRCLES = shapely.buffer(shapely.points(RANDOM.random((500, 2)) * 10), 0.3)
SENTENCES = " ".join(f"The quick brown fox no. {number} of Mr. Smith jumps over the lazy dog." for number in range(400))
TAGGED = [(word, "NN") for word in SENTENCES.split()[:2000]]
PICTURE = RANDOM.integers(0, 255, (240, 320, 3), dtype=numpy.uint8)


def made(prepare: Callable[[], Any], call: Callable[[Any], object]) -> Case:
    """A call on something that is made before, each time anew."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        subject = prepare()
        yield lambda: call(subject)

    return case


def flat(filled: bool = True) -> Any:
    index = faiss.IndexFlatL2(64)
    if filled:
        index.add(VECTORS)
    return index


def clustered() -> Any:
    return faiss.index_factory(64, "IVF64,Flat")


def trained() -> Any:
    index = clustered()
    index.train(VECTORS)
    return index


def many() -> Any:
    index = flat()
    index.add(MANY)
    return index


def model(layers: int, size: int = 512) -> bytes:
    """So many multiplications of matrices, one after the other."""
    names = [f"x{number}" for number in range(layers + 1)]
    weights = [
        onnx.numpy_helper.from_array(RANDOM.random((size, size), dtype=numpy.float32), f"w{number}")
        for number in range(layers)
    ]
    nodes = [
        onnx.helper.make_node("MatMul", [names[number], f"w{number}"], [names[number + 1]]) for number in range(layers)
    ]
    inputs = [onnx.helper.make_tensor_value_info("x0", onnx.TensorProto.FLOAT, [size, size])]
    outputs = [onnx.helper.make_tensor_value_info(names[-1], onnx.TensorProto.FLOAT, [size, size])]
    graph = onnx.helper.make_graph(nodes, "tiny", inputs, outputs, weights)
    whole = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=9)
    return bytes(whole.SerializeToString())


MODEL = model(20)
MATRIX = RANDOM.random((512, 512), dtype=numpy.float32)


def session() -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(MODEL, options)


def bound() -> tuple[Any, Any]:
    made_here = session()
    binding = made_here.io_binding()
    binding.bind_cpu_input("x0", MATRIX)
    binding.bind_output("x20")
    return made_here, binding


@functools.cache
def language() -> None:
    """What NLTK takes sentences apart with, and tells kinds of words and of names by, learnt from next to nothing."""
    folder = Path(tempfile.mkdtemp(prefix="evidence-language-"))
    english = folder / "tokenizers" / "punkt_tab" / "english"
    tagger = folder / "taggers" / "averaged_perceptron_tagger_eng"
    chunker = folder / "chunkers" / "maxent_ne_chunker_tab" / "english_ace_multiclass"
    words = folder / "corpora" / "words"
    for part in (english, tagger, chunker, words):
        part.mkdir(parents=True, mode=0o700)
    nltk.data.path.insert(0, str(folder))
    nltk.tokenize.punkt.save_punkt_params(PunktTrainer(SENTENCES).get_params(), dir=str(english))
    learner = PerceptronTagger(load=False)
    kinds = ["DT", "JJ", "JJ", "NN"]
    learner.train([[*zip(["the", "quick", "brown", "fox"], kinds, strict=True)], [*zip("abcd", kinds, strict=True)]])
    features = {("shape", "downcase", "O"): 0, ("shape", "upcase", "B-PERSON"): 1}
    save_maxent_params(numpy.array([1.0, 1.0]), features, ["O", "B-PERSON"], {}, tab_dir=str(chunker))
    (words / "en-basic").write_text("quick\nfox\n")
    learner.save_to_json(lang="eng", loc=str(tagger))


def spoken(call: Callable[[], object]) -> Case:
    """With data of our own; what NLTK loads the first time is there."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        language()
        nltk.ne_chunk(nltk.pos_tag(nltk.word_tokenize("A fox.")))
        yield call

    return case


def film(path: Path) -> None:
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 10, (1280, 720))
    frame = RANDOM.integers(0, 255, (720, 1280, 3), dtype=numpy.uint8)
    for _ in range(5):
        writer.write(frame)
    writer.release()


def shown(call: Callable[[Any, str], object]) -> Case:
    """A film in a file."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        path = world.folder / "film.avi"
        film(path)
        capture = cv2.VideoCapture(str(path))
        yield lambda: call(capture, str(path))
        capture.release()

    return case


def recorded(world: World) -> Iterator[Callable[[], object]]:
    writer = cv2.VideoWriter(str(world.folder / "f.avi"), cv2.VideoWriter_fourcc(*"MJPG"), 10, (1280, 720))
    frame = RANDOM.integers(0, 255, (720, 1280, 3), dtype=numpy.uint8)
    yield lambda: writer.write(frame)
    writer.release()


def kept(write: Callable[[str], object], name: str) -> Case:
    def case(world: World) -> Iterator[Callable[[], object]]:
        path = str(world.fifo(name=name))
        yield lambda: write(path)

    return case


def slow(read: Callable[[str], object], content: bytes, name: str) -> Case:
    def case(world: World) -> Iterator[Callable[[], object]]:
        path = str(world.fifo(content, name))
        yield lambda: read(path)

    return case


def stored(world: World) -> Iterator[Callable[[], object]]:
    path = str(world.folder / "f.index")
    index = flat()
    index.add(MANY)
    faiss.write_index(index, path)
    yield lambda: faiss.read_index(path)


PNG = io.BytesIO()
Image.fromarray(RANDOM.integers(0, 255, (2400, 3200, 3), dtype=numpy.uint8)).save(PNG, "PNG", compress_level=0)
TIFF = io.BytesIO()
Image.new("RGB", (400, 300)).save(TIFF, "TIFF", save_all=True, append_images=[Image.new("RGB", (400, 300))] * 3)
SMALL = bytes(cv2.imencode(".png", PICTURE)[1])

CPU: dict[str, Case] = {
    "PIL.Image.Image.verify": made(lambda: Image.open(io.BytesIO(PNG.getvalue())), lambda image: image.verify()),
    "shapely.union_all": made(lambda: CIRCLES, shapely.union_all),
    "shapely.unary_union": made(lambda: CIRCLES, shapely.unary_union),
    "shapely.ops.unary_union": made(lambda: list(CIRCLES), shapely.ops.unary_union),
    "shapely.voronoi_polygons": made(lambda: CLOUD, shapely.voronoi_polygons),
    "shapely.delaunay_triangles": made(lambda: CLOUD, shapely.delaunay_triangles),
    "faiss.Index.add": made(lambda: flat(filled=False), lambda index: index.add(MANY)),
    "faiss.Index.train": made(clustered, lambda index: index.train(VECTORS)),
    "faiss.Index.search": made(flat, lambda index: index.search(ASKED, 5)),
    "faiss.Index.range_search": made(flat, lambda index: index.range_search(ASKED, 0.1)),
    "faiss.Index.add_with_ids": made(trained, lambda index: index.add_with_ids(VECTORS, IDS)),
    "faiss.Index.remove_ids": made(many, lambda index: index.remove_ids(numpy.arange(0, 300_000, 2))),
    "faiss.Index.reconstruct_n": made(flat, lambda index: [index.reconstruct_n(0, 20_000) for _ in range(20)]),
    "onnxruntime.InferenceSession": lambda world: session(),
    "onnxruntime.InferenceSession.run": made(session, lambda each: each.run(None, {"x0": MATRIX})),
    "onnxruntime.InferenceSession.run_with_iobinding": made(bound, lambda both: both[0].run_with_iobinding(both[1])),
    "nltk.sent_tokenize": spoken(lambda: nltk.sent_tokenize(SENTENCES)),
    "nltk.word_tokenize": spoken(lambda: nltk.word_tokenize(SENTENCES)),
    "nltk.ne_chunk": spoken(lambda: nltk.ne_chunk(TAGGED)),
    "nltk.pos_tag": spoken(lambda: nltk.pos_tag(SENTENCES.split())),
}
BLOCKING: dict[str, Case] = {
    "cv2.imread": slow(cv2.imread, SMALL, "slow.png"),
    "cv2.VideoCapture": slow(cv2.VideoCapture, SMALL, "slow.avi"),
    "cv2.VideoCapture.open": slow(lambda path: cv2.VideoCapture().open(path), SMALL, "slow.avi"),
    "cv2.imwrite": kept(lambda path: cv2.imwrite(path, PICTURE), "slow.png"),
    "PIL.Image.open": slow(Image.open, SMALL, "slow.png"),
    "faiss.write_index": kept(lambda path: faiss.write_index(flat(filled=False), path), "slow.index"),
}
SHORT: dict[str, Case] = {
    "faiss.read_index": stored,
    "cv2.VideoCapture.read": shown(lambda capture, path: capture.read()),
    "cv2.VideoCapture.grab": shown(lambda capture, path: [capture.grab() for _ in range(5)]),
    "cv2.VideoWriter.write": recorded,
}
SILENT: dict[str, Case] = {
    "PIL.Image.open": lambda world: Image.open(io.BytesIO(PNG.getvalue())),
    "PIL.Image.Image.seek": made(lambda: Image.open(TIFF), lambda image: image.seek(2)),
    "onnxruntime.InferenceSession.get_inputs": made(session, lambda each: each.get_inputs()),
    "onnxruntime.InferenceSession.get_outputs": made(session, lambda each: each.get_outputs()),
    "onnxruntime.InferenceSession.get_providers": made(session, lambda each: each.get_providers()),
    "shapely.Point": lambda world: shapely.Point(1, 2),
    "shapely.Polygon": lambda world: shapely.Polygon([(0, 0), (1, 0), (1, 1)]),
    "shapely.LineString": lambda world: shapely.LineString([(0, 0), (1, 1)]),
    "shapely.box": lambda world: shapely.box(0, 0, 1, 1),
    "shapely.contains": lambda world: shapely.contains(shapely.box(0, 0, 1, 1), shapely.Point(0.5, 0.5)),
    "shapely.distance": lambda world: shapely.distance(shapely.Point(0, 0), shapely.Point(1, 1)),
}
DOCUMENTED = {
    "NLTK speaks to one server only, and refuses addresses of this machine (nltk.pathsec); it asks for the index by HTTP": [
        "nltk.download",
        "nltk.downloader.download",
    ],
}
