"""The page of a model: what it says of real-looking figures, and that hostile or missing ones do no harm."""

import re
from html import unescape

import pytest

from dongcha.core.words import Words
from dongcha.report.contents.answers import calibration_said, classes, confusions
from dongcha.report.contents.faults import errors, slices
from dongcha.report.contents.headline import headline
from dongcha.report.contents.training import training
from dongcha.report.evaluation import evaluation_page

EVIL = "<script>alert('x')</script>"
RTL = "שלום \u202e abc"
BINS = [
    {"low": 0.4, "high": 0.5, "confidence": 0.45, "accuracy": 0.5, "rows": 20},
    {"low": 0.9, "high": 1.0, "confidence": 0.95, "accuracy": 0.9, "rows": 80},
]


def line(label, f1, support=10):
    return {"label": label, "precision": f1, "recall": f1, "f1": f1, "support": support}


def model(**more):
    return {
        "name": "kind", "label": "kind", "text": "body", "task": "text-classification", "gives": "class",
        "chosen_on": "macro_f1", "names": {"r2": {"en": "R²", "zh": "R²"}}, "labels": ["a", "b"],
        "recipe": {"task": "text-classification", "method": "full", "encoder": "e5", "seed": 3,
                   "settings": {"steps": 40, "stopped_at": 30, "best_at": 20}},
        "metrics": {
            "accuracy": 0.85, "macro_f1": 0.8, "rows": 100,
            "interval": {"accuracy": [0.8, 0.9], "macro_f1": [0.7, 0.88]},
            "per_class": [line("a", 0.9, 60), line("b", 0.7, 40)],
            "confusion": {"labels": ["a", "b"], "matrix": [[55, 5], [10, 30]]},
            "calibration": {"ece_before": 0.2, "ece_after": 0.05, "temperature": 1.5,
                            "bins_before": BINS, "bins_after": BINS},
        },
        "baselines": {"majority": {"accuracy": 0.6, "macro_f1": 0.375}, "linear": {"accuracy": 0.7, "macro_f1": 0.65}},
        "versus": {"against": "linear", "only_this_right": 20, "only_other_right": 5, "p_value": 0.004},
        "verdict": {"en": "It beats linear.", "zh": "优于 linear。"},
        "slices": [], "errors": [{"input": "hello there", "said": "a", "truth": "b", "score": 0.97}],
        "seconds": 12.5,
        **more,
    }  # fmt: skip


def shown(page):
    return unescape(re.sub(r"<[^>]+>", " ", re.sub(r"<style>.*?</style>", "", page, flags=re.S)))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_says_what_is_known(lang):
    page = evaluation_page(model(), lang)
    text = shown(page)
    for piece in ("80%", "70% – 88%", "37.5%", "p = 0.004", "T = 1.50", "hello there", "97%", "12.5"):
        assert piece in text, piece
    for words in (
        Words("20 are right by this model alone", "仅本模型答对 20 条"),
        Words("always the largest class", "始终猜最大类"),
        Words("Mixed up most often", "最常见的混淆"),
        Words("30 of 40 planned; step 20 kept", "30 步（计划 40 步），保留第 20 步"),
    ):
        assert words.at(lang) in text
    assert page.count("<svg") == 1
    assert "http-equiv" in page
    assert not re.search(r"<script|https?://(?!www\.w3\.org)", page)
    assert ("Evaluation" in text) == (lang == "en")


def test_class_names_and_texts_of_all_kinds_are_only_text():
    long = "x" * 5000
    names = [EVIL, RTL, long, ""]
    metrics = {
        "accuracy": 0.5, "macro_f1": 0.5, "rows": 8, "per_class": [line(name, 0.5) for name in names],
        "confusion": {"labels": names, "matrix": [[1, 1, 0, 0], [0, 2, 0, 0], [1, 0, 1, 0], [0, 0, 1, 1]]},
    }  # fmt: skip
    wrong = [{"input": EVIL + long, "said": EVIL, "truth": RTL, "score": 0.9}]
    slice_ = {"column": EVIL, "value": long, "rows": 30, "figure": 0.1, "overall": 0.5, "gap": -0.4, "q_value": 0.001}
    page = evaluation_page(model(name=EVIL, label=EVIL, metrics=metrics, errors=wrong, slices=[slice_]), "en")
    assert "<script" not in page
    assert EVIL in shown(page)
    assert "x" * 301 not in page
    assert "<bdi>" in page
    assert "(empty)" in page


def test_five_hundred_classes_are_folded_and_have_no_matrix():
    names = [f"class {i}" for i in range(500)]
    matrix = [[(i == j) * 3 + (j == i + 1) * (i % 7) for j in range(500)] for i in range(500)]
    found = model(
        metrics={
            "accuracy": 0.5, "macro_f1": 0.5, "rows": 9, "confusion": {"labels": names, "matrix": matrix},
            "per_class": [line(name, i / 500) for i, name in enumerate(names)],
        }
    )  # fmt: skip
    (block,) = classes(found, "en").blocks
    assert (len(block.value.lines), len(block.value.more), block.value.more_said) == (30, 470, "470 more")
    assert block.value.lines[0].name == "class 0"
    assert [b.kind for b in confusions(found, "en").blocks] == ["grid"]
    assert len(evaluation_page(found, "zh")) < 400_000


def test_the_largest_confusions_come_first_with_their_share_of_the_true_class():
    largest = confusions(model(), "en").blocks[0].value
    assert largest.rows == (("b", "a", "10", "25%"), ("a", "b", "5", "8.3%"))


def test_a_class_without_rows_has_no_f1_and_stands_last():
    found = model(metrics={"per_class": [line("none", 0.0, 0), line("bad", 0.0, 5), line("good", 1.0, 5)]})
    lines = classes(found, "en").blocks[0].value.lines
    assert [one.name for one in lines] == ["bad", "good", "none"]
    assert lines[0].part == 0.0
    assert (lines[2].part, lines[2].cells[0][0]) == (None, "–")


def test_one_class_makes_a_page():
    metrics = {
        "accuracy": 1.0, "macro_f1": 1.0, "rows": 5, "per_class": [line("only", 1.0, 5)],
        "confusion": {"labels": ["only"], "matrix": [[5]]}, "calibration": {"ece_after": 0.0, "bins_after": BINS[1:]},
    }  # fmt: skip
    text = shown(evaluation_page(model(metrics=metrics, errors=[]), "en"))
    assert "No class was taken for another." in text
    assert "No answer was wrong." in text


def test_an_old_model_gives_a_page_of_what_is_there():
    old = {
        "name": "m",
        "recipe": {"method": "linear", "seed": 0},
        "metrics": {"accuracy": 0.7, "macro_f1": 0.6, "rows": 9},
    }
    names = {"macro_f1": {"en": "macro F1", "zh": "宏平均 F1"}, "accuracy": {"en": "accuracy", "zh": "准确率"}}
    text = shown(evaluation_page({**old, "gives": "class", "chosen_on": "macro_f1", "names": names}, "en"))
    assert "70%" in text
    assert "Where it is worst" not in text
    assert "Can the scores be believed?" not in text
    assert "No figure was measured." in shown(evaluation_page({"name": "m", "metrics": {}}, "en"))


def test_slices_are_shown_where_they_are_worse_beyond_chance():
    base = {"column": "c", "rows": 30, "figure": 0.1, "overall": 0.5}
    every = [
        {**base, "value": "worse", "gap": -0.4, "q_value": 0.001},
        {**base, "value": "better", "gap": 0.4, "q_value": 0.001},
        {**base, "value": "chance", "gap": -0.4, "q_value": 0.4},
    ]
    found = slices(model(slices=every), "en")
    assert [row[1] for row in found.blocks[0].value.rows] == ["worse"]
    assert found.said == ("Of 3 slices tested, 1 is worse than the rest beyond chance (false discoveries under 5%).",)
    assert "No category column" in slices(model(slices=[]), "en").said[0]
    assert not slices(model(gives="tags"), "en")


def test_several_labels_and_none_are_named():
    wrong = {"input": "t", "said": ["a", "b"], "truth": [], "score": 0.5}
    (quote,) = errors(model(gives="labels", errors=[wrong]), "en").blocks[0].value
    assert quote.said == "answered “a, b” (50%), labelled “none”"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_numbers_are_shown_in_bins(lang):
    metrics = {
        "r2": -0.2, "mae": 12345.6, "rows": 9, "interval": {"r2": [-0.4, 0.1], "mae": [1e4, 2e4]},
        "against": {"edges": [0, 1e6, 2e6], "counts": [[3, 1], [0, 5]]},
        "errors": {"edges": [-1.0, 0.0, 2.0], "counts": [4, 5]},
    }  # fmt: skip
    page = evaluation_page(model(gives="number", chosen_on="r2", metrics=metrics, baselines={}), lang)
    assert page.count("<svg") == 2
    assert "12,346" in shown(page)
    line_ = (
        headline(model(gives="number", chosen_on="r2", metrics=metrics, baselines={}), "en").blocks[0].value.lines[0]
    )
    assert (line_.part, line_.cells[0]) == (0.0, ("-0.200", "-0.400 – 0.100"))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_tags_labels_and_orders_have_their_sections(lang):
    per = {"precision": 0.5, "recall": 0.5, "f1": 0.5, "support": 4}
    tags = {
        "entity": {"precision": 0.5, "recall": 0.5, "f1": 0.5, "per_type": {"LOC": per}},
        "token": {"accuracy": 0.9, "per_tag": {"O": per, "B-LOC": per}},
        "accuracy": 0.9, "macro_f1": 0.6, "rows": 9, "interval": {"entity_f1": [0.4, 0.6]},
    }  # fmt: skip
    text = shown(evaluation_page(model(gives="tags", chosen_on="entity_f1", metrics=tags, baselines={}), lang))
    assert "40% – 60%" in text
    assert {"B-LOC", "LOC"} <= set(text.split())
    labels = {
        "micro_f1": 0.5,
        "rows": 9,
        "interval": {"micro_f1": [0.4, 0.6]},
        "per_label": [line("x", 0.5)],
        "threshold": 0.35,
    }
    assert "0.35" in shown(evaluation_page(model(gives="labels", chosen_on="micro_f1", metrics=labels), lang))
    order = {"ndcg@10": 0.5, "rows": 9, "queries": 7, "interval": {"ndcg@10": [0.4, 0.6]},
             "by_query": {"edges": [0, 0.5, 1], "counts": [3, 4]}}  # fmt: skip
    assert evaluation_page(model(gives="score", chosen_on="ndcg@10", metrics=order), lang).count("<svg") == 1


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_learning_curve_is_drawn_with_its_forecast(lang):
    points = [{"rows": n, "value": v, "low": v - 0.1, "high": v + 0.1} for n, v in ((50, 0.5), (100, 0.6), (200, 0.7))]
    ahead = [{"rows": 400, "value": 0.75, "low": 0.66, "high": 0.8}]
    page = evaluation_page(model(learning_curve={"figure": "macro_f1", "points": points, "forecast": ahead}), lang)
    assert page.count("<svg") == 2
    assert {"en": "With 400 train rows, 75% is forecast", "zh": "增至 400 条，预计为 75%"}[lang] in shown(page)


def test_what_was_tried_is_said_with_the_reason_of_what_was_not():
    rungs = [
        {"method": "linear", "seconds": 1.0, "validation": {"macro_f1": 0.6}, "skipped": None, "chosen": True},
        {
            "method": "full",
            "seconds": 0.0,
            "validation": None,
            "skipped": {"en": "too long", "zh": "太久"},
            "chosen": False,
        },
    ]
    grid = next(block.value for block in training(model(rungs=rungs), "zh").blocks if block.kind == "grid")
    assert [row[-1] for row in grid.rows] == ["采用", "太久"]


def test_calibration_is_one_sentence_and_none_where_it_was_not_measured():
    assert calibration_said({}) == Words("", "")
    assert "5%" in calibration_said({"ece_after": 0.05}).en
