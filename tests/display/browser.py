"""Open a page in Chromium and say what a reader would trip over.

``inspect(path, width=390)`` returns a :class:`PageReport` whose fields are all empty for a good
page. The system's Chromium is driven by playwright; nothing is downloaded. A page is opened from
its file, so any other request is one too many.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["PageReport", "chromium", "inspect", "opened", "running", "save_pdf", "save_screenshot"]

_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_HEIGHTS = {390: 844, 1400: 900}


@dataclass(frozen=True)
class PageReport:
    """What was found on a page.

    Parameters
    ----------
    requests : tuple of str
        Addresses asked for, other than the page itself and the ``data:`` in it.
    console : tuple of str
        Messages and errors, among them every breach of the Content Security Policy.
    scripts : int
        Script elements, inline handlers and ``javascript:`` links.
    missing_alt : tuple of str
        Pictures without an alt text.
    broken_images : tuple of str
        Alt texts of pictures that did not load.
    overflow_px : int
        By how much the page is wider than the window.
    sticking_out : tuple of str
        Elements beyond the right edge that are in no scroll container of their own.
    tofu : tuple of str
        Characters that are drawn as the box for a missing glyph.
    faint : tuple of str
        Text with a contrast below 4.5 to 1.
    duplicate_ids : tuple of str
        Ids that more than one element has.
    dead_anchors : tuple of str
        Links to a place on the page that is not there.
    """

    requests: tuple[str, ...]
    console: tuple[str, ...]
    scripts: int
    missing_alt: tuple[str, ...]
    broken_images: tuple[str, ...]
    overflow_px: int
    sticking_out: tuple[str, ...]
    tofu: tuple[str, ...]
    faint: tuple[str, ...]
    duplicate_ids: tuple[str, ...]
    dead_anchors: tuple[str, ...]

    @property
    def faults(self) -> dict[str, object]:
        """Every field that is not as it should be; empty for a good page."""
        return {name: value for name, value in vars(self).items() if value}


@dataclass
class Heard:
    """What the browser said while the page was open."""

    requests: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)


def chromium() -> str | None:
    """Return the path of the system's Chromium, or None."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((found for found in map(shutil.which, names) if found), None)


@contextmanager
def running() -> Iterator[Any]:
    """Start Chromium once for many pages; hand it on as ``within``."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(_FLAGS))
        yield browser
        browser.close()


@contextmanager
def opened(
    path: Path, *, width: int = 390, dark: bool = False, within: Any = None
) -> Iterator[tuple[Any, Heard]]:
    """Open a page in a window of this width; yield playwright's page and what was heard."""
    with nullcontext(within) if within else running() as browser:
        heard = Heard()
        page = browser.new_page(
            viewport={"width": width, "height": _HEIGHTS.get(width, 900)},
            color_scheme="dark" if dark else "light",
        )
        page.on("request", lambda request: heard.requests.append(request.url))
        page.on("console", lambda message: heard.console.append(message.text))
        page.on("pageerror", lambda error: heard.console.append(str(error)))
        page.goto(path.resolve().as_uri(), wait_until="load")
        yield page, heard
        page.close()


def inspect(path: Path, width: int = 390, *, dark: bool = False, within: Any = None) -> PageReport:
    """Open a page, with every folded part unfolded, and report.

    Parameters
    ----------
    path : Path
        An HTML file.
    width : int
        Width of the window in CSS pixels.
    dark : bool
        Prefer dark colours.
    within : playwright browser, optional
        One that is :func:`running`; a browser takes longer to start than a page to inspect.
    """
    own = path.resolve().as_uri()
    with opened(path, width=width, dark=dark, within=within) as (page, heard):
        folded = page.evaluate(_LAYOUT)
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        found = {
            **page.evaluate(_LAYOUT),
            **page.evaluate(_CONTENT),
            "faint": page.evaluate(_FAINT),
        }
        found["overflow_px"] = max(found["overflow_px"], folded["overflow_px"])
        tofu = page.evaluate(_TOFU)
    others = [one for one in heard.requests if one != own and not one.startswith("data:")]
    lists = {name: tuple(value) for name, value in found.items() if isinstance(value, list)}
    return PageReport(
        requests=tuple(others),
        console=tuple(heard.console),
        scripts=int(found["scripts"]),
        overflow_px=int(found["overflow_px"]),
        tofu=tuple(tofu),
        **lists,
    )


def save_screenshot(
    path: Path,
    into: Path,
    *,
    width: int = 390,
    dark: bool = False,
    whole: bool = False,
    within: Any = None,
) -> None:
    """Save what a reader sees at this width; with ``whole``, down to the foot."""
    with opened(path, width=width, dark=dark, within=within) as (page, _):
        page.screenshot(path=str(into), full_page=whole)


def save_pdf(path: Path, into: Path, *, dark: bool = False, within: Any = None) -> None:
    """Print a page on A4."""
    with opened(path, width=1400, dark=dark, within=within) as (page, _):
        page.pdf(path=str(into), format="A4", print_background=False, prefer_css_page_size=True)


_LAYOUT = """() => {
  const edge = document.documentElement.clientWidth;
  const scrolls = one => {
    for (let up = one; up && up !== document.body; up = up.parentElement)
      if (['auto', 'scroll', 'hidden'].includes(getComputedStyle(up).overflowX)) return true;
    return false;
  };
  const out = [...document.body.querySelectorAll('*')]
    .filter(one => one.getBoundingClientRect().right > edge + 1 && !scrolls(one))
    .map(one => `${one.tagName}.${one.className}: ${one.textContent.trim().slice(0, 40)}`);
  return {overflow_px: document.documentElement.scrollWidth - edge, sticking_out: out};
}"""

_CONTENT = """() => {
  const all = [...document.querySelectorAll('*')];
  const scripts = all.filter(one => one.tagName.toLowerCase() === 'script'
    || [...one.attributes].some(a => /^on/i.test(a.name))
    || /^\\s*javascript:/i.test(one.getAttribute('href') || ''));
  const pictures = [...document.images];
  const ids = all.map(one => one.id).filter(Boolean);
  const anchors = [...document.querySelectorAll('a[href^="#"]')]
    .map(one => one.getAttribute('href').slice(1));
  return {
    scripts: scripts.length,
    missing_alt: pictures.filter(one => !(one.alt || '').trim()).map(one => one.src.slice(0, 60)),
    broken_images: pictures.filter(one => !one.naturalWidth).map(one => one.alt),
    duplicate_ids: ids.filter((id, place) => ids.indexOf(id) !== place),
    dead_anchors: anchors.filter(id => !document.getElementById(decodeURIComponent(id))),
  };
}"""

# WCAG 2.2: relative luminance, and a ratio of 4.5 for text of any size.
_FAINT = """() => {
  const parse = text => {
    const parts = (text.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number);
    const unit = text.startsWith('color(') ? 1 : 255;
    return [parts[0] / unit, parts[1] / unit, parts[2] / unit, parts.length > 3 ? parts[3] : 1];
  };
  const over = (top, under) =>
    [0, 1, 2].map(i => top[i] * top[3] + under[i] * (1 - top[3])).concat(1);
  const light = rgb => {
    const [r, g, b] = rgb.map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = one => {
    const layers = [];
    for (let up = one; up; up = up.parentElement)
      layers.push(parse(getComputedStyle(up).backgroundColor));
    return layers.reverse().reduce((under, top) => over(top, under), [1, 1, 1, 1]);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const faint = new Set();
  while (walker.nextNode()) {
    const text = walker.currentNode.data.trim(), one = walker.currentNode.parentElement;
    const box = one.getBoundingClientRect();
    if (!text || one.closest('.anchor') || !box.width || !box.height) continue;
    const under = ground(one), ink = over(parse(getComputedStyle(one).color), under);
    const [a, b] = [light(ink), light(under)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) faint.add(`${ratio.toFixed(2)}: ${text.slice(0, 50)}`);
  }
  return [...faint];
}"""

# A character without a glyph in any font is drawn as the same box as a code point that has none by
# definition, so the two drawings are equal.
_TOFU = """() => {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 64;
  const pen = canvas.getContext('2d', {willReadFrequently: true});
  const draw = (font, mark) => {
    pen.clearRect(0, 0, 64, 64);
    pen.font = font;
    pen.fillText(mark, 8, 48);
    return pen.getImageData(0, 0, 64, 64).data.join();
  };
  const boxes = new Map(), seen = new Set(), tofu = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const font = '32px ' + getComputedStyle(walker.currentNode.parentElement).fontFamily;
    if (!boxes.has(font)) boxes.set(font, draw(font, String.fromCodePoint(0x10FFFD)));
    for (const mark of walker.currentNode.data) {
      if (mark.codePointAt(0) < 0xA0 || /\\s/u.test(mark) || seen.has(font + mark)) continue;
      seen.add(font + mark);
      if (draw(font, mark) === boxes.get(font)) tofu.add(mark);
    }
  }
  return [...tofu];
}"""
