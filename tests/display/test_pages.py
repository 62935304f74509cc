"""Whole pages of every kind: what one holds, and what never reaches it."""

from __future__ import annotations

import dataclasses

import pytest
from markupsafe import Markup

from analytics.display.pages import Link, Section, index_page, notebook_page, tearsheet_page
from tests.display.pages.samples import (
    EVIL,
    SOURCE,
    SVG,
    evil_index,
    evil_sheet,
    notebook,
    shown,
    soup,
)

CSP = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


@pytest.mark.parametrize(
    "page",
    [
        tearsheet_page(evil_sheet()),
        index_page(evil_index()),
        notebook_page(
            notebook(),
            sources=[dataclasses.replace(SOURCE, name=EVIL)],
            links=[Link("a.html", EVIL, EVIL, EVIL)],
            site_title=EVIL,
            title_zh=EVIL,
        ),
    ],
    ids=["tear sheet", "index", "notebook"],
)
def test_untrusted_text_is_escaped_everywhere(page):
    tree = soup(page)
    assert tree.find("script") is None
    assert not [
        one for one in tree.find_all(name=True) if any(name.startswith("on") for name in one.attrs)
    ]
    assert all(image["src"].startswith("data:image/") for image in tree.find_all("img"))
    assert "alert(1)" in tree.get_text()
    assert "&amp;lt;" not in page, "escaped twice"


def test_a_page_is_one_file_without_requests():
    page = tearsheet_page(evil_sheet())
    tree = soup(page)
    policy = tree.find("meta", attrs={"http-equiv": "Content-Security-Policy"})
    assert policy["content"] == CSP
    assert tree.find("link", rel="icon")["href"] == "data:,"
    assert tree.html["lang"] == "en"
    assert tree.find("meta", attrs={"name": "viewport"})
    assert not tree.find_all(["iframe", "object", "embed", "audio", "video", "form"])
    assert "@import" not in page_style(page)
    assert "url(" not in page_style(page)


def page_style(page: str) -> str:
    return "".join(style.string for style in soup(page).find_all("style"))


def test_the_sheet_knows_the_dark_and_paper():
    style = page_style(index_page(evil_index()))
    assert "@media screen and (prefers-color-scheme: dark)" in style
    assert "@media print" in style
    assert "color-scheme: light dark" in style


def test_the_same_input_gives_the_same_bytes():
    book = notebook(shown({"image/svg+xml": SVG}, {"image/svg+xml": {"alt": "A square."}}))
    first, second = (
        notebook_page(book, sources=[SOURCE], links=[], site_title="Site") for _ in range(2)
    )
    assert first == second
    assert tearsheet_page(evil_sheet()) == tearsheet_page(evil_sheet())


def test_any_object_with_html_can_stand_in_a_section():
    class Strip:
        def html(self):
            return Markup("<hr>")

    sheet = dataclasses.replace(evil_sheet(), sections=(Section("Later", (Strip(),)),))
    assert soup(tearsheet_page(sheet)).find("hr")


def test_the_foot_shows_twelve_characters_of_a_hash_and_holds_all():
    tree = soup(tearsheet_page(evil_sheet()))
    item = tree.find(class_="sources").li
    assert item.summary.get_text() == SOURCE.sha256[:12]
    assert item.summary["title"] == SOURCE.sha256
    assert item.details.find_all("code")[1].get_text() == SOURCE.sha256
    assert "961 rows" in item.get_text()
