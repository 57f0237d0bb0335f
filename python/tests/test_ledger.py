"""Subscription ledgers: churn, retention, revenue and its movements."""

from __future__ import annotations

import csv
import pickle
import random
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import numpy as np
import pytest
from table_kinds import KINDS, expect_definition, expect_result, of_kind, shared, vectors

import crmetrics as cm
from crmetrics import metrics

UTC = timezone.utc

# The ledger of docs/metrics/churn.md.
_ROWS = [
    (1, date(2025, 1, 1), 10_000),
    (2, date(2025, 2, 1), 5_000),
    (3, date(2025, 3, 1), 8_000),
    (4, date(2024, 12, 31), 2_000),
    (5, date(2025, 5, 31), 3_000),
    (6, date(2025, 4, 1), 4_500),
    (6, date(2025, 5, 1), 0),
    (2, date(2025, 6, 1), 7_500),
    (3, date(2025, 6, 2), 6_000),
    (3, date(2025, 6, 9), 7_000),
    (4, date(2025, 6, 5), 0),
    (5, date(2025, 6, 10), 0),
    (5, date(2025, 6, 20), 3_000),
    (6, date(2025, 6, 15), 4_000),
    (7, date(2025, 6, 3), 1_000),
    (7, date(2025, 6, 25), 0),
    (8, date(2025, 6, 30), 9_000),
]
LEDGER = {
    "account": [row[0] for row in _ROWS],
    "day": [row[1] for row in _ROWS],
    "mrr": [row[2] for row in _ROWS],
    "plan": ["odd" if row[0] % 2 else "even" for row in _ROWS],
}
ROLES = {"customer": "account", "at": "day", "level": "mrr"}
JUNE = {**ROLES, "window": "2025-06"}
PERIOD = ", 2025-06-01 to 2025-07-01"


@pytest.mark.parametrize("kind", KINDS)
def test_one_ledger_and_month_five_figures(kind: str) -> None:
    table = of_kind(kind, LEDGER)
    churn = lambda convention: str(cm.churn(table, **JUNE, convention=convention))  # noqa: E731
    assert churn("lost of start") == (
        "churn 20.0 % [3.6, 62.4] (95 % Wilson, n = 5; customers lost / customers at the start"
        f"{PERIOD}; 3 excluded: not active at the start)"
    )
    assert churn("lost of average") == (
        "churn 18.2 % [0.0, 56.2] (95 % delta method, n = 7; customers lost / mean of customers "
        f"at the start and at the end{PERIOD}; 1 excluded: active neither at the start nor at "
        "the end)"
    )
    assert churn("churn events of start and new") == (
        "churn 33.3 % [4.3, 62.4] (95 % delta method, n = 8; churn events / (customers at the "
        f"start + new and returned ones){PERIOD})"
    )
    assert churn("churn by day") == (
        "churn 53.3 % [17.1, 166.1] (95 % Nelson-Aalen, log, n = 8; sum over days of churn events "
        f"/ customers as the day began{PERIOD})"
    )
    assert churn("churn events of start") == (
        "churn 60.0 % [0.0, 126.5] (95 % delta method, n = 6; churn events / customers at the "
        f"start{PERIOD}; 2 excluded: not active at the start, never left)"
    )
    assert cm.churn(table, **JUNE).exact == (1, 5)


# docs/metrics/revenue_movements.md.
@pytest.mark.parametrize("kind", KINDS)
def test_the_same_ledger_everything(kind: str) -> None:
    table = of_kind(kind, LEDGER)
    near = lambda found, *numbers: (  # noqa: E731
        (round(100 * found.value, 1), *(round(100 * end, 1) for end in found.interval)) == numbers
    )
    events = {"accounting": "every change"}
    assert near(cm.retention(table, **JUNE), 80.0, 37.6, 96.4)
    assert near(cm.gross_revenue_churn(table, **JUNE), 10.7, 0.0, 27.8)
    assert near(cm.net_revenue_churn(table, **JUNE), 1.8, -24.6, 28.1)
    assert near(cm.net_revenue_churn(table, **JUNE, reactivation=True), -12.5, -54.7, 29.7)
    assert near(cm.gross_revenue_retention(table, **JUNE), 89.3, 72.2, 100.0)
    assert near(cm.gross_revenue_retention(table, **JUNE, **events), 71.4, 39.0, 100.0)
    assert near(cm.net_revenue_retention(table, **JUNE), 98.2, 71.9, 124.6)
    assert str(cm.quick_ratio(table, **JUNE)).startswith("quick ratio 5.17 [0.00, 16.40]")
    every = cm.quick_ratio(table, **JUNE, **events)
    assert str(every).startswith("quick ratio 2.56 [0.00, 6.02]")
    assert str(cm.revenue_movements(table, **JUNE)) == (
        "revenue movements: start 28000 (5) + new 9000 (1) + reactivation 4000 (1) + expansion "
        "2500 (1) - contraction 1000 (1) - churn 2000 (1) = end 40500 (6) (start against end"
        f"{PERIOD})"
    )
    every = cm.revenue_movements(table, **JUNE, **events)
    assert (every.new_customers.money, every.new_customers.count) == (10_000, 2)
    assert (every.churn.money, every.churn.count) == (6_000, 3)
    assert every.net_new == cm.revenue_movements(table, **JUNE).net_new == 12_500


# ---- every figure of the shared ledger -----------------------------------------------------------


def figures(table, month: str) -> dict[str, float]:
    roles = {"customer": "customer_id", "at": "date", "level": "mrr_after", "window": month}
    out: dict[str, float] = {}
    for prefix, accounting, names in (
        ("snap_", None, ("new", "reactivation", "expansion", "contraction", "churn")),
        ("event_", "every change", ("new", "react", "exp", "con", "churn")),
    ):
        m = cm.revenue_movements(table, **roles, accounting=accounting)
        parts = (m.new_customers, m.reactivation, m.expansion, m.contraction, m.churn)
        for name, part in zip(names, parts, strict=True):
            out[f"{prefix}{name}_mrr"] = part.money
            out[f"{prefix}{name}_n"] = part.count
        gained = sum(part.money for part in parts[:3])
        assert m.start.money + gained - parts[3].money - parts[4].money == m.end.money
        out |= {
            "start_customers": m.start.count,
            "end_customers": m.end.count,
            "start_mrr": m.start.money,
            "end_mrr": m.end.money,
        }
    by_events = {"accounting": "every change"}
    for name, function, settings in (
        ("logo_churn_start", cm.churn, {}),
        ("logo_churn_average", cm.churn, {"convention": "lost of average"}),
        (
            "logo_churn_events_over_start_plus_new",
            cm.churn,
            {"convention": "churn events of start and new"},
        ),
        ("logo_churn_events_over_start", cm.churn, {"convention": "churn events of start"}),
        ("logo_churn_daily_sum", cm.churn, {"convention": "churn by day"}),
        ("gross_mrr_churn", cm.gross_revenue_churn, {}),
        ("net_mrr_churn_incl_reactivation", cm.net_revenue_churn, {"reactivation": True}),
        ("net_mrr_churn_excl_reactivation", cm.net_revenue_churn, {}),
        ("nrr", cm.net_revenue_retention, {}),
        ("grr", cm.gross_revenue_retention, {}),
        ("grr_event_based", cm.gross_revenue_retention, by_events),
        ("logo_retention", cm.retention, {}),
        ("quick_ratio", cm.quick_ratio, {}),
    ):
        out[name] = function(table, **roles, **settings).value
    return out


@pytest.mark.parametrize("kind", KINDS)
def test_every_figure_of_the_dev_ledger(kind: str) -> None:
    with shared("clv", "saas_ledger_dev.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 27
    table = of_kind(
        kind,
        {
            "customer_id": [row["customer_id"] for row in rows],
            "date": [date.fromisoformat(row["date"]) for row in rows],
            "mrr_after": [int(row["mrr_after"]) for row in rows],
        },
    )
    with shared("clv", "saas_expected_dev.csv").open(newline="") as file:
        months = list(csv.DictReader(file))
    assert len(months) == 3
    compared = 0
    for expected in months:
        found = figures(table, expected.pop("month")[:7])
        for name, text in expected.items():
            assert found[name] == pytest.approx(float(text), abs=1e-10), name
            compared += 1
    assert compared == 3 * 37


# ---- windows and segments ------------------------------------------------------------------------


# docs/derive/subscriptions.md.
def test_the_segment_is_what_was_known_before_the_window() -> None:
    rows = {
        "account": ["a", "b", "c", "b", "c", None, "a"],
        "day": [
            date(2025, m, d) for m, d in [(1, 5), (1, 7), (1, 9), (2, 11), (2, 3), (2, 4), (3, 30)]
        ],
        "mrr": [100, 100, 100, 0, 150, 80, 0],
        "manager": ["ann", "ann", "bob", "ann", "ann", "bob", "bob"],
    }
    ledger = cm.read_ledger(rows, **ROLES, segment="manager")
    assert (ledger.customers, ledger.rows, ledger.unknown_customer) == (3, 7, 1)
    churn = metrics.Churn()
    february = churn.by(ledger.in_window("2025-02"))
    assert {k: (e.exact, sum(e.excluded.values())) for k, e in february.items()} == {
        "ann": ((1, 2), 0),
        "bob": ((0, 1), 0),
    }
    march = churn.by(ledger.in_window("2025-03"))
    assert {k: (e.exact, e.excluded) for k, e in march.items()} == {
        "ann": ((1, 2), {"not active at the start": 1})
    }
    named = cm.churn(rows, **ROLES, window="2025-03", by="manager")
    assert named.to_dict() == march.to_dict()
    assert named.key_names == ["manager"]
    plain = cm.read_ledger(rows, **ROLES).in_window("2025-03")
    assert churn.by(plain, by={"manager": rows["manager"]}).to_dict() == march.to_dict()
    with pytest.raises(TypeError, match="read without a segment"):
        churn.by(plain)
    with pytest.raises(ValueError, match="has 2 rows, the table has 7"):
        churn.by(plain, by=["x", "y"])
    movements = metrics.RevenueMovements().by(ledger.in_window("2025-02"))
    assert movements["ann"].churn.money == 100
    assert movements["bob"].expansion.money == 50
    assert movements.total.start.money == 300
    assert movements.to_arrow()["start"].to_pylist() == [200, 100]
    assert type(movements).__name__ == "GroupedMovements"


def test_facts_of_a_window() -> None:
    facts = cm.read_ledger(LEDGER, **ROLES).in_window("2025-06")
    assert len(facts) == 8
    assert facts.window == (datetime(2025, 6, 1, tzinfo=UTC), datetime(2025, 7, 1, tzinfo=UTC))
    assert facts.to_arrow().to_pydict() == {
        "account": [1, 2, 3, 4, 5, 6, 7, 8],
        "level_at_start": [10_000, 5_000, 8_000, 2_000, 3_000, 0, 0, 0],
        "level_at_end": [10_000, 7_500, 7_000, 0, 3_000, 4_000, 0, 9_000],
        "active_before": [True] * 6 + [False] * 2,
        "changes": [0, 1, 2, 1, 2, 1, 2, 1],
    }


def test_windows_as_people_write_them() -> None:
    ledger = cm.read_ledger(LEDGER, **ROLES)

    def churn(window):
        state = metrics.Churn()
        state.update_many(ledger.in_window(window))
        return state.result()

    june = churn("2025-06")
    for window in (
        ("2025-06-01", "2025-07-01"),
        (date(2025, 6, 1), datetime(2025, 7, 1)),
        "2025-06-01/2025-07-01",
    ):
        assert str(churn(window)) == str(june)
    assert churn("2025-Q2").convention.endswith("2025-04-01 to 2025-07-01")
    assert churn("2025").status == "ok"
    with pytest.raises(ValueError, match="not a period"):
        churn("June")
    observed = cm.read_ledger(LEDGER, **ROLES, observed_until=date(2025, 6, 15))
    with pytest.raises(cm.BadInput, match="not over: the ledger was observed until 2025-06-15"):
        observed.in_window("2025-06")
    assert observed.in_window("2025-05").window[0].month == 5


def test_monthly_and_quarterly_churn_do_not_add_up() -> None:
    ledger = cm.read_ledger(LEDGER, **ROLES)
    churn = metrics.Churn()
    churn.update_many(ledger.in_window("2025-06"))
    before = churn.copy()
    with pytest.raises(cm.DefinitionMismatch, match="facts of two windows do not add up"):
        churn.update_many(ledger.in_window("2025-05"))
    assert churn == before
    other = metrics.Churn()
    other.update_many(ledger.in_window("2025-Q2"))
    with pytest.raises(cm.DefinitionMismatch):
        churn.merge(other)
    average = metrics.Churn(convention="lost of average")
    with pytest.raises(cm.DefinitionMismatch):
        churn.merge(average)
    with pytest.raises(TypeError, match=r"in_window\(...\)"):
        churn.update_many(ledger)


# ---- money ---------------------------------------------------------------------------------------


def money(values: list[str | None]):
    """The same amounts as exact decimals of every library."""
    pa = pytest.importorskip("pyarrow")
    pd = pytest.importorskip("pandas")
    pl = pytest.importorskip("polars")
    duckdb = pytest.importorskip("duckdb")
    exact = [None if v is None else Decimal(v) for v in values]
    yield "list", exact
    yield "pandas", pd.Series(exact, dtype=object)
    yield "polars", pl.Series(exact)
    arrow = pa.array(exact, pa.decimal128(30, 4))
    yield "pyarrow", arrow
    yield "narrow", pa.array(exact, pa.decimal64(15, 3))
    yield "pieces", pa.chunked_array([arrow[:1], arrow[1:]])
    yield "duckdb", duckdb.from_arrow(pa.table({"x": arrow})).project("x::decimal(20, 5) as x")


def test_decimals_are_scaled_exactly() -> None:
    amounts = ["70368744177.66", "0.01", "12.5", "3", None, "0"]
    account = ["a", "b", "c", "d", None, "e"]
    day = [date(2025, 1, 1)] * 6
    seen = 0
    for name, level in money(amounts):
        ledger = cm.read_ledger(customer=account, at=day, level=level, minor_units=2)
        found = ledger.in_window("2025-01").to_arrow()["level_at_end"].to_pylist()
        assert found == [7_036_874_417_766, 1, 1_250, 300, 0], name
        seen += 1
    assert seen == 7


def test_money_that_is_no_whole_number_of_minor_units() -> None:
    day = [date(2025, 1, 1)] * 3
    reason = "not a whole number of minor units in 64 bits"
    for name, level in money(["1.25", "1.255", "10"]):
        with pytest.raises(cm.BadInput) as refused:
            cm.read_ledger(customer=[1, 2, 3], at=day, level=level, minor_units=2)
        assert refused.value.total == 1, name
        problem = refused.value.problems[0]
        assert (problem["row"], problem["reason"]) == (2, reason), name
        assert Decimal(problem["value"]) == Decimal("1.255"), name
        with pytest.raises(cm.BadInput) as refused:
            cm.read_ledger(customer=[1, 2, 3], at=day, level=level)
        assert [p["row"] for p in refused.value.problems] == [1, 2], name
        ledger = cm.read_ledger(
            customer=[1, 2, 3], at=day, level=level, minor_units=2, bad="leave out"
        )
        assert (ledger.customers, ledger.left_out) == (2, 1), name
    large = [Decimal(2) ** 70, Decimal(2) ** 40, Decimal(-1)]
    with pytest.raises(cm.BadInput) as refused:
        cm.read_ledger(customer=[1, 2, 3], at=day, level=large)
    assert [(p["row"], p["value"], p["reason"]) for p in refused.value.problems] == [
        (1, str(2**70), reason),
        (3, "-1", "negative"),
    ]


@pytest.mark.parametrize(
    "kind", ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
)
def test_whole_numbers_are_minor_units(kind: str) -> None:
    level = np.array([100, 0, 7], dtype=kind)
    ledger = cm.read_ledger(customer=[1, 2, 3], at=[date(2025, 1, 1)] * 3, level=level)
    found = ledger.in_window("2025-01").to_arrow()["level_at_end"].to_pylist()
    assert found == [100, 0, 7]
    with pytest.raises(cm.InvalidSetting, match="has no decimal places"):
        cm.read_ledger(customer=[1, 2, 3], at=[date(2025, 1, 1)] * 3, level=level, minor_units=2)


def test_real_numbers_are_taken_where_they_are_whole() -> None:
    day = [date(2025, 1, 1)] * 4
    for kind in ("float64", "float32", "float16"):
        level = np.array([100.0, 0.0, 2.0, 1024.0], dtype=kind)
        ledger = cm.read_ledger(customer=[1, 2, 3, 4], at=day, level=level)
        found = ledger.in_window("2025-01").to_arrow()["level_at_end"].to_pylist()
        assert found == [100, 0, 2, 1024]
    with pytest.raises(cm.BadInput) as refused:
        cm.read_ledger(customer=[1, 2, 3, 4], at=day, level=np.array([1, 1.5, np.nan, 1e300]))
    assert [(p["row"], p["value"], p["reason"]) for p in refused.value.problems] == [
        (2, "1.5", "not a whole number of minor units in 64 bits"),
        (3, "missing", "no value"),
        (4, "1e+300", "not a whole number of minor units in 64 bits"),
    ]
    with pytest.raises(cm.InvalidSetting, match="has no decimal places"):
        cm.read_ledger(customer=[1], at=day[:1], level=[1.5], minor_units=2)
    beyond = np.array([2**63, 1, 2, 3], dtype="uint64")
    with pytest.raises(cm.BadInput, match=f'row 1: level: value "{2**63}": not a whole number'):
        cm.read_ledger(customer=[1, 2, 3, 4], at=day, level=beyond)


# ---- bad rows ------------------------------------------------------------------------------------


def test_bad_rows_are_refused_all_at_once() -> None:
    rows = {
        "who": ["a", "a", "b", "b", "a", "c", "c", "a", None],
        "when": [datetime(1970, 1, 1, 0, 0, 10)] * 2 + [None] + [datetime(1970, 1, 2)] * 6,
        "pays": [5, -1, 2, None, 7, None, 1, 5, -5],
    }
    rows["when"][1] = datetime(1970, 1, 1, 0, 0, 20)
    roles = {"customer": "who", "at": "when", "level": "pays"}
    expected = (
        "5 problems\n"
        '  row 2: pays: value "-1": negative\n'
        '  row 3: when: value "missing": no time\n'
        '  row 4: pays: value "missing": no value\n'
        '  row 6: pays: value "missing": no value\n'
        '  row 8: when: value "1970-01-02": customer a has another row of this instant, row 5'
    )
    for kind in ("lists", "pandas arrow", "polars", "pyarrow", "pyarrow pieces", "duckdb"):
        table = of_kind(kind, rows)
        with pytest.raises(cm.BadInput) as refused:
            cm.read_ledger(table, **roles)
        assert str(refused.value) == expected, kind
        left_out = cm.read_ledger(table, **roles, bad="leave out")
        assert (left_out.left_out, left_out.customers, left_out.unknown_customer) == (5, 2, 1)


def test_the_last_row_of_an_instant_wins_where_the_rule_says_so() -> None:
    day = [date(2025, 1, d) for d in (10, 5, 10, 10)]
    ledger = cm.read_ledger(customer=["a"] * 4, at=day, level=[5, 1, 7, 6], duplicates="last wins")
    assert ledger.replaced == 2
    facts = ledger.in_window("2025-01").to_arrow().to_pydict()
    assert (facts["level_at_end"], facts["changes"]) == ([6], [2])


def test_times_beyond_64_bits_are_no_times() -> None:
    far = np.array([0, 300_000 * 365], dtype="datetime64[D]").astype("datetime64[s]")
    with pytest.raises(cm.BadInput, match=r"row 2: at: .*too far from 1970"):
        cm.read_ledger(customer=[1, 2], at=far, level=[1, 2])
    assert cm.read_ledger(customer=[1, 2], at=far, level=[1, 2], bad="leave out").left_out == 1


def test_wrong_types_name_the_column() -> None:
    with pytest.raises(
        TypeError, match='"mrr": whole minor units or decimals are needed, not text'
    ):
        cm.read_ledger({**LEDGER, "mrr": ["1"] * 17}, **ROLES)
    with pytest.raises(TypeError, match='"day": timestamps or dates are needed, not int64'):
        cm.read_ledger({**LEDGER, "day": [1] * 17}, **ROLES)
    with pytest.raises(KeyError, match=r"'price'.*there are account"):
        cm.churn(LEDGER, customer="account", at="day", level="price", window="2025")
    with pytest.raises(TypeError, match="unexpected keyword argument 'conventions'"):
        cm.churn(LEDGER, **JUNE, conventions="lost of start")
    with pytest.raises(ValueError, match='convention "all": must be one of'):
        cm.churn(LEDGER, **JUNE, convention="all")
    with pytest.raises(ValueError, match="interval"):
        cm.churn(LEDGER, **JUNE, convention="lost of average", interval="Wilson")


def test_no_rows() -> None:
    none = {"account": [], "day": np.array([], "datetime64[D]"), "mrr": np.array([], "int64")}
    ledger = cm.read_ledger(none, **ROLES)
    assert ledger.customers == 0
    assert cm.churn(none, **JUNE).status == "no data"
    report = cm.revenue_movements(none, **JUNE)
    assert report.status == "no data"
    nobody = cm.churn(LEDGER, **ROLES, window="2020")
    assert (nobody.status, nobody.value) == ("undefined", None)


# ---- against a plain reading of the definition ---------------------------------------------------


def test_facts_against_the_definition() -> None:
    source = random.Random(7)
    begin, end = 100, 200
    epoch = datetime(1970, 1, 1)
    for _ in range(20):
        level_at = {
            (source.randrange(15), source.randrange(300)): source.randrange(4) for _ in range(250)
        }
        rows = list(level_at.items())
        source.shuffle(rows)
        ledger = cm.read_ledger(
            customer=[f"customer {key[0]}" for key, _ in rows],
            at=[epoch + timedelta(seconds=key[1]) for key, _ in rows],
            level=[level for _, level in rows],
        )
        window = (epoch + timedelta(seconds=begin), epoch + timedelta(seconds=end))
        found = ledger.in_window(window).to_polars()
        known = {row[0]: row[1:] for row in found.rows()}
        assert len(known) == len({key[0] for key in level_at})
        for customer in {key[0] for key in level_at}:
            changes = sorted((t, x) for (who, t), x in level_at.items() if who == customer)
            start = [x for t, x in changes if t < begin]
            until = [x for t, x in changes if t < end]
            assert known[f"customer {customer}"] == (
                start[-1] if start else 0,
                until[-1] if until else 0,
                any(x > 0 for x in start),
                len(until) - len(start),
            )


# ---- states and conformance ----------------------------------------------------------------------

STATES = {
    ("subscription_share", "churn", None): metrics.Churn(),
    ("subscription_ratio", "churn", "average"): metrics.Churn(convention="lost of average"),
    ("subscription_ratio", "churn", "events of start"): metrics.Churn(
        convention="churn events of start"
    ),
    ("subscription_ratio", "churn", "events of start and new"): metrics.Churn(
        convention="churn events of start and new"
    ),
    ("churn_by_day", None, None): metrics.Churn(convention="churn by day"),
    ("subscription_share", "retention", None): metrics.Retention(),
    ("subscription_ratio", "gross revenue churn", None): metrics.GrossRevenueChurn(),
    ("subscription_ratio", "net revenue churn", None): metrics.NetRevenueChurn(),
    ("subscription_ratio", "net revenue churn", "with reactivation"): metrics.NetRevenueChurn(
        reactivation=True
    ),
    ("subscription_ratio", "net revenue retention", None): metrics.NetRevenueRetention(),
    ("subscription_ratio", "gross revenue retention", None): metrics.GrossRevenueRetention(),
    ("subscription_ratio", "gross revenue retention", "by events"): metrics.GrossRevenueRetention(
        accounting="every change"
    ),
    ("subscription_ratio", "quick ratio", None): metrics.QuickRatio(),
    ("subscription_ratio", "quick ratio", "by events"): metrics.QuickRatio(
        accounting="every change"
    ),
    ("revenue_movements", "snapshot", None): metrics.RevenueMovements(),
    ("revenue_movements", "event", None): metrics.RevenueMovements(accounting="every change"),
}


def state_of(entry: dict):
    what = entry["description"]
    if what["kind"] not in {kind for kind, _, _ in STATES}:
        return None
    return STATES[what["kind"], what.get("metric", what.get("accounting")), what.get("variant")]


ENTRIES = [entry for entry in vectors().values() if state_of(entry) is not None]


def times(microseconds: list[int]):
    return np.array(microseconds, dtype="int64").view("datetime64[us]")


def facts_of(inputs: list) -> cm.ledger.SubscriptionFacts:
    """A ledger that gives these facts in their window."""
    who, at, level = [], [], []

    def row(*cells: int) -> None:
        for column, cell in zip((who, at, level), cells, strict=True):
            column.append(cell)

    customer = 0
    for given in inputs:
        fact = given.get("value", given)
        start, end = fact["window"]
        for _ in range(given.get("weight", 1)):
            customer += 1
            if fact["before"]:
                row(customer, start - 2, 1)
                row(customer, start - 1, fact["start"])
            elif not fact["changes"]:
                row(customer, end, 1)  # comes after the window
            for when, now in fact["changes"]:
                row(customer, when, now)
    ledger = cm.read_ledger(customer=who, at=times(at), level=np.array(level))
    return ledger.in_window(tuple(times([start, end]).tolist()))


@pytest.mark.parametrize("entry", ENTRIES, ids=[e["metric"] for e in ENTRIES])
def test_conformance_vectors(entry: dict) -> None:
    state = state_of(entry)
    expect_definition(state, entry)
    assert len(entry["vectors"]) == 9
    for vector in entry["vectors"]:
        data = bytes.fromhex(vector["bytes"])
        read = type(state).from_bytes(data, **state._settings)
        assert read.to_bytes() == data
        assert pickle.loads(pickle.dumps(read)) == read
        states = [read]
        if vector["inputs"]:
            observed = state.fresh()
            observed.update_many(facts_of(vector["inputs"]))
            assert observed.to_bytes() == data, vector["case"]
            assert observed == read
            assert read.copy() + state == observed
            states.append(observed)
        for each in states:
            if isinstance(state, metrics.RevenueMovements):
                report = each.result()
                expected = vector["result"]
                assert report.customers == expected["customers"]
                parts = (
                    report.start,
                    report.new_customers,
                    report.reactivation,
                    report.expansion,
                    report.contraction,
                    report.churn,
                    report.end,
                )
                assert [[m.money, m.count] for m in parts] == expected["movements"]
            else:
                expect_result(each.result(), vector["result"])
                assert each.result().method == entry["method"]


def test_all_vectors_of_ledgers_were_there() -> None:
    assert len(ENTRIES) == len(STATES) == 16


@pytest.mark.parametrize("state", STATES.values(), ids=["/".join(map(str, key)) for key in STATES])
def test_parts_by_customer_merge(state) -> None:
    whole = state.fresh()
    whole.update_many(cm.read_ledger(LEDGER, **ROLES).in_window("2025-06"))
    merged = state.fresh()
    for part in (0, 1, 2):
        rows = [i for i, account in enumerate(LEDGER["account"]) if account % 3 == part]
        piece = {name: [column[i] for i in rows] for name, column in LEDGER.items()}
        one = state.fresh()
        one.update_many(cm.read_ledger(piece, **ROLES).in_window("2025-06"))
        merged += one
    assert merged == whole
    grouped = state.by(cm.read_ledger(LEDGER, **ROLES, segment="plan").in_window("2025-06"))
    assert grouped.keys() == ["even", "odd"]
    assert str(grouped.total) == str(whole.result())


def test_intervals_of_other_names() -> None:
    usual = cm.gross_revenue_churn(LEDGER, **JUNE)
    student = cm.gross_revenue_churn(LEDGER, **JUNE, interval="Student t")
    assert student.value == usual.value
    assert student.interval[1] > usual.interval[1]
    jeffreys = cm.retention(LEDGER, **JUNE, interval="Jeffreys", confidence=0.9)
    assert (jeffreys.method, jeffreys.level) == ("Jeffreys", 0.9)
