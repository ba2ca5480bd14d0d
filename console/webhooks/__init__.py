"""Webhooks: what providers post is verified, stored as it came, and only then acknowledged."""
