"""The bootstrap of customers against an oracle in pure Python, and its laws."""

from __future__ import annotations

import math
import pickle
import random
import statistics
from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

import crmetrics as cm
from crmetrics.bootstrap import Bootstrap
from crmetrics.metrics import Csat, Fcr, Given, HandleTime, Nps, Proportion, Quantile, Ratio

MASK = 2**64 - 1


def spread(x: int) -> int:
    """The finaliser of MurmurHash3."""
    x ^= x >> 33
    x = x * 0xFF51AFD7ED558CCD & MASK
    x ^= x >> 33
    x = x * 0xC4CEB9FE1A85EC53 & MASK
    return x ^ x >> 33


def poisson_from(bits: int) -> int:
    """How many steps of the distribution of mean 1 lie below these bits."""
    k, term, below = 0, math.exp(-1), math.exp(-1)
    while bits / 2**64 >= below and k < 20:
        k += 1
        term /= k
        below += term
    return k


def weight_of(seed: int, customer: int | str, replicate: int) -> int:
    """SplitMix64 of seed, customer and replicate."""
    base = spread(seed ^ 0x626F6F7473747261)
    if isinstance(customer, str):
        for byte in customer.encode():
            base = spread(base ^ byte)
    else:
        base = spread(base ^ spread(customer & MASK))
    z = base + (replicate + 1) * 0x9E3779B97F4A7C15 & MASK
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ z >> 27) * 0x94D049BB133111EB & MASK
    return poisson_from(z ^ z >> 31)


def rows(seed: int, n: int = 300) -> tuple[list[int], list[int]]:
    rng = random.Random(seed)
    customers = [rng.randrange(-20, 40) for _ in range(n)]
    return [rng.randrange(0, 11) for _ in customers], customers


def nps_of(scores: list[int], weights: list[int]) -> float | None:
    n = sum(weights)
    net = sum(w * ((s >= 9) - (s <= 6)) for s, w in zip(scores, weights, strict=True))
    return net / n if n else None


def test_replicates_are_those_of_the_definition() -> None:
    scores, customers = rows(1)
    state = Bootstrap(Nps(), replicates=60, seed=7)
    state.update_many(scores, customers=customers)
    expected = [
        nps_of(scores, [weight_of(7, c, replicate) for c in customers]) for replicate in range(60)
    ]
    assert state.replicates() == pytest.approx(expected, abs=1e-15)
    result = state.result()
    values = [x for x in expected if x is not None]
    assert result.value == cm.nps(scores).value
    assert result.standard_error == pytest.approx(statistics.stdev(values), rel=1e-12)
    assert result.interval is not None
    low, high = np.quantile(values, [0.025, 0.975])
    assert result.interval == pytest.approx((low, high), abs=1e-14)
    assert "bootstrap of 60 from seed 7" in result.convention


def test_texts_are_customers_as_well() -> None:
    scores, numbers = rows(2)
    names = [f"kunde {n} ü" for n in numbers]
    state = Bootstrap(Nps(), replicates=20, seed=3)
    state.update_many(scores, customers=names)
    expected = [nps_of(scores, [weight_of(3, c, r) for c in names]) for r in range(20)]
    assert state.replicates() == pytest.approx(expected, abs=1e-15)


@pytest.mark.parametrize(
    "column",
    [
        lambda x: np.array(x, "i2"),
        lambda x: pd.Series(x, dtype="float64"),
        lambda x: pl.Series(x),
        lambda x: pl.Series([str(i) for i in x], dtype=pl.Categorical),
    ],
)
def test_any_column_of_customers(column: Any) -> None:
    scores, customers = rows(3)
    state = Bootstrap(Nps(), replicates=20)
    state.update_many(scores, customers=column(customers))
    plain = Bootstrap(Nps(), replicates=20)
    is_text = getattr(column(customers), "dtype", None) == pl.Categorical
    plain.update_many(scores, customers=[str(c) for c in customers] if is_text else customers)
    assert state == plain


def test_parts_and_order_change_nothing() -> None:
    scores, customers = rows(4)
    whole = Bootstrap(Nps(), replicates=50)
    whole.update_many(scores, customers=customers)
    order = list(range(len(scores)))
    random.Random(5).shuffle(order)
    parts = Bootstrap(Nps(), replicates=50)
    for part in (order[:100], order[100:101], order[101:]):
        one = Bootstrap(Nps(), replicates=50)
        one.update_many([scores[i] for i in part], customers=[customers[i] for i in part])
        before = parts.copy()
        parts += one
        assert before + one == parts
        assert before != parts
    assert parts == whole
    assert parts.result() == whole.result()
    assert pickle.loads(pickle.dumps(whole)) == whole


def test_groups_are_bootstraps_of_their_own() -> None:
    scores, customers = rows(6)
    agents = ["Ann" if i % 3 else "Bo" for i in range(len(scores))]
    grouped = Bootstrap(Nps(), replicates=40, seed=9).by(scores, customers=customers, by=agents)
    for agent in ("Ann", "Bo"):
        own = Bootstrap(Nps(), replicates=40, seed=9)
        mine = [i for i, a in enumerate(agents) if a == agent]
        own.update_many([scores[i] for i in mine], customers=[customers[i] for i in mine])
        assert grouped[agent] == own.result()
    whole = Bootstrap(Nps(), replicates=40, seed=9)
    whole.update_many(scores, customers=customers)
    assert grouped.total == whole.result()


def test_customers_with_many_rows_make_the_error_larger() -> None:
    rng = np.random.default_rng(8)
    of_customer = rng.integers(0, 2, 200)
    customers = np.repeat(np.arange(200), 10)
    ratings = np.where(of_customer[customers] == 1, 5, 1)
    state = Bootstrap(Csat(), replicates=400)
    state.update_many(ratings, customers=customers)
    found = state.result().standard_error
    naive = cm.csat(ratings, interval="Wald").standard_error
    assert found is not None
    assert naive is not None
    assert found / naive == pytest.approx(math.sqrt(10), rel=0.15)  # rows of one customer are equal


def test_weights_are_poisson_numbers_of_mean_one() -> None:
    drawn = Counter(weight_of(1, c, r) for c in range(300) for r in range(100))
    total = sum(drawn.values())
    for k in range(5):
        expected = math.exp(-1) / math.factorial(k)
        assert drawn[k] / total == pytest.approx(expected, abs=0.01)


def test_missing_values_and_customers() -> None:
    state = Bootstrap(Nps(), replicates=20)
    state.update_many([10, None, 3, 9], customers=[1, 2, 3, 4])
    assert (state.result().n, state.result().missing) == (3, 1)
    before = state.copy()
    with pytest.raises(cm.BadInput) as refused:
        state.update_many([10, 9, 8], customers=["ann", None, ""])
    assert [(p["field"], p["row"]) for p in refused.value.problems] == [
        ("customers", 2),
        ("customers", 3),
    ]
    with pytest.raises(cm.BadInput, match="row 2"):
        state.update_many([10, 11], customers=[1, 2])
    with pytest.raises(ValueError, match="rows"):
        state.update_many([10, 9], customers=[1])
    assert state == before


def test_one_customer_says_nothing_of_doubt() -> None:
    state = Bootstrap(Nps(), replicates=50)
    state.update_many([10, 3, 9], customers=[1, 1, 1])
    result = state.result()
    assert result.value == pytest.approx(1 / 3)
    assert result.interval is None
    assert result.standard_error is None


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(cm.InvalidSetting, match="19 replicates"):
        Bootstrap(Nps(), replicates=19)
    with pytest.raises(cm.InvalidSetting, match="sampling"):
        Bootstrap(Csat(weights="sampling"))
    with pytest.raises(TypeError, match="metric of columns"):
        Bootstrap(Fcr())  # type: ignore[type-var]
    one, other = Bootstrap(Nps(), seed=1, replicates=20), Bootstrap(Nps(), seed=2, replicates=20)
    with pytest.raises(cm.DefinitionMismatch, match="from seed 2"):
        one.merge(other)
    with pytest.raises(cm.DefinitionMismatch):
        one.merge(Bootstrap(Nps(scale="1-10"), replicates=20))


@pytest.mark.parametrize(
    ("metric", "columns"),
    [
        (HandleTime(), (np.array([30.0, 60, 45, 90, 20], "f8"),)),
        (Ratio(), (np.array([1, 2, 3, 4, 5]), np.array([2, 3, 4, 5, 60]))),
        (Quantile(p=0.5), (np.array([1.0, 2, 3, 4, 5]),)),
        (Proportion(), (np.array([1, 0, 1, 1, 0]),)),
    ],
)
def test_other_metrics(metric: Any, columns: tuple[Any, ...]) -> None:
    state = Bootstrap(metric, replicates=200)
    state.update_many(*columns, customers=[1, 2, 3, 4, 5])
    plain = metric.fresh()
    plain.update_many(*columns)
    result = state.result()
    assert result.value == plain.result().value
    assert result.interval is not None
    assert result.interval[0] < plain.result().value < result.interval[1]


def test_a_metric_that_cannot_count_a_row_twice_says_so() -> None:
    with pytest.raises(TypeError, match="given figure takes no weights"):
        Bootstrap(Given(), replicates=20).update_many([80.0], [3], customers=[1])
