"""The reference: a bare ONNX Runtime loop, texts to answers, in a process of its own.

    python bare.py MODEL TEXTS SECONDS BATCH

Texts are cut into tokens, padded to the longest of their batch, run, and the best class is taken; nothing else.
Prints one JSON object.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer


def main() -> None:
    """Run and print."""
    folder, file, seconds, batch = Path(sys.argv[1]), sys.argv[2], float(sys.argv[3]), int(sys.argv[4])
    texts = json.loads(Path(file).read_text(encoding="utf-8"))
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_padding()
    tokenizer.enable_truncation(256)
    options = onnxruntime.SessionOptions()
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
    done, took, at = 0, [], 0
    start = time.monotonic()
    while time.monotonic() - start < seconds:
        some = texts[at : at + batch]
        before = time.monotonic()
        answer(some)
        took.append(time.monotonic() - before)
        done += len(some)
        at = (at + batch) % (len(texts) - batch)
    total = time.monotonic() - start
    took.sort()
    quantiles = {name: 1000 * took[int(q * len(took))] for name, q in (("p50", 0.5), ("p99", 0.99))}
    print(json.dumps({"per_s": done / total, **quantiles}))


if __name__ == "__main__":
    main()
