"""What is planted is found, and noise is not; the full measurement is in benchmarks/planted.py and noise.py."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from noise import with_findings
from planted import PLANTED, TRAPS
from planted_tables.even import even
from planted_tables.groups import outstanding
from tests.insight.second_engine.engine import differing

import dongcha
from dongcha.data.table import Table
from dongcha.insight.insight import Insight, Mined
from dongcha.insight.reserved import EVIDENCE
from dongcha.report.verify import check_numbers

NOT_AGAIN = {"lead_lag", "odd_day", "together"}
"""Planted in patterns whose claims are not drawn again, by decision: `docs/reference/patterns.md` says why of each."""


def columns_of(mined):
    """The columns of all evidence; add one of a new pattern to the list of reserved names."""
    told = (*mined.insights, *mined.checked)
    return {key for one in told for row in one.evidence.rows[:1] for key in row}


@dataclass(frozen=True)
class Case:
    """One planted table, what was mined in it, and what asks for the planted finding."""

    name: str
    table: Table
    mined: Mined
    asked: Callable[[Insight], bool]

    @property
    def told(self):
        """All that is said: findings, and what was checked."""
        return *self.mined.insights, *self.mined.checked

    @property
    def found(self):
        """The planted findings, the strongest first."""
        return [one for one in self.mined.insights if self.asked(one)]


def case(name, make, seed):
    data, asked = make(np.random.default_rng(seed))
    table = dongcha.read(data)
    return Case(name, table, dongcha.mine(table), asked)


@pytest.fixture(scope="module", params=sorted(PLANTED))
def planted(request):
    return case(request.param, PLANTED[request.param], [3, len(request.param)])


@pytest.fixture(scope="module", params=sorted(TRAPS))
def trap(request):
    return case(request.param, TRAPS[request.param], [1, 17])


def test_a_planted_pattern_is_found_and_its_sentence_holds(planted):
    assert columns_of(planted.mined) <= EVIDENCE | set(planted.table.schema.names)
    first = planted.found[0]
    assert first.sentence.en
    assert first.sentence.zh
    assert first.chart
    assert not check_numbers(first)


def test_what_is_planted_holds_in_most_halves(planted):
    first = planted.found[0]
    if planted.name in NOT_AGAIN:
        assert first.stability is None
    else:
        assert first.stability is not None, f"claims of {first.pattern!r} have no `again`: see insight/stability"
        assert first.stability >= 0.6


def test_planted_tables_say_what_pandas_says(planted):
    assert not differing(planted.table, planted.told)


def test_no_trap_is_fallen_into_and_numbers_are_those_of_pandas(trap):
    assert not trap.found
    assert not differing(trap.table, trap.told)


def test_what_is_even_has_evidence_of_reserved_names_and_numbers_of_pandas():
    found = case("even", even, 3)
    assert found.mined.checked
    assert columns_of(found.mined) <= EVIDENCE | set(found.table.schema.names)
    assert not differing(found.table, found.told)


def test_an_incomplete_last_month_is_no_fall():
    data, _ = outstanding(np.random.default_rng(3))
    cut = data[data["day"] < "2022-12-12"]
    found = dongcha.mine(dongcha.read(cut), top=50).insights
    assert not [i for i in found if i.subject.measure is None and i.subject.grain]


def test_noise_is_silent():
    assert len(with_findings(8)) <= 1
