"""Cleaning: rules that each say which rows they touched; the raw value is always kept."""

from dongcha.data.clean.applied import Applied, Cleaned
from dongcha.data.clean.clean import clean

__all__ = ["Applied", "Cleaned", "clean"]
