"""A head that takes one correction at a time, and the trust in those who correct."""
