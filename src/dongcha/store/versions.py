"""Versions of models and their aliases: the one place that says what serves.

A version is registered once and stays.  An alias is where its last move points; a rollback is one more move.  Knows
numbers, folders and JSON.  Knows nothing of models.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import Column, Integer, MetaData, Row, String, Table, Text, UniqueConstraint, func, insert, select

from dongcha.core.errors import ConfigError, UnknownName
from dongcha.core.words import Words
from dongcha.store.state import State, appending, guarded, make_tables, moment, packed

CHAMPION, CHALLENGER = "champion", "challenger"
How = Literal["point", "back", "drop"]

_METADATA = MetaData()
_VERSIONS = Table(
    "versions",
    _METADATA,
    Column("number", Integer, primary_key=True),
    Column("model", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", String, nullable=False),
    Column("folder", Text, nullable=False),
    Column("lineage", Text, nullable=False),  # JSON
    UniqueConstraint("model", "version"),
)
_MOVES = Table(
    "alias_moves",
    _METADATA,
    Column("number", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("model", String, nullable=False),
    Column("alias", String, nullable=False),
    Column("how", String, nullable=False),
    Column("version", Integer),
    Column("said_by", String, nullable=False),
    Column("why", Text, nullable=False),  # JSON
)


@dataclass(frozen=True, slots=True)
class Version:
    """A registered model; `folder` is relative to the project where it lies in it."""

    model: str
    number: int
    folder: str
    at: str
    lineage: Mapping[str, Any] = field(default_factory=dict)  # data fingerprint, recipe, metrics, parent

    @property
    def learned_until(self) -> int:
        """The number of the newest feedback that it was trained on; 0 for none."""
        number = self.lineage.get("feedback", 0)
        return number if isinstance(number, int) else 0


@dataclass(frozen=True, slots=True)
class Move:
    """Where an alias was pointed (`version` None: taken away), by whom and why."""

    alias: str
    how: How
    version: int | None
    by: str
    at: str
    why: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Versions:
    """The versions of a state."""

    state: State

    def register(self, model: str, folder: str, lineage: Mapping[str, Any]) -> Version:
        """Give the model's folder the next number; durable when this returns.  `{number}` in `folder` is replaced."""
        with appending(self.state) as connection:
            asked = select(func.max(_VERSIONS.c.version)).where(_VERSIONS.c.model == model)
            number = int(connection.execute(asked).scalar() or 0) + 1
            made = Version(model, number, folder.replace("{number}", str(number)), moment(), dict(lineage))
            connection.execute(
                insert(_VERSIONS).values(
                    model=model, version=number, at=made.at, folder=made.folder, lineage=packed(made.lineage)
                )
            )
        return made

    def models(self) -> list[str]:
        """Names of models that have a version."""
        with guarded(self.state), self.state.engine.connect() as connection:
            asked = select(_VERSIONS.c.model).distinct().order_by(_VERSIONS.c.model)
            return [str(row.model) for row in connection.execute(asked)]

    def versions(self, model: str) -> list[Version]:
        """All versions of a model, oldest first."""
        asked = select(_VERSIONS).where(_VERSIONS.c.model == model).order_by(_VERSIONS.c.version)
        with guarded(self.state), self.state.engine.connect() as connection:
            return [_version(row) for row in connection.execute(asked)]

    def version(self, model: str, number: int) -> Version:
        """One version; raises `UnknownName` that says which there are."""
        found = self.versions(model)
        for one in found:
            if one.number == number:
                return one
        numbers = ", ".join(str(one.number) for one in found)
        there = (
            Words(f"{model!r} has the versions {numbers}", f"{model!r} 有版本 {numbers}") if found else self._known()
        )
        raise UnknownName(
            Words(
                f"the model {model!r} has no version {number}; {there.en}",
                f"模型 {model!r} 没有版本 {number}；{there.zh}",
            )
        )

    def aliases(self, model: str) -> dict[str, int]:
        """Where each alias points now."""
        stacks: dict[str, list[int]] = {}
        for move in self.moves(model):
            _moved(stacks.setdefault(move.alias, []), move)
        return {alias: stack[-1] for alias, stack in stacks.items() if stack}

    def alias(self, model: str, alias: str = CHAMPION) -> Version | None:
        """The version that an alias points at; None where it points nowhere."""
        number = self.aliases(model).get(alias)
        return None if number is None else self.version(model, number)

    def moves(self, model: str) -> list[Move]:
        """All that was ever pointed, oldest first."""
        asked = select(_MOVES).where(_MOVES.c.model == model).order_by(_MOVES.c.number)
        with guarded(self.state), self.state.engine.connect() as connection:
            return [_move(row) for row in connection.execute(asked)]

    def point(
        self, model: str, version: int, alias: str = CHAMPION, *, by: str, why: Mapping[str, Any] | None = None
    ) -> Move:
        """Point an alias at a version; durable when this returns.  Raises `UnknownName` where there is none."""
        self.version(model, version)
        return self._append(model, Move(alias, "point", version, by, moment(), dict(why or {})))

    def drop(self, model: str, alias: str, *, by: str, why: Mapping[str, Any] | None = None) -> Move:
        """Take an alias away."""
        return self._append(model, Move(alias, "drop", None, by, moment(), dict(why or {})))

    def stack(self, model: str, alias: str = CHAMPION) -> list[int]:
        """The versions that an alias can go back to, the oldest first; the last one is where it points."""
        found: list[int] = []
        for move in self.moves(model):
            if move.alias == alias:
                _moved(found, move)
        return found

    def back(self, model: str, alias: str = CHAMPION, *, by: str, why: Mapping[str, Any] | None = None) -> Move:
        """Point an alias where it pointed before; twice goes two steps back.

        Raises `ConfigError` where there is no step to go back.
        """
        stack = self.stack(model, alias)
        if len(stack) < 2:
            where = Words("it was never set", "从未设置")
            if stack:
                where = Words(f"it has been {stack[0]} from the start", f"一直是版本 {stack[0]}")
            raise ConfigError(
                Words(
                    f"the {alias} of {model!r} cannot go back: {where.en}", f"{model!r} 的 {alias} 无法回退：{where.zh}"
                )
            )
        return self._append(model, Move(alias, "back", stack[-2], by, moment(), dict(why or {})))

    def _append(self, model: str, move: Move) -> Move:
        with appending(self.state) as connection:
            connection.execute(
                insert(_MOVES).values(
                    at=move.at, model=model, alias=move.alias, how=move.how, version=move.version, said_by=move.by,
                    why=packed(move.why),
                )
            )  # fmt: skip
        return move

    def _known(self) -> Words:
        names = ", ".join(map(repr, self.models()))
        if not names:
            return Words("no model is registered yet", "尚未登记任何模型")
        return Words(f"known models: {names}", f"已有模型：{names}")


def versions_of(state: State) -> Versions:
    """The versions of a project."""
    make_tables(state, _METADATA)
    return Versions(state)


def _moved(stack: list[int], move: Move) -> None:
    """The numbers that an alias pointed at and can go back to, the present one last."""
    if move.how == "point" and move.version is not None and (not stack or stack[-1] != move.version):
        stack.append(move.version)
    elif move.how == "back" and len(stack) > 1:
        stack.pop()
    elif move.how == "drop":
        stack.clear()


def _version(row: Row[Any]) -> Version:
    return Version(row.model, row.version, row.folder, row.at, json.loads(row.lineage))


def _move(row: Row[Any]) -> Move:
    return Move(row.alias, row.how, row.version, row.said_by, row.at, json.loads(row.why))
