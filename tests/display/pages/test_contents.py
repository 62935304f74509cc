"""Every heading has an id of its own."""

from __future__ import annotations

import dataclasses
import re

from nbformat.v4 import new_markdown_cell

from analytics.display.pages import Prose, Section, tearsheet_page
from tests.display.pages.samples import as_page, evil_sheet, soup


def test_sections_keep_their_order_and_fill_the_contents():
    titles = ("A finding 發現", "A finding 發現", "第三節")
    sheet = dataclasses.replace(
        evil_sheet(), sections=tuple(Section(one, (Prose("Text."),)) for one in titles)
    )
    tree = soup(tearsheet_page(sheet))
    wanted = ["a-finding-發現", "a-finding-發現-2", "第三節", "sources"]
    for nav in tree.find_all("nav"):
        assert [link["href"] for link in nav.find_all("a")] == [f"#{one}" for one in wanted]
    assert [one["id"] for one in tree.find_all("h2")][:4] == wanted


def test_headings_get_ids_that_never_clash_with_the_page():
    tree = as_page(new_markdown_cell("## Sources\n\n## Same\n\n### Same\n\n# Second title"))
    ids = [one["id"] for one in tree.find_all(id=True)]
    assert len(ids) == len(set(ids))
    assert tree.find(string=re.compile("Second title")).parent.name in ("a", "h2")
