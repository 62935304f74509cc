"""How a figure looks, and how it becomes bytes.

In: tickers, texts, a figure. Out: colours, measured texts, SVG or PNG. It must not know results,
events or prices. Nothing here changes matplotlib's settings outside ``with style():``.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import matplotlib.style
import numpy as np
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.collections import Collection
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from analytics.display import names

__all__ = [
    "Picture",
    "cjk_font",
    "colour",
    "contrast",
    "figure_png",
    "figure_svg",
    "line_style",
    "marks",
    "name",
    "render",
    "show",
    "style",
    "text_colour",
    "text_width",
    "wrap",
]

WIDTH = 680  # CSS pixels on a wide screen
PHONE = 390
SMALLEST = 11  # CSS pixels of the smallest text on the phone
DPI = 96  # one figure pixel is one CSS pixel
TEXT = 0.1 * round(10 * SMALLEST * WIDTH / PHONE * 72 / DPI + 0.5)  # points
TITLE = 17.0  # points
MANY_MARKS = 2000  # from here on a PNG is smaller than an SVG

INK = "#1a1a1a"
SOFT = "#555555"
PALE = "#d9d9d9"
GRID = "#e6e6e6"
POSITIVE = "#0072B2"
NEGATIVE = "#D55E00"

_COLOURS = {"NVDA": "#009E73", "META": "#0072B2", "TSM": "#D55E00", "2330.TW": "#E69F00"}
CONTEXT = "#777777"
_SPARE = ("#CC79A7", "#56B4E9")  # Okabe-Ito; after these, grey
_FONT = "DejaVu Sans"  # travels with matplotlib: the same letters on every machine
_CJK_FONTS = (
    "Noto Sans CJK TC",
    "Source Han Sans TC",
    "PingFang TC",
    "Microsoft JhengHei",
    "Noto Sans CJK HK",
    "Noto Sans CJK JP",
    "Noto Sans CJK SC",
    "Source Han Sans",
)
_CJK_FILES = re.compile(
    r"NotoSansCJK.*Regular|SourceHanSans.*Regular|PingFang|msjh\.", re.IGNORECASE
)

_SETTINGS: dict[str, Any] = {
    "axes.axisbelow": True,
    "axes.edgecolor": INK,
    "axes.spines.bottom": False,
    "axes.spines.left": False,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "figure.dpi": DPI,
    "figure.facecolor": "white",
    "font.family": [_FONT],
    "font.size": TEXT,
    "hatch.linewidth": 0.8,
    "lines.solid_capstyle": "round",
    "savefig.bbox": None,
    "savefig.dpi": "figure",
    "svg.fonttype": "path",
    "svg.hashsalt": "analytics",
    "text.color": INK,
    "text.parse_math": False,  # a dollar sign is money
    "xtick.color": SOFT,
    "xtick.labelsize": TEXT,
    "xtick.major.size": 0,
    "ytick.color": SOFT,
    "ytick.labelsize": TEXT,
    "ytick.major.size": 0,
}


@contextmanager
def style(*, chinese: bool = False) -> Iterator[None]:
    """Matplotlib's settings for a figure of this project, and only inside the ``with``.

    They start from matplotlib's own defaults, so that a reader's settings do not change a figure.

    Parameters
    ----------
    chinese : bool
        Add an installed font with Chinese characters, if there is one.

    Examples
    --------
    >>> before = mpl.rcParams["font.size"]
    >>> with style():
    ...     inside = mpl.rcParams["font.size"]
    >>> round(inside, 1), mpl.rcParams["font.size"] == before
    (14.4, True)
    """
    font = cjk_font() if chinese else None
    families = {"font.family": [_FONT, font]} if font else {}
    with matplotlib.style.context(["default", _SETTINGS | families]):
        yield


def cjk_font() -> str | None:
    """Name of an installed sans-serif font with Chinese characters; None if there is none.

    A font installed after matplotlib wrote its list of fonts is found too.
    """
    known = _cjk_known()
    if known is None:
        for path in sorted(font_manager.findSystemFonts()):
            if _CJK_FILES.search(Path(path).name):
                font_manager.fontManager.addfont(path)
        known = _cjk_known()
    return known


def _cjk_known() -> str | None:
    there = {
        entry.name
        for entry in font_manager.fontManager.ttflist
        if entry.name in _CJK_FONTS and Path(entry.fname).exists()
    }
    return next((font for font in _CJK_FONTS if font in there), None)


def name(ticker: str, *, chinese: bool = False) -> str:
    """Name of a security in a label, in Chinese too where asked and where a font can show it.

    Examples
    --------
    >>> name("NVDA"), name("2330.TW")
    ('NVIDIA', 'TSMC (2330.TW)')
    """
    return names.name_zh(ticker) if chinese and cjk_font() else names.name(ticker)


def colour(ticker: str, among: Sequence[str] = ()) -> str:
    """Colour of a security's line; one without its own takes a spare colour, then grey.

    Parameters
    ----------
    ticker : str
    among : sequence of str
        All securities of the figure, in order: at most four colours are given out.

    Examples
    --------
    >>> colour("NVDA"), colour("^GSPC"), colour("AMD", ["NVDA", "AMD"])
    ('#009E73', '#777777', '#CC79A7')
    """
    if ticker in _COLOURS:
        return _COLOURS[ticker]
    own = [one for one in among if one in _COLOURS]
    others = [one for one in among if one not in _COLOURS and not one.startswith("^")]
    free = _SPARE[: max(4 - len(own), 0)]
    place = others.index(ticker) if ticker in others else len(free)
    return free[place] if place < len(free) else CONTEXT


def line_style(ticker: str) -> Any:
    """Dashes for the Taipei line of a firm that also has a solid one in New York."""
    return (0, (4, 1.6)) if ticker == "2330.TW" else "solid"


def text_colour(shade: str) -> str:
    """The shade, darkened until text in it has a contrast of 4.5 to 1 on white.

    Examples
    --------
    >>> contrast(text_colour("#E69F00")) >= 4.5
    True
    >>> text_colour("#0072B2")
    '#0072b2'
    """
    red, green, blue = to_rgb(shade)
    while contrast((red, green, blue)) < 4.5:
        red, green, blue = 0.97 * red, 0.97 * green, 0.97 * blue
    return to_hex((red, green, blue))


def contrast(shade: Any, ground: Any = "white") -> float:
    """Contrast of two colours as WCAG 2 counts it, 1 to 21."""
    light, dark = sorted((_luminance(shade), _luminance(ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(shade: Any) -> float:
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(shade)]
    return float(0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2])


def text_width(text: str, *, size: float = TEXT, weight: str = "normal") -> float:
    """Width of a line of text in figure pixels, in the font of the current style."""
    font = FontProperties(family=mpl.rcParams["font.family"], size=size, weight=weight)
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return float(width) * DPI / 72


def wrap(text: str, width: float, *, size: float = TEXT, weight: str = "normal") -> list[str]:
    """Break a text into lines of at most ``width`` figure pixels, between words.

    Narrow spaces hold a number and its unit together.
    """
    lines: list[str] = []
    for word in filter(None, text.split(" ")):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size=size, weight=weight) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


@dataclass(frozen=True, repr=False)
class Picture:
    """A drawn figure with the text that stands for it; a notebook shows it.

    Attributes
    ----------
    image : str or bytes
        SVG, or PNG where there are many marks.
    alt : str
        What a reader would see.
    """

    image: str | bytes
    alt: str

    def __repr__(self) -> str:
        return self.alt

    def _repr_mimebundle_(
        self,
        include: object = None,  # noqa: ARG002  asked for by name
        exclude: object = None,  # noqa: ARG002
    ) -> tuple[dict[str, str | bytes], dict[str, dict[str, str | int]]]:
        kind = "image/svg+xml" if isinstance(self.image, str) else "image/png"
        facts: dict[str, str | int] = {"alt": self.alt}
        if kind == "image/png":
            facts["width"] = WIDTH  # drawn at twice that
        return {kind: self.image, "text/plain": self.alt}, {kind: facts}


def show(figure: Figure | Axes, alt: str) -> Picture:
    """A figure as a notebook shows it: SVG where that is small, with its alt text.

    The last line of a cell, or an argument of ``display``. The figure is closed, so that it does
    not appear a second time. SVG comes first because its bytes depend on matplotlib alone; those
    of a PNG also depend on the compression library of the machine.

    Parameters
    ----------
    figure : Figure or Axes
    alt : str
        From `analytics.display.alt`.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        There is no alt text.
    """
    if not alt.strip():
        raise ValueError("a figure needs an alt text; see analytics.display.alt")
    drawn = _figure(figure)
    image = render(drawn, alt=alt)
    plt.close(drawn)
    return Picture(image, alt)


def render(figure: Figure | Axes, *, alt: str = "") -> str | bytes:
    """SVG text of a figure with few marks, PNG bytes of one with many."""
    drawn = _figure(figure)
    return figure_svg(drawn, alt=alt) if marks(drawn) < MANY_MARKS else figure_png(drawn)


def figure_svg(figure: Figure | Axes, *, alt: str = "") -> str:
    """SVG of a figure; the same figure gives the same text.

    Letters are paths, so that no font of the reader's machine matters.

    Parameters
    ----------
    figure : Figure or Axes
    alt : str
        Becomes the ``<title>`` of the drawing, for readers who hear it.
    """
    metadata: dict[str, Any] = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    if alt:
        metadata["Title"] = alt
    buffer = io.StringIO()
    with style():
        _figure(figure).savefig(buffer, format="svg", metadata=metadata)
    return buffer.getvalue()


def figure_png(figure: Figure | Axes) -> bytes:
    """PNG of a figure at twice its size on screen; the same figure gives the same bytes."""
    buffer = io.BytesIO()
    with style():
        _figure(figure).savefig(buffer, format="png", dpi=2 * DPI, metadata={"Software": None})
    return buffer.getvalue()


def marks(figure: Figure | Axes) -> int:
    """How many things a figure draws: lines, points, bars, texts."""
    return sum(_marks(one) for one in _figure(figure).findobj())


def _marks(artist: Any) -> int:
    if isinstance(artist, Collection):
        return max(np.shape(artist.get_offsets())[0], len(artist.get_paths()))
    if isinstance(artist, mpl.lines.Line2D):
        dotted = artist.get_marker() not in ("None", "none", "", " ", None)
        return np.size(artist.get_xdata()) if dotted else 1
    if isinstance(artist, mpl.text.Text):
        return int(bool(artist.get_text()))
    return int(isinstance(artist, mpl.patches.Patch))


def _figure(figure: Figure | Axes) -> Figure:
    found = figure.figure if isinstance(figure, Axes) else figure
    while not isinstance(found, Figure):  # a part of a figure
        found = found.figure
    return found
