"""Mining at size: seconds by stage, rows a second, peak memory and tests, by rows and by number of dimensions.

    python benchmarks/mining_speed.py [--large] [--rows 1000000] [--dimensions 8]

The table is a Parquet file that DuckDB makes: eight categories of 3 to 100 values, four measures (a count, a price, a
score and a skewed time), three years of dates, 1 to 5 % missing, and planted structure: a group with higher prices, a
rate that depends on a group, a trend, a busy weekday, two measures that go together.  `--large` adds 10 million rows.
Reading and mining run in a process of their own for each size; peak memory is of both.  Busy seconds are those of the
processors, all threads together.

Beside it, on the same files, what a profile works out at least: pandas reads the file, describes it, counts the values
of every category and correlates the measures by rank.  It tests nothing.  (ydata-profiling, up to 4.18.4, wants
pandas below 3 and cannot be installed beside it.)
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import pandas as pd

SIZES = (8, 3, 100, 5, 60, 12, 30, 20, 6, 40, 10, 15)
"""Values of each category; the first so many are taken."""

Found = dict[str, object]


def chance(salt: int) -> str:
    """SQL for a number between 0 and 1 that looks random, of the row `i`."""
    return f"(hash(i * 1000 + {salt}) / 18446744073709551616.0)"


def write(path: Path, rows: int, dimensions: int) -> None:
    """Write the table; all of it follows from the number of the row."""
    numbers = [f"floor({chance(at)} * {size})::INT AS k{at}" for at, size in enumerate(SIZES[:dimensions])]
    normal = f"sqrt(-2 * ln({chance(50)} + 1e-12)) * cos(6.283185307 * {chance(51)})"
    # The later a day and the more it is a Monday, the more rows it has.
    day = f"floor(1095 * pow({chance(52)}, 0.8))::INT"
    monday = f"CASE WHEN {chance(53)} < 0.1 THEN 7 * (({day}) // 7) + 3 ELSE {day} END"
    base = f"SELECT i, {', '.join(numbers)}, {normal} AS z, {monday} AS d FROM range({rows}) AS t(i)"
    kept = [f"CASE WHEN {chance(60 + at)} >= 0.02 THEN {_label(at)} END AS dim{at}" for at in range(dimensions)]
    price = "round(exp(3 + z) * (CASE WHEN k0 = 3 THEN 1.3 ELSE 1 END), 2)"
    measures = (
        f"floor({chance(54)} * 50 + d / 100.0)::INT AS units",
        f"CASE WHEN {chance(55)} >= 0.01 THEN {price} END AS price",
        f"50 + 8 * z + 10 * {chance(56)} AS score",
        f"CASE WHEN {chance(57)} >= 0.05 THEN round(-20 * ln({chance(58)} + 1e-9), 1) END AS hours",
    )
    date = f"CASE WHEN {chance(59)} >= 0.01 THEN DATE '2021-01-01' + d END AS opened"
    con = duckdb.connect()
    con.execute(f"COPY (SELECT {', '.join([*kept, *measures, date])} FROM ({base})) TO '{path}' (FORMAT parquet)")
    con.close()


def _label(at: int) -> str:
    if at == 1:  # three values, of which the group decides
        return f"'v' || CASE WHEN k0 = 2 AND {chance(70)} < 0.3 THEN 0 ELSE k1 END"
    return f"'value ' || k{at}"


def ours(path: str) -> Found:
    """Read and mine; the seconds of each stage between the steps that `mine` tells."""
    import dongcha
    from dongcha.core.events import Step
    from dongcha.insight.mine import PATTERNS, mine

    start = time.perf_counter()
    table = dongcha.read(path)
    read, told = time.perf_counter() - start, [time.perf_counter()]

    def on_step(_: Step) -> None:
        told.append(time.perf_counter())

    before = time.process_time()
    mined = mine(table, on_step=on_step)
    busy = time.process_time() - before
    told.append(time.perf_counter())
    # The first step is told before anything is done, the second once rows are counted.
    names = ["", "columns and codes", *PATTERNS, "rank, prove", ""]
    stages = {name: after - before for name, before, after in zip(names, told, told[1:], strict=False) if name}
    seconds = told[-1] - told[0]
    tested = mined.tested + mined.tested_even
    return {"read": read, "seconds": seconds, "busy": busy, "stages": stages, "tested": tested}


def pandas(path: str) -> Found:
    """Read, describe, count values, correlate."""
    start = time.perf_counter()
    frame = pd.read_parquet(path)
    read = time.perf_counter() - start
    frame.describe(include="all")
    for name in frame.select_dtypes(include=["object", "string"]):
        frame[name].value_counts()
    frame.corr(method="spearman", numeric_only=True)
    return {"read": read, "seconds": time.perf_counter() - start - read}


def measured(part: str, path: Path) -> Found:
    """What a part gives in a process of its own, with its peak memory in MB."""
    call = [sys.executable, __file__, "--part", part, str(path)]
    found: Found = json.loads(subprocess.run(call, stdout=subprocess.PIPE, text=True, check=True).stdout)
    return found


def report(rows: int, dimensions: int, *, stages: bool) -> None:
    """Print a line for ours, one for pandas, and the stages."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.parquet"
        write(path, rows, dimensions)
        mined, other = measured("ours", path), measured("pandas", path)
    seconds = float(str(mined["seconds"]))
    print(
        f"{rows:>10,} rows x {dimensions:>2} dimensions: mine {seconds:6.1f} s ({mined['busy']:.1f} s busy), "
        f"{rows / seconds:>9,.0f} rows/s, "
        f"{mined['tested']:>7,} tests, read {mined['read']:.1f} s, peak {mined['peak']:,.0f} MB"
    )
    print(f"{'':>34} pandas {other['seconds']:4.1f} s, read {other['read']:.1f} s, peak {other['peak']:,.0f} MB")
    if stages:
        told = ", ".join(f"{name} {part:.1f}" for name, part in dict(mined["stages"]).items() if part >= 0.05)  # type: ignore[call-overload]
        print(f"{'':>34} {told}", flush=True)


def main() -> None:
    """Print a block by rows and one by dimensions, or one size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int)
    parser.add_argument("--dimensions", type=int, default=8)
    parser.add_argument("--large", action="store_true", help="10 million rows as well")
    parser.add_argument("--part", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.part:
        found = globals()[asked.part[0]](asked.part[1])
        print(json.dumps({**found, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
    elif asked.rows:
        report(asked.rows, asked.dimensions, stages=True)
    else:
        for rows in (10_000, 100_000, 1_000_000, *([10_000_000] if asked.large else [])):
            report(rows, 8, stages=True)
        for dimensions in (2, 4, 12):
            report(100_000, dimensions, stages=False)


if __name__ == "__main__":
    main()
