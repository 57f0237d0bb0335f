"""Targets, which are met or not, apart from scores, which are slopes; also before their end."""

from __future__ import annotations

from . import _core
from ._core import TargetLine, TargetToDate
from .results import Estimate

__all__ = ["Target", "TargetLine", "TargetToDate", "above", "at_least", "at_most", "below"]


class Target:
    """A threshold in the unit of the result: 0.95 for a share of 95 %."""

    def __init__(self, target: _core.Target) -> None:
        self._target = target

    def judge(self, result: Estimate) -> TargetLine:
        """Whether it is "met", "not met" or "not assessed"; shares are compared as counts."""
        return self._target.judge(result)

    def to_date(self, result: Estimate, remaining: int) -> TargetToDate:
        """What the observations that are still expected must bring; for shares of counts."""
        return self._target.to_date(result, remaining)


def at_least(threshold: float, *, min_n: int = 0) -> Target:
    """Met on the threshold and above; fewer than `min_n` observations are not assessed.

    >>> import crmetrics as cm
    >>> from crmetrics.targets import at_least
    >>> solved = cm.proportion([True] * 171 + [False] * 9)
    >>> line = at_least(0.95).judge(solved)
    >>> line.state, line.sure
    ('met', False)
    >>> at_least(0.95).to_date(solved, remaining=100).needed
    95
    """
    return Target(_core.Target("at least", threshold, min_n))


def at_most(threshold: float, *, min_n: int = 0) -> Target:
    """Met on the threshold and below."""
    return Target(_core.Target("at most", threshold, min_n))


def above(threshold: float, *, min_n: int = 0) -> Target:
    """Met above the threshold, and not on it."""
    return Target(_core.Target("above", threshold, min_n))


def below(threshold: float, *, min_n: int = 0) -> Target:
    """Met below the threshold, and not on it."""
    return Target(_core.Target("below", threshold, min_n))
