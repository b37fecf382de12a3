"""Whether a window differs from the reference, and whether a stream has changed."""
