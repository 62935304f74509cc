"""The committed notebooks: how they are built, and that they say today what they said then."""

import re
from pathlib import Path

import nbformat
import pytest

from analytics.display import notebooks as books
from analytics.errors import DataError, InputError

PATHS = books.find_notebooks()
NAMES = [path.stem for path in PATHS]


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


@pytest.fixture(params=PATHS, ids=NAMES)
def committed(request):
    return books.read(request.param)


def test_the_first_four_are_there():
    assert NAMES[:4] == [
        "00_quickstart",
        "01_events_and_prices",
        "02_deepseek_shock",
        "03_chip_announcements",
    ]


def test_the_title_is_one_question_with_its_answer_in_numbers_below(committed):
    first = committed.cells[0]
    assert first.cell_type == "markdown"
    title, _, answer = first.source.partition("\n")
    assert re.fullmatch(r"# .+\?", title)
    assert re.search(r"\d", answer)
    others = [cell.source for cell in committed.cells[1:] if cell.cell_type == "markdown"]
    assert not any(re.search(r"(?m)^# ", source) for source in others)


def test_the_answer_is_the_output_of_the_tagged_cell(committed):
    tagged = [cell for cell in code_cells(committed) if "answer" in cell.metadata.get("tags", [])]
    assert len(tagged) == 1
    said = tagged[0].outputs[0]["data"]["text/markdown"].strip()
    assert committed.cells[0].source.partition("\n\n")[2] == said


def test_it_was_executed_from_top_to_bottom_without_an_error(committed):
    cells = code_cells(committed)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    kinds = {output.output_type for cell in cells for output in cell.outputs}
    assert "error" not in kinds
    streams = {o.name for cell in cells for o in cell.outputs if o.output_type == "stream"}
    assert streams <= {"stdout"}


def test_cells_are_short_and_hold_no_function_install_or_shell(committed):
    for cell in code_cells(committed):
        assert len(cell.source.splitlines()) <= 15, cell.source
        assert not re.search(r"(?m)^\s*(def |class |%|!|.*\bpip install)", cell.source), cell.source


def test_it_has_one_cell_of_parameters(committed):
    tagged = [c for c in code_cells(committed) if "parameters" in c.metadata.get("tags", [])]
    assert len(tagged) == 1


def test_every_figure_says_what_it_shows(committed):
    for cell in code_cells(committed):
        for output in cell.outputs:
            for kind in ("image/svg+xml", "image/png"):
                if kind in output.get("data", {}):
                    assert len(output.metadata[kind]["alt"]) > 60


def test_prose_stands_between_the_cells(committed):
    prose = sum(cell.cell_type == "markdown" for cell in committed.cells)
    assert prose >= len(committed.cells) / 3


def test_it_ends_with_what_it_cannot_say(committed):
    assert "## What this cannot say" in committed.cells[-1].source


def test_it_names_no_machine(committed):
    text = nbformat.writes(committed)
    for trace in (str(Path.home()), str(Path.cwd()), "/Users/", "C:\\\\", "site-packages"):
        assert trace not in text


@pytest.mark.slow
@pytest.mark.parametrize("path", PATHS, ids=NAMES)
def test_it_says_the_same_when_it_runs_again(path, executed):
    committed, again = books.read(path), executed(path)
    assert books.texts(again) == books.texts(committed)
    assert again.cells[0].source == committed.cells[0].source


def test_a_failing_cell_is_named():
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell("# Why?"), nbformat.v4.new_code_cell("1 / 0")]
    )
    with pytest.raises(DataError, match=r"mine\.ipynb: a cell failed \(ZeroDivisionError"):
        books.execute(notebook, "mine.ipynb")


def test_an_unknown_name_lists_the_notebooks():
    with pytest.raises(InputError, match="no notebook begins with 'nonsense'; there are 00_"):
        books.find_notebooks(names=["nonsense"])
