"""`dongcha doctor`: is everything here?"""

import typer

from dongcha.cli.options import AsJson, Said, language


def command(*, json: AsJson = False, lang: Said = None) -> None:
    """Check Python, parts, memory, folder, engine and encoders; exit status 1 where something is wrong."""
    import json as codec

    from dongcha.loop.doctor import doctor

    checks = doctor()
    if json:
        typer.echo(codec.dumps([check.to_json() for check in checks], ensure_ascii=False))
    else:
        for check in checks:
            advice = "" if check.ok else f"  → {check.advice.at(language(lang))}"
            typer.echo(f"{'ok ' if check.ok else 'NO '} {check.name:<9} {check.seen}{advice}")
    if not all(check.ok for check in checks):
        raise typer.Exit(1)
