"""To have a piece of work to oneself among all who share a state, on whatever machine they run.

A lock of a file is seen on one machine.  A state on PostgreSQL may have workers on several, so that there the server
holds the lock: it belongs to a connection, and goes with it when its process or machine dies.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DBAPIError

from dongcha.store.state import State, guarded


@contextmanager
def held_in(state: State, name: str) -> Iterator[bool]:
    """Whether nobody else who uses the state holds `name`; held to the end of the block.  Never waits.

    A state that is a file is not shared beyond its machine: there it is for a lock of a file to say.  A server that is
    restarted forgets who held what; whoever comes then gets it.
    """
    if not state.on_server:
        yield True
        return
    key = int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)
    with guarded(state):
        connection = state.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    try:
        with guarded(state):
            mine = bool(connection.execute(select(func.pg_try_advisory_lock(key))).scalar())
        yield mine
    finally:
        _given_back(connection)


def _given_back(connection: Connection) -> None:
    try:
        connection.execute(select(func.pg_advisory_unlock_all()))
    except DBAPIError:  # the server has gone, and the lock with it
        connection.invalidate()
    finally:
        connection.close()
