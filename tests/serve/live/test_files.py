"""Files of clients are read by other processes; what means harm is refused, and what is good is read to the bit."""

import base64
import io
import os
import signal
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile
from PIL import Image
from tests.serve.live import hostile_files as bad

from dongcha.core.errors import DataError, MissingExtra
from dongcha.model import pictures, sounds
from dongcha.serve.live.decoder import AUDIO, IMAGE, Code
from dongcha.serve.live.files import Files, Reader, Wanted, readable
from dongcha.serve.live.limits import Limits
from dongcha.serve.live.queue import QueueFull, TooLate
from dongcha.serve.live.service import Service

SQUARE, WAVE = Wanted(IMAGE, 32, 2), Wanted(AUDIO)


@pytest.fixture(scope="module")
def files():
    found = Files(1)
    yield found
    found.close()


def read(files: Files, wanted: Wanted, *data: bytes) -> list[bytes]:
    return files.plain(wanted, [base64.b64encode(one).decode() for one in data], time.monotonic() + 60)


@pytest.mark.parametrize("name", bad.IMAGES)
def test_pictures_that_mean_harm_are_refused(files, name) -> None:
    make, why = bad.IMAGES[name]
    with pytest.raises(DataError, match=rf"inputs\[0\].*({why})"):
        read(files, SQUARE, make())
    assert read(files, SQUARE, bad.saved(bad.noise(), "PNG"))


@pytest.mark.parametrize("name", bad.SOUNDS)
def test_sounds_that_mean_harm_are_refused(files, name) -> None:
    make, why = bad.SOUNDS[name]
    with pytest.raises(DataError, match=rf"inputs\[0\].*({why})"):
        read(files, WAVE, make())
    assert read(files, WAVE, bad.soundfile_of("FLAC"))


@pytest.mark.parametrize("make", [bad.many_frames, bad.profile_bomb, bad.exif_junk, bad.info_of_png])
def test_odd_files_are_read_or_refused_at_once(files, make) -> None:
    data, start, why = make(), time.monotonic(), "damaged"
    try:
        size = len(read(files, SQUARE, data)[0])
    except DataError as error:
        size, why = 0, str(error)
    assert size in (0, 3 * 32 * 32 + len(b"P6 32 32 255\n"))
    assert "damaged" in why
    assert time.monotonic() - start < 15


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "TIFF", "BMP"])
@pytest.mark.parametrize("side", [16, 64])
def test_a_picture_is_what_the_model_makes_of_the_file_itself(files, kind, side) -> None:
    data = bad.saved(bad.noise(300), kind)
    (plain,) = read(files, Wanted(IMAGE, side, 3), data)
    assert (pictures.squares([plain], side, 3) == pictures.squares([data], side, 3)).all()


@pytest.mark.parametrize(
    ("kind", "rate", "channels"), [("WAV", 16_000, 1), ("FLAC", 44_100, 2), ("OGG", 22_050, 1), ("MP3", 48_000, 2)]
)
def test_a_sound_is_what_the_model_makes_of_the_file_itself(files, kind, rate, channels) -> None:
    file = io.BytesIO()
    soundfile.write(file, np.random.default_rng(1).normal(0, 0.1, (rate, channels)), rate, format=kind)
    (plain,) = read(files, WAVE, file.getvalue())
    assert (sounds.decoded(plain) == sounds.decoded(file.getvalue())).all()


def test_transparent_turned_and_16_bit_pictures(files) -> None:
    clear = bad.saved(Image.new("RGBA", (40, 20), (255, 0, 0, 0)), "PNG")
    deep = bad.saved(Image.fromarray(np.full((9, 9), 40_000, dtype=np.uint16)), "PNG")
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = bad.saved(bad.noise(50), "JPEG", exif=exif)
    for plain, data in zip(read(files, SQUARE, clear, deep, turned), (clear, deep, turned), strict=True):
        assert (pictures.squares([plain], 32) == pictures.squares([data], 32)).all()


def test_a_reader_that_is_killed_or_hangs_is_replaced() -> None:
    reader, good = Reader(), bad.saved(bad.noise(), "PNG")
    code, found = reader.read(SQUARE, good, 60)
    assert (code, len(found)) == (Code.READ, 3 * 32 * 32)
    os.kill(reader._process.pid, signal.SIGKILL)
    assert reader.read(SQUARE, good, 60) == (Code.BROKEN, b"")
    assert reader.read(SQUARE, good, 60)[0] is Code.READ
    os.kill(reader._process.pid, signal.SIGSTOP)
    assert reader.read(SQUARE, good * 10_000, 0.3) is None  # more than a pipe holds
    assert reader.read(SQUARE, good, 60)[0] is Code.READ
    reader.close()


def test_a_reader_cannot_write_and_has_bounded_memory_and_no_secret(monkeypatch) -> None:
    monkeypatch.setenv("PGPASSWORD", "secret")
    reader = Reader()
    reader.read(SQUARE, b"x", 60)
    pid = reader._process.pid
    lines = Path(f"/proc/{pid}/limits").read_text().splitlines()
    limits = {line[:25].strip(): line[26:].split()[0] for line in lines}
    assert b"secret" not in Path(f"/proc/{pid}/environ").read_bytes()
    assert limits["Max file size"] == limits["Max core file size"] == limits["Max processes"] == "0"
    assert 1e9 < int(limits["Max address space"]) < 4e9
    reader.close()


@pytest.mark.parametrize(("side", "share"), [(32, 1.0), (16, 1.0), (16, 0.0)])
def test_a_challenger_sees_a_picture_at_its_own_size(files, monkeypatch, side, share) -> None:
    data = bad.saved(bad.noise(300), "PNG")
    given = [base64.b64encode(data).decode()]
    sizes = {"champion": SQUARE, "challenger": Wanted(IMAGE, side, 2)}
    monkeypatch.setattr("dongcha.serve.live.service.wanted_by", lambda model: sizes[model])
    live = SimpleNamespace(name="m", model="champion", task=SimpleNamespace(reads="image"))
    service = SimpleNamespace(
        files=files, limits=Limits(shadow=share),
        shadow=SimpleNamespace(lives={"m": SimpleNamespace(model="challenger")}),
    )  # fmt: skip
    found = Service._beside(service, live, given, time.monotonic() + 60)
    if side == 32:
        assert found is None, "both read alike"
    elif not share:
        assert found == [b""], "it is not asked"
    else:
        assert (pictures.squares(found, 16) == pictures.squares([data], 16)).all()


def test_without_the_library_the_way_to_it_is_said(monkeypatch) -> None:
    monkeypatch.setattr("dongcha.serve.live.files.find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r'pip install "dongcha\[image\]"'):
        readable("image")
    readable("text")


def test_what_waits_is_bounded_in_bytes_and_in_time(files, monkeypatch) -> None:
    good = base64.b64encode(bad.saved(bad.noise(), "PNG")).decode()
    with pytest.raises(TooLate):
        files.plain(SQUARE, [good], time.monotonic() - 1)
    monkeypatch.setattr("dongcha.serve.live.files.MOST_HELD", 5000)
    done = files.hold([bytes(6000)])
    with pytest.raises(QueueFull, match="too many files"):
        files.plain(SQUARE, [good], time.monotonic() + 60)
    done()
    assert files.plain(SQUARE, [good], time.monotonic() + 60)
