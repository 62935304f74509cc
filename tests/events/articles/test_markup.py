"""HTML becomes blocks; scripts are silent; what the page states about itself is kept apart."""

from __future__ import annotations

import time

from analytics.events.articles.markup import read_markup

PAGE = """
<!doctype html><html lang="en"><head><title>Chips | The Ledger</title>
<meta property="article:published_time" content="2025-03-11T09:40:00-04:00">
<script type="application/ld+json">{"@graph": [{"@type": ["NewsArticle"], "headline": "Chips!",
 "datePublished": "2025-03-11T13:40:00Z",
 "publisher": {"@type": "Organization", "name": "Ledger"}}]}
</script><script>var a = "<p>Intel</p>";</script><style>p{color:red}</style></head>
<body><nav><a href="/">Home</a></nav><h1>Chips</h1>
<p>One <b>bold</b> word, <a href="#">a link</a><br>and a new line.</p>
<div class="related-stories"><p>Intel sold a plant.</p></div>
<div hidden>secret</div><button>Buy</button><!-- Samsung --></body></html>
"""


def test_blocks_in_reading_order_without_scripts():
    page = read_markup(PAGE)
    told = [(one.tag, one.text) for one in page.blocks if not one.furniture]
    assert told == [("h1", "Chips"), ("p", "One bold word, a link"), ("p", "and a new line.")]
    aside = [one.text for one in page.blocks if one.furniture]
    assert aside == ["Home", "Intel sold a plant.", "secret"]
    assert "Samsung" not in " ".join(one.text for one in page.blocks)


def test_what_the_page_states_about_itself():
    page = read_markup(PAGE)
    assert (page.title, page.publisher) == ("Chips!", "Ledger")
    assert (page.published, page.where["published"]) == ("2025-03-11T13:40:00Z", "JSON-LD")
    assert (page.page_title, page.language) == ("Chips | The Ledger", "en")


def test_the_share_of_links_is_counted():
    [block] = read_markup("<p><a href=x>1234</a>5678</p>").blocks
    assert block.links == 0.5


def test_a_page_nested_too_deeply_for_a_tree_still_gives_its_text():
    deep = "<div>" * 5000 + "<p>Nvidia fell.</p>" + "</div>" * 5000 + "<p>TSMC too.</p>"
    assert [one.text for one in read_markup(deep).blocks] == ["Nvidia fell.", "TSMC too."]


def test_broken_json_and_missing_parts_are_no_fault():
    page = read_markup('<script type="application/ld+json">{"a": [</script><p>Text.</p>')
    assert [one.text for one in page.blocks] == ["Text."]
    assert read_markup("").blocks == ()


def test_hostile_markup_takes_time_in_line_with_its_length():
    def seconds(text):
        start = time.perf_counter()
        read_markup(text)
        return time.perf_counter() - start

    for piece in ("<p>a", "<div>", "<script>", '<p title="', "&amp", "<a href=x>y</a>"):
        short, long = seconds(piece * 10_000), seconds(piece * 40_000)
        assert long < 12 * short + 0.3, piece
