import contextlib
import gzip
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from dongcha.core.errors import DataError, StorageError
from dongcha.data import remote
from dongcha.data.source import read

CSV = b"a,b\n1,x\n2,y\n"
PAGES = {
    "/data.csv": (200, "application/octet-stream", CSV),
    "/%E9%94%80%E5%94%AE%20%E8%A1%A8.csv.gz": (200, "application/gzip", gzip.compress(CSV)),
    "/export": (200, "text/csv; charset=utf-8", CSV),
    "/rows.php": (200, "application/json", b'[{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]'),
    "/page": (200, "text/html", b"<html>"),
    "/empty.csv": (200, "text/csv", b""),
    "/large.csv": (200, "text/csv", CSV * 300_000),
    "/wrong.csv": (404, "text/plain", b"no"),
}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        path = self.path.partition("?")[0]
        if path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/data.csv")
            self.end_headers()
            return
        if path == "/slow.csv":
            time.sleep(1)
        code, kind, body = PAGES.get(path, (200, "text/csv", CSV))
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body) + (path == "/short.csv") * 10))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass

    def handle(self):
        with contextlib.suppress(ConnectionError):
            super().handle()


@pytest.fixture(scope="module")
def site():
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/data.csv", "data"),
        ("/data.csv?token=secret", "data"),
        ("/%E9%94%80%E5%94%AE%20%E8%A1%A8.csv.gz", "销售 表"),
        ("/export", "export"),
        ("/rows.php", "rows.php"),
        ("/moved", "data"),
    ],
)
def test_an_address_is_read_by_its_name_or_its_content_type(site, path, name):
    table = read(site + path)
    assert table.to_arrow().to_pydict() == {"a": [1, 2], "b": ["x", "y"]}
    assert table.name == name
    assert "downloaded" in table.notes[0].en
    assert "secret" not in "".join(note.en for note in table.notes)


def test_an_address_and_a_file_are_read_together(site, tmp_path):
    (tmp_path / "b.csv").write_text("a,b\n3,z\n")
    assert read([f"{site}/data.csv", tmp_path / "b.csv"]).to_arrow().column("a").to_pylist() == [1, 2, 3]


@pytest.mark.parametrize(
    ("path", "error", "message"),
    [
        ("/wrong.csv?token=secret", StorageError, r"/wrong.csv' cannot be downloaded: the server answered 404"),
        ("/page", DataError, "/page' is text/html, of no kind that Dongcha reads"),
        ("/empty.csv", DataError, "'empty.csv' is empty"),
        ("/large.csv", StorageError, "/large.csv' is larger than 1 MB"),
        ("/short.csv", StorageError, "/short.csv' .*12"),
        ("/slow.csv", StorageError, "/slow.csv' cannot be downloaded: "),
        ("/a b.csv", StorageError, "cannot be downloaded"),
    ],
)
def test_what_cannot_be_fetched_is_one_sentence(site, monkeypatch, path, error, message):
    monkeypatch.setenv("DONGCHA_INFLATED_LIMIT_MB", "1")
    monkeypatch.setattr(remote, "WAIT_S", 0.2)
    with pytest.raises(error, match=message) as caught:
        read(site + path)
    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:1/a.csv", "http://no.such.host.invalid/a.csv", "http://me:pw@127.0.0.1:1/a.csv", "http://[x"],
)
def test_a_place_that_does_not_answer_is_one_sentence(address):
    with pytest.raises(StorageError, match="cannot be downloaded") as caught:
        read(address)
    assert "pw" not in str(caught.value)
    assert "\n" not in str(caught.value)
