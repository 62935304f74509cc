"""Text and CSV files as people save them: encodings, separators, headers, line numbers."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.errors import InputError
from analytics.files import decoded, parse_sheet, read_text

TEXT = "id,title\na,輝達跌一成七\n"


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_says_how_a_file_was_saved(code):
    assert decoded(TEXT.encode(code), "x") == TEXT


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (TEXT.encode("big5"), "it looks like Big5"),
        ("id\n英伟达股价大跌百分之十七\n".encode("gbk"), "it looks like GBK"),
        ("id\nCafé, naïve, Müller\n".encode("cp1252"), "it looks like Windows-1252"),
        (TEXT.encode("utf-16-le"), "it looks like UTF-16 without its mark"),
        (b"\xff\xfe\x00", "not UTF-16 text"),
        (b"PK\x03\x04...", "an Excel workbook"),
        (b"\xd0\xcf\x11\xe0...", "an old Excel workbook"),
        (b"GIF89a\x00\x01\xff\xff", "a binary file"),
    ],
)
def test_other_bytes_are_refused_with_what_they_look_like(content, said):
    with pytest.raises(InputError, match=f"mine.csv: .*{said}.*(Save|save) it as"):
        decoded(content, "mine.csv")


@given(st.binary(max_size=200))
def test_any_bytes_are_text_or_one_clear_message(content):
    try:
        text, said = decoded(content, "x"), "x: "
    except InputError as error:
        text, said = "", str(error)
    assert said.startswith("x: ")
    assert "\x00" not in text


@given(st.text(max_size=200))
def test_any_text_is_a_sheet_or_one_clear_message(text):
    try:
        sheet, said = parse_sheet(text, "x"), "x"
    except InputError as error:
        sheet, said = None, str(error)
    assert said.startswith("x")
    if sheet is not None:
        numbers = [sheet.header.number, *(line.number for line in sheet.lines)]
        assert all(sheet.header.cells)
        assert numbers == sorted(set(numbers))


def test_lines_keep_their_number_past_blanks_comments_and_broken_cells():
    text = '# note\n\n"# a, note"\na,b\n1,2\n\n,,\n3,"two\nlines"\n5,6\n'
    sheet = parse_sheet(text, "x")
    assert sheet.header.number == 4
    assert [line.number for line in sheet.lines] == [5, 8, 10]
    assert sheet.lines[1].cells == ("3", "two\nlines")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "x: empty"),
        ("\n \n,,\n", "x: empty"),
        ("a\tb\n1\t2\n", "line 1: columns are separated by tabs"),
        ('"a,b"\n"1,2"\n', "line 1: the whole line stands in quotation marks"),
        ("My list,,\na,b,c\n1,2,3\n", r"line 1: 'My list' stands alone .* line 2"),
        ("My list\na,b,c\n1,2,3\n", r"line 1: 'My list' stands alone .* line 2"),
        ("a,b,a\n1,2,3\n", "line 1: the column 'a' stands twice"),
        ("a,,c\n1,2,3\n", "line 1: column 2 has no name"),
        ('a,b\n1,"2\n', "line 2: .*a quotation mark that never closes"),
    ],
)
def test_what_a_spreadsheet_does_to_a_file_is_said(text, said):
    with pytest.raises(InputError, match=said):
        parse_sheet(text, "x")


def test_empty_columns_at_the_end_are_no_columns():
    assert parse_sheet("a,b,,\n1,2,,\n", "x").header.cells == ("a", "b")


def test_an_index_without_a_name_gets_one_where_it_may():
    assert parse_sheet(",close\n1,2\n", "x", unnamed="date").header.cells == ("date", "close")


@pytest.mark.parametrize("text", ["x" * 5_000_000, "," * 3_000_000, '"' + "x" * 5_000_000])
def test_one_endless_line_ends_soon(text):
    start = time.process_time()
    with pytest.raises(InputError):
        parse_sheet(text, "x")
    assert time.process_time() - start < 10


def test_a_file_that_is_too_large_is_not_read(tmp_path):
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(200_000_001)
    with pytest.raises(InputError, match=r"200 MB; a file of events has at most 200"):
        read_text(path, "events")


def test_semicolons_with_decimal_commas_are_read_as_a_spreadsheet_meant_them():
    sheet = parse_sheet("date;close\n2025-01-27;118,42\n2025-01-28;128\n", "mine.csv")
    assert [one.cells for one in sheet.lines] == [("2025-01-27", "118.42"), ("2025-01-28", "128")]
    points = parse_sheet("date;close\n2025-01-27;118.42\n", "mine.csv")
    assert points.lines[0].cells == ("2025-01-27", "118.42")


def test_a_point_that_may_stand_for_thousands_is_refused_beside_decimal_commas():
    with pytest.raises(InputError, match=r"line 2 has a decimal comma and line 3 a point"):
        parse_sheet("date;close\n2025-01-27;118,42\n2025-01-28;1.234\n", "mine.csv")


@settings(max_examples=200, deadline=None)
@given(
    rows=st.lists(st.lists(st.sampled_from(["1", " 2 ", "", "#", "a b", "é"]), max_size=4)),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    final=st.booleans(),
)
def test_a_text_without_quotation_marks_is_read_as_one_with_them(rows, end, final):
    """The plain way to cut lines, beside that of Python's csv module."""
    lines = ["date,x", *(",".join(row) for row in rows)]
    plain = end.join(lines) + end * final
    quoted = plain.replace("date", '"date"', 1)

    def read(text):
        try:
            return parse_sheet(text, "mine.csv")
        except InputError as error:
            return str(error)

    assert read(plain) == read(quoted)
