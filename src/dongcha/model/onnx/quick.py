"""Vectors of texts by an encoder's 8-bit graph, without PyTorch where the graph is there already."""

import json
from collections.abc import Callable, Sequence
from importlib import metadata

from dongcha.core.errors import MissingExtra, StorageError
from dongcha.model.encoder import Encoder
from dongcha.model.networks.text import TextIntake, TextNetwork, text_intake
from dongcha.model.onnx.reader import CHECKED, mark, place, reader
from dongcha.model.onnx.sentences import SENTENCES
from dongcha.model.onnx.session import Session
from dongcha.model.predictions import Floats

TOKENS = 64

Read = Callable[[Sequence[str]], Floats]


def quick(encoder: Encoder) -> Read:
    """`read_with` for a few words, of which nothing is known beforehand."""
    return read_with(encoder, TOKENS, SENTENCES[:CHECKED])


def read_with(encoder: Encoder, tokens: int, sample: Sequence[str]) -> Read:
    """A function from texts, cut after so many tokens, to vectors of shape (texts, width), as the encoder gives them.

    By its 8-bit graph where one is there or can be made.  It is made on the first call for an encoder, which takes as
    long as loading and writing it, and held against the encoder on `sample`.
    """
    try:
        known = text_intake(encoder.folder)
        intake = TextIntake(known.tokenizer, min(tokens, known.token_limit), known.pad)
        layers = int(json.loads((encoder.folder / "config.json").read_text(encoding="utf-8"))["num_hidden_layers"])
        file = place(mark(encoder, layers, TextNetwork.__name__, tuple(intake.axes)))
        if file.with_suffix(".good").exists():
            return Session(file, intake).read
    except (MissingExtra, StorageError, OSError, KeyError, metadata.PackageNotFoundError):
        pass  # no graph of the cache can be read: a new one is made, or the network itself reads
    net = TextNetwork.on(encoder, tokens)
    made = reader(encoder, net, list(sample))
    return net.vectors if made is None else made.vectors
