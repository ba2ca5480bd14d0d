"""Adjustments of the subledger: what moves a balance without cash, and who agreed to it."""
