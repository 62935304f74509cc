"""Pages come in any encoding, as files, bytes or texts; what is no page gets one clear message."""

from __future__ import annotations

import os

import pytest

from analytics.errors import InputError
from analytics.events.articles.intake import LARGEST, take_in

TEXT = (
    "路透報導,輝達與台積電合作,金額達650億美元。\n第二段文字說明,知情人士透露測試順利,"
    "公司預計年底量產這款晶片,並在明年擴大使用範圍。\n"
)


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "big5", "gb18030"])
def test_the_encoding_is_found_without_being_told(codec):
    sheet = take_in(TEXT.encode(codec))
    assert sheet.text == TEXT
    assert sheet.encoding


def test_utf_16_without_a_mark_is_told_by_its_zeros():
    text = "Nvidia fell on Tuesday. TSMC did not."
    for codec in ("utf-16-le", "utf-16-be"):
        sheet = take_in(text.encode(codec))
        assert (sheet.text, sheet.encoding.split()[0]) == (text, codec)


def test_a_declared_charset_means_its_larger_successor():
    page = '<html><head><meta charset="gb2312"></head><body><p>镕与堃是人名。</p></body></html>'
    sheet = take_in(page.encode("gb18030"))
    assert "镕与堃" in sheet.text
    assert sheet.encoding == "gb18030 (declared: gb2312)"
    assert sheet.html


def test_a_charset_that_does_not_exist_is_not_believed():
    page = b"<html><head><meta charset='no-such-thing'></head><body><p>caf\xe9 cr\xe8me</p></body>"
    assert "caf" in take_in(page).text


def test_what_was_once_read_wrongly_is_mended_and_said():
    broken = "台積電".encode().decode("latin-1")
    sheet = take_in(f"Nvidia orders from {broken} again.\nPlain line.")
    assert sheet.text.startswith("Nvidia orders from 台積電 again.")
    assert "mended in 1 line" in sheet.notes[0]


def test_a_few_broken_bytes_are_replaced_and_counted():
    content = TEXT.encode() * 5 + b"\xff" + TEXT.encode()
    for mark in (b"\xef\xbb\xbf", b""):
        sheet = take_in(mark + content)
        assert sheet.text == TEXT * 5 + "\ufffd" + TEXT
        assert sheet.notes == ("1 broken character replaced",)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7\n", "PDF"),
        (b"PK\x03\x04xxxx", "zip"),
        (b"\x89PNG\r\n", "PNG"),
        (b"\0" * 1000, "cannot stand in a text"),
        (os.urandom(4096) + b"\xff\xfe\0\0\0\1", "save the page"),
    ],
)
def test_what_is_no_text_is_refused_with_advice(content, words):
    with pytest.raises(InputError, match=words):
        take_in(content)


def test_fifty_megabytes_are_refused_before_they_are_read(tmp_path):
    path = tmp_path / "big.txt"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    with pytest.raises(InputError, match="50,000,000 bytes"):
        take_in(path)
    with pytest.raises(InputError, match="at most"):
        take_in(b"a" * (LARGEST + 1))
    with pytest.raises(InputError, match="at most"):
        take_in("a\n" * LARGEST)


def test_a_path_that_does_not_exist_is_not_taken_for_a_text(tmp_path):
    for missing in ("page.html", str(tmp_path / "nothing.txt"), tmp_path / "nothing"):
        with pytest.raises(InputError, match="no such file"):
            take_in(missing)
    with pytest.raises(InputError, match="cannot be read"):
        take_in(tmp_path)
    with pytest.raises(InputError, match="expected a path"):
        take_in(17)


def test_a_text_is_taken_as_it_is():
    sheet = take_in("Nvidia fell.\nTSMC fell.")
    assert (sheet.text, sheet.name, sheet.html) == ("Nvidia fell.\nTSMC fell.", "", False)
    assert take_in("").text == ""
    assert take_in("lone \ud800 surrogate\n").text == "lone ? surrogate\n"
