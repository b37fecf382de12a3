"""A network that reads texts: the layer-normed mean of the last layer's tokens."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from dongcha.model.encoder import FAMILIES, Encoder, checked_encoder
from dongcha.model.encoders import choose_encoder
from dongcha.model.head import Head
from dongcha.model.intake import Arrays, Intake, Item
from dongcha.model.network import NETWORKS, Kind, Network, device_name
from dongcha.model.networks.hf_text import read_folder, read_tokenizer, write_folder
from dongcha.model.quiet import quiet

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

LETTERS = 24
"""Characters a token at most; cutting first keeps a text of megabytes from being tokenised whole."""


class TextIntake(Intake):
    """Texts as token numbers, at most `token_limit` of them, special ones included."""

    names: ClassVar[tuple[str, ...]] = ("input_ids", "attention_mask")

    def __init__(self, tokenizer: "Tokenizer", token_limit: int, pad: int) -> None:
        self.tokenizer, self.token_limit, self.pad = tokenizer, token_limit, pad

    @property
    def axes(self) -> Mapping[str, Mapping[int, str]]:
        """Texts and tokens vary."""
        return {name: {0: "texts", 1: "tokens"} for name in self.names}

    def tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """Token numbers of each text."""
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(max_length=self.token_limit)
        most = self.token_limit * LETTERS
        return [found.ids for found in self.tokenizer.encode_batch_fast([text[:most] for text in texts])]

    def items(self, inputs: Sequence[Any]) -> list[Item]:
        """One item and one unit a text."""
        return [Item(len(ids), (i,), ids) for i, ids in enumerate(self.tokens(inputs))]

    def arrays(self, items: Sequence[Item]) -> Arrays:
        """Token numbers and their mask, each of shape (texts, longest)."""
        return padded([item.data for item in items], self.pad)


class TextNetwork(Network):
    """`body` is a Transformers encoder without pooler; a text is cut after `token_limit` tokens."""

    intake: TextIntake

    def __init__(self, body: Any, tokenizer: "Tokenizer", token_limit: int, head: Head | None = None) -> None:
        super().__init__(body, head)
        self.intake = self.intake_of(tokenizer, token_limit)

    def intake_of(self, tokenizer: "Tokenizer", token_limit: int) -> TextIntake:
        """How texts become token numbers."""
        return TextIntake(tokenizer, token_limit, int(self.body.config.pad_token_id or 0))

    @classmethod
    def on(cls, encoder: Encoder, token_limit: int) -> Self:
        """The encoder loaded, without a head; raises `StorageError` or `ConfigError` where it cannot be."""
        body, tokenizer, positions = open_encoder(encoder)
        return cls(body, tokenizer, min(token_limit, positions))

    @classmethod
    def stored(cls, folder: Path) -> Self:
        """What `save` wrote; raises `StorageError` where the folder is damaged."""
        body, tokenizer, limit, head = read_folder(folder)
        return cls(body.to(device_name()), tokenizer, limit, head)

    def forward(self, *arrays: "torch.Tensor") -> "torch.Tensor":
        """Mean-pooled vectors of mean 0 and variance 1, shape (texts, width), out of token numbers and their mask."""
        import torch

        numbers, mask, *rest = arrays
        told = dict(zip(self.intake.names[2:], rest, strict=True))
        last = self.body(input_ids=numbers, attention_mask=mask, **told).last_hidden_state
        shown = mask.unsqueeze(-1).to(last.dtype)
        mean = (last * shown).sum(dim=1) / shown.sum(dim=1)
        return torch.nn.functional.layer_norm(mean, (self.width,))

    def save(self, folder: Path, outputs: Sequence[str]) -> None:
        """A folder of `AutoModelForSequenceClassification`."""
        write_folder(self.body, self.intake.tokenizer, self.intake.token_limit, self.head, (folder, outputs))


def padded(ids: Sequence[Sequence[int]], pad: int) -> Arrays:
    """Token numbers and their mask, each of shape (rows, longest)."""
    longest = max(len(row) for row in ids)
    numbers = np.full((len(ids), longest), pad, dtype=np.int64)
    mask = np.zeros((len(ids), longest), dtype=np.int64)
    for i, row in enumerate(ids):
        numbers[i, : len(row)] = row
        mask[i, : len(row)] = 1
    return {"input_ids": numbers, "attention_mask": mask}


def open_encoder(encoder: Encoder) -> "tuple[Any, Tokenizer, int]":
    """The body without pooler, the tokenizer, and the most tokens that it takes; raises where it cannot be read."""
    from tokenizers import Tokenizer
    from transformers import AutoModel

    checked_encoder(encoder, FAMILIES)
    with quiet():
        body = AutoModel.from_pretrained(
            encoder.folder, local_files_only=True, use_safetensors=True, trust_remote_code=False, dtype="float32"
        )
    body.pooler = None
    tokenizer = Tokenizer.from_file(str(encoder.folder / "tokenizer.json"))
    positions = int(body.config.max_position_embeddings) - (2 if body.config.model_type != "bert" else 0)
    return body.to(device_name()), tokenizer, positions


def text_intake(folder: Path) -> TextIntake:
    """What a stored network needs beside its graph; raises `StorageError` where the folder is damaged."""
    tokenizer, limit, pad = read_tokenizer(folder)
    return TextIntake(tokenizer, limit, pad)


NETWORKS("text")(Kind(TextNetwork.on, TextNetwork.stored, choose_encoder, text_intake))
