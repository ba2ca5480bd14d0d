"""Phrases we wrote ourselves, from which the model learns."""
