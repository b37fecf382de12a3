"""The tiny encoder, labelled texts and a caller that stays in this process, for the command line."""

import pandas as pd
import pytest
from tests.model.conftest import sentences, tiny

from dongcha.cli.main import main

__all__ = ["tiny"]


@pytest.fixture(scope="session")
def table(tmp_path_factory):
    rows = sentences(120, 4)
    path = tmp_path_factory.mktemp("labelled") / "t.csv"
    texts = [f"{text} {i}" for i, text in enumerate(rows.inputs)]
    pd.DataFrame({"body": texts, "kind": rows.answers}).to_csv(path, index=False)
    return path


@pytest.fixture
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def call(monkeypatch, capsys):
    """Call the command line in this process: status, stdout, stderr."""

    def call(*words):
        monkeypatch.setattr("sys.argv", ["dongcha", *map(str, words)])
        with pytest.raises(SystemExit) as stopped:
            main()
        said = capsys.readouterr()
        return stopped.value.code or 0, said.out, said.err

    return call
