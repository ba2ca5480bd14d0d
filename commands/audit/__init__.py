"""The cadence audit on the command line."""
