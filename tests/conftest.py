"""Rules of every test: no network, no zone of the machine's clock, a browser or a word about it.

In: nothing. Out: the fixtures ``shared`` and ``chromium``. It must not know what the package does.
"""

from __future__ import annotations

import os
import shutil
import socket
import sys
import time
from functools import wraps
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[1]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)

# Kernels and commands that a test starts inherit this. No exchange here keeps Kathmandu's clock
# (+05:45), so code that leans on the machine's zone shows itself. Port 9 refuses whoever asks for
# a proxy.
os.environ |= {
    "LC_ALL": "C.UTF-8",
    "MPLBACKEND": "Agg",
    "TQDM_DISABLE": "1",
    "TZ": "Asia/Kathmandu",
    "no_proxy": "127.0.0.1,::1,localhost",
} | dict.fromkeys(("all_proxy", "http_proxy", "https_proxy"), "http://127.0.0.1:9")
if hasattr(time, "tzset"):  # not on Windows
    time.tzset()

# The same examples on every run, and no verdict by the clock of a busy machine.
settings.register_profile("repeatable", derandomize=True, database=None, deadline=None)
settings.load_profile("repeatable")


def pytest_configure() -> None:
    """Shut the network for this process, also while tests are collected."""
    socket.socket.connect = refuse_strangers(socket.socket.connect)
    socket.socket.connect_ex = refuse_strangers(socket.socket.connect_ex)
    sys.meta_path.insert(0, CurlGuard())


def pytest_report_header() -> str:
    """Say which browser opens the pages, or that none does."""
    if CHROMIUM:
        return f"browser: {CHROMIUM}"
    return f"browser: none of {', '.join(BROWSERS)} found; tests marked 'browser' are left out"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what needs a browser where there is none; under CI that is a fault."""
    needy = [item for item in items if item.get_closest_marker("browser")]
    if CHROMIUM or not needy:
        return
    if os.environ.get("CI"):
        raise pytest.UsageError(
            f"{len(needy)} tests need a browser and CI is set, but none of {', '.join(BROWSERS)} "
            "is on the PATH; install chromium"
        )
    config.hook.pytest_deselected(items=needy)
    items[:] = [item for item in items if item not in needy]


@pytest.fixture(scope="session")
def shared() -> Path | None:
    """Folder of full article texts, kept beside the checkout where there are any."""
    folder = ROOT.parent / "shared" / "articles"
    return folder if folder.is_dir() else None


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the browser, for tests marked ``browser``: Playwright's ``executable_path``."""
    assert CHROMIUM, "only tests marked 'browser' may ask for it"
    return CHROMIUM


def refuse_strangers(connect: Any) -> Any:
    """Wrap ``socket.connect`` so that it reaches this machine only."""

    @wraps(connect)
    def guarded(self: socket.socket, address: Any) -> Any:
        # A datagram socket sends nothing on connect: it is how libraries find their own address.
        if self.family != socket.AF_UNIX and self.type != socket.SOCK_DGRAM:
            refuse(address[0])
        return connect(self, address)

    return guarded


class CurlGuard(MetaPathFinder):
    """Wraps curl_cffi's sessions as they are imported: libcurl opens sockets of its own."""

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> ModuleSpec | None:
        """Find the one module as usual, with a word to add after it has run."""
        if fullname != "curl_cffi.requests.session":
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        assert spec is not None
        assert spec.loader is not None
        run = spec.loader.exec_module

        def exec_module(module: Any) -> None:
            run(module)
            for session in (module.Session, module.AsyncSession):
                session.request = refuse_urls(session.request)

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


def refuse_urls(request: Any) -> Any:
    """Wrap ``Session.request`` so that it reaches this machine only."""

    @wraps(request)
    def guarded(self: Any, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        refuse(urlsplit(url).hostname)
        return request(self, method, url, *args, **kwargs)

    return guarded


def refuse(host: str | bytes | None) -> None:
    """Fail the test, past every ``except Exception``, unless the host is this machine."""
    name = host.decode() if isinstance(host, bytes) else host or ""
    try:
        here = ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        here = name == "localhost"
    if not here:
        pytest.fail(f"tests do not use the network, but this one asked for {name or 'no host'!r}")
