"""Headers of every answer there is, also of those that are made before any page is asked."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# What an answer does not say itself: it is no page, so it may do nothing.
_AT_LEAST = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cache-Control": "no-store",
}
_TLS_ONLY = "max-age=31536000"


@dataclass(frozen=True)
class Secured:
    """Adds what is missing; `tls_only` where the public address is https."""

    app: ASGIApp
    tls_only: bool = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _AT_LEAST.items():
                    headers.setdefault(name, value)
                if self.tls_only:
                    headers.setdefault("Strict-Transport-Security", _TLS_ONLY)
            await send(message)

        await self.app(scope, receive, sending)
