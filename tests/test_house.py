"""The rooms of the house: who may import whom, who is light, who is documented.

Read from the source, so that a wrong import fails before it runs.
"""

from __future__ import annotations

import ast
import inspect
import os
import re
import subprocess
import sys
from itertools import chain
from pathlib import Path

import pytest

import analytics as ma

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "analytics"
MODULES = sorted(PACKAGE.rglob("*.py"))

# Room -> the rooms it may import from, besides itself.
BEFORE: dict[str, set[str]] = {"errors": set(), "recorded": {"errors"}}
BEFORE["names"] = {"errors", "recorded"}
BEFORE["files"] = {"errors"}
BEFORE["events"] = BEFORE["market"] = {"errors", "recorded", "names", "files"}
BEFORE["study"] = BEFORE["events"] | {"events", "market"}
BEFORE["evidence"] = BEFORE["study"] | {"study"}
BEFORE["display"] = BEFORE["evidence"] | {"evidence"}
BEFORE["cli"] = BEFORE["display"] | {"display"}
BEFORE["__main__"] = BEFORE["cli"] | {"cli"}
DOORS = {"__init__"}  # the public names; inside the rooms nobody imports through it

NETWORK = {
    *("aiohttp", "curl_cffi", "ftplib", "http", "httpx", "requests", "smtplib", "socket"),
    *("ssl", "urllib", "urllib3", "websockets", "yfinance"),
}
HARMLESS = {"urllib.parse"}  # takes addresses apart and asks nobody
PICTURES = {
    "jinja2",
    "latex2mathml",
    "markupsafe",
    "matplotlib",
    "nbclient",
    "nbconvert",
    "nbformat",
}


def imports(path: Path) -> list[tuple[int, str]]:
    """Line and full name of everything a file imports, at any depth."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            home = "." * node.level + (node.module or "")
            found += [(node.lineno, f"{home}.{alias.name}") for alias in node.names]
    return found


def room(parts: tuple[str, ...]) -> str:
    return parts[0].removesuffix(".py")


def wrong_directions(package: Path) -> list[str]:
    """Every import that does not point to a room standing before its own."""
    faults = []
    for path in sorted(package.rglob("*.py")):
        here = room(path.relative_to(package).parts)
        if here in DOORS:
            continue
        for line, name in imports(path):
            place = f"{path.relative_to(package).as_posix()}:{line} imports {name}"
            if name.startswith("."):
                faults.append(f"{place}, relative")
            elif name.split(".")[0] == "analytics":
                there = (*name.split("."), "")[1]
                if there != here and there not in BEFORE.get(here, set()):
                    faults.append(place)
    return faults


def users(package: Path, libraries: set[str]) -> dict[str, set[str]]:
    """File -> those of the libraries that it imports."""
    used = {}
    for path in sorted(package.rglob("*.py")):
        names = [name for _, name in imports(path)]
        names = [name for name in names if not any(name.startswith(one) for one in HARMLESS)]
        hit = {name.split(".")[0] for name in names} & libraries
        if hit:
            used[path.relative_to(package).as_posix()] = hit
    return used


# --- direction ------------------------------------------------------------------------------------


def test_every_room_imports_only_what_stands_before_it():
    assert wrong_directions(PACKAGE) == []


def test_every_room_is_known():
    rooms = {room(path.relative_to(PACKAGE).parts) for path in MODULES}
    assert rooms <= set(BEFORE) | DOORS


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ("events/a.py", "from analytics.market import Market"),
        ("market/a.py", "import analytics.events.records"),
        ("errors.py", "from analytics.recorded import MANIFEST"),
        ("recorded.py", "from analytics.events import load_events"),
        ("study/a.py", "from analytics.evidence.placebo import placebo"),
        ("study/a.py", "from analytics import display"),
        ("study/deep/a.py", "def late():\n    from analytics.cli import main"),
        ("evidence/a.py", "if TYPE_CHECKING:\n    from analytics.display import plots"),
        ("display/a.py", "import analytics.cli"),
        ("market/a.py", "from .prices import Market"),
        ("events/a.py", "import analytics"),
        ("attic/a.py", "from analytics.errors import InputError"),
    ],
)
def test_a_wrong_import_is_found(tmp_path, place, line):
    (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / place).write_text(f"{line}\n", encoding="utf-8")
    (fault,) = wrong_directions(tmp_path)
    assert fault.startswith(place)


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ("events/a.py", "from analytics.events.records import Event"),
        ("study/a.py", "from analytics.market import Market"),
        ("display/a.py", "from analytics import study"),
        ("cli.py", "from analytics.display import plots"),
        ("market/a.py", "import analyticsx.events"),
    ],
)
def test_a_right_import_is_not(tmp_path, place, line):
    (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / place).write_text(f"{line}\n", encoding="utf-8")
    assert wrong_directions(tmp_path) == []


# --- who may do what ------------------------------------------------------------------------------


def test_only_one_file_knows_the_network():
    assert set(users(PACKAGE, NETWORK)) <= {"market/yahoo.py"}


def test_only_the_display_knows_pictures_and_pages():
    assert all(name.startswith("display/") for name in users(PACKAGE, PICTURES))


def test_a_file_that_asks_the_network_is_found(tmp_path):
    lines = "from urllib.parse import quote\nimport urllib.request\nfrom matplotlib import pyplot\n"
    (tmp_path / "a.py").write_text(lines, encoding="utf-8")
    assert users(tmp_path, NETWORK) == {"a.py": {"urllib"}}
    assert users(tmp_path, PICTURES) == {"a.py": {"matplotlib"}}


def test_nothing_swallows_what_it_does_not_know():
    """No bare or broad handler, and none whose whole body is ``pass``."""
    faults = []
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ExceptHandler):
                broad = node.type is None or ast.unparse(node.type) in (
                    "Exception",
                    "BaseException",
                )
                if broad or all(isinstance(one, ast.Pass) for one in node.body):
                    faults.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert faults == []


def test_no_file_is_too_long_to_read():
    lengths = {path.relative_to(ROOT).as_posix(): path.read_text().count("\n") for path in MODULES}
    assert {name: lines for name, lines in lengths.items() if lines > 600} == {}


def test_no_open_ends():
    """No test that is left out by hand, no promise to do it later."""
    words = ("pytest." + "skip(", "x" + "fail", "TO" + "DO", "FIX" + "ME")
    folders = [ROOT / name for name in ("analytics", "tests", "notebooks", "data")]
    files = chain.from_iterable(folder.rglob("*") for folder in folders)
    texts = {".py", ".md", ".yaml", ".csv", ".json", ".ipynb", ".j2", ".css"}
    found = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in files
        if path.is_file() and path.suffix in texts
        for word in words
        if word in path.read_text(encoding="utf-8")
    ]
    assert found == []


# --- light ----------------------------------------------------------------------------------------


def started(*arguments: str) -> tuple[str, float]:
    """Output of a fresh interpreter, and the processor seconds it took."""
    before = os.times()
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    after = os.times()
    seconds = after.children_user + after.children_system
    seconds -= before.children_user + before.children_system
    return done.stdout + done.stderr, seconds


def test_import_is_light():
    names, _ = started("-c", "import sys, analytics; print(*sys.modules)")
    loaded = {name.split(".")[0] for name in names.split()}
    heavy = {"matplotlib", "statsmodels", "yfinance", "jinja2", "nbconvert", "exchange_calendars"}
    assert "analytics" in loaded
    assert loaded & heavy == set()


def test_import_is_quick():
    """Processor time over that of a bare interpreter; a busy machine does not count."""
    bare = min(started("-c", "pass")[1] for _ in range(3))
    full = min(started("-c", "import analytics")[1] for _ in range(3))
    assert full - bare < 0.6


def test_the_study_too_loads_no_pictures_and_no_network():
    use = """
import sys, analytics as ma
event = ma.load_events()["deepseek-shock-2025-01-27"]
ma.event_study(ma.align(event, ma.load_market())).test(0, 0)
print(*sys.modules)
"""
    names, _ = started("-c", use)
    loaded = {name.split(".")[0] for name in names.split()}
    assert loaded & {"matplotlib", "yfinance", "curl_cffi", "jinja2", "nbconvert"} == set()


# --- documented -----------------------------------------------------------------------------------


def test_public_names_are_in_order_and_there():
    assert list(ma.__all__) == sorted(ma.__all__)
    assert len(set(ma.__all__)) == len(ma.__all__)
    for name in ma.__all__:
        assert getattr(ma, name) is not None
    assert dir(ma) == sorted(ma.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        ma.nothing  # noqa: B018


def documented(thing: object) -> list[str]:
    """What the docstring of a public function or class lacks."""
    text = inspect.getdoc(thing) or ""
    sections = set(re.findall(r"^(\w+)\n-+$", text, re.MULTILINE))
    signature = inspect.signature(thing)
    if inspect.isclass(thing):
        # a class without arguments has nothing to say about them
        needed = {"Attributes"} if signature.parameters and "Parameters" not in sections else set()
    else:
        needed = {"Parameters"} if signature.parameters else set()
        needed |= set() if signature.return_annotation == "None" else {"Returns"}
    return sorted(needed - sections) + ([] if text else ["text"])


@pytest.mark.parametrize("name", ma.__all__)
def test_public_names_are_documented(name):
    thing = getattr(ma, name)
    if inspect.ismodule(thing):
        assert inspect.getdoc(thing)
        return
    assert documented(thing) == []
