"""`learn`: a challenger, trained from what the champion learned from and what people said since, and the rule on it.

The encoder and the head are trained anew by the champion's recipe, so that what differs is what was said.  A fifth of
the corrections never teaches; on it and on the frozen test rows the rule decides.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from dongcha.core.errors import ConfigError
from dongcha.core.events import Event, OnStep, silent
from dongcha.core.words import Words
from dongcha.learn.audit import audited
from dongcha.learn.corrections import Joined, Settled, joined, key_of, rows_input, settled
from dongcha.learn.online.annotators import Annotators, Likely
from dongcha.learn.paired import Paired
from dongcha.learn.promote import Decision, Rule, decide
from dongcha.learn.standing import first_look
from dongcha.loop.models import name_of, next_folder
from dongcha.loop.parts import stored_parts
from dongcha.model.ask import Ask
from dongcha.model.folder import load, save
from dongcha.model.ladder import climb, rows_of
from dongcha.model.model import Model
from dongcha.model.reference import plain
from dongcha.model.rows import Parts, Rows
from dongcha.serve.live.place import Place, register
from dongcha.store.feedback import Feedback, feedback_of
from dongcha.store.happened import events_of
from dongcha.store.project import Project
from dongcha.store.state import State
from dongcha.store.versions import CHALLENGER, CHAMPION, Version, Versions, versions_of

PAGE = 10_000
CHUNK = 1000  # corrections that are read at once
RULE = Rule(margin=0.02, least=20)
"""A fifth of the corrections judges: 20 of them are a hundred that were made.  A margin of one point would need more
test rows than most projects have: 270 without a single difference.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refreshed:
    """A challenger, what it learned, and what the rule says of it."""

    model: str
    parent: int
    version: int
    said: Settled
    joined: Joined
    decision: Decision
    promoted: bool
    notes: tuple[Words, ...] = ()

    def to_json(self) -> dict[str, object]:
        """What `dongcha learn --json` prints."""
        return {
            "model": self.model, "parent": self.parent, "version": self.version,
            "corrections": len(self.said.words), "contradicted": self.said.contradicted, "added": self.joined.added,
            "replaced": self.joined.replaced, "in_tests": self.joined.in_tests, "new_classes": list(self.joined.new),
            "too_few": list(self.joined.too_few), "judging": len(self.said.judged_by), "promoted": self.promoted,
            "decision": self.decision.to_json(), "notes": [one.to_json() for one in self.notes],
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is asked of a refresh: of which model, from how many new corrections on, and whether the rule promotes.

    A job that may be killed names its `run`, the last correction that it learns (`until`) and a folder `checkpoint`:
    asked again for the same it goes on from there, and a version that it has registered is not made twice.
    """

    model: str | None = None
    least: int = 1
    promote: bool = False
    by: str = "learn"
    budget_s: float = 600.0
    until: int | None = None
    checkpoint: Path | None = None
    run: int | None = None
    on_step: OnStep = field(default=silent, repr=False)


def refresh(project: Project, order: Order) -> Refreshed:
    """Train a challenger and let the rule judge it; while it is promoted nothing that serves stops.

    Raises `ConfigError` where the project has no champion or nothing new was said, `DataError` where its rows are gone.
    """
    with project.locked():
        return _refreshed(project, order)


def _refreshed(project: Project, order: Order) -> Refreshed:
    versions = versions_of(project.state)
    name = name_of(versions, order.model)
    made = _made_by(versions, name, order.run)
    champion = versions.alias(name, CHAMPION) if made is None else versions.version(name, made.lineage["parent"])
    if champion is None:
        raise ConfigError(f"the model {name!r} has no champion; set one with dongcha models promote")
    before = load(project.folder / champion.folder)
    every = [one for one in said_of(project.state, name) if order.until is None or one.number <= order.until]
    until = max((one.number for one in every), default=0)
    fresh = sum(one.number > champion.learned_until for one in every)
    if fresh < max(1, order.least):
        raise ConfigError(
            f"{fresh} corrections are new since version {champion.number} of {name!r} was trained; "
            f"{max(1, order.least)} are wanted"
        )
    distrusted = _distrusted(before, every)
    said = settled(every, distrusted)
    parts = _parts(project, before)
    both = joined(parts, said.taught, before.classes)
    if made is None:
        after = _trained(both.parts, before, order)
        more = {"feedback": until, "corrections": both.added, **({} if order.run is None else {"run": order.run})}
        made = _made_by(versions, name, order.run)  # somebody else's, where a restarted server forgot that we are at it
        made = _registered(project, after, champion, more) if made is None else made
    else:
        after = load(project.folder / made.folder)
    looks = sum(one.lineage.get("parent") == champion.number for one in versions.versions(name))
    judges = _judges(every, distrusted, champion) or said.judged_by
    decision = decide(*_compared(before, after, parts, judges), RULE, first_look(max(1, looks)))
    promoted = order.promote and decision.promoted
    for alias in (CHALLENGER, CHAMPION) if promoted else (CHALLENGER,):
        if not any(one.alias == alias and one.version == made.number for one in versions.moves(name)):
            versions.point(name, made.number, alias, by=order.by, why=decision.to_json())
    facts = {"model": name, "version": made.number, "from": champion.number, "corrections": both.added}
    events_of(project.state).append(Event("promoted" if promoted else "trained", facts))
    return Refreshed(
        model=name, parent=champion.number, version=made.number, said=said, joined=both, decision=decision,
        promoted=promoted, notes=(*_left_out(distrusted), *_notes(both, said)),
    )  # fmt: skip


def _made_by(versions: Versions, name: str, run: int | None) -> Version | None:
    """The version that a run of the job registered before it was killed."""
    found = () if run is None else versions.versions(name)
    return next((one for one in found if one.lineage.get("run") == run), None)


def said_of(state: State, name: str, after: int = 0) -> Iterator[Feedback]:
    """All feedback on a model after a number, the oldest first."""
    store = feedback_of(state)
    while page := store.after(after, model=name, most=PAGE):
        yield from page
        after = page[-1].number


def _parts(project: Project, model: Model) -> Parts:
    """The rows that the champion learned from and was judged on."""
    return rows_of(stored_parts(project), model.task, model.label, model.text)[0]


def _trained(parts: Parts, before: Model, order: Order) -> Model:
    """The champion's recipe on these rows."""
    ask = Ask(
        recipe=before.recipe.unnoted, task=before.recipe.task, budget_s=order.budget_s, checkpoint=order.checkpoint,
        on_step=order.on_step,
    )  # fmt: skip
    done = climb(parts, ask).model
    return replace(done, text=before.text, label=before.label, name=before.name)


def _registered(project: Project, model: Model, parent: Version, more: dict[str, Any]) -> Version:
    place = Place(project.folder, project.state, True)
    folder = save(model, next_folder(place, parent.model))
    return register(place, parent.model, folder, by="learn", more={"parent": parent.number, **more})


def _distrusted(model: Model, every: Sequence[Feedback]) -> tuple[str, ...]:
    """People whose corrections have as good as nothing to do with the inputs, by what others say and the model expects.

    Of tasks with another answer than one class nobody is judged.
    """
    if not model.task.one_class or len({one.by for one in every}) < 2:
        return ()
    people = Annotators()
    for start in range(0, len(every), CHUNK):
        some = [one for one in every[start : start + CHUNK] if isinstance(one.label, str)]
        logits = model.fitted.logits([rows_input(one.input) for one in some]) / model.temperature
        for one, row in zip(some, logits, strict=True):
            people.hear(one.by, key_of(one.input), one.label, Likely(model.classes, row, row))
    return people.flagged


def _left_out(distrusted: Sequence[str]) -> tuple[Words, ...]:
    if not distrusted:
        return ()
    names = ", ".join(distrusted)
    return (
        Words(
            f"What {names} said was left out: it has as good as nothing to do with the inputs.",
            f"未采用 {names} 的说法：与输入几乎无关。",
        ),
    )


def _judges(every: Sequence[Feedback], distrusted: Sequence[str], champion: Version) -> tuple[Feedback, ...]:
    """What people said of drawn answers of the champion; none while it is too little to judge by alone."""
    drawn = [one for one in every if audited(one) and one.version == champion.number]
    found = settled(drawn, distrusted).judged_by
    return found if len(found) >= RULE.least else ()


def _compared(before: Model, after: Model, parts: Parts, judges: Sequence[Feedback]) -> tuple[Paired, Paired]:
    """Both models on the frozen test rows, and on corrections that taught neither.

    What the champion answered to the latter is known from the time: it may have learned from them since.
    """
    recent = Paired.of(
        [plain(one.label) for one in judges], [one.predicted for one in judges],
        _said_by(after, [rows_input(one.input) for one in judges]),
    )  # fmt: skip
    return on_frozen(before, after, parts.test), recent


def on_frozen(before: Model, after: Model, test: Rows) -> Paired:
    """Both models on the frozen test rows."""
    return Paired.of(plain(test.answers), _said_by(before, test.inputs), _said_by(after, test.inputs))


def _said_by(model: Model, inputs: Sequence[Any]) -> list[Any]:
    return [plain(label) for label in model.predict(inputs).labels] if inputs else []


def _notes(both: Joined, said: Settled) -> tuple[Words, ...]:
    notes = []
    if both.too_few:
        names = ", ".join(both.too_few)
        notes.append(
            Words(
                f"Too little was said of new classes to learn them yet: {names}.",
                f"新类别的纠正太少，尚未学习：{names}。",
            )
        )
    if both.in_tests:
        notes.append(
            Words(
                f"{both.in_tests} corrections are of inputs that judge the model, so they were not learned.",
                f"{both.in_tests} 条纠正的输入正用于评判模型，因此未参与学习。",
            )
        )
    if said.contradicted:
        notes.append(
            Words(
                f"On {said.contradicted} inputs people said different things; the last word counted.",
                f"有 {said.contradicted} 个输入的说法前后不一；以最后一次为准。",
            )
        )
    return tuple(notes)
