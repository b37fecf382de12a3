"""Find what is true across all columns, test it, rank it.  Never sees a model."""
