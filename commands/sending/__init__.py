"""Channels, and the relay that wakes workflows."""
