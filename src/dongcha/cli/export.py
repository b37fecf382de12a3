"""`dongcha export`: a model as an ONNX graph, held against PyTorch."""

from pathlib import Path
from typing import Annotated

import typer

from dongcha.cli.options import AsJson, Files, ModelFolder, Quiet, Said, language


def command(
    model: ModelFolder,
    file: Annotated[str | None, typer.Argument(help="Real inputs to check on, with or without labels.")] = None,
    *,
    form: Annotated[
        str, typer.Option("--format", help="onnx, onnx-int8, or auto: the fastest that answers as PyTorch does.")
    ] = "auto",
    label: Annotated[str | None, typer.Option(help="The column of true labels, if not the one learned.")] = None,
    text: Annotated[str | None, typer.Option(help="The column to read, if not the one that it learned.")] = None,
    files: Files = None,
    out: Annotated[Path | None, typer.Option(help="A folder for a copy of the model; otherwise its own.")] = None,
    json: AsJson = False,
    quiet: Quiet = False,
    lang: Said = None,
) -> None:
    """Write the model as an ONNX graph that answers faster, and say what it gains and loses."""
    import json as codec

    from dongcha.loop.export import Exporting, export_model

    ask = Exporting(format=form, file=file, label=label, text=text, files=files, out=out)
    place, parity = export_model(model, ask)
    if json:
        found = {"model": str(place), "onnx": parity.to_json()}
        typer.echo(codec.dumps(found, ensure_ascii=False, allow_nan=False))
        return
    if not quiet:
        from dongcha.cli.parity import show_parity

        show_parity(parity, language(lang))
    typer.echo(place)
