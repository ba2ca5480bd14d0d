"""Markup from outside as safe markup for the desk."""

from __future__ import annotations

import re

import nh3

from intake.mail.limits import DEEPEST_HTML, LONGEST_BARE_HTML, LONGEST_HTML

_TAGS = frozenset(
    "a b blockquote br code div em h1 h2 h3 h4 h5 h6 hr i li ol p pre s strong sub sup "
    "table tbody td tfoot th thead tr u ul".split()
)
_EMPTY_TAGS = frozenset("br hr".split())
_HIDDEN = frozenset("head noscript script style template title".split())
_SCHEMES = frozenset("http https mailto".split())
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:]{0,30})([^<>]*)>")
_HREF = re.compile(
    r"""\bhref\s{0,5}=\s{0,5}("[^"]{0,2000}"|'[^']{0,2000}'|[^\s"'>]{1,2000})""", re.IGNORECASE
)
_LOOSE_AMPERSAND = re.compile(r"&(?![#A-Za-z])")
_LINK = re.compile(r'<a(?: href="([^"]*)")?>([^<]*)')


def displayable(html: str) -> str:
    """Markup that may stand on a page: no scripts, forms, styles, images or clickable links.

    A link's address stands as text behind its label; only http, https and mailto are shown.
    """
    kept = {name: set[str]() for name in _TAGS} | {"a": {"href"}}
    clean = nh3.clean(
        _bare(html[:LONGEST_HTML]),
        tags=set(_TAGS),
        clean_content_tags=set(_HIDDEN),
        attributes=kept,
        url_schemes=set(_SCHEMES),
        link_rel=None,
    )
    return _LINK.sub(_as_text, clean).replace("</a>", "")


def _bare(html: str) -> str:
    """The markup without attributes but ``href``, and no deeper than a reader can stack.

    Sanitisers take time in the square of the depth, and of the differing attributes, they meet.
    """
    depth = 0

    def bare_tag(match: re.Match[str]) -> str:
        nonlocal depth
        closing, name, rest = match[1], match[2].lower(), match[3]
        if name not in _TAGS | _HIDDEN:
            return "" if name != "img" else " "
        if name in _EMPTY_TAGS:
            return f"<{name}>"
        depth = max(0, depth + (-1 if closing else 1))
        if depth > DEEPEST_HTML:
            return "<br>" if name in {"p", "div", "tr", "li"} else " "
        href = _HREF.search(rest) if name == "a" and not closing else None
        return f"<a href={href[1]}>" if href else f"<{closing}{name}>"

    escaped = _LOOSE_AMPERSAND.sub("&amp;", html)
    return _TAG.sub(bare_tag, escaped)[:LONGEST_BARE_HTML]


def _as_text(match: re.Match[str]) -> str:
    address, label = match[1] or "", match[2]
    shown = address.removeprefix("mailto:")
    return label if not shown or shown in label else f"{label} &lt;{shown}&gt; "
