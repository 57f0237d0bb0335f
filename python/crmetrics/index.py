"""Points by a reference set and means of points: what composite indices are made of.

With a set of those who are listed, a new colleague can swap two others. Take a set that is frozen
(last year, the trade), or the agreed goalposts of a spec.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from . import _columns, _core
from ._columns import ColumnLike
from .weights import Weighting

__all__ = [
    "Normaliser",
    "arithmetic",
    "geometric",
    "harmonic",
    "min_max_scale",
    "minimum",
    "percentile",
    "power",
    "z_score",
]

Better = Literal["higher", "lower"]
Points = list[float | None]
Shares = Mapping[str, float] | Weighting


class Normaliser:
    """A curve from native values to points from 0 to 100, fixed once it is fitted."""

    def __init__(self, curve: _core.Normaliser) -> None:
        self._curve = curve

    def score(self, values: ColumnLike) -> Points:
        """Points of each value; None where it is missing."""
        return self._curve.score(_columns.column(values, "values"))

    def slope(self, values: ColumnLike) -> Points:
        """Points per unit at each value; 0 where the points are clamped, and for ranks."""
        return self._curve.slope(_columns.column(values, "values"))

    @property
    def direction(self) -> str:
        """Which way is better."""
        return self._curve.direction

    @property
    def reference(self) -> str:
        """Hash of the reference set, the same for any order of its values."""
        return self._curve.reference

    @property
    def figures(self) -> dict[str, float]:
        """What was taken from the set: worst and best, or mean and standard deviation, or size."""
        return dict(self._curve.figures)

    def __repr__(self) -> str:
        figures = ", ".join(f"{name} {value:g}" for name, value in self.figures.items())
        return f"<Normaliser {figures}, {self.direction}, reference {self.reference}>"


def min_max_scale(reference: ColumnLike, better: Better = "higher") -> Normaliser:
    """Points between the worst and the best value of a reference set.

    >>> from crmetrics.index import min_max_scale
    >>> min_max_scale([20.0, 60.0, 40.0], better="lower").score([30.0, 70.0, None])
    [75.0, 0.0, None]

    Raises
    ------
    BadInput
        For values that are missing or not finite (with their rows), fewer than two, a zero range.
    """
    return Normaliser(_core.min_max_scale(_columns.column(reference, "reference"), better))


def z_score(
    reference: ColumnLike,
    better: Better = "higher",
    *,
    ddof: Literal[0, 1] = 1,
    centre: float = 50,
    spread: float = 10,
) -> Normaliser:
    """Points by distance from the mean of a set, in standard deviations: centre + spread x z.

    >>> from crmetrics.index import z_score
    >>> z_score([1.0, 2.0, 3.0]).score([2.0, 3.0])
    [50.0, 60.0]
    """
    column = _columns.column(reference, "reference")
    return Normaliser(_core.z_score(column, better, ddof, centre, spread))


def percentile(
    reference: ColumnLike,
    better: Better = "higher",
    *,
    ties: Literal["lowest", "average", "highest"] = "lowest",
) -> Normaliser:
    """Points by rank in a set of n: 100 times the number of values that are worse, by n - 1.

    >>> from crmetrics.index import percentile
    >>> percentile([5, 1, 3]).score([1, 3, 4, 5])
    [0.0, 50.0, 100.0, 100.0]
    """
    return Normaliser(_core.percentile(_columns.column(reference, "reference"), better, ties))


def _combined(
    points: Mapping[str, ColumnLike], weights: Shares | None, mean: str, p: float = 1
) -> Points:
    if not points:
        raise TypeError("points: no columns to combine")
    if weights is not None and set(weights) != set(points):
        odd = sorted(set(weights) ^ set(points))
        raise KeyError(f"weights and points must have the same names; only one has {odd}")
    columns = [_columns.column(data, name) for name, data in points.items()]
    shares = [1.0 if weights is None else float(weights[name]) for name in points]
    return _core.combine(columns, shares, mean, p)


def arithmetic(points: Mapping[str, ColumnLike], weights: Shares | None = None) -> Points:
    """Weighted arithmetic mean for each row; weights are divided by their sum.

    None where a column that has weight is missing: never a mean of the rest.

    >>> from crmetrics.index import arithmetic
    >>> arithmetic({"a": [50, 100], "b": [100, None]}, weights={"a": 3, "b": 1})
    [62.5, None]
    """
    return _combined(points, weights, "arithmetic")


def geometric(points: Mapping[str, ColumnLike], weights: Shares | None = None) -> Points:
    """Weighted geometric mean for each row: what lags costs more; a 0 makes the whole 0."""
    return _combined(points, weights, "geometric")


def harmonic(points: Mapping[str, ColumnLike], weights: Shares | None = None) -> Points:
    """Weighted harmonic mean for each row; a 0 makes the whole 0."""
    return _combined(points, weights, "harmonic")


def minimum(points: Mapping[str, ColumnLike], weights: Shares | None = None) -> Points:
    """The lowest of those that have weight, for each row."""
    return _combined(points, weights, "minimum")


def power(points: Mapping[str, ColumnLike], p: float, weights: Shares | None = None) -> Points:
    """Weighted power mean for each row: p = 1 arithmetic, 0 geometric, -1 harmonic.

    >>> from crmetrics.index import power
    >>> [round(x, 9) for x in power({"a": [20.0], "b": [80.0]}, p=0)]
    [40.0]
    """
    return _combined(points, weights, "power", p)
