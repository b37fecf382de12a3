import pytest

from dongcha.data.roles import Facts, decide
from dongcha.data.schema import Role


def facts(name, type_, *, rows=1000, present=1000, distinct=1000, width=0.0, images=0, sounds=0):
    return Facts(name, type_, rows, present, distinct, width, images, sounds)


@pytest.mark.parametrize(
    ("given", "role"),
    [
        (facts("日期", "TIMESTAMP"), Role.TIME),
        (facts("订单号", "VARCHAR", width=12), Role.ID),
        (facts("Postal Code", "DOUBLE", distinct=600), Role.ID),
        (facts("paid", "BIGINT", distinct=300), Role.MEASURE),
        (facts("paid", "BIGINT", distinct=2), Role.CATEGORY),
        (facts("月份", "BIGINT", distinct=12), Role.CATEGORY),
        (facts("金额", "DOUBLE"), Role.MEASURE),
        (facts("城市", "VARCHAR", distinct=30, width=4), Role.CATEGORY),
        (facts("company", "VARCHAR", distinct=389, width=25), Role.CATEGORY),
        (facts("评论内容", "VARCHAR", distinct=990, width=60), Role.TEXT),
        (facts("file", "VARCHAR", width=20, images=1000), Role.IMAGE),
        (facts("clip", "VARCHAR", width=20, sounds=1000), Role.AUDIO),
        (facts("product", "VARCHAR", distinct=1), None),
        (facts("empty", "VARCHAR", present=0, distinct=0), None),
    ],
)
def test_a_column_gets_the_role_that_a_person_would_give(given, role):
    column = decide(given)
    assert column.role == role
    assert column.reason.en
    assert column.reason.zh
