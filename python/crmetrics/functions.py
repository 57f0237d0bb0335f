"""One call from columns to results. Each function bears the name of its metric.

All of them take the column (or columns) that the metric observes, then

by
    What to group by: a column, a list of columns, or a dict from names to columns.
weights
    How often each row was observed, or sampling weights (with `weighted="sampling"`).
level
    Confidence level of the interval.

and the settings of the metric's class in `crmetrics.metrics`. Without `by` they give an `Estimate`,
with it a `Grouped`.
"""

from __future__ import annotations

from typing import Any, Literal, Protocol, cast, overload

from . import _core, metrics
from ._columns import ColumnLike
from .metrics import ColumnMetric, Metric
from .results import Difference, Estimate, Grouped

__all__ = [
    "clv",
    "compare",
    "csat",
    "duration",
    "duration_quantile",
    "error_rate",
    "exact_duration_quantile",
    "exact_quantile",
    "fcr_counted",
    "given",
    "handle_time",
    "mean",
    "mean_rating",
    "nps",
    "occurrences",
    "proportion",
    "quantile",
    "rate",
    "ratio",
    "renewal_rate",
    "share_within",
]


class MetricFunction(Protocol):
    """What every function of this module is."""

    __name__: str
    _columns: tuple[str, ...]

    @overload
    def __call__(
        self,
        *values: ColumnLike,
        by: None = None,
        weights: ColumnLike | None = None,
        weighted: Literal["frequency", "sampling"] | None = None,
        level: float = 0.95,
        **settings: Any,
    ) -> Estimate: ...
    @overload
    def __call__(
        self,
        *values: ColumnLike,
        by: ColumnLike,
        weights: ColumnLike | None = None,
        weighted: Literal["frequency", "sampling"] | None = None,
        level: float = 0.95,
        **settings: Any,
    ) -> Grouped: ...


#: Names of the functions of metrics.
METRICS: list[str] = []


def _function(state: type[ColumnMetric], example: str = "") -> MetricFunction:
    def call(
        *values: ColumnLike,
        by: Any = None,
        weights: ColumnLike | None = None,
        weighted: Literal["frequency", "sampling"] | None = None,
        level: float = 0.95,
        **settings: Any,
    ) -> Any:
        if weighted is not None:
            settings["weights"] = weighted
        metric = state(**settings)
        if by is not None:
            return metric.by(*values, by=by, weights=weights, level=level)
        metric.update_many(*values, weights=weights)
        return metric.result(level)

    call._columns = state._columns  # type: ignore[attr-defined]
    METRICS.append(state._metric)
    call.__name__ = call.__qualname__ = state._metric
    call.__doc__ = f"{state.__doc__ and state.__doc__.splitlines()[0]}\n\nSettings: those of "
    call.__doc__ += (
        f"`metrics.{state.__name__}`; by, weights and level: see this module.\n{example}"
    )
    return cast(MetricFunction, call)


nps = _function(
    metrics.Nps,
    """
    >>> import crmetrics as cm
    >>> cm.nps([10, 9, 9, 7, 3, None]).value
    0.4
    """,
)
csat = _function(
    metrics.Csat,
    """
    >>> import crmetrics as cm
    >>> by_agent = cm.csat([5, 4, 2, 3], by=["Ann", "Ann", "Bo", "Bo"])
    >>> by_agent["Ann"].value, by_agent["Bo"].value
    (1.0, 0.0)
    """,
)
mean_rating = _function(metrics.MeanRating)
proportion = _function(metrics.Proportion)
error_rate = _function(metrics.ErrorRate)
renewal_rate = _function(metrics.RenewalRate)
occurrences = _function(metrics.Occurrences)
fcr_counted = _function(metrics.FcrCounted)
mean = _function(metrics.Mean)
quantile = _function(metrics.Quantile)
exact_quantile = _function(metrics.ExactQuantile)
duration = _function(metrics.Duration)
handle_time = _function(metrics.HandleTime)
duration_quantile = _function(metrics.DurationQuantile)
exact_duration_quantile = _function(metrics.ExactDurationQuantile)
share_within = _function(
    metrics.ShareWithin,
    """
    >>> import crmetrics as cm
    >>> cm.share_within([12.0, 45.0, 30.0], limit="30s").exact
    (2, 3)
    """,
)
ratio = _function(metrics.Ratio)
rate = _function(metrics.Rate)
given = _function(metrics.Given)
clv = _function(
    metrics.Clv,
    """
    >>> import crmetrics as cm
    >>> margins = [5000, 4000, 6000, 5000]
    >>> kept = [True, True, False, None]
    >>> cm.clv(margins, kept, discount="10% a year", payments=3).unit
    'minor units'
    """,
)


def compare(a: Estimate | Metric, b: Estimate | Metric, level: float = 0.95) -> Difference:
    """Signed difference a - b of two results of one metric, with interval and p value.

    The two are taken to be independent samples. Two shares: Newcombe's interval; two NPS: adjusted
    Wald; two means: Welch; else from the standard errors.

    >>> import crmetrics as cm
    >>> d = cm.compare(cm.csat([5] * 40 + [1] * 10), cm.csat([5] * 30 + [1] * 20))
    >>> round(d.value, 3), d.method
    (0.2, 'Newcombe hybrid score')

    Raises
    ------
    DefinitionMismatch
        Where the two are not of one definition.
    """
    left = a.result() if isinstance(a, Metric) else a
    right = b.result() if isinstance(b, Metric) else b
    return _core.compare(left, right, level)
