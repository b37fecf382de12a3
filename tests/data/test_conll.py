"""Column files of tagged words, and list columns through reading, cleaning, saving and splitting."""

import gzip
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import dongcha
from dongcha.core.errors import DataError
from dongcha.data.clean import clean
from dongcha.data.profile import profile
from dongcha.data.saved import load_table, save_table
from dongcha.data.schema import TEXTS, Role
from dongcha.data.source import read
from dongcha.data.split import check_leak, split

TWO_DOCUMENTS = """-DOCSTART- -X- O O

EU NNP I-NP I-ORG
rejects VBZ I-VP O

Ada NNP I-NP I-PER
Bob NNP I-NP B-PER
. . O O

-DOCSTART- -X- O O

Rome NNP I-NP I-LOC
"""


def written(folder: Path, text: str, name: str = "a.conll") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_columns_documents_and_iob1(tmp_path: Path) -> None:
    table = read(written(tmp_path, TWO_DOCUMENTS))
    rows = table.to_arrow().to_pylist()
    assert rows == [
        {"tokens": ["EU", "rejects"], "tags": ["B-ORG", "O"], "doc": 0},
        {"tokens": ["Ada", "Bob", "."], "tags": ["B-PER", "B-PER", "O"], "doc": 0},
        {"tokens": ["Rome"], "tags": ["B-LOC"], "doc": 1},
    ]
    assert [(c.name, c.type, c.role) for c in table.schema][:2] == [
        ("tokens", TEXTS, Role.TEXT),
        ("tags", TEXTS, Role.LABEL),
    ]
    assert any("IOB1" in note.en for note in table.notes)


@pytest.mark.parametrize("name", ["a.iob", "a.iob2", "a.bio"])
def test_tabs_words_with_blanks_and_comments(tmp_path: Path, name: str) -> None:
    table = read(written(tmp_path, "\ufeff# id = 1\nNew York\tB-LOC\n#\tO\n\n北京\tB-LOC\r\n", name))
    assert table.to_arrow().to_pylist() == [
        {"tokens": ["New York", "#"], "tags": ["B-LOC", "O"]},
        {"tokens": ["北京"], "tags": ["B-LOC"]},
    ]


def test_a_compressed_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.conll.gz").write_bytes(gzip.compress(TWO_DOCUMENTS.encode()))
    assert read(tmp_path / "a.conll.gz").rows == 3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Ada B-PER\nsaw\n", "line 2 of 'a.conll' has 1 column, the lines before have 2"),
        ("Ada\n", "line 1 of 'a.conll' has 1 column, it needs a word and a tag"),
        ("Ada X B-PER\nsaw O\n", "line 2 of 'a.conll' has 2 columns"),
        ("Ada PER\n", "line 1 of 'a.conll' has the tag 'PER'"),
        ("\n\n  \n", "holds no sentence"),
        ("", "is empty"),
    ],
)
def test_a_wrong_line_is_one_sentence(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        read(written(tmp_path, text))


def sentences(count: int) -> pa.Table:
    words = [["Sentence", str(i), "of", f"w{i * 7919 % 97}", "and", f"v{i * 31 % 89}"] for i in range(count)]
    words[1] = [*words[0][:-1], words[0][-1].upper()]  # differs in letter case only
    tags = [["O", "O", "O", "B-RARE" if i % 10 == 2 else "B-MANY", "O", "O"] for i in range(count)]
    return pa.table({"id": range(count), "tokens": words, "pos": tags, "ner_tags": tags})


@pytest.mark.parametrize("kind", ["parquet", "json"])
def test_list_columns_go_through_every_step(tmp_path: Path, kind: str) -> None:
    if kind == "parquet":
        pq.write_table(sentences(80), tmp_path / "a.parquet")
    else:
        sentences(80).to_pandas().to_json(tmp_path / "a.json", orient="records", lines=True)
    table = read(tmp_path / f"a.{kind}")
    assert [c.role for c in table.schema] == [Role.ID, Role.TEXT, None, Role.LABEL]
    assert {c.type for c in table.schema} == {"BIGINT", TEXTS}
    assert "ner_tags" in str(profile(table).to_json())
    done = clean(table.with_roles({"pos": "category"})).table
    save_table(done, tmp_path / "saved.parquet")
    again = load_table(tmp_path / "saved.parquet")
    assert again.schema == done.schema
    assert again.fingerprint() == done.fingerprint()
    assert again.to_arrow().column("tokens").to_pylist() == done.to_arrow().column("tokens").to_pylist()
    parts = split(again, label="ner_tags")
    check_leak(parts)
    assert [part.rows for part in (parts.train, parts.validation, parts.test)] == pytest.approx([56, 12, 12], abs=3)
    for part in (parts.validation, parts.test):
        assert any("B-RARE" in tags for tags in part.to_arrow().column("ner_tags").to_pylist())
    sides = [part.texts("tokens") for part in (parts.train, parts.validation, parts.test)]
    assert next(side for side in sides if "Sentence 0 of w0 and v0" in side).count("Sentence 0 of w0 and V0") == 1


def test_tags_that_do_not_fit_the_words_are_one_sentence() -> None:
    from dongcha.model.tasks import TASKS

    task = TASKS.get("token-classification")

    def rows(words: list, tags: list) -> object:
        table = dongcha.read(pa.table({"tokens": words, "tags": tags}))
        return task.rows(table, task.label(table, None), "tokens")

    with pytest.raises(DataError, match="row 2 of 'table' has 2 words and 1 tags"):
        rows([["a", "c"], ["a", "b"]], [["O", "O"], ["O"]])
    with pytest.raises(DataError, match="row 1 of 'table' has the tag 'LOC'"):
        rows([["a"], ["b"]], [["LOC"], ["O"]])
    with pytest.raises(DataError, match="holds no lists"):
        task.rows(dongcha.read(pa.table({"tokens": ["a b"] * 3, "tags": ["O O"] * 3})), "tags", "tokens")
    with pytest.raises(DataError, match="needs the column to learn; name it with label="):
        task.label(dongcha.read(pa.table({"tokens": [["a"], ["b"]]})), None)
