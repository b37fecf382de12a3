"""Files of one table that hold the same bytes: told of, since their rows are counted more than once."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from dongcha.core.files import content_hash
from dongcha.core.words import Words


def copies(files: Sequence[Path]) -> list[Words]:
    """A note for each file that is a copy of one before it; only files of the same size are read."""
    same_size: dict[int, list[Path]] = defaultdict(list)
    for file in files:
        same_size[file.stat().st_size].append(file)
    notes = []
    for some in same_size.values():
        first: dict[str, Path] = {}
        for file in some if len(some) > 1 else ():
            other = first.setdefault(content_hash(file), file)
            if other is not file:
                notes.append(
                    Words(
                        f"{file.name} holds the same as {other.name}; its rows are counted once more",
                        f"{file.name} 与 {other.name} 内容相同，其中的记录被重复计入",
                    )
                )
    return notes
