"""Safe HTML out of three things that are not: plain text, LaTeX, and HTML that others wrote.

In comes a string; out goes HTML that holds no script, no style and no request, or an error. It
knows no part, no template and no notebook: what it returns may stand anywhere on a page.
"""

from __future__ import annotations

import html
import re
from xml.etree import ElementTree

from bs4 import BeautifulSoup, Tag
from bs4.element import PreformattedString
from markupsafe import Markup, escape

from analytics.display.pages.addresses import is_safe, page_address

CHINESE = re.compile(
    "[\u2e80-\u2fdf\u3000-\u303f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef"
    "\U00020000-\U0003ffff]+"
)


def chinese(text: str) -> Markup:
    """Escape plain text and mark runs of Chinese characters as such; safe HTML passes unchanged.

    The mark picks the font (a Traditional Chinese one, not a Japanese one) and the voice.

    Examples
    --------
    >>> print(chinese("台積電 <TSMC>"))
    <span lang="zh-Hant">台積電</span> &lt;TSMC&gt;
    """
    if isinstance(text, Markup):
        return text
    marked = CHINESE.sub(lambda run: f'<span lang="zh-Hant">{run[0]}</span>', str(escape(text)))
    return Markup(marked)


def math(latex: str, *, display: bool = False) -> Markup:
    r"""Turn a LaTeX formula into MathML, which browsers draw without a script.

    Parameters
    ----------
    latex : str
        Without the dollar signs.
    display : bool
        On a line of its own.

    Raises
    ------
    ValueError
        If a command is unknown or a brace is missing: a formula is right or it is not shown.

    Examples
    --------
    >>> print(math(r"\beta_i"))
    <math display="inline" alttext="\beta_i"><mrow><msub><mi>β</mi><mi>i</mi></msub></mrow></math>
    """
    from latex2mathml import exceptions
    from latex2mathml.converter import convert_to_element

    known = tuple(
        one
        for one in vars(exceptions).values()
        if isinstance(one, type) and issubclass(one, Exception)
    )
    try:
        tree = convert_to_element(latex.strip(), display="block" if display else "inline")
    except known as error:
        raise ValueError(f"not a LaTeX formula ({type(error).__name__}): {latex!r}") from error
    tree.attrib.pop("xmlns", None)
    for node in tree.iter():
        node.attrib = {name: node.attrib[name] for name in node.attrib if name in _MATH_ATTRIBUTES}
        # The converter leaves entities, unknown commands and alignment marks in the text.
        node.text = html.unescape(node.text) if node.text else node.text
        if node.tag != "mtext" and re.search(r"\\[A-Za-z]|^&$", node.text or ""):
            raise ValueError(f"LaTeX that is not understood, {node.text!r}, in {latex!r}")
    tree.set("alttext", latex.strip())
    return Markup(ElementTree.tostring(tree, encoding="unicode"))


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_DROPPED = _names(
    """
    applet audio base button canvas dialog embed form frame frameset head iframe input link meta
    noembed noframes noscript object option plaintext portal script select style svg template
    textarea title video xmp
    """
)

_MATH = _names(
    """
    math menclose mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms
    mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover
    """
)

_KEPT = _MATH | _names(
    """
    a abbr aside b blockquote br caption cite code col colgroup dd del details dfn div dl dt em
    figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp section small
    span strong sub summary sup table tbody td tfoot th thead time tr u ul var wbr
    """
)

_MATH_ATTRIBUTES = _names(
    """
    accent accentunder alttext columnalign columnspacing depth display displaystyle fence form
    height linethickness lspace mathvariant maxsize minsize movablelimits notation rowspacing
    rspace scriptlevel separator stretchy width
    """
)

_ATTRIBUTES = {
    "a": _names("href"),
    "img": _names("src alt width height"),
    "td": _names("colspan rowspan"),
    "th": _names("colspan rowspan scope"),
    "col": _names("span"),
    "ol": _names("start"),
    "time": _names("datetime"),
    "details": _names("open"),
    "pre": _names("tabindex"),
    "span": _names("tabindex"),
}

_EVERYWHERE = _names("class lang title dir")


def clean(source: str) -> str:
    """Keep the elements and attributes a page needs, and drop the rest.

    Scripts, styles, frames, forms and inline SVG go with what is in them; other unknown elements
    leave their text. Links lead to pages (a notebook's link to another notebook leads to its
    page); pictures are ``data:`` only.

    Parameters
    ----------
    source : str
        HTML from a Markdown cell or an output.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If a picture is not inside the page, or has no alt text.

    Examples
    --------
    >>> clean('<p onclick="x()">one<script>two</script> <blink>three</blink></p>')
    '<p>one three</p>'
    """
    soup = parse(source)
    for hidden in soup.find_all(string=lambda one: isinstance(one, PreformattedString)):
        hidden.extract()
    for element in soup.find_all(name=True):
        if element.decomposed:
            continue
        if element.name in _DROPPED:
            element.decompose()
        elif element.name not in _KEPT:
            element.unwrap()
        else:
            _clean_attributes(element)
    return soup.decode(formatter="minimal")


def parse(source: str) -> BeautifulSoup:
    """Take HTML apart; nothing is cleaned."""
    return BeautifulSoup(source, features="html.parser")


def _clean_attributes(element: Tag) -> None:
    allowed = _EVERYWHERE | _ATTRIBUTES.get(element.name, frozenset())
    if element.name in _MATH:
        allowed = _MATH_ATTRIBUTES
    element.attrs = {name: value for name, value in element.attrs.items() if name in allowed}
    if element.name == "a" and "href" in element.attrs:
        href = str(element.attrs.pop("href"))
        if is_safe(href):
            element["href"] = page_address(href)
    if element.name == "img":
        _require_picture(element)


def _require_picture(element: Tag) -> None:
    if not str(element.get("alt", "")).strip():
        raise ValueError("a picture in a cell has no alt text; write ![what it shows](...)")
    if not re.match(r"data:image/(png|jpeg|gif|webp|svg\+xml);", str(element.get("src", ""))):
        raise ValueError(
            f"the picture {element['alt']!r} is not inside the page; attach it to the cell"
        )
