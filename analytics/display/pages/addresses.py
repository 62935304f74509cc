"""Where a link may lead, and what a heading is called in an address.

In comes an address or a title as somebody wrote it; out goes an address that a page may hold, or
an error. It knows no part, no template and no notebook, only that a notebook ``x.ipynb`` becomes
the page ``x.html``.
"""

from __future__ import annotations

import re
from urllib.parse import unquote


def require_safe(href: str) -> None:
    """Refuse an address that runs something."""
    if not is_safe(href):
        raise ValueError(f"a link leads to a page, http, https or mailto; got {href!r}")


def is_safe(href: str) -> bool:
    """Tell whether an address leads somewhere, rather than runs something."""
    return _scheme(href) in ("", "http", "https", "mailto")


def _scheme(href: str) -> str:
    """Find the scheme of an address as browsers do: spaces and control characters do not count."""
    found = re.match(r"([a-z][a-z0-9+.\-]*):", re.sub(r"[\x00-\x20]", "", href), re.IGNORECASE)
    return found[1].lower() if found else ""


def page_address(href: str) -> str:
    """Turn a notebook's address of a notebook, or of a heading, into the page's."""
    if _scheme(href) or href.startswith("//"):
        return href
    path, mark, fragment = href.partition("#")
    path = re.sub(r"\.ipynb$", ".html", path)
    return path + mark + (slug(unquote(fragment)) if mark else "")


def slug(title: str) -> str:
    """Make a title the end of an address: small letters, a dash for all that is no letter."""
    return re.sub(r"[^\w]+", "-", title.lower()).strip("-_")
