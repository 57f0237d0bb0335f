"""Linked contacts: FCR, repeat contacts and customers with repeats."""

from __future__ import annotations

import bisect
import csv
import gzip
import json
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


def at(day: int, hour: int = 0) -> datetime:
    return datetime(2025, 3, day, hour)


# The calls of docs/derive/link_contacts.md.
CALLS = {
    "caller": ["ann", "bob", "ann", "ann", "bob", "", "cem", "dea"],
    "start": [at(1, 9), at(1, 11), at(4, 9), at(5, 9), at(12, 9), at(13, 8), at(27, 9), at(14, 9)],
    "solved": [at(1, 10), at(1, 12), at(4, 11), at(5, 9), at(12, 9), at(13, 9), at(27, 10), None],
    "topic": ["bill", "login", "bill", "login", "login", "bill", "bill", "bill"],
    "agent": ["Li", "Li", "Zoe", "Zoe", "Li", "Zoe", "Li", "Zoe"],
}
ROLES = {"customer": "caller", "opened": "start", "resolved": "solved", "issue": "topic"}


@pytest.mark.parametrize("kind", KINDS)
def test_the_documented_calls(kind: str) -> None:
    table = of_kind(kind, CALLS)
    found = cm.fcr(table, **ROLES, by="agent", observed_until=at(31))
    assert [str(e) for e in found.values()] == [
        "FCR 66.7 % [20.8, 93.9] (95 % Wilson, n = 3; no repeat within 7 d of resolution, same "
        "issue, too recent is pending; 1 pending)",
        "FCR 100.0 % [34.2, 100.0] (95 % Wilson, n = 2; no repeat within 7 d of resolution, same "
        "issue, too recent is pending; 1 excluded: not resolved; 1 excluded: unknown customer)",
    ]
    assert found.keys() == ["Li", "Zoe"]
    assert found.total.exact == (4, 5)
    linked = cm.link_contacts(table, **ROLES, observed_until=at(31))
    facts = linked.to_arrow().to_pydict()
    assert [row for row, follows in enumerate(facts["follows"]) if follows] == [2]
    assert facts["known_customer"] == [True] * 5 + [False] + [True] * 2
    assert [n for n in linked.chains().to_arrow()["length"].to_pylist() if n > 1] == [2]
    assert linked.customers().to_arrow().to_pydict() == {
        "caller": ["ann", "bob", "cem", "dea"],
        "contacts": [3, 2, 1, 1],
        "repeats": [1, 0, 0, 0],
    }


# docs/metrics/repeat_customers.md.
def test_repeat_contacts_and_customers() -> None:
    start = datetime(1970, 1, 1)
    calls = {
        "customer": ["ann", "ann", "ann", "bob", "cem", ""],
        "opened": [start + timedelta(days=d) for d in (0, 3, 8, 1, 5, 6)],
    }
    roles = {"customer": "customer", "opened": "opened", "observed_until": "1970-01-31"}
    contacts = cm.repeat_contact(calls, **roles)
    assert str(contacts) == (
        "repeat contact 40.0 % [11.8, 76.9] (95 % Wilson, n = 5; contacts that follow an earlier "
        "one within 7 d; 1 excluded: unknown customer)"
    )
    customers = cm.repeat_customers(calls, **roles)
    assert str(customers) == (
        "repeat customers 33.3 % [6.1, 79.2] (95 % Wilson, n = 3; customers with a repeat contact "
        "within 7 d)"
    )
    looked_back = cm.repeat_contact(calls, **roles, observed_from="1970-01-01", look_back="full")
    assert looked_back.exact == (1, 1)
    assert looked_back.excluded == {"short look-back": 4, "unknown customer": 1}
    region = ["n", "n", "n", "s", "s", "n"]
    by_region = cm.repeat_customers(calls, **roles, by={"region": region})
    assert {k: e.exact for k, e in by_region.items()} == {"n": (1, 1), "s": (0, 2)}
    with pytest.raises(cm.BadInput, match='row 2: agent: value "Li": customer ann') as refused:
        cm.repeat_customers(calls, **roles, by={"agent": ["Zoe", "Li", "Zoe", "Li", "Li", "Li"]})
    assert refused.value.total == 1


# ---- a real incident log -------------------------------------------------------------------------


def incidents() -> dict[str, list]:
    """One incident for each number, with what its last event says."""
    path = shared("service", "servicenow_incident_events.csv.gz")
    last: dict[str, dict[str, str]] = {}
    with gzip.open(path, "rt", newline="") as file:
        for event in csv.DictReader(file):
            last[event["number"]] = event  # a number keeps the place of its first event
    rows = list(last.values())
    assert len(rows) == 9_875
    when = lambda text: datetime.fromisoformat(text) if text else None  # noqa: E731
    return {
        "caller": [row["caller_id"] for row in rows],
        "category": [row["category"] for row in rows],
        "both": [row["category"] + "\n" + row["subcategory"] for row in rows],
        "opened": [when(row["opened_at"]) for row in rows],
        "resolved": [when(row["resolved_at"]) for row in rows],
        "failed": [int(row["reopen_count"]) + int(row["reassignment_count"]) > 0 for row in rows],
    }


@pytest.fixture(scope="module")
def log() -> dict[str, list]:
    return incidents()


@pytest.fixture(scope="module")
def expected() -> dict:
    return json.loads(shared("service", "servicenow_expected.json").read_text())


END = "2016-05-13T11:49"


@pytest.mark.parametrize(
    ("name", "issue"), [("any", None), ("category", "category"), ("category+subcategory", "both")]
)
@pytest.mark.parametrize("days", [1, 7, 30])
def test_every_figure_of_the_incident_log(log, expected, name, issue, days) -> None:
    table = of_kind("polars", log)
    roles = {"customer": "caller", "opened": "opened", "resolved": "resolved", "issue": issue}

    def linked(**settings) -> cm.LinkedContacts:
        return cm.link_contacts(table, **roles, window=f"{days}d", observed_until=END, **settings)

    def of(state, contacts):
        state.update_many(contacts)
        return state.result()

    def expect(found, share) -> None:
        assert found.exact == (share["x"], share["n"])

    usual, shorter = linked(), linked(last_instant=False)
    repeat = expected["repeat_contact"][f"{name}/{days}d"]
    expect(of(metrics.RepeatContact(), usual), repeat["per_contact"])
    assert of(metrics.RepeatContact(), shorter).exact[0] == repeat["per_contact_exclusive_upper"]
    with_equal = of(metrics.RepeatContact(), linked(simultaneous=True))
    assert with_equal.exact[0] == repeat["per_contact_counting_simultaneous"]
    expect(of(metrics.RepeatCustomers(), usual), repeat["per_customer"])
    looked_back = of(metrics.RepeatContact(look_back="full"), usual)
    assert looked_back.excluded.get("short look-back", 0) == repeat["left_truncated_contacts"]
    if days == 1:
        return
    fcr = expected["fcr_no_repeat"][f"{name}/{days}d"]
    expect(of(metrics.Fcr(), usual), fcr["mature_only"])
    assert of(metrics.Fcr(), usual).pending == fcr["immature_excluded"]
    expect(of(metrics.Fcr(), shorter), fcr["mature_exclusive_upper"])
    expect(of(metrics.Fcr(maturity="naive"), usual), fcr["naive"])
    roles["failed"] = "failed"
    expect(of(metrics.Fcr(), linked()), fcr["mature_and_no_reopen_no_reassign"])


@pytest.mark.parametrize("kind", KINDS)
def test_the_incident_log_in_every_library(log, expected, kind) -> None:
    table = of_kind(kind, log)
    roles = {"customer": "caller", "opened": "opened", "resolved": "resolved", "issue": "both"}
    found = cm.fcr(table, **roles, observed_until=END, by="category")
    share = expected["fcr_no_repeat"]["category+subcategory/7d"]["mature_only"]
    assert found.total.exact == (share["x"], share["n"])
    keyless = 0 if found.without_key is None else found.without_key.n
    assert sum(e.n for e in found.values()) + keyless == share["n"]
    strict = cm.fcr(table, **roles, observed_until=END, failed="failed", window="30d")
    share = expected["fcr_no_repeat"]["category+subcategory/30d"]
    assert strict.exact == (
        share["mature_and_no_reopen_no_reassign"]["x"],
        share["mature_and_no_reopen_no_reassign"]["n"],
    )
    repeat = expected["repeat_contact"]["category+subcategory/7d"]
    found = cm.repeat_contact(table, customer="caller", opened="opened", issue="both")
    assert found.exact == (repeat["per_contact"]["x"], repeat["per_contact"]["n"])
    customers = cm.repeat_customers(table, customer="caller", opened="opened", issue="both")
    assert customers.exact == (repeat["per_customer"]["x"], repeat["per_customer"]["n"])


# ---- against a plain reading of the definition ---------------------------------------------------


def plain_facts(contacts, window, until, after, last_instant, simultaneous):
    """What docs/derive/link_contacts.md says, word by word; times in microseconds."""
    same: dict[object, list[int]] = {}
    for customer, issue, opened, _ in contacts:
        if customer is not None:
            same.setdefault((customer, issue), []).append(opened)
    for times in same.values():
        times.sort()
    reaches = (lambda gap: gap <= window) if last_instant else (lambda gap: gap < window)
    seen = set()
    out = []
    for customer, issue, opened, resolved in contacts:
        if customer is None:
            out.append((False, False, False, False, False, False))
            continue
        times = same[customer, issue]
        anchor = opened if after == "opened" else resolved
        repeated = False
        if anchor is not None:
            later = bisect.bisect_right(times, anchor)
            repeated = later < len(times) and reaches(times[later] - anchor)
        earlier = bisect.bisect_left(times, opened)
        follows = earlier > 0 and reaches(opened - times[earlier - 1])
        twin = (customer, issue, opened) in seen
        seen.add((customer, issue, opened))
        if simultaneous and twin:
            follows = True
        mature = anchor is not None and anchor + window <= until
        out.append((True, anchor is not None, mature, repeated, follows, twin))
    return out


def key_columns(keys: list[int | None]):
    """The same keys in every type; where it can hold missing ones."""
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    full = [7 if k is None else k for k in keys]
    for name in ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"):
        yield f"numpy {name}", np.array(full, dtype=name), False
        yield f"arrow {name}", pa.array(keys, type=name), True
    yield "wide", np.array(full, dtype="int64") * 4_000_000_000_000 - 2**60, False
    yield "real", np.array([np.nan if k is None else k for k in keys]), True
    yield "text", [None if k is None else f"k{k}" for k in keys], True
    yield "empty text", ["" if k is None else f"k{k}" for k in keys], True
    yield (
        "large text",
        pa.array([None if k is None else str(k) for k in keys], pa.large_string()),
        True,
    )
    yield "view text", pl.Series([None if k is None else f"a longer name {k}" for k in keys]), True
    yield (
        "categories",
        pd.Series([None if k is None else str(k) for k in keys], dtype="category"),
        True,
    )
    yield (
        "dictionary",
        pa.array([None if k is None else str(k) for k in keys]).dictionary_encode(),
        True,
    )
    yield "dates", [None if k is None else date(2020, 1, 1) + timedelta(days=k) for k in keys], True
    yield "pandas Int64", pd.Series(keys, dtype="Int64"), True
    half = len(keys) // 2
    yield (
        "pieces",
        pa.chunked_array([pa.array(keys[:half], "int64"), pa.array(keys[half:], "int64")]),
        True,
    )
    offset = pa.array([99, 98, 97, *keys], "int32").slice(3)
    yield "with an offset", offset, True


def time_columns(times: list[int | None]):
    """The same whole days in every type."""
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    days = [None if t is None else t // 86_400_000_000 for t in times]
    zoned = [
        None if t is None else datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=t)
        for t in times
    ]
    yield "datetimes", zoned
    yield "naive", [None if t is None else t.replace(tzinfo=None) for t in zoned]
    elsewhere = timezone(timedelta(hours=-7))
    yield "of another zone", [None if t is None else t.astimezone(elsewhere) for t in zoned]
    yield "dates", [None if t is None else t.date() for t in zoned]
    for unit in ("s", "ms", "us", "ns"):
        yield f"arrow {unit}", pa.array(zoned, pa.timestamp(unit, "UTC"))
        yield f"numpy {unit}", np.array(days, dtype="datetime64[D]").astype(f"datetime64[{unit}]")
        yield (
            f"pandas {unit}",
            pd.Series(np.array(days, dtype="datetime64[D]").astype(f"datetime64[{unit}]")),
        )
    yield "numpy days", np.array(days, dtype="datetime64[D]")
    yield "arrow days", pa.array(days, pa.int32()).cast(pa.date32())
    yield "arrow date64", pa.array(days, pa.int32()).cast(pa.date32()).cast(pa.date64())
    yield "pandas zone", pd.Series(zoned).dt.tz_convert("Asia/Tokyo")
    yield "polars", pl.Series(zoned)


DAY = 86_400_000_000


def random_contacts(seed: int, n: int, missing: bool = True):
    source = random.Random(seed)
    out = []
    for _ in range(n):
        customer = source.randrange(12)
        opened = source.randrange(-40, 60) * DAY
        resolved = opened + source.randrange(0, 9) * DAY if source.random() < 0.8 else None
        out.append(
            (
                None if missing and source.random() < 0.1 else customer,
                source.randrange(3) if source.random() < 0.8 else None,
                opened,
                resolved,
            )
        )
    return out


FOUND = ("known_customer", "anchored", "mature", "repeated", "follows", "simultaneous")


def expect_facts(linked: cm.LinkedContacts, contacts, **rule) -> None:
    table = linked.to_arrow().to_pydict()
    found = list(zip(*(table[name] for name in FOUND), strict=True))
    assert found == plain_facts(contacts, **rule)


def in_microseconds(times):
    return np.array(["NaT" if t is None else t for t in times], dtype="datetime64[us]")


RULE = {
    "window": 7 * DAY,
    "until": 60 * DAY,
    "after": "resolved",
    "last_instant": True,
    "simultaneous": False,
}


def link(contacts, *, customer=None, opened=None, resolved=None, issue="given", rule=RULE, **more):
    customers, issues, opens, resolutions = map(list, zip(*contacts, strict=True))
    return cm.link_contacts(
        customer=customers if customer is None else customer,
        opened=in_microseconds(opens) if opened is None else opened,
        resolved=in_microseconds(resolutions) if resolved is None else resolved,
        issue=issues if isinstance(issue, str) else issue,
        window=timedelta(microseconds=rule["window"]),
        after=rule["after"],
        last_instant=rule["last_instant"],
        simultaneous=rule["simultaneous"],
        observed_until=datetime(1970, 1, 1) + timedelta(microseconds=rule["until"]),
        **more,
    )


def test_customers_and_issues_of_every_type() -> None:
    contacts = random_contacts(1, 400)
    seen = 0
    for name, keys, holds_missing in key_columns([c[0] for c in contacts]):
        these = [(7 if c[0] is None and not holds_missing else c[0], *c[1:]) for c in contacts]
        try:
            expect_facts(link(these, customer=keys), these, **RULE)
        except AssertionError as error:
            raise AssertionError(f"customers as {name}") from error
        seen += 1
    for name, keys, holds_missing in key_columns([c[1] for c in contacts]):
        these = [
            (c[0], 7 if c[1] is None and not holds_missing else c[1], *c[2:]) for c in contacts
        ]
        try:
            expect_facts(link(these, issue=keys), these, **RULE)
        except AssertionError as error:
            raise AssertionError(f"issues as {name}") from error
        seen += 1
    assert seen == 2 * 28


def test_times_of_every_unit_and_zone() -> None:
    contacts = random_contacts(2, 300)
    opened = list(time_columns([c[2] for c in contacts]))
    resolved = list(time_columns([c[3] for c in contacts]))
    assert len(opened) == len(resolved) == 21
    for (name, opens), (_, resolutions) in zip(opened, resolved, strict=True):
        try:
            expect_facts(link(contacts, opened=opens, resolved=resolutions), contacts, **RULE)
        except AssertionError as error:
            raise AssertionError(f"times as {name}") from error


@pytest.mark.parametrize("after", ["resolved", "opened"])
@pytest.mark.parametrize("last_instant", [True, False])
@pytest.mark.parametrize("simultaneous", [True, False])
def test_rules_against_the_definition(after, last_instant, simultaneous) -> None:
    for seed in range(8):
        contacts = random_contacts(seed + 10, 150)
        rule = {
            "window": (1 + seed) * DAY,
            "until": (60 - seed) * DAY if seed < 2 else 60 * DAY,
            "after": after,
            "last_instant": last_instant,
            "simultaneous": simultaneous,
        }
        contacts = [c for c in contacts if c[2] <= rule["until"]]
        expect_facts(link(contacts, rule=rule), contacts, **rule)
        no_issue = [(c[0], None, *c[2:]) for c in contacts]
        expect_facts(link(no_issue, rule=rule, issue=None), no_issue, **rule)
        twice = link(contacts, rule=rule, threads=2)
        assert twice.to_arrow() == link(contacts, rule=rule).to_arrow()


def test_failures_of_another_kind() -> None:
    contacts = random_contacts(5, 200)
    failed = [i % 3 == 0 for i in range(len(contacts))]
    linked = link(contacts, failed=failed)
    assert linked.to_arrow()["failed"].to_pylist() == failed
    state = metrics.Fcr()
    state.update_many(linked)
    facts = plain_facts(contacts, **RULE)
    good = sum(f[2] and not f[3] and not x for f, x in zip(facts, failed, strict=True))
    assert state.result().exact == (good, sum(f[2] for f in facts))
    assert state.convention.startswith("no repeat or failure within 7 d of resolution")
    numbers = np.array(failed, dtype="int8")
    assert link(contacts, failed=numbers).to_arrow() == linked.to_arrow()
    with pytest.raises(cm.BadInput, match=r"row 2: failed: value \"missing\""):
        link(contacts, failed=[True, None, *failed[2:]])


# ---- the observation -----------------------------------------------------------------------------


def test_without_an_end_the_latest_instant_is_the_end() -> None:
    calls = {"who": ["a", "b"], "on": [at(1), at(3)], "off": [at(2), at(9)]}
    roles = {"customer": "who", "opened": "on", "resolved": "off"}
    linked = cm.link_contacts(calls, **roles)
    assert linked.observed_until == datetime(2025, 3, 9, tzinfo=UTC)
    assert linked.observed_from == datetime(2025, 3, 1, tzinfo=UTC)
    assert cm.fcr(calls, **roles).pending == 1
    assert "latest opening or resolution" in " ".join(cm.link_contacts.__doc__.split())
    until = datetime(2025, 3, 16, 2, tzinfo=timezone(timedelta(hours=2)))
    assert cm.fcr(calls, **roles, observed_until=until).pending == 0
    assert cm.fcr(calls, **roles, observed_until=date(2025, 3, 16)).pending == 0
    assert cm.fcr(calls, **roles, observed_until="2025-03-15 23:59:59").pending == 1
    with pytest.raises(ValueError, match="not a time"):
        cm.fcr(calls, **roles, observed_until="next week")
    with pytest.raises(cm.InvalidSetting, match="observed_until is before observed_from"):
        cm.fcr(calls, **roles, observed_from="2025-04-01", observed_until="2025-03-10")


def test_the_beginning_of_the_observation() -> None:
    calls = {"who": ["a", "a", "b"], "on": [at(1), at(9), at(10)]}
    roles = {"customer": "who", "opened": "on", "after": "opened"}
    early = cm.link_contacts(calls, **roles, observed_from="2025-01-01")
    assert early.to_arrow()["short_look_back"].to_pylist() == [False] * 3
    late = cm.link_contacts(calls, **roles)
    assert late.to_arrow()["short_look_back"].to_pylist() == [True, False, False]


def test_no_rows() -> None:
    none = {"who": np.array([], dtype="int64"), "on": np.array([], dtype="datetime64[us]")}
    linked = cm.link_contacts(none, customer="who", opened="on", after="opened")
    assert len(linked) == 0
    assert len(linked.customers()) == len(linked.chains()) == 0
    state = metrics.Fcr()
    state.update_many(linked)
    assert state.result().status == "no data"
    assert len(state.by(linked, none["who"])) == 0


# ---- what is refused -----------------------------------------------------------------------------


def test_contacts_that_cannot_be_are_named_all_at_once() -> None:
    calls = {
        "caller": ["a", "b", "c", "d", "e"],
        "Opened At": [at(3), at(9), None, at(5), at(6)],
        "Solved At": [at(2), None, at(4), at(6), at(5, 23)],
    }
    roles = {"customer": "caller", "opened": "Opened At", "resolved": "Solved At"}
    with pytest.raises(cm.BadInput) as refused:
        cm.link_contacts(calls, **roles, observed_until=at(8))
    assert str(refused.value) == (
        "4 problems\n"
        '  row 1: Solved At: value "2025-03-02": before it was opened\n'
        '  row 2: Opened At: value "2025-03-09": after the observation ended\n'
        '  row 3: Opened At: value "missing": every contact was opened at some time\n'
        '  row 5: Solved At: value "2025-03-05 23:00:00": before it was opened'
    )
    assert [p["row"] for p in refused.value.problems] == [1, 2, 3, 5]
    linked = cm.link_contacts(calls, **roles, observed_until=at(8), bad="leave out")
    assert linked.left_out == 4
    assert linked.to_arrow()["left_out"].to_pylist() == [True, True, True, False, True]
    state = metrics.Fcr()
    state.update_many(linked)
    assert state.result().excluded["bad row, left out"] == 4


def test_more_problems_than_are_kept_are_counted() -> None:
    n = 250
    with pytest.raises(cm.BadInput) as refused:
        cm.link_contacts(customer=list(range(n)), opened=[at(3)] * n, resolved=[at(2)] * n)
    assert refused.value.total == n
    assert len(refused.value.problems) == 100
    assert {p["field"] for p in refused.value.problems} == {"resolved"}


def test_times_that_are_too_far_away() -> None:
    far = np.array([0, 300_000 * 365], dtype="datetime64[D]")
    with pytest.raises(cm.BadInput, match=r"row 2: opened: .*more than 73,000 years away"):
        cm.link_contacts(customer=[1, 2], opened=far.astype("datetime64[s]"), after="opened")
    with pytest.raises(cm.BadInput, match=r"row 2: resolved: .*more than 73,000 years away"):
        cm.link_contacts(
            customer=[1, 2], opened=[at(1), at(2)], resolved=far.astype("datetime64[s]")
        )


def test_wrong_types_name_the_column() -> None:
    with pytest.raises(TypeError, match='column "start": timestamps or dates are needed, not text'):
        cm.link_contacts({**CALLS, "start": ["x"] * 8}, **ROLES)
    with pytest.raises(TypeError, match=r'column "caller": .*not decimal with 1 places'):
        cm.link_contacts({**CALLS, "caller": [Decimal("1.5")] * 8}, **ROLES)
    with pytest.raises(cm.BadInput, match=r'row 3: caller: value "1.5"'):
        cm.link_contacts({**CALLS, "caller": [1.0, 2, 1.5, 4, 5, 6, 7, 8]}, **ROLES)
    with pytest.raises(cm.BadInput, match=r'resolved: .*7 rows.*column "customer" has 8'):
        cm.link_contacts(
            customer=CALLS["caller"], opened=CALLS["start"], resolved=CALLS["solved"][:7]
        )
    with pytest.raises(KeyError, match=r"'phone'.*there are caller, start"):
        cm.fcr(CALLS, customer="phone", opened="start")
    with pytest.raises(KeyError, match="'team'"):
        cm.fcr(CALLS, **ROLES, by="team")
    with pytest.raises(TypeError, match="'caller' is a name"):
        cm.fcr(customer="caller", opened=CALLS["start"], after="opened")
    with pytest.raises(cm.InvalidSetting, match="resolved is needed"):
        cm.fcr(CALLS, customer="caller", opened="start")
    with pytest.raises(ValueError, match="window 'soon'"):
        cm.fcr(CALLS, **ROLES, window="soon")
    with pytest.raises(ValueError, match="must be one of"):
        cm.link_contacts(CALLS, **ROLES, bad="ignore")
    with pytest.raises(TypeError, match="no such setting: maturty"):
        cm.fcr(CALLS, **ROLES, maturty="naive")


def test_groups_of_linked_contacts() -> None:
    linked = cm.link_contacts(CALLS, **ROLES, observed_until=at(31))
    state = metrics.Fcr()
    one = state.by(linked, by=CALLS["agent"])
    assert one["Li"].exact == (2, 3)
    both = state.by(linked, by={"agent": CALLS["agent"], "topic": CALLS["topic"]})
    assert both.key_names == ["agent", "topic"]
    assert both["Li", "bill"].exact == (0, 1)
    assert both.total.exact == (4, 5)
    partly = state.by(linked, by=[None, *CALLS["agent"][1:]])
    assert partly.without_key.exact == (0, 1)
    assert state.result().status == "no data", "results by group leave the state alone"
    with pytest.raises(ValueError, match="has 3 rows, the table has 8"):
        state.by(linked, by=["a", "b", "c"])
    named = cm.fcr(CALLS, **ROLES, by=["agent", "topic"], observed_until=at(31))
    assert named.to_dict() == both.to_dict()
    assert named.to_arrow().column_names[:3] == ["agent", "topic", "value"]


def test_roles_as_columns() -> None:
    by_name = cm.fcr(CALLS, **ROLES, observed_until=at(31))
    columns = {role: CALLS[name] for role, name in ROLES.items()}
    assert cm.fcr(**columns, observed_until=at(31)).to_dict() == by_name.to_dict()
    mixed = {**ROLES, "issue": CALLS["topic"]}
    assert cm.fcr(CALLS, **mixed, observed_until=at(31)).to_dict() == by_name.to_dict()


# ---- states --------------------------------------------------------------------------------------

STATES = {
    "fcr": lambda: metrics.Fcr(),
    "naive": lambda: metrics.Fcr(maturity="naive", interval="Jeffreys"),
    "kaplan-meier": lambda: metrics.FcrKaplanMeier(),
    "repeat": lambda: metrics.RepeatContact(),
    "full": lambda: metrics.RepeatContact(look_back="full", interval="Wald"),
    "customers": lambda: metrics.RepeatCustomers(interval="Agresti-Coull"),
}


@pytest.mark.parametrize("name", STATES)
def test_states_merge_copy_and_travel(name: str) -> None:
    contacts = random_contacts(21, 300)
    linked = link(contacts, keep_spans=True)
    whole = STATES[name]()
    whole.update_many(linked)
    assert whole.result().n > 10

    # Data are split by customer; once linked, states merge.
    parts = []
    for part in range(3):
        mine = [c for c in contacts if (0 if c[0] is None else c[0]) % 3 == part]
        state = STATES[name]()
        start = datetime(1970, 1, 1) + timedelta(microseconds=min(c[2] for c in contacts))
        state.update_many(link(mine, keep_spans=True, observed_from=start))
        parts.append(state)
    assert parts[0] + parts[1] + parts[2] == whole
    assert parts[2] + parts[0] + parts[1] == whole

    assert pickle.loads(pickle.dumps(whole)) == whole
    assert pickle.loads(pickle.dumps(STATES[name]())) == STATES[name]()
    twin = whole.copy()
    assert twin == whole
    assert str(twin.result()) == str(whole.result())
    twin.merge(whole)
    assert twin != whole
    assert twin.result().n == 2 * whole.result().n
    empty = whole.fresh()
    assert empty.result().status == "no data"
    assert empty + whole == whole == whole + empty
    assert empty.convention == whole.convention, "the rule is kept"

    other = link(contacts, rule={**RULE, "window": DAY}, keep_spans=True)
    with pytest.raises(cm.DefinitionMismatch, match="two rules"):
        whole.update_many(other)
    with pytest.raises(cm.DefinitionMismatch, match="two rules"):
        empty.update_many(other)
    assert whole == pickle.loads(pickle.dumps(whole))
    with pytest.raises(cm.DefinitionMismatch):
        whole.merge(metrics.Nps())


def test_bytes_need_the_rule() -> None:
    linked = cm.link_contacts(CALLS, **ROLES, observed_until=at(31))
    state = metrics.Fcr()
    state.update_many(linked)
    data = state.to_bytes()
    assert metrics.Fcr.from_bytes(data, **linked.rule) == state
    about = "customer and issue"
    assert metrics.Fcr.from_bytes(data, window="7d", after="resolved", about=about) == state
    assert metrics.Fcr.from_bytes(data, window=timedelta(days=7), about=about) == state
    with pytest.raises(cm.DefinitionMismatch):
        metrics.Fcr.from_bytes(data, window="8d", about=about)
    with pytest.raises(cm.DefinitionMismatch):
        metrics.Fcr.from_bytes(data)
    with pytest.raises(ValueError, match="a rule needs its window"):
        metrics.Fcr(after="opened")
    assert linked.rule == {
        "window": timedelta(days=7),
        "after": "resolved",
        "last_instant": True,
        "simultaneous": False,
        "about": about,
        "other_failures": False,
    }


def test_what_observes_what() -> None:
    with pytest.raises(TypeError, match="linked contacts are needed"):
        metrics.Fcr().update_many([1, 2, 3])
    with pytest.raises(TypeError, match="observes columns, not facts"):
        metrics.Nps()._observe(link(random_contacts(1, 5))._linked)
    with pytest.raises(cm.InvalidSetting, match="keep_spans=True"):
        metrics.FcrKaplanMeier().update_many(link(random_contacts(1, 5)))
    linked = link(random_contacts(1, 50), keep_spans=True)
    assert linked.to_arrow().column_names[-1] == "span"
    assert "span" not in link(random_contacts(1, 50)).to_arrow().column_names


# Weeks until relapse of 21 patients under 6-MP (Freireich et al. 1963); + is censored. Estimates
# as in docs/metrics/fcr_kaplan_meier.md.
WEEKS = [
    "6",
    "6",
    "6",
    "6+",
    "7",
    "9+",
    "10",
    "10+",
    "11+",
    "13",
    "16",
    "17+",
    "19+",
    "20+",
    "22",
    "23",
    "25+",
    "32+",
    "32+",
    "34+",
    "35+",
]


def test_kaplan_meier_of_the_patients_under_6_mp() -> None:
    end = datetime(2025, 1, 1)
    who, opened, resolved = [], [], []
    for patient, text in enumerate(WEEKS):
        watched = timedelta(weeks=int(text.rstrip("+")))
        start = end - watched if text.endswith("+") else end - timedelta(weeks=40)
        who.append(patient)
        opened.append(start)
        resolved.append(start)
        if not text.endswith("+"):
            who.append(patient)
            opened.append(start + watched)
            resolved.append(None)  # the relapse itself is not watched
    estimate = lambda weeks: cm.fcr_kaplan_meier(  # noqa: E731
        customer=who, opened=opened, resolved=resolved, window=f"{7 * weeks}d", observed_until=end
    )
    survival = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}
    for weeks, expected in survival.items():
        assert estimate(weeks).value == pytest.approx(expected, abs=5e-4)
    last = estimate(35)
    assert last.n == 21
    assert last.standard_error == pytest.approx(0.1346, abs=5e-5)
    assert last.interval == (pytest.approx(0.188, abs=5e-4), pytest.approx(0.680, abs=5e-4))
    assert last.excluded["not resolved"] == 9


# ---- conformance ---------------------------------------------------------------------------------

RULE_OF = {"resolution": "resolved", "opening": "opened"}
ABOUT = {
    "customer": "customer",
    "issue": "customer and issue",
    "relation": "customer and relation",
}
CLASSES = {
    "fcr": metrics.Fcr,
    "fcr_kaplan_meier": metrics.FcrKaplanMeier,
    "repeat_contact": metrics.RepeatContact,
    "repeat_customers": metrics.RepeatCustomers,
}
ENTRIES = [e for e in vectors().values() if e["description"]["kind"] in CLASSES]


@pytest.mark.parametrize("entry", ENTRIES, ids=[e["metric"] for e in ENTRIES])
def test_conformance_vectors(entry: dict) -> None:
    what = entry["description"]
    given = what["rule"]
    settings = {
        "window": f"{given['days']}d",
        "after": RULE_OF[given["after"]],
        "last_instant": given["last_instant"],
        "simultaneous": given["simultaneous"],
        "about": ABOUT[given["about"]],
        "other_failures": given["other_failures"],
    }
    if what.get("maturity") == "naive":
        settings["maturity"] = "naive"
    if what.get("full_look_back"):
        settings["look_back"] = "full"
    if "interval" in what:
        settings["interval"] = what["interval"]
    make = CLASSES[what["kind"]]
    expect_definition(make(**settings), entry)
    assert len(entry["vectors"]) > 0
    for vector in entry["vectors"]:
        data = bytes.fromhex(vector["bytes"])
        state = make.from_bytes(data, **settings)
        assert state.to_bytes() == data
        expect_result(state.result(), vector["result"])
        assert state.result().method == entry["method"]
        assert pickle.loads(pickle.dumps(state)) == state
        assert make(**settings) + state == state
    assert len(ENTRIES) == 7


def test_inputs_of_a_vector_that_can_be_given() -> None:
    """Contacts that come out as the vector "mixed" of repeat_customers_7_days says."""
    entry = vectors()["repeat_customers_7_days"]
    vector = next(v for v in entry["vectors"] if v["case"] == "mixed")
    who, opened = [], []
    for customer, fact in enumerate(vector["inputs"]):
        for i in range(fact["contacts"]):
            who.append(customer)
            follows = 0 < i <= fact["repeats"]
            gap = timedelta(days=1 if follows else 30)
            opened.append(opened[-1] + gap if i else datetime(2025, 1, 1))
    linked = cm.link_contacts(customer=who, opened=opened, resolved=opened)
    state = metrics.RepeatCustomers()
    state.update_many(linked)
    assert state.to_bytes() == bytes.fromhex(vector["bytes"])
    expect_result(state.result(), vector["result"])
