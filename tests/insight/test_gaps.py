"""Periods without any row: they are counted as empty, drawn, and break nothing."""

import numpy as np
import pandas as pd

import dongcha
from dongcha.insight.mine import mine
from dongcha.report.charts import draw
from dongcha.report.sentences import say
from dongcha.report.verify import check_numbers


def test_a_series_with_empty_periods_is_told() -> None:
    rng = np.random.default_rng(0)
    # Twenty weeks: rising numbers of rows, none at all in the second and in the seventh.
    weeks = [w for w in range(20) for _ in range(0 if w in (1, 6) else 10 + 6 * w)]
    day = pd.Timestamp("2023-01-02") + pd.to_timedelta(np.array(weeks) * 7 + rng.integers(0, 7, len(weeks)), unit="D")
    answer = np.where(rng.random(len(weeks)) < np.array(weeks) / 25, "yes", "no")
    data = pd.DataFrame({"day": day.as_unit("s"), "answer": answer})
    found = [i for i in mine(dongcha.read(data), top=20, say=say, draw=draw.draw).insights if i.subject.grain == "week"]
    assert found
    for insight in found:
        rows = {str(row["period"]): row for row in insight.evidence.rows}
        empty = rows["2023-01-09"], rows["2023-02-13"]
        assert [row["n"] for row in empty] == [0, 0]
        assert [row["value"] for row in empty] == ([None] * 2 if insight.subject.aggregation == "rate" else [0, 0])
        assert insight.chart
        assert not check_numbers(insight)
