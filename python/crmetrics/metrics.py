"""States: mergeable aggregates, one class a metric.

A state takes observations (`update`, `update_many`), merges with others of its definition
(`merge`, `+`), goes to bytes and back, and reports (`result`). Equal data give equal states, for
any split, order and number of processes.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar, Literal, TypeVar

from . import _columns, _core
from ._columns import ColumnLike
from .results import Estimate, Grouped

__all__ = [
    "Csat",
    "Duration",
    "DurationQuantile",
    "ErrorRate",
    "ExactDurationQuantile",
    "ExactQuantile",
    "FcrCounted",
    "Given",
    "HandleTime",
    "Mean",
    "MeanRating",
    "Metric",
    "Nps",
    "Occurrences",
    "Proportion",
    "Quantile",
    "Rate",
    "Ratio",
    "RenewalRate",
    "ShareWithin",
]

M = TypeVar("M", bound="Metric")
#: A length of time: "7d", "30s", a timedelta, or a number of seconds.
Span = str | float | timedelta

Invalid = Literal["reject", "count"]
Weights = Literal["frequency", "sampling"]


def _load(cls: type[M], settings: dict[str, Any] | None, data: bytes) -> M:
    """What pickle calls."""
    state = cls(**(settings or {}))
    state._read(data)
    return state


class Metric(_core.State):
    """Base of all states; make one of the metrics below."""

    _metric: ClassVar[str] = ""
    _columns: ClassVar[tuple[str, ...]] = ("value",)

    def __init__(self, **settings: Any) -> None:
        self._settings = {k: v for k, v in settings.items() if v is not None}
        super().__init__(self._metric, self._settings)

    def _named(self, values: tuple[Any, ...]) -> list[tuple[Any, str]]:
        if not values or len(values) > len(self._columns):
            raise TypeError(
                f"{self._metric} takes {', '.join(self._columns)}; {len(values)} columns were given"
            )
        return list(zip(values, self._columns, strict=False))

    def _read_columns(self, values: tuple[ColumnLike, ...]) -> list[_core.Column]:
        return [
            _columns.column(data, _columns.name_of(data, name))
            for data, name in self._named(values)
        ]

    def update(self, *value: Any) -> None:
        """Observe one value; None and NaN are missing. A metric of several columns takes several.

        Raises
        ------
        BadInput
            For a value that the metric does not take; the state is as before.
        """
        self._update_many([_core.to_column([v], name) for v, name in self._named(value)], None)

    def update_many(self, *values: ColumnLike, weights: ColumnLike | None = None) -> None:
        """Observe a column: all rows or none.

        Parameters
        ----------
        values
            NumPy array, pandas, Polars or PyArrow series, anything with the Arrow protocol, a
            buffer, or a list. Primitive columns are read where they lie.
        weights
            How often each row was observed (whole numbers), or with `weights="sampling"` its
            sampling weight.

        Raises
        ------
        BadInput
            Naming column, row and value of each row that cannot be taken.
        """
        weight = None if weights is None else _columns.column(weights, "weights")
        self._update_many(self._read_columns(values), weight)

    def by(
        self,
        *values: ColumnLike,
        by: Any,
        weights: ColumnLike | None = None,
        level: float = 0.95,
    ) -> Grouped:
        """Results of a column by group, as of one fresh state of this definition a group."""
        weight = None if weights is None else _columns.column(weights, "weights")
        columns = self._read_columns(values)
        return Grouped(self._by(columns, weight, _columns.keys(by), level))

    def merge(self: M, other: M) -> M:
        """Take in another state of the same definition; returns itself.

        Raises
        ------
        DefinitionMismatch
            Where the definitions differ.
        """
        self._merge(other)
        return self

    def __iadd__(self: M, other: M) -> M:
        return self.merge(other) if isinstance(other, Metric) else NotImplemented

    def __add__(self: M, other: M) -> M:
        return self.copy().merge(other) if isinstance(other, Metric) else NotImplemented

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Metric) and self._equals(other)

    __hash__ = None  # type: ignore[assignment]

    def result(self, level: float = 0.95) -> Estimate:
        """The estimate, with its interval at this level; 0 for none."""
        return self._result(level)

    def fresh(self: M) -> M:
        """The empty state of the same definition: the identity of merge."""
        return type(self)(**self._settings)

    def copy(self: M) -> M:
        """A state of its own with the same content."""
        twin = self.fresh()
        twin._adopt(self)
        return twin

    __copy__ = copy

    def __deepcopy__(self: M, memo: object) -> M:
        return self.copy()

    @classmethod
    def from_bytes(cls: type[M], data: bytes, **settings: Any) -> M:
        """The state that `to_bytes` wrote, in Python, C++ or SQL; with settings where it had them.

        Raises
        ------
        BadBytes
            For bytes that are not a whole, undamaged state.
        DefinitionMismatch
            For the state of another metric or of other settings.
        """
        return _load(cls, settings, data)

    def __reduce__(self) -> tuple[Any, ...]:
        return _load, (type(self), self._settings or None, self.to_bytes())

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.result()}>"

    def _repr_html_(self) -> str:
        return self.result()._repr_html_()


class Nps(Metric):
    """Net Promoter Score of answers from 0 to 10: (promoters - detractors) / answers, in [-1, 1].

    >>> from crmetrics.metrics import Nps
    >>> january, february = Nps(), Nps()
    >>> january.update_many([10, 9, 8, 3])
    >>> february.update(6)
    >>> (january + february).result().value
    0.0
    """

    _metric = "nps"
    _columns = ("score",)

    def __init__(
        self,
        *,
        scale: Literal["0-10", "1-10"] | None = None,
        interval: Literal["adjusted Wald", "Wald", "iterative score"] | None = None,
        missing: Literal["skip", "reject", "passive"] | None = None,
        invalid: Invalid | None = None,
        weights: Weights | None = None,
    ) -> None:
        super().__init__(
            scale=scale, interval=interval, missing=missing, invalid=invalid, weights=weights
        )


class Csat(Metric):
    """Customer satisfaction of ratings; plain, the share of 4 and 5 on 1-5.

    >>> from crmetrics.metrics import Csat
    >>> c = Csat()
    >>> c.update_many([5, 4, 2, None])
    >>> c.result().n, c.result().missing
    (3, 1)
    """

    _metric = "csat"
    _columns = ("rating",)

    def __init__(
        self,
        *,
        scale: Literal["1-5", "1-7", "1-10", "0-10"] | None = None,
        score: Literal[
            "top box", "mean", "min-max", "mean over max", "good of rated", "net satisfied"
        ]
        | None = None,
        top: int | None = None,
        interval: Literal["Wilson", "Jeffreys", "Clopper-Pearson", "Agresti-Coull", "Wald"]
        | None = None,
        invalid: Invalid | None = None,
        weights: Weights | None = None,
    ) -> None:
        super().__init__(
            scale=scale, score=score, top=top, interval=interval, invalid=invalid, weights=weights
        )


class MeanRating(Metric):
    """Mean rating on a scale, from one count a scale point."""

    _metric = "mean_rating"
    _columns = ("rating",)

    def __init__(
        self,
        *,
        scale: Literal["1-5", "1-7", "1-10", "0-10"] | None = None,
        weights: Weights | None = None,
    ) -> None:
        super().__init__(scale=scale, weights=weights)


_ShareInterval = Literal[
    "Wilson",
    "Wilson with continuity correction",
    "Jeffreys",
    "Clopper-Pearson",
    "Agresti-Coull",
    "adjusted Wald",
    "Wald",
]


class _Share(Metric):
    def __init__(
        self,
        *,
        interval: _ShareInterval | None = None,
        missing: Literal["skip", "reject", "failure"] | None = None,
        invalid: Invalid | None = None,
        weights: Weights | None = None,
    ) -> None:
        super().__init__(interval=interval, missing=missing, invalid=invalid, weights=weights)


class Proportion(_Share):
    """Share of yes among observed yes and no; takes booleans, or 1 and 0."""

    _metric = "proportion"


class ErrorRate(_Share):
    """Errors / checked, lower is better; takes true for a check that failed."""

    _metric = "error_rate"
    _columns = ("failed",)


class RenewalRate(_Share):
    """Renewed / due for renewal; takes true for a contract that was renewed."""

    _metric = "renewal_rate"
    _columns = ("renewed",)


class Occurrences(Metric):
    """How often something happened: a complete count, without an interval."""

    _metric = "occurrences"

    def __init__(self) -> None:
        super().__init__()


class FcrCounted(Metric):
    """First-contact resolution by a count on each resolved contact: reopens, replies, messages."""

    _metric = "fcr_counted"
    _columns = ("count",)

    def __init__(
        self,
        *,
        kind: Literal["never reopened", "one reply", "fewer than two replies", "no follow-up"]
        | None = None,
    ) -> None:
        super().__init__(kind=kind)


class Mean(Metric):
    """Mean of numbers, with Student's t interval; `values="whole"` keeps exact integer sums."""

    _metric = "mean"

    def __init__(
        self,
        *,
        values: Literal["real", "whole"] | None = None,
        invalid: Invalid | None = None,
        weights: Weights | None = None,
    ) -> None:
        super().__init__(values=values, invalid=invalid, weights=weights)


class _Quantile(Metric):
    def __init__(self, *, p: float | None = None, type: int | None = None) -> None:  # noqa: A002
        super().__init__(p=p, type=type)


class Quantile(_Quantile):
    """Quantile of numbers from mergeable buckets, relative error at most 1/256."""

    _metric = "quantile"


class ExactQuantile(_Quantile):
    """Quantile of numbers that are all kept."""

    _metric = "exact_quantile"


class DurationQuantile(_Quantile):
    """Quantile of time spans from mergeable buckets, relative error at most 1/256."""

    _metric = "duration_quantile"
    _columns = ("duration",)


class ExactDurationQuantile(_Quantile):
    """Quantile of time spans that are all kept."""

    _metric = "exact_duration_quantile"
    _columns = ("duration",)


class _Duration(Metric):
    _columns = ("duration",)

    def __init__(self, *, invalid: Invalid | None = None) -> None:
        super().__init__(invalid=invalid)


class Duration(_Duration):
    """Mean time span, in seconds; takes durations, or numbers of seconds."""

    _metric = "duration"


class HandleTime(_Duration):
    """Average handle time of segments, in seconds; lower is better."""

    _metric = "handle_time"


class ShareWithin(Metric):
    """Share of time spans within a limit; on the limit is met."""

    _metric = "share_within"
    _columns = ("duration",)

    def __init__(
        self,
        *,
        limit: Span,
        missing: Literal["skip", "reject", "failure"] | None = None,
        invalid: Invalid | None = None,
    ) -> None:
        super().__init__(limit=limit, missing=missing, invalid=invalid)


class Ratio(Metric):
    """Sum of numerators / sum of denominators; takes two columns of whole numbers."""

    _metric = "ratio"
    _columns = ("numerator", "denominator")

    def __init__(self) -> None:
        super().__init__()


class Rate(Metric):
    """Events for each unit of exposure; takes two columns of whole numbers."""

    _metric = "rate"
    _columns = ("events", "exposure")

    def __init__(
        self,
        *,
        per: int | None = None,
        exposure: str | None = None,
        interval: Literal["Poisson score", "Poisson exact"] | None = None,
    ) -> None:
        super().__init__(per=per, exposure=exposure, interval=interval)


class Given(Metric):
    """Figures that were measured elsewhere, pooled by n: value, n, standard error where known."""

    _metric = "given"
    _columns = ("value", "n", "standard_error")

    def __init__(self) -> None:
        super().__init__()
