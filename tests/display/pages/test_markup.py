"""Text, formulas and foreign HTML are safe, or refused."""

from __future__ import annotations

import re

import pytest
from markupsafe import Markup
from nbformat.v4 import new_markdown_cell

from analytics.display import pages
from analytics.display.pages import chinese
from tests.display.pages.samples import as_page, shown, soup


def test_runs_of_chinese_are_marked_and_the_rest_is_escaped():
    assert chinese("輝達 NVIDIA、台積電 & <TSMC>") == (
        '<span lang="zh-Hant">輝達</span> NVIDIA<span lang="zh-Hant">、台積電</span> '
        "&amp; &lt;TSMC&gt;"
    )
    assert chinese(Markup("<b>輝達</b>")) == "<b>輝達</b>"


def test_a_formula_becomes_mathml():
    tree = soup(pages.math(r"R_{it} < \hat\beta_i", display=True))
    assert tree.math["display"] == "block"
    assert tree.math["alttext"] == r"R_{it} < \hat\beta_i"
    assert tree.find("mo").get_text() == "<"


@pytest.mark.parametrize(
    "latex",
    [
        r"\text{<script>alert(1)</script>}",
        r"\href{javascript:alert(1)}{x}",
        r"\style{color:red}{y}",
    ],
)
def test_a_formula_holds_neither_script_nor_style_nor_link(latex):
    tree = soup(pages.math(latex))
    assert tree.find("script") is None
    assert not [
        one for one in tree.find_all(name=True) if {"href", "style", "class"} & set(one.attrs)
    ]


@pytest.mark.parametrize("latex", [r"\notacommand{x}", r"\frac{a}{", "", "a & b"])
def test_a_formula_that_is_not_understood_is_refused(latex):
    with pytest.raises(ValueError, match="LaTeX"):
        pages.math(latex)


SCRIPTS = (
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</script>",
    "<img src=x onerror=alert(1) alt=a>",
    '<svg onload="alert(1)"><script>alert(1)</script></svg>',
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table>"
    "</mtext></math>",
    '<iframe srcdoc="&lt;script&gt;alert(1)&lt;/script&gt;"></iframe>',
    '<a href="javascript:alert(1)">x</a>',
    '<a href="java&#x0A;script:alert(1)">x</a>',
    "<!--><script>alert(1)</script>-->",
    "<style>@import '//evil.example/x.css'</style>",
    '<meta http-equiv="refresh" content="0;url=//evil.example">',
    '<base href="//evil.example/">',
    '<form action="//evil.example"><button formaction="javascript:alert(1)">x</button></form>',
    '<p style="background:url(//evil.example/x)" onclick="alert(1)">text</p>',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>',
)


@pytest.mark.parametrize("source", SCRIPTS)
@pytest.mark.parametrize("place", ["markdown", "html output", "markdown output"])
def test_script_in_a_notebook_does_not_survive(source, place):
    cell = {
        "markdown": lambda: new_markdown_cell(f"Before.\n\n{source}\n\nAfter {source}."),
        "html output": lambda: shown({"text/html": f"<div>{source}</div>"}),
        "markdown output": lambda: shown({"text/markdown": source}),
    }[place]()
    if "<img src=x onerror=alert(1) alt=a>" in source:
        with pytest.raises(ValueError, match="not inside the page"):
            as_page(cell)
        return
    tree = as_page(cell)
    assert not tree.find_all(["script", "iframe", "form", "base", "input", "svg", "noscript"])
    assert len(tree.find_all("style")) == 1
    assert len(tree.find_all("meta", attrs={"http-equiv": True})) == 1
    for element in tree.find_all(name=True):
        assert not [name for name in element.attrs if name.startswith("on") or name == "style"]
        assert "script:" not in re.sub(r"\s", "", element.get("href", ""))
