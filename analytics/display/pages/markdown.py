"""Markdown, in which ``$x$`` is a formula and "$65 billion, or $60 billion" is money.

In comes the source of a cell; out comes HTML whose formulas are MathML already. That HTML is not
safe yet, since Markdown may hold any: this module does not know what a page allows, and whoever
calls it cleans the result.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any, ClassVar

from analytics.display.pages.markup import math


def markdown_html(source: str, attachments: Mapping[str, Any]) -> str:
    """Turn Markdown into HTML; formulas become MathML while it is parsed, so never inside code."""
    renderer, inline, block = _markdown_classes()
    from nbconvert.filters.markdown_mistune import MarkdownWithMath

    writer = renderer(escape=False, exclude_anchor_links=True, attachments=dict(attachments))
    return str(MarkdownWithMath(writer, inline=inline(), block=block()).render(source))


@functools.lru_cache(maxsize=1)
def _markdown_classes() -> tuple[Any, Any, Any]:
    """Make nbconvert's Markdown stricter about dollars; late, for nbconvert is slow to load."""
    from nbconvert.filters import markdown_mistune as base

    class Renderer(base.IPythonRenderer):
        def inline_math(self, body: str) -> str:
            return str(math(body))

        def block_math(self, body: str) -> str:
            return f'<span class="formula" tabindex="0">{math(body, display=True)}</span>'

        def latex_environment(self, name: str, body: str) -> str:
            return self.block_math(rf"\begin{{{name}}}{body}\end{{{name}}}")

    class Inline(base.MathInlineParser):
        # "$65 billion, or $60 billion" is money: a formula neither begins nor ends with a space.
        SPECIFICATION: ClassVar[dict[str, str]] = {
            **base.MathInlineParser.SPECIFICATION,
            "inline_math_tex": r"(?<![$\\])\$"
            r"(?P<math_inline_tex>[^\s$`](?:[^$`]*[^\s\\$`])?)\$(?!\d)",
        }

    class Block(base.MathBlockParser):
        # At the start of a line only, or `$$` in code in the middle of a sentence would count.
        SPECIFICATION: ClassVar[dict[str, str]] = {
            **base.MathBlockParser.SPECIFICATION,
            "multiline_math": r"^ {0,3}(?s:[$]{2}.*?(?<!\\)[$]{2}"
            r"|\\begin\{(?P<math_env_name>[a-z]*\*?)\}.*?\\end\{(?P=math_env_name)\})",
        }

    return Renderer, Inline, Block
