"""Points booked for people, and whether too much of somebody's work is left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from . import _core, _times
from ._times import InstantLike

__all__ = ["PointsAccount", "PointsLedger", "RemovalLine", "attribution_guard"]


class PointsAccount(NamedTuple):
    """One account of a points ledger."""

    who: str
    points: int
    entries: int
    #: When the balance last changed to what it is.
    reached: datetime
    #: In promotion order; None below the minimum.
    rank: int | None


class PointsLedger:
    """Points booked by person; merges exactly, by any split.

    >>> from crmetrics.points import PointsLedger
    >>> ledger = PointsLedger()
    >>> ledger.update("Ann", 5, "2025-01-10", "suggestion adopted")
    >>> ledger.update("Bo", 5, "2025-01-08", "course given")
    >>> [(a.rank, a.who, a.points) for a in ledger.order()]
    [(1, 'Bo', 5), (2, 'Ann', 5)]
    """

    def __init__(self) -> None:
        self._ledger = _core.PointsLedger()

    def update(self, who: str, points: int, at: InstantLike, reason: str) -> None:
        """Books points, below 0 for a violation."""
        self.update_many([(who, points, at, reason)])

    def update_many(self, rows: Iterable[tuple[str, int, InstantLike, str]]) -> None:
        """Books all rows or none: who, points, when, what for."""
        self._ledger.update_many(
            [(who, points, _times.microseconds(at), reason) for who, points, at, reason in rows]
        )

    def merge(self, other: PointsLedger) -> PointsLedger:
        """Takes in the entries of another ledger; equal entries are two entries."""
        self._ledger.merge(other._ledger)
        return self

    def __add__(self, other: PointsLedger) -> PointsLedger:
        out = PointsLedger()
        out._ledger = self._ledger.copy()
        return out.merge(other)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PointsLedger) and self._ledger.equals(other._ledger)

    __hash__ = None  # type: ignore[assignment]

    def order(
        self, until: InstantLike | None = None, *, min_points: int | None = None
    ) -> list[PointsAccount]:
        """All accounts in promotion order: most points first, then who had them earlier.

        By what was booked up to an instant, that one included; with fewer than `min_points`
        nobody has a rank.
        """
        at = None if until is None else _times.microseconds(until)
        return [
            PointsAccount(who, points, entries, _times.instant(reached), rank)
            for who, points, entries, reached, rank in self._ledger.order(at, min_points)
        ]


class RemovalLine(NamedTuple):
    """How much of one agent's work was left out, against the rest of the team."""

    who: str
    removed: int
    judged: int
    #: 95 % Wilson; None where nothing was judged.
    share: tuple[float, float] | None
    share_of_others: float | None
    #: Fisher's exact test, two-sided, against the others.
    p_value: float | None
    #: More than the others, beyond chance at the level.
    outlier: bool


def attribution_guard(
    counts: Mapping[str, tuple[int, int]], *, level: float = 0.01
) -> list[RemovalLine]:
    """Flags agents of whose events far more were left out as "not their doing" than of others.

    counts: by agent, events that were left out, and events that were judged at all. It accuses
    nobody: somebody gets the bad products, or somebody excuses too much.

    >>> from crmetrics.points import attribution_guard
    >>> lines = attribution_guard({"Ann": (2, 100), "Bo": (3, 100), "Cy": (30, 100)})
    >>> [line.who for line in lines if line.outlier]
    ['Cy']
    """
    found = _core.attribution_guard(
        list(counts),
        [removed for removed, _ in counts.values()],
        [judged for _, judged in counts.values()],
        level,
    )
    return [RemovalLine(*line) for line in found]
