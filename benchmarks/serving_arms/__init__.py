"""Arms of `serving.py`: the load, the bare loop, and other servers with the same model."""
