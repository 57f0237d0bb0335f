"""The doubt that comes from customers, by resampling them: `Bootstrap(Nps())`.

Rows of one customer belong together; intervals that take them for independent are too narrow. In
each replicate every customer counts, with all rows, as often as a Poisson number of mean 1 says.
That number is a hash of seed, customer and replicate: nothing depends on partition or order, and
equal seeds keep the correlation between metrics of the same customers. The same numbers as in C++.
"""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from . import _columns, _core
from ._columns import ColumnLike
from .metrics import ColumnMetric
from .results import Estimate, Grouped

__all__ = ["Bootstrap"]

M = TypeVar("M", bound=ColumnMetric)


def _load(metric: ColumnMetric, replicates: int, seed: int, data: list[bytes]) -> Bootstrap[Any]:
    """What pickle calls."""
    state = Bootstrap(metric, replicates=replicates, seed=seed)
    state._state.read(data)
    return state


class Bootstrap(Generic[M]):
    """A metric of columns with replicates of it; a state that merges, as the metric is one.

    >>> from crmetrics.bootstrap import Bootstrap
    >>> from crmetrics.metrics import Csat
    >>> rated = Bootstrap(Csat(), replicates=200)
    >>> rated.update_many([5, 5, 4, 1, 2, 5], customers=["ann", "ann", "bo", "cem", "cem", "dee"])
    >>> result = rated.result()
    >>> round(result.value, 3), result.interval[0] < 0.5 < result.interval[1]
    (0.667, True)

    Parameters
    ----------
    metric
        Whose definition is taken; what it has observed is not. It must be able to count a row
        several times, which those with sampling weights are not.
    replicates
        20 to 100,000. Time and memory are those of the metric times this.
    seed
        Bootstraps of equal seeds merge and keep their correlation.

    Raises
    ------
    InvalidSetting
        For a number of replicates that cannot be, or a metric with sampling weights.
    """

    def __init__(self, metric: M, *, replicates: int = 1000, seed: int = 1) -> None:
        if not isinstance(metric, ColumnMetric):
            raise TypeError(f"Bootstrap takes a metric of columns, not {type(metric).__name__}")
        if metric._definition().get("weights") == "sampling":
            raise _core.InvalidSetting(
                f"{metric._metric}: a bootstrap counts rows several times, which sampling weights "
                "do not mean"
            )
        self._metric: M = metric.fresh()
        self._state = _core.Bootstrap(self._metric, replicates, seed)

    def _read(self, values: tuple[ColumnLike, ...], customers: ColumnLike) -> Any:
        name = _columns.name_of(customers, "customers")
        return self._metric._read_columns(values), _columns.column(customers, name)

    def update_many(self, *values: ColumnLike, customers: ColumnLike) -> None:
        """Observe columns, and whose row each is: all rows or none.

        Raises
        ------
        BadInput
            Naming column, row and value of each row that cannot be taken, and each row without a
            customer.
        """
        self._state.update_many(*self._read(values, customers))

    def by(
        self, *values: ColumnLike, customers: ColumnLike, by: Any, level: float = 0.95
    ) -> Grouped:
        """Results by group, as of one fresh bootstrap a group."""
        columns, of = self._read(values, customers)
        return Grouped(self._state.by(columns, of, _columns.keys(by), level))

    def merge(self, other: Bootstrap[M]) -> Bootstrap[M]:
        """Take in another one of the same metric, replicates and seed; returns itself.

        Raises
        ------
        DefinitionMismatch
            Where one of them differs.
        """
        self._state.merge(other._state)
        return self

    def __iadd__(self, other: Bootstrap[M]) -> Bootstrap[M]:
        return self.merge(other) if isinstance(other, Bootstrap) else NotImplemented

    def __add__(self, other: Bootstrap[M]) -> Bootstrap[M]:
        return self.copy().merge(other) if isinstance(other, Bootstrap) else NotImplemented

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Bootstrap) and self._state.equals(other._state)

    __hash__ = None  # type: ignore[assignment]

    def copy(self) -> Bootstrap[M]:
        """A state of its own with the same content."""
        twin = type(self).__new__(type(self))
        twin._metric = self._metric
        twin._state = self._state.copy()
        return twin

    __copy__ = copy

    def __deepcopy__(self, memo: object) -> Bootstrap[M]:
        return self.copy()

    def result(self, level: float = 0.95) -> Estimate:
        """The metric's result; its error and interval are those of the replicates.

        Without either where more than a tenth of the replicates have no value, or where none
        differs: fewer than three customers say nothing of their doubt.
        """
        return self._state.result(level)

    def replicates(self) -> list[float | None]:
        """The value of each replicate; None where it has none."""
        return [self._state.replicate(r).value for r in range(len(self._state))]

    @property
    def seed(self) -> int:
        """What the numbers of the replicates come from."""
        return self._state.seed

    def __len__(self) -> int:
        return len(self._state)

    def __reduce__(self) -> tuple[Any, ...]:
        return _load, (self._metric, len(self), self.seed, self._state.to_bytes())

    def __repr__(self) -> str:
        return f"<Bootstrap: {self.result()}>"
