import datetime as dt
import gc
import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dongcha.data.engine import engine
from dongcha.data.source import read
from dongcha.insight.cube import Cube, cube, period_key

FREQUENCY = {"day": "D", "week": "W", "month": "M", "quarter": "Q", "year": "Y"}
laws = settings(max_examples=4, deadline=None, derandomize=True)


def table(seed: int, days: int = 800) -> pd.DataFrame:
    """900 rows with missing values everywhere, ties, huge values, and a category that is all but constant."""
    rng = np.random.default_rng(seed)
    rows = 900
    data = pd.DataFrame(
        {
            "day": pd.Timestamp("2021-03-05") + pd.to_timedelta(rng.integers(0, days, rows), unit="D").as_unit("s"),
            "area": rng.choice(["north", "south", "east", "西"], rows),
            "kind": rng.choice([f"k{i}" for i in range(40)], rows),
            "flag": rng.random(rows) < 0.3,
            "odd'\"one": np.where(rng.random(rows) < 0.01, "b", "a"),
            "units": rng.integers(0, 8, rows).astype(float),
            "price": rng.lognormal(3, 2, rows) + 1e6,
            "score": rng.normal(0, 1, rows),
        }
    )
    for name in ("day", "area", "units", "score"):
        data.loc[rng.random(rows) < 0.1, name] = None
    return data


def with_periods(data: pd.DataFrame, made: Cube) -> pd.DataFrame:
    columns = {
        period_key(time): data["day"].dt.to_period(FREQUENCY[time.grain]).dt.start_time.dt.date for time in made.times
    }
    texts = {name: data[name].map(str).str.replace("True", "true").str.replace("False", "false") for name in ("flag",)}
    return data.assign(**columns, **texts)


@laws
@given(st.integers(0, 1000), st.sampled_from([45, 300, 800]))
def test_moments_of_any_breakdown_are_those_of_pandas(seed, days):
    data = table(seed, days)
    made = cube(read(data))
    frame = with_periods(data, made)
    names = [*made.categories, *map(period_key, made.times)]
    assert len(made.times) >= 1
    asked = [
        (),
        *itertools.combinations(names, 1),
        *(pair for pair in itertools.combinations(names, 2) if sum(name.startswith("__") for name in pair) < 2),
        ("kind", "area", "flag"),
    ]
    for breakdown in asked:
        found = made.sums(*breakdown)
        known = frame.dropna(subset=list(breakdown)).assign(whole=0)
        keys = list(breakdown) or ["whole"]
        places = list(itertools.product(*found.values)) if breakdown else [0]
        index = pd.MultiIndex.from_tuples(places, names=keys) if len(breakdown) > 1 else pd.Index(np.ravel(places))
        rows = known.groupby(keys).size().reindex(index, fill_value=0)
        assert found.rows.ravel().tolist() == rows.tolist()
        for measure in ("units", "price", "score"):
            by = known.groupby(keys)[measure]
            n, means, deviations = (part.ravel() for part in found.of(measure))
            assert n.tolist() == by.count().reindex(index, fill_value=0).tolist()
            seen = n > 0
            assert means[seen] == pytest.approx(by.mean().reindex(index).to_numpy()[seen], rel=1e-12, abs=1e-12)
            wanted = (by.var(ddof=0) * by.count()).reindex(index).to_numpy()[seen]
            assert deviations[seen] == pytest.approx(wanted, rel=1e-9, abs=1e-6)


@laws
@given(st.integers(0, 1000))
def test_counts_of_one_two_and_three_columns_are_those_of_pandas(seed):
    data = table(seed)
    made = cube(read(data))
    frame = with_periods(data, made)
    assert any(len(names) == 3 for names in made.counts)
    for names in made.counts:
        counted = made.counts[names]
        wanted = frame.dropna(subset=list(names)).groupby(list(names), observed=True).size()
        wanted = {key if isinstance(key, tuple) else (key,): n for key, n in wanted.items()}
        assert dict(zip(counted.keys, counted.cells, strict=True)) == wanted
        assert list(counted.keys) == sorted(counted.keys, key=lambda key: tuple(map(str, key)))
    with pytest.raises(KeyError):
        made.counts[("kind", "area")]
    assert ("kind", "area") not in made.counts
    assert ("area", "kind") in made.counts


@laws
@given(st.integers(0, 1000))
def test_ranks_are_those_of_pandas_also_where_values_are_missing_or_the_same(seed):
    data = table(seed)
    made = cube(read(data))
    frame = with_periods(data, made)
    for at, measure in enumerate(made.measures):
        ranks = (frame[measure].rank(method="min") - 1) / (len(frame) - 1)
        for name in made.categories:
            sums, squares = (part[at] for part in made.rank_sums(name))
            by = ranks.groupby(frame[name])
            assert sums == pytest.approx(by.sum().reindex(made.counts[(name,)].values[0]).to_numpy())
            wanted = (ranks**2).groupby(frame[name]).sum().reindex(made.counts[(name,)].values[0])
            assert squares == pytest.approx(wanted.to_numpy())
    for x, y in itertools.combinations(made.measures, 2):
        both = frame[[x, y]].dropna()
        places = (both.rank(method="min") - 1) / (len(both) - 1)
        n, r, joint = made.correlation(x, y)
        assert (n, r) == (len(both), pytest.approx(places[x].corr(places[y]), abs=1e-12))
        assert joint == pytest.approx(144 * (((places - 0.5).prod(axis=1)) ** 2).mean())


def test_days_are_counted_with_and_without_a_category():
    data = table(3)
    made = cube(read(data))
    _, days, rows = made.daily()
    wanted = data["day"].dropna().dt.date.value_counts()
    assert {made.days[day]: n for day, n in zip(days, rows, strict=True)} == wanted.to_dict()
    codes, days, rows = made.daily("area")
    values = made.counts[("area",)].values[0]
    wanted = data.dropna(subset=["day", "area"]).groupby([data["area"], data["day"].dt.date]).size()
    found = {(values[c], made.days[d]): n for c, d, n in zip(codes, days, rows, strict=True)}
    assert found == wanted.to_dict()


def test_a_table_without_categories_or_without_measures_has_a_cube():
    numbers = pd.DataFrame({"a": np.arange(100.0) % 7, "b": np.arange(100.0) % 11})
    made = cube(read(numbers))
    assert (made.categories, made.times, len(made.counts)) == ((), (), 0)
    assert made.correlation("a", "b")[0] == 100
    assert made.sums().of("a")[1] == pytest.approx(numbers["a"].mean())
    words = pd.DataFrame({"one": list("abab") * 20, "two": list("xxyy") * 20})
    assert cube(read(words)).measures == ()
    constant = pd.DataFrame({"a": [1.0, 2.0] * 40, "b": [None, 3.0] * 40, "c": list("abab") * 20})
    made = cube(read(constant, roles={"b": "measure"}))
    assert np.isnan(made.correlation("a", "b")[1])


def test_a_date_of_the_year_one_and_a_day_alone_are_counted():
    days = [dt.date(1, 1, 1), *[dt.date(2023, 1, 1 + i % 28) for i in range(79)]]
    made = cube(
        read(pd.DataFrame({"day": pd.Series(days, dtype="object"), "a": list("abcd") * 20}), roles={"day": "time"})
    )
    assert made.rows == 80


def test_nothing_stays_in_the_engine_when_a_cube_is_gone():
    def tables() -> set[str]:
        return {name for (name,) in engine().con.execute("SELECT table_name FROM duckdb_tables()").fetchall()}

    source = read(table(1))
    before = tables()
    made = cube(source)
    made.sums("area")
    assert tables() > before
    del made
    gc.collect()
    assert tables() == before
