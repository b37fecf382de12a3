import datetime as dt

import polars as pl

from dongcha.data.source import read
from dongcha.insight.cube import cube, period_key
from dongcha.insight.mine import mine


def test_every_count_equals_one_made_by_hand():
    days = [dt.date(2023, 1 + i % 6, 1 + i % 28) for i in range(600)]
    frame = pl.DataFrame({"day": days, "城市": ["沪", "京", None] * 200, "paid": [True, False] * 300})
    made = cube(read(frame))
    assert made.categories == ("城市", "paid")
    city = made.counts[("城市",)]
    assert dict(zip(city.keys, city.cells, strict=True)) == {("京",): 200, ("沪",): 200}
    both = made.counts[("城市", "paid")]
    wanted = {(str(c), str(p).lower()): n for c, p, n in frame.drop_nulls().group_by("城市", "paid").len().iter_rows()}
    assert dict(zip(both.keys, both.cells, strict=True)) == wanted
    assert made.times
    for time in made.times:
        counted = made.counts[("城市", period_key(time))]
        assert sum(counted.cells) == 400
        assert {key[1] for key in counted.keys} <= set(time.starts)


def test_a_table_of_identifiers_alone_has_rows_and_nothing_to_mine():
    frame = pl.DataFrame({"movie_id": range(100, 1100), "imdb_id": range(5000, 6000)})
    table = read(frame)
    assert cube(table).rows == 1000
    mined = mine(table)
    assert (mined.insights, mined.checked, mined.tested) == ((), (), 0)
