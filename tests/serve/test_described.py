"""The service does what its OpenAPI document says, and says in it all that it does."""

import json
import shutil
from collections.abc import Iterator

import pytest
from tests.serve.described import schemathesis
from tests.serve.running import running

from dongcha.serve.http.tokens import new_token


@pytest.fixture(scope="module")
def place(trained, tmp_path_factory):
    return shutil.copytree(trained[0], tmp_path_factory.mktemp("described") / "topic")


@pytest.fixture(scope="module")
def tokens(place):
    """A token file, and a token of each of two kinds."""
    file = place.parent / "tokens.json"
    return file, {scope: new_token(file, scope, [scope])[1] for scope in ("admin", "predict")}


@pytest.fixture(scope="module")
def guarded(place, tokens):
    with running(place, "--token-file", tokens[0], "--max-body", 2_000_000) as found:
        yield found
        assert "error" not in {line["level"] for line in found.lines()}


def clean(record) -> None:
    assert record["exit_code"] == 0, record["told"][-6000:]
    assert (record["failures"], record["errors"], record["stop_reason"]) == ([], [], "completed")
    assert record["operations"]["tested"] == record["operations"]["total"] == 11


def test_everything_with_a_token_that_may_do_all(guarded, tokens) -> None:
    record = schemathesis(guarded, examples=4, token=tokens[1]["admin"])
    clean(record)
    assert record["test_cases"]["generated"] > 200
    assert {phase["status"] for phase in record["phases"].values()} == {"success"}


@pytest.mark.slow
def test_a_token_that_may_only_ask(guarded, tokens) -> None:
    record = schemathesis(guarded, examples=1, phases=["coverage"], token=tokens[1]["predict"])
    clean(record)
    assert record["test_cases"]["generated"] > 150


@pytest.mark.slow
def test_a_service_without_tokens(place) -> None:
    with running(place) as found:
        clean(schemathesis(found, examples=1, phases=["examples", "coverage"]))
        document = found.http.get("/openapi.json").json()
    assert not any("security" in told for told in operations(document))


def operations(document) -> Iterator[dict]:
    for methods in document["paths"].values():
        yield from methods.values()


def test_the_document_is_whole(guarded) -> None:
    document = guarded.http.get("/openapi.json").json()
    asked = {part["$ref"] for part in parts(document) if isinstance(part.get("$ref"), str)}
    there = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert asked <= there, asked - there
    assert "$defs" not in json.dumps(document)
    scopes = {told["operationId"]: told.get("security", [{}])[0].get("token") for told in operations(document)}
    assert scopes == {
        "predict": ["predict"], "feedback": ["feedback"], "models": ["read"], "model": ["read"], "promote": ["admin"],
        "rollback": ["admin"], "events": ["read"], "insights": ["read"], "figures": ["read"], "healthz": None,
        "readyz": None,
    }  # fmt: skip


def test_every_operation_asks_for_a_token_that_may(guarded, tokens) -> None:
    asked = 0
    for path, methods in guarded.http.get("/openapi.json").json()["paths"].items():
        for method, told in methods.items():
            if not told.get("security"):
                continue
            url, scopes = path.replace("{name}", "topic"), told["security"][0]["token"]
            assert guarded.http.request(method, url, json={}).status_code in (401, 429)  # many are told to wait
            may = {"authorization": f"Bearer {tokens[1]['predict']}"}
            assert (guarded.http.request(method, url, json={}, headers=may).status_code == 403) == (
                scopes != ["predict"]
            )
            asked += 1
    assert asked == 9


def parts(value) -> Iterator[dict]:
    """Every object in a JSON value."""
    if isinstance(value, dict):
        yield value
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from parts(one)


@pytest.mark.parametrize(("version", "status"), [("1.0", 200), ("1.5", 422), ('"1"', 422), ("true", 422)])
def test_a_whole_number_may_be_written_with_a_point(guarded, tokens, version, status) -> None:
    answer = guarded.http.post(
        "/v1/models/topic/promote", content=f'{{"version": {version}, "by": "ann", "alias": "spare"}}'.encode(),
        headers={"content-type": "application/json", "authorization": f"Bearer {tokens[1]['admin']}"},
    )  # fmt: skip
    assert answer.status_code == status
