"""Experiments on the command line: start, stop, list and report."""
