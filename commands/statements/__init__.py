"""Statements of account, on schedule and on demand."""
