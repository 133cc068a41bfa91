"""Figures that README and docs quote, each from one command: `python -m benchmarks.NAME --help`."""
