"""`models judge`: the standing challenger is judged again on what people said since it stands.

What the champion answered is known from the time.  What the challenger answered is known where it answered in shadow;
other inputs it reads now: only those that judge and never teach, said after it was trained.  The first word on an
input counts, so that no pair is ever taken back and the evidence may be asked for after every correction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dongcha.core.errors import ConfigError, DataError, StorageError
from dongcha.core.events import Event
from dongcha.core.words import Words
from dongcha.learn.corrections import rows_input
from dongcha.learn.paired import Paired
from dongcha.learn.standing import Ruling, rule_on
from dongcha.loop.judges import Judges, judges_of
from dongcha.loop.models import name_of
from dongcha.loop.parts import stored_parts
from dongcha.loop.refresh import RULE, on_frozen
from dongcha.model.folder import load
from dongcha.model.ladder import rows_of
from dongcha.model.model import Model
from dongcha.model.reference import plain
from dongcha.serve.live.inputs import accepted
from dongcha.serve.live.place import Place, place_of
from dongcha.store.config import NAME, load_config
from dongcha.store.feedback import Feedback
from dongcha.store.happened import events_of
from dongcha.store.judgements import Judgement, judgements_of
from dongcha.store.project import open_project
from dongcha.store.shadowed import shadows_of
from dongcha.store.versions import CHALLENGER, CHAMPION, Version, Versions, versions_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejudged:
    """What the rule says of a standing challenger, and what was done; `fresh`: new judging feedback since last time."""

    model: str
    champion: int
    challenger: int
    ruling: Ruling
    judges: Judges
    fresh: int
    in_shadow: int  # of the answers of the challenger, those that it gave in shadow
    done: str  # promoted, withdrawn, or left

    def to_json(self) -> dict[str, object]:
        """What `dongcha models judge --json` prints."""
        return {
            "model": self.model, "champion": self.champion, "challenger": self.challenger, "fresh": self.fresh,
            "in_shadow": self.in_shadow, "drawn": self.judges.drawn, "audits": self.judges.audits,
            "left_out": list(self.judges.left_out), "done": self.done, "decision": self.ruling.to_json(),
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Judging:
    """What is asked: of which model, from how many new judging corrections on, and whether the rule promotes.

    `promote` None: as the project's `[learn] promote` says, which is a person unless it says `rule`.
    """

    model: str | None = None
    least: int = 1
    promote: bool | None = None
    by: str = "rule"


def rejudge(path: Path | str, asked: Judging) -> Rejudged | None:
    """Judge the challenger of a place once; None where there is none, or too little is new since it was judged.

    A periodic job may call it as often as it likes.  A challenger that is worse is withdrawn, one that is better takes
    over where that is wanted; an event says why.  Raises `ConfigError` for a model without champion and `StorageError`
    for a place that is none or a challenger that cannot be read.
    """
    place = place_of(path, make=False)
    versions = versions_of(place.state)
    name = name_of(versions, asked.model)
    champion, challenger = versions.alias(name, CHAMPION), versions.alias(name, CHALLENGER)
    if champion is None:
        raise ConfigError(f"the model {name!r} has no champion; set one with dongcha models promote")
    if challenger is None or challenger.number == champion.number:
        return None
    before = judgements_of(place.state).last(name, champion.number, challenger.number)
    judges = judges_of(place, champion, challenger)
    said = judges.words
    fresh = sum(one.number > (before.until if before else 0) for one in said)
    if before is not None and fresh < max(1, asked.least):
        return None
    model = load(place.base / challenger.folder)
    recent, in_shadow = _recent(place, said, challenger, model)
    frozen = _known(before) or _frozen(place, load(place.base / champion.folder), model)
    ruling = rule_on(frozen, recent, RULE, _number(versions, champion, challenger))
    pair = champion, challenger
    done = _act(place, pair, ruling, promote=_promotes(place, asked), by=asked.by)
    until = max((one.number for one in said), default=before.until if before else 0)
    judgements_of(place.state).append(
        Judgement(
            model=name, champion=champion.number, challenger=challenger.number, until=until,
            told={**ruling.to_json(), "done": done, "in_shadow": in_shadow, "drawn": judges.drawn},
        )
    )  # fmt: skip
    return Rejudged(
        model=name, champion=champion.number, challenger=challenger.number, ruling=ruling, judges=judges,
        fresh=fresh, in_shadow=in_shadow, done=done,
    )  # fmt: skip


def _recent(place: Place, said: Sequence[Feedback], challenger: Version, model: Model) -> tuple[Paired, int]:
    """Both versions on the feedback, and how many answers the challenger had given in shadow."""
    ids = [one.prediction for one in said if one.prediction is not None]
    there = shadows_of(place.state).said(challenger.model, challenger.number, ids)
    answered, unread = dict[int, Any](), list[tuple[int, Any]]()
    for one in said:
        if one.prediction in there:
            answered[one.number] = there[one.prediction]
            continue
        try:
            unread.append((one.number, accepted(model.task, [rows_input(one.input)])[0]))
        except DataError:  # a file, of which only the digest is kept, or an input of another task
            continue
    if unread:
        labels = model.predict([given for _, given in unread]).labels
        answered |= {number: plain(label) for (number, _), label in zip(unread, labels, strict=True)}
    usable = [one for one in said if one.number in answered]
    found = Paired.of(
        [plain(one.label) for one in usable], [one.predicted for one in usable],
        [answered[one.number] for one in usable],
    )  # fmt: skip
    return found, sum(one.prediction in there for one in usable)


def _known(before: Judgement | None) -> Paired | None:
    """The counts on the frozen rows, where this pair was held against them before: neither changes."""
    figures = {} if before is None else before.told.get("figures", {})
    if "test_won" not in figures:
        return None
    return Paired(int(figures["test_won"]), int(figures["test_lost"]), int(figures["test_rows"]))


def _frozen(place: Place, champion: Model, challenger: Model) -> Paired | None:
    """Both versions on the frozen test rows; None where there are none that both read."""
    if not place.project or champion.task.name != challenger.task.name:
        return None
    try:
        parts = stored_parts(open_project(place.base))
        test = rows_of(parts, champion.task, champion.label, champion.text)[0].test
    except (DataError, ConfigError, StorageError):
        return None
    return on_frozen(champion, challenger, test) if len(test) else None


def _number(versions: Versions, champion: Version, challenger: Version) -> int:
    """Which challenger of the champion it is, from 1: by what was trained from it, and by what stood against it."""
    every = versions.versions(champion.model)
    trained = len(
        [one for one in every if one.lineage.get("parent") == champion.number <= one.number <= challenger.number]
    )
    stood, serves = set[int](), False
    for move in versions.moves(champion.model):
        serves = serves or (move.alias == CHAMPION and move.version == champion.number)
        if serves and move.alias == CHALLENGER and move.version is not None:
            stood.add(move.version)
    return max(1, trained, len(stood))


def _promotes(place: Place, asked: Judging) -> bool:
    if asked.promote is not None:
        return asked.promote
    return place.project and load_config(place.base / NAME).learn.promote == "rule"


def _act(place: Place, pair: tuple[Version, Version], ruling: Ruling, *, promote: bool, by: str) -> str:
    """Do what the ruling says, unless an alias was moved meanwhile."""
    (champion, challenger), versions = pair, versions_of(place.state)
    wanted = {CHAMPION: champion.number, CHALLENGER: challenger.number}
    now, name = versions.aliases(champion.model), champion.model
    if any(now.get(alias) != number for alias, number in wanted.items()):
        return "left"
    facts = {"model": name, "version": challenger.number, "by": by, "why": ruling.to_json()}
    if ruling.verdict == "promote" and promote:
        versions.point(name, challenger.number, by=by, why=ruling.to_json())
        events_of(place.state).append(Event("promoted", {**facts, "from": champion.number}))
        return "promoted"
    if ruling.verdict == "withdraw":
        versions.drop(name, CHALLENGER, by=by, why=ruling.to_json())
        events_of(place.state).append(Event("withdrawn", {**facts, "beside": champion.number}))
        return "withdrawn"
    return "left"


def spoken(found: Rejudged) -> list[Words]:
    """What to say of it: the figures, the reasons, and what serves now."""
    figures = found.ruling.figures
    rows = int(figures["recent_rows"])
    first = Words(
        f"{found.model}: version {found.challenger} against version {found.champion}, on {rows:,} corrections since it "
        f"was trained ({found.fresh:,} new, {found.in_shadow:,} answered in shadow).",
        f"{found.model}：第 {found.challenger} 版对第 {found.champion} 版，依据其训练后的 {rows:,} 条纠正"
        f"（{found.fresh:,} 条为新，{found.in_shadow:,} 条曾影子作答）。",
    )
    ends = {
        "promoted": Words(
            f"Version {found.challenger} serves from now on; undo with dongcha models rollback.",
            f"第 {found.challenger} 版从现在起提供服务；可用 dongcha models rollback 撤销。",
        ),
        "withdrawn": Words(f"Version {found.challenger} was withdrawn.", f"第 {found.challenger} 版已撤下。"),
        "left": Words(f"Version {found.champion} goes on serving.", f"第 {found.champion} 版继续提供服务。"),
    }
    more = []
    if found.done == "left" and found.ruling.verdict == "promote":
        more = [
            Words(
                f"By the rule it may serve: dongcha models promote … {found.challenger}, or judge with --promote.",
                f"按规则它可以提供服务：dongcha models promote … {found.challenger}，或使用 --promote。",
            )
        ]
    return [first, *found.ruling.reasons, *found.judges.notes, *more, ends[found.done]]
