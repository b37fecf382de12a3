"""Recall: tables of noise with one planted pattern each; is it found, and how much else is claimed?

    python benchmarks/planted.py [--tables 20] [--sizes 0.5 1 1.5] [--jobs 2] [--only NAME …]

Recall is the share of the tables in which the planted pattern is among the ten best findings, by the size of the effect
in stated sizes.  Precision is the share of all findings, at the stated size, that speak only of columns in which
something was planted: all other columns have nothing to do with anything.  The tables are in `planted_tables`.

Effect sizes at which recall is stated (1,200 rows, 12 complete months of about 100 rows): outstanding rate 20 % -> 45 %
in a group of 150; pair of groups 20 % -> 65 % in 50 rows; outstanding mean +0.8 standard deviations in a group of 150;
majority 60 %; seasons over 36 months of 100 rows: Mondays x 1.5, Decembers x 2.5, "yes" 20 % -> 35 % on Fridays, every
fifth week of one year x 1.6; trend +8 % a month; change point x 1.8; outlier x 3 in one month; correlation r = 0.3;
driver: the rows double in the last month and one of six groups makes up half of them there; missing
5 % -> 25 % in a group of 150, 5 % -> 30 % in one month of 100; reversal: 54 % against 41 % overall, 20 points less
within each of four values; exception: a value of 60 % of the rows in seven groups of 150, of 15 % in the eighth, where
another has 60 %; of a difference: 45 % against 8 % in five of six groups of 200, the reverse in the sixth;
association: each of eight groups of 150 has a value of its own with 36 %, not 17 %; in texts, "late fee": in 20 % of a
group of 150 and 3 % elsewhere, in 15 % of the last five months and 3 % before, in a tenth of all texts with "yes" at
55 % instead of 20 %, or with 2.4 stars on average instead of 3.6.

Of measures: a total x 2.5 in one of six areas; a mean profit of -35 in one area and +20 elsewhere (standard deviation
60); two areas with 31 % of the rows each, four with 9.5 %; a heavy-tailed amount x 3 in a group of 150; "yes" 20 % ->
50 % at ages of 35 to 49 of 18 to 79; a U of half a standard deviation at one standard deviation from the middle; a
spread x 1.8 in a group of 150; 440 customers in one area and 60 in all others; an amount per unit x 1.2 in a group of
150; the rows x 2.2 in the last of 24 months; a mean that one huge row drives says so.

Then the traps (a trend, a step and an outlier are no season; a season is no trend, step or outlier; a difference that a
third category makes is told as that; what is missing by definition is not told; a tie is no exception; one group that
differs is no association; a phrase that only stands beside one that goes with an answer is none; a phrase of every
November does not grow), and what is called even: on 6,000 rows where all is even it should be found (recall), and a
difference a little above the margin (h 0.22, d 0.22, ratio 1.28, slope of ratio 1.3, rho 0.11) should be called even in
at most 5 % of the tables.  The same on 600 rows with the coarse margin (`_few`: h 0.44, d 0.44, ratio 1.6, slope of
ratio 1.6, rho 0.22).

Series: over 24 months of 100 rows two outliers x 2 (both have to be found), and of 300 rows one x 1.8 before a step x 2
that it would hide behind; one day x 2.5 in a year of 30 rows a day with quiet week-ends; over 52 weeks of 40 rows the
mean of a measure that follows another one's two weeks later, and a mean that moves with the number of rows (r = 0.87
between what drives the two, about 0.75 between what is seen).  Traps: two series that both grow, wander, have the same
season or one odd week in common neither follow each other nor move together; weekdays and a season of the year are no
odd days.
"""

import argparse
import time
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
from planted_tables import groups, measures, series, subsets, texts
from planted_tables.base import PLANTED, Planted
from planted_tables.even import EVEN, UNEVEN
from planted_tables.traps import TRAPS

import dongcha
from dongcha.insight.mine import mine

__all__ = ["EVEN", "PLANTED", "TRAPS", "UNEVEN", "groups", "measures", "series", "subsets", "texts"]
SIZES = (0.5, 1.0, 1.5)
WRONG: dict[str, Callable[[np.random.Generator], Planted]] = {**TRAPS, **EVEN, **UNEVEN}


def planted(name: str, times: float, seed: int) -> tuple[bool, int, int]:
    """Whether the planted pattern is found, how many findings hold, and how many there are."""
    arm = PLANTED[name]
    data, is_planted = arm(np.random.default_rng([seed, len(name)]), times)
    found = mine(dongcha.read(data)).insights
    hits = [is_planted(one) for one in found]
    holds = sum(hit or arm.holds(one) for hit, one in zip(hits, found, strict=True))
    return sum(hits) >= arm.wanted, holds, len(found)


def said(name: str, seed: int) -> bool:
    """Whether a finding, or a line of what was checked, is there that the trap or the even table asks about."""
    data, asked = WRONG[name](np.random.default_rng([seed, 17]))
    mined = mine(dongcha.read(data))
    return any(map(asked, mined.insights if name in TRAPS else mined.checked))


def row(name: str, tables: int, sizes: list[float], pool: Executor) -> tuple[str, int, int]:
    """What is printed of an arm, and how many of its findings at the stated size hold, of how many."""
    if name not in PLANTED:
        share = sum(pool.map(said, [name] * tables, range(tables))) / tables
        what = "fallen into in" if name in TRAPS else "said in" if name in EVEN else "called even in"
        return f"{what} {share:.0%} of {tables}" + (" (stated 5%)" if name in UNEVEN else ""), 0, 0
    told, holds, every = [], 0, 0
    for times in sizes:
        found = list(pool.map(planted, [name] * tables, [times] * tables, range(tables)))
        told.append(f"{sum(hit for hit, _, _ in found) / tables:4.0%}")
        if times == 1:
            holds, every = sum(h for _, h, _ in found), sum(n for _, _, n in found)
    return f"recall {' '.join(told)}   {holds} of {every} findings hold", holds, every


def main() -> None:
    """Print recall a pattern, how often what is wrong is said, and the precision of all findings."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=int, default=20)
    parser.add_argument("--sizes", type=float, nargs="+", default=list(SIZES))
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--only", nargs="+", default=[*PLANTED, *WRONG])
    given = parser.parse_args()
    print(f"{given.tables} tables an arm; effects of {', '.join(f'{size:g}' for size in given.sizes)} stated sizes")
    all_hold = in_all = 0
    with ProcessPoolExecutor(given.jobs, get_context("spawn")) as pool:
        for name in given.only:
            start = time.perf_counter()
            told, holds, every = row(name, given.tables, given.sizes, pool)
            all_hold, in_all = all_hold + holds, in_all + every
            print(f"{name:<19} {told}, {time.perf_counter() - start:.0f} s", flush=True)
    if in_all:
        print(f"precision at the stated size: {all_hold / in_all:.1%} of {in_all} findings")


if __name__ == "__main__":
    main()
