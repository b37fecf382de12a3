"""The time along which the rows of a table are counted.

Knows roles and names.  Knows nothing of the times themselves.
"""

import re

from dongcha.data.schema import Role
from dongcha.data.table import Table

_LATER = re.compile(
    r"(?<![a-z])(end|ended|finish\w*|clos\w*|resol\w*|complet\w*|deliver\w*|ship\w*|return\w*|due|paid|process\w*)(?![a-z])"
    r"|updat|modif|sync|load|etl|ingest|结束|完成|关闭|解决|送达|发货|退回|到期|支付|处理|更新|修改|同步|入库",
    re.IGNORECASE,
)
_JOINT = re.compile(r"(?<=[a-z])(?=[A-Z])")


def axis(table: Table) -> str | None:
    """The start of a duration, since ends are still to come; else the first time that is not named as a later one.

    A time of a joined table says when its row began, not when the row that is counted did: it comes last.
    """
    starts = [column.between[0] for column in table.schema if column.between]
    times = sorted((column.name for column in table.schema.of(Role.TIME)), key=is_later)
    return min([*starts, *times], key=lambda name: table.schema[name].table is not None, default=None)


def is_later(name: str) -> bool:
    """Whether a time is named as an end, or as the stamp of a row.

    >>> is_later("closed_at"), is_later("updatedOn"), is_later("opened_at"), is_later("结束时间"), is_later("weekend")
    (True, True, False, True, False)
    """
    return bool(_LATER.search(_JOINT.sub("_", name)))
