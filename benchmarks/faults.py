"""Faults of the service with real processes, counted.

    python benchmarks/faults.py [--kills 100] [--requests 10000] [--examples 400]

kill -9 while feedback is sent: what was acknowledged and is not there is lost, what is there twice is doubled.  kill -9
while versions are promoted.  Corrupted versions.  A locked state.  A full disk.  Hostile requests: a list, mutated;
and Schemathesis over the service's own OpenAPI document, open and with a token.
Exit status 1 where anything was lost, doubled, answered with 5xx, or leaked.
"""

import argparse
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).parents[1]))  # the tests' own service and list of requests

from tests.model.conftest import sentences
from tests.serve.described import schemathesis
from tests.serve.hostile import Case, cases
from tests.serve.running import CALL, Running, running

from dongcha.loop.learn import Learning
from dongcha.loop.models import Told, promoted, registered
from dongcha.loop.train import Place, train_file
from dongcha.serve.http.tokens import new_token
from dongcha.serve.live.place import place_of
from dongcha.store.feedback import feedback_of
from dongcha.store.versions import versions_of

LEAKS = ("/tmp/", "/usr/", "/home/", "site-packages", "Traceback", "sqlite", "SELECT", "root:")
BAD: list[str] = []


def counted(what: str, ok: bool, figures: str) -> None:
    """Print one line, and remember what failed."""
    print(f"{'ok  ' if ok else 'FAIL'} {what}: {figures}", flush=True)
    if not ok:
        BAD.append(what)


def model_in(home: Path) -> Path:
    """A model that answers at once."""
    import pandas as pd

    rows = sentences(150, 4)
    pd.DataFrame({"body": [f"{t} {i}" for i, t in enumerate(rows.inputs)], "topic": rows.answers}).to_csv(
        home / "rows.csv", index=False
    )
    train_file(str(home / "rows.csv"), Learning(label="topic", method="linear"), Place(out=home / "model"))
    return home / "model"


def kills(model: Path, turns: int) -> None:
    """Kill -9 during feedback; what was not acknowledged is sent again under its key."""
    acknowledged: set[str] = set()
    open_: set[str] = set()
    drawn, number = random.Random(0), 0
    for _ in range(turns):
        found = Running(model)

        def send(found: Running = found) -> None:
            nonlocal number
            left = sorted(open_)
            try:
                while True:
                    if left:
                        text = left.pop()
                    else:
                        number += 1
                        text = f"text {number}"
                    open_.add(text)
                    if found.correct(input=text, label="billing", by="ann", key=text).status_code == 202:
                        acknowledged.add(text)
                        open_.discard(text)
            except httpx.HTTPError:
                return

        clients = [threading.Thread(target=send)]
        for one in clients:
            one.start()
        time.sleep(drawn.uniform(0.05, 0.5))
        found.kill()
        for one in clients:
            one.join(30)
    kept = [one.input for one in feedback_of(place_of(model).state).after(most=1_000_000)]
    lost, doubled = acknowledged - set(kept), len(kept) - len(set(kept))
    figures = f"{turns} kills, {len(acknowledged)} acknowledged, {len(lost)} lost, {doubled} doubled"
    counted("kill -9 during feedback", not lost and not doubled and len(acknowledged) >= turns, figures)


def promotions(model: Path, turns: int) -> None:
    """Kill -9 of the command that promotes, and of the service that follows."""
    place = place_of(model)
    registered(model, model, None, "ann")
    drawn, wrong = random.Random(1), 0
    for turn in range(turns):
        found = Running(model)
        call = [*CALL, "models", "promote", str(model), str(2 - turn % 2)]
        one = subprocess.Popen(call, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(drawn.uniform(0.3, 2.0))
        one.kill()
        one.wait()
        found.kill()
        with running(model) as again:
            serves = again.http.get("/readyz").json()["serves"]["topic"]
            wrong += serves != versions_of(place.state).aliases("topic")["champion"]
    counted("kill -9 during promotion", not wrong, f"{turns} kills, {wrong} times another version than the alias says")


def corrupted(model: Path, turns: int) -> None:
    """Versions with bytes changed, promoted while requests come."""
    drawn, failed, swapped = random.Random(2), 0, 0
    with running(model) as found:
        before = found.http.get("/readyz").json()["serves"]["topic"]
        for _ in range(turns):
            made = registered(model, model, None, "ann")
            folder = place_of(model).base / made.folder
            file = drawn.choice([one for one in folder.iterdir() if one.suffix in (".safetensors", ".json")])
            data = bytearray(file.read_bytes())
            file.write_bytes(data[: drawn.randrange(len(data) // 2)])
            promoted(model, made.number, Told(by="ann"))
            until = time.monotonic() + 3
            while time.monotonic() < until:
                failed += found.http.post("/v1/predict", json={"input": "a refund"}).status_code != 200
            swapped += found.http.get("/readyz").json()["serves"]["topic"] == made.number
            promoted(model, before, Told(by="ann"))
        refused = len(found.http.get("/v1/events?kind=swap-refused&most=1000").json()["events"])
    figures = (
        f"{turns} cut files promoted, {refused} refused with an event, {swapped} that could still be read and served"
    )
    counted("corrupted versions", not failed and refused + swapped >= turns, f"{figures}, {failed} requests failed")


def locked(model: Path) -> None:
    """Another process holds the state."""
    with running(model) as found:
        lock = sqlite3.connect(place_of(model).state.path, isolation_level=None)
        lock.execute("BEGIN IMMEDIATE")
        answer = found.correct(input="locked", label="billing", by="ann", key="locked")
        asked = found.http.post("/v1/predict", json={"input": "a refund"}).status_code
        lock.execute("ROLLBACK")
        lock.close()
        after = found.correct(input="locked", label="billing", by="ann", key="locked")
    statuses = (answer.status_code, asked, after.status_code)
    counted("locked state", statuses == (503, 200, 202), f"feedback, prediction, feedback after: {statuses}")


def full_disk(model: Path) -> None:
    """No file of the process may grow further."""
    size = max(file.stat().st_size for file in place_of(model).state.path.parent.iterdir())
    kept: list[int] = []
    with running(model, most_bytes=max(size, 400_000)) as found:
        status = 202
        while status == 202 and len(kept) < 5000:
            answer = found.correct(input=f"full {len(kept)} " + "x" * 3000, label="billing", by="ann")
            status = answer.status_code
            if status == 202:
                kept.append(answer.json()["number"])
        asked = found.http.post("/v1/predict", json={"input": "a refund"}).status_code
    there = {one.number for one in feedback_of(place_of(model).state).after(most=1_000_000)}
    figures = f"{len(kept)} stored, then {status}; predictions {asked}; {len(set(kept) - there)} lost"
    counted("full disk", (status, asked) == (503, 200) and set(kept) <= there, figures)


def hostile(model: Path, requests: int) -> None:
    """The list, then mutations of it."""
    drawn, listed = random.Random(3), list(cases())
    statuses: dict[int, int] = {}
    broken, leaked = 0, 0
    with running(model, "--max-body", 2_000_000) as found:
        for at in range(max(requests, len(listed))):
            method, path, body, headers = listed[at] if at < len(listed) else mutated(drawn, drawn.choice(listed))
            try:
                answer = found.http.request(method, path, content=body, headers=headers)
            except httpx.HTTPError:
                broken += 1
                continue
            statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1
            leaked += answer.status_code >= 400 and any(leak in answer.text for leak in LEAKS)
        alive = found.http.post("/v1/predict", json={"input": "a refund"}).status_code == 200
    wrong = sum(count for status, count in statuses.items() if status >= 500)
    figures = f"{sum(statuses.values())} requests, {wrong} 5xx, {leaked} leaks, {broken} without an answer"
    counted(
        "hostile requests", alive and not (wrong or leaked or broken), f"{figures}; {dict(sorted(statuses.items()))}"
    )


def described(model: Path, examples: int) -> None:
    """Schemathesis: every constraint of the document broken, values drawn, answers followed into requests."""
    file = model.parent / "tokens.json"
    secret = new_token(file, "all", ["admin"])[1]
    for what, options, token in (("open", (), None), ("with a token", ("--token-file", file), secret)):
        with running(model, "--max-body", 2_000_000, *options) as found:
            record = schemathesis(found, examples=examples, seed=examples, token=token)
            alive = found.http.get("/readyz").status_code == 200
        failures = [f"{one.get('operation', '')} {one.get('title', one)}" for one in record["failures"]]
        cases_ = record["test_cases"]["generated"]
        ok = alive and not failures and not record["errors"] and record["stop_reason"] == "completed"
        counted(
            f"schemathesis, {what}", ok, f"{cases_} requests in {record['running_time']:.0f} s, failures {failures}"
        )


def mutated(drawn: random.Random, case: Case) -> Case:
    """The request with some bytes of its body changed, cut, doubled or put in."""
    method, path, body, headers = case
    data = bytearray(body[:20_000])
    for _ in range(drawn.randint(1, 8)):
        at = drawn.randrange(len(data) + 1)
        how = drawn.randrange(4)
        if how == 0 and at < len(data):
            data[at] = drawn.randrange(256)
        elif how == 1:
            data[at:at] = drawn.choice(
                [b'"', b"{", b"}", b"[", b"\\u0000", b"\\ud800", b"\xff", b"1e999", b"null", b","]
            )
        elif how == 2:
            del data[at : at + drawn.randrange(1, 20)]
        else:
            data[at:at] = data[at : at + drawn.randrange(1, 50)]
    return method, path, bytes(data), headers


def main() -> None:
    """Run all and print the counts."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--examples", type=int, default=400, help="of each path, for Schemathesis")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        first = model_in(home)

        def fresh(name: str) -> Path:
            return Path(shutil.copytree(first, home / name))

        kills(fresh("kills"), args.kills)
        promotions(fresh("promotions"), max(1, args.kills // 5))
        corrupted(fresh("corrupted"), max(1, args.kills // 10))
        locked(fresh("locked"))
        full_disk(fresh("full"))
        hostile(fresh("hostile"), args.requests)
        described(fresh("described"), args.examples)
    if BAD:
        sys.exit(1)


if __name__ == "__main__":
    main()
