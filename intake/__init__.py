"""Reads the files people export from other systems into validated rows."""
