"""An example file of events to start from: every field, each explained in a line.

In: which form. Out: its text, which `load_events` reads as it stands. It must not know prices.
"""

from __future__ import annotations

from analytics.errors import InputError

YAML = """\
# Your own events. Save this as events.yaml, put your news in the place of the examples, and run
#     analytics events --events events.yaml --data PRICES
#     analytics study my-company-results --events events.yaml --data PRICES
# Required: id, title, published_at, and the tickers (companies, or the short form: tickers).
# Everything else may be left out. A text that holds ': ' or ' #' stands in quotation marks.

- id: my-company-results              # required: a name of its own; letters, digits, '.', '-', '_'
  title: My Company reports a loss    # required: what was reported, in a few words
  published_at: 2025-01-27T17:00:00+08:00   # required: first public, with its zone (Z is UTC)
  tickers: "AAA:- BBB:+:supplier"     # required: TICKER:sign:role; sign and role may be left out

- id: my-ministry-decision
  title: A ministry decides on export licences
  title_zh: ""                        # the title in Chinese, where there is one
  label: Licences                     # a few words for a figure; the title if left out
  category: regulation                # a word of your own, to filter by
  published_at: 2025-03-11            # a day alone: every session of that day is a candidate
  precision: day                      # how good the time is: minute, hour, phase (of the New York
                                      # day), session (of a market), day
  time_confirmed: false               # true where a source at hand shows the clock time
  zone: Europe/London                 # IANA zone whose calendar day is meant; UTC if left out
  not_before: 2025-03-11T08:00:00Z    # it was not public before
  not_after: 2025-03-11T18:00:00Z     # it was public by then
  original_source: Example Wire       # who had it first
  url: https://example.org/story      # where it can be read
  sources:                            # pages that carry the story
    - publisher: Example Daily        # required in a source
      article: "001"                  # your own number of the page
      language: en
      url: https://example.org/page
      published_at: 2025-03-11T09:30:00Z   # as the page shows it, with its zone
      about: reports it               # or: mentions it
      note: the time is that of the page
  companies:                          # the long form of tickers
    - ticker: AAA                     # required in a company: as the prices name it
      role: subject                   # what the firm is to the news: subject, supplier ...
      expected: "-"                   # "+", "-" or "0" (no clear sign), before looking at prices
      blind: true                     # false where the price was known when the sign was written
      quoted: false                   # true where the page itself quotes a move of this price
      note: ""
  headline:                           # the one result that counts, named before results are read
    ticker: AAA
    test: forecast_error_t
  grades:                             # how sure: high, medium or low
    date: high                        # of the date
    XLON: medium                      # of the phase of the day on an exchange
  evidence: the stamp on the page     # what fixes the date
  notes: results were due that week   # what else happened
  status: draft                       # draft until a person has checked it, then recorded
  same_as: ""                         # id of the recorded event of which this is another account
"""

CSV = """\
# Your own events. Save this as events.csv (UTF-8) and put your news in the place of the examples.
# "Lines that begin with # are left out. Required: id, title, published_at, tickers."
# "id: a name of its own; letters, digits, '.', '-', '_'"
# "title, title_zh: what was reported, in a few words; the same in Chinese"
# "label: a few words for a figure; category: a word of your own, to filter by"
# "published_at: first public, with its zone (2025-01-27T09:00:00Z, …T17:00:00+08:00), or a day"
# "precision: minute, hour, phase (of the New York day), session (of a market) or day"
# "time_confirmed: true where a source at hand shows the clock time, else false"
# "zone: IANA zone whose calendar day is meant, such as Europe/London; UTC if left out"
# "not_before, not_after: bounds of the true time, each with its zone"
# "tickers: TICKER:sign:role with a blank between two; sign is +, - or 0 (no clear sign)"
# "original_source, url: who had it first; where it can be read"
# "evidence: what fixes the date; notes: what else happened"
# "status: draft until a person has checked it, then recorded"
# "same_as: id of the recorded event of which this is another account"
# "Sources, blind, quoted, headline and grades need the .yaml form."
id,title,title_zh,label,category,published_at,precision,time_confirmed,zone,not_before,not_after,\
tickers,original_source,url,evidence,notes,status,same_as
my-company-results,My Company reports a loss,,,,2025-01-27T17:00:00+08:00,,,,,,\
AAA:- BBB:+:supplier,,,,,
my-ministry-decision,A ministry decides on export licences,,Licences,regulation,2025-03-11,day,\
false,Europe/London,2025-03-11T08:00:00Z,2025-03-11T18:00:00Z,AAA:-:subject,Example Wire,\
https://example.org/story,the stamp on the page,results were due that week,draft
"""

FORMS = {"yaml": YAML, "csv": CSV}


def event_template(form: str = "yaml") -> str:
    """A commented example of a file of events, to be filled in.

    Parameters
    ----------
    form : {"yaml", "csv"}

    Returns
    -------
    str
        Text that `load_events` reads as it stands.

    Raises
    ------
    InputError
        Another form.

    Examples
    --------
    >>> event_template("csv").splitlines()[16][:30]
    'id,title,title_zh,label,catego'
    """
    if form not in FORMS:
        raise InputError(f"template {form!r}: expected {' or '.join(FORMS)}")
    return FORMS[form]
