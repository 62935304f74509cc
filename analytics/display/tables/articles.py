"""What was read from a page, as tables.

In: an article, or two and how alike they are. Out: a `Table` that a terminal and Jupyter show.
"""

from __future__ import annotations

import pandas as pd

from analytics.display.tables.studies import Table
from analytics.events.articles import Article, StoryMatch
from analytics.events.articles.amounts import Amount, distinct


def organisations(article: Article) -> Table:
    """Firms and public bodies of a page, with their listings.

    Parameters
    ----------
    article : Article

    Returns
    -------
    Table
    """
    rows = [
        {
            "name": one.name,
            "as written": ", ".join(one.spellings),
            "listings": ", ".join(one.tickers) or "none known",
            "role hinted at": one.role.replace("_", " "),
            "mentions": one.mentions,
        }
        for one in article.organisations
    ]
    note = (
        "A name means the firm, a firm means all its listings. A role is a hint of the words "
        "around a name, not a finding."
    )
    return Table(pd.DataFrame(rows, columns=list(rows[0]) if rows else ["name"]), note)


def amounts(article: Article) -> Table:
    """Sums of money of a page, each once.

    Parameters
    ----------
    article : Article

    Returns
    -------
    Table
    """
    rows = [
        {
            "as written": group[0].text,
            "from, millions": _millions(group[0].low),
            "to, millions": _millions(group[0].high),
            "currency": group[0].currency or "not said",
            "remark": _remark(group[0]),
        }
        for group in distinct(article.amounts)
    ]
    columns = list(rows[0]) if rows else ["as written"]
    return Table(pd.DataFrame(rows, columns=columns), "Money only: no shares, counts or years.")


def _millions(value: float) -> str:
    return f"{value / 1e6:,.6g}"


def _remark(one: Amount) -> str:
    words = [one.wording, "order of magnitude" if one.vague else ""]
    words += [f"per {one.per_unit}" if one.per_unit else "", "converted" if one.converted else ""]
    return ", ".join(word for word in words if word)


def differences_of_pages(match: StoryMatch) -> Table:
    """What two pages of one story say differently.

    Parameters
    ----------
    match : StoryMatch

    Returns
    -------
    Table
    """
    rows = [
        {"about": one.about, "one page": one.first, "the other": one.second}
        for one in match.disagreements
    ]
    columns = ["about", "one page", "the other"]
    return Table(pd.DataFrame(rows, columns=columns), "Kept as the pages have them.")
