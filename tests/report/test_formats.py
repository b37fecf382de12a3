"""PNG and PDF in both languages, what they need, and alternative texts."""

import io
import re
import struct
import sys
import zlib
from ctypes.util import find_library
from dataclasses import replace

import pytest
from tests.report.conftest import all_mined
from tests.report.test_pages import MODEL, QUALITY, TABLE

from dongcha.core.errors import ConfigError, MissingExtra, UnknownName
from dongcha.core.words import Words
from dongcha.report import fonts
from dongcha.report.charts.draw import draw
from dongcha.report.charts.svg import can_draw, png
from dongcha.report.contents.contents import contents
from dongcha.report.fonts import check_letters
from dongcha.report.html import html
from dongcha.report.report import build_report
from dongcha.report.write import write_report

CHINESE = pytest.mark.skipif(not can_draw("中"), reason="no font of this machine has Chinese letters")
PANGO = pytest.mark.skipif(find_library("pango-1.0") is None, reason="PDF needs Pango, which is no Python package")
LANGS = ["en", pytest.param("zh", marks=CHINESE)]


def made(lang: str, **more):
    facts = {"table": TABLE, "quality": QUALITY, "model": MODEL, "title": "投诉 <b>", **more}
    return build_report(all_mined(), lang=lang, **facts)


def chunks(picture: bytes) -> dict[bytes, bytes]:
    """The chunks of a PNG, each with the right checksum."""
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    at, found = 8, {}
    while at < len(picture):
        size, kind = struct.unpack(">I4s", picture[at : at + 8])
        body = picture[at + 8 : at + 8 + size]
        (check,) = struct.unpack(">I", picture[at + 8 + size : at + 12 + size])
        assert check == zlib.crc32(kind + body)
        found[kind] = body
        at += 12 + size
    return found


@pytest.mark.parametrize("lang", LANGS)
def test_a_picture_is_drawn_on_paper_and_says_what_it_shows(lang):
    from PIL import Image

    chart = draw(all_mined().insights[0], lang)
    picture = png(chart)
    assert chunks(picture)[b"iTXt"] == b"Description\0\0\0\0\0" + str(chart["description"]).encode()
    with Image.open(io.BytesIO(picture)) as image:
        assert image.width > 1200
        assert image.convert("RGBA").getpixel((2, 2)) == (255, 255, 255, 255)
        assert image.text["Description"] == chart["description"]
        assert len(image.convert("RGB").getcolors(1 << 24)) > 50


@CHINESE
def test_every_format_is_written_and_the_markdown_shows_the_pictures(tmp_path):
    report = made("zh")
    folder = tmp_path / "报告"
    last = write_report(report, folder, formats=("md", "png", "json"))
    assert last == folder / "insights.json"
    names = sorted(path.name for path in (folder / "charts").iterdir())
    assert names == [f"finding-{at:02d}.png" for at in range(1, len(report.mined.insights) + 1)]
    told = (folder / "report.md").read_text(encoding="utf-8")
    shown = dict(re.findall(r"!\[(.*?)\]\((charts/[\w.-]+)\)", told))
    assert sorted(shown.values()) == [f"charts/{name}" for name in names]
    assert all(alt.startswith("图表：") for alt in shown)
    assert not (folder / "report.html").exists()


def test_a_format_that_is_none_and_a_notebook_without_data_are_refused(tmp_path):
    with pytest.raises(UnknownName, match="no format named 'docx'"):
        write_report(made("en"), tmp_path, formats=("docx",))
    with pytest.raises(ConfigError, match="needs the Parquet file"):
        write_report(made("en"), tmp_path, formats=("ipynb",))
    assert list(tmp_path.iterdir()) == []


def read_pdf(content: bytes) -> tuple[str, bool, list[str]]:
    """The text without spaces, whether it is tagged, and the titles of its bookmarks."""
    import pypdfium2

    with pypdfium2.PdfDocument(content) as document:
        text = "".join(page.get_textpage().get_text_range() for page in document)
        tagged = bool(pypdfium2.raw.FPDFCatalog_IsTagged(document))
        titles = [mark.get_title() for mark in document.get_toc()]
    return re.sub(r"\s+|\ufffe|\u00ad", "", text), tagged, titles


@PANGO
@pytest.mark.parametrize("lang", LANGS)
def test_a_pdf_holds_the_text_of_the_report_as_text(lang, tmp_path):
    report = made(lang, title="complaints 投诉" if can_draw("中") else "complaints")
    content = write_report(report, tmp_path, formats=("pdf",)).read_bytes()
    assert content.startswith(b"%PDF-1.7")
    said, tagged, titles = read_pdf(content)
    for found in contents(report).findings:
        assert re.sub(r"\s", "", found.headline) in said
        assert re.sub(r"\s", "", found.sentence) in said
    assert re.sub(r"\s", "", report.title) in said
    assert "SELECT" not in said  # evidence is in insights.json
    assert tagged
    assert {"en": "What to do next", "zh": "下一步"}[lang] in titles


@PANGO
def test_a_pdf_fetches_nothing(tmp_path, caplog):
    from dongcha.report.pdf import page_pdf

    linked = f'<img src="file://{tmp_path}/a.png"><link rel="stylesheet" href="http://127.0.0.1:9/x.css">'
    assert page_pdf(f"<!doctype html><p>x</p>{linked}").startswith(b"%PDF")
    refused = [one.getMessage() for one in caplog.records if "disallowed protocol" in one.getMessage()]
    assert len(refused) == 2


@PANGO
def test_a_machine_without_chinese_letters_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(fonts, "can_draw", lambda letter: letter.isascii())
    check_letters("only Latin, é and ₤", "PDF")
    with pytest.raises(MissingExtra, match="apt install fonts-noto-cjk"):
        check_letters("a 投诉", "PDF")
    with pytest.raises(MissingExtra, match="a PDF needs a font"):
        write_report(made("zh"), tmp_path, formats=("pdf",))
    with pytest.raises(MissingExtra, match="a PNG needs a font"):
        write_report(made("zh"), tmp_path, formats=("png",))
    assert not list(tmp_path.rglob("*.p*"))


def test_a_letter_that_no_font_has_is_known():
    assert can_draw("a")
    assert not can_draw("\U0010fffc")
    assert can_draw("<")


def test_without_weasyprint_the_install_line_is_named(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(MissingExtra, match=r"pip install 'dongcha\[pdf\]'"):
        write_report(made("en", title="t"), tmp_path, formats=("pdf",))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_chart_of_the_page_says_what_it_shows(lang):
    page = html(made(lang))
    svgs = re.findall(r"<svg[^>]*>", page)
    alts = [re.search(r'role="img" aria-label="([^"]*)"', tag)[1] for tag in svgs]
    assert len(alts) == len(all_mined().insights)
    assert len(set(alts)) == len(alts)
    opening = {"en": "Chart: ", "zh": "图表："}[lang]
    for alt, insight in zip(alts, all_mined().insights, strict=True):
        assert alt.startswith(opening)
        assert insight.sentence.at(lang).replace('"', "&quot;") in alt


def test_a_hostile_name_is_text_in_a_picture_too():
    first = all_mined().insights[0]
    evil = replace(first, sentence=Words("</text><script>x</script>\0", "]]>&amp;"))
    assert b"Description" in png(draw(evil, "en"))
