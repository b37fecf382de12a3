"""Pages out of templates: all that comes from data is escaped; the style sheet and charts are put in as they are.

Charts come out of `charts/svg.py`, whose texts are escaped.
"""

from collections.abc import Mapping
from pathlib import Path

from dongcha.core.words import Lang, Words
from dongcha.report.contents.model import between
from dongcha.report.numbers import percent

PAGE = Path(__file__).with_name("page")


def rendered(template: str, lang: Lang, labels: Mapping[str, Words], **values: object) -> str:
    """The page in one language; a template sees `label`, `language`, `style` and the values."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(PAGE, encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"percent": percent, "between": between}
    return environment.get_template(template).render(
        label={name: words.at(lang) for name, words in labels.items()},
        language="zh-CN" if lang == "zh" else "en",
        style=Markup((PAGE / "style.css").read_text(encoding="utf-8")),
        **values,
    )
