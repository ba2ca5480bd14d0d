"""Reads bank statements: camt.052, camt.053, camt.054, MT940, MT942 and BAI2."""
