"""A page as it came: a path, bytes or a text in; a text out, with how it was read.

In: a file, bytes or a string. Out: a `Sheet`: decoded text, which encoding and why, what was
mended. It must not know what a page says.

Libraries: charset-normalizer guesses an encoding from the bytes alone; ftfy undoes UTF-8 that was
once read as a single-byte encoding. Both are asked only after what the page itself says (a byte
order mark, a declared charset, bytes that are valid UTF-8).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from analytics.errors import InputError
from analytics.files.sheets import MARKS

LARGEST = 8_000_000  # bytes; a page saved without its pictures is seldom above two million
LONGEST_NAME = 1024  # characters that a path may have before a string is taken for a text
ODD = 0.01  # share of characters that cannot stand in a text, above which it is none
FEW = 4  # broken characters that are always borne
BROKEN = 0.002  # share of broken bytes up to which a page is still the encoding it claims

FOREIGN = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a zip file or an office document"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\x1f\x8b", "a compressed file"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"{\\rtf", "an RTF document"),
    (b"\x7fELF", "a program"),
    (b"bplist00", "a web archive of Safari"),
)
# A page that names one of these means its larger successor.
SUCCESSORS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "big5": "cp950",
    "x-x-big5": "cp950",
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "euc-kr": "cp949",
}
CANDIDATES = ["utf_8", "gb18030", "big5", "cp950", "utf_16", "cp932", "euc_jp", "cp949", "cp1252"]
DECLARED = re.compile(rb"""charset\s{0,9}=\s{0,9}["']?([A-Za-z0-9_.:-]{2,40})""", re.IGNORECASE)
MARKUP = re.compile(
    r"<(?:!doctype html|html|head|body|div|p|article|section|table|span|br|h1|meta|script)\b",
    re.IGNORECASE,
)
ADVICE = "save the page as text or HTML and give that"


@dataclass(frozen=True)
class Sheet:
    """A decoded page.

    Attributes
    ----------
    text : str
    name : str
        File name; empty for a text.
    encoding : str
        Name of the encoding and how it was found.
    html : bool
        Whether it is to be read as HTML.
    notes : tuple of str
        What was mended, in words.
    """

    text: str
    name: str = ""
    encoding: str = ""
    html: bool = False
    notes: tuple[str, ...] = ()


def take_in(source: str | Path | bytes) -> Sheet:
    r"""Read a page.

    Parameters
    ----------
    source : str, path or bytes
        A text, or a path to a ``.txt`` or ``.html`` file. A string is a path if it names a file
        or looks like one: a single short line with a file's ending or a folder's separator.

    Returns
    -------
    Sheet

    Raises
    ------
    InputError
        No such file, too large, or not a text.

    Examples
    --------
    >>> take_in("Nvidia fell 17 %.\nTSMC fell 13 %.").encoding
    'given as text'
    """
    if isinstance(source, str) and not _is_path(source):
        if len(source) > LARGEST:
            raise InputError(_too_large("the text", len(source), "characters"))
        _refuse_odd(source, "the text")
        text, notes = _mended(_without_surrogates(source))
        return Sheet(text, "", "given as text", _is_html(text), notes)
    if isinstance(source, (bytes, bytearray)):
        if len(source) > LARGEST:
            raise InputError(_too_large("the page", len(source), "bytes"))
        return _decoded(bytes(source), "", "the page")
    if not isinstance(source, (str, Path)):
        kind = type(source).__name__
        raise InputError(f"article: expected a path, a text or bytes, got {kind}")
    path = Path(source)
    return _decoded(_content(path), path.name, str(path))


def _is_path(source: str) -> bool:
    """Whether a string names a file, or was meant to."""
    if "\n" in source or len(source) > LONGEST_NAME or "\0" in source:
        return False
    if not source.strip():
        return False
    try:
        if Path(source).exists():
            return True
    except OSError:
        return False
    looks = re.search(r"(?:^[~/.]|^[A-Za-z]:\\|\.(?:txt|html?|xhtml|mhtml?|md|pdf|docx?)$)", source)
    return bool(looks) and "<" not in source


def _content(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if path.is_file() and size > LARGEST:
            raise InputError(_too_large(str(path), size, "bytes"))
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise InputError(f"{path}: no such file; give a saved page or its text") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise InputError(f"{str(path)!r}: cannot be read ({why})") from None
    if len(content) > LARGEST:
        raise InputError(_too_large(str(path), len(content), "bytes"))
    return content


def _too_large(what: str, size: int, unit: str) -> str:
    return (
        f"{what}: {size:,} {unit}; expected a news page of at most {LARGEST:,}. Save the page "
        "without its pictures, or its text alone"
    )


def _decoded(content: bytes, name: str, where: str) -> Sheet:
    for start, kind in FOREIGN:
        if content.startswith(start):
            raise InputError(f"{where}: is {kind}, not a page; {ADVICE}")
    text, encoding, notes = _text_of(content, where)
    _refuse_odd(text, where)
    text, mended = _mended(text)
    html = _is_html(text) or name.lower().endswith((".html", ".htm", ".xhtml"))
    return Sheet(text, name, encoding, html, (*notes, *mended))


def _text_of(content: bytes, where: str) -> tuple[str, str, tuple[str, ...]]:
    """Text, encoding with its reason, notes: what the page says comes before any guess."""
    for mark, codec in MARKS:
        if content.startswith(mark):
            text, notes = _loosely(content, codec, where)
            return text, f"{codec.removesuffix('-sig')} (byte order mark)", notes
    wide = _wide(content)
    if wide:
        text, notes = _loosely(content, wide, where)
        return text, f"{wide} (every other byte is zero)", notes
    if _fits(content, "utf-8"):
        return content.decode("utf-8"), "utf-8 (valid)", ()
    if _nearly_utf8(content):
        text, notes = _loosely(content, "utf-8", where)
        return text, "utf-8 (but for a few bytes)", notes
    declared = DECLARED.search(content[:4096])
    if declared and b"\0" not in content:
        said = declared.group(1).decode("ascii").lower()
        codec = SUCCESSORS.get(said, said)
        if _fits(content, codec, loosely=True):
            text, notes = _loosely(content, codec, where)
            return text, f"{codec} (declared: {said})", notes
    return _guessed(content, where)


def _fits(content: bytes, codec: str, *, loosely: bool = False) -> bool:
    """Whether a codec exists and reads the page, perhaps but for a few broken bytes."""
    try:
        text = content.decode(codec, errors="replace" if loosely else "strict")
    except (LookupError, UnicodeDecodeError):
        return False
    return text.count("\ufffd") <= max(FEW, BROKEN * len(text)) or not loosely


def _nearly_utf8(content: bytes) -> bool:
    """Whether broken bytes are a few among many characters that only UTF-8 writes so."""
    text = content.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    beyond = sum(one > "\x7f" for one in text) - broken
    return broken <= FEW and beyond >= 20 * broken


def _wide(content: bytes) -> str:
    """UTF-16 without a mark: Latin text has a zero in every other byte."""
    sample = content[:20_000]
    half = len(sample) // 2
    if half < 4:
        return ""
    if sample[1::2].count(0) > 0.5 * half and sample[0::2].count(0) < 0.1 * half:
        return "utf-16-le"
    if sample[0::2].count(0) > 0.5 * half and sample[1::2].count(0) < 0.1 * half:
        return "utf-16-be"
    return ""


def _guessed(content: bytes, where: str) -> tuple[str, str, tuple[str, ...]]:
    import charset_normalizer

    found = charset_normalizer.from_bytes(
        content, cp_isolation=CANDIDATES, preemptive_behaviour=True
    ).best()
    if found is not None:
        version = charset_normalizer.__version__
        how = f"{found.encoding.replace('_', '-')} (guessed by charset-normalizer {version})"
        return str(found), how, (f"the page does not say its encoding; read as {found.encoding}",)
    text, notes = _loosely(content, "utf-8", where)
    return text, "utf-8 (with broken bytes)", notes


def _loosely(content: bytes, codec: str, where: str) -> tuple[str, tuple[str, ...]]:
    """Decode; a few broken bytes are replaced and counted, many are refused."""
    try:
        return content.decode(codec), ()
    except UnicodeDecodeError:
        text = content.decode(codec, errors="replace")
    broken = text.count("\ufffd")
    if broken > max(FEW, BROKEN * len(text)):
        raise InputError(
            f"{where}: neither UTF-8 nor another encoding of text ({broken} places cannot be "
            f"read); {ADVICE}"
        )
    plural = "s" if broken > 1 else ""
    return text, (f"{broken} broken character{plural} replaced",)


def _refuse_odd(text: str, where: str) -> None:
    """Refuse what decodes but is no text: control characters, and characters nobody assigned."""
    sample = text[:200_000]
    odd = sum(1 for one in sample if (one < " " and one not in "\t\n\r\f\v") or one == "\x7f")
    odd += sample.count("\ufffd")
    if odd > max(2, ODD * len(sample)):
        raise InputError(
            f"{where}: {odd} of its first {len(sample):,} characters cannot stand in a text; it is "
            f"a binary file, or in an encoding that was not recognised; {ADVICE}"
        )


def _without_surrogates(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def _mended(text: str) -> tuple[str, tuple[str, ...]]:
    """Lines in which UTF-8 was once read as a single-byte encoding, put right."""
    import ftfy
    from ftfy.badness import is_bad

    lines = text.splitlines()
    mended = {
        row: ftfy.fix_encoding(line)
        for row, line in enumerate(lines)
        if not line.isascii() and len(line) < 100_000 and is_bad(line)
    }
    changed = {row: line for row, line in mended.items() if line != lines[row]}
    if not changed:
        return text, ()
    count = f"{len(changed)} line{'s' if len(changed) > 1 else ''}"
    whole = "\n".join(changed.get(row, line) for row, line in enumerate(lines))
    return whole, (f"mangled characters (UTF-8 read as another encoding) mended in {count}",)


def _is_html(text: str) -> bool:
    head = text[:20_000]
    return len(MARKUP.findall(head)) >= 2 or head.lstrip()[:15].lower().startswith(
        ("<!doctype html", "<html")
    )
