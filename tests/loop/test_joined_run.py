"""A run over several tables: the project remembers them, the report tells of them in both languages."""

import json
from pathlib import Path

import pytest
from tests.data.join.stars import star

from dongcha.data.saved import load_table
from dongcha.loop.run import project_for, report_path, run, run_json, tables_of
from dongcha.store.config import load_config


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    folder = tmp_path_factory.mktemp("star")
    orders, customers, products = star(orders=1500)
    orders.loc[:14, "customer_id"] = "C9999"
    products["about"] = [f"<p>Number {i} of our products, which many people like</p>" for i in range(30)]
    orders.to_parquet(folder / "orders.parquet")
    customers.to_csv(folder / "customers.csv", index=False)
    products.to_csv(folder / "products.csv", index=False)
    others = tables_of([f"{folder}/customers.csv:customer_id=id", f"{folder}/products.csv"])
    return folder, run(project_for([f"{folder}/orders.parquet"], folder / "p", {"tables": others}))


def test_the_project_file_holds_the_tables_and_keeps_comments(done):
    folder, _ = done
    toml = folder / "p" / "dongcha.toml"
    config = load_config(toml)
    assert [(Path(one.source).name, one.on) for one in config.tables] == [
        ("customers.csv", "customer_id=id"),
        ("products.csv", ""),
    ]
    toml.write_text(toml.read_text(encoding="utf-8").replace("[[tables]]", "[[tables]]  # ours", 1), encoding="utf-8")
    again = project_for([], folder / "p", {"lang": "zh"})
    assert again.config.tables == config.tables
    assert again.config.lang == "zh"
    assert "# ours" in toml.read_text(encoding="utf-8")


def test_the_report_tells_tables_keys_and_what_found_nothing(done):
    _, state = done
    page = report_path(state).read_text(encoding="utf-8")
    assert "orders.customer_id = customers.id" in page
    assert "CREATE VIEW &#34;data_customers&#34;" in page
    assert "15 of 1,500 rows of orders (1.00%) have a customer_id that customers does not know" in page
    text = report_path(state).with_name("report.md").read_text(encoding="utf-8")
    assert "### Joined tables" in text
    assert '```sql\nCREATE VIEW "data" AS' in text
    assert str(state.project.folder.parent) not in page  # no path of this machine


def test_columns_of_a_joined_table_are_cleaned_before_the_join(done):
    _, state = done
    table = load_table(state.path("annotated.parquet"))
    assert table.schema["about"].role is None
    assert "id" not in table.schema.names
    texts = table.joined[1].table.texts("about")
    assert texts[3] == "Number 3 of our products, which many people like"
    assert table.to_pandas()["about"].isin(texts).all()


def test_the_object_lists_the_tables(done):
    _, state = done
    found = run_json(state)
    assert [one["name"] for one in found["tables"]] == ["orders", "customers", "products"]
    assert found["tables"][1]["matched"] == 1485 / 1500
    assert found["tables"][2]["key"] == [{"parent": "product_code", "own": "code"}]


def test_a_changed_table_is_collected_again(done):
    folder, state = done
    again = run(project_for([], folder / "p", {}))
    assert "collect" in again.reused
    path = folder / "products.csv"
    path.write_text(path.read_text().replace("G3,", "G3b,", 1))
    changed = run(project_for([], folder / "p", {}))
    assert "collect" not in changed.reused
    assert json.dumps(changed.results["collect"]["tables"]) == json.dumps(state.results["collect"]["tables"])
