"""`dongcha mine FILE` twice, and with a budget."""

import json
import os
import random
from pathlib import Path

import pytest
from tests.data.join.stars import star

from dongcha.insight.insight import Left, Mined
from dongcha.loop import mined as cache
from dongcha.loop import mined_at


@pytest.fixture
def orders(tmp_path, monkeypatch, own_cache):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "200")
    pick = random.Random(7)
    lines = ["付款,region,late"]
    for _ in range(600):
        paid = pick.choice(["card", "cash", "=cmd|'x'!A1"])
        late = "yes" if pick.random() < (0.6 if paid == "card" else 0.15) else "no"
        lines.append(f"{paid},{pick.choice(['north', 'south'])},{late}")
    path = tmp_path / "订单 1.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def minings(monkeypatch):
    """How often a table was mined."""
    seen = []
    real = mined_at.mine

    def counted(*given, **named):
        seen.append(named)
        return real(*given, **named)

    monkeypatch.setattr(mined_at, "mine", counted)
    return seen


def told(call, *words):
    status, out, err = call("mine", *words, "--json", "--quiet")
    assert status == 0, err
    return json.loads(out)


def entries(tmp_path):
    return sorted((tmp_path / "cache" / "dongcha" / "mined").glob("*.z"))


def test_the_same_table_is_mined_once(call, orders, minings):
    first = told(call, orders)
    assert first["insights"]
    assert told(call, orders) == first
    assert len(minings) == 1
    assert told(call, orders, "--fresh") == first
    assert len(minings) == 2


def test_the_page_in_the_terminal_is_the_same_in_both_languages(call, orders, minings):
    for lang in ("en", "zh"):
        fresh = call("mine", orders, "--lang", lang, "--fresh")
        assert call("mine", orders, "--lang", lang) == fresh
    assert len(minings) == 2


@pytest.mark.parametrize("change", ["rows", "top", "goal", "role"])
def test_another_table_or_question_is_mined(call, orders, minings, change):
    told(call, orders)
    words = {"top": ["--top", "3"], "goal": ["--goal", "late"], "role": ["--role", "region=none"]}.get(change, [])
    if change == "rows":
        orders.write_text(orders.read_text("utf-8") + "\ncard,north,no", encoding="utf-8")
    told(call, orders, *words)
    assert len(minings) == 2


def test_a_mark_counts_at_once_and_news_are_told_of_a_kept_result(call, orders, minings):
    first = told(call, orders)
    assert told(call, orders, "--since", "last")["same"] == len(first["insights"])
    assert len(minings) == 1
    assert call("findings", orders, "--dismiss", "1")[0] == 0
    later = told(call, orders)
    assert later["set_aside"] == 1
    assert len(minings) == 2
    assert told(call, orders)["set_aside"] == 1
    assert len(minings) == 2


@pytest.mark.parametrize("folder", [True, False])
def test_joined_tables_are_mined_once_until_one_of_them_changes(
    call, tmp_path, minings, own_cache, monkeypatch, folder
):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    shop = tmp_path / "shop"
    shop.mkdir()
    orders, customers, products = star(orders=400, customers=60)
    for name, table in (("orders", orders), ("customers", customers), ("products", products)):
        table.to_csv(shop / f"{name}.csv", index=False)
    others = [] if folder else ["--with", shop / "customers.csv", "--with", shop / "products.csv"]
    words = [shop if folder else shop / "orders.csv", *others]
    first = told(call, *words)
    assert first["insights"]
    assert {table["name"] for table in first["tables"]} == {"orders", "customers", "products"}
    assert told(call, *words) == first
    assert len(minings) == 1
    customers.head(40).to_csv(shop / "customers.csv", index=False)
    later = told(call, *words)
    assert len(minings) == 2
    assert later["faults"]
    assert told(call, *words) == later
    assert len(minings) == 2


def test_rows_of_a_server_are_never_remembered(orders):
    assert cache.key_of(str(orders), [], ()) is not None
    assert cache.key_of(str(orders), ["postgresql://here/shop?table=customers"], ()) is None
    assert cache.key_of("postgresql://here/shop?table=orders", [], ()) is None


@pytest.mark.parametrize("damage", [b"", b"no entry", b"x\x9c\x03\x00\x00\x00\x00\x01"])
def test_a_damaged_entry_is_mined_again_and_mended(call, orders, minings, tmp_path, damage):
    first = told(call, orders)
    (entry,) = entries(tmp_path)
    entry.write_bytes(damage)
    assert told(call, orders) == first
    assert told(call, orders) == first
    assert len(minings) == 2


def test_where_the_folder_cannot_be_written_the_table_is_mined(call, orders, tmp_path):
    (tmp_path / "cache").write_text("in the way")
    assert told(call, orders)["insights"]


def test_the_folder_stays_small(tmp_path, own_cache, monkeypatch):
    keys = [f"{at:040x}" for at in range(6)]
    for key in keys[:4]:
        cache.keep(key, (Mined((), (), 3, 0.05), (), {}))
    size = entries(tmp_path)[0].stat().st_size
    monkeypatch.setattr(cache, "MOST_BYTES", 3 * size)
    for at, entry in enumerate(entries(tmp_path)):
        os.utime(entry, (at, at))
    assert cache.kept(keys[0])[0].tested == 3  # used now, and so kept
    cache.keep(keys[4], (Mined((), (), 3, 0.05), (), {}))
    assert {entry.stem for entry in entries(tmp_path)} == {keys[0], keys[3], keys[4]}


def test_what_a_budget_cut_short_is_told_and_not_kept(call, orders, minings, tmp_path):
    short = told(call, orders, "--budget", "0.000001s")
    assert short["unexamined"]["untouched"]
    assert entries(tmp_path) == []
    assert minings[0]["budget_s"] == pytest.approx(1e-6)
    said = call("mine", orders, "--budget", "0.000001s", "--lang", "zh", "--quiet")[1]
    assert "时间已到，挖掘尚未完成：未检查：" in said
    full = told(call, orders, "--budget", "1h")
    assert full["unexamined"] == {"untouched": [], "partly": [], "unproved": 0}
    assert told(call, orders) == full
    assert len(minings) == 3


def test_a_budget_that_is_no_time_is_refused(call, orders):
    status, _, err = call("mine", orders, "--budget", "soon")
    assert status != 0
    assert "a budget is a time such as 90s, 2m or 1h30m, got 'soon'" in err


def test_what_is_left_is_not_kept(own_cache, tmp_path):
    cache.keep("0" * 40, (Mined((), (), 3, 0.05, left=Left(("pair",))), (), {}))
    assert entries(tmp_path) == []


def test_a_run_tells_on_its_pages_what_its_mining_left(call, orders, tmp_path):
    project = tmp_path / "project"
    status, out, err = call("run", orders, "--project", project, "--mining-budget", "0.000001s", "--quiet")
    assert status == 0, err
    page = Path(out.strip())
    said = "The time was up before all was mined: not examined: "
    assert said in page.read_text("utf-8")
    assert said in page.with_name("report.md").read_text("utf-8")
    assert 'mining_budget = "0.000001s"' in (project / "dongcha.toml").read_text("utf-8")
    assert told(call, project)["unexamined"]["untouched"]  # the project's own budget
