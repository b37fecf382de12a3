from dataclasses import replace

import pandas as pd

import dongcha
from dongcha.insight.mine import mine


def table():
    said = {"east": "the solar panels never worked at home", "west": "a late fee on my card bill"}
    rows = [
        {"text": f"{said[area]} number {i}", "area": area, "paid": "no" if area == "east" and i % 3 else "yes"}
        for i in range(300)
        for area in (["east", "west"][i % 2],)
    ]
    return dongcha.read(pd.DataFrame(rows), roles={"text": "text"})


def test_a_finding_on_a_group_quotes_what_its_texts_say():
    found = mine(table()).insights[0]
    said = "solar panels" if found.facts["group"] == "east" else "late fee"
    assert found.phrases
    assert all(phrase.inside > 0 == phrase.outside and said in phrase.example for phrase in found.phrases)


def test_without_text_nothing_is_quoted():
    plain = table().with_roles({"text": None})
    assert all(replace(insight, phrases=()) == insight for insight in mine(plain).insights)
