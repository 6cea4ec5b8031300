"""Run the card's notebook for one run and make a page of it that needs no network."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from markupsafe import Markup

from grokscope.files import write_text
from grokscope.report.card_variables import DATA_FOLDER_VARIABLE
from grokscope.report.render import render

BEGIN, END = "<!-- card begins -->", "<!-- card ends -->"
PATHS = frozenset({"tables_folder", "settings_path", "training_paths"})
"""Parameters that are paths."""

LONGEST_SOCKET_FOLDER = 60
"""Unix sockets have paths of at most about 100 characters; in longer folders the kernel talks TCP."""


def execute_card(
    notebook: str | os.PathLike[str],
    output_notebook: str | os.PathLike[str],
    output_html: str | os.PathLike[str],
    parameters: dict[str, Any],
    report_folder: str | os.PathLike[str],
) -> None:
    """Execute `notebook` with papermill in this very interpreter and write the executed notebook and its HTML page.

    `parameters` are those of the notebook's `parameters` cell: run, tables_folder, settings_path, training_paths,
    scale, detectors; and data_path, the data set's file in a cache of data sets, None for data that are made. Relative
    paths are relative to the working folder. In the executed notebook they are relative to its own folder and the cache
    is left out, so that it can be executed again where it lies and names nobody's home. `report_folder` holds
    `templates/` and `static/`. Equal inputs give equal bytes, wherever they lie: times are left out. Raises
    FileNotFoundError without the data set's file and papermill.PapermillExecutionError when a cell fails; nothing is
    written then.
    """
    import nbformat
    import papermill
    from traitlets.config import Config

    home = Path(output_notebook).absolute().parent
    home.mkdir(parents=True, exist_ok=True)
    cache = _cache(parameters.get("data_path"))
    with tempfile.TemporaryDirectory(prefix="card") as folder, _own_kernel(Path(folder), cache):
        executed = Path(folder) / "executed.ipynb"
        # sockets in the card's own folder: by default they lie in the working folder, where cards made side by side
        # would meet
        local = os.name == "posix" and len(folder) <= LONGEST_SOCKET_FOLDER
        kernel = {"transport": "ipc", "ip": os.fspath(Path(folder) / "kernel")} if local else {"transport": "tcp"}
        papermill.execute_notebook(
            os.fspath(notebook),
            os.fspath(executed),
            parameters=_seen_from(home, parameters),
            cwd=os.fspath(home),
            kernel_name="python3",
            progress_bar=False,
            log_output=False,
            config=Config({"KernelManager": kernel, "NotebookClient": {"shutdown_kernel": "immediate"}}),
        )
        content = _without_times(nbformat.read(executed, as_version=4))
    page = _page(_body(content), str(parameters["run"]), str(parameters["scale"]), Path(report_folder))
    write_text(output_notebook, nbformat.writes(content) + "\n")
    write_text(output_html, page)


def card_body(path: str | os.PathLike[str]) -> str:
    """The part of a card's page that is the card, for a page with other surroundings."""
    text = Path(path).read_text(encoding="utf-8")
    _, begin, rest = text.partition(BEGIN)
    body, end, _ = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{path}: not a run card")
    return body


def _seen_from(home: Path, parameters: dict[str, Any]) -> dict[str, Any]:
    """The parameters of a notebook in the folder `home`, with paths from there and without the data cache."""

    def moved(path: str | os.PathLike[str]) -> str:
        return Path(os.path.relpath(path, home)).as_posix()

    seen = {name: value for name, value in parameters.items() if name != "data_path"}
    for name in PATHS.intersection(seen):
        seen[name] = (
            moved(seen[name]) if isinstance(seen[name], str | os.PathLike) else [moved(path) for path in seen[name]]
        )
    return seen


def _cache(data_path: str | os.PathLike[str] | None) -> dict[str, str]:
    """The environment variable that says in which folder data sets lie, for a data set that has to be there."""
    if data_path is None:
        return {}
    if not Path(data_path).is_file():
        raise FileNotFoundError(f"{data_path}: the data set's file is not there")
    return {DATA_FOLDER_VARIABLE: os.fspath(Path(data_path).absolute().parent)}


@contextmanager
def _own_kernel(folder: Path, more: dict[str, str]) -> Iterator[None]:
    """A kernel named python3: this interpreter and import path, whatever kernels and profiles the user has.

    `more` are further environment variables for it.
    """
    spec = folder / "kernels" / "python3" / "kernel.json"
    spec.parent.mkdir(parents=True)
    command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", "--HistoryManager.enabled=False"]
    spec.write_text(json.dumps({"argv": command, "display_name": "Python 3", "language": "python"}), encoding="utf-8")
    package_parent = os.fspath(Path(__file__).resolve().parents[2])
    changed = {
        "JUPYTER_PATH": os.fspath(folder),
        "JUPYTER_RUNTIME_DIR": os.fspath(folder),
        "IPYTHONDIR": os.fspath(folder / "ipython"),
        "PYTHONPATH": os.pathsep.join(filter(None, [package_parent, os.environ.get("PYTHONPATH", "")])),
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "OMP_NUM_THREADS": "1",
        **more,
    }
    before = {name: os.environ.get(name) for name in changed}
    os.environ.update(changed)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _without_times(notebook: Any) -> Any:
    """Drop what differs between two executions: times, durations, random cell ids."""
    notebook.metadata.pop("papermill", None)
    notebook.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
    for position, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{position}"
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
    return notebook


def _body(notebook: Any) -> str:
    """Outputs and text of the notebook as plain HTML, without code, scripts or styles."""
    from nbconvert.exporters.html import HTMLExporter

    exporter = HTMLExporter(
        template_name="basic",
        exclude_input=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
    )
    body, _ = exporter.from_notebook_node(notebook)
    return str(body)


def _page(body: str, run: str, scale: str, report_folder: Path) -> str:
    """The card in the report's own look, as one file."""
    style = "".join((report_folder / "static" / name).read_text(encoding="utf-8") for name in ("site.css", "print.css"))
    # the style is ours; the body is what the notebook showed, with every text in it escaped
    return render(
        report_folder / "templates",
        "card_alone.html",
        title=run,
        root="",
        scale=scale,
        style=Markup(style),
        body=Markup(f"{BEGIN}{body}{END}"),
    )
