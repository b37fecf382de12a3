"""`dongcha`: the verbs, and what happens when one fails.

Exit status: 0 done, 1 failed with one sentence, 2 wrong usage, 130 interrupted.
"""

import os
import sys
from typing import Annotated

import typer

from dongcha.cli import (
    alerts,
    doctor,
    evaluate,
    explain,
    export,
    findings,
    forecast,
    init,
    label,
    learn,
    mine,
    models,
    monitor,
    predict,
    prepare,
    read,
    report,
    run,
    serve,
    token,
    train,
    tune,
)
from dongcha.cli.failure import expected, interrupted, sentence

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
for _name, _verb in {
    "run": run,
    "init": init,
    "read": read,
    "prepare": prepare,
    "train": train,
    "tune": tune,
    "evaluate": evaluate,
    "predict": predict,
    "export": export,
    "mine": mine,
    "findings": findings,
    "explain": explain,
    "forecast": forecast,
    "report": report,
    "serve": serve,
    "monitor": monitor,
    "label": label,
    "learn": learn,
    "doctor": doctor,
}.items():
    app.command(_name)(_verb.command)
app.add_typer(models.app, name="models")
app.add_typer(alerts.app, name="alerts")
app.add_typer(token.app, name="token")


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(version("dongcha"))
        raise typer.Exit


@app.callback()
def dongcha(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Dongcha (洞察): train your own models, mine your own data, prove every finding."""


def main() -> None:
    """Run the command line; a user's mistake is one sentence on stderr and exit status 1."""
    try:
        app()
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader has left; there is no one to tell
        sys.exit(1)
    except expected() as error:
        sys.stderr.write(f"dongcha: {sentence(error)}\n")
        sys.exit(1)
    except (KeyboardInterrupt, RuntimeError) as error:
        if isinstance(error, RuntimeError) and not interrupted(error):
            raise
        sys.stderr.write("dongcha: interrupted\n")
        sys.exit(130)
