"""The story of a page told from what stands around it.

In: the lines of a page, and the title it states, if it does. Out: `Parts`: headline, head, body,
and every other stretch with the reason why it was left out. It must not know names, dates or
amounts.

A line that tells something in sentences counts for the body, everything else against it; headings
such as "related" divide the page. The body is the stretch with the largest sum.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from analytics.events.articles.furniture import (
    HAN,
    STRONG,
    is_hard_heading,
    is_legal,
    is_masked,
    is_prose,
    weight,
)
from analytics.events.articles.page import Line

Confidence = Literal["high", "medium", "low", "none"]
MOST = 400.0  # what one line can count for the body
AGAINST = 25.0  # what a short line can count against it
LEGAL = 60.0
FURNITURE = 12.0  # the page itself says that it is none; it need not keep what follows apart
BEHIND = 0.4  # what a paragraph under a heading such as "related" counts
ABOVE, BELOW = 5, 4  # lines before the headline and after the body where imprints stand
REACH = 60  # lines above the body in which its headline is looked for
SAME = 0.3  # share of a section's words known from the body above which it goes on with it
HEADED = 10.0  # least weight of a headline none of whose words recur in the story
NEAR = 6  # lines above the body where a headline needs fewer words in common with it
NO_HEADLINE = re.compile(
    r"\W{0,2}(?:发表|发布|来源|作者|责任|记者|编辑|文/|文:|图/|导读|摘要|原创|by |"
    r"published|updated|posted|photo|image|"
    r"source|share|home\b|menu|skip to|字号|首页)",
    re.IGNORECASE,
)
FEW, SHORT = 4, 150.0  # lines and weight of a text that is taken as it is
LAWYERS = re.compile(
    r"免责|条款|disclaimer|terms|impressum|haftung|imprint|privacy|legal|as of \d|stand:? \d",
    re.IGNORECASE,
)
CAPTIONS = ("figcaption", "caption")


@dataclass(frozen=True)
class Stretch:
    """Lines that were left out.

    Attributes
    ----------
    first, last : int
        Line numbers.
    reason : str
    """

    first: int
    last: int
    reason: str


@dataclass(frozen=True)
class Parts:
    """A page taken apart.

    Attributes
    ----------
    title : Line or None
    head : tuple of Line
        Lines around headline and body where date, author and publisher stand.
    body : tuple of Line
    noise : tuple of Stretch
    confidence : {"high", "medium", "low", "none"}
        How sure the separation is.
    reasons : tuple of str
        Why.
    """

    title: Line | None
    head: tuple[Line, ...]
    body: tuple[Line, ...]
    noise: tuple[Stretch, ...]
    confidence: Confidence
    reasons: tuple[str, ...]

    @property
    def story(self) -> tuple[Line, ...]:
        """Headline and body."""
        return self.body if self.title is None else (self.title, *self.body)


def separate(
    lines: Sequence[Line], *, furniture: frozenset[int] = frozenset(), stated: str = ""
) -> Parts:
    """Take a page apart.

    Parameters
    ----------
    lines : sequence of Line
        Without empty ones.
    furniture : frozenset of int
        Numbers of the lines that the page itself marks as navigation or side bar.
    stated : str
        Headline as the page's metadata give it.

    Returns
    -------
    Parts
    """
    values = [_value(one, marked=one.number in furniture) for one in lines]
    first, last = _best(lines, values)
    if first == last:
        return _nothing(lines, stated)
    last = _continued(lines, values, first, last)
    body = tuple(_told(lines, values, first, last, furniture))
    if not body:
        return _nothing(lines, stated)
    title = _headline(lines, first, body, stated)
    above = title if title is not None else first
    head = [*_above(lines, above), *lines[above:first], *_imprint(lines, last)]
    head = [one for one in head if one.number not in furniture]
    kept = {one.number for one in body}
    if title is not None:
        kept.add(lines[title].number)
        head = [one for one in head if one.number != lines[title].number]
        body = tuple(one for one in body if one.number != lines[title].number)
    confidence, reasons = _confidence(lines, values, body, title is not None, furniture)
    return Parts(
        title=None if title is None else lines[title],
        head=tuple(head),
        body=body,
        noise=_stretches(lines, kept | {one.number for one in head}, furniture),
        confidence=confidence,
        reasons=reasons,
    )


def _value(line: Line, *, marked: bool) -> float:
    """What a line counts for the body, or against it."""
    size = weight(line.text)
    if marked:
        return -FURNITURE
    if line.tag in CAPTIONS:
        return -AGAINST
    if is_hard_heading(line):
        return -AGAINST
    if is_legal(line):
        return -min(size, MOST) - LEGAL
    if is_prose(line):
        return min(size, MOST)
    return -min(4 + 0.3 * size, AGAINST)


def _told(
    lines: Sequence[Line],
    values: Sequence[float],
    first: int,
    last: int,
    furniture: frozenset[int],
) -> Iterator[Line]:
    """The lines of a stretch that tell the story: no repeated ones, no box in the middle."""
    often = Counter(one.text for one in lines)
    boxed = False
    for line, value in zip(lines[first:last], values[first:last], strict=True):
        boxed = is_hard_heading(line) or (boxed and value <= 0)
        alone = often[line.text] == 1 and line.number not in furniture
        if alone and not boxed and _stays(line, value):
            yield line


def _stays(line: Line, value: float) -> bool:
    """Whether a line inside the body's stretch belongs to it."""
    if is_masked(line) or line.links > 0.8 or line.tag in CAPTIONS:
        return False
    return value > 0 or not (is_legal(line) or is_hard_heading(line))


def _sections(lines: Sequence[Line]) -> list[tuple[int, int, bool]]:
    """First and last row of each section, and whether a heading of noise stands over it."""
    starts = [row for row, one in enumerate(lines) if is_hard_heading(one)]
    edges, headed = [0, *starts, len(lines)], set(starts)
    return [(low, high, low in headed) for low, high in itertools.pairwise(edges) if high > low]


def _best(lines: Sequence[Line], values: Sequence[float]) -> tuple[int, int]:
    """Rows of the stretch with the largest sum; an empty one where nothing tells anything."""
    best, found = 0.0, (0, 0)
    for low, high, behind in _sections(lines):
        total, start = 0.0, low
        for row in range(low, high):
            value = values[row] * (BEHIND if behind and values[row] > 0 else 1.0)
            if total <= 0:
                total, start = 0.0, row
            total += value
            if total > best:
                best, found = total, (start, row + 1)
    return found


def _continued(lines: Sequence[Line], values: Sequence[float], first: int, last: int) -> int:
    """The body's end: beyond a box of related stories, if the story goes on behind it."""
    known = words_of(lines[first:last])
    for low, high, behind in _sections(lines):
        if not behind or low < last:
            continue
        told = [row for row in range(low, high) if values[row] > 0]
        if len(told) < 2 or not known:
            break
        size = sum(values[row] for row in told)
        words = words_of([lines[row] for row in told])
        plain = told[-1] - told[0] + 1 <= 1.5 * len(told)
        alike = len(words & known) / max(len(words), 1)
        if not (plain and size >= 45 and alike >= SAME and told[0] - last <= 12):
            break
        last = told[-1] + 1
    return last


def words_of(lines: Iterable[Line]) -> set[str]:
    """Pairs of Han characters and longer Latin words: what a text is about.

    Examples
    --------
    >>> from analytics.events.articles.page import line
    >>> sorted(words_of([line(1, "台積電 makes chips")]))
    ['chips', 'makes', '台积', '积电']
    """
    found: set[str] = set()
    for one in lines:
        text = one.plain[:20_000].lower()
        found.update(re.findall(r"[a-z][a-z0-9]{3,}", text))
        for run in re.findall(r"[\u3400-\u9fff]{2,}", text):
            found.update(run[at : at + 2] for at in range(len(run) - 1))
    return found


def _headline(lines: Sequence[Line], first: int, body: Sequence[Line], stated: str) -> int | None:
    """Row of the headline: the one the page states, else the one whose words recur most."""
    reach = range(max(0, first - REACH), min(first + 1, len(lines)))
    if stated:
        wanted = _bare_title(stated)
        exact = [row for row in reach if _alike(lines[row].text, wanted)]
        if exact:
            return exact[-1]
    told = words_of(body[:8])
    best, found = 0.0, None
    for row in reach:
        one = lines[row]
        if not _can_head(one) or (row == first and len(body) < 2):
            continue
        words = words_of([one])
        share = len(words & told) / max(len(words), 1)
        near = first - row <= NEAR
        if share < (0.1 if near else 0.3):
            continue
        twice = sum(_repeats(one, other) for other in lines) > 1
        score = share * min(weight(one.text), 30) + 4 * twice + 6 * (one.tag in ("h1", "h2"))
        score += 2 * near + 2 * (row / max(first, 1))
        if score >= best:
            best, found = score, row
    return found if found is not None else _above_all(lines, first)


def _above_all(lines: Sequence[Line], first: int) -> int | None:
    """The longest line near above the body that can be a headline, whatever its words."""
    near = [row for row in range(max(0, first - NEAR), first) if _can_head(lines[row])]
    long = [row for row in near if weight(lines[row].text) >= HEADED]
    return max(long, key=lambda row: weight(lines[row].text), default=None)


def _repeats(line: Line, other: Line) -> bool:
    """Whether a line is another one, perhaps cut off."""
    bare = other.text.rstrip(".… ")
    return other.text == line.text or (len(bare) >= 12 and line.text.startswith(bare))


def _can_head(line: Line) -> bool:
    size = weight(line.text)
    if not 5 <= size <= 90 or len(line.text) > 220 or line.links > 0.9:
        return False
    if is_hard_heading(line) or is_masked(line) or "。" in line.plain or " > " in line.plain:
        return False
    if line.plain.endswith(("...", ",", "…", ":", ";")) or is_prose(line):
        return False
    if re.search(r"[a-z]{3}\.$", line.plain) or re.search(r"\d{1,2}[:]\d{2}", line.plain):
        return False
    return not NO_HEADLINE.match(line.plain)


def _bare_title(stated: str) -> str:
    return re.sub(r"\s{1,9}", " ", stated).strip()


def _alike(text: str, stated: str) -> bool:
    """Whether a line is the stated headline, perhaps without the site's name or cut off."""
    if not 5 <= len(text) <= 300:
        return False
    if stated == text or (stated.startswith(text) and weight(text) >= 8):
        return True
    cut = text.rstrip(".… ")
    return len(cut) >= 12 and stated.startswith(cut)


def _above(lines: Sequence[Line], title: int) -> list[Line]:
    """The lines just above the headline, down from the last that belongs to something else."""
    near = list(lines[max(0, title - ABOVE) : title])
    other = [
        row for row, one in enumerate(near) if is_hard_heading(one) or STRONG.search(one.plain)
    ]
    return near[other[-1] + 1 :] if other else near


def _imprint(lines: Sequence[Line], last: int) -> list[Line]:
    """The lines after the body where a source or an author stands, up to a heading of noise."""
    found = []
    for one in lines[last : last + BELOW]:
        if is_hard_heading(one) or LAWYERS.search(one.plain):
            break
        if weight(one.text) <= 60:
            found.append(one)
    return found


def _confidence(
    lines: Sequence[Line],
    values: Sequence[float],
    body: Sequence[Line],
    headed: bool,  # noqa: FBT001
    furniture: frozenset[int],
) -> tuple[Confidence, tuple[str, ...]]:
    inside = {one.number for one in body}
    behind = {
        lines[row].number
        for low, high, under in _sections(lines)
        if under
        for row in range(low, high)
    }
    counted = [
        (one.number in inside, value)
        for one, value in zip(lines, values, strict=True)
        if value > 0 and (one.number in inside or one.number not in behind)
    ]
    told, own = sum(value for _, value in counted), sum(value for mine, value in counted if mine)
    paragraphs = sum(is_prose(one) for one in body)
    share = own / told if told else 0.0
    reasons = [
        f"{paragraphs} paragraph{'s' if paragraphs != 1 else ''} of whole sentences",
        f"{share:.0%} of all such text on the page",
        "under its headline" if headed else "no headline found",
    ]
    if furniture:
        reasons.append("the page marks its own navigation")
    if headed and paragraphs >= 3 and share >= 0.7:
        return "high", tuple(reasons)
    if paragraphs >= 2 and share >= 0.4 and (headed or share >= 0.9):
        return "medium", tuple(reasons)
    return "low", tuple(reasons)


def _stretches(
    lines: Sequence[Line], kept: set[int], furniture: frozenset[int]
) -> tuple[Stretch, ...]:
    """What was left out, with the reason of each stretch."""
    found: list[Stretch] = []
    under = before = ""
    for one in lines:
        if is_hard_heading(one):
            under = "under a heading of other matter"
        if one.number in kept:
            under = before = ""
            continue
        if one.number in furniture:
            reason = "marked by the page as navigation or side matter"
        elif is_masked(one):
            reason = "hides a name"
        elif under:
            reason = under
        elif is_legal(one):
            reason = "legal text, imprint or invitation"
        else:
            reason = (
                "not in sentences" if not is_prose(one) else "apart from the story, or repeated"
            )
        if reason == before:
            found[-1] = Stretch(found[-1].first, one.number, reason)
        else:
            found.append(Stretch(one.number, one.number, reason))
        before = reason
    return tuple(found)


def _nothing(lines: Sequence[Line], stated: str) -> Parts:
    """A page without sentences: a few lines are taken as they are, else at most a headline."""
    whole = sum(weight(one.text) for one in lines)
    if lines and len(lines) <= FEW and whole <= SHORT and not stated:
        reasons = ("a short text without whole paragraphs; all of it was read",)
        return Parts(None, (), tuple(lines), (), "low", reasons)
    title = next((one for one in lines if stated and _alike(one.text, _bare_title(stated))), None)
    if title is None and 1 <= len(lines) <= 3 and HAN.search(lines[0].text) is not None:
        title = lines[0] if _can_head(lines[0]) else None
    rest = {title.number} if title else set()
    return Parts(
        title, (), (), _stretches(lines, rest, frozenset()), "none", ("no whole sentences",)
    )
