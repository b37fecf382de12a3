"""What a person should know of a join: by which key, how it was found, and how many rows found nothing.

Knows links.  Every choice that was not declared is said with what else was possible.
"""

from collections.abc import Sequence

from dongcha.core.words import Words
from dongcha.data.join.build import Part
from dongcha.data.join.form import SAID
from dongcha.data.join.links import Link
from dongcha.data.table import Joined


def told(link: Link, source: str) -> Words:
    """The line about a link: the key, how it was found, and how many rows it joins."""
    key = " and ".join(f"{link.parent}.{theirs} = {link.child}.{ours}" for theirs, ours in link.on)
    key_zh = " 且 ".join(f"{link.parent}.{theirs} = {link.child}.{ours}" for theirs, ours in link.on)
    rows, matched = link.match.rows, link.match.matched
    part = f"{matched:,} of {rows:,} rows found one"
    en, zh = f"{source} joined by {key}", f"{source} 按 {key_zh} 连接"
    en += " (declared)" if link.declared else " (found by names and values)"
    zh += "（已指定）" if link.declared else "（由列名和取值推断）"
    en, zh = f"{en}: {part}", f"{zh}：{rows:,} 条记录中 {matched:,} 条找到对应"
    for form in dict.fromkeys(form.name for form in link.match.forms):
        if SAID[form].en:
            en, zh = f"{en}; {SAID[form].en}", f"{zh}；{SAID[form].zh}"
    if link.distinct:
        en, zh = f"{en}; equal rows of {source} count once", f"{zh}；{source} 中完全相同的记录只计一次"
    if link.aggregate:
        how = Words("summed", "求和") if link.aggregate == "sum" else Words("averaged", "求平均")
        en += f"; its measures are {how.en} for each key, its other columns are left out"
        zh += f"；度量按键{how.zh}，其余列略去"
    if link.others:
        en, zh = f"{en}; also possible: {', '.join(link.others)}", f"{zh}；其他可能：{'、'.join(link.others)}"
    return Words(f"{en}.", f"{zh}。")


def renamed(part: Part) -> Words | None:
    """A note on the columns of a table that got its name in front; None where none did."""
    new = [f"{old} → {new}" for new, old in part.columns.items() if new != old]
    if not new:
        return None
    return Words(
        f"Columns of {part.name} with a name that others have too: {', '.join(new)}.",
        f"{part.name} 中与其他表重名的列：{'、'.join(new)}。",
    )


def without_values(part: Part, names: Sequence[str]) -> Words:
    """A note on columns that hold nothing in the rows that were joined."""
    return Words(
        f"Columns of {part.name} that are missing in all joined rows were left out: {', '.join(names)}.",
        f"{part.name} 中在连接后全部缺失的列已略去：{'、'.join(names)}。",
    )


def faults(joined: Joined) -> list[Words]:
    """What is wrong with the rows that found nothing: their key is missing, or is not in the joined table."""
    found = []
    key = " + ".join(theirs for theirs, _ in joined.on)
    if orphans := joined.present - joined.matched:
        share = orphans / joined.rows
        found.append(
            Words(
                f"{orphans:,} of {joined.rows:,} rows of {joined.parent} ({share:.2%}) have a {key} that {joined.name} "
                "does not know; they were kept, and what would have come from there is missing.",
                f"{joined.parent} 的 {joined.rows:,} 条记录中有 {orphans:,} 条（{share:.2%}）的 {key} 在 {joined.name} "
                "中不存在；这些记录予以保留，相应的列为缺失。",
            )
        )
    if missing := joined.rows - joined.present:
        found.append(
            Words(
                f"{missing:,} of {joined.rows:,} rows of {joined.parent} ({missing / joined.rows:.2%}) have no {key}; "
                f"they were kept, and what would have come from {joined.name} is missing.",
                f"{joined.parent} 的 {joined.rows:,} 条记录中有 {missing:,} 条"
                f"（{missing / joined.rows:.2%}）缺失 {key}；"
                f"这些记录予以保留，来自 {joined.name} 的列为缺失。",
            )
        )
    return found
