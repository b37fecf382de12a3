"""`dongcha serve`: a model or a project over HTTP."""

from pathlib import Path
from typing import Annotated

import typer

from dongcha.cli.options import Quiet, Said, language
from dongcha.core.words import Lang, Words

LOCAL = "127.0.0.1"
Served = Annotated[str, typer.Argument(metavar="MODEL|PROJECT", help="A model folder, or a project.")]


def command(
    place: Served,
    *,
    host: Annotated[str, typer.Option(help="Address to listen on; others than this machine need tokens.")] = LOCAL,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 8000,
    token_file: Annotated[Path | None, typer.Option(help="Tokens that dongcha token made.")] = None,
    workers: Annotated[int, typer.Option(min=0, help="Threads of a model; they share the cores; 0: one a core.")] = 0,
    replicas: Annotated[int, typer.Option(min=1, help="Copies of the service, by Ray Serve.")] = 1,
    rate: Annotated[float, typer.Option(min=0, help="Requests a second of one token; 0: no limit.")] = 0,
    waiting: Annotated[int, typer.Option(min=1, help="Inputs that may wait for a model; more get 429.")] = 2048,
    deadline: Annotated[float, typer.Option(min=0.1, help="Seconds in which a request has to be answered.")] = 30,
    max_body: Annotated[int, typer.Option(min=1, help="Most bytes of a request.")] = 10_000_000,
    body_time: Annotated[float, typer.Option(min=0.1, help="Seconds in which a body has to arrive.")] = 20,
    head_time: Annotated[float, typer.Option(min=0.1, help="Seconds in which a request has to begin.")] = 10,
    connections: Annotated[int, typer.Option(min=1, help="Most connections at once.")] = 512,
    keep_days: Annotated[int, typer.Option(min=1, help="Days that predictions are kept.")] = 90,
    shadow: Annotated[float, typer.Option(min=0, max=1, help="Share of inputs that a challenger answers too.")] = 0.1,
    learn: Annotated[bool, typer.Option("--learn", help="Also train anew as \\[learn] of the project says.")] = False,
    quiet: Quiet = False,
    lang: Said = None,
) -> None:  # fmt: skip
    """Answer requests, take feedback, and follow what is promoted, until Ctrl-C or SIGTERM."""
    from dongcha.loop.serve import Serving, served
    from dongcha.serve.http.run import is_loopback
    from dongcha.serve.live.limits import Limits

    limits = Limits(
        workers=workers, rate=rate, waiting=waiting, deadline_s=deadline, body_bytes=max_body, connections=connections,
        keep_days=keep_days, body_s=body_time, header_s=head_time, shadow=shadow,
    )  # fmt: skip
    asked = Serving(place=place, host=host, port=port, token_file=token_file, replicas=replicas, limits=limits,
                    learn=learn)  # fmt: skip
    spoken = language(lang)

    def begun(address: str, serves: dict[str, int]) -> None:
        if not quiet:
            typer.echo(_first_lines(address, serves, spoken, open_=token_file is None and is_loopback(host)))

    served(asked, begun)


def _first_lines(address: str, serves: dict[str, int], lang: Lang, *, open_: bool) -> str:
    models = ", ".join(f"{name} v{version}" for name, version in sorted(serves.items()))
    first = Words(
        f"Dongcha serves {models} at {address}  (docs {address}/docs, metrics {address}/metrics; Ctrl-C stops)",
        f"洞察正在 {address} 提供 {models}（文档 {address}/docs，指标 {address}/metrics；Ctrl-C 停止）",
    )
    alone = Words("Only this machine reaches it, without a token.", "仅本机可访问，无需令牌。")
    others = Words("Every request needs a token of the token file.", "每个请求都需要令牌文件中的令牌。")
    return f"{first.at(lang)}\n{(alone if open_ else others).at(lang)}"
