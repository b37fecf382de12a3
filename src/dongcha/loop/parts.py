"""The three parts of a project as they lie on disk: what its model learned from, was chosen on and was judged by."""

from dataclasses import dataclass

from dongcha.core.errors import DataError
from dongcha.data.saved import load_table
from dongcha.data.table import Table
from dongcha.store.project import Project

NAMES = ("train", "validation", "test")


@dataclass(frozen=True, slots=True)
class StoredParts:
    """The parts, as `train` takes them."""

    train: Table
    validation: Table
    test: Table
    fingerprint: str


def stored_parts(project: Project) -> StoredParts:
    """The parts that the last run of a project wrote; raises `DataError` where one is gone."""
    files = [project.data / f"{name}.parquet" for name in NAMES]
    missing = next((file for file in files if not file.is_file()), None)
    if missing is not None:
        raise DataError(f"{str(missing)!r} is not there, and the model learned from it; make it again with dongcha run")
    train, validation, test = map(load_table, files)
    split = project.state.latest("split") or {}
    return StoredParts(train, validation, test, str(split.get("fingerprint", "")))
