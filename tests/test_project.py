"""The files around the package say the same thing, and the package carries what it needs.

In: the files of the checkout. Out: nothing. It must not know any figure of the study.
"""

from __future__ import annotations

import ast
import re
import socket
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")

RECORDED = "analytics/_recorded/"  # where a wheel keeps the data and notebooks
# What conda-forge calls by another name. Its `tzdata` is the zone files and has another version.
CONDA_NAMES = {"arch-py": "arch", "python-build": "build", "python-tzdata": "tzdata"}
PYTHONS = [f"3.{minor}" for minor in range(8, 20)]


def direct(*lists: list[str]) -> dict[str, Requirement]:
    """Requirements by canonical name, without the project itself."""
    found = [Requirement(text) for texts in lists for text in texts]
    return {canonicalize_name(one.name): one for one in found if one.name != PROJECT["name"]}


def locked() -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", LOCK, re.MULTILINE))


def conda_pins() -> tuple[dict[str, str], list[str]]:
    """Name -> version of every pin, and the lines that pin nothing."""
    lines = [line for line in CONDA["dependencies"] if isinstance(line, str)]
    lines += next(part["pip"] for part in CONDA["dependencies"] if isinstance(part, dict))
    pins = [re.fullmatch(r"([\w-]+)={1,2}([\w.]+)", line) for line in lines]
    named = {pin[1]: pin[2] for pin in pins if pin}
    renamed = {CONDA_NAMES.get(n, canonicalize_name(n)): version for n, version in named.items()}
    return renamed, [line for line, pin in zip(lines, pins, strict=True) if not pin]


def test_conda_and_lock_hold_the_same_versions_of_every_direct_dependency():
    wanted = direct(PROJECT["dependencies"], *EXTRAS.values())
    pins, _ = conda_pins()
    assert pins == {name: locked().get(name) for name in wanted}


def test_conda_pins_everything_but_python_and_the_installer():
    _, rest = conda_pins()
    assert rest == ["python" + PROJECT["requires-python"], "pip", "-e ."]


def test_lock_satisfies_every_requirement():
    wanted = direct(PROJECT["dependencies"], *EXTRAS.values())
    versions = locked()
    broken = {n: versions[n] for n, one in wanted.items() if versions[n] not in one.specifier}
    assert not broken


def test_lock_holds_each_package_once_and_with_hashes():
    names = re.findall(r"^([^\s#=]+)==", LOCK, re.MULTILINE)
    entries = re.findall(
        r"^\S+==.*\n(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+", LOCK, re.MULTILINE
    )
    assert len(names) == len(set(names)) == len(entries)


@pytest.mark.parametrize("name", ["requirements.lock", "environment.yml"])
def test_no_address_is_locked(name):
    address = r"://|file:|index-url|find-links|trusted-host|(?:^|\s)/\w|~/"
    assert not re.findall(address, (ROOT / name).read_text(encoding="utf-8"))


def test_python_range_is_the_same_everywhere():
    wanted = [one for one in PYTHONS if one in SpecifierSet(PROJECT["requires-python"])]
    said = [text.rpartition(" ")[2] for text in PROJECT["classifiers"] if ":: Python :: 3." in text]
    low, high = re.search(r"\((3, \d+)\) <= .* <= \((3, \d+)\)", MAKEFILE).groups()
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    assert said == wanted
    assert [low.replace(", ", "."), high.replace(", ", ".")] == [wanted[0], wanted[-1]]
    assert f"--python-version {wanted[0]}" in MAKEFILE
    assert settings["mypy"]["python_version"] == wanted[0]
    assert settings["ruff"]["target-version"] == "py" + wanted[0].replace(".", "")


def test_what_the_package_imports_is_declared():
    """A package that arrives only because another one needs it may leave with it."""
    imported = set()
    for path in (ROOT / "analytics").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                imported.add(node.module.partition(".")[0])
    owners = packages_distributions()
    foreign = imported - set(sys.stdlib_module_names) - {"analytics"}
    declared = direct(PROJECT["dependencies"], EXTRAS["arch"], EXTRAS["dask"])
    needed = {canonicalize_name(owners[name][0]) for name in foreign}
    assert needed - {"distributed"} <= set(declared)  # dask[distributed]


def test_make_help_lists_every_target():
    targets = re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)[1].split()
    rules = re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE)
    shown = subprocess.run(["make", "-s"], cwd=ROOT, check=True, capture_output=True, text=True)
    listed = [line.split()[1] for line in shown.stdout.splitlines()]
    assert sorted(listed) == sorted(targets) == sorted(rules)


def test_version_has_an_entry_in_the_changelog():
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## {re.escape(PROJECT['version'])}\b", changelog, re.MULTILINE)


def test_wheel_built_from_the_sdist_carries_data_notebooks_and_templates(tmp_path):
    build = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        carried = {name for name in archive.namelist() if ".dist-info/" not in name}
        archive.extractall(tmp_path / "site")
    hidden = {".ipynb_checkpoints", "__pycache__", ".virtual_documents"}
    expected = {
        place + path.relative_to(ROOT).as_posix()
        for folder, place in (("analytics", ""), ("data", RECORDED), ("notebooks", RECORDED))
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and not hidden & set(path.parts)
    }
    assert carried == expected

    ask = "import analytics; print(analytics.__file__, len(list(analytics.load_events())))"
    answer = subprocess.run(
        [sys.executable, "-c", ask],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "site")},
        check=True,
        capture_output=True,
        text=True,
    )
    where, events = answer.stdout.rsplit(maxsplit=1)
    assert Path(where).is_relative_to(tmp_path)
    assert int(events) > 0


def test_network_is_refused_but_this_machine_is_not():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
    with (
        socket.socket() as stranger,
        pytest.raises(pytest.fail.Exception, match="192\\.0\\.2\\.1"),
    ):
        stranger.connect(("192.0.2.1", 80))


def test_network_is_refused_to_libcurl_too():
    from curl_cffi import requests

    with pytest.raises(pytest.fail.Exception, match="example\\.org"):
        requests.get("https://example.org")
    with pytest.raises(requests.exceptions.ConnectionError):
        requests.get("http://127.0.0.1:9")
