"""Files that clients send, read by processes of their own; the service itself sees plain pixels and waves.

A picture becomes the square that the model looks at, written as PPM; a sound becomes its wave, written as WAV: what
the model makes of them is what it makes of the file itself, to the bit.  A file that takes too long, crashes its reader
or fills its memory is refused, and another reader is started.
"""

import os
import queue
import select
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from dongcha.core.errors import DataError, MissingExtra
from dongcha.core.words import Words
from dongcha.model.headed import Headed
from dongcha.model.model import Model
from dongcha.model.networks.media import MediaIntake
from dongcha.model.onnx.served import Served
from dongcha.model.pictures import MOST_PIXELS, SIDE, Preparation
from dongcha.model.sounds import MOST_S
from dongcha.serve.live.decoder import ANSWER, AUDIO, IMAGE, PICTURES, SOUNDS, TASK, Code
from dongcha.serve.live.inputs import bytes_of
from dongcha.serve.live.queue import QueueFull, TooLate

READ_S = 20.0  # in which a file has to be read
START_S = 60.0  # in which a reader has to have loaded its libraries, on a machine that is busy
RATE, PIECE = 16_000, 1 << 16
MOST_HELD = 1_000_000_000
"""Bytes of what was read that may wait for its answer; while there is more, requests are told to come later."""
WHY = {
    Code.FORMAT: Words(
        f"is no file of a format that is read here ({', '.join(PICTURES)}; {', '.join(SOUNDS)})",
        f"不是此处可读取的格式（{'、'.join(PICTURES)}；{'、'.join(SOUNDS)}）",
    ),
    Code.LARGE: Words(f"has more than {MOST_PIXELS:,} pixels", f"超过 {MOST_PIXELS:,} 像素"),
    Code.LONG: Words(f"is longer than {MOST_S:,} seconds, or has too many channels", f"超过 {MOST_S:,} 秒，或声道过多"),
    Code.BROKEN: Words("is damaged, or empty", "已损坏或为空"),
    Code.MEMORY: Words("needs too much memory to be read", "读取所需内存过多"),
}
MANY = Words("too many files wait; send fewer at once, or later", "等待的文件过多；请减少或稍后再试")
LATE = Words("the files could not be read in time; send fewer at once, or later", "未能及时读取文件；请减少或稍后再试")
SLOW = Words(f"took longer than {READ_S:.0f} seconds to read", f"读取超过 {READ_S:.0f} 秒")


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a model wants its files: a square of a side, or a wave."""

    kind: int
    side: int = 0
    resample: int = 0

    def plain(self, found: bytes) -> bytes:
        """What was read, as a file that holds nothing else."""
        if self.kind == IMAGE:
            return b"P6 %d %d 255\n" % (self.side, self.side) + found
        form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 3, 1, RATE, 4 * RATE, 4, 32)  # 3: IEEE floats
        return b"RIFF" + struct.pack("<I", 4 + len(form) + 8 + len(found)) + b"WAVE" + form + \
            b"data" + struct.pack("<I", len(found)) + found  # fmt: skip


def wanted_by(model: Model) -> Wanted:
    """How the model wants its files."""
    if model.task.reads == "audio":
        return Wanted(AUDIO)
    fitted = model.fitted
    intake = fitted.net.intake if isinstance(fitted, Headed) else None
    if isinstance(fitted, Served):
        intake = fitted.session.intake
    plan = intake.prepares if isinstance(intake, MediaIntake) else None
    return Wanted(IMAGE, plan.side, plan.resample) if isinstance(plan, Preparation) else Wanted(IMAGE, SIDE, 2)


def readable(reads: str) -> None:
    """Raise `MissingExtra` where the library that reads such files is not there."""
    wanted = {"image": ("PIL", "Pillow"), "audio": ("soundfile", "soundfile")}.get(reads)
    if wanted is not None and find_spec(wanted[0]) is None:
        raise MissingExtra(f'{reads} files need {wanted[1]}: pip install "dongcha[{reads}]"')


class Reader:
    """One process that reads files; it is started when it is first needed, and again after a file that it died of."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, wanted: Wanted, data: bytes, within_s: float) -> tuple[Code, bytes] | None:
        """What became of a file; None where it took too long."""
        until = time.monotonic() + within_s + (0.0 if self._process else START_S)
        process = self._process = self._process or _started()
        try:
            return _exchanged(process, TASK.pack(wanted.kind, wanted.side, wanted.resample, len(data)) + data, until)
        except TimeoutError:
            self.close()
            return None
        except (EOFError, ValueError, OSError):  # it has died, was closed, or says what makes no sense
            self.close()
            return Code.BROKEN, b""

    def close(self) -> None:
        """End the process, whatever it does."""
        process, self._process = self._process, None  # the service may close it while a thread waits for a file
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()


def _started() -> subprocess.Popen[bytes]:
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "LANG") if name in os.environ}
    process = subprocess.Popen(  # without what the service knows: passwords stand in the environment
        [sys.executable, "-m", "dongcha.serve.live.decoder"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, bufsize=0, env=kept | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        start_new_session=True,  # Ctrl-C is for the service
    )  # fmt: skip
    for pipe in (process.stdin, process.stdout):
        assert pipe is not None
        os.set_blocking(pipe.fileno(), False)
    return process


def _exchanged(process: subprocess.Popen[bytes], task: bytes, until: float) -> tuple[Code, bytes]:
    """Hand the task over and take the answer; raises `TimeoutError`, or `EOFError` where the process has ended."""
    assert process.stdin is not None
    assert process.stdout is not None
    given, left, got = process.stdin.fileno(), memoryview(task), bytearray()
    watched = select.poll()
    watched.register(given, select.POLLOUT)
    watched.register(process.stdout, select.POLLIN)
    while len(got) < ANSWER.size or len(got) < ANSWER.size + ANSWER.unpack_from(got)[1]:
        ready = watched.poll(max(0.0, 1000 * (until - time.monotonic())))
        if not ready:
            raise TimeoutError
        for one, _ in ready:
            if one == given:
                left = left[os.write(given, left[:PIECE]) :]
                if not left:
                    watched.unregister(given)
            else:
                part = os.read(one, PIECE)
                if not part:
                    raise EOFError
                got += part
    return Code(ANSWER.unpack_from(got)[0]), bytes(got[ANSWER.size :])


class Files:
    """The readers of a service; safe for threads."""

    def __init__(self, readers: int) -> None:
        self._free: queue.SimpleQueue[Reader] = queue.SimpleQueue()
        self._all = [Reader() for _ in range(readers)]
        for one in self._all:
            self._free.put(one)
        self._held, self._lock = 0, threading.Lock()

    def plain(self, wanted: Wanted, given: Sequence[Any], deadline: float) -> list[bytes]:
        """The files, in base64, as plain ones that the model reads as it would read them; `deadline` is monotonic.

        Raises `DataError` for one that is refused, `TooLate`, `QueueFull` where too much waits already.
        """
        files = [bytes_of(one, f"inputs[{i}]") for i, one in enumerate(given)]
        found: list[bytes] = []
        for i, data in enumerate(files):
            if self._held + sum(map(len, found)) > MOST_HELD:
                raise QueueFull(MANY, 2.0)
            found.append(self._read(wanted, data, f"inputs[{i}]", deadline))
        return found

    def hold(self, files: Sequence[bytes]) -> Callable[[], None]:
        """Count files among those that wait, until the function that this gives is called."""
        size = sum(map(len, files))

        def add(bytes_: int) -> None:
            with self._lock:
                self._held += bytes_

        add(size)
        return lambda: add(-size)

    def close(self) -> None:
        """End the readers; a file that is being read is refused."""
        for one in self._all:
            one.close()

    def _read(self, wanted: Wanted, data: bytes, place: str, deadline: float) -> bytes:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TooLate(LATE)
        try:
            reader = self._free.get(timeout=left)
        except queue.Empty:
            raise TooLate(LATE) from None
        try:
            found = reader.read(wanted, data, min(READ_S, max(0.1, deadline - time.monotonic())))
        finally:
            self._free.put(reader)
        code, plain = found if found is not None else (None, b"")
        if code is not Code.READ:
            why = SLOW if code is None else WHY[code]
            raise DataError(Words(f"{place} {why.en}", f"{place} {why.zh}"))
        return wanted.plain(plain)
