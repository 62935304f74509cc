"""The page of an executed notebook.

In comes a notebook that has been run; out comes the text of one HTML file, with the question as its
headline and the answer below it. It runs nothing, and does not know what the notebook is about: of
its numbers it changes only the typography.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bs4 import BeautifulSoup, Tag
from bs4.element import Comment
from markupsafe import Markup

from analytics.display.pages.cells import cells_html
from analytics.display.pages.contents import Anchors, Entry
from analytics.display.pages.dressing import HEADINGS, dress_headings, dress_tables, mark_chinese
from analytics.display.pages.markup import parse
from analytics.display.pages.parts import Link, Source
from analytics.display.pages.render import render

if TYPE_CHECKING:
    from nbformat import NotebookNode


def notebook_page(
    notebook: NotebookNode,
    *,
    sources: Sequence[Source],
    links: Sequence[Link] = (),
    site_title: str,
    title_zh: str = "",
    home: str = "index.html",
    origin: str = "",
) -> str:
    """Write the page of an executed notebook.

    Results come first and the code that made them is folded below. Cells tagged ``remove_cell``,
    ``remove_input`` or ``remove_output`` lose that part; the one tagged ``parameters`` is marked
    as the settings. What was written to standard error, empty outputs and bare ``<Axes>`` lines
    are dropped.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        Version 4, executed; it is not changed. Its one ``#`` heading is the headline; what follows
        that heading in the same cell stands below it as the answer. A figure brings its alt text
        in the metadata of its output, where ``caption`` and ``width`` go too:
        ``display(fig, metadata={"image/svg+xml": {"alt": "..."}})``.
    sources : sequence of Source
        The recorded files behind it.
    links : sequence of Link
        Other pages.
    site_title : str
        Name of the whole report.
    title_zh : str
        The headline in Traditional Chinese; a heading may also hold it itself, last, in a
        ``<span lang="zh-Hant">``.
    home : str
        Address of the first page.
    origin : str
        Where prices other than the recorded ones come from.

    Returns
    -------
    str
        The text of one HTML file.

    Raises
    ------
    ValueError
        If the notebook has no headline, a failed cell, a figure without an alt text, or a formula
        that is not LaTeX.
    """
    soup = parse(cells_html(notebook))
    title, answer = _headline(soup)
    mark_chinese(soup)
    dress_tables(soup)
    contents = dress_headings(soup, Anchors(reserved=("sources", "links")))
    return render(
        "notebook.html.j2",
        title=title,
        title_zh=title_zh,
        answer=_dressed(answer),
        body=Markup(soup.decode(formatter="minimal")),
        contents=[*contents, Entry("sources", "Sources")],
        sources=sources,
        links=links,
        site_title=site_title,
        home=home,
        origin=origin,
    )


def _headline(soup: BeautifulSoup) -> tuple[Markup, BeautifulSoup]:
    """Take out the first heading, and what follows it in its cell, up to the next heading.

    The template sets a comment between cells; none is left on the page.
    """
    heading = soup.find("h1")
    if not isinstance(heading, Tag):
        raise ValueError("a notebook needs one # heading: the question it answers")
    answer = parse("")
    for follower in list(heading.next_siblings):
        if isinstance(follower, Comment) or getattr(follower, "name", None) in HEADINGS:
            break
        answer.append(follower.extract())
    heading.extract()
    for mark in soup.find_all(string=lambda one: isinstance(one, Comment)):
        mark.extract()
    mark_chinese(heading)
    return Markup(heading.decode_contents(formatter="minimal").strip()), answer


def _dressed(soup: BeautifulSoup) -> Markup:
    mark_chinese(soup)
    dress_tables(soup)
    return Markup(soup.decode(formatter="minimal").strip())
