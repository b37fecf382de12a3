"""An encoder with a linear head, run on texts: tokens in, mean-pooled vectors and logits out.

Knows batches and devices.  Knows nothing of how it is trained or stored.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dongcha.core.events import OnStep, Step, silent
from dongcha.core.words import Words
from dongcha.model.batching import Order, batches
from dongcha.model.encoder import Encoder, checked_encoder
from dongcha.model.head import Head
from dongcha.model.predictions import Floats
from dongcha.model.quiet import quiet, steady

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

BATCH_TOKENS = 4096  # padded tokens of a batch; more is no faster on a CPU
TOKEN_LIMIT = 256  # of a text; a longer one is cut, for time grows with length and most is said early
CHUNK = 20_000  # texts whose tokens are held at once


@dataclass(slots=True, eq=False)
class Network:
    """`body` is a Transformers encoder without pooler; `head` reads the layer-normed mean of its last layer."""

    body: Any  # transformers.PreTrainedModel
    tokenizer: "Tokenizer"
    head: Head | None = None
    token_limit: int = TOKEN_LIMIT

    def tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """Token numbers of each text, at most `token_limit` of them, special ones included."""
        # A token has at least one character; cutting first keeps a text of megabytes from being tokenised whole.
        most = self.token_limit * 24
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(max_length=self.token_limit)
        return [found.ids for found in self.tokenizer.encode_batch_fast([text[:most] for text in texts])]

    def hidden(self, ids: Sequence[Sequence[int]]) -> "torch.Tensor":
        """Mean-pooled and layer-normed vectors, shape (texts, width), with gradients where they are on."""
        import torch

        longest, device = max(len(row) for row in ids), self.body.device
        numbers = torch.full((len(ids), longest), int(self.body.config.pad_token_id or 0))
        mask = torch.zeros((len(ids), longest), dtype=torch.long)
        for i, row in enumerate(ids):
            numbers[i, : len(row)] = torch.tensor(row)
            mask[i, : len(row)] = 1
        numbers, mask = numbers.to(device), mask.to(device)
        last = self.body(input_ids=numbers, attention_mask=mask).last_hidden_state
        shown = mask.unsqueeze(-1).to(last.dtype)
        mean = (last * shown).sum(dim=1) / shown.sum(dim=1)
        return torch.nn.functional.layer_norm(mean, mean.shape[-1:])

    def vectors(self, texts: Sequence[str], on_step: OnStep = silent) -> Floats:
        """Vectors of mean 0 and variance 1, shape (len(texts), width), read in batches of like length."""
        found = np.zeros((len(texts), int(self.body.config.hidden_size)), dtype=np.float64)
        done = 0
        for rows, values in self._batches(texts):
            found[rows] = values
            done += len(rows)
            on_step(Step(Words("reading texts", "读取文本"), done, len(texts)))
        return found

    def logits(self, texts: Sequence[str], on_step: OnStep = silent) -> Floats:
        """Logits, shape (len(texts), classes)."""
        assert self.head is not None, "a network without a head cannot classify"
        return self.head.of(self.vectors(texts, on_step))

    def _batches(self, texts: Sequence[str]) -> Iterator[tuple[Order, Floats]]:
        import torch

        self.body.eval()
        with steady(0), torch.inference_mode():
            for start in range(0, len(texts), CHUNK):
                ids = self.tokens(texts[start : start + CHUNK])
                for rows in batches([len(row) for row in ids], BATCH_TOKENS):
                    yield rows + start, self.hidden([ids[i] for i in rows]).double().cpu().numpy()


def device_name() -> str:
    """`cuda` where PyTorch sees one, else `cpu`."""
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def network(encoder: Encoder, token_limit: int = TOKEN_LIMIT) -> Network:
    """The encoder loaded, without a head; raises `StorageError` or `ConfigError` where it cannot be."""
    from tokenizers import Tokenizer
    from transformers import AutoModel

    checked_encoder(encoder)
    with quiet():
        body = AutoModel.from_pretrained(
            encoder.folder, local_files_only=True, use_safetensors=True, trust_remote_code=False, dtype="float32"
        )
    body.pooler = None
    tokenizer = Tokenizer.from_file(str(encoder.folder / "tokenizer.json"))
    positions = int(body.config.max_position_embeddings) - (2 if body.config.model_type != "bert" else 0)
    return Network(body.to(device_name()), tokenizer, None, min(token_limit, positions))
