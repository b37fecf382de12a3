"""Every problem is told in the language that the client asks for."""

import re
import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.serve.running import JSON, running

from dongcha.serve.http.language import preferred
from dongcha.serve.http.problems import KINDS, Problem
from dongcha.serve.http.tokens import new_token

CHINESE = re.compile(r"[\u4e00-\u9fff]")
PREDICT, FEEDBACK = "/v1/predict", "/v1/feedback"
ASKED = {  # the problem's kind: what brings it about
    "bad-json": ("POST", PREDICT, b"{"),
    "unprocessable": ("POST", PREDICT, b'{"inputs": []}'),
    "unprocessable, a text": ("POST", PREDICT, b'{"input": 1}'),
    "unprocessable, empty": ("POST", PREDICT, b'{"input": " "}'),
    "unprocessable, NUL": ("POST", PREDICT, b'{"input": "a\\u0000"}'),
    "unprocessable, a label": ("POST", FEEDBACK, b'{"input": "a", "label": 1, "by": "ann"}'),
    "not-found": ("POST", PREDICT, b'{"input": "a", "model": "topik"}'),
    "not-found, a prediction": ("POST", FEEDBACK, b'{"prediction_id": "x", "label": "y", "by": "ann"}'),
    "not-found, a version": ("POST", "/v1/models/topic/promote", b'{"version": 9, "by": "ann"}'),
    "not-found, a path": ("GET", "/nothing", b""),
    "not-found, insights": ("GET", "/v1/insights", b""),
    "conflict": ("POST", "/v1/models/topic/rollback", b'{"by": "ann"}'),
    "too-large": ("POST", PREDICT, b'"' + b"x" * 60_000 + b'"'),
    "method-not-allowed": ("DELETE", PREDICT, b""),
}


@pytest.fixture(scope="module")
def served(trained, tmp_path_factory):
    place = shutil.copytree(trained[0], tmp_path_factory.mktemp("said") / "topic")
    secret = new_token(place.parent / "tokens.json", "all", ["admin"])[1]
    with running(place, "--max-body", 50_000, "--token-file", place.parent / "tokens.json") as found:
        found.secret = secret
        yield found


def asked(served, what, accept: str | None, **headers: str):
    method, path, body = what
    token = {"authorization": f"Bearer {served.secret}"}
    told = {} if accept is None else {"accept-language": accept}
    return served.http.request(method, path, content=body, headers={**JSON, **token, **told, **headers})


@pytest.mark.parametrize("name", ASKED)
def test_title_and_detail_are_in_the_language_asked_for(served, name) -> None:
    english = asked(served, ASKED[name], None)
    chinese = asked(served, ASKED[name], "zh-CN,zh;q=0.9,en;q=0.8")
    assert english.status_code == chinese.status_code >= 400
    assert (english.headers["content-language"], chinese.headers["content-language"]) == ("en", "zh")
    told, said = english.json(), chinese.json()
    assert told["type"] == said["type"] == f"urn:dongcha:problem:{name.partition(',')[0]}"
    assert not CHINESE.search(told["title"] + told["detail"])
    assert CHINESE.search(said["title"])
    assert CHINESE.search(said["detail"])
    for number in re.findall(r"\d+", told["detail"]):
        assert number in said["detail"]


@pytest.mark.parametrize(
    "headers", [{"content-type": "text/plain"}, {"authorization": "Bearer x"}, {"content-encoding": "br"}]
)
def test_what_the_gate_and_the_body_refuse_too(served, headers) -> None:
    told = asked(served, ("POST", PREDICT, b'{"input": "a"}'), "zh", **headers)
    assert told.status_code in (401, 415)
    assert CHINESE.search(told.json()["detail"])
    assert told.headers["content-language"] == "zh"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_both(kind) -> None:
    one = Problem(kind)
    assert CHINESE.search(one.document("-", "zh").decode())
    assert not CHINESE.search(one.document("-", "en").decode())


@given(st.text(st.sampled_from("zhen-*;q=0.19, \x00é"), max_size=40))
def test_any_header_has_a_language(header) -> None:
    found = preferred(header)
    assert found == "en" or "zh" in header.lower() or "*" in header


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("zh", "zh"), ("ZH-hant-TW", "zh"), ("zh_CN", "zh"), ("en-GB, zh", "en"), ("zh, en", "zh"), ("zh;q=0", "en"),
        ("en;q=0.2, zh;q=0.3", "zh"), ("en;q=0, *", "zh"), ("fr", "en"), ("*", "en"), ("zh;q=2", "en"), ("zhx", "en"),
        ("fr,de;q=0.9,zh;q=0.1", "zh"), ("zh;q=nan", "en"), ("," * 5000 + "zh", "en"),
    ],
)  # fmt: skip
def test_weights_count_and_ties_go_by_order(header, wanted) -> None:
    assert preferred(header) == wanted
