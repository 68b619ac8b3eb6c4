"""PyTorch, Transformers and Sentence Transformers: tiny models with random weights that are made here."""

from __future__ import annotations

import functools
import os
import tempfile
from collections.abc import Callable, Iterator
from typing import Any

os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")

import sentence_transformers
import tokenizers
import torch
import transformers
from evidence.subjects import anywhere
from evidence.sweep import Sweep
from evidence.world import World

Case = Callable[[World], object]

torch.set_num_threads(1)
torch.manual_seed(0)
transformers.logging.set_verbosity_error()
transformers.logging.disable_progress_bar()

WORDS = [f"w{number}" for number in range(500)]
VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS, *(f"x{number}" for number in range(20_000))]
TEXT = " ".join(WORDS * 40)
SHORT_TEXT = " ".join(WORDS[:200])
SQUARE = torch.rand(1000, 1000)
PILE = torch.rand(8, 500, 500)
LAYERS = torch.nn.Sequential(*(torch.nn.Linear(1000, 1000) for _ in range(12)))
SIZE = {"hidden_size": 128, "num_hidden_layers": 4, "num_attention_heads": 4, "intermediate_size": 512}


def made(prepare: Callable[[], Any], call: Callable[[Any], object]) -> Case:
    """A call on something that is made before, each time anew."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        subject = prepare()
        yield lambda: call(subject)

    return case


def stored(save: Callable[[str], object], load: Callable[[str], object]) -> Case:
    """A reader of what was written to a folder before."""

    def case(world: World) -> Iterator[Callable[[], object]]:
        path = str(world.folder / "model")
        save(path)
        yield lambda: load(path)

    return case


@functools.cache
def tokenizer() -> Any:
    model = tokenizers.models.WordLevel({word: number for number, word in enumerate(VOCABULARY)}, unk_token="[UNK]")
    inner = tokenizers.Tokenizer(model)
    inner.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=inner,
        unk_token="[UNK]",
        pad_token="[PAD]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
        chat_template="{% for message in messages %}{{ message['content'] }}{% endfor %}",
        model_max_length=512,
    )


@functools.cache
def bert() -> Any:
    configuration = transformers.BertConfig(vocab_size=len(VOCABULARY), num_labels=1, **SIZE)
    return transformers.BertForSequenceClassification(configuration).eval()


@functools.cache
def writer() -> Any:
    configuration = transformers.GPT2Config(vocab_size=len(VOCABULARY), n_embd=768, n_layer=6, n_head=12)
    return transformers.GPT2LMHeadModel(configuration).eval()


def translator() -> Any:
    ends = {f"{end}_{what}": 2 for end in ("encoder", "decoder") for what in ("layers", "attention_heads", "ffn_dim")}
    return transformers.BartForConditionalGeneration(transformers.BartConfig(vocab_size=505, d_model=32, **ends))


@functools.cache
def folder() -> str:
    """Of a model with its tokenizer; for as long as the process lives."""
    kept = tempfile.mkdtemp(prefix="evidence-model-")
    bert().save_pretrained(kept)
    tokenizer().save_pretrained(kept)
    return kept


@functools.cache
def sentences() -> Any:
    return sentence_transformers.SentenceTransformer(folder(), device="cpu")


@functools.cache
def pairs() -> Any:
    return sentence_transformers.CrossEncoder(folder(), device="cpu")


@functools.cache
def classifier() -> Any:
    return transformers.pipeline("text-classification", model=bert(), tokenizer=tokenizer())


def asked() -> Any:
    return tokenizer()([SHORT_TEXT] * 4, return_tensors="pt")


def scripted(path: str) -> None:
    torch.jit.save(torch.jit.trace(LAYERS, torch.rand(1, 1000)), path)


def weights() -> dict[str, Any]:
    return {name: value + 1 for name, value in LAYERS.state_dict().items()}


def local(kind: str) -> Case:
    return lambda world: getattr(transformers, kind).from_pretrained(folder())


NUMBERS = list(range(5, 505)) * 40
LINES = [SHORT_TEXT] * 30
CPU: dict[str, Case] = {
    "torch.matmul": lambda world: torch.matmul(SQUARE, SQUARE),
    "torch.mm": lambda world: torch.mm(SQUARE, SQUARE),
    "torch.bmm": lambda world: torch.bmm(PILE, PILE),
    "torch.nn.Module.__call__": lambda world: LAYERS(SQUARE),
    "torch.nn.Module.forward": lambda world: LAYERS.forward(SQUARE),
    "torch.Tensor.backward": made(lambda: LAYERS(SQUARE).sum(), lambda loss: loss.backward()),
    "transformers.PreTrainedModel.__call__": made(asked, lambda given: bert()(**given)),
    "transformers.GenerationMixin.generate": lambda world: writer().generate(
        torch.tensor([NUMBERS[:300]]), max_new_tokens=10, do_sample=False, pad_token_id=0
    ),
    "transformers.Pipeline.__call__": made(classifier, lambda pipe: pipe([SHORT_TEXT] * 4)),
    "transformers.PreTrainedTokenizerBase.__call__": lambda world: tokenizer()(TEXT),
    "transformers.PreTrainedTokenizerBase.encode": lambda world: tokenizer().encode(TEXT),
    "transformers.PreTrainedTokenizerBase.tokenize": lambda world: tokenizer().tokenize(TEXT),
    "transformers.PreTrainedTokenizerBase.decode": lambda world: tokenizer().decode(NUMBERS * 10),
    "transformers.PreTrainedTokenizerBase.batch_decode": lambda world: tokenizer().batch_decode([NUMBERS] * 10),
    "transformers.PreTrainedTokenizerBase.apply_chat_template": lambda world: tokenizer().apply_chat_template(
        [{"role": "user", "content": TEXT}]
    ),
    "sentence_transformers.SentenceTransformer.encode": made(sentences, lambda model: model.encode(LINES)),
    "sentence_transformers.SentenceTransformer.encode_query": made(sentences, lambda model: model.encode_query(LINES)),
    "sentence_transformers.SentenceTransformer.encode_document": made(
        sentences, lambda model: model.encode_document(LINES)
    ),
    "sentence_transformers.CrossEncoder.predict": made(
        pairs, lambda model: model.predict([(SHORT_TEXT, SHORT_TEXT)] * 10)
    ),
    "sentence_transformers.CrossEncoder.rank": made(pairs, lambda model: model.rank(SHORT_TEXT, LINES[:10])),
    "sentence_transformers.util.semantic_search": made(
        lambda: (torch.rand(200, 384), torch.rand(50_000, 384)),
        lambda both: sentence_transformers.util.semantic_search(*both),
    ),
}
SHORT: dict[str, Case] = {
    "torch.save": lambda world: torch.save(LAYERS.state_dict(), world.folder / "weights"),
    "torch.load": stored(lambda path: torch.save(LAYERS.state_dict(), path), torch.load),
    "torch.jit.save": lambda world: scripted(str(world.folder / "model")),
    "torch.jit.load": stored(scripted, torch.jit.load),
    "torch.nn.Module.load_state_dict": made(weights, LAYERS.load_state_dict),
    **{
        f"transformers.{kind}.from_pretrained": local(kind)
        for kind in (
            "AutoModel",
            "AutoModelForCausalLM",
            "AutoModelForMaskedLM",
            "AutoModelForQuestionAnswering",
            "AutoModelForSequenceClassification",
            "AutoModelForTokenClassification",
        )
    },
    "transformers.AutoImageProcessor.from_pretrained": stored(
        lambda path: transformers.ViTImageProcessor().save_pretrained(path),
        lambda path: [transformers.AutoImageProcessor.from_pretrained(path) for _ in range(10)],
    ),
    "transformers.AutoModelForSeq2SeqLM.from_pretrained": stored(
        lambda path: translator().save_pretrained(path), transformers.AutoModelForSeq2SeqLM.from_pretrained
    ),
    "transformers.PreTrainedModel.from_pretrained": lambda world: transformers.BertModel.from_pretrained(folder()),
    "transformers.PreTrainedModel.save_pretrained": lambda world: bert().save_pretrained(world.folder),
    "transformers.PreTrainedTokenizerBase.save_pretrained": lambda world: tokenizer().save_pretrained(world.folder),
    "transformers.pipeline": lambda world: transformers.pipeline("text-classification", model=folder()),
    "sentence_transformers.SentenceTransformer": lambda world: sentence_transformers.SentenceTransformer(
        folder(), device="cpu"
    ),
    "sentence_transformers.CrossEncoder": lambda world: sentence_transformers.CrossEncoder(folder(), device="cpu"),
}
HUB = {"pretrained_model_name_or_path": "nobody/nothing", "repo_id": "nobody/nothing", "token": "hf_x"}
SWEEPS = [
    *(
        Sweep(f"transformers.{kind}", anywhere(lambda kind=kind: getattr(transformers, kind)), HUB, kinds=("BLOCKING",))
        for kind in (
            "AutoConfig",
            "AutoTokenizer",
            "AutoProcessor",
            "AutoFeatureExtractor",
            "AutoModelForImageClassification",
            "AutoModelForSpeechSeq2Seq",
        )
    ),
    Sweep("transformers.PreTrainedTokenizerBase", anywhere(tokenizer), HUB, kinds=("BLOCKING",)),
    Sweep("transformers.PreTrainedModel", anywhere(bert), HUB, kinds=("BLOCKING",)),
    Sweep(
        "torch.hub",
        anywhere(lambda: torch.hub),
        calls={
            "load": (("nobody/nothing:main", "model"), {"trust_repo": True}),
            "load_state_dict_from_url": (("https://nobody.example/weights.pt",), {"progress": False}),
            "download_url_to_file": (("https://nobody.example/weights.pt", "weights.pt"), {"progress": False}),
        },
        kinds=("BLOCKING",),
    ),
]
DOCUMENTED = {
    "needs a graphics processor; it waits for what was queued there (CUDA's cudaDeviceSynchronize)": [
        "torch.cuda.synchronize"
    ],
    "versions before 5 only; the same work as __call__, which is run": [
        "transformers.PreTrainedTokenizerBase.encode_plus",
        "transformers.PreTrainedTokenizerBase.batch_encode_plus",
    ],
    "versions before 4.50 only, as GenerationMixin.generate now, which is run": [
        "transformers.PreTrainedModel.generate"
    ],
    "starts processes, each of which imports PyTorch and loads the model: minutes on a busy machine": [
        "sentence_transformers.SentenceTransformer.encode_multi_process"
    ],
}
