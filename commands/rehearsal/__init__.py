"""A period played through the real engine."""
