"""What is planted is found, and noise is not; the full measurement is in benchmarks/planted.py and noise.py."""

import numpy as np
import pytest
from noise import with_findings
from planted import PLANTED, TRAPS, said
from planted_tables.even import even
from planted_tables.groups import outstanding

import dongcha
from dongcha.insight.reserved import EVIDENCE
from dongcha.report.verify import check_numbers


def columns_of(mined):
    """The columns of all evidence; add one of a new pattern to the list of reserved names."""
    told = (*mined.insights, *mined.checked)
    return {key for one in told for row in one.evidence.rows[:1] for key in row}


@pytest.mark.parametrize("name", sorted(PLANTED))
def test_a_planted_pattern_is_found_and_its_sentence_holds(name):
    data, is_planted = PLANTED[name](np.random.default_rng([1, len(name)]))
    mined = dongcha.mine(dongcha.read(data))
    assert columns_of(mined) <= EVIDENCE | set(data.columns)
    found = [insight for insight in mined.insights if is_planted(insight)]
    assert found
    assert found[0].sentence.en
    assert found[0].sentence.zh
    assert found[0].chart
    assert not check_numbers(found[0])


@pytest.mark.parametrize("name", sorted(TRAPS))
def test_no_trap_is_fallen_into(name):
    assert not any(said(name, seed) for seed in range(2))


def test_what_is_even_has_evidence_of_reserved_names():
    data, _ = even(np.random.default_rng(3))
    mined = dongcha.mine(dongcha.read(data))
    assert mined.checked
    assert columns_of(mined) <= EVIDENCE | set(data.columns)


def test_an_incomplete_last_month_is_no_fall():
    data, _ = outstanding(np.random.default_rng(3))
    cut = data[data["day"] < "2022-12-12"]
    found = dongcha.mine(dongcha.read(cut), top=50).insights
    assert not [i for i in found if i.subject.measure is None and i.subject.grain]


def test_noise_is_silent():
    assert len(with_findings(8)) <= 1
