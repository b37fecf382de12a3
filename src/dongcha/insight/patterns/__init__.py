"""The kinds of regularity, one file each."""
