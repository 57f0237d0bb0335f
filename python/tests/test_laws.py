"""The laws of states: merge, identity, weights, bytes, pickle, copies, threads."""

from __future__ import annotations

import copy
import math
import multiprocessing
import pickle
import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import crmetrics as cm
from crmetrics import _core, metrics
from crmetrics.metrics import ColumnMetric, Metric

Rows = tuple[list[Any], ...]


def rows_of(*columns: Callable[[random.Random], Any]) -> Callable[[random.Random, int], Rows]:
    """Columns of random rows, of which some are missing."""

    def made(rng: random.Random, n: int) -> Rows:
        return tuple(
            [None if rng.random() < 0.1 else one(rng) for _ in range(n)] for one in columns
        )

    return made


scores = rows_of(lambda rng: rng.randint(0, 10))
from_one = rows_of(lambda rng: rng.randint(1, 10))
ratings = rows_of(lambda rng: rng.randint(1, 5))
yes_no = rows_of(lambda rng: rng.random() < 0.7)
whole = rows_of(lambda rng: rng.randint(-1000, 1000))
real = rows_of(lambda rng: rng.uniform(-5, 5))
amounts = rows_of(lambda rng: rng.randint(0, 100_000))
counts = rows_of(lambda rng: rng.randint(0, 3))
spans = rows_of(lambda rng: rng.randint(0, 10**8) / 1000)
pairs = rows_of(lambda rng: rng.randint(0, 9), lambda rng: rng.randint(1, 9))


periods = rows_of(lambda rng: rng.randint(-100, 9_000), lambda rng: rng.random() < 0.8)


def figures(rng: random.Random, n: int) -> Rows:
    """Measured elsewhere: a value that may be missing, and the n behind it."""
    values = [None if rng.random() < 0.1 else rng.randint(0, 99) / 100 for _ in range(n)]
    return values, [rng.randint(1, 99) for _ in range(n)]


Case = tuple[str, Callable[[], Metric], Callable[[random.Random, int], Rows], bool]

#: Name, maker, rows, and whether merge is exact (else up to rounding).
CASES: list[Case] = [
    ("nps", metrics.Nps, scores, True),
    ("nps 1-10", lambda: metrics.Nps(scale="1-10"), from_one, True),
    ("nps passive", lambda: metrics.Nps(missing="passive"), scores, True),
    ("nps counted", lambda: metrics.Nps(invalid="count"), scores, True),
    ("nps score interval", lambda: metrics.Nps(interval="iterative score"), scores, True),
    ("nps sampling", lambda: metrics.Nps(weights="sampling"), scores, True),
    ("csat", metrics.Csat, ratings, True),
    ("csat top 1", lambda: metrics.Csat(top=1), ratings, True),
    ("csat mean", lambda: metrics.Csat(score="mean"), ratings, True),
    ("csat 1-7", lambda: metrics.Csat(scale="1-7"), ratings, True),
    ("csat net", lambda: metrics.Csat(score="net satisfied"), ratings, True),
    ("csat Jeffreys", lambda: metrics.Csat(interval="Jeffreys"), ratings, True),
    ("mean rating", metrics.MeanRating, ratings, True),
    ("proportion", metrics.Proportion, yes_no, True),
    ("proportion failure", lambda: metrics.Proportion(missing="failure"), yes_no, True),
    ("error rate", metrics.ErrorRate, yes_no, True),
    ("renewal rate", metrics.RenewalRate, yes_no, True),
    ("occurrences", metrics.Occurrences, yes_no, True),
    ("fcr counted", metrics.FcrCounted, counts, True),
    ("mean", metrics.Mean, real, False),
    ("mean whole", lambda: metrics.Mean(values="whole"), whole, True),
    ("mean sampling", lambda: metrics.Mean(weights="sampling"), real, False),
    ("quantile", lambda: metrics.Quantile(p=0.9), amounts, True),
    ("exact quantile", lambda: metrics.ExactQuantile(p=0.25, type=6), real, True),
    ("duration", metrics.Duration, spans, True),
    ("handle time", metrics.HandleTime, spans, True),
    ("duration quantile", lambda: metrics.DurationQuantile(p=0.5), spans, True),
    ("exact duration quantile", lambda: metrics.ExactDurationQuantile(), spans, True),
    ("share within", lambda: metrics.ShareWithin(limit="10h"), spans, True),
    ("ratio", metrics.Ratio, pairs, True),
    ("rate", lambda: metrics.Rate(per=1000, exposure="contact"), pairs, True),
    ("given", metrics.Given, figures, False),
    ("clv", lambda: metrics.Clv(discount="10% a year"), periods, True),
]
every_case = pytest.mark.parametrize("case", CASES, ids=lambda c: c[0])


def test_every_metric_of_columns_is_among_the_cases() -> None:
    """Those of facts are in test_contacts.py, test_ledger.py and test_purchases.py."""
    made = {maker()._metric for _, maker, _, _ in CASES}
    states = [getattr(metrics, name) for name in metrics.__all__]
    assert made == {state._metric for state in states if issubclass(state, ColumnMetric)}
    assert {state._metric for state in states} - {""} == set(_core.metric_names())


def fed(maker: Callable[[], Metric], rows: Rows) -> Metric:
    state = maker()
    state.update_many(*rows)
    return state


def near(a: float | None, b: float | None) -> None:
    if a is None or b is None:
        assert a is b
    else:
        assert math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9)


def same(a: Metric, b: Metric, exact: bool) -> None:
    if exact:
        assert a == b
        assert a.to_bytes() == b.to_bytes()
    assert type(a) is type(b)
    one, other = a.result(), b.result()
    assert (one.n, one.missing, one.invalid) == (other.n, other.missing, other.invalid)
    near(one.value, other.value)


@every_case
@given(n=st.integers(0, 60), seed=st.integers(0, 2**32))
def test_two_passes_merged_are_one(case: Case, n: int, seed: int) -> None:
    _, maker, rows_for, exact = case
    rng = random.Random(seed)
    rows = rows_for(rng, n)
    at = rng.randint(0, n)
    left = fed(maker, tuple(column[:at] for column in rows))
    right = fed(maker, tuple(column[at:] for column in rows))
    whole = fed(maker, rows)
    same(left + right, whole, exact)
    same(right + left, whole, exact)
    # The same from rows one by one, and from several calls of one state.
    one_by_one = maker()
    for row in zip(*rows, strict=True):
        one_by_one.update(*row)
    same(one_by_one, whole, exact)
    left.update_many(*(column[at:] for column in rows))
    same(left, whole, exact)


@every_case
def test_a_fresh_state_is_the_identity(case: Case) -> None:
    _, maker, rows_for, _ = case
    state = fed(maker, rows_for(random.Random(1), 50))
    empty = state.fresh()
    assert empty == maker()
    assert empty + state == state
    assert state + empty == state
    # On the side, nothing has changed.
    assert empty == maker()
    assert state == fed(maker, rows_for(random.Random(1), 50))
    assert empty.result().value is None or empty.result().n == 0


@every_case
def test_operators_leave_or_change_the_left_side(case: Case) -> None:
    _, maker, rows_for, exact = case
    a, b = (fed(maker, rows_for(random.Random(seed), 20)) for seed in (1, 2))
    before = a.to_bytes()
    total = a + b
    assert a.to_bytes() == before
    held = a
    a += b
    assert a is held
    assert a == total
    assert a.merge(b.fresh()) is a
    same(maker().merge(b).merge(b), b + b, exact)
    twice = b.copy()
    twice += twice  # with itself
    same(twice, b + b, exact)


@every_case
def test_bytes_pickle_and_copies_are_the_same_state(case: Case) -> None:
    _, maker, rows_for, _ = case
    state = fed(maker, rows_for(random.Random(3), 200))
    settings = state._settings
    again = [
        type(state).from_bytes(state.to_bytes(), **settings),
        *(pickle.loads(pickle.dumps(state, protocol)) for protocol in range(2, 6)),
        copy.copy(state),
        copy.deepcopy(state),
        state.copy(),
        copy.deepcopy({"deep": [state]})["deep"][0],
    ]
    for twin in again:
        assert twin == state
        assert type(twin) is type(state)
        assert twin._settings == settings
        assert twin.result().to_dict() == state.result().to_dict()
        assert twin.convention == state.convention
        assert twin.definition == state.definition
        twin.update_many(*rows_for(random.Random(4), 5))
        assert twin != state


def test_states_are_small() -> None:
    state = metrics.Nps()
    state.update_many([10, 9, 3])
    assert len(pickle.dumps(state)) < 160
    assert len(state.to_bytes()) < 100


def test_states_have_no_hash() -> None:
    with pytest.raises(TypeError):
        hash(metrics.Nps())


def test_states_travel_between_processes() -> None:
    parts = [metrics.Nps(), metrics.Nps()]
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        done = pool.map(_updated, parts)
    assert done[0] + done[1] == fed(metrics.Nps, ([10, 9, 3, 10, 9, 3],))


def _updated(state: metrics.Nps) -> metrics.Nps:
    state.update_many([10, 9, 3])
    return state


# ---- weights -------------------------------------------------------------------------------------


@every_case
@given(n=st.integers(0, 40), seed=st.integers(0, 2**32))
def test_weight_2_is_twice(case: Case, n: int, seed: int) -> None:
    name, maker, rows_for, exact = case
    if "sampling" in name or name == "given":
        return
    rng = random.Random(seed)
    rows = rows_for(rng, n)
    times = [rng.randint(0, 3) for _ in range(n)]
    weighted = maker()
    weighted.update_many(*rows, weights=times)
    repeated = tuple(
        [x for x, k in zip(column, times, strict=True) for _ in range(k)] for column in rows
    )
    same(weighted, fed(maker, repeated), exact)


def test_sampling_weights_change_the_value_and_the_doubt() -> None:
    state = metrics.Nps(weights="sampling")
    state.update_many([10, 0, None], weights=[3, 1, 5])
    result = state.result()
    assert result.value == pytest.approx(0.5)
    assert (result.n, result.missing) == (2, 1)
    assert result.effective_n == pytest.approx(16 / 10)
    assert cm.nps([10, 0, None], weights=[3, 1, 5], weighted="sampling").value == result.value
    grouped = cm.nps([10, 0, 10], by=["a", "a", "b"], weights=[3, 1, 2], weighted="sampling")
    assert grouped["a"].to_dict() == cm.nps([10, 0], weights=[3, 1], weighted="sampling").to_dict()
    mean = cm.mean([1, 2, None], weights=[1, 3, 9], weighted="sampling")
    assert mean.value == pytest.approx(7 / 4)


# ---- groups --------------------------------------------------------------------------------------


@every_case
@given(n=st.integers(0, 60), seed=st.integers(0, 2**32))
def test_groups_are_states_of_their_own(case: Case, n: int, seed: int) -> None:
    _, maker, rows_for, exact = case
    rng = random.Random(seed)
    rows = rows_for(rng, n)
    keys = [rng.choice([None, 1, 2, 5]) for _ in range(n)]
    grouped = maker().by(*rows, by=keys)
    assert list(grouped) == sorted({k for k in keys if k is not None})
    for key in {*keys}:
        mine = tuple([x for x, k in zip(column, keys, strict=True) if k == key] for column in rows)
        got = grouped.without_key if key is None else grouped[key]
        assert got is not None
        wanted = fed(maker, mine).result().to_dict()
        if exact:
            assert got.to_dict() == wanted
        else:
            near(got.value, wanted["value"])
    assert (None in keys) == (grouped.without_key is not None)
    total = fed(maker, rows).result()
    assert grouped.total.n == total.n
    if exact:
        assert grouped.total.to_dict() == total.to_dict()


def test_a_state_that_has_observed_groups_from_fresh() -> None:
    state = metrics.Nps()
    state.update_many([0, 0, 0])
    assert state.by([10], by=["a"]).total.value == 1
    assert state.result().n == 3


def test_groups_read_like_a_mapping() -> None:
    grouped = cm.nps([10, 0, 5, 9], by=["b", "a", None, "b"])
    assert len(grouped) == 2
    assert grouped.keys() == ["a", "b"] == list(grouped)
    assert [value.n for value in grouped.values()] == [1, 2]
    assert dict(grouped.items()).keys() == {"a", "b"}
    assert "a" in grouped
    assert "c" not in grouped
    assert None not in grouped
    with pytest.raises(KeyError):
        grouped["c"]
    assert grouped.to_dict()["b"]["value"] == 1.0
    assert repr(grouped).splitlines()[0].startswith("a: NPS -100.0")
    assert repr(grouped).splitlines()[-1].startswith("total: NPS")


def test_many_groups() -> None:
    agents = np.random.default_rng(1).integers(0, 70_000, 200_000) * 10**9
    scores = np.random.default_rng(2).integers(0, 11, 200_000).astype("i1")
    grouped = cm.nps(scores, by=agents)
    order = np.argsort(agents, kind="stable")
    borders = np.flatnonzero(np.diff(agents[order], prepend=-1))
    assert grouped.keys() == agents[order][borders].tolist()
    net = (scores >= 9).astype(int) - (scores <= 6)
    sums = np.add.reduceat(net[order], borders)
    sizes = np.diff([*borders, len(agents)])
    table = grouped.to_arrow()
    assert table.column("n").to_pylist() == sizes.tolist()
    np.testing.assert_allclose(table.column("value").to_numpy(), sums / sizes, rtol=1e-15)
    assert "more groups" in repr(grouped)
    assert "more groups" in grouped._repr_html_()


# ---- threads -------------------------------------------------------------------------------------


def test_states_of_several_threads_are_equal() -> None:
    column = pa.array(np.random.default_rng(5).integers(0, 11, 300_000).astype("i1"))
    agents = np.random.default_rng(6).integers(0, 500, 300_000)
    wanted = fed(metrics.Nps, (column,))
    groups = metrics.Nps().by(column, by=agents).to_dict()

    def work(_: int) -> tuple[Metric, Any]:
        state = metrics.Nps()
        for start in range(0, 300_000, 30_000):
            state.update_many(column.slice(start, 30_000))
        return state, metrics.Nps().by(column, by=agents).to_dict()

    with ThreadPoolExecutor(4) as pool:
        for state, grouped in pool.map(work, range(8)):
            assert state == wanted
            assert grouped == groups


def test_several_threads_may_update_one_state() -> None:
    column = np.random.default_rng(7).integers(0, 11, 200_000).astype("f4")
    state = metrics.Nps()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: state.update_many(column), range(20)))
    assert state.result().n == 20 * 200_000
    assert state == fed(metrics.Nps, (np.tile(column, 20),))


def test_other_threads_run_while_a_column_is_read() -> None:
    column = np.zeros(30_000_000, dtype="f2")  # half precision is converted: slow enough
    running = threading.Event()
    done = threading.Event()
    ticks = 0

    def read() -> None:
        running.set()
        metrics.Mean().update_many(column)
        done.set()

    thread = threading.Thread(target=read)
    thread.start()
    running.wait()
    while not done.is_set():
        ticks += 1
        done.wait(0.001)
    thread.join()
    assert ticks > 3


# ---- results -------------------------------------------------------------------------------------


@every_case
def test_results_say_what_they_are(case: Case) -> None:
    _, maker, rows_for, _ = case
    state = fed(maker, rows_for(random.Random(9), 50))
    result = state.result()
    assert result.value is not None
    assert result.name == state.name
    assert result.convention == state.convention
    assert result.level == 0.95
    plain = result.to_dict()
    assert plain["n"] == result.n > 0
    assert str(result.n) in str(result)
    assert repr(result) == f"<{result}>"
    assert type(state).__name__ in repr(state)
    page = result._repr_html_()
    assert page.startswith("<span title=")
    assert page.count("<") == page.count(">")
    narrow = state.result(level=0.5)
    if result.interval is not None:
        assert narrow.interval is not None
        assert result.interval[0] <= narrow.interval[0] <= narrow.interval[1] <= result.interval[1]
    table = pa.table(result)
    assert table.column("convention").to_pylist() == [result.convention]
    again = pickle.loads(pickle.dumps(result))
    assert again == result
    assert hash(again) == hash(result)
    assert again.to_dict() == result.to_dict()
    assert str(again) == str(result)
    assert result == state.result()
    assert result != state.result(level=0.5)


def test_estimates_without_a_value_are_results_as_well() -> None:
    nothing = cm.nps([])
    assert pickle.loads(pickle.dumps(nothing)) == nothing == cm.nps([])
    assert nothing != cm.nps([None])
    assert nothing != None  # noqa: E711
    some = cm.csat([5, 2], level=0)
    assert copy.deepcopy(some) == some


def test_html_is_escaped() -> None:
    page = cm.nps([9], by=["<script>alert(1)</script>"])._repr_html_()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    rate = cm.rate([1], [2], exposure='a "b" <i>')
    assert "<i>" not in rate._repr_html_()
    assert "&quot;b&quot;" in rate._repr_html_()


def test_compare() -> None:
    a, b = metrics.Nps(), metrics.Nps()
    a.update_many([10] * 30 + [0] * 10)
    b.update_many([10] * 20 + [0] * 20)
    difference = cm.compare(a, b)
    assert difference.value == pytest.approx(0.5)
    assert (difference.n_a, difference.n_b) == (40, 40)
    assert difference.interval is not None
    assert difference.interval[0] < 0.5 < difference.interval[1]
    assert difference.p_value is not None
    assert 0 < difference.p_value < 0.05
    swapped = cm.compare(b, a)
    assert swapped.value == -difference.value
    assert swapped.interval == (-difference.interval[1], -difference.interval[0])
    assert cm.compare(cm.nps([]), cm.nps([9])).value is None
