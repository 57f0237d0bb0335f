"""Weights of the parts of a card: agreed, from judgements in pairs, or from data.

Weights that are taken from the data of those who are listed change with the list; they are for
looking at (`reference_dependent` says so), or fixed once and agreed before the period.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, TypeAlias

from . import _columns, _core
from ._columns import ColumnLike, TableLike
from .results import ArrowRows

__all__ = [
    "RandomIndex",
    "Weighting",
    "ahp",
    "critic_weights",
    "entropy_weights",
    "equal_influence",
    "equal_weights",
]

#: Whose table of random indices: one matrix has different consistency ratios by different tables.
RandomIndex: TypeAlias = Literal[
    "Saaty 1980",
    "scikit-criteria",
    "Alonso and Lamata 2006",
    "Tummala and Ling 1998",
    "ahpsurvey",
]


class Weighting(ArrowRows):
    """Weights by name that sum to 1, and where they come from.

    A mapping from criteria to weights, and a table by the Arrow stream protocol.
    """

    def __init__(self, weights: _core.Weights) -> None:
        self._weights = weights
        self._by_name = dict(zip(weights.names, weights.weights, strict=True))
        if len(self._by_name) != len(weights.names):
            raise ValueError(f"names of criteria must differ: {', '.join(weights.names)}")

    @property
    def provenance(self) -> str:
        """The method, its settings and figures, in words."""
        return self._weights.provenance

    @property
    def source(self) -> str:
        """Hash of the method, its settings and its input."""
        return self._weights.source

    @property
    def reference_dependent(self) -> bool:
        """Whether they were taken from the data of those who are listed."""
        return self._weights.reference_dependent

    @property
    def lambda_max(self) -> float | None:
        """Of `ahp`: the principal eigenvalue."""
        return self._weights.lambda_max

    @property
    def consistency_index(self) -> float | None:
        """Of `ahp`: (lambda_max - n) / (n - 1)."""
        return self._weights.consistency_index

    @property
    def consistency_ratio(self) -> float | None:
        """Of `ahp`: the consistency index divided by the random index."""
        return self._weights.consistency_ratio

    def __getitem__(self, name: str) -> float:
        return self._by_name[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)

    def keys(self) -> list[str]:
        """The criteria, in their order."""
        return list(self._by_name)

    def values(self) -> list[float]:
        """The weights, in the order of the criteria."""
        return list(self._by_name.values())

    def items(self) -> list[tuple[str, float]]:
        """Criteria with their weights."""
        return list(self._by_name.items())

    def __repr__(self) -> str:
        parts = ", ".join(f"{name} {weight:.4g}" for name, weight in self.items())
        return f"<Weighting {parts} ({self.provenance})>"

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._weights.__arrow_c_stream__(requested_schema)


def equal_weights(names: Sequence[str]) -> Weighting:
    """The same weight for each: 1 / n.

    >>> from crmetrics.weights import equal_weights
    >>> dict(equal_weights(["quality", "speed"]))
    {'quality': 0.5, 'speed': 0.5}
    """
    return Weighting(_core.equal_weights(list(names)))


def ahp(
    judgements: Sequence[Sequence[float]] | Sequence[float],
    random_index: RandomIndex,
    *,
    names: Sequence[str],
    max_consistency_ratio: float = 0.10,
) -> Weighting:
    """Weights from comparisons in pairs: the principal eigenvector of the judgements.

    Judgements are n rows of n numbers: how many times more important the row's criterion is than
    the column's; or one flat list, the half above the diagonal row by row: a_12, a_13, ..., a_23.

    >>> from crmetrics.weights import ahp
    >>> w = ahp([3, 3, 2], "scikit-criteria", names=["quality", "speed", "cost"])
    >>> round(w["quality"], 4), round(w.consistency_ratio, 4)
    (0.5936, 0.0516)

    Raises
    ------
    BadInput
        For judgements that are not above 0 or not reciprocal, and for a consistency ratio above
        the limit: the judgements contradict each other. `max_consistency_ratio=inf` takes all.
    """
    rows: list[list[float]] = []
    flat: list[float] = []
    for given in judgements:
        if isinstance(given, Iterable):
            rows.append([float(a) for a in given])
        else:
            flat.append(float(given))
    if rows and (flat or any(len(row) != len(rows) for row in rows)):
        raise ValueError(f"judgements: each of {len(rows)} rows must have as many numbers")
    judged = [a for row in rows for a in row] if rows else flat
    return Weighting(_core.ahp(list(names), judged, not rows, random_index, max_consistency_ratio))


def entropy_weights(
    table: TableLike | Mapping[str, ColumnLike], criteria: Sequence[str] | None = None
) -> Weighting:
    """Weights by how unevenly a criterion is spread over the units, by Shannon's entropy.

    `table` has a row for each unit and a column for each criterion; without `criteria` all of its
    columns are meant.

    >>> from crmetrics.weights import entropy_weights
    >>> w = entropy_weights({"reach": [1, 4], "depth": [2, 16]})
    >>> round(w["reach"], 6), w.reference_dependent
    (0.358889, True)

    Raises
    ------
    BadInput
        For values that are missing or negative, a column of zeros, fewer than two units.
    """
    return Weighting(_core.entropy_weights(_criteria(table, criteria)))


def critic_weights(
    table: TableLike | Mapping[str, ColumnLike],
    criteria: Sequence[str] | None = None,
    *,
    lower_is_better: Sequence[str] = (),
) -> Weighting:
    """CRITIC: weights by contrast and conflict of the criteria.

    >>> from crmetrics.weights import critic_weights
    >>> w = critic_weights({"a": [1, 2, 3], "b": [3, 1, 2], "c": [1, 3, 2]})
    >>> round(sum(w.values()), 12)
    1.0

    Raises
    ------
    BadInput
        For values that are missing, criteria that are constant, or that all agree fully.
    """
    columns = _criteria(table, criteria)
    names = [c.name for c in columns]
    unknown = [name for name in lower_is_better if name not in names]
    if unknown:
        raise KeyError(f"lower_is_better: no criterion {', '.join(unknown)}")
    better = ["lower" if name in lower_is_better else "higher" for name in names]
    return Weighting(_core.critic_weights(columns, better))


def equal_influence(
    table: TableLike | Mapping[str, ColumnLike], criteria: Sequence[str] | None = None
) -> Weighting:
    """Weights under which every criterion has the same correlation with the weighted mean.

    The values should be points (after normalising): the weights are on their scale.

    >>> from crmetrics.weights import equal_influence
    >>> w = equal_influence({"wide": [0, 50, 100], "narrow": [40, 60, 50]})
    >>> round(w["narrow"] / w["wide"], 9)  # 50 : 10, the ratio of their deviations
    5.0

    Raises
    ------
    BadInput
        For criteria that are constant, and where one would need a weight of 0 or less.
    """
    return Weighting(_core.equal_influence(_criteria(table, criteria)))


def _criteria(
    table: TableLike | Mapping[str, ColumnLike], criteria: Sequence[str] | None
) -> list[_core.Column]:
    if criteria is None:
        criteria = [str(name) for name in _columns.names(table)]
    return list(_columns.columns(table, list(criteria)).values())
