"""Versions of the workers: which run, which new cases go to, which old ones are drained."""
