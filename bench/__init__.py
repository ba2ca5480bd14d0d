"""Benchmarks: what Duncan costs beside the bare engine, as ratios of one run on one machine."""
