"""Load on an HTTP service, out of a process of its own: requests are made beforehand, answers are read and counted.

    python load.py HOST PORT PATH BODIES SECONDS CONNECTIONS [RATE]

BODIES is a file of JSON bodies, one a line.  Without RATE each connection asks again once it is answered; with it,
requests begin at random moments (Poisson), whether those before are answered or not, and latency counts from the
moment at which a request was due.  Prints one JSON object.
"""

import asyncio
import json
import random
import sys
import time
from pathlib import Path


class Connection:
    """One kept-alive connection."""

    def __init__(self, place: tuple[str, int]) -> None:
        self.place = place
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def ask(self, request: bytes) -> int:
        """The status of the answer; 0 where the connection broke."""
        try:
            if self.writer is None:
                self.reader, self.writer = await asyncio.open_connection(*self.place)
            self.writer.write(request)
            assert self.reader is not None
            head = await self.reader.readuntil(b"\r\n\r\n")
            low = head.lower()
            at = low.find(b"content-length:")
            if at >= 0:
                await self.reader.readexactly(int(low[at + 15 : low.index(b"\r\n", at)]))
            else:
                await self.reader.readuntil(b"0\r\n\r\n")
            if b"connection: close" in low:
                self.close()
            return int(head[9:12])
        except (OSError, asyncio.IncompleteReadError):
            self.close()
            return 0

    def close(self) -> None:
        """Forget the connection."""
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None


async def closed(place: tuple[str, int], requests: list[bytes], seconds: float, connections: int) -> dict[str, object]:
    """Each connection asks again as soon as it is answered."""
    until, took, statuses = time.monotonic() + seconds, [], {}

    async def client(at: int) -> None:
        one = Connection(place)
        while (start := time.monotonic()) < until:
            status = await one.ask(requests[at % len(requests)])
            statuses[status] = statuses.get(status, 0) + 1
            took.append(time.monotonic() - start)
            at += connections
        one.close()

    start = time.monotonic()
    await asyncio.gather(*(client(i) for i in range(connections)))
    return told(took, statuses, time.monotonic() - start)


async def opened(
    place: tuple[str, int], requests: list[bytes], seconds: float, connections: int, rate: float
) -> dict[str, object]:
    """Requests begin at random moments."""
    drawn = random.Random(0)
    free: asyncio.LifoQueue[Connection] = asyncio.LifoQueue()
    for _ in range(connections):
        free.put_nowait(Connection(place))
    took: list[float] = []
    statuses: dict[int, int] = {}

    async def one(due: float, request: bytes) -> None:
        connection = await free.get()
        status = await connection.ask(request)
        free.put_nowait(connection)
        statuses[status] = statuses.get(status, 0) + 1
        took.append(time.monotonic() - due)

    start = due = time.monotonic()
    tasks = set()
    at = 0
    while due < start + seconds:
        due += drawn.expovariate(rate)
        if (wait := due - time.monotonic()) > 0:
            await asyncio.sleep(wait)
        task = asyncio.create_task(one(due, requests[at % len(requests)]))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        at += 1
    await asyncio.gather(*tasks)
    return told(took, statuses, time.monotonic() - start)


def told(took: list[float], statuses: dict[int, int], seconds: float) -> dict[str, object]:
    """Requests a second, and quantiles in milliseconds."""
    ordered = sorted(took)
    at = {
        name: 1000 * ordered[min(len(ordered) - 1, int(q * len(ordered)))] for name, q in (("p50", 0.5), ("p99", 0.99))
    }
    return {"requests": len(took), "per_s": statuses.get(200, 0) / seconds, **at, "statuses": statuses}


def main() -> None:
    """Run and print."""
    host, port, path, bodies, seconds, connections, *rate = sys.argv[1:]
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n".encode()
    )
    requests = [head % len(body) + body for body in Path(bodies).read_bytes().splitlines()]
    place, how = (host, int(port)), (requests, float(seconds), int(connections))
    try:
        import uvloop

        run = uvloop.run
    except ModuleNotFoundError:
        run = asyncio.run
    print(json.dumps(run(opened(place, *how, float(rate[0])) if rate else closed(place, *how))))


if __name__ == "__main__":
    main()
