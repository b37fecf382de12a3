"""The report as a notebook: valid, run for real with DuckDB alone, and its rows are those of the findings."""

import ast
import json
import warnings
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
import vl_convert
from hypothesis import given
from hypothesis import strategies as st

from dongcha.data.saved import save_table
from dongcha.data.source import read
from dongcha.insight.insight import Evidence, Mined
from dongcha.loop.mine import mine
from dongcha.report.notebook import MIME, literal, notebook
from dongcha.report.report import build_report
from dongcha.report.write import write_report

EXAMPLE = Path(__file__).parents[2] / "examples" / "complaints" / "complaints.parquet"
EVIL = "</script><script>alert(1)</script> ''' \"\"\" \\ $x$ {0} \u202e\r"


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A report of the example beside the table that it was mined from, and what was mined."""
    folder = tmp_path_factory.mktemp("项目 'a'")
    table = read(EXAMPLE)
    mined = mine(table, top=5)
    save_table(table, folder / "data" / "annotated.parquet")
    report = build_report(mined, title=table.name, lang="zh")
    write_report(report, folder / "reports" / "一", data=folder / "data" / "annotated.parquet")
    return folder / "reports" / "一" / "report.ipynb", mined


def cells(path: Path) -> dict[str, dict]:
    return {cell["id"]: cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]}


def plain(rows) -> list[dict]:
    """The rows with days as the evidence writes them."""
    return [{name: str(c)[:10] if hasattr(c, "isoformat") else c for name, c in row.items()} for row in rows]


def near(one, two) -> bool:
    one = float(one) if isinstance(one, Decimal) else one
    if isinstance(one, float) and isinstance(two, int | float):
        return one == pytest.approx(two, rel=1e-9, nan_ok=True)
    return one == two


@pytest.fixture
def own_duckdb():
    """The notebook makes a view in DuckDB's connection of the process: it gets one of its own."""
    before = duckdb.default_connection()
    with duckdb.connect() as con:
        duckdb.set_default_connection(con)
        yield
        duckdb.set_default_connection(before)


@pytest.mark.usefixtures("own_duckdb")
def test_the_queries_give_the_rows_of_the_findings_with_duckdb_alone(written, monkeypatch):
    path, mined = written
    monkeypatch.chdir(path.parent)
    held = cells(path)
    setup = "".join(held["setup"]["source"])
    assert "dongcha" not in setup
    for found in (*mined.insights, *mined.checked):
        name = f"finding-{found.rank}-query" if found in mined.insights else f"checked-{found.rank}-query"
        scope: dict = {}
        exec(setup, scope)
        exec("".join(held[name]["source"]), scope)
        given = scope["rows"]
        rows = plain(dict(zip(given.columns, row, strict=True)) for row in given.fetchall())
        told = plain(found.evidence.rows)
        assert len(rows) == len(told) > 0
        for one, two in zip(rows, told, strict=True):
            assert set(one) == set(two)
            assert {key: (one[key], two[key]) for key in one if not near(one[key], two[key])} == {}


@pytest.mark.slow
def test_a_kernel_runs_it_from_top_to_bottom_and_charts_are_shown(written):
    path, mined = written
    with warnings.catch_warnings():  # of the kernel's own machinery
        warnings.simplefilter("ignore")
        import nbformat
        from nbclient import NotebookClient

        book = nbformat.read(path, as_version=4)
        NotebookClient(book, timeout=120, resources={"metadata": {"path": str(path.parent)}}).execute()
    shown = [o["data"] for cell in book.cells for o in cell.get("outputs", []) if MIME in o.get("data", {})]
    assert len(shown) == len(mined.insights)
    tables = [cell for cell in book.cells if cell["id"].startswith("finding") and cell["id"].endswith("query")]
    assert all(cell["outputs"][0]["output_type"] == "execute_result" for cell in tables)


def test_it_is_a_valid_notebook_whose_stored_outputs_need_no_run(written):
    import nbformat

    path, mined = written
    nbformat.validate(nbformat.read(path, as_version=4))
    held = cells(path)
    for found in mined.insights:
        words = "".join(held[f"finding-{found.rank}"]["source"])
        assert "**" in words
        bundle = held[f"finding-{found.rank}-chart"]["outputs"][0]["data"]
        assert bundle[MIME]["$schema"].endswith("/v5.json")
        assert bundle["image/svg+xml"].startswith("<svg")
        assert bundle["text/plain"] == bundle[MIME]["description"]
        assert bundle["text/plain"].startswith("图表：")
        html = held[f"finding-{found.rank}-query"]["outputs"][0]["data"]["text/html"]
        assert html.count("<tr>") >= len(found.evidence.rows[:12])


def test_every_chart_is_one_that_vega_lite_5_draws(mined: Mined):
    report = build_report(mined, title="t")
    for cell in json.loads(notebook(report, "data.parquet"))["cells"]:
        for output in cell.get("outputs", []):
            if MIME in output["data"]:
                drawn = vl_convert.vegalite_to_svg(output["data"][MIME], vl_version="5.21", allowed_base_urls=[])
                assert drawn.count("<path") > 1


def test_what_is_in_data_is_neither_markup_nor_code(mined: Mined):
    first = mined.insights[0]
    rows = tuple({**row, "sub_product": EVIL} for row in first.evidence.rows)
    evil = replace(first, evidence=Evidence(f"SELECT '{EVIL}' AS a\nFROM data", rows))
    report = build_report(replace(mined, insights=(evil, *mined.insights[1:])), title=EVIL)
    book = json.loads(notebook(report, "../x.parquet"))
    for cell in book["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code":
            tree = ast.parse(source)
            calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
            names = {call.attr for call in calls if isinstance(call, ast.Attribute)}
            assert names <= {"read_parquet", "create_view", "sql", "loads"}
        else:
            assert "<script" not in source.replace("\\<", "")
        for output in cell.get("outputs", []):
            assert "<script" not in output["data"].get("text/html", "")
            assert "<script" not in output["data"].get("image/svg+xml", "")


@given(st.text())
def test_a_literal_is_the_text(text):
    read_back = ast.literal_eval(literal(text))
    assert read_back == text or read_back == f"\n{text}\n"


def test_a_literal_of_a_query_is_the_same_query(tmp_path):
    query = "SELECT\n  'a\\nb' AS \"c\\\"\nFROM range(1)"
    asked = duckdb.sql(ast.literal_eval(literal(query)))
    assert asked.fetchall() == duckdb.sql(query).fetchall() == [("a\\nb",)]


def test_the_same_report_gives_the_same_notebook(mined: Mined):
    report = build_report(mined, title="t", lang="zh")
    assert notebook(report, "d") == notebook(report, "d")
