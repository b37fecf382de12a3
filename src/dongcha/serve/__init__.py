"""Models at work: they add columns to tables."""
