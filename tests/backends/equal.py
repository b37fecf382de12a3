"""Compare what was mined in two backends, figure by figure."""

import math

from dongcha.insight.insight import Insight, Mined

CLOSE = 1e-9


def same(one: object, two: object) -> bool:
    """Equal, numbers to 1e-9."""
    if isinstance(one, bool) or isinstance(two, bool) or one is None or two is None:
        return one is two or one == two
    if isinstance(one, int | float) and isinstance(two, int | float):
        return math.isclose(one, two, rel_tol=CLOSE, abs_tol=CLOSE)
    return one == two


def differences(here: Mined, there: Mined) -> list[str]:
    """What is not the same in two minings; empty where they are equal."""
    found = []
    for what in ("tested", "tested_even", "set_aside"):
        if getattr(here, what) != getattr(there, what):
            found.append(f"{what}: {getattr(here, what)} {getattr(there, what)}")
    for kind in ("insights", "checked"):
        ours, theirs = getattr(here, kind), getattr(there, kind)
        if len(ours) != len(theirs):
            found.append(f"{kind}: {len(ours)} {len(theirs)}")
        for one, two in zip(ours, theirs, strict=False):
            found += [f"{kind} {one.rank} {one.pattern}: {what}" for what in _different(one, two)]
    return found


def _different(one: Insight, two: Insight) -> list[str]:
    found = []
    for name in ("pattern", "subject", "test", "p_value", "q_value", "share", "score", "caveats", "fingerprint"):
        if not same(getattr(one, name), getattr(two, name)):
            found.append(f"{name}: {getattr(one, name)!r} {getattr(two, name)!r}")
    for name in ("name", "value", "low", "high", "margin"):
        if not same(getattr(one.effect, name), getattr(two.effect, name)):
            found.append(f"effect {name}: {getattr(one.effect, name)!r} {getattr(two.effect, name)!r}")
    if one.sentence != two.sentence:
        found.append(f"sentence: {one.sentence.en!r} {two.sentence.en!r}")
    if [p.text for p in one.phrases] != [p.text for p in two.phrases]:
        found.append("phrases")
    found += [
        f"fact {key}: {one.facts[key]!r} {two.facts.get(key)!r}"
        for key in one.facts
        if not same(one.facts[key], two.facts.get(key))
    ]
    ours, theirs = one.evidence.rows, two.evidence.rows
    if len(ours) != len(theirs):
        found.append(f"rows: {len(ours)} {len(theirs)}")
    for at, (left, right) in enumerate(zip(ours, theirs, strict=False)):
        if list(left) != list(right):
            found.append(f"columns of row {at}: {list(left)} {list(right)}")
        else:
            found += [
                f"row {at} {key}: {left[key]!r} {right[key]!r}" for key in left if not same(left[key], right[key])
            ]
    return found
