"""Promises of the readers of files."""
