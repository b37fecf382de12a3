"""A check of Schemathesis's: no answer names a path of this machine, a library, or a statement of SQL.

`schemathesis run` loads this file as its hooks.
"""

import schemathesis

LEAKS = ("/tmp/", "/usr/", "/home/", "/root/", "site-packages", "Traceback", ".py", "sqlite", "SELECT", "root:")


@schemathesis.check
def no_leak(ctx, response, case) -> None:
    if response.status_code < 400:  # an answer may show what was stored, which is what the client sent
        return
    found = [leak for leak in LEAKS if leak in response.text]
    assert not found, f"the answer holds {found}"
