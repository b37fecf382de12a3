"""What is joined is what pandas would join, no row is lost or made, and the SQL that is shown gives the same."""

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.data.join.stars import star, tables

import dongcha
from dongcha.core.errors import ConfigError, DataError, UnknownName
from dongcha.data.join.record import join_faults, join_json
from dongcha.data.saved import load_table, save_table
from dongcha.data.schema import Role


def shown(table):
    return table.to_pandas()


@pytest.fixture(scope="module")
def sold():
    orders, customers, products = star()
    orders.loc[:19, "customer_id"] = "C9999"
    orders.loc[20:29, "customer_id"] = None
    return orders, customers, products


@pytest.fixture(scope="module")
def joined(sold):
    orders, customers, products = sold
    return dongcha.join(*tables(orders=orders, customers=customers, products=products))


def test_the_columns_are_those_that_pandas_gives(sold, joined):
    orders, customers, products = sold
    people = customers.rename(columns={"id": "customer_id", "name": "customers_name"})
    goods = products.rename(columns={"code": "product_code", "name": "products_name"})
    expected = orders.merge(people, "left", "customer_id").merge(goods, "left", "product_code")
    found = shown(joined)
    assert list(found.columns) == list(expected.columns)
    for name in expected.columns:
        assert found[name].fillna("–").tolist() == expected[name].fillna("–").tolist()


def test_the_statement_that_is_shown_makes_the_same_rows_of_the_files(sold, joined):
    con = duckdb.connect()
    for name, frame in zip(("orders", "customers", "products"), sold, strict=True):
        con.register(f"{name}_frame", frame)
        con.execute(f"CREATE TABLE {name} AS SELECT * FROM {name}_frame")
    con.execute(joined.made)
    columns = ", ".join(joined.schema.names)
    made = con.execute(f"SELECT {columns} FROM data ORDER BY ALL").fetchall()
    own = sorted(
        map(tuple, joined.to_arrow().to_pandas().astype(object).where(lambda c: c.notna(), None).to_numpy()), key=str
    )
    assert sorted(made, key=str) == own
    con.execute(joined.joined[0].table.made)
    assert con.execute("SELECT count(*) FROM data_customers").fetchone() == (200,)


def test_rows_without_a_match_are_kept_and_told(joined):
    missing = shown(joined)["plan"].isna()
    assert joined.rows == 2000
    assert missing.sum() == 30
    said = [fault.en for fault in join_faults(joined)]
    assert any(
        line.startswith("20 of 2,000 rows of orders (1.00%) have a customer_id that customers does not")
        for line in said
    )
    assert any(line.startswith("10 of 2,000 rows of orders (0.50%) have no customer_id") for line in said)
    assert join_json(joined)["tables"][1]["matched"] == 1970 / 2000


def test_every_column_knows_its_table(joined):
    assert {c.name: c.table for c in joined.schema if c.table} == {
        **dict.fromkeys(("customers_name", "plan", "city", "tier"), "customers"),
        **dict.fromkeys(("products_name", "kind"), "products"),
    }


def test_a_saved_table_keeps_what_was_joined(joined, tmp_path):
    save_table(joined, tmp_path / "t.parquet")
    save_table(joined, tmp_path / "again.parquet")
    back = load_table(tmp_path / "t.parquet")
    assert [one.name for one in back.joined] == ["customers", "products"]
    assert back.joined[0].table.to_pandas().equals(joined.joined[0].table.to_pandas())
    assert (back.joined[0].on, back.made, back.schema) == (joined.joined[0].on, joined.made, joined.schema)
    assert len(list((tmp_path / "joined").iterdir())) == 2


def test_a_table_may_hang_on_one_that_is_joined_in_whatever_order():
    regions = pd.DataFrame({"region_id": range(1, 7), "zone": list("ABABAB")})
    people = pd.DataFrame({"id": range(100), "region_id": np.arange(100) % 6 + 1})
    orders = pd.DataFrame({"customer_id": np.arange(900) % 100, "amount": np.arange(900) * 1.5})
    table = dongcha.join(*tables(orders=orders, regions=regions, customers=people))
    assert [one.name for one in table.joined] == ["customers"]
    assert [one.name for one in table.joined[0].table.joined] == ["regions"]
    expected = ["ABABAB"[(i % 100) % 6] for i in range(900)]
    assert shown(table)["zone"].tolist() == expected
    assert shown(table)["region_id"].tolist() == [(i % 100) % 6 + 1 for i in range(900)]
    assert {c.name: c.table for c in table.schema}["zone"] == "regions"


def test_numbers_and_texts_with_zeros_in_front_meet():
    people = pd.DataFrame({"id": [f"{i:03d}" for i in range(60)], "plan": ["a", "b"] * 30})
    orders = pd.DataFrame({"customer_id": [i % 60 for i in range(300)]})
    table = dongcha.join(*tables(orders=orders, customers=people))
    assert shown(table)["plan"].tolist() == [("a", "b")[i % 60 % 2] for i in range(300)]
    assert any("leading zeros do not count" in note.en for note in table.notes)


def test_letter_case_and_blanks_are_bridged_only_where_they_must_be():
    goods = pd.DataFrame({"code": ["a1", "A1", "b2", "c3"], "kind": list("wxyz")})
    exact = pd.DataFrame({"product_code": ["A1", "b2", "a1", "c3"] * 10})
    assert shown(dongcha.join(*tables(orders=exact, products=goods)))["kind"].tolist() == list("xywz") * 10
    loose = pd.DataFrame({"product_code": ["B2", "c3", "C3"] * 10})
    single = goods.iloc[1:]
    table = dongcha.join(*tables(orders=loose, products=single))
    assert shown(table)["kind"].tolist() == list("yzz") * 10
    assert any("letter case" in note.en for note in table.notes)


def test_a_column_that_is_missing_in_all_joined_rows_is_left_out_with_a_note():
    people = pd.DataFrame({"id": range(40), "plan": ["a", "b"] * 20, "left": [None] * 39 + ["2024"]})
    orders = pd.DataFrame({"customer_id": [i % 30 for i in range(90)]})
    table = dongcha.join(*tables(orders=orders, customers=people))
    assert table.schema.names == ["customer_id", "plan"]
    assert any("left out: left" in note.en for note in table.notes)


def test_a_dimension_may_be_larger_than_the_fact_table():
    people = pd.DataFrame({"id": range(5000), "plan": ["a", "b"] * 2500})
    orders = pd.DataFrame({"id": range(40), "customer_id": [i * 7 for i in range(40)]})
    table = dongcha.join(*tables(orders=orders, customers=people))
    assert shown(table)["plan"].tolist() == [("a", "b")[i * 7 % 2] for i in range(40)]


def test_chinese_names_join():
    people = pd.DataFrame({"编号": [f"客{i}" for i in range(50)], "城市": ["北京", "上海"] * 25})
    orders = pd.DataFrame({"客户编号": [f"客{i % 50}" for i in range(200)], "金额": range(200)})
    table = dongcha.join(*tables(订单=orders, 客户=people))
    assert shown(table)["城市"].tolist() == [("北京", "上海")[i % 50 % 2] for i in range(200)]
    assert '"data_客户"' in table.joined[0].table.made


def test_hostile_names_are_names():
    key, value = 'the "key"; DROP TABLE x --', "<b>'v'</b>"
    people = pd.DataFrame({key: range(50), value: ["a", "b"] * 25})
    orders = pd.DataFrame({key: [i % 50 for i in range(100)]})
    made = tables(**{"o'rders": orders, 'c"ustomers': people})
    table = dongcha.join(*made)
    assert shown(table)[value].tolist() == [("a", "b")[i % 50 % 2] for i in range(100)]


def test_one_file_may_be_joined_twice_by_two_keys():
    ports = pd.DataFrame({"code": [f"X{i}" for i in range(30)], "land": ["a", "b", "c"] * 10})
    flights = pd.DataFrame(
        {"origin": [f"X{i % 30}" for i in range(90)], "target": [f"X{(i * 7) % 30}" for i in range(90)]}
    )
    one, two = tables(flights=flights, ports=ports)
    with pytest.raises(DataError, match=r"2 keys.*ports:origin=code.*ports:target=code"):
        dongcha.join(one, two)
    table = dongcha.join(one, ports_from=two, ports_to=two, on={"ports_from": "origin=code", "ports_to": "target=code"})
    assert shown(table)["ports_from_land"].tolist() == ["abc"[i % 30 % 3] for i in range(90)]
    assert shown(table)["ports_to_land"].tolist() == ["abc"[i * 7 % 30 % 3] for i in range(90)]


def test_several_rows_of_a_key_are_refused_or_summed():
    pay = pd.DataFrame({"order_id": [0, 0, 1, 2, 2, 2], "paid": [1.0, 2.0, 4.0, 8.0, 16.0, 32.0]})
    orders = pd.DataFrame({"order_id": [0, 1, 2, 3], "channel": list("abab")})
    one, two = tables(orders=orders, pay=pay)
    with pytest.raises(DataError, match=r"is no key, 2 of its 3 values stand in several rows \(such as '2' in 3\)"):
        dongcha.join(one, two, on={"pay": "order_id"})
    table = dongcha.join(one, two, on={"pay": "order_id"}, aggregate={"pay": "sum"})
    found = shown(table)
    assert found["sum_of_paid"].tolist()[:3] == [3.0, 4.0, 56.0]
    assert found["pay_rows"].tolist()[:3] == [2, 1, 3]
    assert found.loc[3, ["sum_of_paid", "pay_rows"]].isna().all()


def test_rows_that_are_the_same_in_all_columns_count_once():
    people = pd.DataFrame({"id": [*range(40), 7, 7], "plan": [*["a", "b"] * 20, "b", "b"]})
    orders = pd.DataFrame({"customer_id": [i % 40 for i in range(80)]})
    table = dongcha.join(*tables(orders=orders, customers=people))
    assert (table.rows, table.joined[0].table.rows) == (80, 40)


def test_a_key_of_two_columns_can_be_declared():
    days = pd.DataFrame({"store": ["a", "a", "b", "b"], "day": [1, 2, 1, 2], "rain": ["no", "yes", "yes", "no"]})
    sales = pd.DataFrame({"shop": ["a", "b", "a"], "day": [2, 1, 1]})
    table = dongcha.join(*tables(sales=sales, weather=days), on={"weather": "shop=store,day=day"})
    assert shown(table)["rain"].tolist() == ["yes", "yes", "no"]


def test_a_number_that_is_a_key_measures_nothing():
    shops = pd.DataFrame({"shop": range(60), "size": ["s", "l"] * 30})
    sales = pd.DataFrame({"shop": [i % 60 for i in range(240)], "amount": np.arange(240) * 0.5})
    table = dongcha.join(*tables(sales=sales, shops=shops))
    assert table.schema["shop"].role is Role.CATEGORY
    assert table.schema["amount"].role is Role.MEASURE


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.one_of(st.none(), st.integers(0, 12)), min_size=1, max_size=30),
    st.sets(st.integers(0, 12), min_size=1),
)
def test_no_row_is_lost_or_made(refers, has):
    if not set(refers) & has:
        return
    people = pd.DataFrame({"id": sorted(has), "twice": [2 * i for i in sorted(has)]})
    orders = pd.DataFrame({"who": pd.array(refers, dtype="Int64"), "row": range(len(refers))})
    table = dongcha.join(*tables(orders=orders, people=people), on={"people": "who=id"})
    found = table.to_arrow().to_pydict()
    assert found["row"] == list(range(len(refers)))
    # Where no row matches in all columns of the other table, its columns are left out.
    assert found["twice"] == [2 * i if i in has else None for i in refers]


@pytest.mark.parametrize(
    ("given", "error", "said"),
    [
        ({"on": {"customers": "buyer=id"}}, UnknownName, "'orders' has no column 'buyer'"),
        ({"on": {"customers": "customer_id=key"}}, UnknownName, "'customers' has no column 'key'.*id, name, plan"),
        ({"on": {"customers": "channel=city"}}, DataError, "no value of one is in the other"),
        ({"on": {"people": "a=b"}}, ConfigError, "no joined table 'people'"),
        ({"on": {"customers": "a="}}, ConfigError, "declares no key"),
        ({"aggregate": {"customers": "max"}}, ConfigError, "one of sum, mean"),
    ],
)
def test_what_cannot_be_joined_as_declared_says_why(given, error, said):
    orders, customers, _ = star(orders=200)
    with pytest.raises(error, match=said):
        dongcha.join(*tables(orders=orders, customers=customers), **given)


def test_tables_without_a_common_key_say_what_there_is():
    one = pd.DataFrame({"colour": ["red", "blue"] * 40})
    two = pd.DataFrame({"planet": [f"p{i}" for i in range(30)], "moons": range(30)})
    with pytest.raises(DataError, match=r"no key joins 'two' to 'one'.*planet.*colour.*declare it: two:COLUMN=planet"):
        dongcha.join(*tables(one=one, two=two))


def test_small_numbers_are_no_key_by_chance():
    people = pd.DataFrame({"number": range(500), "plan": ["a", "b"] * 250})
    orders = pd.DataFrame({"quantity": [i % 7 + 1 for i in range(700)]})
    with pytest.raises(DataError, match="no key joins"):
        dongcha.join(*tables(orders=orders, people=people))


def test_facts_that_are_named_second_are_told_apart():
    orders, customers, _ = star(orders=400)
    with pytest.raises(DataError, match="several rows for each of 'customers'"):
        dongcha.join(*tables(customers=customers, orders=orders))


def test_a_table_without_rows_is_refused():
    orders, customers, _ = star(orders=200)
    one, two = tables(orders=orders, customers=customers)
    with pytest.raises(DataError, match="'customers' has no rows"):
        dongcha.join(one, two.with_expr(two.expr.filter(two.expr["plan"] == "none")))
