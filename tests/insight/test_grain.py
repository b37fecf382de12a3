"""Joined tables: what is said of one is counted on its own rows, and repetition is no evidence across them."""

import duckdb
import numpy as np
import pandas as pd
import pytest
from scipy.stats import fisher_exact
from tests.data.join.stars import star, tables

import dongcha
from dongcha.insight.clusters import Cells, spread
from dongcha.insight.grain import levels
from dongcha.insight.record import mined_json
from dongcha.insight.restore import mined_from
from dongcha.report.verify import check_numbers


@pytest.fixture(scope="module")
def mined():
    orders, customers, products = star()
    table = dongcha.join(*tables(orders=orders, customers=customers, products=products))
    return (orders, customers), table, dongcha.mine(table)


def about(mined, *columns):
    return [i for i in mined.insights if {i.subject.measure, *i.subject.breakdown} == set(columns)]


def test_what_is_planted_within_a_joined_table_is_counted_on_its_rows(mined):
    (_, customers), _, found = mined
    insight = about(found, "tier", "city")[0]
    assert insight.subject.table == "customers"
    row = next(row for row in insight.evidence.rows if row["is_subject"])
    here = customers[customers["city"] == row["city"]]
    assert (row["n"], row["table_rows"]) == (len(here), 200)
    assert row["value"] == (here["tier"] == insight.subject.category).mean()
    assert insight.sentence.en.startswith("Of the 200 rows of customers, ")
    assert insight.sentence.zh.startswith("customers 共 200 条记录：")
    assert not check_numbers(insight)


def test_what_is_planted_across_tables_is_counted_on_the_facts(mined):
    (orders, customers), _, found = mined
    insight = about(found, "returned", "plan")[0]
    assert insight.subject.table is None
    assert insight.test == "Fisher's exact test, and a t-test between clusters"
    both = orders.merge(customers, left_on="customer_id", right_on="id")
    row = next(row for row in insight.evidence.rows if row["is_subject"])
    here = both[both["plan"] == row["plan"]]
    assert row["n"] == len(here)
    assert row["value"] == pytest.approx((here["returned"] == insight.subject.category).mean())


def test_the_queries_run_on_the_views_that_are_shown(mined):
    (orders, customers), table, found = mined
    con = duckdb.connect()
    for name, frame in (("orders", orders), ("customers", customers), ("products", star()[2])):
        con.register(f"{name}_frame", frame)
        con.execute(f"CREATE TABLE {name} AS SELECT * FROM {name}_frame")
    for made in (table.made, *(one.table.made for one in table.joined)):
        con.execute(made)
    assert {i.subject.table for i in found.insights} == {None, "customers"}
    for insight in (*found.insights, *found.checked):
        rows = con.execute(insight.evidence.sql).fetchall()
        assert len(rows) == len(insight.evidence.rows)
        for row, kept in zip(rows, insight.evidence.rows, strict=True):
            numbers = [(float(a), b) for a, b in zip(row, kept.values(), strict=True) if isinstance(b, float)]
            assert all(a == pytest.approx(b) for a, b in numbers)


def test_an_insight_keeps_its_table_as_json(mined):
    found = mined[2]
    back = mined_from(mined_json(found))
    assert [i.subject for i in back.insights] == [i.subject for i in found.insights]


def repeated(seed):
    """60 customers with 50 orders each, whose columns have nothing to do with each other, nor with what they order."""
    rng = np.random.default_rng(seed)
    people = pd.DataFrame({"id": range(60), "plan": rng.choice(list("ab"), 60), "city": rng.choice(list("xyz"), 60)})
    orders = pd.DataFrame({"customer_id": np.repeat(np.arange(60), 50)})
    habit = rng.beta(1, 3, 60)  # how often a customer sends things back
    orders["returned"] = np.where(rng.random(3000) < habit[orders["customer_id"]], "yes", "no")
    return orders, people


SEEDS = (1, 2, 3)


def test_repetition_makes_no_finding():
    fooled = []
    for seed in SEEDS:
        orders, people = repeated(seed)
        both = orders.merge(people, left_on="customer_id", right_on="id")
        fooled.append(fisher_exact(pd.crosstab(both["plan"], both["returned"])).pvalue)
        assert not dongcha.mine(dongcha.join(*tables(orders=orders, customers=people))).insights
    assert min(fooled) < 1e-4  # the trap is there: counted by orders, chance looks like proof


def test_customers_with_more_orders_do_not_count_more():
    rng = np.random.default_rng(7)
    people = pd.DataFrame({"id": range(80), "plan": rng.choice(list("ab"), 80), "city": rng.choice(list("xy"), 80)})
    few = pd.DataFrame({"customer_id": np.arange(80), "amount": rng.random(80)})
    many = pd.concat([few] * 20, ignore_index=True)
    p = []
    for orders in (few, many):
        table = dongcha.join(*tables(orders=orders, customers=people), on={"customers": "customer_id=id"})
        own = levels(table)[1]
        from dongcha.insight.claim import PATTERNS

        p.append([claim.p_value for claim in own.claims(PATTERNS.get("outstanding"))])
    assert p[0] == p[1]
    assert p[0]


def cells(cluster, inside, hits, n):
    """One cell a cluster and side, as the engine counts them."""
    cluster, hits = np.asarray(cluster), np.asarray(hits, dtype=float)
    return Cells(cluster, (np.asarray(inside, dtype=object),), None, np.asarray(n, dtype=float), hits, hits)


def test_the_spread_between_clusters_is_that_of_the_jackknife():
    # The mean of a side without each cluster in turn, worked out cluster by cluster.
    n, hits = np.array([10, 20, 30, 15, 25, 5]), np.array([2, 9, 6, 9, 10, 4])
    side = np.array([True, True, True, False, False, False])
    found = cells(range(6), side, hits, n)
    got = spread(found, (found.total, found.squares), (side, ~side))

    def jackknife(part):
        whole = hits[part].sum() / n[part].sum()
        without = [(hits[part].sum() - x) / (n[part].sum() - m) for m, x in zip(n[part], hits[part], strict=True)]
        return whole, 2 / 3 * sum((one - whole) ** 2 for one in without)

    (p1, v1), (p0, v0) = jackknife(side), jackknife(~side)
    assert got.gap == pytest.approx(p1 - p0)
    share = hits.sum() / n.sum()
    assert got.rows == pytest.approx(share * (1 - share) * (1 / 60 + 1 / 45))
    assert got.apart[0] == pytest.approx(v1 + v0)
    assert v1 + v0 > got.rows


def test_one_cluster_is_no_group():
    found = cells([0, 1, 2], [True, False, False], [90, 5, 5], [100, 100, 100])
    side = np.array([True, False, False])
    assert spread(found, (found.total, found.squares), (side, ~side)).apart[0] == np.inf


def test_between_clusters_chance_is_called_a_finding_no_oftener_than_stated():
    from dongcha.insight.clusters import _tested

    rng = np.random.default_rng(5)
    p = []
    for _ in range(600):
        n = np.ceil(30 * rng.lognormal(0, 1, 40))  # a few customers with most of the orders
        hits = rng.binomial(n.astype(int), rng.beta(1, 3, 40))
        side = rng.permutation(np.arange(40) < 10)
        found = cells(range(40), side, hits, n)
        p.append(_tested([spread(found, (found.total, found.squares), (side, ~side))], False)[0])
    assert np.mean(np.array(p) < 0.05) < 0.06
    assert np.mean(np.array(p) < 0.01) < 0.015
    assert np.mean(np.array(p) < 0.5) > 0.25  # and the test is not blunt


def test_a_joined_table_without_facts_of_its_own_is_silent_on_few_rows():
    orders, customers, products = star(orders=300, customers=12)
    table = dongcha.join(*tables(orders=orders, customers=customers, products=products))
    assert not [i for i in dongcha.mine(table).insights if i.subject.table == "customers"]
