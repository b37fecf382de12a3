"""The report as PDF: the page as it is printed, laid out by WeasyPrint.

The one file that knows WeasyPrint.
"""

from types import ModuleType

from dongcha.core.errors import MissingExtra
from dongcha.report.fonts import check_letters
from dongcha.report.html import html
from dongcha.report.report import Report


def pdf(report: Report) -> bytes:
    """The report as a tagged PDF with its fonts inside; raises `MissingExtra` where a part or a font is missing."""
    return page_pdf(html(report))


def page_pdf(page: str) -> bytes:
    """A page of Dongcha as PDF; nothing is fetched for it."""
    weasyprint = _weasyprint()
    check_letters(page, "PDF")
    nothing = weasyprint.urls.URLFetcher(allowed_protocols=())
    made: bytes = weasyprint.HTML(string=page, url_fetcher=nothing).write_pdf(pdf_tags=True)
    return made


def _weasyprint() -> ModuleType:
    try:
        import weasyprint.urls
    except ImportError as error:
        raise MissingExtra("PDF needs WeasyPrint: pip install 'dongcha[pdf]'") from error
    except OSError as error:
        raise MissingExtra(
            "PDF needs the library Pango, which is not on this machine; install it, for example with: "
            "apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
        ) from error
    found: ModuleType = weasyprint
    return found
