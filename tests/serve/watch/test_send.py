"""Word goes out by Apprise to a real web hook; secrets stay out of what we say."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from dongcha.core.errors import ConfigError
from dongcha.core.words import Words
from dongcha.serve.watch.send import MOST, addresses, body
from dongcha.store.alerts import Alert


class Hook(BaseHTTPRequestHandler):
    taken: list[dict[str, str]]
    status = 200

    def do_POST(self) -> None:
        type(self).taken.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def hook() -> Iterator[tuple[str, type[Hook]]]:
    kind = type("Hook", (Hook,), {"taken": []})
    with HTTPServer(("127.0.0.1", 0), kind) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"json://127.0.0.1:{server.server_port}/hook", kind
        server.shutdown()


def alert(number: int = 1) -> Alert:
    return Alert(
        group=f"m/drift/{number}",
        severity="critical",
        sentence=Words(f"Input {number} drifted.", f"输入 {number} 漂移。"),
    )


def test_one_message_holds_all_alerts_in_the_language_of_the_reader(hook: tuple[str, type[Hook]]) -> None:
    url, kind = hook
    found = addresses(["$OPS"], {"OPS": url})
    assert found.send([alert(1), alert(2)], "zh", "http://127.0.0.1:8000/v1/events")
    (taken,) = kind.taken
    assert taken["title"] == "洞察：严重"
    assert taken["message"].splitlines() == ["• 输入 1 漂移。", "• 输入 2 漂移。", "http://127.0.0.1:8000/v1/events"]
    assert taken["type"] == "failure"


def test_a_hook_that_fails_is_said(hook: tuple[str, type[Hook]]) -> None:
    url, kind = hook
    kind.status = 500
    assert not addresses([url], {}).send([alert()], "en")
    assert len(kind.taken) == 1


def test_nothing_is_sent_to_nobody() -> None:
    assert not addresses([], {}).send([alert()], "en")


def test_a_long_list_is_cut_and_says_so() -> None:
    lines = body([alert(i) for i in range(MOST + 3)], "en").splitlines()
    assert len(lines) == MOST + 1
    assert lines[-1] == "… and 3 more"


def test_a_missing_variable_and_a_wrong_address_are_named_by_number_and_never_shown() -> None:
    with pytest.raises(ConfigError, match=r"entry 2: the environment variable 'NONE' is not set"):
        addresses(["json://x", "${NONE}"], {})
    with pytest.raises(ConfigError, match=r"entry 1: no service takes this address") as error:
        addresses(["$X"], {"X": "s3cret-nonsense"})
    assert "s3cret" not in str(error.value)
    assert "s3cret" not in repr(addresses(["$X"], {"X": "json://s3cret"}))
