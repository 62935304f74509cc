"""Events by tickers: every number, its tint, and the reason for every gap."""

from __future__ import annotations

import math

from analytics.display import words
from analytics.display.pages import Matrix, MatrixCell, MatrixRow, Ticker
from tests.display.pages.samples import soup


def demo_matrix(*values: float) -> Matrix:
    cells = tuple(
        MatrixCell(value, "event.html", reason="the share was not listed" if value != value else "")
        for value in values
    )
    tickers = tuple(Ticker(f"T{place}", "Name", "名") for place, _ in enumerate(values))
    rows = (
        MatrixRow("First", cells, unconfirmed=True, group="2025"),
        MatrixRow("Second", cells, group="2025"),
        MatrixRow("Third", cells, group="2024"),
    )
    return Matrix(tickers, rows, "Abnormal return, percent", full=0.08)


def test_the_matrix_prints_every_number_and_tints_by_sign_and_size():
    tree = soup(demo_matrix(-0.165, 0.041, 0.0001, math.nan).html())
    cells = tree.tbody.find_all("tr")[1].find_all("td")
    texts = [cell.find(string=True) for cell in cells]
    assert texts == [f"{words.MINUS}16.5", "4.1", "0.0", words.MISSING]
    assert [cell["class"][1] for cell in cells] == [
        "tint-down-4",
        "tint-up-3",
        "tint-up-1",
        "tint-0",
    ]
    assert "the share was not listed" in cells[3].get_text()


def test_the_matrix_is_a_table_with_heads_for_rows_columns_and_groups():
    tree = soup(demo_matrix(0.01, 0.02).html())
    assert [head.get_text() for head in tree.find_all("th", scope="rowgroup")] == ["2025", "2024"]
    assert len(tree.find_all("th", scope="row")) == 3
    assert len(tree.find_all("th", scope="col")) == 3
    assert len(tree.select("tbody .hollow")) == 1
    assert tree.select_one(".key .hollow")["aria-label"] == "time unconfirmed"


def test_cells_without_a_value_are_listed_with_their_reasons():
    assert demo_matrix(0.01, math.nan).gaps[0] == ("First", "T1", "the share was not listed")
    assert "3 cells have no value" in demo_matrix(0.01, math.nan).html()
    assert "no value" not in demo_matrix(0.01).html()
