"""What every test has: a data folder of its own, so that no test writes into the user's."""

import os

import pytest


@pytest.fixture(autouse=True, scope="session")
def own_data_folder(tmp_path_factory):
    before = os.environ.get("XDG_DATA_HOME")
    os.environ["XDG_DATA_HOME"] = str(tmp_path_factory.mktemp("data-home"))
    yield
    if before is None:
        del os.environ["XDG_DATA_HOME"]
    else:
        os.environ["XDG_DATA_HOME"] = before
