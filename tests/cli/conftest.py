"""The tiny encoder, for the command line too."""

from tests.model.conftest import tiny

__all__ = ["tiny"]
