"""Policies under control: versions that are drafted, simulated, approved and activated."""
