import json
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import fisher_exact, ks_2samp, norm, power_divergence

from dongcha.learn.drift.amounts import amounts_changed
from dongcha.learn.drift.compare import compare
from dongcha.learn.drift.looks import ALPHA, holm, level
from dongcha.learn.drift.quality import share_changed
from dongcha.learn.drift.shares import exact, g_test, labels_changed
from dongcha.model.reference import Profile


def profile(rows: int, random: np.random.Generator, shares: tuple[float, ...] = (0.5, 0.3, 0.2)) -> Profile:
    names = [json.dumps(name, ensure_ascii=False) for name in ("贷款", "card", "<b>x</b>")]
    return Profile(
        labels=tuple(random.choice(names, rows, p=shares)),
        scores=random.beta(5, 2, rows),
        lengths=random.poisson(40, rows).astype(np.int64) * (random.random(rows) > 0.02),
        strange=np.where(random.random(rows) < 0.05, 0.1, 0.0),
        vectors=random.standard_normal((rows, 6)).astype(np.float32),
    )


def test_false_alarms_over_a_hundred_looks_are_at_most_the_stated_rate() -> None:
    alarms, versions, looks = 0, 12, 100
    for seed in range(versions):
        random = np.random.default_rng(seed)
        reference = replace(profile(120, random), vectors=None)
        found = (compare(reference, replace(profile(60, random), vectors=None), look=t) for t in range(1, looks + 1))
        alarms += any(one.drifted for one in found)
    assert alarms <= 2  # binomial: 3 of 12 or more have a chance of 0.02 at a rate of 0.05


def test_false_alarms_of_six_tests_that_share_what_they_err_in_are_at_most_the_stated_rate() -> None:
    random = np.random.default_rng(0)
    versions, looks = 1000, 100
    levels = np.array([level(t) for t in range(1, looks + 1)])
    shared, own = random.standard_normal((versions, 1, 6)), random.standard_normal((versions, looks, 6))
    ps = norm.sf((shared + own) / np.sqrt(2))  # one reference in all looks: each p-value uniform, none independent
    smallest = np.minimum(1.0, 6 * ps.min(axis=2))  # what Holm makes of the surest test
    assert holm(ps[0, 0].tolist())[int(ps[0, 0].argmin())] == pytest.approx(smallest[0, 0])
    alarms = (smallest <= levels).any(axis=1).mean()
    assert 0.005 <= alarms <= ALPHA + 3 * np.sqrt(ALPHA * (1 - ALPHA) / versions)


@pytest.mark.parametrize(("shares", "most"), [((0.3, 0.3, 0.4), 1), ((0.4, 0.3, 0.3), 6)])
def test_a_shift_at_the_fiftieth_look_is_found_soon(shares: tuple[float, float, float], most: int) -> None:
    delays = []
    for seed in range(10):
        random = np.random.default_rng(seed)
        reference = replace(profile(1000, random), vectors=None)
        for look in range(50, 150):
            found = compare(reference, replace(profile(500, random, shares), vectors=None), look=look)
            if found.drifted:
                assert found.drifted[0].trait == "labels"
                delays.append(look - 49)
                break
    assert len(delays) == 10
    assert np.median(delays) <= most


def test_a_look_says_what_changed_in_both_languages() -> None:
    random = np.random.default_rng(0)
    found = compare(profile(500, random), profile(400, random, (0.1, 0.3, 0.6)), look=1)
    assert [one.trait for one in found.drifted] == ["labels"]
    labels = found.drifted[0]
    assert labels.effect == pytest.approx(0.4, abs=0.06)
    assert "贷款" in labels.sentence.en or "<b>x</b>" in labels.sentence.en
    assert f"{labels.figures['before']:.1%}" in labels.sentence.zh
    assert found.words.zh == labels.sentence.zh
    told = found.to_json()
    assert json.loads(json.dumps(told)) == told
    assert {one["trait"] for one in told["tests"]} == {"inputs", "labels", "confidence", "length", "empty", "strange"}


def test_windows_too_small_to_tell_have_no_tests() -> None:
    random = np.random.default_rng(0)
    found = compare(profile(500, random), profile(19, random), look=1)
    assert (found.changes, found.drifted) == ((), ())
    assert "few" in found.words.en


def test_pictures_have_no_lengths_to_test_and_scores_may_be_missing() -> None:
    random = np.random.default_rng(0)
    bare = replace(
        profile(100, random), lengths=np.zeros(100, dtype=np.int64), scores=np.full(100, np.nan), vectors=None
    )
    assert [one.trait for one in compare(bare, bare, look=1).changes] == ["labels"]


def test_answers_that_are_numbers_are_held_against_each_other_as_numbers() -> None:
    random = np.random.default_rng(0)
    old = replace(profile(200, random), labels=tuple(map(json.dumps, random.normal(0, 1, 200))))
    new = replace(profile(200, random), labels=tuple(map(json.dumps, random.normal(2, 1, 200))))
    drifted = compare(old, new, look=3).drifted
    assert [one.trait for one in drifted] == ["labels"]
    assert "number" in drifted[0].sentence.en


def test_the_g_test_is_that_of_scipy_over_williams_correction() -> None:
    counts = np.array([[50, 30, 20], [20, 30, 50]])
    expected = np.outer(counts.sum(1), counts.sum(0)) / counts.sum()
    plain = power_divergence(counts.ravel(), expected.ravel(), lambda_="log-likelihood").statistic
    williams = 1 + (200 * 2 / 100 - 1) * (200 * (2 / 70 + 1 / 60) - 1) / (6 * 200 * 2)
    assert g_test(counts)[0] == pytest.approx(plain / williams)


def test_rare_labels_are_one_cell() -> None:
    many = np.array([[100, *[1] * 40], [100, *[1] * 40]])
    pooled = np.array([[100, 40], [100, 40]])
    assert g_test(many) == pytest.approx(g_test(pooled))


def test_exact_p_values_are_fishers() -> None:
    found = exact(np.array([[3, 97], [12, 88]]), (100, 100))
    one_sided = fisher_exact([[3, 97], [12, 88]], alternative="less").pvalue
    assert found == pytest.approx([2 * one_sided] * 2)


def test_a_label_that_was_never_answered_before_is_found_and_named() -> None:
    old = tuple(json.dumps(f"label {i % 100}") for i in range(1000))
    new = (*old[:270], *[json.dumps("新的")] * 12)
    found = labels_changed(old, new)
    assert found is not None
    assert found.p < 1e-4
    assert found.sentence.zh.startswith("“新的”的占比由 0.0% 变为 4.3%")
    assert set(found.rows) <= set(range(270, 282))


def test_lists_of_labels_count_each_label_once_an_input() -> None:
    old = tuple(json.dumps(["O", "O", "PER"]) for _ in range(50))
    new = tuple(json.dumps(["O", "O", "O"]) for _ in range(50))
    found = labels_changed(old, new)
    assert found is not None
    assert found.effect == 1.0
    assert "“PER” went from 100.0% to 0.0%" in found.sentence.en
    assert found.p < 1e-10


def test_amounts_are_those_of_scipy_without_what_is_no_number() -> None:
    random = np.random.default_rng(1)
    old, new = random.normal(size=80), random.normal(0.7, size=60)
    found = amounts_changed("confidence", np.append(old, np.nan), np.append(new, np.inf))
    assert found is not None
    assert found.p == pytest.approx(ks_2samp(old, new).pvalue)
    assert (found.reference, found.window) == (80, 60)
    assert found.effect == pytest.approx(abs(found.figures["before"] - found.figures["after"]))
    assert amounts_changed("confidence", np.full(9, np.nan), new) is None


def test_shares_of_empty_texts_are_exact() -> None:
    found = share_changed("empty", np.arange(100) < 1, np.arange(50) < 10)
    assert found is not None
    assert found.p == pytest.approx(2 * fisher_exact([[1, 99], [10, 40]], alternative="less").pvalue)
    assert found.effect == pytest.approx(0.19)
    assert "1.0% to 20.0%" in found.sentence.en
    assert share_changed("empty", np.zeros(0, dtype=bool), np.ones(3, dtype=bool)) is None
