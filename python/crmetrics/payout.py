"""Money for scores: steps, a threshold below which nothing is paid, and a cap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from . import _core
from ._core import PayoutLine
from .results import Estimate

if TYPE_CHECKING:
    from .scorecard import Evaluation

__all__ = ["Payout", "PayoutLine", "payout"]


class Payout:
    """Amounts in minor units of money by score, on straight lines between the steps."""

    def __init__(self, rule: _core.Payout) -> None:
        self._rule = rule

    def of(self, score: float | Estimate) -> PayoutLine:
        """For a score, or for a result in the unit of the steps; without a value not assessed."""
        if isinstance(score, Estimate):
            return self._rule.of_result(score)
        return self._rule.of_score(score)

    def of_all(self, evaluation: Evaluation) -> dict[str, PayoutLine | None]:
        """For every agent's total; None where there is no total, which is not "nothing is due"."""
        return {
            agent: None if total is None else self._rule.of_score(total)
            for agent, total in evaluation.totals().items()
        }


def payout(
    steps: Sequence[tuple[float, int]], *, rounding: Literal["half_up", "down"] = "half_up"
) -> Payout:
    """Nothing below the first step, never more than the last one's amount.

    >>> from crmetrics.payout import payout
    >>> pay = payout([(60, 50_000), (80, 100_000), (95, 160_000)])
    >>> pay.of(59.9).state, pay.of(70).amount, pay.of(99).amount
    ('below the threshold', 75000, 160000)
    """
    if rounding not in ("half_up", "down"):
        raise ValueError(f'rounding: "{rounding}" is none of "half_up", "down"')
    return Payout(_core.Payout(list(steps), rounding == "half_up"))
