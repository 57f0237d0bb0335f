"""The demo: a service desk's quarter from the project's own generator, scored and drawn."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from . import _core

__all__ = ["files", "run", "write_database"]


def files() -> Path:
    """The folder with the card of the demo, card.json, and the roles of its tables, tables.json."""
    return Path(__file__).parent / "demo_files"


def write_database(path: Path, *, seed: int = 20250101) -> None:
    """A DuckDB file with the generated service desk: agents, contacts, surveys and the others.

    Equal seeds give equal tables everywhere. A file that is there is replaced.
    """
    import duckdb

    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as folder, duckdb.connect(str(path)) as database:
        _core.write_workload(folder, seed)
        for file in sorted(Path(folder).glob("*.csv")):
            database.execute(f"create table {file.stem} as from read_csv('{file}')")


def run(folder: Path, *, html: bool = True, language: str = "en", seed: int = 20250101) -> None:
    """Writes data, card and roles into a folder, scores them and prints what comes out.

    The data are made by the generator of the library: equal seeds give equal files everywhere.
    """
    from .cli import Reader
    from .scorecard import Scorecard

    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    _core.write_workload(str(data), seed)
    for name in ("card.json", "tables.json"):
        shutil.copyfile(files() / name, folder / name)
    card = Scorecard.from_json(folder / "card.json")
    reader = Reader(None)
    tables = {name: reader.table(str(data / f"{name}.csv")) for name in card.tables}
    result = card.evaluate(
        tables,
        period="2025-Q1",
        agents=reader.table(str(data / "agents.csv")),
        title="Service desk",
        plan_below=60,
    )
    print(result)
    result.to_json(folder / "evaluation.json")
    written = ["evaluation.json"]
    if html:
        result.to_html(folder / "report.html", language=language)
        written.insert(0, "report.html")
    arguments = " ".join(f"--{name} {data / name}.csv" for name in card.tables)
    print(f"\nwritten to {folder}: {', '.join(written)}")
    print(
        f"the same by hand: crmetrics score {folder / 'card.json'} {arguments} "
        f"--agents {data / 'agents.csv'} --period 2025-Q1 --html report.html"
    )
