"""Characters that pages carry and readers do not see, put away line by line.

In: one line as it came. Out: the same words in plain characters. It must not know what they mean.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

MARKED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ"
# A Han character, then in brackets its reading: Latin letters with a tone mark. Without the demand
# for the mark, `及(iii)` would be eaten too.
GLOSS = re.compile(rf"(?<=[\u3400-\u9fff])[((](?=[a-zü]{{0,5}}[{MARKED}])[a-zü{MARKED}]{{1,6}}[))]")
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
)
PIECE = 1000  # characters that are normalised at a time: a run of marks takes time in its square
BLANKS = re.compile(r"[ \t\f\v]+")


def cleaned(text: str) -> str:
    r"""A line without invisible characters, full-width Latin, odd spaces and pinyin glosses.

    Parameters
    ----------
    text : str
        One line.

    Returns
    -------
    str
        In normal form NFKC, so full-width punctuation becomes ASCII; with single blanks.

    References
    ----------
    Unicode Standard Annex 15, normal form NFKC.

    Examples
    --------
    >>> cleaned("英偉達(dá)　ＧＰＵ\u00a0１２％")
    '英偉達 GPU 12%'
    >>> cleaned("提供任何法律意見;及(iii)其他")
    '提供任何法律意見;及(iii)其他'
    """
    seen = UNSEEN.sub("", BLANKS.sub(" ", text))
    if seen.isascii():
        return BLANKS.sub(" ", seen).strip()
    return BLANKS.sub(" ", without_glosses(_normal("NFKC", seen))).strip()


def _normal(form: Literal["NFC", "NFKC"], text: str) -> str:
    """A normal form, piece by piece; a piece ends before a character that begins anew."""
    pieces, start = [], 0
    while start < len(text):
        end = min(start + PIECE, len(text))
        while (
            start + 1 < end < len(text)
            and unicodedata.combining(text[end])
            and end > start + PIECE // 2
        ):
            end -= 1
        pieces.append(unicodedata.normalize(form, text[start:end]))
        start = end
    return "".join(pieces)


def without_glosses(text: str) -> str:
    """A line without pinyin glosses; nothing else is touched.

    Examples
    --------
    >>> without_glosses("輝(huī)達與(yǔ)台積(jī)電 (GPU)")
    '輝達與台積電 (GPU)'
    """
    return GLOSS.sub("", text)


def tidy(text: str) -> str:
    """A line for a reader: its own punctuation, without unseen characters, odd spaces, glosses.

    Examples
    --------
    >>> tidy(" 不輸給H20？　阿里巴巴 ")
    '不輸給H20？ 阿里巴巴'
    """
    seen = UNSEEN.sub("", BLANKS.sub(" ", text)).replace("\u00a0", " ").replace("\u3000", " ")
    return BLANKS.sub(" ", without_glosses(_normal("NFC", seen))).strip()
