"""How many answers a survey needs, what goes together, and who is special beyond his mix of cases.

The functions bear the names that they have in C++; the pages of docs/intervals say what they
compute. A value that is missing is refused with its row: pairs and strata have to be whole.
"""

from __future__ import annotations

from typing import Literal

from . import _columns, _core
from ._columns import ColumnLike
from ._core import Correlation, StandardisedShare

__all__ = [
    "Correlation",
    "StandardisedShare",
    "funnel_dispersion",
    "funnel_limits",
    "pearson",
    "sample_size",
    "sample_size_of_net",
    "sample_size_to_detect",
    "spearman",
    "standardise",
]


def sample_size(
    margin: float,
    *,
    share: float = 0.5,
    method: Literal["wald", "wilson"] = "wald",
    level: float = 0.95,
    population: int | None = None,
) -> int:
    """Answers needed to know a share to within the margin either way.

    The expected share of a half is the careful guess; with a `population` of so many who could be
    asked at all, fewer are enough.

    >>> from crmetrics.statistics import sample_size
    >>> sample_size(0.03), sample_size(0.05), sample_size(0.03, population=2000)
    (1068, 385, 697)
    """
    if method not in ("wald", "wilson"):
        raise ValueError(f'method: "{method}" is none of "wald", "wilson"')
    return _core.sample_size_of_share(margin, share, method == "wilson", level, population)


def sample_size_of_net(
    margin: float,
    *,
    promoters: float = 0.5,
    detractors: float = 0.5,
    level: float = 0.95,
    population: int | None = None,
) -> int:
    """Answers needed to know a net share (NPS) to within the margin: 0.03 is three points.

    >>> from crmetrics.statistics import sample_size_of_net
    >>> sample_size_of_net(0.03)
    4269
    """
    return _core.sample_size_of_net(margin, promoters, detractors, level, population)


def sample_size_to_detect(
    share_a: float, share_b: float, *, power: float = 0.8, level: float = 0.95
) -> int:
    """Answers needed in each of two groups to notice this difference of shares so surely.

    >>> from crmetrics.statistics import sample_size_to_detect
    >>> sample_size_to_detect(0.5, 0.75, power=0.9)
    77
    """
    return _core.sample_size_to_detect(share_a, share_b, power, level)


def pearson(x: ColumnLike, y: ColumnLike, *, level: float = 0.95) -> Correlation:
    """How closely two columns lie along a line, with Fisher's interval.

    >>> from crmetrics.statistics import pearson
    >>> c = pearson([1, 2, 3, 4, 5], [2, 1, 4, 3, 5])
    >>> round(c.r, 12), c.n, c.method
    (0.8, 5, 'Pearson, Fisher z')
    """
    return _core.pearson(_columns.column(x, "x"), _columns.column(y, "y"), level)


def spearman(x: ColumnLike, y: ColumnLike, *, level: float = 0.95) -> Correlation:
    """How well one column orders the other: the correlation of the ranks, ties at their mean."""
    return _core.spearman(_columns.column(x, "x"), _columns.column(y, "y"), level)


def standardise(
    successes: ColumnLike, trials: ColumnLike, reference: ColumnLike, *, level: float = 0.95
) -> StandardisedShare:
    """What a share would be if its strata had the reference's numbers of cases.

    >>> from crmetrics.statistics import standardise
    >>> ann = standardise([90, 5], [100, 10], [50, 50])  # easy and hard cases
    >>> round(ann.value, 3), round(ann.crude, 3), ann.n
    (0.7, 0.864, 110)
    """
    return _core.standardise(
        _columns.column(successes, "successes"),
        _columns.column(trials, "trials"),
        _columns.column(reference, "reference"),
        level,
    )


def funnel_limits(expected: float, *, level: float = 0.95) -> tuple[float, float]:
    """Limits of observed / expected events around 1, for counts; not for shares (`p_chart`)."""
    return _core.funnel_limits(expected, level)


def funnel_dispersion(observed: ColumnLike, expected: ColumnLike) -> float | None:
    """How much wider than by chance the units of a funnel plot scatter; None without units."""
    return _core.funnel_dispersion(
        _columns.column(observed, "observed"), _columns.column(expected, "expected")
    )
