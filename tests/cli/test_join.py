"""`--with` on the command line."""

import json

import pytest
from tests.data.join.stars import star


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("star")
    orders, customers, products = star(orders=600, customers=100)
    orders["order"] = range(600)
    orders.to_csv(folder / "orders.csv", index=False)
    customers.to_csv(folder / "customers.csv", index=False)
    products.to_csv(folder / "products:new.csv", index=False)
    return folder


def test_read_shows_what_is_joined(call, files):
    status, out, _ = call("read", files / "orders.csv", "--with", files / "customers.csv", "--json")
    found = json.loads(out)
    assert status == 0
    assert [(one["name"], one["rows"]) for one in found["tables"]] == [("orders", 600), ("customers", 100)]
    assert found["tables"][1]["source"] == "customers.csv"
    assert [c["name"] for c in found["schema"] if c["table"] == "customers"] == ["name", "plan", "city", "tier"]


def test_a_colon_in_a_file_s_name_starts_no_key(call, files):
    status, out, _ = call("read", files / "orders.csv", "--with", files / "products:new.csv", "--json")
    assert status == 0
    assert json.loads(out)["tables"][1]["key"] == [{"parent": "product_code", "own": "code"}]


def test_a_role_of_a_joined_column_is_stated_by_its_name(call, files):
    words = (
        "read",
        files / "orders.csv",
        "--with",
        files / "customers.csv",
        "--json",
        "--role",
        "customers.name=category",
    )
    found = json.loads(call(*words)[1])
    assert {c["name"]: c["role"] for c in found["schema"]}["name"] == "category"


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("customers.csv:buyer=id", "no column 'buyer'"),
        ("nothere.csv", "there is no file"),
        ("customers.csv:customer_id=plan", "no value of one is in the other"),
        ("orders.csv", "no key joins"),
        ("orders.csv:order=order", "is the same table as 'orders'"),
    ],
)
def test_what_cannot_be_joined_is_one_sentence(call, files, spec, said):
    status, out, err = call("mine", files / "orders.csv", "--with", files / spec)
    assert (status, out) == (1, "")
    assert said in err
    assert err.count("\n") == 1


def test_an_empty_table_is_one_sentence(call, files):
    (files / "none.csv").write_text("id,plan\n")
    status, _, err = call("mine", files / "orders.csv", "--with", files / "none.csv")
    assert status == 1
    assert "'none.csv' has a header and no rows" in err


def test_explain_takes_joined_columns(call, files):
    words = ("explain", files / "orders.csv", "--with", files / "customers.csv", "--measure", "returned=yes")
    status, out, _ = call(*words, "--group", "plan=pro", "--json", "--quiet")
    assert status == 0
    assert json.loads(out)["difference"] > 0.1
