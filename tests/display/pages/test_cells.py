"""What of a cell reaches the page: results, folded code, figures with their texts."""

from __future__ import annotations

import base64

import pytest
from nbformat.v4 import new_code_cell, new_output

from tests.display.pages.samples import PNG, SVG, as_page, shown


def test_results_come_first_and_the_code_is_folded_below():
    output = new_output("stream", name="stdout", text="<b>7</b> \x1b[31mred\x1b[0m\n")
    tree = as_page(new_code_cell("print(7)\nprint(8)", outputs=[output], execution_count=1))
    cell = tree.find(class_="cell")
    parts = [one for one in cell.children if one.name]
    assert [one.name for one in parts] == ["div", "details"]
    assert parts[0].get_text().strip() == "<b>7</b> red"
    assert parts[1].summary.get_text() == "Code, 2 lines"
    assert "open" not in parts[1].attrs
    assert "print(7)\nprint(8)" in parts[1].pre.get_text()


def test_warnings_empty_outputs_and_bare_objects_never_reach_a_page():
    outputs = [
        new_output("stream", name="stderr", text="FutureWarning: hidden-1"),
        new_output("stream", name="stdout", text="   \n"),
        new_output("execute_result", data={"text/plain": "<Axes: title={'center': 'hidden-2'}>"}),
        new_output("execute_result", data={"text/plain": "[<hidden-3 at 0x7f00aa>]"}),
        new_output("display_data", data={"text/plain": "<Figure size 640x480 with 1 Axes>"}),
        new_output(
            "display_data",
            data={"application/vnd.jupyter.widget-view+json": {}, "text/plain": "hidden-4"},
        ),
        new_output("display_data", data={"application/javascript": "hidden()"}),
    ]
    tree = as_page(new_code_cell("x", outputs=outputs, execution_count=1))
    assert "hidden" not in tree.get_text()
    assert tree.find(class_="result") is None


def test_a_failed_cell_stops_the_page():
    output = new_output("error", ename="KeyError", evalue="'NVDA'", traceback=[])
    with pytest.raises(ValueError, match=r"cell \[4\] failed: KeyError"):
        as_page(new_code_cell("x", outputs=[output], execution_count=4))


def test_tags_remove_a_cell_its_code_or_its_results():
    def cell(tag):
        output = new_output("stream", name="stdout", text=f"result-{tag}")
        meta = {"tags": [tag]}
        return new_code_cell(f"code_{tag}", outputs=[output], metadata=meta, execution_count=1)

    tags = ("remove_cell", "remove_input", "remove_output", "parameters", "remove-input")
    text = as_page(*(cell(tag) for tag in tags)).get_text()
    assert "remove_cell" not in text
    assert "result-remove_input" in text
    assert "code_remove_input" not in text
    assert "result-remove_output" not in text
    assert "code_remove_output" in text
    assert "Settings, 1 line" in text
    assert "code_remove-input" not in text


@pytest.mark.parametrize(
    ("kind", "content"),
    [("image/svg+xml", SVG), ("image/png", base64.b64encode(PNG).decode())],
)
def test_a_figure_takes_its_alt_text_and_caption_from_the_output(kind, content):
    meta = {kind: {"alt": "Falls on day 0.", "caption": "Band: 95 %.", "width": 500}}
    tree = as_page(shown({kind: content, "text/plain": "<Figure>"}, meta))
    assert tree.img["alt"] == "Falls on day 0."
    assert tree.img["width"] == "500"
    assert tree.figcaption.get_text() == "Band: 95 %."
    assert tree.img["src"].startswith(f"data:{kind};base64,")


def test_a_figure_without_an_alt_text_stops_the_page():
    with pytest.raises(ValueError, match=r"code cell \[1\]: .*alt text.*display\(figure"):
        as_page(shown({"image/svg+xml": SVG}))
