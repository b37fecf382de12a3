"""`doctor`: is everything here that Dongcha needs?  Each check says what it saw and, if it failed, what to do."""

import os
import platform
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from dongcha.core.errors import DongchaError
from dongcha.core.settings import setting, thread_count
from dongcha.core.words import Words

PARTS = ("duckdb", "ibis-framework", "pyarrow", "torch", "transformers", "scikit-learn", "vl-convert-python")


NOTHING = Words("", "")


@dataclass(frozen=True, slots=True)
class Check:
    """One check: what was seen, and what to do where `ok` is false."""

    name: str
    ok: bool
    seen: str
    advice: Words = NOTHING

    def to_json(self) -> dict[str, object]:
        """A JSON object with the fields of this record."""
        return {"name": self.name, "ok": self.ok, "seen": self.seen, "advice": self.advice.to_json()}


def doctor() -> tuple[Check, ...]:
    """All checks, in order."""
    return tuple(check() for check in CHECKS)


def _python() -> Check:
    return Check("python", True, f"{platform.python_version()} on {platform.machine()}")


def _parts() -> Check:
    found = {name: _version(name) for name in PARTS}
    missing = [name for name, version in found.items() if not version]
    advice = Words("install again: pip install dongcha", "请重新安装：pip install dongcha")
    return Check(
        "parts", not missing, ", ".join(f"{name} {version or 'missing'}" for name, version in found.items()), advice
    )


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _cores() -> Check:
    memory_mb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    limit = int(setting("memory_limit_mb"))
    advice = Words("lower DONGCHA_MEMORY_LIMIT_MB", "调低 DONGCHA_MEMORY_LIMIT_MB")
    return Check(
        "machine", memory_mb > limit, f"{thread_count()} threads, {memory_mb:,} MB, engine limit {limit:,} MB", advice
    )


def _encoders() -> Check:
    from dongcha.model.encoders import find_encoder

    seen, ok = [], True
    for name in ("minilm", "e5"):
        try:
            find_encoder(name)
            seen.append(name)
        except DongchaError as error:
            ok = False
            seen.append(str(error))
    return Check("encoders", ok, ", ".join(seen), Words("the cache folder must be writable", "缓存目录必须可写"))


def _folder() -> Check:
    free_mb = shutil.disk_usage(Path.cwd()).free // 2**20
    ok = os.access(Path.cwd(), os.W_OK) and free_mb > 1000
    advice = Words("work in a writable folder with 1 GB free", "请在可写且有 1 GB 剩余空间的目录中工作")
    return Check("folder", ok, f"{Path.cwd()}: {free_mb:,} MB free", advice)


def _engine() -> Check:
    from dongcha.data.engine import engine

    return Check("engine", engine().raw_sql("SELECT 42").fetchone() == (42,), f"DuckDB {_version('duckdb')} answers")


CHECKS: tuple[Callable[[], Check], ...] = (_python, _parts, _cores, _folder, _engine, _encoders)
