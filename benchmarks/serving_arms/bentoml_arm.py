"""BentoML with the same graph: `python bentoml_arm.py MODEL PORT`; needs bentoml, onnxruntime, tokenizers."""

import json
import os
import sys
from pathlib import Path

import bentoml
import numpy as np
import onnxruntime
from tokenizers import Tokenizer

FOLDER = "DONGCHA_BENCH_MODEL"


@bentoml.service(workers=1, traffic={"timeout": 60, "max_concurrency": 256})
class Arm:
    """Texts of several requests are answered together."""

    def __init__(self) -> None:
        folder = Path(os.environ[FOLDER])
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.enable_padding()
        self.tokenizer.enable_truncation(256)
        record = json.loads((folder / "onnx.json").read_text(encoding="utf-8"))
        self.session = onnxruntime.InferenceSession(str(folder / record["use"]), providers=["CPUExecutionProvider"])

    @bentoml.api(batchable=True, max_batch_size=32, max_latency_ms=30_000)
    def predict(self, inputs: list[str]) -> list[int]:
        """The classes."""
        found = self.tokenizer.encode_batch_fast(inputs)
        arrays = {
            "input_ids": np.array([one.ids for one in found], dtype=np.int64),
            "attention_mask": np.array([one.attention_mask for one in found], dtype=np.int64),
        }
        classes: list[int] = self.session.run(None, arrays)[0].argmax(axis=1).tolist()
        return classes


if __name__ == "__main__":
    os.environ[FOLDER] = sys.argv[1]
    os.chdir(Path(__file__).parent)
    call = [sys.executable, "-m", "bentoml", "serve", "bentoml_arm:Arm", "--port", sys.argv[2]]
    os.execv(sys.executable, call)
