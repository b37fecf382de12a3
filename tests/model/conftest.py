"""Short texts of three kinds, and an encoder small enough to be trained in a test."""

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from dongcha.core.events import Step
from dongcha.model.encoder import Encoder
from dongcha.model.memo import Memo
from dongcha.model.method import Job, Outcome
from dongcha.model.methods import METHODS
from dongcha.model.quiet import steady
from dongcha.model.rows import Parts, Rows

THINGS = {
    "billing": ("invoice", "charge", "refund", "payment", "fee"),
    "login": ("password", "account", "locked", "reset", "code"),
    "shipping": ("parcel", "courier", "late", "delivery", "address"),
}
FILLER = ("the", "my", "please", "help", "with", "again", "today", "is", "wrong", "now")


class Killed(BaseException):
    """A process that was killed, as far as it can be had in one."""


def ends_the_same(job: Job, at: int, checkpoint: Path) -> None:
    """A training killed at step `at` and called again gives, bit for bit, what one gives that was not."""
    method = METHODS.get(job.recipe.method)

    def again(**given: object) -> Outcome:
        return method.fit(replace(job, memo=Memo(), **given))

    def kill(step: Step) -> None:
        if step.job.en == "fine-tuning" and step.done == at:
            raise Killed

    with pytest.raises(Killed):
        again(checkpoint=checkpoint, on_step=kill)
    assert (checkpoint / "state.safetensors").exists(), "it was killed before its state was stored"
    resumed, whole = again(checkpoint=checkpoint), again()
    inputs = job.parts.test.inputs
    assert np.array_equal(resumed.fitted.logits(inputs), whole.fitted.logits(inputs))
    assert resumed.recipe == whole.recipe
    assert not checkpoint.exists()


def sentences(count: int, seed: int) -> Rows:
    random_ = random.Random(seed)
    labels = [sorted(THINGS)[i % 3] for i in range(count)]
    texts = [
        " ".join(random_.sample(FILLER, random_.randint(2, 6)) + random_.sample(THINGS[label], 2)) for label in labels
    ]
    return Rows(tuple(texts), tuple(labels))


@pytest.fixture
def parts() -> Parts:
    return Parts(sentences(60, 1), sentences(18, 2), sentences(18, 3), "fingerprint", outputs=tuple(sorted(THINGS)))


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    """A BERT of two layers and 32 dimensions with random weights and a vocabulary of the words above."""
    from transformers import BertConfig, BertModel

    folder = tmp_path_factory.mktemp("tiny")
    words = [
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "[MASK]",
        *FILLER,
        *(word for group in THINGS.values() for word in group),
    ]
    tokenizer = Tokenizer(models.WordLevel({word: i for i, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    config = BertConfig(
        vocab_size=len(words), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64,
        max_position_embeddings=40,
    )  # fmt: skip
    with steady(5):
        BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    return Encoder(str(folder), folder)
