"""Measured claims: `python -m benchmarks NAME`; each prints a ratio against a reference of the same run."""
