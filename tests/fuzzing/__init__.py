"""Fuzzing of every reader that meets the outside; `make fuzz` runs it, the suite its finds."""
