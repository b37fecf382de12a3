import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import nbinom

from dongcha.learn.drift.novelty import novelty
from dongcha.learn.drift.rate import bound_of, rate_alarm
from dongcha.learn.drift.volume import cycle, tails, unusual

HOURS = np.arange(168 * 10)
USUAL = 50 * (1 + 0.8 * np.sin(2 * np.pi * HOURS / 24)) * np.where(HOURS // 24 % 7 >= 5, 0.4, 1.0)


@pytest.mark.parametrize("rate", [0.05, 0.3])
def test_the_answers_until_a_false_alarm_are_as_many_as_stated(rate: float) -> None:
    every, runs = 300.0, []
    for seed in range(80):
        alarm = rate_alarm(np.random.default_rng(seed).random(2000) < rate, rate, every=every)
        runs.append(2000 if alarm is None else alarm.at + 1)
    assert np.mean(runs) + 3 * np.std(runs) / np.sqrt(80) >= every


def test_a_rate_below_what_is_allowed_gives_no_more_alarms() -> None:
    values = np.random.default_rng(0).random(20_000) < 0.05
    assert rate_alarm(values, 0.1, side="up", every=1000) is None


@pytest.mark.parametrize(("after", "most"), [(0.3, 90), (0.2, 300)])
def test_errors_that_double_or_treble_are_found_soon_and_since_when(after: float, most: int) -> None:
    delays, since = [], []
    for seed in range(20):
        random = np.random.default_rng(seed)
        alarm = rate_alarm(np.concatenate([random.random(1000) < 0.1, random.random(3000) < after]), 0.1)
        assert alarm is not None
        assert alarm.evidence >= 100_000
        delays.append(alarm.at - 999)
        since.append(alarm.since)
    assert np.median(delays) <= most
    assert abs(np.median(since) - 1000) <= 40


def test_a_share_that_falls_is_found_by_the_side_that_looks_for_it() -> None:
    random = np.random.default_rng(1)
    values = np.concatenate([random.random(500) < 0.5, random.random(500) < 0.2])
    down = rate_alarm(values, 0.5, side="down")
    assert down is not None
    assert down.rate < 0.35
    assert rate_alarm(values, 0.5, side="up") is None


def test_a_certain_rate_still_alarms_and_nothing_does_not() -> None:
    assert rate_alarm(np.ones(50, dtype=bool), 0.0) is not None
    assert rate_alarm(np.zeros(0, dtype=bool), 0.5) is None
    with pytest.raises(ValueError, match="between 0 and 1"):
        rate_alarm(np.ones(3, dtype=bool), 1.2)


def test_bounds_of_a_share_are_those_of_the_rule_of_three() -> None:
    assert bound_of(0, 100, side="up") == pytest.approx(1 - 0.05 ** (1 / 100))
    assert bound_of(100, 100, side="down") == pytest.approx(0.05 ** (1 / 100))
    assert (bound_of(0, 9, side="down"), bound_of(9, 9, side="up")) == (0.0, 1.0)
    with pytest.raises(ValueError, match="no share"):
        bound_of(3, 2, side="up")


def test_false_alarms_of_hourly_counts_with_a_week_are_at_most_the_level() -> None:
    found, looked = 0, 0
    for seed in range(4):
        random = np.random.default_rng(seed)
        counts = random.poisson(USUAL * random.gamma(20, 1 / 20, len(HOURS)))
        found += len(unusual(counts, season=168, level=0.001))
        looked += len(counts) - 336
    assert found <= 0.001 * looked + 3 * np.sqrt(0.001 * looked)


def test_a_surge_and_a_silence_are_found_where_they_are_and_a_quiet_night_is_not() -> None:
    counts = np.random.default_rng(0).poisson(USUAL)
    counts[1400:1404] *= 4
    counts[1500:1506] = 0
    found = unusual(counts, season=168, level=1e-5)
    assert {one.at for one in found if one.count > one.expected} == {1400, 1401, 1402, 1403}
    silent = {one.at for one in found if one.count < one.expected}
    assert silent
    assert silent <= set(range(1500, 1506))
    assert "surge" in found[0].words.en
    assert "激增" in found[0].words.zh


def test_a_count_is_held_against_those_before_it_alone() -> None:
    counts = np.random.default_rng(0).poisson(USUAL)
    whole, part = unusual(counts, season=168, level=0.05), unusual(counts[:1000], season=168, level=0.05)
    assert [one for one in whole if one.at < 1000] == part


def test_the_tails_are_those_of_a_negative_binomial_of_that_mean_and_scatter() -> None:
    found = tails(np.array([30, 3]), np.array([10.0, 10.0]), np.array([0.1, 0.1]))
    law = nbinom(10, 0.5)  # mean 10, variance 10 + 0.1 * 100
    assert found == pytest.approx([2 * law.sf(29), 2 * law.cdf(3)])


def test_volumes_that_are_none_or_hostile() -> None:
    assert unusual(np.zeros(0, dtype=np.int64), season=24, level=0.01) == []
    assert unusual(np.zeros(500, dtype=np.int64), season=24, level=0.01) == []
    with pytest.raises(ValueError, match="at least 0"):
        unusual(np.array([3, -1]), season=24, level=0.01)
    assert (cycle(3600), cycle(60), cycle(86400)) == (168, 1440, 7)


def test_a_value_unlike_any_before_is_the_newest() -> None:
    values = np.sin(np.arange(600) / 10)
    values[400] = 4.0
    found = novelty(values)
    assert int(found[100:].argmax()) == 300
    assert found[400] > 10


def test_novelty_does_not_depend_on_the_unit_and_not_on_what_comes_later() -> None:
    values = np.random.default_rng(0).normal(size=300)
    assert novelty(values * 1024.0) == pytest.approx(novelty(values))
    assert novelty(values)[:200].tolist() == novelty(values[:200]).tolist()


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=60))
def test_novelty_of_anything_is_a_number(values: list[float]) -> None:
    found = novelty(np.array(values, dtype=np.float64))
    assert len(found) == len(values)
    assert np.isfinite(found).all()
    assert (found >= 0).all()
