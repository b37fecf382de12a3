import pytest

from dongcha.core.errors import ConfigError, DataError
from dongcha.data.encoding import detect, to_utf8

CHINESE = "日期,评论\n2023-01-02,物流很快，包装也好\n"


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", CHINESE),
        ("utf-8-sig", CHINESE),
        ("utf-16", CHINESE),
        ("utf-16-le", "date,text\n2023-01-02,good\n"),
        ("gb18030", CHINESE),
        ("cp1252", "name,price\nCafé Ωmega,3 €\n".replace("Ω", "")),
    ],
)
def test_text_survives_whatever_its_encoding(tmp_path, encoding, text):
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_bytes(text.encode(encoding))
    to_utf8(source, detect(source), target)
    assert target.read_bytes().decode("utf-8") == text


def test_binary_is_refused_in_a_sentence(tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes(bytes(range(256)) * 50)
    with pytest.raises(DataError, match=r"'x.csv' is not a text file"):
        detect(path)


def test_a_wrong_or_unknown_encoding_is_named(tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes(CHINESE.encode("gb18030"))
    with pytest.raises(DataError, match="cannot be read as utf-8"):
        to_utf8(path, "utf-8", tmp_path / "y")
    with pytest.raises(ConfigError, match="no encoding is named 'utf-9'"):
        to_utf8(path, "utf-9", tmp_path / "y")
