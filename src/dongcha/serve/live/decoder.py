"""The process that reads files which clients sent: pictures and sounds, one after another, in bounds.

    python -m dongcha.serve.live.decoder     a task on stdin, its answer on stdout, until stdin ends

A task is a head (kind, side, filter, length) and the bytes of the file; the answer is a code, a length, and plain
pixels (side × side × 3 bytes) or a wave (32-bit floats at 16 kHz).  A file may crash or fill this process; the service
then starts another.  Header first: what claims too many pixels or seconds is refused before anything is decoded.
"""

import io
import resource
import struct
import sys
import warnings
import zlib
from contextlib import suppress
from enum import IntEnum
from pathlib import Path
from typing import BinaryIO

import numpy as np

from dongcha.model.pictures import MOST_PIXELS
from dongcha.model.pictures import decoded as picture_of
from dongcha.model.sounds import MOST_S
from dongcha.model.sounds import decoded as wave_of

TASK, ANSWER = struct.Struct(">BHBQ"), struct.Struct(">BQ")
IMAGE, AUDIO = 0, 1
PICTURES = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")
SOUNDS = ("WAV", "WAVEX", "RF64", "W64", "FLAC", "OGG", "MP3", "AIFF", "AU", "CAF")
MOST_CHANNELS = 32
WARM = (bytes.fromhex("47494638396101000100800000000000ffffff2c00000000010001000002024401003b"), b"RIFF")  # a pixel
ROOM = 1_000_000_000
"""Bytes that this process may take on top of its libraries."""
MOST_SAMPLES = 120_000_000  # of a sound, all channels together: ten minutes of four at 48 kHz

Errors = (ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, OSError, RuntimeError, SyntaxError,
          TypeError, ValueError, struct.error, zlib.error, Warning)  # fmt: skip


class Code(IntEnum):
    """What became of a file."""

    READ = 0
    FORMAT = 1  # none of the formats above
    LARGE = 2  # more pixels than are read
    LONG = 3  # more seconds, or more channels of them
    BROKEN = 4
    MEMORY = 5


def picture(data: bytes, side: int, resample: int) -> tuple[Code, bytes]:
    """The pixels of a picture, squeezed into a square as the model reads it."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data), formats=PICTURES) as claimed:
            pixels = claimed.width * claimed.height
    except UnidentifiedImageError:
        return Code.FORMAT, b""
    except Image.DecompressionBombError:
        return Code.LARGE, b""
    if pixels > MOST_PIXELS:
        return Code.LARGE, b""
    found = picture_of(data, side, PICTURES)
    return (Code.BROKEN, b"") if found is None else (Code.READ, found.resize((side, side), resample).tobytes())


def sound(data: bytes) -> tuple[Code, bytes]:
    """The wave of a sound."""
    import soundfile

    try:
        with soundfile.SoundFile(io.BytesIO(data)) as claimed:
            if claimed.format not in SOUNDS:
                return Code.FORMAT, b""
            seconds, channels = claimed.frames / max(1, claimed.samplerate), claimed.channels
            samples = claimed.frames * channels
    except soundfile.LibsndfileError:
        return Code.FORMAT, b""
    if seconds > MOST_S or samples > MOST_SAMPLES or channels > MOST_CHANNELS:
        return Code.LONG, b""
    wave = wave_of(data)
    return (Code.BROKEN, b"") if wave is None else (Code.READ, np.asarray(wave, dtype="<f4").tobytes())


def read(kind: int, side: int, resample: int, data: bytes) -> tuple[Code, bytes]:
    """What became of a file, and its pixels or wave."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return picture(data, side, resample) if kind == IMAGE else sound(data)
    except MemoryError:
        return Code.MEMORY, b""
    except Errors:
        return Code.BROKEN, b""


def bounded() -> None:
    """Bind this process: so much memory, no file written, no core left, no process or thread begun."""
    there = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    with suppress(OSError):  # where memory is short, this process goes before the service
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    none = (resource.RLIMIT_FSIZE, resource.RLIMIT_CORE, resource.RLIMIT_NPROC)
    for which, most in ((resource.RLIMIT_AS, there + ROOM), *((one, 0) for one in none)):
        resource.setrlimit(which, (most, most))


def answer(tasks: BinaryIO, answers: BinaryIO) -> None:
    """Read files until there are no more."""
    while len(head := tasks.read(TASK.size)) == TASK.size:
        kind, side, resample, length = TASK.unpack(head)
        code, found = read(kind, side, resample, tasks.read(length))
        answers.write(ANSWER.pack(code, len(found)))
        answers.write(found)
        answers.flush()


def main() -> None:
    """Load what reads files, take the bounds on, and answer."""
    for kind in (IMAGE, AUDIO):  # the libraries are loaded before the bounds count; one of them may not be there
        with suppress(ImportError):
            read(kind, 2, 2, WARM[kind])
    bounded()
    answer(sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main()
