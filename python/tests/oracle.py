"""The metrics once more, in plain Python and exact numbers: what the package is compared with.

Columns are lists; None and NaN are missing. `Bad` tells the rows, from 1, that cannot be taken.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Any


class Bad(Exception):
    """Rows that cannot be taken."""

    def __init__(self, rows: list[int]) -> None:
        super().__init__(rows)
        self.rows = rows


@dataclass
class Result:
    """What a metric must say of a column."""

    value: Fraction | None
    n: int
    missing: int


def is_missing(x: object) -> bool:
    return x is None or (isinstance(x, float) and math.isnan(x))


def _taken(values: Sequence[Any], fits: Callable[[Any], bool]) -> tuple[list[Any], int]:
    bad = [i + 1 for i, x in enumerate(values) if not is_missing(x) and not fits(x)]
    if bad:
        raise Bad(bad)
    there = [x for x in values if not is_missing(x)]
    return there, len(values) - len(there)


def _finite(x: Any) -> bool:
    return not isinstance(x, float) or math.isfinite(x)


def _point(low: int, high: int) -> Callable[[Any], bool]:
    return lambda x: _finite(x) and x == int(x) and low <= x <= high


def _share(yes: int, n: int, missing: int) -> Result:
    return Result(Fraction(yes, n) if n else None, n, missing)


def nps(values: Sequence[Any]) -> Result:
    there, missing = _taken(values, _point(0, 10))
    net = sum(1 if x >= 9 else -1 if x <= 6 else 0 for x in there)
    return _share(net, len(there), missing)


def csat(values: Sequence[Any]) -> Result:
    there, missing = _taken(values, _point(1, 5))
    return _share(sum(x >= 4 for x in there), len(there), missing)


def mean_rating(values: Sequence[Any]) -> Result:
    there, missing = _taken(values, _point(1, 5))
    return _share(sum(int(x) for x in there), len(there), missing)


def proportion(values: Sequence[Any]) -> Result:
    there, missing = _taken(values, lambda x: x in (0, 1))
    return _share(sum(int(x) for x in there), len(there), missing)


def mean(values: Sequence[Any]) -> Result:
    there, missing = _taken(values, _finite)
    total = sum((Fraction(x) for x in there), Fraction(0))
    return Result(total / len(there) if there else None, len(there), missing)


def seconds(x: Any) -> Fraction:
    """Seconds of a timedelta or a number; microseconds are the smallest part."""
    if isinstance(x, timedelta):
        return Fraction(x.days * 86_400_000_000 + x.seconds * 1_000_000 + x.microseconds, 1_000_000)
    return Fraction(round(Fraction(x) * 1_000_000), 1_000_000)


def duration(values: Sequence[Any]) -> Result:
    there, missing = _taken(values, lambda x: _finite(x) and seconds(x) >= 0)
    total = sum((seconds(x) for x in there), Fraction(0))
    return Result(total / len(there) if there else None, len(there), missing)


def share_within(values: Sequence[Any], limit: float) -> Result:
    there, missing = _taken(values, lambda x: _finite(x) and seconds(x) >= 0)
    return _share(sum(seconds(x) <= seconds(limit) for x in there), len(there), missing)


def quantile(values: Sequence[Any], p: Fraction) -> Result:
    """Type 7 of Hyndman and Fan: between the order statistics around (n - 1) p."""
    there, missing = _taken(values, _finite)
    if not there:
        return Result(None, 0, missing)
    ordered = sorted(Fraction(x) for x in there)
    at = (len(ordered) - 1) * p
    low = math.floor(at)
    high = min(low + 1, len(ordered) - 1)
    value = ordered[low] + (at - low) * (ordered[high] - ordered[low])
    return Result(value, len(there), missing)


def by(
    metric: Callable[[Sequence[Any]], Result], values: Sequence[Any], keys: Sequence[Hashable]
) -> tuple[dict[Hashable, Result], Result | None]:
    """Results by key, and of the rows without one."""
    groups: dict[Hashable, list[Any]] = {}
    for key, value in zip(keys, values, strict=True):
        groups.setdefault(key, []).append(value)
    without = groups.pop(None, None)
    return (
        {key: metric(group) for key, group in groups.items()},
        None if without is None else metric(without),
    )


def weighted(values: Sequence[Any], times: Sequence[int]) -> list[Any]:
    """Each row as often as its weight says."""
    return [x for x, n in zip(values, times, strict=True) for _ in range(n)]
