"""One table in every library that the package reads, and what else several tests need."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("CRMETRICS_SHARED_DATA", "/work/shared/data"))

KINDS = (
    "lists",
    "numpy",
    "pandas",
    "pandas arrow",
    "polars",
    "pyarrow",
    "pyarrow pieces",
    "duckdb",
)


def of_kind(kind: str, table: dict[str, list]):
    """The columns as a table of this kind."""
    if kind == "lists":
        return table
    pyarrow = pytest.importorskip("pyarrow")
    arrow = pyarrow.table({name: pyarrow.array(values) for name, values in table.items()})
    if kind == "numpy":
        return {name: as_numpy(values) for name, values in table.items()}
    if kind == "pandas":
        return pytest.importorskip("pandas").DataFrame(table)
    if kind == "pandas arrow":
        pandas = pytest.importorskip("pandas")
        return arrow.to_pandas(types_mapper=pandas.ArrowDtype)
    if kind == "polars":
        return pytest.importorskip("polars").DataFrame(table)
    if kind == "pyarrow":
        return arrow
    if kind == "pyarrow pieces":
        cuts = [0, 1, 1, len(arrow) // 2, len(arrow)]
        pieces = [arrow.slice(a, b - a) for a, b in zip(cuts, cuts[1:], strict=False)]
        return pyarrow.concat_tables(pieces)
    duckdb = pytest.importorskip("duckdb")
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    return connection.from_arrow(arrow)


def as_numpy(values: list) -> np.ndarray:
    """As people keep such a column in NumPy; missing ones are NaN, NaT or None."""
    there = [v for v in values if v is not None]
    if there and hasattr(there[0], "year"):
        return np.array(values, dtype="datetime64[us]")
    if len(there) != len(values) and there and isinstance(there[0], int):
        return np.array([np.nan if v is None else v for v in values])
    return np.array(values)


def shared(*parts: str) -> Path:
    """A file of the shared data; without it the test is skipped."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"no {path}: set CRMETRICS_SHARED_DATA to the folder that has it")
    return path


def vectors() -> dict[str, dict]:
    """The conformance vectors by metric."""
    file = ROOT / "tests" / "conformance" / "vectors.json"
    return {entry["metric"]: entry for entry in json.loads(file.read_text())["metrics"]}


def expect_result(found, expected: dict) -> None:
    """The result of a vector: counts exactly, numbers to 1e-12 relative."""
    near = lambda text: None if text is None else pytest.approx(float(text), rel=1e-12, abs=0)  # noqa: E731
    assert found.status == expected["status"]
    assert found.n == expected["n"]
    assert found.missing == expected["missing"]
    assert found.invalid == expected["invalid"]
    assert found.pending == expected.get("pending", 0)
    assert sum(found.excluded.values()) == expected.get("excluded", 0)
    assert found.value == near(expected["value"])
    assert found.standard_error == near(expected["standard_error"])
    if expected["interval"] is None:
        assert found.interval is None
    else:
        assert found.interval == tuple(near(end) for end in expected["interval"])
    exact = expected.get("exact")
    assert found.exact == (None if exact is None else tuple(exact))


def expect_definition(state, entry: dict) -> None:
    """Name, convention and definition of an empty state."""
    assert state.name == entry["name"]
    assert state.convention == entry["convention"]
    assert state.definition == entry["definition"]
