"""The service against a bare ONNX Runtime loop on the same cores, in one run, and against other servers.

    DONGCHA_DATA=… python benchmarks/serving.py [--rounds 3] [--seconds 8] [--soak 10m] [--shadow] [--others PYTHON]

Texts of SST-2 of about 20 tokens; the offline encoder `minilm` with a head fitted on frozen vectors, as an 8-bit graph
(taken whatever its parity: this is about speed).  The load comes from the same cores.  `--others` (or the variable
`DONGCHA_OTHERS`) names a Python that has litserve or bentoml, with onnxruntime and tokenizers, in an environment of its
own.
"""

import argparse
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pyarrow.parquet as pq

from dongcha.core.duration import seconds_of
from dongcha.core.files import write_json
from dongcha.loop.export import Exporting, export_model
from dongcha.loop.learn import Learning
from dongcha.loop.models import Told, promoted, registered
from dongcha.loop.train import Place, train_file
from dongcha.serve.live.place import place_of
from dongcha.store.shadowed import shadows_of
from dongcha.store.versions import versions_of

HERE = Path(__file__).parent / "serving_arms"
CALL = [sys.executable, "-c", "from dongcha.cli.main import main; main()"]
PREDICT = "/v1/predict"
LENGTHS = (15, 25)  # words, which are about 20 tokens


def texts(most: int = 2000) -> list[str]:
    """Texts of about 20 tokens."""
    table = pq.read_table(Path(os.environ["DONGCHA_DATA"]) / "sst2" / "train.parquet")
    found = [text for text in table.column("text").to_pylist() if LENGTHS[0] <= len(text.split()) <= LENGTHS[1]]
    return found[:most]


def model_in(home: Path) -> Path:
    """A fitted model with an 8-bit graph."""
    table = pq.read_table(Path(os.environ["DONGCHA_DATA"]) / "sst2" / "train.parquet").slice(0, 600)
    names = ["negative", "positive"]
    rows = table.select(["text", "label"]).to_pandas()
    rows["label"] = [names[int(one)] if str(one).isdigit() else str(one) for one in rows["label"]]
    rows.to_csv(home / "rows.csv", index=False)
    out = home / "model"
    train_file(str(home / "rows.csv"), Learning(label="label", method="probe"), Place(out=out))
    export_model(str(out), Exporting(format="onnx-int8"))
    record = json.loads((out / "onnx.json").read_text(encoding="utf-8"))
    write_json(out / "onnx.json", {**record, "use": "model-int8.onnx"})
    return out


def run(script: str, *words: object, python: str = sys.executable) -> dict[str, Any]:
    """What a script of the arms prints."""
    call = [python, str(HERE / script), *map(str, words)]
    found: dict[str, Any] = json.loads(subprocess.run(call, check=True, capture_output=True, text=True).stdout)
    return found


@contextmanager
def serving(place: Path, *options: object) -> Iterator[tuple[int, psutil.Process]]:
    """The service; gives its port and process."""
    call = [*CALL, "serve", str(place), "--port", "0", *map(str, options)]
    process = subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.search(r"http://[^ :]+:(\d+)", line)
        assert found, line
        yield int(found.group(1)), psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(60)


@contextmanager
def other(python: str, script: str, model: Path) -> Iterator[int | None]:
    """Another server with the same graph; None where it is not installed."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    call = [python, str(HERE / script), str(model), str(port)]
    process = subprocess.Popen(call, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        for _ in range(240):
            if process.poll() is not None:
                break
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                time.sleep(3)
                break
            except OSError:
                time.sleep(0.25)
        yield port if process.poll() is None else None
    finally:
        for child in psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []:
            child.terminate()
        process.terminate()
        process.wait(30)


def bodies(home: Path, some: list[str], size: int) -> Path:
    """A file of request bodies with so many texts each."""
    path = home / f"bodies{size}.jsonl"
    groups = [some[i : i + size] for i in range(0, len(some) - size + 1, size)]
    path.write_text("\n".join(json.dumps({"inputs": group}) for group in groups))
    return path


def throughput(home: Path, model: Path, some: list[str], args: argparse.Namespace) -> dict[int, float]:
    """Texts a second, service and bare loop by turns; gives the service's median by texts a request."""
    file = home / "texts.json"
    file.write_text(json.dumps(some))
    found: dict[str, list[float]] = {}
    for _ in range(args.rounds):
        found.setdefault("bare", []).append(run("bare.py", model, file, args.seconds, 32)["per_s"])
        with serving(model, *args.serve) as (port, _):
            for size, clients in ((1, 64), (16, 8)):
                load = ("127.0.0.1", port, PREDICT, bodies(home, some, size))
                run("load.py", *load, 2, clients)  # warm
                told = run("load.py", *load, args.seconds, clients)
                found.setdefault(f"{size}", []).append(told["per_s"] * size)
        found.setdefault("bare", []).append(run("bare.py", model, file, args.seconds, 32)["per_s"])
    bare = statistics.median(found["bare"])
    print(f"bare ONNX Runtime loop, batches of 32: {bare:.0f} texts/s ({shown(found['bare'])})")
    for size in ("1", "16"):
        median = statistics.median(found[size])
        ratio = f"{median / bare:.2f} of bare"
        print(f"HTTP, {size:>2} texts a request: {median:.0f} texts/s ({shown(found[size])}) = {ratio}")
    return {int(size): statistics.median(found[size]) for size in ("1", "16")}


def latency(home: Path, model: Path, some: list[str], args: argparse.Namespace, most: float) -> None:
    """p99 at half of the greatest load against the bare call with one text, and against bare calls under that load.

    The latter is the least that a service could have on these cores when texts come at random moments.
    """
    file = home / "texts.json"
    ratios, p99s, p50s, singles, floors = [], [], [], [], []
    for _ in range(args.rounds):
        single = run("bare.py", model, file, args.seconds / 2, 1)
        with serving(model, *args.serve) as (port, _):
            load = ("127.0.0.1", port, PREDICT, bodies(home, some, 1))
            run("load.py", *load, 2, 8)
            told = run("load.py", *load, args.seconds, 64, most / 2)
        floors.append(run("bare.py", model, file, args.seconds, 1, most / 2)["p99"])
        p50s.append(told["p50"])
        singles.append(single["p50"])
        p99s.append(told["p99"])
        ratios.append(told["p99"] / single["p50"])
    print(
        f"p99 at half load ({most / 2:.0f} requests/s): {statistics.median(p99s):.1f} ms; bare call with one text p50 "
        f"{statistics.median(singles):.1f} ms; ratio {statistics.median(ratios):.1f} ({shown(ratios)}); p50 "
        f"{statistics.median(p50s):.1f} ms"
    )
    against = [ours / floor for ours, floor in zip(p99s, floors, strict=True)]
    print(
        f"bare calls with one text at the same moments, out of a queue: p99 {statistics.median(floors):.1f} ms "
        f"({shown(floors)}); the service's is {statistics.median(against):.2f} times that ({shown(against)})"
    )


def swaps(home: Path, model: Path, some: list[str], args: argparse.Namespace) -> None:
    """Requests that failed while versions were swapped under load."""
    copy = Path(shutil.copytree(model, home / "swapped"))
    with serving(copy, *args.serve) as (port, _):
        registered(copy, model, None, "bench")
        got: list[dict[str, Any]] = []
        load = ("127.0.0.1", port, PREDICT, bodies(home, some, 1), 20, 16)
        thread = threading.Thread(target=lambda: got.append(run("load.py", *load)))
        thread.start()
        for turn in range(6):
            time.sleep(3)
            promoted(copy, 2 - turn % 2, Told(by="bench"))
        thread.join()
    statuses = got[0]["statuses"]
    failed = sum(count for status, count in statuses.items() if status != "200")
    print(f"hot swap under load: 6 swaps, {got[0]['requests']} requests, {failed} failed")


def soak(home: Path, model: Path, some: list[str], args: argparse.Namespace) -> None:
    """Memory while requests come without a pause."""
    seconds = seconds_of(args.soak)
    with serving(model, *args.serve) as (port, process):
        load = ("127.0.0.1", port, PREDICT, bodies(home, some, 1))
        run("load.py", *load, 10, 16)
        seen: list[float] = []
        got: list[dict[str, Any]] = []
        thread = threading.Thread(target=lambda: got.append(run("load.py", *load, seconds, 16)))
        thread.start()
        while thread.is_alive():
            seen.append(process.memory_info().rss / 1e6)
            thread.join(max(1.0, seconds / 60))
    third = max(1, len(seen) // 3)
    first, last = statistics.median(seen[:third]), statistics.median(seen[-third:])
    print(
        f"soak of {args.soak}: {got[0]['requests']} requests, {got[0]['per_s']:.0f} a second; memory {first:.0f} MB in "
        f"the first third, {last:.0f} MB in the last, {max(seen):.0f} MB at most"
    )


def shadowed(home: Path, model: Path, some: list[str], args: argparse.Namespace) -> None:
    """What a challenger costs that answers a tenth in shadow: requests a second, and latencies at half load, by turns.

    Shadow answers wait for idle time, so that under full load few are made: how many is said.
    """
    copy = Path(shutil.copytree(model, home / "shadowed"))
    body, found = bodies(home, some, 1), dict[str, list[list[float]]]()
    most = 0.0
    for turn in range(args.rounds):
        for share in ("0", "0.1") if turn % 2 == 0 else ("0.1", "0"):
            with serving(copy, *args.serve, "--shadow", share) as (port, process):
                if most == 0.0:
                    registered(copy, model, None, "bench")
                    promoted(copy, 2, Told(by="bench", alias="challenger"))
                load = ("127.0.0.1", port, PREDICT, body)
                run("load.py", *load, 5, 8)  # warm, and time to load the challenger
                full = run("load.py", *load, args.seconds, 64)
                most = most or full["per_s"]
                before = sum(process.cpu_times()[:2])
                half = run("load.py", *load, args.seconds, 64, most / 2)
                spent = 1000 * (sum(process.cpu_times()[:2]) - before) / max(half["requests"], 1)
            found.setdefault(share, []).append([full["per_s"], half["p50"], half["p99"], spent])
    state = place_of(copy).state
    made = shadows_of(state).agreement(versions_of(state).models()[0], 2, 1).answered
    figures = {share: [statistics.median(one) for one in zip(*runs, strict=True)] for share, runs in found.items()}
    for i, name in enumerate(
        ("requests/s at full load", "p50 ms at half load", "p99 ms at half load", "CPU ms/request")
    ):
        off, on = figures["0"][i], figures["0.1"][i]
        print(f"shadow, {name}: {off:.2f} without, {on:.2f} with a tenth; ratio {on / off:.2f}")
    print(f"shadow answers made: {made}")


def others(home: Path, model: Path, some: list[str], args: argparse.Namespace) -> None:
    """The same graph behind other servers, beside the service in the same run."""
    load = (bodies(home, some, 1), args.seconds, 64)
    with serving(model, *args.serve) as (port, _):
        run("load.py", "127.0.0.1", port, PREDICT, load[0], 2, 64)
        ours = run("load.py", "127.0.0.1", port, PREDICT, *load)
    print(f"dongcha: {ours['per_s']:.0f} texts/s, p50 {ours['p50']:.0f} ms, p99 {ours['p99']:.0f} ms")
    for name, script in (("litserve", "litserve_arm.py"), ("bentoml", "bentoml_arm.py")):
        with other(args.others, script, model) as port:
            if port is None:
                print(f"{name}: not there")
                continue
            run("load.py", "127.0.0.1", port, "/predict", load[0], 2, 64)
            told = run("load.py", "127.0.0.1", port, "/predict", *load)
        ratio = ours["per_s"] / max(told["per_s"], 1e-9)
        print(
            f"{name}: {told['per_s']:.0f} texts/s, p50 {told['p50']:.0f} ms, p99 {told['p99']:.0f} ms; dongcha is "
            f"{ratio:.2f} times as fast; {told['statuses']}"
        )


def shown(values: list[float]) -> str:
    """The values, as they came."""
    return ", ".join(f"{value:.0f}" if value >= 10 else f"{value:.2f}" for value in values)


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--soak", default=None)
    parser.add_argument("--shadow", action="store_true", help="only what a challenger in shadow costs")
    parser.add_argument("--others", default=os.environ.get("DONGCHA_OTHERS"))
    parser.add_argument("--model", type=Path, default=None, help="a model with a graph, instead of a new one")
    parser.add_argument("--workers", type=int, default=0, help="of dongcha serve; 0: one for each core")
    args = parser.parse_args()
    args.serve = ["--workers", args.workers]
    with tempfile.TemporaryDirectory() as folder:
        home, some = Path(folder), texts()
        model = Path(shutil.copytree(args.model, home / "model")) if args.model else model_in(home)
        print(f"{len(some)} texts of {LENGTHS[0]} to {LENGTHS[1]} words; {len(os.sched_getaffinity(0))} cores")
        if args.shadow:
            shadowed(home, model, some, args)
            return
        most = throughput(home, model, some, args)
        latency(home, model, some, args, most[1])
        swaps(home, model, some, args)
        if args.others:
            others(home, model, some, args)
        if args.soak:
            soak(home, model, some, args)


if __name__ == "__main__":
    main()
