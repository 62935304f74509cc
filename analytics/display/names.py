"""What a security or an event is called in a label.

In: a ticker, an event. Out: a few words. It must not know results or matplotlib.
"""

from __future__ import annotations

from analytics.events import Event
from analytics.market.securities import recorded_directory

__all__ = ["label_of", "name", "name_zh"]

_SPELLING = {
    "ai": "AI",
    "amd": "AMD",
    "aws": "AWS",
    "bbg": "Bloomberg",
    "cac": "CAC",
    "cloudmatrix": "CloudMatrix",
    "deepseek": "DeepSeek",
    "ft": "FT",
    "h20": "H20",
    "info": "Information",
    "loi": "deal",
    "msft": "Microsoft",
    "mtia": "MTIA",
    "nvda": "NVIDIA",
    "openai": "OpenAI",
    "r1": "R1",
    "samr": "SAMR",
    "tpu": "TPU",
    "tsmc": "TSMC",
    "us": "US",
    "wsj": "WSJ",
}
_COMMON = frozenset(
    "announcement ban chip diffusion explores finding licence meta-chip probe rescind resume "
    "revenue roadmap rule shock share tapeout training".split()
)


def name(ticker: str) -> str:
    """Name of a security: its firm's, with the ticker where a firm has several.

    Examples
    --------
    >>> name("NVDA"), name("2330.TW"), name("^GSPC"), name("MINE")
    ('NVIDIA', 'TSMC (2330.TW)', 'S&P 500', 'MINE')
    """
    directory = recorded_directory()
    firm, security = directory.firm_of(ticker), directory.securities.get(ticker)
    if firm is not None:
        return firm.name if len(firm.listings) == 1 else f"{firm.name} ({ticker})"
    if security is not None and security.kind == "index":
        return security.name.removesuffix(" (price index)")
    return ticker


def name_zh(ticker: str) -> str:
    """Chinese and English name; English alone where there is no other.

    Examples
    --------
    >>> name_zh("NVDA"), name_zh("META")
    ('輝達 NVIDIA', 'Meta')
    """
    firm = recorded_directory().firm_of(ticker)
    if firm is None or firm.name_zh in ("", firm.name):
        return name(ticker)
    return f"{firm.name_zh} {name(ticker)}"


def label_of(event: str | Event) -> str:
    """A short label for an event, made from its id: the words without the date.

    Examples
    --------
    >>> label_of("deepseek-shock-2025-01-27"), label_of("us-rule-2022-10-07")
    ('DeepSeek shock', 'US rule')
    """
    parts = (event if isinstance(event, str) else event.id).split("-")
    if len(parts) > 3 and len(parts[-3]) == 4 and all(part.isdigit() for part in parts[-3:]):
        parts = parts[:-3]
    spelt = [_SPELLING.get(part, part if part in _COMMON else part.capitalize()) for part in parts]
    text = " ".join(spelt)
    return text[:1].upper() + text[1:]
