"""What a ranking is worth: which ranks the data leave open, and which differences are real."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from . import _columns, _core
from ._columns import ColumnLike
from .results import Estimate

__all__ = [
    "ComparisonBars",
    "RankSets",
    "bars_for_chart",
    "bars_for_pair",
    "expected_ranks",
    "holm",
    "pooled_errors",
    "rank_set_of",
    "rank_sets",
]


class RankSets:
    """The ranks that are open for each value, all at one level; 1 is the best."""

    def __init__(self, table: _core.RankSets, names: list[Hashable]) -> None:
        self._table = table
        self._names = names
        self._places = {name: i for i, name in enumerate(names)}

    def __len__(self) -> int:
        return len(self._table)

    def __getitem__(self, name: Hashable) -> tuple[int, int]:
        return self._table.at(self._places[name])

    def to_dict(self) -> dict[Hashable, tuple[int, int]]:
        """The first and last open rank by name."""
        return {name: self._table.at(i) for i, name in enumerate(self._names)}

    def is_above(self, name: Hashable, other: Hashable) -> bool:
        """Whether one is above another by more than chance, at the level of the whole table."""
        return self._table.is_above(self._places[name], self._places[other])

    def top(self, k: int) -> list[Hashable]:
        """All who may be among the best k."""
        return [self._names[i] for i in self._table.top(k)]

    def not_separable(self) -> list[list[Hashable]]:
        """Runs of neighbours of whom nobody can be told from another; they overlap."""
        return [[self._names[i] for i in run] for run in self._table.not_separable()]

    @property
    def nothing_separates(self) -> bool:
        """Whether nobody can be told from anybody: the ranking says nothing."""
        return self._table.nothing_separates

    @property
    def critical_value(self) -> float:
        """How many standard errors of the difference two must lie apart."""
        return self._table.critical_value

    @property
    def critical_value_error(self) -> float:
        """Monte Carlo error of the critical value."""
        return self._table.critical_value_error

    @property
    def level(self) -> float:
        """The confidence level of all sets together."""
        return self._table.level

    def __repr__(self) -> str:
        return f"<RankSets of {len(self)} at {self.level:g}>"


def _pair(values: ColumnLike, errors: ColumnLike) -> tuple[_core.Column, _core.Column]:
    return _columns.column(values, "values"), _columns.column(errors, "standard_errors")


def rank_sets(
    values: ColumnLike,
    standard_errors: ColumnLike,
    *,
    names: Sequence[Hashable] | None = None,
    level: float = 0.95,
    draws: int = 10_000,
    seed: int = 1,
    step_down: bool = True,
    threads: int = 1,
) -> RankSets:
    """Which ranks are open for each value, highest first, for all of them at the same time.

    Without `names` they are called 0, 1, ... An infinite standard error is compared with nobody.

    >>> from crmetrics.ranks import rank_sets
    >>> sets = rank_sets([90, 89, 60], [1, 1, 1], names=["Ann", "Bo", "Cy"])
    >>> sets["Ann"], sets["Cy"], sets.not_separable()
    ((1, 2), (3, 3), [['Ann', 'Bo']])

    Raises
    ------
    BadInput
        For values that are missing or not finite, and errors that are missing or negative.
    """
    value, error = _pair(values, standard_errors)
    called: list[Hashable] = list(range(value.rows)) if names is None else list(names)
    if len(called) != value.rows or len(set(called)) != len(called):
        raise ValueError(f"names: {value.rows} that differ are needed")
    table = _core.rank_sets(value, error, level, draws, seed, step_down, threads)
    return RankSets(table, called)


def rank_set_of(
    values: ColumnLike,
    standard_errors: ColumnLike,
    which: int,
    *,
    level: float = 0.95,
    draws: int = 10_000,
    seed: int = 1,
    step_down: bool = True,
    threads: int = 1,
) -> tuple[int, int]:
    """The same for one value alone that was chosen beforehand, by its row from 0: a smaller set."""
    value, error = _pair(values, standard_errors)
    return _core.rank_set_of(value, error, which, level, draws, seed, step_down, threads)


def expected_ranks(values: ColumnLike, standard_errors: ColumnLike) -> list[float]:
    """The mean rank that each value would have if its month came again and again.

    >>> from crmetrics.ranks import expected_ranks
    >>> expected_ranks([80, 80], [1, 2])
    [1.5, 1.5]
    """
    return _core.expected_ranks(*_pair(values, standard_errors))


@dataclass(frozen=True)
class ComparisonBars:
    """How long error bars must be so that two values differ just where bars do not touch."""

    multiplier: float
    """Half the length of a bar, in standard errors of its value."""
    level: float
    """The confidence level of an interval of that length."""


def bars_for_pair(a: float, b: float, level: float = 0.95) -> ComparisonBars:
    """Bars for one pair with the standard errors a and b.

    >>> from crmetrics.ranks import bars_for_pair
    >>> round(bars_for_pair(1, 1).multiplier, 4)
    1.3859
    """
    return ComparisonBars(*_core.bars_for_pair(a, b, level))


def bars_for_chart(
    values: ColumnLike, standard_errors: ColumnLike, level: float = 0.95
) -> ComparisonBars:
    """One multiplier for a whole chart, right on average over all pairs."""
    return ComparisonBars(*_core.bars_for_chart(*_pair(values, standard_errors), level))


def holm(p_values: ColumnLike) -> list[float]:
    """Values of p of many comparisons, adjusted; in the order of the input.

    >>> from crmetrics.ranks import holm
    >>> [round(p, 3) for p in holm([0.01, 0.04, 0.03])]
    [0.03, 0.06, 0.06]
    """
    return _core.holm(_columns.column(p_values, "p_values"))


def pooled_errors(estimates: Sequence[Estimate]) -> list[float | None]:
    """Standard errors with the variance of one observation taken from all who are listed.

    None where an estimate has no value or no n. An agent's own error comes from the same few
    observations as his value, and so the extremes separate from the rest by luck.

    >>> import crmetrics as cm
    >>> from crmetrics.ranks import pooled_errors
    >>> by_agent = cm.proportion([True, True, True, False], by=["Ann", "Ann", "Bo", "Bo"])
    >>> [round(e, 4) for e in pooled_errors(by_agent.values())]
    [0.3062, 0.3062]
    """
    return _core.pooled_errors(list(estimates))
