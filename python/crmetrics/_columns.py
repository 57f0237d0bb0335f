"""Columns of any library as columns of the compiled part, without a copy where that is possible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from . import _core

#: What a column may be: a NumPy array, a pandas, Polars or PyArrow series, a buffer, a list.
ColumnLike: TypeAlias = Any
#: What a table may be: a pandas, Polars or PyArrow table, a DuckDB relation, a dict of columns.
TableLike: TypeAlias = Any

_TICKS = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}


def _module(data: object) -> str:
    return type(data).__module__.partition(".")[0]


def _numpy_column(array: Any, name: str, zone: str = "") -> _core.Column:
    if array.ndim != 1:
        raise TypeError(f'column "{name}": an array of {array.ndim} dimensions; one is needed')
    kind = array.dtype.kind
    if not array.dtype.isnative:
        array = array.astype(array.dtype.newbyteorder("="))
    if hasattr(array, "mask"):  # what numpy.ma masks is missing
        array = array.filled(array.dtype.type("NaT")) if kind in "mM" else array.tolist()
    if kind in "mM":
        array, ticks = _in_ticks(array, name)
        return _core.times(array.view("i8"), name, kind == "m", ticks, zone)
    return _core.to_column(array if kind in "biuf" else _listed(array), name)


def _listed(array: Any) -> Any:
    return array.tolist() if hasattr(array, "tolist") else array


def _in_ticks(array: Any, name: str) -> tuple[Any, int]:
    """Times in a unit that is read here, and how many of them make a second."""
    import numpy as np

    kind = array.dtype.kind
    unit, count = np.datetime_data(array.dtype)
    if unit == "generic" or (kind == "m" and unit in "YM"):
        raise TypeError(f'column "{name}": {array.dtype} has no fixed length of its unit')
    if unit not in _TICKS or count != 1:
        read = unit if unit in _TICKS else "ns" if unit in ("ps", "fs", "as") else "s"
        array, unit = array.astype(f"{kind}8[{read}]"), read
    return array, _TICKS[unit]


def _pandas_column(series: Any, name: str) -> _core.Column:
    import numpy as np

    dtype = series.dtype
    if isinstance(dtype, np.dtype):
        return _numpy_column(series.to_numpy(), name)
    if type(dtype).__name__ == "SparseDtype":
        return _numpy_column(np.asarray(series), name)
    zone = getattr(dtype, "tz", None)
    if zone is not None and getattr(dtype, "unit", None) in _TICKS:
        # Instants in UTC, whatever zone they are shown in.
        utc = series.to_numpy(dtype=f"datetime64[{dtype.unit}]")
        return _numpy_column(utc, name, "UTC")
    try:
        if hasattr(series, "__arrow_c_stream__"):
            return _core.to_column(series, name)
        import pyarrow as pa

        return _core.to_column(pa.Array.from_pandas(series), name)
    except ImportError:  # without PyArrow
        return _core.to_column(series.tolist(), name)


def column(data: ColumnLike, name: str) -> _core.Column:
    """A column of the compiled part; `name` is what messages call it."""
    if isinstance(data, _core.Column):
        return data
    module = _module(data)
    if module == "numpy" and hasattr(data, "dtype"):
        return _numpy_column(data, name)
    if module == "pandas" and hasattr(data, "dtype"):
        return _pandas_column(data if hasattr(data, "to_numpy") else data.to_series(), name)
    if module == "polars" and hasattr(data, "collect"):
        raise TypeError(f'column "{name}": a lazy frame; call collect() first')
    arrow = hasattr(data, "__arrow_c_stream__") or hasattr(data, "__arrow_c_array__")
    if hasattr(data, "__array__") and not arrow:
        return _numpy_column(data.__array__(), name)
    return _core.to_column(data, name)


def name_of(data: ColumnLike, otherwise: str) -> str:
    """The name that a series bears, if it bears one."""
    name = getattr(data, "name", None)
    return name if isinstance(name, str) and name else otherwise


def keys(by: ColumnLike | Sequence[ColumnLike] | Mapping[str, ColumnLike]) -> list[_core.Column]:
    """Columns to group by: one, a list of them, or a dict from names to them."""
    if isinstance(by, Mapping):
        if not by:
            raise TypeError("by: no column to group by")
        return [column(data, str(name)) for name, data in by.items()]
    several = isinstance(by, (list, tuple)) and bool(by) and _is_column(by[0])
    if several:
        return [column(data, name_of(data, f"key_{i + 1}")) for i, data in enumerate(by)]
    return [column(by, name_of(by, "key"))]


def _is_column(data: object) -> bool:
    return (
        not isinstance(data, (str, bytes))
        and (hasattr(data, "__arrow_c_stream__") or hasattr(data, "__arrow_c_array__"))
    ) or (hasattr(data, "__len__") and not isinstance(data, (str, bytes)))


def columns(table: TableLike, names: Sequence[str]) -> dict[str, _core.Column]:
    """The named columns of a table.

    Raises
    ------
    KeyError
        Naming every column that is not there, and those that are.
    """
    wanted = list(dict.fromkeys(names))
    if isinstance(table, Mapping) or (_module(table) == "pandas" and hasattr(table, "columns")):
        there = [str(name) for name in table]
        missing = [name for name in wanted if name not in table]
        if missing:
            raise KeyError(
                f"no column {', '.join(map(repr, missing))}; there are {', '.join(there)}"
            )
        return {name: column(table[name], name) for name in wanted}
    if _module(table) in ("duckdb", "_duckdb") and hasattr(table, "select"):
        missing = [name for name in wanted if name not in table.columns]
        if missing:
            raise KeyError(
                f"no column {', '.join(map(repr, missing))}; there are {', '.join(table.columns)}"
            )
        quoted = ", ".join('"' + name.replace('"', '""') + '"' for name in wanted)
        table = table.project(quoted)
        if hasattr(table, "to_arrow_table") and not hasattr(table, "__arrow_c_stream__"):
            table = table.to_arrow_table()
    elif _module(table) == "polars" and hasattr(table, "collect"):
        raise TypeError("a lazy frame; call collect() first")
    return dict(zip(wanted, _core.to_columns(table, wanted), strict=True))


def names(table: TableLike) -> list[str]:
    """The names of the columns of a table, in its order."""
    if isinstance(table, Mapping) or _module(table) == "pandas":
        return [str(name) for name in table]
    found = getattr(table, "column_names", None)  # PyArrow
    if found is None:
        found = getattr(table, "columns", None)  # Polars, DuckDB
    if found is None:
        raise TypeError("the names of the columns are needed for this kind of table")
    return [str(name) for name in found]


#: A role of a table: the name of its column, or a column.
Role: TypeAlias = Any


def roles(
    table: TableLike | None,
    given: Mapping[str, Role | None],
    by: Role | Sequence[Role] | Mapping[str, Role] | None = None,
) -> tuple[dict[str, _core.Column], list[_core.Column]]:
    """The columns that play roles in a table, and those to group by, all read at once.

    Raises
    ------
    KeyError
        Naming every column that is not there, and those that are.
    """
    grouped: dict[str, Role] = {}
    if isinstance(by, Mapping):
        grouped = dict(by)
    elif isinstance(by, str):
        grouped = {by: by}
    elif isinstance(by, (list, tuple)) and by and all(isinstance(name, str) for name in by):
        grouped = {name: name for name in by}
    wanted = [name for name in (*given.values(), *grouped.values()) if isinstance(name, str)]
    if wanted and table is None:
        raise TypeError(f"{wanted[0]!r} is a name: give the table that it is a column of")
    found = columns(table, wanted) if wanted else {}

    def one(name: str, role: Role) -> _core.Column:
        return found[role] if isinstance(role, str) else column(role, name_of(role, name))

    played = {name: one(name, role) for name, role in given.items() if role is not None}
    if by is None or grouped:
        return played, [one(name, role) for name, role in grouped.items()]
    return played, keys(by)
