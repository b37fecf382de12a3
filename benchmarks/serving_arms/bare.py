"""The reference: a bare ONNX Runtime loop, texts to answers, in a process of its own.

    python bare.py MODEL TEXTS SECONDS BATCH [RATE]

Texts are cut into tokens, padded to the longest of their batch, run, and the best class is taken; nothing else.
With RATE batches are due at random moments (Poisson, those of `load.py`), as many threads as cores answer them out of
a queue, each by one thread of the runtime, and latency counts from the moment at which one was due.
Prints one JSON object.
"""

import json
import os
import queue
import random
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer


def in_turn(answer: Callable[[list[str]], object], texts: list[str], seconds: float, batch: int) -> list[float]:
    """Seconds of each batch, one after another."""
    took: list[float] = []
    at, until = 0, time.monotonic() + seconds
    while (before := time.monotonic()) < until:
        answer(texts[at : at + batch])
        took.append(time.monotonic() - before)
        at = (at + batch) % (len(texts) - batch)
    return took


def paced(answer: Callable[[list[str]], object], texts: list[str], seconds: float, rate: float) -> list[float]:
    """Seconds from due to answered, of one text at each random moment."""
    drawn, waiting, took = random.Random(0), queue.SimpleQueue[tuple[float, list[str]] | None](), list[float]()

    def work() -> None:
        while (job := waiting.get()) is not None:
            answer(job[1])
            took.append(time.monotonic() - job[0])

    workers = [threading.Thread(target=work) for _ in os.sched_getaffinity(0)]
    for worker in workers:
        worker.start()
    start = due = time.monotonic()
    at = 0
    while due < start + seconds:
        due += drawn.expovariate(rate)
        if (wait := due - time.monotonic()) > 0:
            time.sleep(wait)
        waiting.put((due, texts[at % len(texts) : at % len(texts) + 1]))
        at += 1
    for _ in workers:
        waiting.put(None)
    for worker in workers:
        worker.join()
    return took


def main() -> None:
    """Run and print."""
    folder, file, seconds, batch = Path(sys.argv[1]), sys.argv[2], float(sys.argv[3]), int(sys.argv[4])
    rate = float(sys.argv[5]) if len(sys.argv) > 5 else 0.0
    texts = json.loads(Path(file).read_text(encoding="utf-8"))
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_padding()
    tokenizer.enable_truncation(256)
    options = onnxruntime.SessionOptions()
    if rate:
        options.intra_op_num_threads = 1
    graph = folder / json.loads((folder / "onnx.json").read_text(encoding="utf-8"))["use"]
    session = onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])

    def answer(some: list[str]) -> list[int]:
        found = tokenizer.encode_batch_fast(some)
        arrays = {
            "input_ids": np.array([one.ids for one in found], dtype=np.int64),
            "attention_mask": np.array([one.attention_mask for one in found], dtype=np.int64),
        }
        return session.run(None, arrays)[0].argmax(axis=1).tolist()

    for _ in range(5):
        answer(texts[:batch])
    took = paced(answer, texts, seconds, rate) if rate else in_turn(answer, texts, seconds, batch)
    total = seconds if rate else sum(took)
    done = len(took) if rate else len(took) * batch
    took.sort()
    quantiles = {name: 1000 * took[int(q * len(took))] for name, q in (("p50", 0.5), ("p99", 0.99))}
    print(json.dumps({"per_s": done / total, **quantiles}))


if __name__ == "__main__":
    main()
