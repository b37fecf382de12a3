"""Encoders by Hugging Face Hub id (`org/name`, `org/name@revision`) or local folder; safetensors only."""

import re
from pathlib import Path

from dongcha.core.errors import StorageError
from dongcha.model.cache import cache_folder
from dongcha.model.encoder import Encoder, checked_encoder
from dongcha.model.quiet import quiet

_ID = re.compile(r"[\w.-]+/[\w.-]+(@[\w./-]+)?")


def looks_like_hub(name: str) -> bool:
    """Whether the name has the form of a Hub id.

    >>> looks_like_hub("BAAI/bge-small-zh-v1.5"), looks_like_hub("minilm")
    (True, False)
    """
    return _ID.fullmatch(name) is not None


def local(name: str) -> Encoder | None:
    """The encoder in the folder `name`, or None where there is no such folder."""
    folder = Path(name).expanduser()
    if not folder.is_dir():
        return None
    return checked_encoder(_with_tokenizer(Encoder(name, folder.resolve())))


def from_hub(name: str) -> Encoder:
    """The encoder of that Hub id, downloaded once into the Hub's cache; raises `StorageError` where it cannot be."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    repo, _, revision = name.partition("@")
    wanted = ["*.json", "*.safetensors", "*.txt", "*.model"]
    try:
        with quiet():
            folder = snapshot_download(repo, revision=revision or None, allow_patterns=wanted)
    except (LocalEntryNotFoundError, HfHubHTTPError, HFValidationError, OSError) as error:
        raise StorageError(
            f"encoder {name!r} could not be downloaded from the Hugging Face Hub; check the name and the connection, "
            "or name a local folder, 'minilm' or 'e5'"
        ) from error
    return checked_encoder(_with_tokenizer(Encoder(name, Path(folder))))


def _with_tokenizer(encoder: Encoder) -> Encoder:
    """The encoder in a folder that has `tokenizer.json`: made from the slow tokenizer's files where it is missing."""
    if (encoder.folder / "tokenizer.json").exists() or (encoder.folder / "preprocessor_config.json").exists():
        return encoder  # pictures and sounds have no tokens
    from transformers import AutoTokenizer

    made = cache_folder() / "tokenizers" / encoder.folder.name
    try:
        with quiet():
            AutoTokenizer.from_pretrained(encoder.folder, local_files_only=True).save_pretrained(made)
        for file in (*encoder.folder.glob("*.safetensors*"), encoder.folder / "config.json"):
            link = made / file.name
            link.unlink(missing_ok=True)
            link.symlink_to(file.resolve())
    except (OSError, ValueError, KeyError) as error:
        raise StorageError(f"encoder {encoder.name!r}: no usable tokenizer in {str(encoder.folder)!r}") from error
    return Encoder(encoder.name, made, encoder.licence)
