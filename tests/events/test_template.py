"""The example files of events: they load as they stand, and hold every field."""

from __future__ import annotations

import re

import pytest

import analytics as ma
from analytics.errors import InputError
from analytics.events.records import Company, Event, Headline, Source
from analytics.events.template import FORMS, event_template


@pytest.mark.parametrize("form", sorted(FORMS))
def test_the_example_loads_as_it_stands(tmp_path, form):
    path = tmp_path / f"events.{form}"
    path.write_text(event_template(form), encoding="utf-8")
    first, second = ma.load_events(path)
    assert first.id == "my-company-results"
    assert first.published_at.isoformat() == "2025-01-27T09:00:00+00:00"
    assert [(one.ticker, one.expected, one.role) for one in first.companies] == [
        ("AAA", "-", "subject"),
        ("BBB", "+", "supplier"),
    ]
    assert (second.precision, second.zone, second.status) == ("day", "Europe/London", "draft")


def test_the_yaml_example_holds_and_explains_every_field_a_person_may_write():
    text = event_template()
    for kind in (Event, Company, Source, Headline):
        for field in kind.model_fields:
            assert re.search(rf"^[ -]+{field}:", text, re.MULTILINE), (kind.__name__, field)
    bare = {"language", "url", "note"}  # said by their names
    for line in text.splitlines():
        field = re.match(r"^[ -]+(\w+):", line)
        if field and field[1] not in bare:
            seen = re.findall(rf"^[ -]+{field[1]}:.*#", text, re.MULTILINE)
            assert seen or field[1] == "test", line


@pytest.mark.parametrize("form", sorted(FORMS))
def test_it_names_what_is_required(form):
    said = next(line for line in event_template(form).splitlines() if "Required:" in line)
    needed = {name for name, field in Event.model_fields.items() if field.is_required()}
    assert {"id", "title", "published_at"} == needed
    assert all(name in said for name in [*needed, "tickers"])


def test_the_flat_example_has_a_column_for_every_flat_field():
    header = next(line for line in event_template("csv").splitlines() if line.startswith("id,"))
    nested = {"sources", "companies", "headline", "grades"}
    assert set(header.split(",")) == (set(Event.model_fields) - nested) | {"tickers"}


def test_another_form_is_refused():
    with pytest.raises(InputError, match="expected yaml or csv"):
        event_template("json")
