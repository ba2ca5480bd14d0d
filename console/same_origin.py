"""Whether a request that changes something comes from the desk's own pages.

By Fetch Metadata where the browser sends it, else by Origin; a request with neither is no
browser's, and no other site can make one.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import Request

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def is_own(request: Request) -> bool:
    """Whether the request may change something, as far as its origin says."""
    if request.method in SAFE_METHODS:
        return True
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    if origin is None:
        return True
    named = urlsplit(origin)
    return bool(named.netloc) and named.netloc == request.headers.get("host")
