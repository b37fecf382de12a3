"""LitServe with the same graph: `python litserve_arm.py MODEL PORT`; needs litserve, onnxruntime, tokenizers."""

import json
import sys
from pathlib import Path

import litserve
import numpy as np
import onnxruntime
from tokenizers import Tokenizer


class Arm(litserve.LitAPI):
    """Texts of several requests are answered together."""

    def setup(self, device: object) -> None:
        """Load the graph."""
        folder = Path(sys.argv[1])
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.enable_padding()
        self.tokenizer.enable_truncation(256)
        record = json.loads((folder / "onnx.json").read_text(encoding="utf-8"))
        self.session = onnxruntime.InferenceSession(str(folder / record["use"]), providers=["CPUExecutionProvider"])

    def decode_request(self, request: dict[str, list[str]]) -> str:
        """The text."""
        return request["inputs"][0]

    def batch(self, inputs: list[str]) -> list[str]:
        """As they come."""
        return list(inputs)

    def predict(self, batch: list[str]) -> list[list[float]]:
        """Logits."""
        found = self.tokenizer.encode_batch_fast(batch)
        arrays = {
            "input_ids": np.array([one.ids for one in found], dtype=np.int64),
            "attention_mask": np.array([one.attention_mask for one in found], dtype=np.int64),
        }
        logits: list[list[float]] = self.session.run(None, arrays)[0].tolist()
        return logits

    def unbatch(self, output: list[list[float]]) -> list[list[float]]:
        """One a text."""
        return output

    def encode_response(self, output: list[float]) -> dict[str, object]:
        """The class."""
        return {"label": int(np.argmax(output)), "scores": output}


if __name__ == "__main__":
    server = litserve.LitServer(Arm(max_batch_size=32, batch_timeout=0.002), accelerator="cpu", workers_per_device=1)
    server.run(port=int(sys.argv[2]), generate_client_file=False, log_level="error")
