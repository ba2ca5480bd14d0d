"""Aging, key figures and statements, printed and as files."""
