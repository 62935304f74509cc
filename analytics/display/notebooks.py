"""Notebooks: found, executed on the recorded data, and written back without a trace of the machine.

In: ``notebooks/*.ipynb``. Out: the same with fresh outputs, counts 1..n, and the answer of the
cell tagged ``answer`` below the title, so that no number in a notebook is typed by hand.

``python -m analytics.display.notebooks [NAME ...]`` executes the committed notebooks in place.
"""

from __future__ import annotations

import asyncio
import copy
import os
import re
import sys
import tempfile
import warnings
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from tqdm import tqdm
from traitlets.config import Config

from analytics.errors import DataError, InputError

TIMEOUT = 600  # seconds a cell may take
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
}


class CellFailedError(DataError):
    """A cell of a notebook failed.

    Parameters
    ----------
    notebook : str
    error : str
        Name of the exception.
    said : str
        What it said.
    traceback : str
    """

    def __init__(self, notebook: str, error: str, said: str, traceback: str) -> None:
        self.notebook, self.error, self.said, self.traceback = notebook, error, said, traceback
        super().__init__(f"{notebook}: a cell failed ({error}: {said}):\n{traceback}")

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.notebook, self.error, self.said, self.traceback)


def notebooks_folder() -> Path:
    """Where the notebooks are: beside the package in a checkout, inside it in a wheel."""
    package = Path(__file__).resolve().parent.parent
    for place in (package / "_recorded" / "notebooks", package.parent / "notebooks"):
        if place.is_dir():
            return place
    raise DataError("the notebooks are missing; install the package again, or use a checkout")


def find_notebooks(folder: Path | None = None, names: Iterable[str] = ()) -> list[Path]:
    """Notebooks of a folder in order, all or those whose file name begins with a name.

    Raises
    ------
    InputError
        A name fits none.
    """
    found = sorted((folder or notebooks_folder()).glob("[0-9][0-9]_*.ipynb"))
    wanted = list(names)
    for name in wanted:
        if not any(path.name.startswith(name) for path in found):
            listed = ", ".join(path.stem for path in found)
            raise InputError(f"no notebook begins with {name!r}; there are {listed}")
    return [path for path in found if not wanted or path.name.startswith(tuple(wanted))]


def read(path: Path) -> NotebookNode:
    """Read a notebook, format 4."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # nbformat on ids it adds itself
        return nbformat.read(path, as_version=4)


def execute(
    notebook: NotebookNode, name: str = "notebook", parameters: Mapping[str, Any] | None = None
) -> NotebookNode:
    """Run every cell in a fresh kernel, in a folder of its own, without progress bars.

    Parameters
    ----------
    notebook : NotebookNode
        Not changed.
    name : str
        For messages.
    parameters : mapping, optional
        Other values for names that the cell tagged ``parameters`` sets, each on a line of its own.

    Returns
    -------
    NotebookNode
        With outputs, counts 1..n, the answer below the title, and metadata that name no machine.

    Raises
    ------
    CellFailedError
        A cell failed; the message names the notebook, the cell and the error.
    InputError
        The notebook sets no such name.
    """
    fresh = copy.deepcopy(notebook)
    for key, value in (parameters or {}).items():
        _set(fresh, key, value, name)
    for cell in fresh.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    config = Config()
    with tempfile.TemporaryDirectory() as folder:
        if os.name == "posix":
            config.KernelManager.transport = "ipc"  # no port, and no warning about one
            # names the sockets too: without it two kernels of one folder share them
            config.KernelManager.connection_file = str(Path(folder) / "kernel.json")
        client = NotebookClient(
            fresh,
            timeout=TIMEOUT,
            kernel_name="python3",
            record_timing=False,
            resources={"metadata": {"path": folder}},
            config=config,
        )
        try:
            with ThreadPoolExecutor(1) as own:  # a loop of its own, closed, also inside Jupyter
                own.submit(asyncio.run, client.async_execute(env=_environment())).result()
        except CellExecutionError as error:
            raise CellFailedError(name, error.ename, error.evalue, str(error)) from None
    return _tidy(fresh)


def _set(notebook: NotebookNode, key: str, value: Any, name: str) -> None:
    """Give a name of the settings another value; the note beside the old one goes."""
    for cell in notebook.cells:
        if "parameters" in cell.metadata.get("tags", []):
            line = re.compile(rf"^{re.escape(key)} = .*$", re.MULTILINE)
            if line.search(cell.source):
                cell.source = line.sub(lambda _: f"{key} = {value!r}", cell.source)
                return
    raise InputError(f"{name}: the cell tagged parameters sets no {key}")


def _environment() -> dict[str, str]:
    """The kernel finds this very package, draws no progress bars, and sees no user's settings."""
    root = str(Path(__file__).resolve().parent.parent.parent)
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(paths),
        "TQDM_DISABLE": "1",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PYTHONWARNINGS": "error::UserWarning:analytics",
    }


def _tidy(notebook: NotebookNode) -> NotebookNode:
    notebook.metadata = NotebookNode(nbformat.from_dict(copy.deepcopy(METADATA)))
    for cell in notebook.cells:
        tags = cell.metadata.get("tags")
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
    answer = _answer(notebook)
    if answer:
        title = notebook.cells[0].source.split("\n", 1)[0]
        notebook.cells[0].source = f"{title}\n\n{answer}"
    return notebook


def _answer(notebook: NotebookNode) -> str:
    """Text of the cell tagged ``answer``."""
    for cell in notebook.cells:
        if "answer" in cell.metadata.get("tags", []):
            for output in cell.outputs:
                markdown = output.get("data", {}).get("text/markdown")
                if markdown:
                    return str(markdown).strip()
    return ""


def write(notebook: NotebookNode, path: Path) -> None:
    """Write a notebook whole or not at all."""
    draft = path.with_suffix(f".{os.getpid()}.draft")
    draft.write_text(nbformat.writes(notebook, version=4) + "\n", encoding="utf-8")
    draft.replace(path)


def pictures(notebook: NotebookNode) -> dict[str, str]:
    """SVG of the cells tagged ``picture-NAME``, by name: what the README shows."""
    found = {}
    for cell in notebook.cells:
        for tag in cell.metadata.get("tags", []):
            if tag.startswith("picture-"):
                images = [output.get("data", {}).get("image/svg+xml") for output in cell.outputs]
                found[tag.removeprefix("picture-")] = next(filter(None, images))
    return found


def texts(notebook: NotebookNode) -> list[list[Any]]:
    """Text outputs of each code cell: what must not change when it runs again."""
    return [
        [
            output.get("text")
            or output["data"].get("text/markdown")
            or output["data"].get("text/plain")
            for output in cell.outputs
        ]
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


def main(names: Iterable[str] = ()) -> None:
    """Execute the committed notebooks in place."""
    paths = find_notebooks(names=names)
    for path in tqdm(paths, unit="notebook", leave=False):
        notebook = execute(read(path), path.name)
        write(notebook, path)
        print(f"executed {path.name}")
        for name, image in pictures(notebook).items():
            place = path.parent / "pictures" / f"{name}.svg"
            place.parent.mkdir(exist_ok=True)
            place.write_text(image, encoding="utf-8")
            print(f"drew {place.name}")


if __name__ == "__main__":
    main(sys.argv[1:])
