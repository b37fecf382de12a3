"""Sounds as arrays, in bounds: any format of libsndfile, any rate, any number of channels, silence or damage."""

import io
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from dongcha.core.errors import MissingExtra
from dongcha.model.media import contents
from dongcha.model.predictions import Floats
from dongcha.model.quiet import quiet

Wave = npt.NDArray[np.float32]
RATE = 16_000
MOST_S = 600  # of a recording; what is longer is cut
FRAME, HOP, FFT = 400, 160, 512  # 25 ms, 10 ms
BANDS, COEFFICIENTS, SLICES = 40, 20, 6
QUIET = 7.0  # natural logarithms below the loudest frame (30 dB), from which on a frame is an edge


def decoded(data: bytes | None) -> Wave | None:
    """One channel at 16 kHz, -1..1; None where there is nothing to hear or the file is broken."""
    try:
        import soundfile
    except (ImportError, OSError) as error:  # the latter where libsndfile is missing
        raise MissingExtra('sounds need soundfile: pip install "dongcha[audio]"') from error
    if not data:
        return None
    try:
        with soundfile.SoundFile(io.BytesIO(data)) as file:
            rate = int(file.samplerate)
            if not 1_000 <= rate <= 1_000_000:
                return None
            found = file.read(frames=MOST_S * rate, dtype="float32", always_2d=True)
    except (soundfile.LibsndfileError, OSError, RuntimeError, ValueError, TypeError, MemoryError):
        return None
    if not len(found):
        return None
    return resampled(np.nan_to_num(found.mean(axis=1), posinf=1.0, neginf=-1.0), rate)


def resampled(wave: Wave, rate: int) -> Wave:
    """The wave at 16 kHz, by a polyphase filter."""
    from scipy.signal import resample_poly

    if rate == RATE:
        return wave
    ratio = Fraction(RATE, rate).limit_denominator(2_000)  # an odd rate would need a filter of a million taps
    return np.asarray(resample_poly(wave, ratio.numerator, ratio.denominator), dtype=np.float32)


def readable(references: Sequence[Any]) -> list[bool]:
    """Which references are sounds that can be decoded."""
    return [decoded(data) is not None for data in contents(reference or "" for reference in references)]


def waves(references: Sequence[Any]) -> list[Wave]:
    """The sounds, a frame long at least; a broken one is silent."""
    found = []
    for data in contents(references):
        wave = decoded(data)
        wave = np.zeros(0, dtype=np.float32) if wave is None else wave
        found.append(np.pad(wave, (0, max(0, FRAME - len(wave)))))
    return found


class Listening:
    """How an AST wants its sounds: log-mel spectra of one length, made by Transformers' own extractor."""

    def __init__(self, extractor: Any) -> None:
        self.extractor = extractor

    def read(self, references: Sequence[Any]) -> npt.NDArray[np.float32]:
        """Shape (sounds, frames, bands)."""
        with quiet():
            found = self.extractor(waves(references), sampling_rate=RATE, return_tensors="np")
        return np.asarray(found["input_values"], dtype=np.float32)

    def scaled(self, found: Any) -> Any:
        """As they are."""
        return found

    def save(self, folder: Path) -> None:
        """Write `preprocessor_config.json`."""
        self.extractor.save_pretrained(folder)


def listening(folder: Path) -> Listening:
    """What the folder's `preprocessor_config.json` says, or the family's own numbers."""
    import transformers

    hf: Any = transformers  # its type hints are partial
    there = (folder / "preprocessor_config.json").exists()
    return Listening(hf.ASTFeatureExtractor.from_pretrained(folder) if there else hf.ASTFeatureExtractor())


class Timbre:
    """What `linear` hears: cepstra of the whole sound and of six slices of it, loudness and length.

    Quiet edges are cut first, so that a slice is a part of what was said and not of the pause before it.
    """

    def vectors(self, inputs: Sequence[Any]) -> Floats:
        """Shape (sounds, numbers)."""
        width = COEFFICIENTS * (4 + SLICES) + 2
        return np.array([_timbre(wave) for wave in waves(inputs)], dtype=np.float64).reshape(-1, width)

    def save(self, folder: Path) -> None:
        """Nothing is learned, so nothing is kept."""


def _timbre(wave: Wave) -> Floats:
    from scipy.fft import dct

    bands = log_mel(wave)
    loud = np.logaddexp.reduce(bands, axis=1)
    heard = np.flatnonzero(loud >= loud.max() - QUIET)
    bands = bands[heard[0] : heard[-1] + 1]
    cepstra = np.asarray(dct(bands, norm="ortho", axis=1))[:, :COEFFICIENTS]
    steps = np.abs(np.diff(cepstra, axis=0)).mean(axis=0) if len(cepstra) > 1 else np.zeros(COEFFICIENTS)
    whole = [cepstra.mean(axis=0), cepstra.std(axis=0), cepstra.max(axis=0), steps]
    edges = np.linspace(0, len(cepstra), SLICES + 1)
    slices = [cepstra[int(a) : max(int(a) + 1, int(b))].mean(axis=0) for a, b in pairwise(edges)]
    return np.concatenate([*whole, *slices, [loud.mean(), np.log(len(bands))]])


def log_mel(wave: Wave) -> Floats:
    """Logarithms of 40 mel bands, shape (frames, bands)."""
    from transformers.audio_utils import mel_filter_bank, spectrogram, window_function

    filters = mel_filter_bank(FFT // 2 + 1, BANDS, 20.0, RATE / 2, RATE, norm=None, mel_scale="htk")
    power = spectrogram(
        wave, window_function(FRAME, "hann"), FRAME, HOP, FFT, power=2.0, center=False, mel_filters=filters,
        mel_floor=1e-10,
    )  # fmt: skip
    return np.asarray(np.log(power.T), dtype=np.float64)
