"""Limits within which a process in control stays, with the false alarms that they give."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from . import _columns, _core
from ._columns import ColumnLike
from ._core import AlarmLine, ControlLimits
from .results import Estimate

__all__ = [
    "Alarm",
    "AlarmLine",
    "ControlLimits",
    "PChart",
    "RuleSignal",
    "UChart",
    "alarm",
    "average_run_length",
    "first_signal",
    "p_chart",
    "u_chart",
    "xmr_chart",
]

Rule = Literal["beyond", "two_of_three", "four_of_five", "eight_in_row"]
ALL_RULES: tuple[Rule, ...] = ("beyond", "two_of_three", "four_of_five", "eight_in_row")


class PChart:
    """Limits for a share of n, exactly from the binomial distribution."""

    def __init__(self, share: float, level: float = 0.9973) -> None:
        self._chart = _core.PChart(share, level)

    def limits(self, n: int) -> ControlLimits:
        """The limits for n observations."""
        return self._chart.limits(n)

    def normal_limits(self, n: int, z: float = 3) -> ControlLimits:
        """Shewhart's limits, with the rates of false alarms that they really have."""
        return self._chart.normal_limits(n, z)

    def judge(self, result: Estimate) -> tuple[str, ControlLimits]:
        """Whether a share of counts is "inside", "too low" or "too high", and its limits."""
        return self._chart.judge(result)


class UChart:
    """Limits for events per exposure, exactly from the Poisson distribution."""

    def __init__(self, rate: float, per: int = 1, level: float = 0.9973) -> None:
        self._chart = _core.UChart(rate, per, level)

    def limits(self, exposure: int) -> ControlLimits:
        """The limits for an exposure in single units: 4,300 contacts."""
        return self._chart.limits(exposure)

    def judge(self, result: Estimate) -> tuple[str, ControlLimits]:
        """Whether a rate of events is "inside", "too low" or "too high", and its limits."""
        return self._chart.judge(result)


def p_chart(share: float, level: float = 0.9973) -> PChart:
    """A chart for shares that are `share` in control.

    >>> from crmetrics.control import p_chart
    >>> limits = p_chart(0.02, level=0.95).limits(300)
    >>> limits.low_count, limits.high_count
    (2, 11)
    """
    return PChart(share, level)


def u_chart(rate: float, per: int = 1, level: float = 0.9973) -> UChart:
    """A chart for events per exposure: `rate` of them in `per` units."""
    return UChart(rate, per, level)


def xmr_chart(history: ColumnLike, width: float = 3) -> ControlLimits:
    """Limits for single values: the mean of a stable history and its moving range.

    >>> from crmetrics.control import xmr_chart
    >>> limits = xmr_chart([10.0, 12.0, 10.0, 12.0])
    >>> limits.centre, round(limits.high - limits.centre, 3), limits.judge(17)
    (11.0, 5.317, 'too high')
    """
    return _core.xmr_limits(_columns.column(history, "history"), width)


class Alarm:
    """A fixed rule on any metric."""

    def __init__(self, alarm: _core.FixedAlarm) -> None:
        self._alarm = alarm

    def judge(self, result: Estimate) -> AlarmLine:
        """Whether it is "raised", "quiet" or "not assessable", and how often chance raises it."""
        return self._alarm.judge(result)


def alarm(
    name: str,
    *,
    above: float | None = None,
    below: float | None = None,
    sure: bool = False,
    level: float = 0.95,
    in_control: float | None = None,
    min_n: int = 0,
) -> Alarm:
    """An alarm above or below a threshold; `sure`: only where the whole interval is beyond it.

    With the share of a process `in_control` the rate of false alarms is computed, exactly, for the
    n of the result. `level` is that of the results which are judged by their interval.

    >>> import crmetrics as cm
    >>> from crmetrics.control import alarm
    >>> errors = cm.error_rate([True] * 2 + [False] * 298)
    >>> line = alarm("errors", above=0.005, in_control=0.003).judge(errors)
    >>> line.state, round(line.false_alarm_rate, 4)
    ('raised', 0.2275)
    """
    if (above is None) == (below is None):
        raise ValueError("alarm: one threshold is needed, above or below")
    threshold = above if above is not None else below
    assert threshold is not None
    return Alarm(
        _core.FixedAlarm(name, above is not None, threshold, sure, level, in_control, min_n)
    )


class RuleSignal(NamedTuple):
    """The value (from 0) that completes a pattern, and which."""

    row: int
    rule: str


def first_signal(z: ColumnLike, rules: Sequence[Rule] = ALL_RULES) -> RuleSignal | None:
    """The first signal of the run rules on standardised values; None where there is none.

    >>> from crmetrics.control import first_signal
    >>> first_signal([2.1, 0, 2.5])
    RuleSignal(row=2, rule='two of three beyond 2 sigma')
    """
    found = _core.first_signal(_columns.column(z, "z"), list(rules))
    return None if found is None else RuleSignal(*found)


def average_run_length(rules: Sequence[Rule] = ALL_RULES, shift: float = 0) -> float:
    """Values until the first false alarm on average, or until a shift of so many sigma is found.

    >>> from crmetrics.control import average_run_length
    >>> round(average_run_length()), round(average_run_length(["beyond"]))
    (92, 370)
    """
    return _core.average_run_length(list(rules), shift)
