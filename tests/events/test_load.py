"""Files and frames of events: round trips, and one message for all faults."""

from __future__ import annotations

import pandas as pd
import pytest
import yaml

import analytics as ma
from analytics.errors import InputError, RecordError
from analytics.events import load_claims, load_confounders

EVENTS = ma.load_events()
ROUND = [
    "id",
    "title",
    "title_zh",
    "category",
    "published_at",
    "precision",
    "time_confirmed",
    "zone",
    "not_before",
    "not_after",
    "original_source",
]
CSV = """id,title,published_at,zone,tickers
a-1,First,2025-01-27T09:00:00Z,,NVDA:- TSM:+:supplier
a-2,"Second, quoted",2025-03-11,Asia/Taipei,"2330.TW, META"
a-3,第三,2025-03-12T10:00+08:00,,AVGO::subject;MSFT:0
"""


def same(first, second):
    assert [one.id for one in first] == [one.id for one in second]
    for mine, other in zip(first, second, strict=True):
        assert all(getattr(mine, name) == getattr(other, name) for name in ROUND), mine.id
        assert [(c.ticker, c.expected, c.role) for c in mine.companies] == [
            (c.ticker, c.expected, c.role) for c in other.companies
        ]


def write(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


# --- round trips ----------------------------------------------------------------------------------


def test_frame_and_back():
    same(ma.load_events(EVENTS.to_frame()), EVENTS)


def test_frame_with_other_kinds_of_missing_values_and_back():
    same(ma.load_events(EVENTS.to_frame().convert_dtypes()), EVENTS)
    frame = EVENTS.to_frame()
    frame["url"] = pd.NA
    same(ma.load_events(frame.astype(object)), EVENTS)


def test_csv_and_back(tmp_path):
    EVENTS.to_frame().to_csv(tmp_path / "events.csv", index=False)
    same(ma.load_events(tmp_path / "events.csv"), EVENTS)


@pytest.mark.parametrize("head", [list, lambda rows: {"events": rows}], ids=["list", "mapping"])
def test_yaml_and_back_loses_nothing(tmp_path, head):
    rows = [event.model_dump(mode="json", exclude_none=True) for event in EVENTS]
    text = yaml.safe_dump(head(rows), allow_unicode=True)
    again = ma.load_events(write(tmp_path / "events.yaml", text))
    assert list(again) == list(EVENTS)


def test_flat_rows_by_hand(tmp_path):
    first, second, third = ma.load_events(write(tmp_path / "mine.csv", CSV))
    assert [(c.ticker, c.expected, c.role) for c in first.companies] == [
        ("NVDA", "-", "subject"),
        ("TSM", "+", "supplier"),
    ]
    assert first.zone == "UTC"
    assert (second.title, second.tickers) == ("Second, quoted", ("2330.TW", "META"))
    assert (second.precision, second.time_confirmed) == ("day", False)
    assert third.published_at.hour == 2
    assert [(c.ticker, c.expected) for c in third.companies] == [("AVGO", None), ("MSFT", "0")]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode(),
        lambda text: text.rstrip("\n").encode(),
        lambda text: (text + ",,,,\n").replace(",,,,\n", "").encode(),
    ],
)
@pytest.mark.parametrize("ending", ["csv", "CSV"])
def test_files_of_other_systems_read_the_same(tmp_path, change, ending):
    plain = ma.load_events(write(tmp_path / "plain.csv", CSV))
    other = ma.load_events(write(tmp_path / f"other.{ending}", change(CSV)))
    assert list(other) == list(plain)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_yaml_of_other_systems_reads_the_same(tmp_path, mark):
    text = "- id: a\r\n  title: 標題\r\n  published_at: 2025-01-27T09:00:00Z\r\n"
    (event,) = ma.load_events(write(tmp_path / "mine.yml", mark + text.encode()))
    assert event.title == "標題"


def test_the_order_of_rows_does_not_matter():
    frame = EVENTS.to_frame()
    assert list(ma.load_events(frame.iloc[::-1])) == list(ma.load_events(frame))


# --- faults ---------------------------------------------------------------------------------------


def test_three_faults_in_one_file_are_one_message(tmp_path):
    text = """
- {id: good, title: Fine, published_at: 2025-01-27T09:00:00Z}
- {id: naive, title: No zone, published_at: 2025-01-27T09:00:00}
- {id: unknown, title: Odd field, published_at: 2025-01-27T09:00:00Z, tikers: [NVDA]}
- {title: No id, published_at: 2025-01-27T09:00:00Z}
"""
    with pytest.raises(RecordError) as caught:
        ma.load_events(write(tmp_path / "mine.yaml", text))
    assert str(caught.value).splitlines() == [
        "mine.yaml: 3 faults",
        "  (1) line 3, event 'naive', published_at: got 2025-01-27 09:00:00; expected a time with "
        "its zone, such as 2025-01-27T09:00:00Z or …T17:00:00+08:00",
        "  (2) line 4, event 'unknown', tikers: got a field nobody knows; expected one of the "
        "documented fields; did you mean 'tickers'?",
        "  (3) line 5, event number 4, id: got nothing; expected a value; this field is required",
    ]
    assert [fault.field for fault in caught.value.faults] == ["published_at", "tikers", "id"]


def test_the_same_id_twice_is_a_fault():
    frame = EVENTS.to_frame().iloc[[0, 1, 0]]
    with pytest.raises(RecordError, match=r"DataFrame: 1 fault\n.*the same id twice"):
        ma.load_events(frame)


def test_the_same_field_twice_in_a_record_is_a_fault(tmp_path):
    text = "- id: a\n  title: t\n  published_at: 2025-01-27T09:00:00Z\n  title: other\n"
    with pytest.raises(InputError, match=r"mine\.yaml.*line 4.*title"):
        ma.load_events(write(tmp_path / "mine.yaml", text))


@pytest.mark.parametrize(
    ("word", "field"),
    [
        ("NVDA:up", "companies.0.expected"),
        ("NV*DA", "companies.0.ticker"),
        ("NVDA:-:subject:extra", "companies.0"),
        (":-", "companies.0.ticker"),
    ],
)
def test_a_word_for_a_ticker_that_cannot_be_read_is_a_fault(word, field):
    frame = pd.DataFrame(
        {"id": ["a"], "title": ["t"], "published_at": ["2025-01-27T09:00Z"], "tickers": [word]}
    )
    with pytest.raises(RecordError) as caught:
        ma.load_events(frame)
    assert caught.value.faults[0].field.startswith(field)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- id: a\n  title: [unclosed\n- b", r"mine\.yaml: not readable as YAML at line 3"),
        ("- id: a\n\ttitle: tab", r"not readable as YAML at line 2, column 1"),
        ("", "expected a list of events .* got nothing"),
        ("just words", "expected a list of events .* got str"),
        ("others: []", "got dict"),
        ("- 2025-01-27\n- x", "event number 1: got date; expected a mapping of fields"),
        ("- id: a\n  published_at: 2025-13-45\n", "published_at: got '2025-13-45'"),
    ],
)
def test_yaml_that_holds_no_events_is_refused_with_its_place(tmp_path, text, words):
    with pytest.raises(InputError, match=words):
        ma.load_events(write(tmp_path / "mine.yaml", text))


def test_a_csv_row_with_too_many_cells_is_a_fault(tmp_path):
    with pytest.raises(RecordError, match="column without a name"):
        ma.load_events(write(tmp_path / "mine.csv", CSV + "a-4,t,2025-01-27T09:00Z,,NVDA,extra\n"))


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("mine.txt", CSV, r"expected a \.yaml or \.csv file, got '\.txt'"),
        ("mine", CSV, "got 'no ending'"),
        ("mine.csv", CSV.encode("utf-16-le"), r"looks like UTF-16 without its mark"),
        ("mine.csv", CSV.replace("Second", "第二則新聞").encode("gbk"), r"not UTF-8 text .*GBK"),
        ("mine.csv", "id,title\na,Caf\u00e9\n".encode("cp1252"), r"Windows-1252 \(cp1252\)"),
        ("mine.csv", b"PK\x03\x04rest", r"an Excel workbook .*Save As"),
        ("mine.csv", b"\x00\x01\x02\xff" * 9, r"a binary file"),
    ],
)
def test_files_of_another_kind_are_refused(tmp_path, name, content, words):
    with pytest.raises(InputError, match=words):
        ma.load_events(write(tmp_path / name, content))


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        ma.load_events(tmp_path / "none.yaml")
    with pytest.raises(InputError, match="cannot be read"):
        ma.load_events(tmp_path)


@pytest.mark.parametrize("source", [[{"id": "a"}], 3, {"events": []}])
def test_what_is_neither_file_nor_frame_is_refused(source):
    with pytest.raises(InputError, match=r"expected .*DataFrame"):
        ma.load_events(source)


# --- where a newcomer stumbles --------------------------------------------------------------------

HEAD = "id,title,published_at,tickers\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id;title;published_at\na,b,2025-01-27\n", r"line 1: columns are separated by ';'"),
        ("id\ttitle\na\tb\n", r"line 1: columns are separated by tabs"),
        ('"id,title"\n"a,b"\n', r"the whole line stands in quotation marks"),
        ("", r"mine\.csv: empty; expected a header line"),
        (HEAD, r"mine\.csv: only a header; expected one line per event"),
        (f"My events,,,\n{HEAD}a,b,2025-01-27,X\n", r"'My events' stands alone .* line 2"),
        ("id,titel,published_at\na,b,2025-01-27\n", r"line 1: got the column 'titel'; .*'title'"),
        ("id,Title\na,b\n", r"line 1: got the column 'Title'; expected 'title'"),
        (f"{HEAD}a,b,1/27/2025,X\n", r"line 2, event 'a', .*write 1/27/2025 as 2025-01-27"),
        (f"{HEAD}a,b,27.01.2025,X\n", r"line 2, .*write 27\.01\.2025 as 2025-01-27"),
        (f"{HEAD}a,b,2025-01-27 09:30,X\n", r"line 2, .*a time with its zone, such as"),
        (f"{HEAD}\n\na,b,2025-01-27,X\n\na,c,2025-01-28,Y\n", r"line 6, .*\(line 4 and 6\)"),
        (f"{HEAD}a,Meta, Google,2025-01-27,X\n", r"line 2, .*stands in quotation marks"),
    ],
)
def test_a_csv_file_as_a_newcomer_saves_it_is_explained(tmp_path, text, said):
    with pytest.raises(InputError, match=said):
        ma.load_events(write(tmp_path / "mine.csv", text))


def test_blank_lines_and_comments_are_left_out(tmp_path):
    text = f"# mine\n\n{HEAD}\n# later\na,b,2025-01-27,X\n,,,\n"
    assert [one.id for one in ma.load_events(write(tmp_path / "mine.csv", text))] == ["a"]


def test_a_file_with_a_utf_16_mark_is_read(tmp_path):
    same(ma.load_events(write(tmp_path / "m.csv", CSV.encode("utf-16"))), load_text(tmp_path, CSV))


def load_text(folder, text):
    return ma.load_events(write(folder / "text.csv", text))


def test_the_same_id_twice_in_yaml_names_both_lines(tmp_path):
    record = "- id: a\n  title: t\n  published_at: 2025-01-27\n"
    with pytest.raises(RecordError, match=r"line 4, event 'a', id: .*\(line 1 and 4\)"):
        ma.load_events(write(tmp_path / "mine.yaml", record + record))


@pytest.mark.parametrize(
    "field", ["tickers: 2330", "tickers: [2330]", "companies: [{ticker: 2330}]"]
)
def test_a_ticker_that_became_a_number_is_explained(tmp_path, field):
    text = f"- id: a\n  title: t\n  published_at: 2025-01-27\n  {field}\n"
    with pytest.raises(RecordError, match=r"the number 2330; expected a ticker .*'2330\.TW'"):
        ma.load_events(write(tmp_path / "mine.yaml", text))


@pytest.mark.parametrize("written", ['"NVDA:- TSM:+:supplier"', '["NVDA:-", "TSM:+:supplier"]'])
def test_the_short_form_of_companies_works_in_yaml_too(tmp_path, written):
    text = f"- id: a\n  title: t\n  published_at: 2025-01-27\n  tickers: {written}\n"
    (event,) = ma.load_events(write(tmp_path / "mine.yaml", text))
    assert [(c.ticker, c.expected, c.role) for c in event.companies] == [
        ("NVDA", "-", "subject"),
        ("TSM", "+", "supplier"),
    ]


def test_a_slip_in_a_part_of_a_record_finds_its_field(tmp_path):
    text = "- {id: a, title: t, published_at: 2025-01-27, companies: [{ticker: X, expectd: '+'}]}"
    with pytest.raises(RecordError, match=r"companies\.0\.expectd: .*did you mean 'expected'\?"):
        ma.load_events(write(tmp_path / "mine.yaml", text))


def test_very_many_faults_are_counted_and_all_kept(tmp_path):
    lines = "".join(f"a{k},b,27.1.2025,X\n" for k in range(300))
    with pytest.raises(RecordError, match=r"300 faults(.|\n)*and 250 more") as caught:
        ma.load_events(write(tmp_path / "mine.csv", HEAD + lines))
    assert len(caught.value.faults) == 300


# --- the recorded ones ----------------------------------------------------------------------------


def test_how_many_are_recorded():
    assert len(EVENTS) == 44
    assert len(load_claims()) == 14
    assert [claim.id for claim in load_claims()] == [f"C{k}" for k in range(1, 15)]
    assert len({one.id for one in load_confounders()}) == len(load_confounders())


def test_the_recorded_shock():
    event = EVENTS["deepseek-shock-2025-01-27"]
    assert event.company("NVDA").expected == "-"
    assert event.headline.ticker == "NVDA"


def test_an_unconfirmed_time_says_so():
    unsure = [event for event in EVENTS if event.precision not in ("minute", "hour")]
    assert unsure
    assert not any(event.time_confirmed for event in unsure)


def test_every_headline_is_one_of_the_event_tickers():
    assert all(event.headline.ticker in event.tickers for event in EVENTS if event.headline)
