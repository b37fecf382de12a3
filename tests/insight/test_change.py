"""Contributions add up, equal those of pandas, name what was planted, and say what chance gives."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tests.insight.change_tables import KINDS, frames, planted, read, recomputed

import dongcha
from dongcha.core.errors import ConfigError, DataError, UnknownName
from dongcha.data.engine import engine, from_arrow
from dongcha.insight.change.effects import effects
from dongcha.insight.change.smallest import smallest, surprises
from dongcha.insight.change.sums import MOST_VALUES, Sums
from dongcha.report.verify import check_numbers

MONTHS = ("2024-01", "2024-02")


def key_of(segment):
    assert all(key.kind in ("value", "missing") for key in segment.key)
    return tuple(key.value for key in segment.key)


@pytest.mark.parametrize("measure", KINDS)
@settings(max_examples=8, deadline=None, phases=[Phase.explicit, Phase.generate])  # to shrink takes minutes
@given(frame=frames)
def test_every_number_equals_that_of_pandas_and_the_parts_add_up(measure, frame):
    found = dongcha.explain(read(frame), measure, between=MONTHS, by=["g", "h"])
    size = max(1.0, frame["x"].abs().sum())
    tried = {one.dimensions for one in found.breakdowns}
    assert tried <= {("g",), ("h",), ("g", "h")}
    for one in found.breakdowns:
        wanted, difference = recomputed(frame, one.dimensions, measure)
        assert found.difference == pytest.approx(difference, abs=1e-12 * size, rel=1e-12)
        assert {key_of(segment) for segment in one.segments} == set(wanted)
        for segment in one.segments:
            volume, rate, contribution = wanted[key_of(segment)]
            assert segment.volume == pytest.approx(volume, abs=1e-12 * size)
            assert segment.rate == pytest.approx(rate, abs=1e-12 * size)
            assert segment.contribution == pytest.approx(contribution, abs=1e-12 * size)
            assert segment.volume + segment.rate == pytest.approx(segment.contribution, abs=1e-12 * size)
        assert math.fsum(s.contribution for s in one.segments) == pytest.approx(found.difference, abs=1e-12 * size)


cells = st.tuples(st.integers(0, 50), st.integers(0, 50), st.floats(-1e3, 1e3), st.floats(-1e3, 1e3))


@given(st.lists(cells, min_size=1, max_size=12), st.sampled_from(["count", "sum", "mean", "rate"]))
def test_the_identity_holds_for_any_sums(rows, aggregation):
    n = np.array([[1, 1], *([a, b] for a, b, _, _ in rows)], float)
    mean = np.array([[0.5, 0.25], *([x, y] for _, _, x, y in rows)])
    total = n if aggregation == "count" else n * mean
    sums = Sums(n, n, total, total**2, abs(total))
    whole = Sums(*(part.sum(axis=0, keepdims=True) for part in (n, n, total, total**2, abs(total))))
    found = effects(sums, whole, aggregation)
    sides = whole.total[0] if aggregation in ("count", "sum") else whole.total[0] / whole.n[0]
    assert math.fsum(found.contribution) == pytest.approx(sides[1] - sides[0], abs=1e-9)
    assert found.volume + found.rate == pytest.approx(found.contribution, abs=1e-9)
    back = effects(
        *(Sums(*(getattr(s, f)[:, ::-1] for f in ("rows", "n", "total", "squares", "size"))) for s in (sums, whole)),
        aggregation,
    )
    assert back.contribution == pytest.approx(-found.contribution, abs=1e-9)  # the sides changed places


def test_a_mean_by_hand():
    # before: 2 rows of 10 and 2 of 20, mean 15; after: 1 row of 10 and 3 of 24, mean 20.5
    rows = [*[("a", 1, 10)] * 2, *[("b", 1, 20)] * 2, ("a", 2, 10), *[("b", 2, 24)] * 3]
    frame = pd.DataFrame([(g, pd.Timestamp(2024, month, 3), x) for g, month, x in rows], columns=["g", "day", "x"])
    found = dongcha.explain(dongcha.read(frame, roles={"g": "category", "x": "measure"}), "mean:x", between=MONTHS)
    a, b = (next(s for s in found.breakdowns[0].segments if s.key[0].value == g) for g in "ab")
    assert found.difference == 5.5
    # middle of the whole 17.75; a: −0.25 × (10 − 17.75); b: 0.25 × (22 − 17.75) and 4 × (0.5 + 0.75) / 2
    assert (a.volume, a.rate, b.volume, b.rate) == (1.9375, 0.0, 1.0625, 2.5)
    assert (a.before, a.after, b.before, b.after) == (10, 10, 20, 24)
    assert found.within_chance


@given(st.lists(st.integers(-30, 30), min_size=1, max_size=9), st.sampled_from([0.5, 0.8, 1.0]))
def test_no_fewer_segments_reach_the_part(changes, part):
    difference = sum(changes)
    chosen = smallest(np.array(changes, float), float(difference), part, np.ones(len(changes), bool))
    if not difference:
        assert chosen == []
        return
    assert sum(changes[at] for at in chosen) / difference >= part * (1 - 1e-9)
    for fewer in itertools.combinations(changes, len(chosen) - 1):
        assert sum(fewer) / difference < part


def test_surprise_by_hand():
    n = np.array([[50.0, 50.0], [50.0, 0.0], [0.0, 50.0]])
    # parts ½ ½ 0 and ½ 0 ½: the first tells nothing, the others ½ × ½ × log2(½ / ¼) each
    assert surprises(Sums(n, n, n, n, n)) == pytest.approx([0, 0.25, 0.25])


@pytest.mark.parametrize(
    ("measure", "dimensions", "key"),
    [("rows", ("h",), ("north",)), ("mean:x", ("g",), ("b",)), ("kind=yes", ("g", "h"), ("c", "south"))],
)
def test_a_planted_cause_is_named_first(measure, dimensions, key):
    found = dongcha.explain(read(planted(np.random.default_rng(7))), measure, between=MONTHS, part=0.5)
    best = found.breakdowns[0]
    assert (best.dimensions, [key_of(one) for one in best.named]) == (dimensions, [key])
    assert best.named[0].q_value < 0.01
    assert not found.within_chance
    assert found.findings[0].sentence.en.count("“") >= 1
    assert f"“{key[0]}”" in found.findings[0].sentence.zh
    assert not check_numbers(found.findings[0])
    assert found.findings[0].chart["layer"]


@pytest.mark.parametrize("measure", KINDS)
def test_noise_names_nothing(measure):
    named = 0
    for seed in range(8):
        rng = np.random.default_rng(seed)
        day = pd.to_datetime("2024-01-01") + pd.to_timedelta(rng.integers(0, 60, 1500), unit="D")
        frame = pd.DataFrame({"g": rng.choice(list("abcd"), 1500), "h": rng.choice(list("pqr"), 1500), "day": day})
        frame = frame.assign(x=rng.lognormal(3, 1, 1500), kind=rng.choice(["yes", "no"], 1500))
        found = dongcha.explain(read(frame), measure, between=MONTHS)
        named += any(one.score for one in found.breakdowns)
        if not any(one.score for one in found.breakdowns):
            assert any("No segment stands out" in one.en for one in found.sentences)
    assert named <= 1  # each of eight tables at a rate of 5 %


@pytest.mark.parametrize("measure", KINDS)
def test_the_evidence_runs_again_to_the_same_numbers(measure):
    frame = planted(np.random.default_rng(3), 900)
    frame.loc[::7, "g"] = None
    frame.loc[::11, "x"] = None
    found = dongcha.explain(read(frame), measure, between=MONTHS, by=["g", "h"])
    engine().create_view("data", from_arrow(read(frame).to_arrow()), overwrite=True)
    try:
        [whole] = engine().con.execute(found.evidence.sql).to_arrow_table().to_pylist()
        assert whole["total_difference"] == pytest.approx(found.difference, rel=1e-9)
        for finding in found.findings:
            rows = engine().con.execute(finding.evidence.sql).to_arrow_table().to_pylist()
            one = next(b for b in found.breakdowns if b.dimensions == finding.subject.breakdown)
            told = {tuple(row[name] for name in one.dimensions): row for row in rows}
            assert len(told) == len(one.segments)
            for at, segment in enumerate(one.segments):
                row = told[key_of(segment)]
                assert row["contribution"] == pytest.approx(segment.contribution, rel=1e-9, abs=1e-9)
                assert row["volume_effect"] == pytest.approx(segment.volume, rel=1e-9, abs=1e-9)
                assert row["rate_effect"] == pytest.approx(segment.rate, rel=1e-9, abs=1e-9)
                assert row["is_subject"] == (at in one.chosen)
    finally:
        engine().drop_view("data")


def test_rare_values_are_folded_and_the_parts_still_add_up():
    rng = np.random.default_rng(1)
    day = pd.to_datetime("2024-01-01") + pd.to_timedelta(rng.integers(0, 60, 3000), unit="D")
    frame = pd.DataFrame({"g": [f"v{n}" for n in rng.integers(0, 90, 3000)], "day": day, "x": rng.normal(5, 2, 3000)})
    found = dongcha.explain(read(frame), "sum:x", between=MONTHS)
    [one] = found.breakdowns
    assert len(one.segments) == MOST_VALUES + 1
    other = next(segment for segment in one.segments if segment.key[0].kind == "other")
    assert other not in one.named
    assert math.fsum(s.contribution for s in one.segments) == pytest.approx(found.difference, abs=1e-9)
    kept = {s.key[0].value for s in one.segments}
    sides = [frame[frame["day"].dt.month == month] for month in (1, 2)]
    rest = [side.loc[~side["g"].isin(kept), "x"].sum() for side in sides]
    assert other.contribution == pytest.approx(rest[1] - rest[0], abs=1e-9)


def test_groups_against_another_or_against_all_others():
    frame = pd.DataFrame({"g": [*list("aabbbc"), None], "h": list("pqpqqpp"), "x": [1, 3, 2, 4, 6, 9, 50]})
    table = dongcha.read(frame, roles={"g": "category", "h": "category", "x": "measure"})
    one, all_others = (
        dongcha.explain(table, "mean:x", group="g=b", against="a"),
        dongcha.explain(table, "mean:x", group="g=b"),
    )
    assert (one.before.value, one.after.value, one.difference) == (2, 4, 2)
    assert (all_others.before.rows, all_others.before.value) == (3, 13 / 3)  # a row without a group is on neither side


def test_periods_of_unequal_length_are_told_by_day():
    days = pd.date_range("2024-01-01", "2024-03-31").repeat(4)
    frame = pd.DataFrame({"day": days, "g": ["a", "b"] * (len(days) // 2)})
    found = dongcha.explain(dongcha.read(frame, roles={"g": "category"}), between=("2024-01", "2024-02..2024-03"))
    assert (found.before.days, found.after.days) == (31, 60)
    assert found.per_day == (4, 4)
    assert found.difference == 116
    assert found.within_chance  # four rows a day in both
    assert any("not equally long" in one.en for one in found.caveats)
    assert any("“" not in one.zh and "按日计" in one.zh for one in found.sentences)


def test_a_period_that_the_data_covers_in_part_is_said():
    days = pd.date_range("2024-01-01", "2024-02-14").repeat(3)
    frame = pd.DataFrame({"day": days, "g": (["a", "b", "c"] * len(days))[: len(days)]})
    found = dongcha.explain(dongcha.read(frame, roles={"g": "category"}), between=MONTHS)
    assert (found.before.days, found.after.days) == (31, 14)
    assert any("only in part" in one.en for one in found.caveats)
    assert found.within_chance


def test_one_row_that_decides_is_said():
    frame = planted(np.random.default_rng(2), 300)
    frame.loc[0, ["x", "day"]] = [1e7, pd.Timestamp("2024-02-03")]
    found = dongcha.explain(read(frame), "sum:x", between=MONTHS)
    assert any("A single row" in one.en for one in found.caveats)


def test_a_dimension_that_is_the_sides_under_another_name_is_left_out():
    frame = planted(np.random.default_rng(2), 600)
    frame["month"] = frame["day"].dt.month.map({1: "jan", 2: "feb"})
    table = dongcha.read(frame, roles={"month": "category", "g": "category", "h": "category"})
    assert all("month" not in one.dimensions for one in dongcha.explain(table, between=MONTHS).breakdowns)
    asked = dongcha.explain(table, between=MONTHS, by=["month"])
    assert [one.dimensions for one in asked.breakdowns] == [("month",)]


def test_the_later_side_is_quoted():
    rng = np.random.default_rng(5)
    frame = planted(rng, 1200)
    later = (frame["day"].dt.month == 2) & (frame["g"] == "b")
    said = np.where(later, "the heat pump failed again in my home", "the parcel came late to my old door")
    frame["text"] = [f"{one} {i} {rng.integers(1e9)}" for i, one in enumerate(said)]
    table = dongcha.read(frame, roles={"text": "text", "g": "category", "h": "category", "x": "measure"})
    found = dongcha.explain(table, "mean:x", between=MONTHS)
    assert any("heat pump" in phrase.text for phrase in found.phrases)
    assert all("heat pump" in phrase.example for phrase in found.phrases if "heat pump" in phrase.text)


def test_late_answers_on_title_loans_come_from_one_company():
    table = dongcha.read("examples/complaints/complaints.parquet")
    found = dongcha.explain(table, "timely=No", group="sub_product=Title loan")
    rows = pd.read_parquet("examples/complaints/complaints.parquet")
    title = rows["sub_product"] == "Title loan"
    late = rows["timely"] == "No"
    assert found.difference == pytest.approx(late[title].mean() - late[~title].mean(), abs=1e-12)
    best = found.findings[0]
    assert best.subject.breakdown == ("company",)
    assert [row["company"] for row in best.evidence.rows if row["is_subject"]] == ["TMX Finance LLC"]
    for one in found.breakdowns:
        assert math.fsum(s.contribution for s in one.segments) == pytest.approx(found.difference, abs=1e-9)


BAD = [
    ({"measure": "sum:g", "between": MONTHS}, DataError, "holds text"),
    ({"measure": "mean:xx", "between": MONTHS}, UnknownName, "did you mean 'x'"),
    ({"measure": "nothing", "between": MONTHS}, UnknownName, "no column named 'nothing'"),
    ({"between": ("2023", "2024-01")}, DataError, "goes from 2024-01-01"),
    ({"between": ("2024-01", "2024-01")}, ConfigError, "both sides are '2024-01'"),
    ({"between": ("2024-01", "2024-01-15..2024-02-03")}, ConfigError, "overlap"),
    ({"between": ("2024-01", "soon")}, ConfigError, "'soon' is no period"),
    ({"between": ("2024-02-30", "2024-01")}, ConfigError, "is no period"),
    ({"between": MONTHS, "time": "g"}, DataError, "holds no dates"),
    ({"between": MONTHS, "by": ["G"]}, UnknownName, "no column named 'G'"),
    ({"between": MONTHS, "part": 0.0}, ConfigError, "part must be"),
    ({"group": "h=nort"}, UnknownName, "did you mean 'north'"),
    ({"group": "h=north", "against": "north"}, ConfigError, "both sides"),
    ({"group": "h"}, ConfigError, "COLUMN=VALUE"),
    ({"measure": "sum:none", "between": MONTHS}, DataError, "has no value in the rows"),
    ({}, ConfigError, "not both"),
]


@pytest.mark.parametrize(("asked", "error", "message"), BAD, ids=[m for _, _, m in BAD])
def test_a_question_that_cannot_be_answered_says_why(asked, error, message):
    frame = planted(np.random.default_rng(0), 200).assign(none=np.nan)
    frame.loc[frame["day"].dt.month == 3, "none"] = 1.0
    frame.loc[0, ["day", "none"]] = [pd.Timestamp("2024-03-01"), 1.0]
    table = dongcha.read(frame, roles={"g": "category", "h": "category", "none": "measure", "kind": "category"})
    with pytest.raises(error, match=message.replace("(", r"\(")):
        dongcha.explain(table, **asked)
