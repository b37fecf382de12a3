"""The project folder, its configuration and its state: what a run remembers.  Knows nothing of tables or models."""
