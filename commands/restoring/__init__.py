"""Restoring: copies of the books, and what has to be known before books of an earlier hour send."""
