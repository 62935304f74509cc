"""Which dollars are formulas."""

from __future__ import annotations

from nbformat.v4 import new_markdown_cell

from tests.display.pages.samples import as_page


def test_dollars_are_formulas_outside_code_only():
    tree = as_page(
        new_markdown_cell(
            "Let $R_{it}$ be small.\n\n$$\n\\sum_t x_t\n$$\n\n"
            "`$a$` and `$$b$$` and ``` $c$ ``` are code.\n\n"
            "```python\nprice = '$d$' + '$$e$$'\n```\n\n"
            "    indented = '$$f$$'\n\n"
            "It costs $65 billion, or $60 billion, or \\$5."
        )
    )
    assert [one["alttext"] for one in tree.find_all("math")] == ["R_{it}", r"\sum_t x_t"]
    assert [one.get_text() for one in tree.select("p code")] == ["$a$", "$$b$$", "$c$"]
    text = tree.get_text()
    assert "'$d$' + '$$e$$'" in text
    assert "indented = '$$f$$'" in text
    assert "It costs $65 billion, or $60 billion, or $5." in text
