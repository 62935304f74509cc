"""A notebook as a page: its question is the headline, its answer stands below."""

from __future__ import annotations

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from analytics.display.pages import notebook_page
from tests.display.pages.samples import SVG, as_page, notebook, shown


def test_the_title_is_the_headline_and_the_answer_follows_it():
    tree = as_page(
        new_markdown_cell("More text."),
        title="# How much? <span lang='zh-Hant'>多少？</span>\n\n"
        "It lost **16.5 %**. 輝達\n\n## Next",
    )
    headline = tree.find("header", class_="headline")
    assert headline.h1.get_text(" ") == "How much?  多少？"
    assert headline.h1.span["lang"] == "zh-Hant"
    assert headline.find(class_="standfirst").get_text().strip() == "It lost 16.5 %. 輝達"
    assert tree.title.get_text() == "How much? 多少？ – Site"
    assert len(tree.find_all("h1")) == 1


def test_the_answer_ends_with_its_cell():
    tree = as_page(
        new_code_cell("x = 1", execution_count=1),
        new_markdown_cell("Later."),
        title="# Q\n\nAnswer.",
    )
    assert tree.find(class_="standfirst").get_text().strip() == "Answer."
    assert "<!--" not in str(tree)


def test_a_notebook_without_a_title_is_refused():
    with pytest.raises(ValueError, match="needs one # heading"):
        as_page(title="No heading.")


def test_a_notebook_is_not_changed():
    book = notebook(shown({"image/svg+xml": SVG}, {"image/svg+xml": {"alt": "A square."}}))
    before = nbformat.writes(book)
    notebook_page(book, sources=[], links=[], site_title="Site")
    assert nbformat.writes(book) == before
