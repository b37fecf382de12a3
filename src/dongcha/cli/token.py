"""`dongcha token`: make, list and revoke the tokens of a service."""

from pathlib import Path
from typing import Annotated

import typer

from dongcha.cli.options import AsJson, Said, language, print_json
from dongcha.core.words import Words

app = typer.Typer(no_args_is_help=True, help="Make, list and revoke the tokens of a service.")
File = Annotated[Path, typer.Option("--file", "--token-file", help="The file of tokens.")]
FILE = Path("tokens.json")


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="Whose it is.")],
    *,
    scope: Annotated[list[str] | None, typer.Option(help="predict, feedback, read or admin; several times.")] = None,
    rate: Annotated[float, typer.Option(min=0, help="Requests a second; 0: the service's own limit.")] = 0,
    file: File = FILE,
    json: AsJson = False,
    lang: Said = None,
) -> None:
    """Make a token and show it once; the file keeps its hash.  To rotate: make a new one, then revoke the old."""
    from dongcha.serve.http.tokens import new_token

    scopes = [one for given in scope or ["predict,feedback,read"] for one in given.split(",")]
    made, secret = new_token(file, name, scopes, rate)
    if json:
        print_json({"id": made.id, "name": made.name, "scopes": list(made.scopes), "token": secret})
        return
    said = Words(
        f"Token {made.id} of {name} ({', '.join(made.scopes)}), shown this once:",
        f"{name} 的令牌 {made.id}（{', '.join(made.scopes)}），仅显示这一次：",
    )
    typer.echo(said.at(language(lang)), err=True)
    typer.echo(secret)


@app.command("list")
def list_(*, file: File = FILE, json: AsJson = False) -> None:
    """What tokens there are; none can be read back."""
    from dongcha.serve.http.tokens import read_tokens

    found = read_tokens(file)
    if json:
        told = [{"id": one.id, "name": one.name, "scopes": list(one.scopes), "created": one.created} for one in found]
        print_json({"tokens": told})
        return
    for one in found:
        typer.echo(f"{one.id}  {one.created[:10]}  {','.join(one.scopes):28}  {one.name}")


@app.command("revoke")
def revoke_(
    which: Annotated[str, typer.Argument(help="The id of a token, or a name.")],
    *,
    file: File = FILE,
    lang: Said = None,
) -> None:
    """Take tokens away; a running service refuses them from its next request on."""
    from dongcha.serve.http.tokens import revoke

    gone = revoke(file, which)
    said = Words(f"Revoked {len(gone)}: ", f"已撤销 {len(gone)} 个：").at(language(lang))
    typer.echo(said + ", ".join(one.id for one in gone))
