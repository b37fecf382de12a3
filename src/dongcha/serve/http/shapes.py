"""The bodies of answers about models, events and the service itself, as OpenAPI shows them."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict


class VersionOut(BaseModel):
    """A registered version."""

    version: int
    at: str
    lineage: dict[str, Any]


class MoveOut(BaseModel):
    """Where an alias was pointed; `version` null where it was taken away."""

    alias: str
    how: Literal["point", "back", "drop"]
    version: int | None
    by: str
    at: str
    why: dict[str, Any]


class ModelOut(BaseModel):
    """A model: what serves, its aliases, its versions, and how its challenger stands."""

    name: str
    serves: int | None
    task: str | None
    classes: list[Any] | None
    aliases: dict[str, int]
    challenger: dict[str, Any] | None
    shadows: int | None
    versions: list[VersionOut]


class MovedModelOut(ModelOut):
    """A model with every move of its aliases."""

    moves: list[MoveOut]


class ModelsOut(BaseModel):
    """All models."""

    models: list[ModelOut]


class EventOut(BaseModel):
    """Something that happened."""

    number: int
    at: str
    kind: str
    data: dict[str, Any]


class EventsOut(BaseModel):
    """Events, oldest first; ask again `after` the number `next`."""

    events: list[EventOut]
    next: int


class InsightsOut(BaseModel):
    """The record of the last mining, as in `insights.json`."""

    model_config = ConfigDict(extra="allow")


class AliveOut(BaseModel):
    """The process lives."""

    status: Literal["ok"]


class ReadyOut(BaseModel):
    """Whether requests can be answered; with 503 where they cannot."""

    ready: bool
    serves: dict[str, int]
    state: Literal["ok", "unreadable"]
