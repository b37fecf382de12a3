"""Small models that answer at once, and a place where they lie."""

import shutil
from pathlib import Path

import pandas as pd
import pytest
from tests.model.conftest import sentences

from dongcha.loop.learn import Learning
from dongcha.loop.train import Place, train_file
from dongcha.model.folder import load

NAMES = {"billing": "money", "login": "access", "shipping": "parcels"}


@pytest.fixture(scope="session")
def trained(tmp_path_factory):
    """Two model folders of one name: the second says other words for the same classes."""
    home = tmp_path_factory.mktemp("trained")
    rows = sentences(150, 4)
    made = []
    for number, names in enumerate([{name: name for name in NAMES}, NAMES], 1):
        texts = [f"{text} {i}" for i, text in enumerate(rows.inputs)]
        pd.DataFrame({"body": texts, "topic": [names[one] for one in rows.answers]}).to_csv(home / "t.csv", index=False)
        out = home / f"model{number}"
        train_file(str(home / "t.csv"), Learning(label="topic", method="linear"), Place(out=out))
        made.append(out)
    return made


@pytest.fixture
def model(trained, tmp_path) -> Path:
    """A folder of its own with the first model."""
    return Path(shutil.copytree(trained[0], tmp_path / "topic"))


@pytest.fixture(scope="session")
def first(trained):
    """The first model, loaded."""
    return load(trained[0])


@pytest.fixture(scope="session")
def second(trained):
    """The second model, loaded."""
    return load(trained[1])
