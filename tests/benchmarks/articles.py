"""How well the pages of the corpus are read, and how the time grows with their length.

Precision is the share of what was found that is right, recall the share of what is there that was
found. The pages are the project's own (tests/reference/pages), or those of a folder that is named.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from analytics.events.articles import read_article
from tests.events.articles.corpus import PAGES, measure, pages, single


def report(folder: Path = PAGES, *, detail: bool = False) -> None:
    """Print the scores of a folder."""
    scores = measure(folder)
    print(f"{len(pages(folder))} pages of {folder.name}")
    print(f"{'':<18}{'precision':>10}{'recall':>8}{'right':>7}{'false':>7}{'missed':>8}")
    for name, one in scores.items():
        print(
            f"{name:<18}{one.precision:>10.3f}{one.recall:>8.3f}{one.hits:>7}"
            f"{len(one.false):>7}{len(one.missed):>8}"
        )
        if detail:
            print(*(f"    false   {text}" for text in one.false), sep="\n")
            print(*(f"    missed  {text}" for text in one.missed), sep="\n")
    by_confidence(folder)


def by_confidence(folder: Path = PAGES) -> None:
    """How often the body is whole, by the confidence that was stated."""
    counts: dict[str, list[bool]] = {}
    for read in pages(folder):
        got, wanted = single(read)["body"]
        counts.setdefault(read.article.parts.confidence, []).append(got == wanted)
    for name, found in sorted(counts.items()):
        print(
            f"body, confidence {name}: {sum(found)} of {len(found)} begin and end where they should"
        )


def growth() -> None:
    """Time of a page four times as long, as a multiple; 4 is growth in line."""
    story = "\n\n".join(read.article.page.lines[0].text for read in pages()) * 40
    text = (PAGES / "01.txt").read_text(encoding="utf-8") + story
    short, long = text, text * 4
    times = []
    for page in (short, long):
        start = time.perf_counter()
        read_article(page)
        times.append(time.perf_counter() - start)
    ratio = times[1] / times[0]
    print(f"a page of {len(long):,} characters takes {ratio:.1f} times one of {len(short):,}")


if __name__ == "__main__":
    named = [Path(one) for one in sys.argv[1:] if not one.startswith("--")]
    for where in named or [PAGES, PAGES.parent / "held_out"]:
        report(where, detail="--detail" in sys.argv)
        print()
    growth()
