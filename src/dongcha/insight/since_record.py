"""Tellings and what is new since one, as JSON objects."""

from collections.abc import Mapping
from typing import Any

from dongcha.core.words import Words
from dongcha.insight.fingerprint import Fingerprint
from dongcha.insight.insight import Effect, Mined
from dongcha.insight.record import mined_json, to_json
from dongcha.insight.since import Earlier, Since, Telling


def telling_json(one: Telling) -> dict[str, Any]:
    """The telling as a JSON object, without the moment."""
    told = [{"fingerprint": str(each.fingerprint), "sentence": each.sentence.to_json()} for each in one.told]
    held = {
        fact: {subject: [e.name, e.value, e.low, e.high] for subject, e in subjects.items()}
        for fact, subjects in one.held.items()
    }
    return {"told": told, "held": held}


def telling_from(at: str, record: Mapping[str, Any]) -> Telling:
    """The telling that `telling_json` wrote."""
    told = tuple(
        Earlier(Fingerprint.parsed(one["fingerprint"]), Words(one["sentence"]["en"], one["sentence"]["zh"]))
        for one in record["told"]
    )
    held = {
        fact: {subject: Effect(name, value, low, high) for subject, (name, value, low, high) in subjects.items()}
        for fact, subjects in record["held"].items()
    }
    return Telling(at, told, held)


def since_json(found: Since, mined: Mined) -> dict[str, object]:
    """What `mine --since --json` prints: the object of `mine`, its insights only the new and the changed ones.

    Each has `status` (`new` or `changed`) and `before` (the earlier sentence, or null); `gone` are the earlier findings
    that no longer hold, `same` how many are as they were, `since` the moment of the earlier telling, null for none.
    """
    news = [
        {"status": one.status, "before": one.before.to_json() if one.before else None, **to_json(one.insight)}
        for one in found.news
    ]
    gone = [
        {"status": "gone", "fingerprint": str(one.fingerprint), "sentence": one.sentence.to_json()}
        for one in found.gone
    ]
    return {**mined_json(mined), "insights": news, "gone": gone, "same": found.same, "since": found.at}
