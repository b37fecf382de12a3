import gzip

import pyarrow as pa
import pytest

from dongcha.core.errors import DataError
from dongcha.data.source import read

TEXT = "城市,n\n上海,1\n北京,2\n"
PACKED = gzip.compress(TEXT.encode(), mtime=0)  # without the time, so that every process collects the same tests
WANTED = {"城市": ["上海", "北京"], "n": [1, 2]}


def zstd(content):
    return pa.compress(content, codec="zstd", asbytes=True)


@pytest.mark.parametrize("pack", [gzip.compress, zstd])
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", TEXT.encode("gb18030")),
        ("a.tsv", TEXT.replace(",", "\t").encode()),
        ("带 空格.jsonl", '{"城市": "上海", "n": 1}\n{"城市": "北京", "n": 2}\n'.encode()),
        ("a.json", '[{"城市": "上海", "n": 1}, {"城市": "北京", "n": 2}]'.encode()),
    ],
)
def test_a_compressed_file_reads_as_the_file_in_it(tmp_path, pack, name, content):
    path = tmp_path / (name + (".gz" if pack is gzip.compress else ".zst"))
    path.write_bytes(pack(content))
    table = read(path)
    assert table.to_arrow().to_pydict() == WANTED
    assert table.name == name.split(".")[0]


def test_two_streams_in_one_file_are_read_one_after_the_other(tmp_path):
    for name, pack in (("a.csv.gz", gzip.compress), ("a.csv.zst", zstd)):
        (tmp_path / name).write_bytes(pack(b"a,b\n1,x\n") + pack(b"2,y\n"))
        assert read(tmp_path / name).rows == 2


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv.gz", b"not gzip", "'a.csv.gz' cannot be unpacked, it is damaged or cut short"),
        ("a.csv.gz", PACKED[:-9], "'a.csv.gz' cannot be unpacked, it is damaged or cut short"),
        ("a.csv.gz", gzip.compress(b"", mtime=0), "'a.csv.gz' is empty"),
        ("a.csv.zst", b"not zstd", "'a.csv.zst' cannot be unpacked, it is damaged or cut short"),
        ("a.csv.zst", zstd(TEXT.encode())[:-9], "'a.csv.zst' cannot be unpacked, it is damaged or cut short"),
        ("a.csv.zst", b"", "'a.csv.zst' is empty"),
        ("a.gz", PACKED, "'a.gz' is of no kind that Dongcha reads"),
        ("a.tar.gz", PACKED, "'a.tar.gz' is of no kind that Dongcha reads"),
    ],
)
def test_a_bad_compressed_file_is_one_sentence(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=message) as caught:
        read(tmp_path / name)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("end", "pack"), [(".gz", gzip.compress), (".zst", zstd)])
def test_a_bomb_is_stopped_at_the_limit(tmp_path, monkeypatch, end, pack):
    path = tmp_path / f"a.csv{end}"
    path.write_bytes(pack(b"a,b\n" + b"1,2\n" * 1_000_000))
    monkeypatch.setenv("DONGCHA_INFLATED_LIMIT_MB", "2")
    with pytest.raises(DataError, match="unpacks to more than 2 MB; raise DONGCHA_INFLATED_LIMIT_MB"):
        read(path)
