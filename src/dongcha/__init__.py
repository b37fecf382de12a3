"""Dongcha (洞察): train your own models, mine your own data, prove every finding."""

__version__ = "0.1.0"
