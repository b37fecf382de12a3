"""`Monitor`: looks at every champion of a place, keeps alerts, and sends word of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from dongcha.core.events import Event
from dongcha.core.words import Lang
from dongcha.model.folder import load
from dongcha.model.reference import read_reference
from dongcha.model.vectors import dense_vectors
from dongcha.serve.live.guarded import Guarded
from dongcha.serve.live.inputs import FILES, accepted
from dongcha.serve.live.place import Place, champions
from dongcha.serve.watch.budgets import Budget
from dongcha.serve.watch.former import group as former_group
from dongcha.serve.watch.former import roll_back
from dongcha.serve.watch.look import Asked, Seen, look
from dongcha.serve.watch.policy import Policy, Told, take
from dongcha.serve.watch.send import Addresses
from dongcha.serve.watch.window import Read
from dongcha.store.alerts import Alert, alerts_of
from dongcha.store.config import MonitorConfig
from dongcha.store.happened import events_of
from dongcha.store.versions import Version


@dataclass(slots=True, kw_only=True)
class Monitor:
    """Looks when it is told to; models that it has read are kept between looks."""

    place: Place
    wanted: MonitorConfig = field(default_factory=MonitorConfig)
    policy: Policy = field(default_factory=Policy)
    to: Addresses = field(default_factory=lambda: Addresses(()))
    lang: Lang = "en"
    link: str | None = None
    _asked: dict[str, Asked] = field(default_factory=dict)

    def look(self) -> tuple[list[Seen], Told]:
        """Look at each champion once, keep what was seen, and send word where the policy says so.

        A model that cannot be looked at does not keep the others from it; a log line says why.
        """
        found = []
        for name, version in champions(self.place).items():
            with Guarded(f"{name} could not be looked at"):
                found.append(look(self.place.state, self._of(version)))
        alerts = [alert for one in found for alert in one.alerts]
        groups = {group for one in found for group in one.groups}
        told = take(alerts_of(self.place.state), alerts, groups, self.policy, self._send)
        self._happened(told, alerts)
        if self.wanted.rollback == "automatic":
            self._back(found)
        return found, told

    def _back(self, found: Sequence[Seen]) -> None:
        """Roll back what is worse than the version before it; after the alert went out, so that a person knows why."""
        for one in found:
            for alert in one.alerts:
                if alert.group == former_group(one.model):
                    with Guarded(f"{one.model} was not rolled back"):
                        roll_back(self.place.state, one.model, alert.evidence)

    def _of(self, version: Version) -> Asked:
        """What is asked of a version; read once."""
        known = self._asked.get(version.model)
        if known is not None and known.version == version:
            return known
        folder, wanted = self.place.base / version.folder, self.wanted
        made = Asked(
            version=version, reference=read_reference(folder), read=reader_of(str(folder)), window=wanted.window,
            least=wanted.least, false_alarms=wanted.false_alarms,
            budget=Budget(failing=wanted.failing, latency_ms=wanted.latency_ms),
        )  # fmt: skip
        self._asked[version.model] = made
        return made

    def _send(self, alerts: Sequence[Alert]) -> bool:
        return self.to.send(alerts, self.lang, self.link) if len(self.to) else True  # nobody to tell is no failure

    def _happened(self, told: Told, alerts: Sequence[Alert]) -> None:
        events = events_of(self.place.state)
        seen = {one.group: one for one in alerts}
        for group in told.raised:
            kind = "drifted" if "/drift/" in group else "alerted"
            one = seen[group]
            events.append(Event(kind, {"alert": group, "severity": one.severity, "sentence": one.sentence.to_json()}))
        for group in told.resolved:
            events.append(Event("resolved", {"alert": group}))


def reader_of(folder: str) -> Read | None:
    """The vectors of inputs as clients sent them, by the model in a folder; None for files and for counts of words."""
    model = load(folder)
    if model.task.reads in FILES or model.task.per_word:
        return None
    task, read = model.task, dense_vectors(model.fitted)
    return None if read is None else lambda inputs: read(accepted(task, inputs))
