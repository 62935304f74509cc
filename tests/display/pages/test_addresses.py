"""Where a link may lead."""

from __future__ import annotations

import pytest
from nbformat.v4 import new_markdown_cell

from analytics.display.pages import Cell, Link, clean
from tests.display.pages.samples import as_page


@pytest.mark.parametrize(
    "href",
    ["javascript:alert(1)", " JavaScript:x", "java\nscript:x", "data:text/html,x", "vbscript:x"],
)
def test_an_address_that_runs_something_is_refused(href):
    with pytest.raises(ValueError, match="a link leads to"):
        Link(href, "title")
    with pytest.raises(ValueError, match="a link leads to"):
        Cell("text", href=href)
    assert clean(f'<a href="{href}">text</a>') == "<a>text</a>"


def test_links_between_notebooks_lead_to_their_pages():
    tree = as_page(
        new_markdown_cell(
            "## Valid tests, 2\n\n[a](05_robustness.ipynb#What-Holds) [b](#Valid-tests,-2) "
            "[c](https://example.com/x.ipynb) [d](../data/README.md)"
        )
    )
    addresses = [link["href"] for link in tree.select("main p a")]
    assert addresses == [
        "05_robustness.html#what-holds",
        "#valid-tests-2",
        "https://example.com/x.ipynb",
        "../data/README.md",
    ]
    assert tree.find(id="valid-tests-2").name == "h2"
