"""Measurements against other tools: ``python -m benchmarks``, or ``make bench``."""
