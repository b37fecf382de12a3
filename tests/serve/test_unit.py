"""The systemd unit: systemd takes it, and gives the service no more than it needs."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

UNIT = Path(__file__).parents[2] / "deploy" / "dongcha.service"
ANALYZE = shutil.which("systemd-analyze")
pytestmark = pytest.mark.skipif(ANALYZE is None, reason="needs systemd-analyze")
MOST = 2.0  # of 10, the exposure that systemd-analyze counts; 7.4 is that of a unit that only names its user


def test_systemd_takes_the_unit() -> None:
    done = subprocess.run([ANALYZE, "verify", str(UNIT)], capture_output=True, text=True, timeout=60)
    told = [line for line in done.stderr.splitlines() if "is not executable" not in line]  # it is not installed here
    assert [line for line in told if "dongcha" in line] == []


def test_it_may_do_little() -> None:
    call = [ANALYZE, "security", "--offline=true", "--no-pager", str(UNIT)]
    done = subprocess.run(call, capture_output=True, text=True, timeout=60)
    found = re.search(r"Overall exposure level for dongcha\.service: ([\d.]+)", done.stdout)
    assert found, done.stdout + done.stderr
    assert float(found.group(1)) <= MOST
