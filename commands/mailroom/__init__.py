"""What comes in: stored, matched, read, acted upon and taken back."""
