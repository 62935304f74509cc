"""Parts that cannot be right are refused where they are made; the others draw themselves."""

from __future__ import annotations

import base64
import math

import pytest

from analytics.display.pages import (
    Cell,
    Column,
    Figure,
    Matrix,
    MatrixCell,
    MatrixRow,
    Row,
    Source,
    Table,
)
from tests.display.pages.samples import PNG, SVG, soup


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Figure(SVG, alt="  "), "alt text"),
        (lambda: Figure("<svg></svg>", alt="a"), "xmlns"),
        (lambda: Figure(b"GIF89a", alt="a"), "SVG text, PNG or JPEG"),
        (lambda: Source("a.csv", "abc", "prices", "", 1), "64 hexadecimal"),
        (lambda: Table((Column("a"), Column("b")), (Row(("1",)),)), "2 columns"),
        (lambda: MatrixCell(math.nan), "needs a reason"),
        (
            lambda: Matrix((), (MatrixRow("a", (MatrixCell(0.1),)),), "percent"),
            "0 tickers, 1 cells",
        ),
    ],
)
def test_a_part_that_cannot_be_right_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(("image", "kind"), [(SVG, "image/svg+xml"), (PNG, "image/png")])
def test_a_figure_holds_its_picture_and_says_what_it_shows(image, kind):
    tree = soup(Figure(image, alt='Falls to "-16.5 %".', caption="台積電", width=900).html())
    head, _, data = tree.img["src"].partition(",")
    assert head == f"data:{kind};base64"
    assert base64.b64decode(data) == (image.encode() if isinstance(image, str) else image)
    assert tree.img["alt"] == 'Falls to "-16.5 %".'
    assert tree.figure["class"] == ["wide"]
    assert tree.figcaption.span["lang"] == "zh-Hant"


def test_a_table_names_its_rows_and_marks_what_matters_by_weight():
    columns = (Column("Test", numeric=False), Column("Loss", unit="%"))
    rows = (
        Row(("BMP", "1.0"), matters=True),
        Row((Cell("Patell", note="dependent"), "2.0"), invalid=True),
    )
    tree = soup(Table(columns, rows, caption="Tests").html())
    assert tree.thead.find_all("th")[1].find(class_="unit").get_text() == "%"
    assert [row.get("class") for row in tree.tbody.find_all("tr")] == [["matters"], ["invalid"]]
    assert tree.tbody.th["scope"] == "row"
    assert tree.tbody.td["class"] == ["num"]
    assert tree.find(class_="scroll")["tabindex"] == "0"


def test_a_table_of_more_than_five_columns_stacks_on_a_telephone_and_keeps_its_roles():
    columns = tuple(Column(f"c{place}", unit="%") for place in range(6))
    table = Table(columns, (Row(tuple("abcdef")),))
    tree = soup(table.html())
    assert table.stacks
    assert tree.table["role"] == "table"
    assert tree.tbody.td["data-label"] == "c1, %"
    assert [one["role"] for one in tree.tbody.tr.find_all(["th", "td"])] == [
        "rowheader",
        *["cell"] * 5,
    ]
    assert not Table(columns[:5], ()).stacks
