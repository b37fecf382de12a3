"""Vectors of a few short texts by an encoder's 8-bit graph, without PyTorch where the graph is there already."""

import json
from collections.abc import Callable, Sequence
from importlib import metadata

from dongcha.core.errors import MissingExtra, StorageError
from dongcha.model.encoder import Encoder
from dongcha.model.networks.text import TextNetwork, text_intake
from dongcha.model.onnx.reader import CHECKED, mark, place, reader
from dongcha.model.onnx.sentences import SENTENCES
from dongcha.model.onnx.session import Session
from dongcha.model.predictions import Floats

TOKENS = 64

Read = Callable[[Sequence[str]], Floats]


def quick(encoder: Encoder) -> Read:
    """A function from texts to vectors of mean 0 and variance 1, shape (texts, width).

    The graph is made on the first call for an encoder, which takes as long as loading and writing it.
    """
    try:
        intake = text_intake(encoder.folder)
        layers = int(json.loads((encoder.folder / "config.json").read_text(encoding="utf-8"))["num_hidden_layers"])
        file = place(mark(encoder, layers, TextNetwork.__name__, tuple(intake.axes)))
        if file.with_suffix(".good").exists():
            return Session(file, intake).read
    except (MissingExtra, StorageError, OSError, KeyError, metadata.PackageNotFoundError):
        pass  # no graph of the cache can be read: a new one is made, or the network itself reads
    net = TextNetwork.on(encoder, TOKENS)
    made = reader(encoder, net, SENTENCES[:CHECKED])
    return net.vectors if made is None else made.vectors
