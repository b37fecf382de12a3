"""Call the command line as a user does."""

import os
import subprocess
import sys


def dongcha(*words: object, **env: str) -> subprocess.CompletedProcess[str]:
    """The finished process of `dongcha WORDS`."""
    call = [sys.executable, "-c", "from dongcha.cli.main import main; main()", *map(str, words)]
    return subprocess.run(call, capture_output=True, text=True, env={**os.environ, **env}, check=False)
