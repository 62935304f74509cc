"""Firms and their listings: a name means the firm, a firm means all its listings."""

from __future__ import annotations

import pytest

from analytics.errors import DataError, UnknownNameError
from analytics.market.securities import load_directory, recorded_directory
from analytics.recorded import RecordedFolder, write_manifest

DIRECTORY = recorded_directory()


def test_two_lines_of_one_firm_know_each_other():
    assert DIRECTORY.siblings("TSM") == ("2330.TW",)
    assert DIRECTORY.siblings("2330.TW") == ("TSM",)
    assert DIRECTORY.siblings("NVDA") == ()
    assert DIRECTORY.firm_of("^GSPC") is None
    receipt = DIRECTORY.security("TSM")
    assert (receipt.adr_of, receipt.adr_ratio, receipt.currency) == ("2330.TW", 5, "USD")
    assert DIRECTORY.security("2330.TW").price_limit == 0.1


def test_chinese_names():
    assert DIRECTORY.names_zh["NVDA"] == "輝達"
    assert DIRECTORY.names_zh["TSM"] == DIRECTORY.names_zh["2330.TW"] == "台積電"


def test_every_security_of_a_firm_is_among_its_listings():
    for security in DIRECTORY.securities.values():
        if security.firm:
            assert security.ticker in DIRECTORY.firms[security.firm].listings
        if security.benchmark:
            assert DIRECTORY.security(security.benchmark).calendar == security.calendar


def test_an_unknown_ticker_is_refused():
    with pytest.raises(UnknownNameError, match="did you mean META"):
        DIRECTORY.security("METAA")


def test_a_faulty_directory_names_its_file(tmp_path):
    text = "securities:\n- {ticker: A, kind: bond}\n"
    (tmp_path / "securities.yaml").write_text(text, encoding="utf-8")
    write_manifest(tmp_path)
    with pytest.raises(DataError, match=r"securities\.yaml: .*kind"):
        load_directory(RecordedFolder(tmp_path))
