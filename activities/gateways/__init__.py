"""Gateways: one file a provider, all behind the same interface."""
