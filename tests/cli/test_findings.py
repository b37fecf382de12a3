"""`dongcha mine --since` and `dongcha findings`: new, changed and gone, set aside and starred, in both languages."""

import json
import random

import pytest


@pytest.fixture
def orders(tmp_path, monkeypatch):
    """A function that writes a table in which a given pay is late more often, and gives its path."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "200")

    def write(late: str = "card", rows: int = 900):
        pick = random.Random(7)
        lines = ["付款,region,late"]
        for _ in range(rows):
            paid = pick.choice(["card", "cash", "=cmd|'x'!A1"])
            late_now = "yes" if pick.random() < (0.6 if paid == late else 0.15) else "no"
            lines.append(f"{paid},{pick.choice(['north', 'south'])},{late_now}")
        path = tmp_path / "订单 1.csv"
        path.write_text("\n".join(lines), encoding="utf-8")
        return path

    return write


def found(call, *words):
    status, out, err = call(*words, "--json")
    assert status == 0, err
    return json.loads(out)


def test_since_last_tells_only_the_news(call, orders):
    path = orders()
    first = found(call, "mine", path, "--since", "last")
    assert first["since"] is None
    assert {one["status"] for one in first["insights"]} == {"new"}
    again = found(call, "mine", path, "--since", "last")
    assert (again["insights"], again["gone"], again["same"]) == ([], [], len(first["insights"]))
    orders(late="cash")
    third = found(call, "mine", path, "--since", "last")
    news = {one["facts"].get("group"): one for one in third["insights"] if one["measure"] == "late"}
    assert news["cash"]["status"] == "changed"  # it was the less late one
    assert news["cash"]["before"]["en"].startswith("Late is “yes” in 14.2% of")
    gone = [one["sentence"]["en"] for one in third["gone"]]
    assert [sentence[:50] for sentence in gone] == ["Late is “yes” in 58.5% of the 299 rows where 付款 is"]


NONE = {"en": ("Nothing new since", "as they were"), "zh": ("没有新的发现", "没有变化")}


@pytest.mark.parametrize("lang", NONE)
def test_the_terminal_says_it_in_both_languages(call, orders, lang):
    path = orders()
    call("mine", path, "--quiet")
    status, out, _ = call("mine", path, "--since", "last", "--quiet", "--lang", lang)
    assert status == 0
    assert all(words in out for words in NONE[lang])
    orders(late="cash")
    out = call("mine", path, "--since", "last", "--quiet", "--lang", lang)[1]
    assert {"en": "[changed]", "zh": "【变化】"}[lang] in out
    assert {"en": "No longer holds:", "zh": "不再成立："}[lang] in out


def test_a_date_asks_for_what_was_told_before_it(call, orders):
    path = orders()
    found(call, "mine", path)
    assert found(call, "mine", path, "--since", "2020-01-01")["since"] is None
    assert found(call, "mine", path, "--since", "2100-01-01")["same"] > 0


def test_what_is_dismissed_is_not_told_again_until_it_is_forgotten(call, orders):
    path = orders()
    first = found(call, "mine", path)["insights"]
    assert found(call, "findings", path, "--dismiss", 1)["findings"][0]["mark"] == "dismiss"
    later = found(call, "mine", path)
    facts = [one["fingerprint"].split(".")[0] for one in later["insights"]]
    assert first[0]["fingerprint"].split(".")[0] not in facts
    assert later["set_aside"] == 1
    out = call("mine", path, "--quiet", "--lang", "en")[1]
    assert "1 finding that holds is not shown: it was set aside." in out
    assert "已被搁置" in call("mine", path, "--quiet", "--lang", "zh")[1]
    listed = found(call, "findings", path)["findings"]
    aside = [one for one in listed if one["mark"] == "dismiss"]
    assert [one["number"] for one in aside] == [len(listed)] == [len(later["insights"]) + 1]
    assert "[set aside]" in call("findings", path, "--lang", "en")[1]
    found(call, "findings", path, "--forget", len(listed))
    assert found(call, "mine", path)["insights"][0]["fingerprint"] == first[0]["fingerprint"]


def test_a_star_moves_a_finding_forward(call, orders):
    path = orders()
    last = found(call, "mine", path)["insights"][-1]
    found(call, "findings", path, "--star", last["rank"])
    places = [one["fingerprint"] for one in found(call, "mine", path)["insights"]]
    assert places.index(last["fingerprint"]) + 1 <= last["rank"]
    assert "【已加星】" in call("findings", path, "--lang", "zh")[1]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--dismiss", 99), "there is no finding 99: there are findings 1 to"),
        (("--star", 1, "--dismiss", 1), "finding 1 is named twice"),
    ],
)
def test_a_wrong_number_is_one_sentence_and_nothing_is_remembered(call, orders, words, message):
    path = orders()
    found(call, "mine", path)
    status, out, err = call("findings", path, *words)
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert message in err
    assert all(one["mark"] is None for one in found(call, "findings", path)["findings"])


def test_what_was_never_mined_has_nothing_to_dismiss(call, orders):
    path = orders()
    assert "Nothing was told yet" in call("findings", path, "--lang", "en")[1]
    assert "run dongcha mine first" in call("findings", path, "--star", 1)[2]
    assert "there is no file" in call("findings", path.with_name("none.csv"))[2]


def test_a_since_that_is_no_date_is_said_before_the_work(call, tmp_path):
    status, _, err = call("mine", tmp_path / "not-there.csv", "--since", "yesterday")
    assert status == 1
    assert "--since takes 'last' or a date" in err


def test_a_data_folder_that_cannot_be_written_stops_no_mining(call, orders, tmp_path, monkeypatch):
    path = orders()
    (tmp_path / "blocked").write_text("a file")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "blocked"))
    status, out, err = call("mine", path, "--json")
    assert (status, bool(json.loads(out)["insights"])) == (0, True)
    assert "cannot write" in err
    status, _, err = call("mine", path, "--since", "last", "--quiet")
    assert status == 1
    assert "cannot write" in err
