"""What is planted is found, and noise is not; the full measurement is in benchmarks/planted.py and noise.py."""

import importlib.util
from pathlib import Path

import pytest

import dongcha
from dongcha.report.verify import check_numbers

FOLDER = Path(__file__).parents[2] / "benchmarks"


def script(name):
    spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PLANTED = script("planted")


@pytest.mark.parametrize("name", sorted(PLANTED.PLANTED))
def test_a_planted_pattern_is_found_and_its_sentence_holds(name):
    data, is_planted = PLANTED.PLANTED[name](PLANTED.np.random.default_rng([1, len(name)]))
    found = [insight for insight in dongcha.mine(dongcha.read(data)).insights if is_planted(insight)]
    assert found
    assert found[0].sentence.en
    assert found[0].sentence.zh
    assert found[0].chart
    assert not check_numbers(found[0])


def test_an_incomplete_last_month_is_no_fall():
    data, _ = PLANTED.outstanding(PLANTED.np.random.default_rng(3))
    cut = data[data["day"] < "2022-12-12"]
    found = dongcha.mine(dongcha.read(cut), top=50).insights
    assert not [i for i in found if i.subject.measure is None and i.subject.grain]


def test_noise_is_silent():
    assert len(script("noise").with_findings(12)) <= 2
