"""Write a chart to a file of its own: SVG, PNG, or its Vega-Lite."""

from pathlib import Path

from dongcha.core.errors import ConfigError
from dongcha.core.files import atomic_file, check_writable, write_json, write_text
from dongcha.report.charts.svg import png, svg
from dongcha.report.charts.theme import Spec

ENDINGS = (".svg", ".png", ".json")


def write_chart(chart: Spec, path: Path) -> Path:
    """Write the chart in the format that the ending names, whole or not at all.

    Raises `ConfigError` for another ending and `StorageError` where the file system refuses.
    """
    check_chart(path)
    ending = path.suffix.lower()
    if ending == ".json":
        write_json(path, chart)
    elif ending == ".svg":
        write_text(path, svg(chart, "chart"))
    else:
        with atomic_file(path) as beside:
            beside.write_bytes(png(chart))
    return path


def check_chart(path: Path) -> None:
    """Raise `ConfigError` for an ending that no chart has, `StorageError` where the file could not be written."""
    if path.suffix.lower() not in ENDINGS:
        raise ConfigError(f"a chart is written as {', '.join(ENDINGS)}, got {path.name!r}")
    check_writable(path)
