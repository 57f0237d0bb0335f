"""Values of few observations, drawn towards what is known of all: 18 of 20 further than 330 of 400.

A prior is agreed (last year's, the company's), or fitted to the very people who are scored; then
its `peers` say to whom, and `fixed()` is the same prior for the months to come.
"""

from __future__ import annotations

from . import _columns, _core
from ._columns import ColumnLike
from .results import Estimate

__all__ = [
    "Prior",
    "beta_binomial",
    "fit_beta_binomial",
    "fit_james_stein",
    "fit_normal_normal",
    "james_stein",
    "normal_normal",
]


class Prior:
    """What values are drawn to, and how strongly."""

    def __init__(self, prior: _core.Prior) -> None:
        self._prior = prior

    def shrink(self, estimate: Estimate) -> Estimate:
        """The estimate drawn to the prior, with its own doubt; its convention says so."""
        return self._prior.shrink(estimate)

    def slope(self, estimate: Estimate) -> float:
        """The share of a change of the value that comes through, from 0 to 1."""
        return self._prior.slope(estimate)

    @property
    def figures(self) -> dict[str, float | None]:
        """The mean and what else the prior has."""
        return dict(self._prior.figures)

    @property
    def peers(self) -> str | None:
        """Hash of the peers to whom it was fitted; None where it is agreed."""
        return self._prior.peers

    def fixed(self) -> Prior:
        """The same prior as an agreed one."""
        return Prior(self._prior.fixed())

    def __repr__(self) -> str:
        figures = ", ".join(f"{k} {v:g}" for k, v in self.figures.items() if v is not None)
        return f"<Prior {figures}" + (f", peers {self.peers}>" if self.peers else ">")


def beta_binomial(mean: float, strength: float) -> Prior:
    """Draws a share as if `strength` observations of that mean had come before.

    >>> import crmetrics as cm
    >>> from crmetrics.shrinkage import beta_binomial
    >>> beta_binomial(0.8, strength=20).shrink(cm.csat([5] * 18 + [1] * 2)).value
    0.85
    """
    return Prior(_core.beta_binomial(mean, strength))


def normal_normal(
    mean: float, between: float, *, within: float | None = None, mean_error: float = 0
) -> Prior:
    """Draws a value by between^2 / (between^2 + se^2); with `within`, se is within / sqrt(n)."""
    return Prior(_core.normal_normal(mean, between, within, mean_error))


def james_stein(mean: float, factor: float, *, mean_error: float = 0) -> Prior:
    """Draws every value by one factor: mean + factor (value - mean). For equal standard errors."""
    return Prior(_core.james_stein(mean, factor, mean_error))


def fit_beta_binomial(successes: ColumnLike, trials: ColumnLike) -> Prior:
    """The beta prior that the peers' counts make likely, by Kleinman's moments.

    >>> from crmetrics.shrinkage import fit_beta_binomial
    >>> prior = fit_beta_binomial([18, 45, 160, 9, 70, 330], [20, 60, 200, 15, 100, 400])
    >>> round(prior.figures["mean"], 4), round(prior.figures["strength"], 2)
    (0.795, 61.16)
    """
    return Prior(
        _core.fit_beta_binomial(
            _columns.column(successes, "successes"), _columns.column(trials, "trials")
        )
    )


def fit_normal_normal(values: ColumnLike, standard_errors: ColumnLike) -> Prior:
    """The normal prior that the peers make likely, by the moments of DerSimonian and Laird."""
    return Prior(
        _core.fit_normal_normal(
            _columns.column(values, "values"), _columns.column(standard_errors, "standard_errors")
        )
    )


def fit_james_stein(values: ColumnLike, variance: float) -> Prior:
    """The James-Stein estimator of four peers or more; `variance` is that of one value."""
    return Prior(_core.fit_james_stein(_columns.column(values, "values"), variance))
