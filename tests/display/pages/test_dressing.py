"""Tables that pandas made, set like tables."""

from __future__ import annotations

from bs4 import BeautifulSoup

from analytics.display import words
from analytics.display.pages import clean
from analytics.display.pages.dressing import dress_tables
from tests.display.pages.samples import as_page, frame, shown


def test_a_wide_table_is_read_row_by_row_on_a_telephone():
    head = "".join(f"<th>{name}</th>" for name in ("share", "a, %", "b, %", "c"))
    text = f"<table><tr>{head}</tr><tr><td>NVIDIA</td><td>1</td><td>2</td><td>x</td></tr></table>"
    soup = BeautifulSoup(text, "html.parser")
    dress_tables(soup)
    box = soup.find(class_="stacks")
    assert box.find(class_="scroll").find("table")["role"] == "table"
    row = box.find_all("tr")[1]
    assert row.find("th")["scope"] == "row"
    assert [cell["data-label"] for cell in row.find_all("td")] == ["a, %", "b, %", "c"]
    narrow = BeautifulSoup(text.replace("<th>c</th>", "").replace("<td>x</td>", ""), "html.parser")
    dress_tables(narrow)
    assert narrow.find(class_="stacks") is None


def test_a_frame_becomes_a_quiet_table_that_scrolls_by_itself():
    tree = as_page(shown({"text/html": frame()._repr_html_(), "text/plain": "x"}))
    table = tree.find("main").table
    assert table.parent["class"] == ["scroll"]
    assert not {"border", "style"} & set(table.attrs)
    assert not table.find_all(style=True)


def test_numbers_are_flush_right_with_a_real_minus_and_gaps_are_dashes():
    table = as_page(shown({"text/html": frame()._repr_html_()})).find("main").table
    rows = [row.find_all("td") for row in table.tbody.find_all("tr")]
    assert [cell.get_text() for cell in rows[0]] == [
        f"{words.MINUS}0.165",
        "0.001",
        "^GSPC",
        "2025-01-27",
    ]
    assert rows[1][1].get_text() == words.MISSING
    for row in rows:
        assert [("num" in cell.get("class", [])) for cell in row] == [True, True, False, False]
    heads = table.thead.tr.find_all("th")[-4:]
    assert [("num" in head.get("class", [])) for head in heads] == [True, True, False, False]
    assert rows[1][2].span["lang"] == "zh-Hant"


def test_a_styled_frame_loses_its_random_ids():
    styled = frame().reset_index().style.format(precision=2)
    first, second = (styled._repr_html_() for _ in range(2))
    tree = as_page(shown({"text/html": first}))
    assert "T_" not in str(tree.find("main").table)
    assert clean(first) == clean(second)
