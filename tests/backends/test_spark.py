"""Mining in a local Spark."""

import shutil

import numpy as np
import pytest
from planted import PLANTED
from tests.backends.equal import differences

import dongcha
from dongcha.core.errors import DataError

pytestmark = [
    pytest.mark.spark,
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore"),  # PySpark's own: old options of pandas, sockets that it leaves open
]


@pytest.fixture(scope="module")
def spark(tmp_path_factory):
    pytest.importorskip("pyspark", reason="needs dongcha[spark]: make test-backends")
    if shutil.which("java") is None:
        pytest.skip("there is no Java to run Spark")
    import ibis
    from pyspark.sql import SparkSession

    build = SparkSession.builder.master("local[1]").appName("dongcha-tests")
    for key, value in {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "1",
        "spark.sql.session.timeZone": "Asia/Shanghai",
        "spark.sql.warehouse.dir": str(tmp_path_factory.mktemp("warehouse")),
    }.items():
        build = build.config(key, value)
    session = build.getOrCreate()
    yield ibis.pyspark.connect(session)
    session.stop()


@pytest.fixture(scope="module")
def lying(spark, rows, tmp_path_factory):
    import pyarrow.parquet as pq

    path = tmp_path_factory.mktemp("sales") / "sales.parquet"
    pq.write_table(rows, path)
    spark._session.read.parquet(str(path)).cache().createOrReplaceTempView("sales")
    return dongcha.read(spark.table("sales"))


def test_roles_are_those_of_the_same_rows_in_a_file(lying, rows):
    local = dongcha.read(rows)
    assert [(c.name, c.type, c.role) for c in lying.schema] == [(c.name, c.type, c.role) for c in local.schema]
    assert "Spark" in lying.notes[0].en


def test_findings_are_those_of_duckdb(lying, rows):
    here, there = dongcha.mine(dongcha.read(rows), top=40), dongcha.mine(lying, top=40)
    assert len(here.insights) > 8
    assert differences(here, there) == []
    assert "`地区`" in "".join(found.evidence.sql for found in there.insights if found.evidence.dialect == "pyspark")


@pytest.mark.parametrize("name", ["driver", "missing", "weekday_rate"])
def test_patterns_that_the_table_does_not_hold(spark, name, tmp_path):
    import pyarrow.parquet as pq

    data, is_planted = PLANTED[name](np.random.default_rng([2, len(name)]))
    here = dongcha.read(data)
    pq.write_table(here.to_arrow(), tmp_path / "planted.parquet")
    spark._session.read.parquet(str(tmp_path / "planted.parquet")).cache().createOrReplaceTempView(name)
    there = dongcha.mine(dongcha.read(spark.table(name)))
    assert any(map(is_planted, there.insights))
    assert differences(dongcha.mine(here), there) == []


def test_an_empty_table(spark):
    spark._session.createDataFrame([], "a int").createOrReplaceTempView("nothing")
    with pytest.raises(DataError, match="has no rows"):
        dongcha.read(spark.table("nothing"))
