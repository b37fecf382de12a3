"""False discoveries: on tables of pure noise, how many have any finding?

    python benchmarks/noise.py [--tables 200]

The stated rate is the one that `mine` is told (0.05).  Where nothing is true, every claim is false, so the share of
tables with any claim is the false discovery rate.
"""

import argparse
import time

import numpy as np
import pandas as pd

import dongcha
from dongcha.insight.mine import mine


def table(seed: int) -> pd.DataFrame:
    """300 to 2,000 rows: five categories, two measures (one heavy-tailed), a date, all independent."""
    rng = np.random.default_rng(seed)
    rows = int(rng.integers(300, 2000))
    days = rng.integers(0, 365, rows)
    return pd.DataFrame(
        {
            "day": pd.Timestamp("2023-01-01") + pd.to_timedelta(days, unit="D").as_unit("s"),
            "two": rng.choice(["yes", "no"], rows, p=[0.3, 0.7]),
            "four": rng.choice(list("abcd"), rows),
            "ten": rng.choice([f"g{i}" for i in range(10)], rows),
            "many": rng.choice([f"m{i}" for i in range(60)], rows),
            "long": rng.choice([f"z{i}" for i in range(9)], rows, p=np.arange(9, 0, -1) / 45),
            "size": rng.normal(50, 10, rows).round(2),
            "money": rng.lognormal(3, 1.5, rows).round(2),
        }
    )


def with_findings(tables: int) -> list[int]:
    """The seeds of the tables with any finding."""
    return [seed for seed in range(tables) if mine(dongcha.read(table(seed))).insights]


def main() -> None:
    """Print the share of tables with a finding beside the stated rate."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=int, default=200)
    tables, start = parser.parse_args().tables, time.perf_counter()
    found = with_findings(tables)
    print(f"noise: {len(found)} of {tables} tables with a finding ({len(found) / tables:.1%}; stated 5.0%)")
    print(f"{time.perf_counter() - start:.0f} s; seeds with a finding: {found}")


if __name__ == "__main__":
    main()
