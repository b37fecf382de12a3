"""Which encoder: by name, by folder, or by the language of the texts."""

from collections.abc import Sequence

from dongcha.model.encoder import ENCODERS, Encoder
from dongcha.model.encoders.hub import from_hub, local, looks_like_hub
from dongcha.model.terms import cjk_share

SAMPLE = 500
ENGLISH_AT_MOST = 0.05  # share of Chinese, Japanese or Korean letters


def find_encoder(name: str) -> Encoder:
    """The encoder registered as `name`, or in the local folder `name`, or with the Hub id `name`, in this order.

    Raises `UnknownName`, `StorageError` or `ConfigError` with a way out.
    """
    if name in list(ENCODERS):
        return ENCODERS.get(name)()
    found = local(name)
    if found is not None:
        return found
    return from_hub(name) if looks_like_hub(name) else ENCODERS.get(name)()


def choose_encoder(texts: Sequence[str]) -> str:
    """`minilm` for texts in English letters, `e5` for Chinese, other scripts, or a mixture.

    >>> choose_encoder(["a fast loan"]), choose_encoder(["很快的贷款"])
    ('minilm', 'e5')
    """
    step = max(1, len(texts) // SAMPLE)
    sample = [text[:2000] for text in texts[::step] if text.strip()]
    if not sample:
        return "minilm"
    cjk = sum(cjk_share(text) for text in sample) / len(sample)
    letters = [c for text in sample for c in text if c.isalpha()]
    latin = sum(c.isascii() for c in letters) / len(letters) if letters else 1.0
    return "minilm" if cjk <= ENGLISH_AT_MOST and latin >= 0.9 else "e5"
