"""What to do next, derived from this report's own facts; where a fact is missing, nothing is said.

One small function a question; each gives no or one step.
"""

from collections.abc import Callable

from dongcha.core.words import Words
from dongcha.insight.insight import Mined
from dongcha.report.facts import Facts
from dongcha.report.names import after_zh, column, quoted, zh_column
from dongcha.report.numbers import number, percent, period
from dongcha.report.reading import Object, baselines, bounds, confusion, figure, part, parts
from dongcha.report.subject import group_pairs

FEW_ROWS = 50
"""Labelled rows of a class under which its own figures are too uncertain to lean on."""
WEAK_F1 = 0.6
POOR_CALIBRATION = 0.08
MANY_MISSING = 0.3


def next_steps(table: Object, quality: Object, model: Object, mined: Mined) -> tuple[Words, ...]:
    """The steps that the facts call for, the most useful first."""
    steps: list[Words | None] = [
        _driver(mined),
        _standing_out(mined),
        _incomplete_period(mined),
        *(ask(model) for ask in MODEL_QUESTIONS),
        _missing(table),
        _touched(quality),
        _nothing_found(table, mined),
    ]
    return tuple(step for step in steps if step)


def _driver(mined: Mined) -> Words | None:
    found = next((i for i in mined.insights if i.pattern == "driver"), None)
    if found is None:
        return None
    group, part_of, after = (
        Facts(found).group(),
        Facts(found).share("share_of_change"),
        Facts(found).period("after_period"),
    )
    return Words(
        f"Read the rows of {after.en} where {group.en}: they account for {part_of} of the change (finding {found.rank}).",
        f"阅读{after.zh}中{after_zh(group.zh)}的记录：{part_of} 的变化来自它们（发现 {found.rank}）。",
    )


def _standing_out(mined: Mined) -> Words | None:
    found = next((i for i in mined.insights if i.pattern == "outstanding" and group_pairs(i)), None)
    if found is None:
        return None
    group, said = Facts(found).group(), [phrase.text for phrase in found.phrases[:2]]
    phrases = (
        Words(
            f"; their texts speak of {' and '.join(map(quoted, said))} more than others",
            f"；其文本更常提到{'、'.join(map(quoted, said))}",
        )
        if said
        else Words("", "")
    )
    return Words(
        f"Ask the people in charge why rows where {group.en} differ (finding {found.rank}){phrases.en}.",
        f"向负责人核实{after_zh(group.zh)}的记录为何不同（发现 {found.rank}）{phrases.zh}。",
    )


def _incomplete_period(mined: Mined) -> Words | None:
    for found in mined.insights:
        rows = [row for row in found.evidence.rows if row.get("complete") is False and row.get("period")]
        if rows:
            last = period(rows[-1]["period"], found.subject.grain)
            return Words(
                f"Run again when {last.en} is complete: it is not yet, and nothing here rests on it.",
                f"待{last.zh}的数据完整后重新运行：该期尚未完整，本报告的结论均不以其为依据。",
            )
    return None


def _worst_class(model: Object) -> Words | None:
    classes = parts(part(model, "metrics"), "per_class")
    scored = [(figure(c, "f1") or 0.0, figure(c, "support") or 0.0, str(c.get("label"))) for c in classes]
    weak = sorted(c for c in scored if c[1] and c[0] < WEAK_F1)
    if not weak:
        return None
    f1, support, label = weak[0]
    return Words(
        f"Label more rows of {quoted(label)}: the model's F1 there is {percent(f1)} on {number(support)} test rows, "
        "its weakest class. Take findings about it with care.",
        f"为{quoted(label)}补充标注：模型在该类的 F1 仅 {percent(f1)}（测试记录 {number(support)} 条），为各类最低；涉及该类的发现宜谨慎看待。",
    )


def _few_rows(model: Object) -> Words | None:
    classes = parts(part(model, "metrics"), "per_class")
    few = [str(c.get("label")) for c in classes if 0 < (figure(c, "support") or 0) < FEW_ROWS]
    if not few or len(few) == len(classes):
        return None
    shown = few[:3]
    return Words(
        f"Bring more examples of {', '.join(map(quoted, shown))}: with fewer than {FEW_ROWS} test rows, "
        "how well the model reads them is uncertain.",
        f"补充{'、'.join(map(quoted, shown))}的样本：测试记录不足 {FEW_ROWS} 条，模型在这些类上的表现尚不确定。",
    )


def _confused(model: Object) -> Words | None:
    labels, rows = confusion(part(model, "metrics"))
    pairs = [(n, i, j) for i, row in enumerate(rows) for j, n in enumerate(row) if i != j]
    n, i, j = max(pairs, default=(0.0, 0, 0))
    total = sum(rows[i]) if rows else 0
    if n < 5 or n < 0.15 * total:
        return None
    return Words(
        f"Check the labels of {quoted(labels[i])} and {quoted(labels[j])}: {number(n)} of {number(total)} test rows of the "
        "first are read as the second. Sharper guidelines or merging the two would help.",
        f"核对{quoted(labels[i])}与{quoted(labels[j])}的标注：前者的 {number(total)} 条测试记录中有 {number(n)} 条被读作后者；"
        "可细化标注规范或合并两类。",
    )


def _no_better(model: Object) -> Words | None:
    metrics, others = part(model, "metrics"), baselines(model)
    low = (bounds(metrics, "accuracy") or (figure(metrics, "accuracy"), 0))[0]
    majority = next((value for name, value in others.items() if "major" in name), None)
    if low is None or majority is None or low > majority:
        return None
    return Words(
        f"Do not rely on the model's column yet: always naming the largest class is right in {percent(majority)}, "
        "and the model is not reliably above that. More or cleaner labels come first.",
        f"暂不要依赖模型生成的列：始终猜最大类即可答对 {percent(majority)}，模型并未可靠地超过它；应先增加或清理标注。",
    )


def _calibration(model: Object) -> Words | None:
    given = part(part(model, "metrics"), "calibration")
    error = figure(given, "ece_after")
    error = figure(given, "ece") if error is None else error
    if error is None or error < POOR_CALIBRATION:
        return None
    return Words(
        f"Do not read the model's scores as probabilities: they are off by {percent(error)} on average.",
        f"不要把模型的得分当作概率：平均偏差为 {percent(error)}。",
    )


def _no_label(model: Object) -> Words | None:
    if part(model, "metrics") or not model.get("reason"):
        return None
    return Words(
        "Label a few hundred rows, or name a column to learn with --label, so that the texts become a tested column.",
        "标注几百条记录，或用 --label 指定要学习的列，使文本成为经过检验的列。",
    )


MODEL_QUESTIONS: tuple[Callable[[Object], Words | None], ...] = (
    *(_no_better, _worst_class, _confused, _few_rows, _calibration, _no_label),
)


def _missing(table: Object) -> Words | None:
    columns = [(figure(c, "missing") or 0.0, str(c.get("name"))) for c in parts(table, "columns")]
    share, name = max(columns, default=(0.0, ""))
    if share < MANY_MISSING:
        return None
    return Words(
        f"Find out why {column(name)} is missing in {percent(share)} of rows before leaning on findings about it.",
        f"查明{after_zh(zh_column(name))}为何有 {percent(share)} 的记录缺失，再使用与之有关的发现。",
    )


def _touched(quality: Object) -> Words | None:
    before, after = figure(quality, "rows_before"), figure(quality, "rows_after")
    if not before or after is None or before - after < 0.02 * before:
        return None
    lost = before - after
    return Words(
        f"Check the {number(lost)} rows ({percent(lost / before)}) that cleaning set aside, and stop them at the source.",
        f"检查清洗时剔除的 {number(lost)} 条记录（{percent(lost / before)}），并在源头避免。",
    )


def _nothing_found(table: Object, mined: Mined) -> Words | None:
    if mined.insights:
        return None
    rows = figure(table, "rows")
    size = Words(f" in these {number(rows)} rows", f"（共 {number(rows)} 条记录）") if rows else Words("", "")
    return Words(
        f"Bring more rows or more columns: {number(mined.tested)} questions were tested{size.en} and none stood above chance.",
        f"增加记录或列：共检验 {number(mined.tested)} 个问题{size.zh}，没有一个超出偶然。",
    )
