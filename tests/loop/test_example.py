"""The shipped example, as `make demo` runs it: its first five findings are recounted from the rows with plain SQL."""

import json
from pathlib import Path

import duckdb
import pytest
from tests.cli.call import dongcha

EXAMPLE = Path(__file__).parents[2] / "examples" / "complaints" / "complaints.parquet"


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    project = tmp_path_factory.mktemp("demo") / "p"
    project.mkdir()
    # What the clock leaves of a short budget moves the last places of a list.
    (project / "dongcha.toml").write_text("format = 1\ntop = 15\n")
    words = ("run", EXAMPLE, "--label", "sub_product", "--budget", "5s", "--project", project)
    found = dongcha(*words, "--quiet", "--json")
    assert found.returncode == 0, found.stderr
    return project, json.loads(found.stdout)


def counted(project, condition, values):
    """How many rows of the annotated table meet a condition."""
    rows = f"read_parquet('{project / 'data' / 'annotated.parquet'}')"
    return duckdb.execute(f"select count(*) from {rows} where {condition}", values).fetchone()[0]


def test_the_first_five_findings_are_true(done):
    project, found = done
    told = [one for one in found["insights"] if one["pattern"] in ("outstanding", "majority")]
    assert len(told) >= 5
    for insight in told[:5]:
        facts, measure = insight["facts"], insight["measure"]
        (column,) = insight["breakdown"]
        group = facts["group"]
        here = counted(project, f'"{column}" = ?', [group])
        if insight["pattern"] == "majority":
            assert (facts["value"], facts["n"]) == (here, counted(project, f'"{column}" is not null', []))
            continue
        hits = counted(project, f'"{column}" = ? and "{measure}" = ?', [group, insight["category"]])
        others = counted(project, f'"{column}" <> ? and "{measure}" is not null', [group])
        elsewhere = counted(project, f'"{column}" <> ? and "{measure}" = ?', [group, insight["category"]])
        assert facts["n"] == here
        assert facts["value"] == pytest.approx(hits / here)
        assert facts["rest"] == pytest.approx(elsewhere / others)
        assert facts["times"] == pytest.approx(hits / here / (elsewhere / others))


def test_what_is_known_of_these_complaints_is_found(done):
    """Looked up in the source by hand: TitleMax sells title loans; it answers late; loans not asked for are payday."""
    told = [i for i in done[1]["insights"] if i["pattern"] == "outstanding"]
    facts = {(i["category"], i["facts"].get("group")): i["facts"] for i in told}
    assert facts["Title loan", "TMX Finance LLC"]["value"] == pytest.approx(135 / 148)
    assert any((i["measure"], i["category"]) == ("timely", "No") for i in done[1]["insights"])
    assert facts["Payday loan", "Received a loan you didn't apply for"]["value"] == pytest.approx(67 / 79)


def test_a_month_that_ends_on_the_24th_is_no_fall(done):
    project, found = done
    assert counted(project, "date >= '2023-08-01'", []) == 280  # of 24 days, against 384 in July
    assert counted(project, "date > '2023-08-24'", []) == 0
    periods = [i for i in found["insights"] if i["grain"]]
    assert periods, "the example has findings over time"
    for insight in periods:
        last = [row for row in insight["rows"] if str(row.get("period", "")) >= "2023-08-01"]
        assert all(not row["complete"] for row in last if insight["grain"] == "month")
        if insight["pattern"] != "seasonality":
            assert insight["measure"] is not None, "the number of complaints neither rises nor falls"
