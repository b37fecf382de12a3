"""Files that rows name: pictures and sounds in a folder or a zip file, or in the cell itself.

A reference is a path, or a path of a zip file, `::` and the name of a member.  Knows bytes.  Knows nothing of what
is in them.
"""

import zipfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from dongcha.core.errors import StorageError
from dongcha.data.schema import RAW
from dongcha.data.table import Table

if TYPE_CHECKING:
    import ibis.expr.types as ir

INSIDE = "::"
MOST_BYTES = 200_000_000
"""Of one file; a longer one is not read."""


def located(table: Table, column: str, place: Path) -> Table:
    """The table with the names in `column` as references to files of `place`, a folder or a zip file.

    Absolute paths stay.  Raises `StorageError` where `place` is neither.  The names as given are kept.
    """
    import ibis

    if table.schema[column].type != "VARCHAR":
        return table  # the files themselves
    if not place.is_dir() and not zipfile.is_zipfile(place):
        raise StorageError(f"{str(place)!r} is neither a folder nor a zip file; name one with files= (--files)")
    base = str(place.resolve()) + ("/" if place.is_dir() else INSIDE)
    given: ir.StringValue = table.expr[column]
    whole = given.startswith("/") | given.re_search(r"^[A-Za-z]:[\\/]")
    full = ibis.ifelse(whole, given, ibis.literal(base) + given)
    kept = {} if RAW + column in table.expr.columns else {RAW + column: given}
    return table.with_expr(table.expr.mutate(**kept, **{column: full}))


def contents(references: Iterable[str | bytes]) -> Iterator[bytes | None]:
    """The bytes of each reference, None where there is no such file or it is too long; a zip file is opened once."""
    with ExitStack() as stack:
        opened: dict[str, zipfile.ZipFile] = {}
        for reference in references:
            if isinstance(reference, bytes):
                yield reference
                continue
            archive, mark, member = reference.rpartition(INSIDE)
            try:
                if not mark:
                    path = Path(reference)
                    yield path.read_bytes() if path.stat().st_size <= MOST_BYTES else None
                    continue
                if archive not in opened:
                    opened[archive] = stack.enter_context(zipfile.ZipFile(archive))
                info = opened[archive].getinfo(member)
                yield opened[archive].read(info) if info.file_size <= MOST_BYTES else None
            except (OSError, KeyError, ValueError, RuntimeError, zipfile.BadZipFile):
                yield None
