"""One insight of each pattern, written by hand; figures are the example's order of magnitude, worked out on paper."""

from dataclasses import replace

import pytest

from dongcha.core.words import Words
from dongcha.insight.insight import Effect, Evidence, Filter, Insight, Mined, Phrase, Subject

SQL = "SELECT sub_product, count(*) AS value\nFROM data\nGROUP BY 1\nORDER BY 2 DESC"


def insight(pattern: str, subject: Subject, facts: dict, rows: list[dict], **more) -> Insight:
    given = {
        "score": 0.71,
        "test": "two-proportion z-test",
        "p_value": 3.2e-9,
        "q_value": 4.1e-7,
        "effect": Effect("risk ratio", 3.0, 2.2, 4.1),
        "share": 0.178,
        **more,
    }
    return Insight(pattern=pattern, subject=subject, facts=facts, evidence=Evidence(SQL, tuple(rows)), **given)


def outstanding() -> Insight:
    names = ["Payday loan", "Installment loan", "Title loan", "Personal line of credit", "Pawn loan"]
    values, sizes = [0.123, 0.053, 0.041, 0.033, 0.0], [503, 1361, 281, 666, 16]
    rows = [
        {"sub_product": g, "value": v, "n": n, "rest": 0.041, "times": 3.0, "is_subject": g == "Payday loan"}
        for g, v, n in zip(names, values, sizes, strict=True)
    ]
    subject = Subject("timely", "rate", ("sub_product",), category="No")
    facts = {"group": "Payday loan", "value": 0.123, "n": 503, "rest": 0.041, "times": 3.0}
    phrases = (
        Phrase("wage garnishment", 61, 503, 24, 2324, 9.8, "They started a wage garnishment without any notice <b>!"),
        Phrase("cash advance", 44, 503, 31, 2324, 6.1, "The cash advance was for {$500.00} and I repaid it twice."),
    )
    return insight("outstanding", subject, facts, rows, phrases=phrases, folded=2)


def majority() -> Insight:
    names, values = ["Web", "Referral", "Phone", "Postal mail"], [2601, 141, 57, 28]
    rows = [
        {"submitted_via": g, "value": v, "n": 2827, "share": v / 2827, "is_subject": g == "Web"}
        for g, v in zip(names, values, strict=True)
    ]
    facts = {"group": "Web", "value": 2601, "n": 2827, "share": 2601 / 2827}
    return insight("majority", Subject(None, "count", ("submitted_via",)), facts, rows, test="binomial test", share=1.0)


def months(values: list[float], **columns: list) -> list[dict]:
    return [
        {
            "period": f"2023-{i + 1:02d}-01",
            "value": v,
            "n": 300,
            "complete": i < 7,
            **{name: column[i] for name, column in columns.items()},
        }
        for i, v in enumerate(values)
    ]


def trend() -> Insight:
    fitted = [294.0, 309.5, 325.0, 340.5, 356.0, 371.5, 387.0, None]
    rows = months([280, 322, 331, 345, 340, 371, 398, 301], fitted=fitted, change=[0.3163] * 8)
    facts = {
        "first_period": "2023-01-01",
        "last_period": "2023-07-01",
        "first_value": 294.0,
        "last_value": 387.0,
        "change": 0.3163,
    }
    caveat = Words("August 2023 is incomplete and was left out.", "2023年8月数据不完整，未计入。")
    subject = Subject(None, "count", ("date",), grain="month")
    return insight("trend", subject, facts, rows, test="Mann–Kendall", caveats=(caveat,))


def change_point() -> Insight:
    level = [0.051] * 4 + [0.094] * 4
    rows = months([0.05, 0.049, 0.056, 0.053, 0.09, 0.097, 0.095, 0.11], level=level, change=[0.043] * 8)
    rows = [{**row, "segment": "before" if row["level"] == 0.051 else "after"} for row in rows]
    facts = {"period": "2023-05-01", "before": 0.051, "after": 0.094, "change": 0.043}
    subject = Subject("timely", "rate", ("date",), (Filter("sub_product", "Title loan"),), "month", "No")
    return insight("change_point", subject, facts, rows, test="CUSUM permutation test")


def outlier() -> Insight:
    values = [1210.5, 1188.2, 1240.9, 1229.4, 2051.7, 1203.3, 1190.1, 1215.0]
    rows = [{**row, "expected": 1209.2, "low": 1102.4, "high": 1316.0} for row in months(values)]
    facts = {"period": "2023-05-01", "value": 2051.7, "expected": 1209.2, "low": 1102.4, "high": 1316.0}
    return insight("outlier", Subject("amount", "mean", ("date",), grain="month"), facts, rows, test="generalised ESD")


def correlation() -> Insight:
    rows = [
        {"decile": i, "mean_x": 40.0 + 31 * i, "mean_y": 3.1 + 0.8 * i + (i % 3) / 4, "n": 283, "r": 0.4312}
        for i in range(10)
    ]
    rows = [{**row, "rows": 2827} for row in rows]
    facts = {"x": "narrative_words", "y": "days_to_answer", "r": 0.4312, "n": 2827}
    return insight("correlation", Subject("days_to_answer", "mean"), facts, rows, test="Spearman")


def driver() -> Insight:
    groups = {"TX": (31, 88), "CA": (44, 61), "FL": (29, 38), "NY": (25, 22), "OH": (18, 13), None: (180, 176)}
    before, after = sum(b for b, _ in groups.values()), sum(a for _, a in groups.values())
    rows = [
        {
            "state": g,
            "before_period": "2023-04-01",
            "after_period": "2023-05-01",
            "total_before": before,
            "total_after": after,
            "total_change": after - before,
            "value_before": b,
            "value_after": a,
            "contribution": a - b,
            "share_of_change": (a - b) / (after - before),
            "is_subject": g == "TX",
        }
        for g, (b, a) in groups.items()
    ]
    facts = {"group": "TX", **{k: v for k, v in rows[0].items() if k not in ("state", "is_subject")}}
    return insight("driver", Subject(None, "count", ("state",), grain="month"), facts, rows, test="chi-squared test")


def phrase() -> Insight:
    row = {
        "sub_product": "Title loan",
        "phrase": "repossess",
        "inside_rate": 0.388,
        "outside_rate": 0.021,
        "times": 18.48,
    }
    facts = {"group": "Title loan", **{k: v for k, v in row.items() if k != "sub_product"}}
    phrases = (Phrase("repossess", 109, 281, 53, 2546, 14.2, "They came to repossess my car at 4 in the morning."),)
    rows = [{**row, "is_subject": True}]
    return insight("phrase", Subject("narrative", "rate", ("sub_product",)), facts, rows, phrases=phrases)


def growing() -> Insight:
    levels = [0.02, 0.02, 0.02, 0.02, 0.081, 0.081, 0.081, 0.081]
    rows = months([0.018, 0.021, 0.019, 0.022, 0.075, 0.083, 0.085, 0.08], level=levels, change=[0.061] * 8)
    facts = {"phrase": "late fee", "period": "2023-05-01", "before": 0.02, "after": 0.081, "change": 0.061}
    phrases = (Phrase("late fee", 73, 900, 24, 1200, 5.2, "They charged a late fee though I paid on <i>time</i>."),)
    subject = Subject("narrative", "said", ("date",), grain="month", category="late fee")
    return insight(
        "growing", subject, facts, rows, phrases=phrases, test="t-test at the best split and Fisher's exact test"
    )


def text_driver() -> Insight:
    names, values = ["hidden fee", "rude staff", "never again"], [0.712, 0.655, 0.604]
    rows = [
        {
            "phrase": p,
            "value": v,
            "n": 312 - i,
            "rest": 0.342,
            "adjusted": 0.253 - i / 40,
            "is_subject": not i,
            "times": v / 0.342,
        }
        for i, (p, v) in enumerate(zip(names, values, strict=True))
    ]
    facts = {name: rows[0][name] for name in ("phrase", "value", "n", "rest", "times", "adjusted")}
    facts |= {"second": names[1], "second_value": values[1], "third": names[2], "third_value": values[2]}
    phrases = (Phrase("hidden fee", 222, 1003, 90, 1800, 9.1, "A hidden fee of {$35.00} on my **first** bill."),)
    subject = Subject("sentiment", "rate", ("narrative",), category="negative")
    return insight("text_driver", subject, facts, rows, phrases=phrases)


MAKERS = (outstanding, majority, trend, change_point, outlier, correlation, driver, phrase, growing, text_driver)


def spoken(insight: Insight) -> Insight:
    from dongcha.report.sentences import say

    return replace(insight, sentence=say(insight))


def all_mined() -> Mined:
    insights = tuple(replace(spoken(make()), rank=i + 1) for i, make in enumerate(MAKERS))
    return Mined(insights, (), tested=412, fdr=0.05)


@pytest.fixture(params=MAKERS, ids=lambda make: make.__name__)
def each(request: pytest.FixtureRequest) -> Insight:
    return spoken(request.param())


@pytest.fixture
def mined() -> Mined:
    return all_mined()
