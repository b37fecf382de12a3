import datetime as dt
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from dongcha.core.errors import DataError, UnknownName
from dongcha.data.source import read

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
DAY = dt.datetime(2023, 5, 1)
FORMATS = {dt.datetime: (1, dt.datetime(1899, 12, 30)), dt.timedelta: (2, dt.timedelta()), dt.time: (3, None)}


def cell(value):
    """One cell as a spreadsheet program writes it; a text that begins with # is an error value."""
    if value is None:
        return "<c/>"
    if isinstance(value, str) and value.startswith("#"):
        return f'<c t="e"><v>{value}</v></c>'
    if isinstance(value, str):
        return f'<c t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    if isinstance(value, bool):
        return f'<c t="b"><v>{int(value)}</v></c>'
    style, start = FORMATS.get(type(value), (0, None))
    if isinstance(value, dt.time):
        value = (value.hour * 60 + value.minute) / 1440
    elif start is not None:
        value = (value - start) / dt.timedelta(days=1)
    return f'<c s="{style}"><v>{value!r}</v></c>'


def workbook(path, **sheets):
    """Write an .xlsx file with the named sheets, each a list of rows."""
    styles = "".join(f'<xf numFmtId="{code}" applyNumberFormat="1"/>' for code in (0, 22, 46, 20))
    listed = "".join(f'<sheet name="{n}" sheetId="{i}" r:id="r{i}"/>' for i, n in enumerate(sheets, 1))
    links = "".join(
        f'<Relationship Id="r{i}" Type="{OFFICE}/worksheet" Target="worksheets/s{i}.xml"/>'
        for i, _ in enumerate(sheets, 1)
    )
    links += f'<Relationship Id="style" Type="{OFFICE}/styles" Target="styles.xml"/>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        kinds = '<Default Extension="xml" ContentType="application/xml"/>'
        out.writestr("[Content_Types].xml", f'<Types xmlns="{PACKAGE}/content-types">{kinds}</Types>')
        root = f'<Relationship Id="r" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        out.writestr("_rels/.rels", f'<Relationships xmlns="{PACKAGE}/relationships">{root}</Relationships>')
        out.writestr("xl/workbook.xml", f'<workbook {MAIN} xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>')
        out.writestr(
            "xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>'
        )
        out.writestr("xl/styles.xml", f"<styleSheet {MAIN}><cellXfs>{styles}</cellXfs></styleSheet>")
        for i, rows in enumerate(sheets.values(), 1):
            body = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
            out.writestr(f"xl/worksheets/s{i}.xml", f"<worksheet {MAIN}><sheetData>{body}</sheetData></worksheet>")
    return path


def said(table):
    return " | ".join(note.en for note in table.notes)


def test_the_first_sheet_with_rows_is_read_with_the_types_of_its_cells(tmp_path):
    head = ["id", "price", "when", "code", "ok", "took", "at", "mixed"]
    rows = [
        [1, 1.5, dt.datetime(2023, 5, 1, 13, 30), "007", True, dt.timedelta(hours=30), dt.time(3, 4), 1],
        [2, 2, dt.datetime(2024, 2, 29), "x", False, dt.timedelta(hours=3), dt.time(5, 0), "a"],
    ]
    table = read(workbook(tmp_path / "销售 表.xlsx", 空=[], 数据=[head, *rows], 其他=[["a"], [1]]))
    assert {c.name: c.type for c in table.schema} == dict(
        zip(head, ["BIGINT", "DOUBLE", "TIMESTAMP", "VARCHAR", "BOOLEAN", "DOUBLE", "VARCHAR", "VARCHAR"], strict=True)
    )
    assert table.to_arrow().to_pylist()[0] == dict(
        zip(head, [1, 1.5, dt.datetime(2023, 5, 1, 13, 30), "007", True, 108_000, "03:04:00", "1"], strict=True)
    )
    assert table.to_arrow().column("when").to_pylist()[1] == dt.datetime(2024, 2, 29)
    assert "read the sheet '数据'; not read: '空', '其他' (name one with sheet=)" in said(table)
    assert "Column 'took': lengths of time in seconds" in said(table)
    assert read(tmp_path / "销售 表.xlsx", sheet="其他").to_arrow().to_pydict() == {"a": [1]}


def test_titles_blank_rows_errors_and_repeated_names_are_said(tmp_path):
    rows = [["2023 年销售"], [], ["n", "n", None], [1, "#N/A", "x"], [None, None, None], [2, 3, "y"]]
    table = read(workbook(tmp_path / "a.xlsx", s=rows))
    assert table.to_arrow().to_pydict() == {"n": [1, 2], "n_2": [None, 3], "column_3": ["x", "y"]}
    for part in ("2 rows above the header", "1 blank rows", "1 cells hold an Excel error", "renamed 'n_2'"):
        assert part in said(table)


def test_an_old_workbook_is_read():
    table = read(Path(__file__).with_name("sample.xls"))
    assert table.to_arrow().to_pylist() == [
        {"城市": "上海", "price": 1.5, "day": DAY},
        {"城市": "北京", "price": 2.0, "day": dt.datetime(2024, 2, 29)},
    ]


def test_a_bad_workbook_is_one_sentence(tmp_path, monkeypatch):
    (tmp_path / "bad.xlsx").write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(DataError, match=r"'bad.xlsx' cannot be read as a workbook") as caught:
        read(tmp_path / "bad.xlsx")
    assert "\n" not in str(caught.value)
    good = workbook(tmp_path / "good.xlsx", a=[["x"]], b=[["x" * 3_000_000], ["y"]])
    with pytest.raises(UnknownName, match=r"'good.xlsx' has no sheet 'c'; it has 'a', 'b'"):
        read(good, sheet="c")
    with pytest.raises(DataError, match=r"the sheet 'a' of 'good.xlsx' is without rows"):
        read(good, sheet="a")
    monkeypatch.setenv("DONGCHA_INFLATED_LIMIT_MB", "2")
    with pytest.raises(DataError, match=r"'good.xlsx' unpacks to 3 MB, more than 2 MB"):
        read(good)
    with pytest.raises(DataError, match=r"every sheet of 'empty.xlsx' is without rows"):
        read(workbook(tmp_path / "empty.xlsx", a=[]))
