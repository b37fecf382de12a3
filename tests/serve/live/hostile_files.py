"""Files that mean harm, small on the wire: each made here, byte by byte where no library would make it."""

import io
import struct
import zlib

import numpy as np
import soundfile
from PIL import Image, PngImagePlugin


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int, height: int, *chunks: bytes, rows: bytes = b"") -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def png_bomb() -> bytes:
    """50,000 × 50,000 pixels by its head, the first hundred rows of them white."""
    return png(50_000, 50_000, rows=(b"\0" + b"\xff" * 50_000) * 100)


def text_bomb() -> bytes:
    """A picture of one pixel with 80 MB of compressed text beside it."""
    text = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(80_000_000), 6))
    return png(1, 1, text, rows=b"\0\0")


def profile_bomb() -> bytes:
    """The same in a colour profile."""
    return png(1, 1, chunk(b"iCCP", b"x\0\0" + zlib.compress(bytes(80_000_000), 6)), rows=b"\0\0")


def saved(picture: Image.Image, kind: str, **more) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **more)
    return file.getvalue()


def noise(side: int = 64) -> Image.Image:
    return Image.fromarray(np.random.default_rng(0).integers(0, 255, (side, side, 3), dtype=np.uint8))


def many_frames() -> bytes:
    """A film of 3,000 frames, of 4,000 × 4,000 pixels each by its head."""
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    return b"GIF89a" + struct.pack("<HHBBB", 4000, 4000, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff" + frame * 3000 + b";"


def flac_of_hours() -> bytes:
    """A second of silence whose head says that it is 100 hours."""
    file = io.BytesIO()
    soundfile.write(file, np.zeros(16_000), 16_000, format="FLAC")
    data = bytearray(file.getvalue())
    # STREAMINFO begins at byte 8; its last 36 bits before the digest are the number of samples.
    hours = 100 * 3600 * 16_000
    data[21] = (data[21] & 0xF0) | (hours >> 32 & 0x0F)
    data[22:26] = struct.pack(">I", hours & 0xFFFFFFFF)
    return bytes(data)


def wav(rate: int, channels: int, claimed: int, data: bytes = bytes(3200)) -> bytes:
    """A WAV file with a head that says whatever it is told to."""
    form = struct.pack(
        "<4sIHHIIHH", b"fmt ", 16, 1, channels, rate, (rate * channels * 2) & 0xFFFFFFFF, (channels * 2) & 0xFFFF, 16
    )
    return b"RIFF" + struct.pack("<I", claimed) + b"WAVE" + form + b"data" + struct.pack("<I", claimed) + data


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n(/etc/passwd) (r) file\n%%EOF\n"


def broken_png() -> bytes:
    return png(300, 300, rows=b"\0\0")


def exif_junk() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return saved(noise(), "JPEG", exif=exif.tobytes()[:20] + b"\xff" * 200)


def info_of_png() -> bytes:
    """A picture with as much honest text as Pillow takes."""
    info = PngImagePlugin.PngInfo()
    info.add_text("k", "v" * 1000, zip=True)
    return saved(noise(), "PNG", pnginfo=info)


IMAGES = {
    "PNG bomb": (png_bomb, "more than 60,000,000 pixels"),
    "PNG that claims 2^31 × 2^31": (lambda: png(2**31 - 1, 2**31 - 1), "more than 60,000,000 pixels|damaged"),
    "text chunk bomb": (text_bomb, "damaged"),
    "PNG with too few rows": (broken_png, "damaged"),
    "JPEG cut off": (lambda: saved(noise(), "JPEG")[:900], "damaged"),
    "SVG": (lambda: SVG, "format"),
    "EPS": (lambda: EPS, "format"),
    "PPM": (lambda: saved(noise(), "PPM"), "format"),
    "PSD": (lambda: b"8BPS\0\1" + bytes(6) + struct.pack(">HIIHH", 3, 30_000, 30_000, 8, 3) + bytes(64), "format"),
    "empty": (lambda: b"", "format|damaged"),
    "a sound": (lambda: wav(16_000, 1, 3200), "format"),
    "TIFF of junk": (lambda: b"II*\0\x08\0\0\0\xff\xff" + b"\xff" * 300, "format|damaged|pixels"),
}
SOUNDS = {
    "FLAC that claims 100 hours": (flac_of_hours, "longer than 600 seconds"),
    "WAV of 1,024 channels that claims 4 GB": (
        lambda: wav(1_000_000, 1024, 2**32 - 1),
        "format|damaged|longer",
    ),
    "WAV without data": (lambda: wav(16_000, 1, 2**31, b""), "damaged|format|longer"),
    "WAV of no channels": (lambda: wav(16_000, 0, 3200), "format"),
    "WAV at rate 0": (lambda: wav(0, 1, 3200), "format|damaged"),
    "MAT4": (lambda: soundfile_of("MAT4"), "format"),
    "OGG cut off": (lambda: soundfile_of("OGG")[:60], "format|damaged"),
    "a picture": (lambda: saved(noise(), "PNG"), "format"),
    "empty": (lambda: b"", "format|damaged"),
}


def soundfile_of(kind: str) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, np.zeros(16_000), 16_000, format=kind)
    return file.getvalue()
