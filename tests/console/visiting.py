"""Asking the desk for pages without a server between."""

from __future__ import annotations

from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient


def visiting(app: FastAPI, host: str = "127.0.0.1") -> AsyncClient:
    """A browser that reaches the desk under a host name; faults come back as answers."""
    transport = ASGITransport(app, raise_app_exceptions=False)
    return AsyncClient(transport=transport, base_url=f"http://{host}")
