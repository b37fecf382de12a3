"""A fitted recipe that answers by its graph: out of a training, or out of a model's folder."""

import json
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dongcha.core.errors import MissingExtra, StorageError
from dongcha.core.events import OnStep, silent
from dongcha.core.files import atomic_file, content_hash, write_json
from dongcha.core.words import Words
from dongcha.model.method import Fitted
from dongcha.model.network import NETWORKS, device_name
from dongcha.model.onnx.apart import beheaded
from dongcha.model.onnx.export import Exported
from dongcha.model.onnx.parity import FILES
from dongcha.model.onnx.session import Session
from dongcha.model.predictions import Floats
from dongcha.model.vectors import Apart

RECORD = "onnx.json"


@dataclass(frozen=True, slots=True, eq=False)
class Served:
    """`plain` gives the same model in PyTorch; `write` puts the graph and its record into a folder."""

    session: Session
    plain: Callable[[], Fitted]
    write: Callable[[Path], None]

    def logits(self, inputs: Sequence[Any], on_step: OnStep = silent) -> Floats:
        """Logits, shape (units, outputs)."""
        return self.session.read(inputs, on_step)

    def apart(self) -> Apart:
        """The graph up to the vectors, and the head."""
        graph, head = beheaded(self.session.file)
        return Apart(self.session.beside(graph).read, head, parallel=True)

    def save(self, folder: Path, outputs: Sequence[str]) -> None:
        """Write a Hugging Face folder with the graph in it."""
        self.plain().save(folder, outputs)
        self.write(folder)


def served(plain: Fitted, exported: Exported, session: Session) -> Served:
    """A model that has just been exported."""
    return Served(session, lambda: plain, lambda folder: write(exported, folder))


def write(exported: Exported, folder: Path, kept: Sequence[str] | None = None) -> None:
    """Put graphs (without `kept`: only the one in use) and their record into a model's folder."""
    parity = exported.parity
    names = [parity.use] if kept is None and parity.use else list(kept or ())
    for name in names:
        with atomic_file(folder / FILES[name]) as temporary:
            shutil.copyfile(exported.file(name), temporary)
    record = parity.to_json()
    record["sha256"] = {FILES[name]: parity.sha256[name] for name in names}
    write_json(folder / RECORD, record)


def opened(
    folder: Path, reads: str, plain: Callable[[], Fitted], threads: int | None = None
) -> tuple[Fitted, tuple[Words, ...]]:
    """The stored model by its graph where `onnx.json` says so, else in PyTorch; a note says why it fell back."""
    file = _in_use(folder)
    kind = NETWORKS.get(reads) if reads in NETWORKS else None
    if file is None or kind is None or _gpu():
        return plain(), ()
    try:
        name, wanted = file
        if not (folder / name).is_file() or content_hash(folder / name) != wanted:
            raise StorageError(f"{name!r} is missing or damaged")
        session = Session(folder / name, kind.intake(folder), threads=threads)
    except (StorageError, MissingExtra) as error:
        return plain(), (
            Words(
                f"The model answers by PyTorch, more slowly: {error}. Make the file again with dongcha export.",
                f"模型改用 PyTorch 作答，速度较慢：{error}。请用 dongcha export 重新导出。",
            ),
        )
    return Served(session, plain, lambda to: _copied(folder, name, to)), ()


def _copied(folder: Path, name: str, to: Path) -> None:
    for file in (name, RECORD):
        shutil.copyfile(folder / file, to / file)


def _in_use(folder: Path) -> tuple[str, str] | None:
    """The name of the graph in use, which lies in the folder itself, and its digest."""
    try:
        found = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        return RECORD, ""
    match found:
        case {"format": 1, "use": None}:
            return None
        case {"format": 1, "use": str(name), "sha256": dict(digests)} if name in FILES.values():
            return name, str(digests.get(name, ""))
    return RECORD, ""


def _gpu() -> bool:
    """Whether PyTorch sees a GPU, which beats these graphs; it is only asked where there may be one."""
    return ("torch" in sys.modules or Path("/dev/nvidia0").exists()) and device_name() == "cuda"
