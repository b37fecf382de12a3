"""A service in a process of its own, as an operator runs it."""

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

CALL = [sys.executable, "-c", "from dongcha.cli.main import main; main()"]
JSON = {"content-type": "application/json"}


class Running:
    """A started `dongcha serve`; `url` answers."""

    def __init__(self, place: Path, *options: object, most_bytes: int | None = None) -> None:
        def limited() -> None:
            if most_bytes is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))

        words = ["serve", str(place), "--port", "0", *map(str, options)]
        self.log = place.with_name(f"{place.name}.log").open("a+")
        self.process = subprocess.Popen(
            CALL + words, stdout=subprocess.PIPE, stderr=self.log, text=True, env=dict(os.environ),
            preexec_fn=limited,
        )  # fmt: skip
        assert self.process.stdout is not None
        self.first = self.process.stdout.readline()
        if " at http://" not in self.first:
            self.process.wait(30)
            raise AssertionError(f"it did not start: {self.first}{self.logged()}")
        self.url = next(word for word in self.first.split() if word.startswith("http://"))
        self.port = int(self.url.rpartition(":")[2])
        self.http = httpx.Client(base_url=self.url, timeout=30, trust_env=False)

    def logged(self) -> str:
        self.log.seek(0)
        return self.log.read()

    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.logged().splitlines()]

    def predict(self, *inputs: object, **more: object) -> dict[str, object]:
        answer = self.http.post("/v1/predict", json={"inputs": list(inputs), **more})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def correct(self, **said: object) -> httpx.Response:
        key = said.pop("key", None)
        headers = {} if key is None else {"idempotency-key": str(key)}
        return self.http.post("/v1/feedback", json=said, headers=headers)

    def kill(self) -> None:
        self.process.kill()
        self._ended()

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self._ended()

    def _ended(self) -> int:
        status = self.process.wait(60)
        self.http.close()
        self.process.stdout.close()
        self.log.close()
        return status


@contextmanager
def running(place: Path, *options: object, **more: object) -> Iterator[Running]:
    """A service that is stopped afterwards, whatever happened."""
    found = Running(place, *options, **more)
    try:
        yield found
    finally:
        if found.process.poll() is None:
            found.stop()
        elif not found.log.closed:
            found._ended()
