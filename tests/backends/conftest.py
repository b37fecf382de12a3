"""A PostgreSQL server of the tests' own, and the table that all backends are asked about."""

import datetime as dt
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

HOSTILE = 'plan "x"; DROP TABLE t'
"""The name of a column that is made to break queries."""


def sales(rows: int = 5000, seed: int = 7) -> pa.Table:
    """Rows with planted findings under plain, Chinese and hostile names."""
    rng = np.random.default_rng(seed)
    start = dt.date(2023, 1, 1)
    offset = rng.integers(0, 730, rows)
    places = ["北京", "上海", "O'Neil & <b>", "west", "East", "_x"]
    region = rng.choice(places, rows, p=[0.3, 0.25, 0.15, 0.1, 0.1, 0.1])
    plan = rng.choice(["basic", "pro", "pro-max"], rows, p=[0.5, 0.3, 0.2])
    late = rng.random(rows) < np.where(region == "west", 0.6, 0.15)
    month = offset // 30
    channel = np.where(rng.random(rows) < 0.1 + 0.02 * month, "online", rng.choice(["shop", "Phone"], rows))
    price = np.where(plan == "pro-max", 30.0, 12.0) + rng.normal(0, 4, rows)
    weight = 0.5 * price + rng.normal(0, 3, rows)
    units = rng.poisson(np.where(region == "北京", 6, 3))
    words = np.array(["delivery", "broken", "screen", "refund", "late", "thanks", "battery", "screw", "box", "blue"])
    said = [" ".join(rng.choice(words, 9)) + (" never arrived at all" if one else "") for one in late]
    days = [start + dt.timedelta(days=int(day)) for day in offset]
    seconds = rng.integers(0, 86_400, rows)
    stamps = [
        dt.datetime.combine(day, dt.time()) + dt.timedelta(days=3, seconds=int(second))
        for day, second in zip(days, seconds, strict=True)
    ]

    def holed(values: object, share: float) -> list[object]:
        gone = rng.random(rows) < share
        return [None if out else value for value, out in zip(np.asarray(values).tolist(), gone, strict=True)]

    return pa.table(
        {
            "id": pa.array(range(rows), pa.int64()),
            "地区": pa.array(holed(region, 0.03), pa.string()),
            HOSTILE: pa.array(holed(plan, 0.02), pa.string()),
            "channel": pa.array(channel.tolist(), pa.string()),
            "late": pa.array(holed(late, 0.02), pa.bool_()),
            "select": pa.array(holed(rng.integers(0, 2, rows), 0.01), pa.int32()),
            "price": pa.array(holed(price, 0.05), pa.float64()),
            "Weight": pa.array(weight, pa.float64()),
            "units": pa.array(units, pa.int64()),
            "ordered": pa.array(days, pa.date32()),
            "arrived": pa.array(holed(np.array(stamps, dtype=object), 0.04), pa.timestamp("us")),
            "said": pa.array(said, pa.string()),
        }
    )


@dataclass(frozen=True)
class Server:
    """A running server: `address(table)` is what a person gives to `dongcha.read`."""

    port: int
    folder: Path

    def address(self, table: str, user: str = "dongcha", database: str = "shop") -> str:
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}?table={table}"

    def connect(self):
        import psycopg

        return psycopg.connect(host="127.0.0.1", port=self.port, user="dongcha", dbname="shop", autocommit=True)

    def restart(self) -> None:
        """Stop it as an operator in a hurry does, breaking every connection, and start it again."""
        pg_ctl = _binary("pg_ctl")
        assert pg_ctl is not None
        command = [
            pg_ctl,
            "-D",
            str(self.folder / "data"),
            "-l",
            str(self.folder / "log"),
            "-w",
            "-m",
            "fast",
            "restart",
        ]
        subprocess.run(_as_somebody(command), check=True, capture_output=True, cwd=self.folder, timeout=120)

    def database(self, name: str) -> str:
        """The address of a new, empty database."""
        from psycopg import sql

        with self.connect() as con:
            con.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return f"postgresql://dongcha@127.0.0.1:{self.port}/{name}"

    def load(self, rows: pa.Table, name: str, schema: str = "public") -> None:
        """Write a table as a person of that server would."""
        from psycopg import sql

        kinds = {
            pa.int64(): "bigint",
            pa.int32(): "integer",
            pa.string(): "text",
            pa.bool_(): "boolean",
            pa.float64(): "double precision",
            pa.date32(): "date",
            pa.timestamp("us"): "timestamp",
        }
        made = [sql.SQL("{} {}").format(sql.Identifier(f.name), sql.SQL(kinds[f.type])) for f in rows.schema]
        at = sql.Identifier(schema, name)
        with self.connect() as con:
            con.execute(sql.SQL("CREATE TABLE {} ({})").format(at, sql.SQL(", ").join(made)))
            with con.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(at)) as copy:
                for row in zip(*(column.to_pylist() for column in rows.columns), strict=True):
                    copy.write_row(row)
            con.execute("ANALYZE")


def _binary(name: str) -> str | None:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return shutil.which(name) or (str(found[-1]) if found else None)


def _as_somebody(command: list[str]) -> list[str]:
    """The command under a user that the server accepts: it refuses to run as root."""
    if os.geteuid() != 0:
        return command
    return ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", *command]


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A fresh server on a free port of this machine, gone after the tests."""
    pytest.importorskip("psycopg", reason="needs dongcha[postgres]: make test-backends")
    initdb, pg_ctl = _binary("initdb"), _binary("pg_ctl")
    if initdb is None or pg_ctl is None or (os.geteuid() == 0 and shutil.which("setpriv") is None):
        pytest.skip("there are no PostgreSQL binaries to start a server of")
    folder = Path(tempfile.mkdtemp(prefix="dongcha-postgres-"))
    if os.geteuid() == 0:
        os.chown(folder, 65534, 65534)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data, log = folder / "data", folder / "log"
    made = [initdb, "-D", str(data), "-U", "dongcha", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c timezone=Asia/Shanghai"
    started = [pg_ctl, "-D", str(data), "-l", str(log), "-w", "-o", options, "start"]
    try:
        for command in (made, started):
            subprocess.run(_as_somebody(command), check=True, capture_output=True, cwd=folder, timeout=120)
        import psycopg

        with psycopg.connect(host="127.0.0.1", port=port, user="dongcha", dbname="postgres", autocommit=True) as con:
            con.execute("CREATE DATABASE shop")
        yield Server(port, folder)
    finally:
        stopped = [pg_ctl, "-D", str(data), "-m", "immediate", "stop"]
        subprocess.run(_as_somebody(stopped), check=False, capture_output=True, cwd=folder, timeout=60)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def rows() -> pa.Table:
    return sales()
