"""Parts of `benchmarks/online.py`: streams with a planted shift, and what learns from them."""
