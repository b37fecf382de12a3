"""The queue of a project: Huey on an SQLite file, with JSON in it in the place of pickle."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from huey import SqliteHuey
from huey.registry import Message
from huey.serializer import Serializer

_KEPT = ("id", "name", "args", "kwargs", "retries", "priority", "expires")


class JsonTasks(Serializer):  # type: ignore[misc]
    """Tasks as JSON: who can write the file of the queue cannot make a worker run code, as pickle would."""

    def _serialize(self, data: Any) -> bytes:
        if not isinstance(data, Message):
            raise TypeError(f"only tasks are kept in this queue, got {type(data).__name__}")
        plain = {name: getattr(data, name) for name in _KEPT}
        until = data.expires_resolved
        return json.dumps({**plain, "until": until and until.isoformat()}).encode("utf-8")

    def _deserialize(self, data: bytes) -> Any:
        plain = json.loads(bytes(data))
        until = plain["until"]
        return Message(
            plain["id"], plain["name"], None, plain["retries"], 0, plain["priority"], tuple(plain["args"]),
            plain["kwargs"], None, None, plain["expires"], until and datetime.fromisoformat(until), None, None, 0,
        )  # fmt: skip


def queue_at(path: Path) -> SqliteHuey:
    """The queue in a file, made where it is not there; nothing is kept of what tasks give."""
    return SqliteHuey("dongcha", filename=str(path), results=False, serializer=JsonTasks(), fsync=True)
