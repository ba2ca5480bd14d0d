"""Reads the mails people and mail systems send back into bounded, safe values."""
