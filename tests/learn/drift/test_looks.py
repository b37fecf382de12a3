import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dongcha.learn.drift.looks import ALPHA, holm, level


def test_the_levels_of_endless_looks_add_up_to_alpha() -> None:
    first = math.fsum(level(look) for look in range(1, 20_001))
    after = ALPHA / 2.10975 / math.log(20_001.5)  # the integral of 1 / (x ln² x) from there on
    assert first + after == pytest.approx(ALPHA, rel=1e-4)
    assert first + after <= ALPHA


def test_a_late_look_is_less_strict_than_under_squares() -> None:
    assert level(1000) / (ALPHA * 6 / (math.pi * 1000) ** 2) == pytest.approx(16.3, abs=0.1)


@pytest.mark.parametrize("look", [0, -3])
def test_looks_are_counted_from_one(look: int) -> None:
    with pytest.raises(ValueError, match="counted from 1"):
        level(look)


def test_holm_as_worked_out_by_hand() -> None:
    # sorted .005 .01 .03 .04 -> x4 .02, x3 .03, x2 .06, x1 .04 raised to .06
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


@given(st.lists(st.floats(0.0, 1.0), max_size=8))
def test_holm_keeps_the_order_and_never_makes_a_p_value_smaller(ps: list[float]) -> None:
    found = holm(ps)
    assert all(p <= q <= 1.0 for p, q in zip(ps, found, strict=True))
    order = np.argsort(ps, kind="stable")
    assert all(a <= b for a, b in zip(np.array(found)[order], np.array(found)[order][1:], strict=False))
