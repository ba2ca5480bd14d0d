"""The API: what the desk shows and does, as JSON for other systems."""
