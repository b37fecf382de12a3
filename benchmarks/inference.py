"""Texts a second of PyTorch, ONNX and 8-bit ONNX with the same encoder, in one run, and the loss of the 8-bit reader.

    DONGCHA_DATA=… python benchmarks/inference.py [--encoder minilm] [--rows 2000]

Data: SST-2 (`sst2/{train,valid}.parquet`) in the folder that `DONGCHA_DATA` names; a batch is of texts of like length.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from dongcha.model.encoders import find_encoder
from dongcha.model.head import Head, fit_heads
from dongcha.model.networks.text import TextNetwork
from dongcha.model.onnx.graph import quantise, write_vectors
from dongcha.model.onnx.session import Session
from dongcha.model.predictions import Floats

SINGLE = 60  # calls with one text
STRENGTH = 0.1
Run = Callable[[list[str]], Floats]


def rows(name: str, most: int) -> tuple[list[str], "np.ndarray[tuple[int], np.dtype[np.int64]]"]:
    """Texts and classes, drawn over the whole file."""
    table = pq.read_table(Path(os.environ["DONGCHA_DATA"]) / "sst2" / f"{name}.parquet")
    drawn = np.random.default_rng(0).permutation(table.num_rows)[:most]
    part = table.take(drawn)
    return part.column("text").to_pylist(), np.asarray(part.column("label").to_numpy(), dtype=np.int64)


def timed(run: Run, texts: list[str]) -> tuple[Floats, float, float]:
    """Vectors, texts a second together, and the median milliseconds of a text alone."""
    run(texts[:32])
    start = time.perf_counter()
    vectors = run(texts)
    together = len(texts) / (time.perf_counter() - start)
    alone = []
    for text in texts[:SINGLE]:
        start = time.perf_counter()
        run([text])
        alone.append(1000 * (time.perf_counter() - start))
    return vectors, together, statistics.median(alone)


def main() -> None:
    """Print one line a way to run it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--encoder", default="minilm")
    parser.add_argument("--rows", type=int, default=2000)
    asked = parser.parse_args()
    if "DONGCHA_DATA" not in os.environ:
        print("skipped: DONGCHA_DATA names no folder")
        return
    (texts, classes), (held, truth) = rows("train", asked.rows), rows("valid", asked.rows)
    net = TextNetwork.on(find_encoder(asked.encoder), 256)
    with tempfile.TemporaryDirectory() as folder:
        plain, small = Path(folder) / "plain.onnx", Path(folder) / "small.onnx"
        write_vectors(net, held[:2], plain)
        quantise(plain, small)
        runs: dict[str, Run] = {"torch": net.vectors}
        runs |= {name: Session(file, net.intake).read for name, file in (("onnx fp32", plain), ("onnx int8", small))}
        report(runs, (texts, classes), (held, truth))


def report(runs: dict[str, Run], train: tuple[list[str], object], valid: tuple[list[str], object]) -> None:
    """A line a way: speed beside the first, likeness of vectors, and the accuracy of a probe fitted on them."""
    first: tuple[Floats, float, float] | None = None
    for name, run in runs.items():
        held, together, alone = timed(run, valid[0])
        first = first or (held, together, alone)
        like = np.mean([np.corrcoef(one, other)[0, 1] for one, other in zip(held, first[0], strict=True)])
        head: Head = next(fit_heads(run(train[0]), train[1], [STRENGTH]))
        right, by_torch = (float((head.of(v).argmax(axis=1) == valid[1]).mean()) for v in (held, first[0]))
        print(
            f"{name:<10} {together:5.0f} texts/s (x{together / first[1]:.1f}), alone {alone:5.1f} ms "
            f"(x{first[2] / alone:.1f}); vectors {like:.4f} alike; probe {right:.4f}, its head on torch {by_torch:.4f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
