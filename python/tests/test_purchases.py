"""Purchases and what customers are worth."""

from __future__ import annotations

import math
import pickle
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import numpy as np
import pytest
from table_kinds import KINDS, expect_definition, expect_result, of_kind, shared, vectors

import crmetrics as cm
from crmetrics import DiscountRate, metrics

UTC = timezone.utc

# docs/metrics/historical_clv.md.
ORDERS = {
    "customer": ["ann", "ann", "bob", "bob", "cem", ""],
    "day": [
        date(2023, 1, 10),
        date(2024, 5, 2),
        date(2023, 7, 1),
        date(2023, 7, 20),
        date(2024, 11, 3),
        date(2024, 1, 1),
    ],
    "margin": [9_000, 4_000, 6_000, -1_000, 2_000, 500],
    "region": ["n", "s", "s", "s", "s", "n"],
}
ROLES = {"customer": "customer", "at": "day", "amount": "margin"}


@pytest.mark.parametrize("kind", KINDS)
def test_the_documented_orders(kind: str) -> None:
    table = of_kind(kind, ORDERS)
    assert str(cm.historical_clv(table, **ROLES)) == (
        "historical CLV 6666.67 [-7458.74, 20792.07] (95 % Student t, n = 3; sum of purchases)"
    )
    first_year = cm.historical_clv(table, **ROLES, age="365d", observed_until="2025-01-01")
    assert str(first_year) == (
        "historical CLV 7000.00 [-18412.41, 32412.41] (95 % Student t, n = 2; sum of purchases of "
        "the first 365 d; 1 pending)"
    )
    discounted = cm.historical_clv(table, **ROLES, discount="10% a year")
    assert str(discounted) == (
        "historical CLV 6511.96 [-6963.99, 19987.91] (95 % Student t, n = 3; sum of purchases, "
        "10 % a year from the first purchase)"
    )
    read = cm.read_purchases(table, **ROLES)
    assert (len(read), read.rows, read.unknown_customer) == (3, 6, 1)
    assert read.to_arrow().to_pydict() == {
        "customer": ["ann", "bob", "cem"],
        "purchases": [2, 2, 1],
        "amount": [13_000, 5_000, 2_000],
        "first": [datetime(*d, tzinfo=UTC) for d in ((2023, 1, 10), (2023, 7, 1), (2024, 11, 3))],
        "last": [datetime(*d, tzinfo=UTC) for d in ((2024, 5, 2), (2023, 7, 20), (2024, 11, 3))],
    }


# 1: 100 + 50 - 30 = 120; 2: 200; 3: 40 + 40 = 80; as in historical_clv_test.cpp.
DAYS = [0, 20, 365, 10, 20, 400]
SIX = {
    "customer": [1, 3, 1, 2, 3, 1],
    "at": [datetime(1970, 1, 1) + timedelta(days=d) for d in DAYS],
    "amount": [100, 40, 50, 200, 40, -30],
    "region": ["n", "s", "n", "s", "s", "n"],
}
NAMES = {"customer": "customer", "at": "at", "amount": "amount"}


def test_mean_of_what_customers_brought() -> None:
    found = cm.historical_clv(SIX, **NAMES)
    assert found.exact == (400, 3)
    assert found.standard_error == pytest.approx(math.sqrt(11_200 / 9), rel=1e-14)
    until = SIX["at"][0] + timedelta(days=378)
    year = cm.historical_clv(SIX, **NAMES, age="365d", observed_until=until)
    assert (year.exact, year.pending) == ((300, 2), 1)
    with pytest.raises(cm.InvalidSetting, match="observed_until"):
        cm.historical_clv(SIX, **NAMES, age="365d")
    with pytest.raises(cm.InvalidSetting, match="must be positive"):
        metrics.HistoricalClv(age="0d")
    later = 100 + 50 * 1.1 ** (-365 / 365.25) - 30 * 1.1 ** (-400 / 365.25)
    discounted = cm.historical_clv(SIX, **NAMES, discount=DiscountRate.annual(0.1))
    assert discounted.value == pytest.approx((later + 200 + 80) / 3, rel=1e-12)


def test_by_segment() -> None:
    by_region = cm.historical_clv(SIX, **NAMES, by="region")
    assert {k: e.exact for k, e in by_region.items()} == {"n": (120, 1), "s": (280, 2)}
    read = cm.read_purchases(SIX, **NAMES, segment="region")
    state = metrics.HistoricalClv()
    assert state.by(read).to_dict() == by_region.to_dict()
    plain = cm.read_purchases(SIX, **NAMES)
    assert state.by(plain, {"region": SIX["region"]}).to_dict() == by_region.to_dict()
    with pytest.raises(TypeError, match="read without a segment"):
        state.by(plain)


def test_refunds() -> None:
    ignored = cm.read_purchases(SIX, **NAMES, refunds="ignore")
    assert ignored.ignored_refunds == 1
    state = metrics.HistoricalClv()
    state.update_many(ignored)
    assert state.result().exact == (430, 3)
    with pytest.raises(cm.BadInput, match='row 6: amount: value "-30": negative'):
        cm.read_purchases(SIX, **NAMES, refunds="bad row")
    left_out = cm.read_purchases(SIX, **NAMES, refunds="bad row", bad="leave out")
    assert left_out.left_out == 1


def test_bad_rows_are_refused_all_at_once() -> None:
    rows = {
        "customer": ["a", "a", "b", None],
        "paid on": [date(2025, 1, 1), None, date(2025, 1, 3), None],
        "EUR": [Decimal("1.234"), Decimal("5"), None, Decimal("9.999")],
    }
    roles = {"customer": "customer", "at": "paid on", "amount": "EUR"}
    with pytest.raises(cm.BadInput) as refused:
        cm.read_purchases(rows, **roles, minor_units=2)
    assert str(refused.value) == (
        "3 problems\n"
        '  row 1: EUR: value "1.234": not a whole number of minor units in 64 bits\n'
        '  row 2: paid on: value "missing": no time\n'
        '  row 3: EUR: value "missing": no value'
    )
    assert len(cm.read_purchases(rows, **roles, minor_units=3, bad="leave out")) == 1


# 2357 customers, 6919 rows, 244091.94 dollars in all: Fader and Hardie's CDNOW sample.
def test_cdnow_sample() -> None:
    rows = [line.split() for line in shared("clv", "CDNOW_sample.txt").read_text().splitlines()]
    rows = [row for row in rows if row]
    assert len(rows) == 6_919
    table = {
        "id": [int(row[1]) for row in rows],
        "day": [datetime.strptime(row[2], "%Y%m%d").date() for row in rows],
        "dollars": [Decimal(row[4]) for row in rows],
    }
    roles = {"customer": "id", "at": "day", "amount": "dollars", "minor_units": 2}
    for kind in KINDS:
        if kind == "numpy":  # which has no decimals
            continue
        assert cm.historical_clv(of_kind(kind, table), **roles).exact == (24_409_194, 2_357), kind


def test_states_merge_copy_and_travel() -> None:
    read = cm.read_purchases(SIX, **NAMES, observed_until="1975-01-01")
    for settings in ({}, {"age": "365d"}, {"discount": "1% a month"}):
        whole = metrics.HistoricalClv(**settings)
        whole.update_many(read)
        assert pickle.loads(pickle.dumps(whole)) == whole == whole.copy()
        assert metrics.HistoricalClv.from_bytes(whole.to_bytes(), **settings) == whole
        if "discount" in settings:
            continue
        merged = metrics.HistoricalClv(**settings)
        for customer in (1, 2, 3):
            own = [i for i, who in enumerate(SIX["customer"]) if who == customer]
            part = {name: [column[i] for i in own] for name, column in SIX.items()}
            one = merged.fresh()
            one.update_many(cm.read_purchases(part, **NAMES, observed_until="1975-01-01"))
            merged += one
        assert merged == whole
    with pytest.raises(cm.DefinitionMismatch):
        metrics.HistoricalClv().merge(metrics.HistoricalClv(age="365d"))
    with pytest.raises(TypeError, match="read_purchases"):
        metrics.HistoricalClv().update_many([1, 2])


# ---- CLV by the retention formula ----------------------------------------------------------------


def of_margin(margin: int, kept: int, **terms) -> cm.Estimate:
    """A retention rate of kept / 100, and the same margin in every period."""
    return cm.clv([margin] * 100, [i < kept for i in range(100)], **terms)


# Margin multiples r / (1 + d - r) of Gupta and Lehmann 2003, Customers as Assets, table of
# retention rate by discount rate, two decimals.
@pytest.mark.parametrize(
    ("retention", "multiples"),
    [
        (60, (1.20, 1.15, 1.11, 1.07)),
        (70, (1.75, 1.67, 1.59, 1.52)),
        (80, (2.67, 2.50, 2.35, 2.22)),
        (90, (4.50, 4.09, 3.75, 3.46)),
    ],
)
def test_published_margin_multiples(retention: int, multiples: tuple[float, ...]) -> None:
    for percent, multiple in zip((10, 12, 14, 16), multiples, strict=True):
        found = of_margin(100, retention, discount=f"{percent}% a year", first="after renewal")
        assert found.value / 100 == pytest.approx(multiple, abs=0.005)
        exact = retention / (1 + percent / 100 - retention / 100)
        assert found.value == pytest.approx(exact, rel=1e-12)


def test_closed_forms() -> None:
    value = lambda **terms: of_margin(1_000, 75, discount="25% a year", **terms).value  # noqa: E731
    assert value() == pytest.approx(2_500)
    assert value(paid="end") == pytest.approx(2_000)
    assert value(paid="middle") == pytest.approx(2_500 / math.sqrt(1.25))
    assert value(first="after renewal") == pytest.approx(1_500)
    assert value(paid="end", first="after renewal") == pytest.approx(1_200)
    assert value(payments=3) == pytest.approx(1_960)
    assert value(payments=3, first="after renewal") == pytest.approx(1_176)
    less = value(payments=3, first="after renewal", acquisition_cost=1_200)
    assert less == pytest.approx(-24)
    assert of_margin(1_000, 100, discount="none", payments=4).value == pytest.approx(4_000)
    assert of_margin(10, 100, discount=DiscountRate.none()).status == "undefined"
    four = cm.clv([10, 20, 6, 16], [True, True, False, False], discount="25% a year")
    expected = 25 / 9 * 29 / 3 + (260 / 9) ** 2 / 12 + 2 * 5 / 3 * 260 / 27
    assert four.value == pytest.approx(13 * 5 / 3, rel=1e-14)
    assert four.standard_error == pytest.approx(math.sqrt(expected), rel=1e-13)
    assert four.unit == "minor units"


def test_equal_rates_in_other_words_give_equal_values() -> None:
    value = lambda rate: of_margin(1_000, 80, discount=rate, per="month").value  # noqa: E731
    annual = value("10% a year")
    assert value(DiscountRate.annual(0.1)) == annual
    assert value(DiscountRate.continuous(math.log(1.1))) == pytest.approx(annual, rel=1e-12)
    weekly = DiscountRate.per_period(1.1 ** (7 / 365.25) - 1, "week")
    assert value(weekly) == pytest.approx(annual, rel=1e-12)
    nominal = value(DiscountRate.annual_nominal(0.12, 12))
    assert nominal == pytest.approx(value("1% a month"), rel=1e-12)
    assert value("10 % per week") < annual / 1.3
    assert DiscountRate.of("12.5% a month") == DiscountRate.per_period(0.125, "month")
    for wrong in (0.1, "10%", "0.1", "10% a decade", None):
        with pytest.raises(ValueError, match="must say its period"):
            cm.clv([1], [True], discount=wrong)
    with pytest.raises(cm.InvalidSetting, match="must be finite and not negative"):
        cm.clv([1], [True], discount=DiscountRate.annual(-0.1))


# docs/metrics/clv.md.
def test_one_set_of_customers_five_values() -> None:
    margin = [4_000 + i % 7 * 500 for i in range(1_000)]
    kept = [i % 5 != 0 for i in range(1_000)]
    pl = pytest.importorskip("polars")
    for these in (
        (margin, kept),
        (np.array(margin), np.array(kept)),
        (pl.Series(margin), pl.Series(kept)),
    ):
        assert str(cm.clv(*these, discount="10% a year")) == (
            "CLV 20161.17 [18478.14, 21844.20] (95 % delta method, n = 1000; retention formula, "
            "per year, 10 % a year, paid at start, first now, for ever)"
        )
        three = cm.clv(*these, discount="10% a year", payments=3, acquisition_cost=6_000)
        assert str(three) == (
            "CLV 6405.71 [6070.41, 6741.00] (95 % delta method, n = 1000; retention formula, per "
            "year, 10 % a year, paid at start, first now, 3 payments, less 6000)"
        )
        by_part = cm.clv(*these, by=[i % 2 for i in range(1_000)], discount="10% a year")
        assert by_part.total.to_dict() == cm.clv(*these, discount="10% a year").to_dict()
        assert [e.n for e in by_part.values()] == [500, 500]


def test_margins_as_decimals() -> None:
    whole = cm.clv([1_050, 2_000, None], [True, False, True], discount="none", payments=2)
    exact = [Decimal("10.50"), Decimal("20"), None]
    assert (
        cm.clv(exact, [1, 0, 1], discount="none", payments=2, minor_units=2).to_dict()
        == whole.to_dict()
    )
    assert whole.missing == 1
    with pytest.raises(cm.BadInput, match=r'row 1: margin: value "10.50": not a whole number'):
        cm.clv(exact, [1, 0, 1], discount="none", payments=2)
    with pytest.raises(cm.BadInput, match=r'row 2: margin: value "0.5": not a whole number'):
        cm.clv([1.0, 0.5], [True, True], discount="none", payments=2)
    with pytest.raises(cm.BadInput, match=r'row 2: retained: value "2": must be 1'):
        cm.clv([1, 2], [1, 2], discount="none", payments=2)
    with pytest.raises(cm.BadInput, match=r'retained: value "1 rows"'):
        cm.clv([1, 2], [True], discount="none", payments=2)
    with pytest.raises(ValueError, match=r"discount is needed|must say its period"):
        cm.clv([1], [True], discount=None)


# ---- conformance ---------------------------------------------------------------------------------

ENTRIES = [e for e in vectors().values() if e["description"]["kind"] in ("clv", "historical_clv")]


def periods_of(inputs: list) -> tuple[list, list]:
    margin, retained = [], []
    for given in inputs:
        fact = given.get("value", given) if isinstance(given, dict) else given
        for _ in range(given.get("weight", 1) if isinstance(given, dict) else 1):
            margin.append(None if fact is None else fact["margin"])
            retained.append(None if fact is None else fact["retained"])
    return margin, retained


def purchases_of(inputs: list) -> list[cm.Purchases]:
    """Customers by until when they were observed."""
    out = []
    customer = 0
    for given in inputs:
        fact = given.get("value", given)
        who, at, amount = [], [], []
        for _ in range(given.get("weight", 1)):
            customer += 1
            for when, paid in fact["purchases"]:
                who.append(customer)
                at.append(when)
                amount.append(paid)
        until = datetime(1970, 1, 1) + timedelta(microseconds=fact["observed_until"])
        out.append(
            cm.read_purchases(
                customer=np.array(who, dtype="int64"),
                at=np.array(at, dtype="int64").view("datetime64[us]"),
                amount=np.array(amount, dtype="int64"),
                observed_until=until,
            )
        )
    return out


@pytest.mark.parametrize("entry", ENTRIES, ids=[e["metric"] for e in ENTRIES])
def test_conformance_vectors(entry: dict) -> None:
    what = entry["description"]
    if what["kind"] == "clv":
        empty = metrics.Clv(
            discount=DiscountRate.annual(what["percent_a_year"] / 100),
            per=what["period"],
            paid=what["timing"],
            first=what["first"],
            payments=what["horizon"],
            acquisition_cost=what["acquisition_cost"],
        )
    else:
        empty = metrics.HistoricalClv(age=f"{what['days']}d" if "days" in what else None)
    expect_definition(empty, entry)
    assert len(entry["vectors"]) >= 4
    for vector in entry["vectors"]:
        data = bytes.fromhex(vector["bytes"])
        read = type(empty).from_bytes(data, **empty._settings)
        assert read.to_bytes() == data
        assert pickle.loads(pickle.dumps(read)) == read
        observed = empty.fresh()
        if what["kind"] == "clv":
            observed.update_many(*periods_of(vector["inputs"]))
        else:
            for purchases in purchases_of(vector["inputs"]):
                observed.update_many(purchases)
        assert observed.to_bytes() == data, vector["case"]
        for state in (read, observed):
            expect_result(state.result(), vector["result"])
            assert state.result().method == entry["method"]
    assert len(ENTRIES) == 6
