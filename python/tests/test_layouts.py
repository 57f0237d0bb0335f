"""Random Arrow layouts against metrics in plain Python."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from typing import Any

import layouts
import oracle
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from layouts import laid_out, null_rate, seeds, sizes, some

import crmetrics as cm

NUMBERS = [pa.type_for_alias(name) for name in layouts.WHOLE + layouts.REAL] + layouts.DECIMALS


def close(a: float, b: float, relative: float = 1e-12, absolute: float = 0.0) -> bool:
    return math.isclose(a, b, rel_tol=relative, abs_tol=absolute)


def check(got: cm.Estimate, wanted: oracle.Result, absolute: float = 0.0) -> None:
    """Value, n and missing are those of the oracle; no data is no value."""
    assert (got.n, got.missing) == (wanted.n, wanted.missing)
    if wanted.value is None:
        assert got.value is None
        assert got.status == "no data"
        return
    assert got.value is not None
    assert close(got.value, float(wanted.value), absolute=absolute)
    if got.exact is not None:
        assert Fraction(*got.exact) == wanted.value


def told(
    metric: Callable[[Sequence[Any]], oracle.Result], rows: list[Any]
) -> oracle.Result | oracle.Bad:
    try:
        return metric(rows)
    except oracle.Bad as bad:
        return bad


def same_as_oracle(
    call: Callable[..., Any],
    metric: Callable[[Sequence[Any]], oracle.Result],
    data: Any,
    rows: list[Any],
) -> None:
    wanted = told(metric, rows)
    if isinstance(wanted, oracle.Bad):
        with pytest.raises(cm.BadInput) as refused:
            call(data)
        assert refused.value.total == len(wanted.rows)
        assert [p["row"] for p in refused.value.problems] == wanted.rows[:100]
    else:
        check(call(data), wanted)


def values_for(rng: random.Random, type_: pa.DataType, n: int, low: int, high: int) -> list[Any]:
    """Points of a scale; in one case of four some that are none."""
    points: list[Any] = list(range(low, high + 1))
    if rng.random() < 0.25:
        points += [high + 1, 100]
        if pa.types.is_floating(type_):
            points += [low + 0.5, float("inf")]
        elif not pa.types.is_unsigned_integer(type_):
            points += [-1]
    if pa.types.is_decimal(type_):
        points = [Decimal(x) for x in points]
    if pa.types.is_floating(type_):
        points += [float("nan")] if rng.random() < 0.3 else []
    rows = some(rng, n, points, null_rate(rng))
    if pa.types.is_floating(type_):
        rows = [x if x is None else float(x) for x in rows]
    return rows


@pytest.mark.parametrize("type_", NUMBERS, ids=str)
@given(n=sizes, seed=seeds)
def test_scores_of_every_type_and_layout(type_: pa.DataType, n: int, seed: int) -> None:
    rng = random.Random(seed)
    scores = laid_out(values_for(rng, type_, n, 0, 10), type_, rng)
    same_as_oracle(cm.nps, oracle.nps, scores.data, scores.rows)
    ratings = laid_out(values_for(rng, type_, n, 1, 5), type_, rng)
    same_as_oracle(cm.csat, oracle.csat, ratings.data, ratings.rows)
    ratings = laid_out(values_for(rng, type_, n, 1, 5), type_, rng)
    same_as_oracle(cm.mean_rating, oracle.mean_rating, ratings.data, ratings.rows)


@pytest.mark.parametrize("type_", [pa.bool_(), *NUMBERS], ids=str)
@given(n=sizes, seed=seeds)
def test_yes_and_no_of_every_type_and_layout(type_: pa.DataType, n: int, seed: int) -> None:
    rng = random.Random(seed)
    if pa.types.is_boolean(type_):
        rows = some(rng, n, [True, False], null_rate(rng))
    else:
        rows = values_for(rng, type_, n, 0, 1)
    layout = laid_out(rows, type_, rng)
    same_as_oracle(cm.proportion, oracle.proportion, layout.data, layout.rows)


def numbers(rng: random.Random, type_: pa.DataType, n: int) -> list[Any]:
    if pa.types.is_decimal(type_):
        return some(rng, n, [Decimal(k) / 4 for k in range(-40, 40, 4)], null_rate(rng))
    low = 0 if pa.types.is_unsigned_integer(type_) else -100
    return some(rng, n, [rng.randint(low, 100) for _ in range(20)], null_rate(rng))


@pytest.mark.parametrize("type_", NUMBERS, ids=str)
@given(n=sizes, seed=seeds)
def test_means_and_quantiles_of_every_type_and_layout(
    type_: pa.DataType, n: int, seed: int
) -> None:
    rng = random.Random(seed)
    layout = laid_out(numbers(rng, type_, n), type_, rng)
    p = rng.choice([Fraction(0), Fraction(1, 4), Fraction(1, 2), Fraction(9, 10), Fraction(1)])
    again = laid_out(layout.rows, type_, rng)  # a record batch reader is read once
    wanted = oracle.mean(layout.rows)
    check(cm.mean(layout.data), wanted, absolute=1e-10)
    check(
        cm.exact_quantile(again.data, p=float(p)), oracle.quantile(layout.rows, p), absolute=1e-12
    )


@pytest.mark.parametrize("type_", NUMBERS, ids=str)
@given(n=sizes, seed=seeds)
def test_quantiles_from_buckets_are_as_near_as_they_say(
    type_: pa.DataType, n: int, seed: int
) -> None:
    rng = random.Random(seed)
    rows = [None if x is None else abs(x) for x in numbers(rng, type_, n)]
    layout = laid_out(rows, type_, rng)
    wanted = oracle.quantile(layout.rows, Fraction(1, 2))
    got = cm.quantile(layout.data, p=0.5)
    assert (got.n, got.missing) == (wanted.n, wanted.missing)
    if wanted.value is not None:
        assert got.value is not None
        assert close(got.value, float(wanted.value), relative=1 / 256)


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@given(n=sizes, seed=seeds)
def test_durations_of_every_unit(unit: str, n: int, seed: int) -> None:
    rng = random.Random(seed)
    step = {"s": 1_000_000, "ms": 1_000, "us": 1, "ns": 1}[unit]
    spans = [timedelta(microseconds=rng.randrange(10**6) * step) for _ in range(20)]
    if rng.random() < 0.2:
        spans.append(timedelta(seconds=-1))
    limit = float(oracle.seconds(spans[0]))
    for call, metric in (
        (cm.duration, oracle.duration),
        (cm.handle_time, oracle.duration),
        (
            lambda data: cm.share_within(data, limit=limit),
            lambda rows: oracle.share_within(rows, limit),
        ),
    ):
        layout = laid_out(some(rng, n, spans, null_rate(rng)), pa.duration(unit), rng)
        same_as_oracle(call, metric, layout.data, layout.rows)


@pytest.mark.parametrize("type_", NUMBERS[:-3], ids=str)
@given(n=sizes, seed=seeds)
def test_durations_as_numbers_of_seconds(type_: pa.DataType, n: int, seed: int) -> None:
    rng = random.Random(seed)
    rows = some(rng, n, [rng.randrange(100) for _ in range(10)], null_rate(rng))
    layout = laid_out(rows, type_, rng)
    same_as_oracle(cm.duration, oracle.duration, layout.data, layout.rows)
    layout = laid_out(rows, type_, rng)
    same_as_oracle(
        lambda data: cm.share_within(data, limit="30s"),
        lambda rows: oracle.share_within(rows, 30),
        layout.data,
        layout.rows,
    )


UTC = timezone.utc
EAST = timezone(timedelta(hours=8))
DAYS = [date(1969, 12, 31), date(1970, 1, 1), date(2024, 2, 29), date(2262, 1, 1)]
TIMES = [datetime(1960, 1, 1, 23, 59, 59), datetime(2025, 3, 30, 1, 30), datetime(2025, 10, 26)]
TEXTS = ["", "Ann", "Bo", "李雷", "a name that is longer than twelve bytes", "x" * 300]

KEYS: list[tuple[pa.DataType, Sequence[Any]]] = [
    *((pa.type_for_alias(name), [0, 1, 7, 100]) for name in layouts.WHOLE),
    (pa.int64(), [-(2**63), -1, 0, 2**63 - 1]),
    (pa.uint64(), [0, 2**63, 2**64 - 1]),
    (pa.int32(), list(range(-500, 500))),
    (pa.bool_(), [True, False]),
    (pa.string(), TEXTS),
    (pa.large_string(), TEXTS),
    (pa.string_view(), TEXTS),
    (pa.dictionary(pa.int32(), pa.string()), TEXTS),
    (pa.dictionary(pa.int8(), pa.large_string()), TEXTS),
    (pa.dictionary(pa.int64(), pa.int16()), [-5, 0, 5]),
    (pa.date32(), DAYS),
    (pa.date64(), DAYS),
    *((pa.timestamp(unit), TIMES) for unit in ("s", "ms", "us", "ns")),
    *((pa.timestamp(unit, "UTC"), [t.replace(tzinfo=UTC) for t in TIMES]) for unit in ("s", "ns")),
    (pa.timestamp("us", "Asia/Shanghai"), [t.replace(tzinfo=EAST) for t in TIMES[1:]]),
    *((pa.duration(unit), [timedelta(0), timedelta(days=-1)]) for unit in ("s", "ms", "us", "ns")),
    (pa.null(), [None]),
]


def keys_as_given(type_: pa.DataType, rows: list[Any]) -> list[Any]:
    """Keys as the result gives them: a date in milliseconds is a time."""
    if type_ == pa.date64():
        return [None if x is None else datetime(x.year, x.month, x.day) for x in rows]
    return rows


@pytest.mark.parametrize("key", KEYS, ids=lambda key: str(key[0]))
@given(other=st.sampled_from(KEYS), n=sizes, seed=seeds)
def test_groups_by_keys_of_every_type(
    key: tuple[pa.DataType, Sequence[Any]],
    other: tuple[pa.DataType, Sequence[Any]],
    n: int,
    seed: int,
) -> None:
    rng = random.Random(seed)
    scores = laid_out(some(rng, n, range(11), null_rate(rng)), pa.int8(), rng)
    first = laid_out(some(rng, n, key[1], null_rate(rng)), key[0], rng)
    keys = keys_as_given(key[0], first.rows)
    if rng.random() < 0.5:
        got = cm.nps(scores.data, by=first.data)
    else:
        second = laid_out(some(rng, n, other[1], null_rate(rng)), other[0], rng)
        others = keys_as_given(other[0], second.rows)
        got = cm.nps(scores.data, by={"one": first.data, "two": second.data})
        assert got.key_names == ["one", "two"]
        keys = [None if None in pair else pair for pair in zip(keys, others, strict=True)]
    groups, without = oracle.by(oracle.nps, scores.rows, keys)
    assert list(got) == sorted(groups)
    for k, wanted in groups.items():
        check(got[k], wanted)
    assert (got.without_key is None) == (without is None)
    if without is not None:
        check(got.without_key, without)
    check(got.total, oracle.nps(scores.rows))
    # The same as a table of Arrow.
    table = pa.table(got)
    table.validate(full=True)
    assert table.num_rows == len(groups)
    values = table.column("value").to_pylist()
    assert values == [got[k].value for k in sorted(groups)]


@pytest.mark.parametrize(
    "metric",
    [
        (cm.csat, oracle.csat, pa.int32(), range(1, 6)),
        (cm.csat, oracle.csat, pa.float32(), range(1, 6)),
        (cm.mean_rating, oracle.mean_rating, pa.uint8(), range(1, 6)),
        (cm.proportion, oracle.proportion, pa.bool_(), [True, False]),
        (cm.error_rate, oracle.proportion, pa.float64(), [0, 1]),
        (cm.duration, oracle.duration, pa.duration("ms"), [timedelta(seconds=k) for k in (1, 5)]),
        (cm.mean, oracle.mean, pa.int64(), range(-3, 4)),
        (cm.mean, oracle.mean, pa.decimal128(20, 3), [Decimal("1.5"), Decimal("-2.25")]),
    ],
    ids=lambda metric: f"{metric[0].__name__}-{metric[2]}",
)
@given(n=sizes, seed=seeds)
def test_other_metrics_by_group(metric: tuple[Any, ...], n: int, seed: int) -> None:
    rng = random.Random(seed)
    call, of_rows, type_, choices = metric
    values = laid_out(some(rng, n, list(choices), null_rate(rng)), type_, rng)
    names = laid_out(some(rng, n, TEXTS[:3], 0.1), pa.dictionary(pa.int32(), pa.string()), rng)
    got = call(values.data, by=names.data)
    groups, without = oracle.by(of_rows, values.rows, names.rows)
    assert list(got) == sorted(groups)
    for k, wanted in groups.items():
        check(got[k], wanted, absolute=1e-10)
    if without is not None:
        check(got.without_key, without, absolute=1e-10)


@pytest.mark.parametrize(
    ("call", "type_", "choices"),
    [
        (cm.nps, pa.int8(), range(11)),
        (cm.nps, pa.uint64(), range(11)),
        (cm.nps, pa.float64(), range(11)),
        (cm.csat, pa.int32(), range(1, 6)),
        (cm.proportion, pa.bool_(), [True, False]),
        (cm.mean, pa.int16(), range(14)),
        (cm.mean, pa.int16(), range(-1, 17)),  # more than are counted by value
        (cm.quantile, pa.int32(), [*range(14)] * 200 + [90]),  # in a late row at times
    ],
    ids=lambda given: getattr(given, "__name__", None) or str(given)[:20],
)
@given(n=st.integers(200, 6000), seed=seeds)
def test_values_counted_by_group_are_rows_read_one_by_one(
    call: Any, type_: pa.DataType, choices: Sequence[Any], n: int, seed: int
) -> None:
    rng = random.Random(seed)
    values = laid_out(some(rng, n, list(choices), null_rate(rng)), type_, rng)
    keys = laid_out(some(rng, n, range(3), 0.1), pa.int32(), rng)
    counted = call(values.data, by=keys.data)
    again, groups = pa.array(values.rows, type_), pa.array(keys.rows, pa.int32())
    one_by_one = call(again, by=groups, weights=pa.array([1] * n))
    assert pa.table(counted).equals(pa.table(one_by_one))
    assert repr(counted.total) == repr(one_by_one.total)


@given(n=st.integers(1000, 9000), seed=seeds)
def test_a_bad_value_among_counted_ones_is_named(n: int, seed: int) -> None:
    rng = random.Random(seed)
    scores = [rng.randrange(11) for _ in range(n)]
    bad = {rng.randrange(n): rng.choice([11, 12, 99, -1]) for _ in range(3)}
    for row, value in bad.items():
        scores[row] = value
    column = laid_out(list(scores), pa.int8(), rng)
    keys = laid_out([rng.randrange(5) for _ in range(n)], pa.int64(), rng)
    with pytest.raises(cm.BadInput) as caught:
        cm.nps(column.data, by=keys.data)
    assert [(p["row"], p["value"]) for p in caught.value.problems] == [
        (row + 1, str(bad[row])) for row in sorted(bad)
    ]


WEIGHTS = [pa.type_for_alias(name) for name in [*layouts.WHOLE, "float32", "float64"]]


@pytest.mark.parametrize("type_", WEIGHTS, ids=str)
@given(n=st.integers(0, 200), seed=seeds)
def test_a_weight_counts_a_row_so_often(type_: pa.DataType, n: int, seed: int) -> None:
    rng = random.Random(seed)
    times = [rng.randrange(4) for _ in range(n)]
    repeated_scores = some(rng, n, range(11), null_rate(rng))
    keys = some(rng, n, ["a", "b"], 0.1)
    scores = laid_out(repeated_scores, rng.choice(NUMBERS[:8]), rng)
    weights = laid_out(list(times), type_, rng)
    check(
        cm.nps(scores.data, weights=weights.data),
        oracle.nps(oracle.weighted(repeated_scores, times)),
    )
    scores = laid_out(repeated_scores, pa.int8(), rng)
    weights = laid_out(list(times), type_, rng)
    got = cm.nps(scores.data, by=pa.array(keys, pa.string()), weights=weights.data)
    groups, _ = oracle.by(
        oracle.nps, oracle.weighted(repeated_scores, times), oracle.weighted(keys, times)
    )
    for key, wanted in groups.items():
        check(got[key], wanted)


def test_a_column_of_nothing_is_all_missing() -> None:
    nothing = pa.nulls(5000)
    for call in (cm.nps, cm.csat, cm.proportion, cm.mean, cm.duration, cm.quantile):
        result = call(nothing)
        assert (result.status, result.value, result.missing) == ("no data", None, 5000)
    assert cm.nps(nothing, by=nothing).without_key.missing == 5000


def test_rows_of_a_table_that_are_missing_as_a_whole_are_refused() -> None:
    rows = pa.array([{"x": 9}, None], pa.struct([("x", pa.int8())]))
    with pytest.raises(TypeError, match="missing as a whole"):
        cm.nps(layouts.OnlyArray(rows))
