"""TensorBoard: event files in `tensorboard/RUN`; `tensorboard --logdir …` shows them."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from dongcha.core.errors import MissingExtra
from dongcha.model.tracking.tracker import TRACKERS, Note, curve_points
from dongcha.model.watch import Moment


class _BoardLog:
    def __init__(self, writer: Any, facts: Mapping[str, object]) -> None:
        self.writer = writer
        self._describe("begin", facts)

    def _describe(self, name: str, facts: Mapping[str, object]) -> None:
        self.writer.add_text(name, f"```json\n{json.dumps(facts, indent=2, default=str, ensure_ascii=False)}\n```")

    def see(self, moment: Moment) -> bool:
        for name, value in curve_points(moment).items():
            self.writer.add_scalar(name, value, moment.step)
        return False

    def finish(self, figures: Mapping[str, float], facts: Mapping[str, object]) -> None:
        self._describe("end", facts)
        for name, value in figures.items():
            self.writer.add_scalar(name, value, 0)

    def close(self) -> None:
        self.writer.close()


@TRACKERS("tensorboard")
def open_log(note: Note) -> _BoardLog:
    """Event files of their own for every run."""
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError as error:
        raise MissingExtra('tracking with tensorboard is not installed: pip install "dongcha[tensorboard]"') from error
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
    writer: Any = SummaryWriter
    return _BoardLog(writer(str(note.folder / "tensorboard" / f"{note.name}-{stamp}")), note.facts)
