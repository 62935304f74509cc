"""The cells of an executed notebook as clean HTML: what each showed, its code folded below.

In comes the notebook; out comes the HTML of its cells, one after the other, nothing around them.
Nothing of an output passes that :func:`~analytics.display.pages.clean` or a part has not made
safe. It does not know the page around the cells.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from markupsafe import escape

from analytics.display import words
from analytics.display.pages.markdown import markdown_html
from analytics.display.pages.markup import clean, math
from analytics.display.pages.parts import Figure
from analytics.display.pages.render import TEMPLATES

if TYPE_CHECKING:
    from nbformat import NotebookNode


def cells_html(notebook: NotebookNode) -> str:
    """Export the cells, each output cleaned, with our own template on nbconvert's ``basic``."""
    from nbconvert.exporters import HTMLExporter
    from traitlets.config import Config

    exporter = HTMLExporter(  # type: ignore[no-untyped-call]
        config=Config(TagRemovePreprocessor={"remove_cell_tags": ["remove_cell", "remove-cell"]}),
        extra_template_basedirs=[str(TEMPLATES)],
        template_name="notebook_cells",
        filters={"prose": _prose, "results": _results, "tagged": _tagged, "fold": _fold},
    )
    body, _ = exporter.from_notebook_node(notebook)
    return str(body)


def _tagged(cell: NotebookNode, tag: str) -> bool:
    return tag in {str(one).replace("-", "_") for one in cell.metadata.get("tags", [])}


def _fold(cell: NotebookNode) -> str:
    """Say what is folded."""
    lines = words.count(len(cell.source.strip().splitlines()), "line")
    return f"{'Settings' if _tagged(cell, 'parameters') else 'Code'}, {lines}"


def _prose(cell: NotebookNode) -> str:
    return clean(markdown_html(cell.source, cell.get("attachments", {})))


def _results(cell: NotebookNode) -> list[str]:
    """Give what a code cell showed, as clean HTML; nothing for what is empty or was a warning."""
    if _tagged(cell, "remove_output"):
        return []
    where = f"code cell [{cell.get('execution_count')}]"
    shown = (_result(output, where) for output in cell.outputs)
    return [one for one in shown if one]


def _result(output: NotebookNode, where: str) -> str:
    if output.output_type == "error":
        raise ValueError(f"{where} failed: {output.ename}: {output.evalue}")
    if output.output_type == "stream":
        return _printed(output.text) if output.name == "stdout" else ""
    return _displayed(output.data, output.metadata, where)


def _displayed(data: Mapping[str, Any], metadata: Mapping[str, Any], where: str) -> str:
    """Show the richest form that needs no script."""
    for kind in ("image/svg+xml", "image/png", "image/jpeg"):
        if kind in data:
            return _picture(data[kind], {**metadata, **metadata.get(kind, {})}, kind, where)
    if "application/vnd.jupyter.widget-view+json" in data:
        return ""
    if "text/html" in data:
        return clean(data["text/html"]).strip()
    if "text/markdown" in data:
        return clean(markdown_html(data["text/markdown"], {})).strip()
    if "text/latex" in data:
        return str(math(data["text/latex"].strip().strip("$"), display=True))
    return _printed(data.get("text/plain", ""))


def _picture(content: str, metadata: Mapping[str, Any], kind: str, where: str) -> str:
    image = content if kind == "image/svg+xml" else base64.b64decode(content)
    try:
        figure = Figure(
            image,
            alt=str(metadata.get("alt", "")),
            caption=str(metadata.get("caption", "")),
            width=int(metadata.get("width", 680)),
        )
    except ValueError as error:
        raise ValueError(
            f"{where}: {error}; show it with display(figure, metadata={{{kind!r}: {{'alt': ...}}}})"
        ) from error
    return str(figure.html())


def _printed(text: str) -> str:
    """Show printed text as it stands, without colours; the bare names of objects say nothing."""
    plain = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", text).strip("\n")
    if not plain.strip() or re.search(r" at 0x[0-9a-f]+>|^<(Figure|Axes)\b", plain):
        return ""
    return f'<pre class="printed" tabindex="0">{escape(plain)}</pre>'
