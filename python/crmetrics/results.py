"""Results: one estimate, or one for each group."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from html import escape
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from . import _core
from ._core import Difference, Estimate, GroupTable, Movements

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

__all__ = ["Difference", "Estimate", "Grouped", "GroupedMovements", "Movements", "Table"]

R = TypeVar("R", Estimate, Movements)


class ArrowRows:
    """Rows that speak the Arrow stream protocol, and what follows from that."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        raise NotImplementedError

    def to_arrow(self) -> pyarrow.Table:
        """As a PyArrow table."""
        import pyarrow as pa

        return pa.table(self)

    def to_pandas(self) -> pandas.DataFrame:
        """As a pandas frame."""
        return self.to_arrow().to_pandas()

    def to_polars(self) -> polars.DataFrame:
        """As a Polars frame."""
        import polars as pl

        return pl.DataFrame(self)


class Table(ArrowRows):
    """A table; `pl.DataFrame(t)`, `pa.table(t)` and `duckdb.sql("from t")` take it as it is."""

    def __init__(self, table: _core.Table) -> None:
        self._table = table

    def __len__(self) -> int:
        return len(self._table)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._table.__arrow_c_stream__(requested_schema)

    def __arrow_c_schema__(self) -> object:
        return self._table.__arrow_c_schema__()

    def __repr__(self) -> str:
        return f"<Table of {len(self)} rows>"


class _Groups(ArrowRows, Generic[R]):
    """What results by group have in common."""

    def __init__(self, table: GroupTable) -> None:
        self._table = table
        self._places: dict[Hashable, int] | None = None

    def __len__(self) -> int:
        return len(self._table)

    def __iter__(self) -> Iterator[Hashable]:
        return (self._table.key(row) for row in range(len(self)))

    def keys(self) -> list[Hashable]:
        """Keys in order; tuples where there are several columns."""
        return list(self)

    def values(self) -> list[R]:
        """Results in the order of the keys."""
        return [cast(R, self._table.at(row)) for row in range(len(self))]

    def items(self) -> list[tuple[Hashable, R]]:
        """Pairs of key and result."""
        return list(zip(self.keys(), self.values(), strict=True))

    def _rows(self) -> dict[Hashable, int]:
        if self._places is None:
            places = {key: row for row, key in enumerate(self)}
            if len(places) != len(self):
                raise KeyError("keys less than a microsecond apart: read them as a table")
            self._places = places
        return self._places

    def __getitem__(self, key: Hashable) -> R:
        return cast(R, self._table.at(self._rows()[key]))

    def __contains__(self, key: object) -> bool:
        return key in self._rows()

    @property
    def key_names(self) -> list[str]:
        """Names of the columns that were grouped by."""
        return self._table.key_names

    @property
    def total(self) -> R:
        """All rows as one state, those without a key included: never a mean of the groups."""
        return cast(R, self._table.total)

    @property
    def without_key(self) -> R | None:
        """The rows whose key is missing; None where every row has one."""
        return cast("R | None", self._table.without_key)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._table.__arrow_c_stream__(requested_schema)

    def __arrow_c_schema__(self) -> object:
        return self._table.__arrow_c_schema__()

    def to_dict(self) -> dict[Hashable, dict[str, Any]]:
        """Plain Python objects by key."""
        return {key: estimate.to_dict() for key, estimate in self.items()}

    def __repr__(self) -> str:
        lines = [f"{key}: {estimate}" for key, estimate in self.items()[:20]]
        if len(self) > 20:
            lines.append(f"... {len(self) - 20} more groups")
        if self.without_key is not None:
            lines.append(f"without a key: {self.without_key}")
        lines.append(f"total: {self.total}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th scope='row'>{escape(str(key))}</th><td>{estimate._repr_html_()}</td></tr>"
            for key, estimate in self.items()[:60]
        )
        more = f"<p>{len(self) - 60} more groups</p>" if len(self) > 60 else ""
        return (
            f"<table><caption>{self.total._repr_html_()}</caption><tbody>{rows}</tbody></table>"
            + more
        )


class Grouped(_Groups[Estimate]):
    """Results by group, in the order of the keys.

    Speaks the Arrow stream protocol, so that `pl.DataFrame(r)`, `pa.table(r)` and
    `duckdb.sql("from r")` take it as it is.

    >>> import crmetrics as cm
    >>> r = cm.nps([10, 9, 3, 8], by=["Ann", "Bo", "Bo", "Ann"])
    >>> r["Ann"].value
    0.5
    >>> r.total.n
    4
    """


class GroupedMovements(_Groups[Movements]):
    """Revenue movements by group, in the order of the keys; Arrow as `Grouped`."""
