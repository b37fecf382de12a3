"""Random and planted tables for the tests of explained differences, and the same figures out of pandas."""

import numpy as np
import pandas as pd
from hypothesis import strategies as st

import dongcha

ROLES = {"g": "category", "h": "category", "day": "time", "x": "measure", "kind": "category"}
LABELS = ("a", "b", "'; DROP TABLE data --", "<b>", "(missing)", "（缺失）", None)
KINDS = {"rows": ("count", None), "sum:x": ("sum", "x"), "mean:x": ("mean", "x"), "kind=yes": ("rate", "kind")}

row = st.tuples(
    st.sampled_from(LABELS),
    st.sampled_from((*LABELS[:3], None)),
    st.sampled_from(["2024-01-05", "2024-01-20", "2024-02-03", "2024-02-28", "2024-03-01"]),
    st.one_of(st.none(), st.floats(-1e6, 1e6, allow_nan=False)),
    st.sampled_from(["yes", "no", None]),
)
# two rows that are always there, so that each side has a known amount and a known kind
FIXED = [("a", "b", "2024-01-05", 1.5, "yes"), ("b", None, "2024-02-03", -2.25, "no")]
frames = st.lists(row, min_size=1, max_size=60).map(lambda rows: frame_of([*FIXED, *rows]))


def frame_of(rows):
    frame = pd.DataFrame(rows, columns=["g", "h", "day", "x", "kind"])
    return frame.assign(day=pd.to_datetime(frame["day"]), x=frame["x"].astype(float))


def read(frame):
    return dongcha.read(frame, roles={name: role for name, role in ROLES.items() if name in frame})


def recomputed(frame, dimensions, measure):
    """Segment -> (volume, rate, contribution), and the difference, of January against February, by pandas and loops."""
    kind, column = KINDS[measure]
    side = frame["day"].dt.month.map({1: 0, 2: 1})
    data = frame.assign(side=side)[side.notna()]
    amount = (
        1.0
        if kind == "count"
        else (data["kind"] == "yes").where(data["kind"].notna())
        if kind == "rate"
        else data[column]
    )
    data = data.assign(amount=amount).astype({"amount": float})
    data[list(dimensions)] = data[list(dimensions)].astype(object).where(data[list(dimensions)].notna(), None)
    keys = [tuple(key) for key in data[list(dimensions)].itertuples(index=False)]
    whole = [data["amount"][data["side"] == s].dropna() for s in (0, 1)]
    found = {}
    for key in dict.fromkeys(keys):
        inside = data[[one == key for one in keys]]
        parts = [inside["amount"][inside["side"] == s].dropna() for s in (0, 1)]
        found[key] = effects_by_hand(parts, whole, kind)
    if kind in ("count", "sum"):
        return found, whole[1].sum() - whole[0].sum()
    return found, whole[1].mean() - whole[0].mean()


def effects_by_hand(parts, whole, kind):
    n1, n2 = map(len, parts)
    m1, m2 = (part.mean() if len(part) else None for part in parts)
    m1, m2 = (m2 if m1 is None else m1), (m1 if m2 is None else m2)
    m1, m2 = (0.0 if m is None else m for m in (m1, m2))
    if kind == "count":
        return n2 - n1, 0.0, n2 - n1
    if kind == "sum":
        # the average over the two orders: first the rows change, or first the mean does
        volume = ((n2 - n1) * m1 + (n2 - n1) * m2) / 2
        rate = (n1 * (m2 - m1) + n2 * (m2 - m1)) / 2
        return volume, rate, parts[1].sum() - parts[0].sum()
    w1, w2 = n1 / len(whole[0]), n2 / len(whole[1])
    centre = (whole[0].mean() + whole[1].mean()) / 2
    volume = ((w2 - w1) * (m1 - centre) + (w2 - w1) * (m2 - centre)) / 2
    rate = (w1 * (m2 - m1) + w2 * (m2 - m1)) / 2
    return volume, rate, volume + rate


def planted(rng, rows=4000):
    """February has more rows in the north, a higher x where g is b, and more yes where g is c and h is south."""
    day = pd.to_datetime("2024-01-01") + pd.to_timedelta(rng.integers(0, 60, rows), unit="D")
    g, h = rng.choice(list("abcdef"), rows), rng.choice(["north", "south", "west"], rows)
    later = day.month == 2
    x = rng.normal(100, 10, rows) + 8 * (later & (g == "b"))
    yes = rng.random(rows) < np.where(later & (g == "c") & (h == "south"), 0.8, 0.2)
    more = np.flatnonzero(later & (h == "north"))
    frame = pd.DataFrame({"g": g, "h": h, "day": day, "x": x, "kind": np.where(yes, "yes", "no")})
    return pd.concat([frame, frame.iloc[more]], ignore_index=True)
