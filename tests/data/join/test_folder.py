"""A folder of tables is one star: the facts are found, what cannot be one is said, and a run writes it down."""

import pytest
from tests.data.join.stars import star as generated

import dongcha
from dongcha.core.errors import ConfigError, DataError, StorageError
from dongcha.data.join.asked import asked
from dongcha.data.join.sources import read_joined
from dongcha.loop.run import project_for


@pytest.fixture
def shop(tmp_path):
    """Orders in two files, customers, products, and what is no table."""
    orders, customers, products = generated(orders=600, customers=900)  # more customers than orders
    orders[:300].to_csv(tmp_path / "orders-1.csv", index=False)
    orders[300:].to_csv(tmp_path / "orders-2.csv", index=False)
    customers.to_csv(tmp_path / "customers.csv", index=False)
    products.to_parquet(tmp_path / "products.parquet")
    (tmp_path / "README.txt").write_text("Orders of a shop,\nwith its customers, and products\n")
    (tmp_path / "notes.md").write_text("nothing")
    (tmp_path / "more").mkdir()
    return tmp_path


def test_the_facts_are_the_rows_that_reach_all_others_and_not_the_largest_table(shop):
    folder = read_joined(str(shop), [])
    files = read_joined(
        [str(shop / "orders-1.csv"), str(shop / "orders-2.csv")],
        [asked(str(shop / "customers.csv")), asked(str(shop / "products.parquet"))],
    )
    assert folder.rows == 600
    assert {one.name for one in folder.joined} == {"customers", "products"}
    assert folder.fingerprint() == files.fingerprint()
    said = folder.notes[0]
    assert said.en == "The rows of orders-1.csv are the facts (600); the other tables of the folder are joined to them."
    assert "600" in said.zh
    assert "orders-1.csv" in said.zh


def test_a_file_of_the_folder_is_joined_as_it_was_asked_and_roles_reach_its_columns(shop):
    wanted = asked(f"{shop}/customers.csv:customer_id=id")
    found = read_joined(str(shop), [wanted], roles={"city": "id", "amount": "category"})
    assert [one.declared for one in found.joined if one.name == "customers"] == [True]
    assert found.schema["city"].role == "id"
    assert found.schema["amount"].role == "category"


def test_a_single_table_is_read_as_itself(tmp_path):
    (tmp_path / "one.csv").write_text("a,b\n1,x\n2,y\n")
    found = read_joined(str(tmp_path), [])
    assert found.rows == 2
    assert not found.joined
    assert found.fingerprint() == dongcha.read(tmp_path / "one.csv").fingerprint()


def test_two_tables_of_facts_are_named_and_neither_is_chosen(shop):
    orders, *_ = generated(seed=1, orders=500, customers=900)
    orders.rename(columns={"amount": "paid"}).to_csv(shop / "payments.csv", index=False)
    with pytest.raises(DataError, match=r"2 tables that no other refers to by a key .*orders-1.*payments"):
        read_joined(str(shop), [])


def test_tables_that_have_nothing_in_common_are_refused(tmp_path):
    (tmp_path / "one.csv").write_text("a,b\n1,x\n2,y\n")
    (tmp_path / "two.csv").write_text("c,d\n9,p\n8,q\n")
    with pytest.raises(DataError, match="name one of them as the facts"):
        read_joined(str(tmp_path), [])


def test_a_folder_without_tables_and_one_with_a_broken_file_say_so(tmp_path):
    with pytest.raises(StorageError, match="holds no file that Dongcha reads"):
        read_joined(str(tmp_path), [])
    (tmp_path / "one.csv").write_text("a,b\n1,x\n")
    (tmp_path / "broken.csv").write_text("")
    with pytest.raises(DataError, match=r"'broken\.csv' is empty"):
        read_joined(str(tmp_path), [])


def test_a_project_writes_down_the_star_that_was_found(shop, tmp_path_factory):
    place = tmp_path_factory.mktemp("projects") / "shop"
    config = project_for([str(shop)], place, {}).config
    assert config.sources == (str(shop / "orders-1.csv"), str(shop / "orders-2.csv"))
    assert [one.source for one in config.tables] == [str(shop / "customers.csv"), str(shop / "products.parquet")]
    with pytest.raises(ConfigError, match="is a project; name it so: --project"):
        project_for([str(place)], None, {})


def test_a_project_cannot_join_a_table_that_lies_in_several_files(shop, tmp_path):
    lines = (shop / "customers.csv").read_text().splitlines()
    (shop / "customers.csv").write_text("\n".join(lines[:400]))
    (shop / "customers-2.csv").write_text("\n".join([lines[0], *lines[400:]]))
    assert read_joined(str(shop), []).rows == 600
    with pytest.raises(ConfigError, match="put them into one file"):
        project_for([str(shop)], tmp_path / "p", {})
