"""A second engine: every number of every finding on real tables, worked out anew by pandas from the rows.

    DONGCHA_DATA=… python benchmarks/second_engine.py [--top 30] [--only NAME …]

Facts, rows of the evidence, phrases and shares of every pattern, effects and p-values where they have a closed form;
two numbers are equal where they differ by at most 1e-9 (a number that was rounded to six decimals before it was drawn:
by half of the last).  The code that works them out is in `tests/insight/second_engine`, and shares no query with ours.
"""

import argparse
import os
import sys
import time
from collections import Counter
from pathlib import Path

import dongcha
from dongcha.data.engine import from_arrow
from dongcha.insight.mine import mine

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.insight.second_engine.engine import RECOMPUTED, compared, kind_of
from tests.insight.second_engine.raw import frame

TABLES = (
    *("superstore/*", "bike_sharing/*", "nycflights13/*", "vega_tables/*", "cfpb_complaints/*", "cfpb_loans/*"),
    *("cfpb_narratives/*", "twitter_us_airline/*", "online_retail/*", "elec2/*", "noaa_weather_stream/*"),
    *("movielens_latest_small/*", "movielens_100k/*", "online_shopping_10_cats/*", "financial_news_headlines/*"),
)
MOST_ROWS = 5_000
"""Rows of a table that are read, the first ones: pandas is slow where a row at a time is looked at."""


def main() -> None:
    """Print numbers checked and equal, a line a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--top", type=int, default=30)
    parser.add_argument("--only", nargs="+", default=[])
    given = parser.parse_args()
    files = sorted(file for part in TABLES for file in Path(os.environ["DONGCHA_DATA"]).glob(f"{part}.parquet"))
    kinds, left = Counter[tuple[str, str, int]](), Counter[tuple[str, str, int]]()
    checked, equal, start = 0, 0, time.perf_counter()
    for file in files:
        name = f"{file.parent.name}/{file.stem}"
        if given.only and not any(part in name for part in given.only):
            continue
        table = dongcha.read(file)
        table = table.with_expr(from_arrow(table.expr.order_by("__row__").limit(MOST_ROWS).to_pyarrow()))
        mined, rows = mine(table, top=given.top), frame(table)
        findings = [one for one in (*mined.insights, *mined.checked) if kind_of(one) in RECOMPUTED]
        left.update(kind_of(one) for one in (*mined.insights, *mined.checked) if kind_of(one) not in RECOMPUTED)
        numbers = [(insight, number) for insight in findings for number in compared(table, insight, rows)]
        kinds.update(map(kind_of, findings))
        wrong = [(insight, number) for insight, number in numbers if not number.equal]
        checked, equal = checked + len(numbers), equal + len(numbers) - len(wrong)
        told = f"{len(findings):>3} findings {len(numbers):>6,} numbers {len(numbers) - len(wrong):>6,} equal"
        print(f"{name:<48} {len(rows):>7,} rows {told}", flush=True)
        for insight, number in wrong[:5]:
            print(
                f"  {kind_of(insight)} {insight.subject}: {number.place}: {number.told} is {number.again}", flush=True
            )
    share = f"{equal / checked:.3%}" if checked else "none"
    print(f"second engine: {equal:,} of {checked:,} numbers equal ({share}), {time.perf_counter() - start:.0f} s")
    print(
        "not worked out anew: " + (", ".join(f"{' '.join(map(str, kind))}: {n}" for kind, n in left.items()) or "none")
    )
    print("findings by kind: " + ", ".join(f"{' '.join(map(str, kind))}: {n}" for kind, n in sorted(kinds.items())))


if __name__ == "__main__":
    main()
