"""tests/conformance/vectors.json through Python: the same bytes, and results to 1e-12."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import test_contacts
import test_ledger
import test_purchases

import crmetrics as cm
from crmetrics import _core, metrics
from crmetrics.metrics import Metric

FILE = Path(__file__).resolve().parents[2] / "tests" / "conformance" / "vectors.json"
VECTORS: list[dict[str, Any]] = json.loads(FILE.read_text())["metrics"]

Description = dict[str, Any]
MISSING = {"as_passive": "passive", "as_failure": "failure", "reject": "reject"}
SCORES = {
    "top_box": "top box",
    "mean": "mean",
    "min_max": "min-max",
    "mean_over_max": "mean over max",
    "good_of_rated": "good of rated",
    "net_satisfied": "net satisfied",
}


def common(d: Description, *, interval: bool = True) -> dict[str, Any]:
    """Settings that many metrics have."""
    names = ("interval", "invalid", "weights") if interval else ("invalid", "weights")
    found = {name: d[name] for name in names if name in d}
    if "missing" in d:
        found["missing"] = MISSING[d["missing"]]
    return found


def csat(d: Description) -> Metric:
    share = d["score"] in ("top_box", "good_of_rated")
    assert (d.get("good", 4), d.get("bad", 2)) == (4, 2)
    return metrics.Csat(
        scale=d["scale"], score=SCORES[d["score"]], top=d.get("k"), **common(d, interval=share)
    )


def quantile(of: type[Metric]) -> Callable[[Description], Metric]:
    return lambda d: of(p=float(d["p"]), type=d["type"])


#: States by the kind of a vector's description.
OFFERED: dict[str, Callable[[Description], Metric]] = {
    "nps": lambda d: metrics.Nps(scale=d["scale"], **common(d)),
    "csat": csat,
    "ordinal": lambda d: metrics.MeanRating(scale=d["scale"], weights=d.get("weights")),
    "proportion": lambda d: metrics.Proportion(**common(d)),
    "error_rate": lambda d: metrics.ErrorRate(**common(d)),
    "renewal_rate": lambda d: metrics.RenewalRate(**common(d)),
    "occurrences": lambda d: metrics.Occurrences(),
    "share_within": lambda d: metrics.ShareWithin(
        limit=float(d["limit"]), **common(d, interval=False)
    ),
    "handle_time": lambda d: metrics.HandleTime(**common(d)),
    "duration": lambda d: metrics.Duration(**common(d)),
    "integer_mean": lambda d: metrics.Mean(values="whole", **common(d)),
    "mean": lambda d: metrics.Mean(**common(d)),
    "weighted_mean": lambda d: metrics.Mean(**common(d)),
    "given": lambda d: metrics.Given(),
    "rate": lambda d: metrics.Rate(per=d["per"], exposure=d["exposure"], interval=d["interval"]),
    "ratio": lambda d: metrics.Ratio(),
    "quantile": quantile(metrics.Quantile),
    "duration_quantile": quantile(metrics.DurationQuantile),
    "exact_quantile": quantile(metrics.ExactQuantile),
    "exact_duration_quantile": quantile(metrics.ExactDurationQuantile),
}

#: Kinds that observe facts: contacts, ledgers and purchases have tests of their own.
ELSEWHERE = {
    "subscription_share": test_ledger,
    "subscription_ratio": test_ledger,
    "churn_by_day": test_ledger,
    "revenue_movements": test_ledger,
    "clv": test_purchases,
    "historical_clv": test_purchases,
    "fcr": test_contacts,
    "fcr_kaplan_meier": test_contacts,
    "repeat_contact": test_contacts,
    "repeat_customers": test_contacts,
}

_ROWS = "a combinator of C++: Python takes columns, groups and periods as arguments"
#: What has no state of its own in Python, and why. Another test sees when one comes.
NOT_OFFERED = {
    "on": _ROWS,
    "where": _ROWS,
    "by": _ROWS,
    "over": _ROWS,
    "together": _ROWS,
    "scorecard": "scorecards are made of specs, which have vectors of their own",
}

#: Kinds whose state depends on the order of merges, by rounding.
ROUNDED = {"mean", "weighted_mean", "given"}

HERE = [entry for entry in VECTORS if entry["description"]["kind"] in OFFERED]
every_metric = pytest.mark.parametrize("entry", HERE, ids=lambda entry: entry["metric"])


def test_every_kind_is_offered_or_has_a_reason() -> None:
    kinds = {entry["description"]["kind"] for entry in VECTORS}
    assert kinds == OFFERED.keys() | ELSEWHERE.keys() | NOT_OFFERED.keys()
    assert len(kinds) == len(OFFERED) + len(ELSEWHERE) + len(NOT_OFFERED)
    assert len(HERE) >= 70
    for kind, tests in ELSEWHERE.items():
        wanted = [entry for entry in VECTORS if entry["description"]["kind"] == kind]
        assert wanted == [entry for entry in tests.ENTRIES if entry["description"]["kind"] == kind]


def test_the_list_of_what_is_not_offered_is_up_to_date() -> None:
    states = set(_core.metric_names()) | {
        getattr(metrics, name)._metric for name in metrics.__all__
    }
    for entry in VECTORS:
        kind, of = entry["description"]["kind"], entry["description"].get("metric", "")
        if kind in NOT_OFFERED:
            names = {kind, of.replace(" ", "_") if isinstance(of, str) else kind} - {""}
            assert not names & states, f"{names & states} has a state now: run its vectors"


def test_every_metric_of_the_package_has_vectors() -> None:
    run = {OFFERED[entry["description"]["kind"]](entry["description"])._metric for entry in HERE}
    run |= {
        getattr(metrics, name)._metric
        for name in metrics.__all__
        if not issubclass(getattr(metrics, name), metrics.ColumnMetric)
    }
    # Its parts are those of a proportion; C++ tests its own bytes.
    assert set(_core.metric_names()) - run == {"fcr_counted", "clv"}


# ---- inputs as columns ---------------------------------------------------------------------------


def number(x: Any) -> Any:
    """Reals are written as text, so that no JSON reader rounds them."""
    return float(x) if isinstance(x, str) else x


def rows_of(kind: str, x: Any) -> list[tuple[tuple[Any, ...], Any]]:
    """An input as rows of values, each with its weight or None."""
    weight = None
    if isinstance(x, dict) and "weight" in x:
        x, weight = x["value"], number(x["weight"])
    if not isinstance(x, dict):
        columns = {"rate": 2, "ratio": 2, "given": 2}.get(kind, 1)
        return [((number(x),) * columns, weight)]
    if "trials" in x:  # counted elsewhere: so many yes, so many no
        if x["successes"] > x["trials"]:
            return [((2,), weight)]
        no = x["trials"] - x["successes"]
        return [((True,), x["successes"]), ((False,), no)]
    if "exposure" in x:
        return [((x["events"], x["exposure"]), weight)]
    if "denominator" in x:
        return [((x["numerator"], x["denominator"]), weight)]
    error = number(x["standard_error"]) if "standard_error" in x else None
    return [((number(x["figure"]), x["n"], error), weight)]


def observe(state: Metric, kind: str, inputs: list[Any]) -> None:
    """All inputs as columns, in one call."""
    rows = [row for x in inputs for row in rows_of(kind, x)]
    if ((2,), None) in rows:  # neither yes nor no: counted where there are no weights
        observe_rows(state, [row for row in rows if row[1] is None])
        rows = [row for row in rows if row[1] is not None]
    observe_rows(state, rows)


def observe_rows(state: Metric, rows: list[tuple[tuple[Any, ...], Any]]) -> None:
    if not rows:
        return
    width = max(len(values) for values, _ in rows)
    columns = [[(*values, None)[i] for values, _ in rows] for i in range(width)]
    weights = None
    if any(weight is not None for _, weight in rows):
        weights = [1 if weight is None else weight for _, weight in rows]
    if any(isinstance(x, bool) for x in columns[0]):
        columns[0] = [int(x) if isinstance(x, bool) else x for x in columns[0]]
    state.update_many(*columns, weights=weights)


def made(entry: dict[str, Any]) -> Metric:
    return OFFERED[entry["description"]["kind"]](entry["description"])


# ---- comparing -----------------------------------------------------------------------------------


def near(expected: Any, actual: float | None, what: str) -> None:
    if expected is None:
        assert actual is None, what
        return
    assert actual is not None, what
    assert math.isclose(actual, float(expected), rel_tol=1e-12, abs_tol=0), what


def expect_result(expected: dict[str, Any], actual: cm.Estimate) -> None:
    assert actual.status == expected["status"]
    counts = (actual.n, actual.missing, actual.invalid, actual.pending)
    assert counts == (
        expected["n"],
        expected["missing"],
        expected["invalid"],
        expected.get("pending", 0),
    )
    assert sum(actual.excluded.values()) == expected.get("excluded", 0)
    near(expected["value"], actual.value, "value")
    near(expected["standard_error"], actual.standard_error, "standard error")
    near(expected.get("effective_n", actual.n), actual.effective_n, "effective n")
    if "method" in expected:
        assert actual.method == expected["method"]
    low, high = expected["interval"] or (None, None)
    assert (actual.interval is None) == (expected["interval"] is None)
    near(low, actual.interval and actual.interval[0], "low")
    near(high, actual.interval and actual.interval[1], "high")
    wanted = tuple(expected["exact"]) if "exact" in expected else None
    assert actual.exact == wanted


# ---- the vectors ---------------------------------------------------------------------------------


@every_metric
def test_definition(entry: dict[str, Any]) -> None:
    state = made(entry)
    assert state.name == entry["name"]
    assert state.convention == entry["convention"]
    assert state.definition == entry["definition"]
    result = state.result()
    for name in ("unit", "direction", "method"):
        if name in entry:
            assert getattr(result, name) == entry[name]


@every_metric
def test_inputs_give_bytes_and_results(entry: dict[str, Any]) -> None:
    kind = entry["description"]["kind"]
    for vector in entry["vectors"]:
        state = made(entry)
        observe(state, kind, vector["inputs"])
        assert state.to_bytes().hex() == vector["bytes"], vector["case"]
        expect_result(vector["result"], state.result())

        one_by_one = made(entry)
        for x in vector["inputs"]:
            observe(one_by_one, kind, [x])
        if kind not in ROUNDED:
            assert one_by_one.to_bytes().hex() == vector["bytes"], vector["case"]
        assert one_by_one.result().n == state.result().n


@every_metric
def test_bytes_give_states_and_results(entry: dict[str, Any]) -> None:
    kind = entry["description"]["kind"]
    for vector in entry["vectors"]:
        data = bytes.fromhex(vector["bytes"])
        state = made(entry)
        read = type(state).from_bytes(data, **state._settings)
        assert read.to_bytes() == data
        expect_result(vector["result"], read.result())
        observe(state, kind, vector["inputs"])
        assert read == state
        half = len(vector["inputs"]) // 2
        left, right = made(entry), made(entry)
        observe(left, kind, vector["inputs"][:half])
        observe(right, kind, vector["inputs"][half:])
        if kind not in ROUNDED:
            assert (left + right).to_bytes() == data


@every_metric
def test_what_is_refused_leaves_the_state(entry: dict[str, Any]) -> None:
    kind = entry["description"]["kind"]
    for x in entry.get("refuses", []):
        for vector in entry["vectors"]:
            state = type(made(entry)).from_bytes(
                bytes.fromhex(vector["bytes"]), **made(entry)._settings
            )
            with pytest.raises((cm.BadInput, cm.CountOverflow)):
                observe(state, kind, [x])
            assert state.to_bytes().hex() == vector["bytes"]
