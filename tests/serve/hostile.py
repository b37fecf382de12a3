"""Requests that mean harm or make no sense; none may be answered with a 5xx, and none may learn anything."""

import json
from collections.abc import Iterator
from itertools import product

PREDICT, FEEDBACK, PROMOTE, ROLLBACK = (
    "/v1/predict", "/v1/feedback", "/v1/models/topic/promote", "/v1/models/topic/rollback",
)  # fmt: skip
HEADERS = {"content-type": "application/json"}
Case = tuple[str, str, bytes, dict[str, str]]  # method, path, body, headers

BODIES: tuple[bytes, ...] = (
    b"", b"{", b"}", b"null", b"true", b"0", b"-", b'"x"', b"[]", b"{}", b"[[[[]]]]", b"\xff\xfe", b"\x00",
    b"\xef\xbb\xbf{}",
    b"NaN", b"Infinity", b"{'a':1}", b'{"a":1,}', b"[" * 100_000, b'{"a":' * 50_000, b"[" * 300 + b"]" * 300,
    b'{"inputs":' + b"[" * 5000 + b"]" * 5000 + b"}", b'{"\\ud800":1}', b"1e99999", b"9" * 10_000, b"<xml/>",
    b"a=b&c=d", b"\r\n\r\nGET / HTTP/1.1\r\n\r\n", b'{"inputs":["a"]}{"inputs":["a"]}', b'{"inputs":["a"]} x',
)  # fmt: skip
VALUES: tuple[str, ...] = (
    "null", "true", "0", "-1", "1e308", "1e999", "NaN", "-Infinity", '""', '" "', '"\\u0000"', '"a\\u0000b"',
    '"\\ud800"', '"\\udfff x"', '"\\ud83d"', "[]", "{}", "[[]]", "[null]", '["a", null]', '["a", 1]', '["\\u0000"]',
    '{"$ref":"#"}', '{"query":"a"}', '{"query":1,"text":2}', '["' + "a" * 100 + '", {}]', '"' + "x" * 1_100_000 + '"',
    '"../../../../etc/passwd"', '"/etc/passwd"', '"\'; DROP TABLE feedback; --"', '"<script>alert(1)</script>"',
    '"${jndi:ldap://x}"', '"{{7*7}}"', '"%s%s%n"', '"\\u202e\\u200b"', '"' + "\\u0301" * 1000 + '"', "9" * 400,
    "[" * 150 + "]" * 150,
)  # fmt: skip
PATHS: tuple[str, ...] = (
    "/v1/models/..%2f..%2fetc%2fpasswd", "/v1/models/%00", "/v1/models/%ff%fe", "/v1/models/" + "x" * 5000,
    "/v1/models/%27%20OR%201=1", "/../../etc/passwd", "/static/../../x", "//v1/models", "/v1/models/", "/v1//predict",
    "/v1/predict/", "/v1/events?after=abc", "/v1/events?after=-1", "/v1/events?after=99999999999999999999999",
    "/v1/events?most=0", "/v1/events?most=1e9", "/v1/events?kind=%00", "/v1/events?kind=" + "k" * 500,
    "/v1/events?kind=%27;DROP%20TABLE%20events", "/v1/events?after=1&after=2", "/openapi.json?x=%00", "/docs/..",
    "/healthz/%0d%0aSet-Cookie:x", "/metrics?name[]=x", "/v1/insights/../models", "/v1/models/%F0%9F%92%A9",
    "/v1/models/%ED%A0%80",
)  # fmt: skip


def cases() -> Iterator[Case]:
    """All of them."""
    for path, body in product((PREDICT, FEEDBACK, PROMOTE, ROLLBACK), BODIES):
        yield "POST", path, body, HEADERS
    for value in VALUES:
        yield from fields(value)
    for path in PATHS:
        yield "GET", path, b"", {}
    for method, path in product(
        ("PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "FOO"), (PREDICT, "/v1/models", "/healthz")
    ):
        yield method, path, b"", {}
    yield from odd_headers()


def fields(value: str) -> Iterator[Case]:
    """The value in every field."""
    told = value.encode()
    yield "POST", PREDICT, b'{"inputs":[' + told + b"]}", HEADERS
    yield "POST", PREDICT, b'{"inputs":' + told + b"}", HEADERS
    yield "POST", PREDICT, b'{"input":"a","model":' + told + b"}", HEADERS
    yield "POST", PREDICT, b'{"input":"a","top":' + told + b"}", HEADERS
    yield "POST", PREDICT, b'{"input":"a","more":' + told + b"}", HEADERS
    for field in (b"label", b"by", b"prediction_id", b"input", b"model"):
        others = b",".join(
            b'"%s":"x"' % one for one in (b"label", b"by", b"input") if one != field and not (
                field == b"prediction_id" and one == b"input"
            )
        )  # fmt: skip
        yield "POST", FEEDBACK, b'{"' + field + b'":' + told + b"," + others + b"}", HEADERS
    for field in (b"version", b"by", b"alias", b"reason"):
        rest = b'"version":99,"by":"x"' if field not in (b"version", b"by") else b'"alias":"spare"'
        yield "POST", PROMOTE, b'{"' + field + b'":' + told + b"," + rest + b"}", HEADERS


def odd_headers() -> Iterator[Case]:
    """Headers that lie or are too large."""
    good = json.dumps({"input": "a refund"}).encode()
    for media in (
        "text/plain",
        "application/xml",
        "multipart/form-data",
        "application/json; charset=utf-16",
        "",
        "*/*",
    ):
        yield "POST", PREDICT, good, {"content-type": media}
    for name, value in (
        ("content-encoding", "gzip"), ("content-encoding", "br, gzip"), ("authorization", "Bearer " + "x" * 4000),
        ("authorization", "Basic Og=="), ("x-request-id", "../../x"), ("idempotency-key", "k" * 5000),
        ("accept-language", "zh;q=" + "9" * 999), ("cookie", "a=b;" * 500), ("x-forwarded-for", "evil"),
        ("accept", "text/html"), ("range", "bytes=0-1"), ("if-none-match", "*"), ("expect", "100-continue"),
    ):  # fmt: skip
        yield "POST", PREDICT, good, {**HEADERS, name: value}
        yield "POST", FEEDBACK, b'{"input":"a","label":"x","by":"y"}', {**HEADERS, name: value}
