"""The page's own paragraphs: the data, its cleaning, how far to trust the model, how the findings were found."""

from dongcha.core.words import Lang, Words
from dongcha.report.labels import LABELS
from dongcha.report.names import after_zh, column, zh_column
from dongcha.report.news import set_aside
from dongcha.report.numbers import number, percent, period
from dongcha.report.reading import Object, baselines, bounds, figure, part, parts, text
from dongcha.report.report import Report
from dongcha.report.unexamined import unexamined


def about_data(table: Object) -> Words:
    """Rows, columns and the time that they cover."""
    rows, width = figure(table, "rows"), len(parts(table, "columns"))
    if rows is None:
        return Words("", "")
    time = part(table, "time")
    en, zh = (
        f"{number(rows)} rows in {width} column{'s' if width != 1 else ''}",
        f"共 {number(rows)} 条记录、{width} 列",
    )
    if time.get("first") and time.get("last"):
        first, last = period(time["first"], "day"), period(time["last"], "day")
        en += f", from {first.en} to {last.en} ({column(str(time.get('column', '')))})"
        zh += f"，{zh_column(str(time.get('column', '')))}自{first.zh}至{last.zh}"
    return Words(f"{en}.", f"{zh}。")


def about_quality(quality: Object) -> Words:
    """How many rows cleaning kept, and how many rules had something to do."""
    before, after = figure(quality, "rows_before"), figure(quality, "rows_after")
    rules = [rule for rule in parts(quality, "rules") if figure(rule, "rows")]
    if before is None or after is None:
        return Words("", "")
    kept = Words(f"All {number(before)} rows were kept", f"{number(before)} 条记录全部保留")
    if after < before:
        kept = Words(
            f"{number(after)} of {number(before)} rows were kept ({percent(after / before)})",
            f"{number(before)} 条记录中保留 {number(after)} 条（{percent(after / before)}）",
        )
    touched = Words(
        f"; {len(rules)} cleaning rule{'s' if len(rules) != 1 else ''} changed something, and every raw value was kept",
        f"；{len(rules)} 条清洗规则有所改动，原始值均已保留",
    )
    return Words(kept.en + (touched.en if rules else "") + ".", kept.zh + (touched.zh if rules else "") + "。")


def about_model(model: Object) -> list[Words]:
    """What the model reads out of what, how often it is right, and beside what."""
    metrics = part(model, "metrics")
    accuracy = figure(metrics, "accuracy")
    if accuracy is None:
        return [Words(text(model["reason"], "en"), text(model["reason"], "zh"))] if model.get("reason") else []
    said: list[Words] = []
    if model.get("label") and model.get("text"):
        label, source = str(model["label"]), str(model["text"])
        zh = f"模型从{after_zh(zh_column(source))}中读出{after_zh(column(label))}。"
        said.append(Words(f"The model reads {column(label)} out of {column(source)}.", zh))
    rows, interval = figure(metrics, "rows"), bounds(metrics, "accuracy")
    where = Words(f"On {number(rows)} test rows", f"在 {number(rows)} 条测试记录上") if rows else Words("", "")
    between = (
        Words(f" (95% interval {percent(interval[0])} to {percent(interval[1])})", _between(interval))
        if interval
        else Words("", "")
    )
    opening = where.en + " that took no part in training it is" if rows else "It is"
    said.append(
        Words(
            f"{opening} right in {percent(accuracy)} of cases{between.en}.",
            f"{where.zh}{'（未参与训练）' if rows else ''}，准确率为 {percent(accuracy)}{between.zh}。",
        )
    )
    return [*said, *_beside(model, accuracy, interval), *_verdict(model)]


def _between(interval: tuple[float, float]) -> str:
    return f"（95% 区间 {percent(interval[0])} 至 {percent(interval[1])}）"


def _beside(model: Object, accuracy: float, interval: tuple[float, float] | None) -> list[Words]:
    """How the model stands beside always naming the largest class."""
    majority = next((value for name, value in baselines(model).items() if "major" in name), None)
    if majority is None:
        return []
    low = interval[0] if interval else accuracy
    if low > majority:
        return [
            Words(
                f"Always naming the largest class would be right in {percent(majority)}: the model has learned something.",
                f"始终猜最大类的准确率为 {percent(majority)}：模型确实学到了东西。",
            )
        ]
    return [
        Words(
            f"Always naming the largest class is right in {percent(majority)}: the model is not reliably better than that.",
            f"始终猜最大类的准确率为 {percent(majority)}：模型并未可靠地超过它。",
        )
    ]


def _verdict(model: Object) -> list[Words]:
    given = model.get("verdict")
    return [Words(text(given, "en"), text(given, "zh"))] if given else []


def about_findings(report: Report) -> Words:
    """How many claims of how many tests, what the rate of false ones is held to, what was set aside or not examined."""
    more = (set_aside(report.mined.set_aside), unexamined(report.mined.left))
    said = [_told(report), *(one for one in more if one is not None)]
    return Words(" ".join(one.en for one in said), "".join(one.zh for one in said))


def _told(report: Report) -> Words:
    found, tested, fdr = len(report.mined.insights), report.mined.tested, percent(report.mined.fdr)
    if not found:
        return Words(
            f"{number(tested)} questions were tested, and nothing stands out beyond chance "
            f"(false discoveries held to {fdr}). That is a result too: no finding is made up.",
            f"共检验 {number(tested)} 个问题，没有发现超出偶然的规律（错误发现率控制在 {fdr}）。这本身也是结果：不会编造发现。",
        )
    most = f"the {number(found)} strongest are" if found > 1 else "one is"
    return Words(
        f"{number(tested)} questions were tested; {most} shown. False discoveries are held to {fdr} of all claims "
        "(Benjamini–Hochberg over everything that was tried, amounts and relations apart).",
        f"共检验 {number(tested)} 个问题，以下是最突出的 {number(found)} 个。错误发现率控制在 {fdr}（对全部检验按数量与关系两类分别作 Benjamini–Hochberg 校正）。",
    )


_JOINED = Words(
    "What is said of the columns of one joined table alone is counted on its own rows (data_NAME), once each and not once for "
    "every row that found them. Across tables, rows that found the same row are not taken for independent.",
    "只涉及某一张连接表的发现，按该表自身的记录（data_表名）计数，每条只计一次；跨表的检验不把指向同一条记录的各行视为相互独立。",
)


def method_notes(report: Report) -> list[Words]:
    """What p, q and the check of the sentences mean."""
    return [
        Words(
            "The p-value is the chance of seeing a difference at least this large if there were none; the q-value is the "
            "same after correcting for everything that was tried.",
            "p 值：若并无差异，偶然看到至少这么大差异的概率；q 值：对全部检验校正之后的结果。",
        ),
        Words(
            "Every number, period and quoted name in a finding's sentence was looked up in the rows of its query before it "
            "was shown. "
            "The query runs against a table called data.",
            "每条发现中的数字、时间和引号中的名称，在展示前都已在查询结果中逐一核对。查询所针对的表名为 data。",
        ),
        *([_JOINED] if report.table.get("tables") else []),
        Words(
            "A finding says what goes together in this data. It does not prove what causes what.",
            "发现描述的是数据中的关联，并不证明因果。",
        ),
    ]


def label(name: str, lang: Lang) -> str:
    """One of the page's own words."""
    return LABELS[name].at(lang)
