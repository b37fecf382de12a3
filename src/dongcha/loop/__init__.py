"""The one loop: verbs that compose the rooms; the command line and the Python API call the same ones."""
