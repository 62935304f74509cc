"""What kind of news a page tells, by the words of its headline and lead."""

from __future__ import annotations

import pytest

from analytics.events.articles.categories import find_category
from analytics.events.articles.page import line


@pytest.mark.parametrize(
    ("title", "lead", "kind"),
    [
        ("OpenAI to tape out its own AI chip, sources say", "", "inhouse_chip_report"),
        (
            "Meta unveils a training chip of its own",
            "Meta announced it today.",
            "inhouse_chip_official",
        ),
        ("阿里巴巴傳用自家晶片訓練AI", "知情人士透露,百度也以內部設計晶片訓練模型。", "china_chip"),
        ("美國擬擴大晶片出口管制", "商務部將兩家企業列入實體清單。", "export_control"),
        (
            "Alphabet to invest €5.5bn in Germany",
            "A second data centre is planned.",
            "capex_announcement",
        ),
        ("鴻海首季營收創高", "每股盈餘2元,法說會上修財測。", "results"),
        ("SoftBank to acquire a chip designer", "The takeover is worth $6 billion.", "acquisition"),
        ("Toyota recalls a million hybrids", "The recall covers Japan.", "recall"),
        (
            "Fed cuts interest rates",
            "The central bank lowered its rate by a quarter point.",
            "monetary_policy",
        ),
        ("A day at the sea", "The sun was out and the water warm.", "other"),
    ],
)
def test_kinds_of_news(title, lead, kind):
    body = [line(2, lead)] if lead else []
    found = find_category(line(1, title), body)
    assert found.name == kind
    assert bool(found.words) == (kind != "other")
