"""Numbers that C++ tests check on the reference data, from every library's columns."""

from __future__ import annotations

import csv
import gzip
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import crmetrics as cm

Get = Callable[[str], Any]
Table = dict[str, list[Any]]


def as_lists(table: Table) -> Get:
    return table.__getitem__


def as_numpy(table: Table) -> Get:
    def get(name: str) -> Any:
        column = table[name]
        if any(isinstance(x, str) for x in column):
            return np.array(column, dtype=object)
        if any(x is None for x in column) and not all(
            isinstance(x, (bool, type(None))) for x in column
        ):
            return np.array([math.nan if x is None else x for x in column])
        return np.array(column)

    return get


def as_pandas(table: Table) -> Get:
    frame = pd.DataFrame(
        {name: pd.Series(column).convert_dtypes() for name, column in table.items()}
    )
    return frame.__getitem__


def as_polars(table: Table) -> Get:
    return pl.DataFrame(table).__getitem__


def as_pyarrow(table: Table) -> Get:
    whole = pa.table(table)
    return pa.Table.from_batches(whole.to_batches(max_chunksize=777)).column


def as_duckdb(table: Table) -> Get:
    rows = pa.table({"row": range(len(next(iter(table.values())))), **table})
    connection = duckdb.connect()
    connection.register("rows", rows)
    return lambda name: connection.sql(f'select "{name}" from rows order by row')


every_library = pytest.mark.parametrize(
    "library",
    [as_lists, as_numpy, as_pandas, as_polars, as_pyarrow, as_duckdb],
    ids=lambda made: made.__name__[3:],
)


def rows_of(path: Path) -> list[dict[str, str]]:
    text = gzip.decompress(path.read_bytes()).decode() if path.suffix == ".gz" else path.read_text()
    return list(csv.DictReader(text.splitlines()))


def whole(cell: str) -> int | None:
    return int(cell) if cell else None


def near(a: float | None, b: float, absolute: float = 1e-12) -> None:
    assert a is not None
    assert math.isclose(a, b, rel_tol=0, abs_tol=absolute), (a, b)


def ends(result: Any, low: float, high: float, absolute: float = 1e-12) -> None:
    assert result.interval is not None
    near(result.interval[0], low, absolute)
    near(result.interval[1], high, absolute)


def share(result: cm.Estimate, wanted: dict[str, Any]) -> None:
    assert result.exact == (wanted["x"], wanted["n"])
    near(result.value, wanted["value"])
    ends(result, *wanted["wilson95"])


# ---- the retail survey ---------------------------------------------------------------------------


def expect_nps(adjusted: cm.Estimate, wald: cm.Estimate, wanted: dict[str, Any]) -> None:
    assert adjusted.n == wanted["n"]
    near(adjusted.value, wanted["nps"])
    near(adjusted.standard_error, wanted["se"])
    assert wald.standard_error is not None
    near(wald.standard_error**2 * wald.n, wanted["var"])
    ends(wald, *wanted["wald95"])
    ends(adjusted, *wanted["adj_wald95"])


@every_library
def test_retail_survey(library: Callable[[Table], Get], shared_data: Path) -> None:
    folder = shared_data / "service"
    wanted = json.loads((folder / "nps_retail_survey_expected.json").read_text())
    rows = rows_of(folder / "nps_retail_survey.csv.gz")
    assert len(rows) == wanted["rows"]
    get = library(
        {
            "nps": [whole(row["nps"]) for row in rows],
            "satisfaction": [whole(row["satisfaction"]) for row in rows],
            "wave": [row["wave"] or None for row in rows],
        }
    )
    ten = {"scale": "1-10"}
    adjusted = cm.nps(get("nps"), **ten)
    expect_nps(adjusted, cm.nps(get("nps"), **ten, interval="Wald"), wanted["nps"])
    assert adjusted.missing == wanted["missing"]["nps"]
    waves = cm.nps(get("nps"), by=get("wave"), **ten)
    walds = cm.nps(get("nps"), by=get("wave"), **ten, interval="Wald")
    answered = {wave for wave, result in waves.items() if result.n != 0}
    assert answered == wanted["by_wave"].keys()
    for wave, v in wanted["by_wave"].items():
        expect_nps(waves[wave], walds[wave], v)
    assert waves.total.to_dict() == adjusted.to_dict()

    csat = wanted["csat"]
    top2 = cm.csat(get("satisfaction"), **ten, top=2)
    share(top2, csat["top2_box"])
    share(cm.csat(get("satisfaction"), **ten, top=3), csat["top3_box"])
    assert top2.missing == wanted["missing"]["satisfaction"]
    near(cm.csat(get("satisfaction"), **ten, score="mean").value, csat["mean"])
    near(cm.mean_rating(get("satisfaction"), **ten).value, csat["mean"])
    for score, name in (("min-max", "minmax_0_100"), ("mean over max", "mean_over_max_100")):
        value = cm.csat(get("satisfaction"), **ten, score=score).value
        near(value and 100 * value, csat[name], 1e-10)


# ---- the call centre -----------------------------------------------------------------------------


def calls_of(folder: Path) -> Table:
    rows = rows_of(folder / "call_centre_5000.csv.gz")
    answered = [row["answered"] == "Y" for row in rows]
    resolved = [row["resolved"] == "Y" for row in rows]

    def of_answered(column: list[Any]) -> list[Any]:
        return [x if a else None for x, a in zip(column, answered, strict=True)]

    return {
        "agent": [row["agent"] for row in rows],
        "month": [row["started_at"][:7] for row in rows],
        "answered": answered,
        "abandoned": [not a for a in answered],
        "resolved": resolved,
        "resolved_of_answered": of_answered(resolved),
        "speed": of_answered([whole(row["speed_of_answer_s"]) for row in rows]),
        "talk": of_answered([whole(row["talk_s"]) for row in rows]),
        "rating": [whole(row["rating_1_5"]) for row in rows],
    }


#: What is read from which column: name of the figure, call.
Figures = dict[str, Callable[..., Any]]


def figures(get: Get) -> Figures:
    """Calls that take only `by`."""

    def of(call: Callable[..., Any], column: str, **settings: Any) -> Callable[..., Any]:
        return lambda **by: call(get(column), **settings, **by)

    out = {
        "answered": of(cm.proportion, "answered"),
        "abandoned": of(cm.proportion, "abandoned"),
        "resolved_of_answered": of(cm.proportion, "resolved_of_answered"),
        "resolved_of_all": of(cm.proportion, "resolved"),
        "top2_box": of(cm.csat, "rating"),
        "top1_box": of(cm.csat, "rating", top=1),
        "mean": of(cm.csat, "rating", score="mean"),
        "minmax_pct": of(cm.csat, "rating", score="min-max"),
        "mean_over_max_pct": of(cm.csat, "rating", score="mean over max"),
        "good_minus_bad_pct": of(cm.csat, "rating", score="net satisfied"),
        "asa_s": of(cm.duration, "speed"),
        "talk_s": of(cm.handle_time, "talk"),
    }
    for limit in (20, 30, 60, 80):
        within = {"limit": f"{limit}s"}
        out[f"le_{limit}s of_answered"] = of(cm.share_within, "speed", **within)
        out[f"le_{limit}s of_offered"] = of(cm.share_within, "speed", **within, missing="failure")
    for column, name in (("speed", "asa_s"), ("talk", "talk_s")):
        for p in (50, 90, 95):
            out[f"{name} p{p}"] = of(cm.exact_duration_quantile, column, p=p / 100)
    return out


def expect_calls(result: Callable[[str], cm.Estimate], v: dict[str, Any]) -> None:
    for name in ("answered", "abandoned", "resolved_of_answered", "resolved_of_all"):
        share(result(name), v[name])
    csat = v["csat"]
    share(result("top2_box"), csat["top2_box"])
    share(result("top1_box"), csat["top1_box"])
    near(result("mean").value, csat["mean"])
    for name in ("minmax_pct", "mean_over_max_pct", "good_minus_bad_pct"):
        value = result(name).value
        near(value and 100 * value, csat[name], 1e-10)
    for name in ("asa_s", "talk_s"):
        near(result(name).value, v[name]["mean"], 1e-10)
        for p in (50, 90, 95):
            if f"p{p}" in v[name]:
                near(result(f"{name} p{p}").value, v[name][f"p{p}"], 1e-10)
    for limit, level in v["service_level"].items():
        of_answered, of_offered = (result(f"{limit} {of}") for of in ("of_answered", "of_offered"))
        near(of_answered.value, level["of_answered"])
        near(of_offered.value, level["of_offered"])
        assert of_answered.missing == of_offered.n - of_answered.n


@every_library
def test_call_centre(library: Callable[[Table], Get], shared_data: Path) -> None:
    folder = shared_data / "service"
    wanted = json.loads((folder / "call_centre_5000_expected.json").read_text())
    table = calls_of(folder)
    assert len(table["agent"]) == wanted["overall"]["calls"]
    get = library(table)
    calls = figures(get)
    overall = {name: call() for name, call in calls.items()}
    expect_calls(overall.__getitem__, wanted["overall"])
    published = wanted["published_by_source_readme"]
    near(100 * overall["mean_over_max_pct"].value, published["csat_pct"], 0.005)
    near(overall["asa_s"].value, published["asa_s"], 0.005)
    for key in ("agent", "month"):
        groups = {name: call(by=get(key)) for name, call in calls.items()}
        assert set(groups["answered"]) == wanted[f"by_{key}"].keys()
        for group, v in wanted[f"by_{key}"].items():
            expect_calls({name: result[group] for name, result in groups.items()}.__getitem__, v)
        for name, result in groups.items():  # team = merged states
            assert result.total.to_dict() == overall[name].to_dict()


# ---- reference tables ----------------------------------------------------------------------------


def test_intervals_of_shares(shared_data: Path) -> None:
    rows = rows_of(shared_data / "service" / "proportion_ci_reference.csv")
    assert len(rows) == 75
    for row in rows:
        x, n, level = int(row["x"]), int(row["n"]), float(row["conf"])
        counts = np.array([x, n - x])
        for interval, name, absolute in (
            ("Wilson", "wilson", 1e-12),
            ("Wilson with continuity correction", "wilson_cc", 1e-12),
            ("Clopper-Pearson", "cp", 1e-10),
            ("Jeffreys", "jeffreys", 1e-10),
            ("Wald", "wald", 1e-12),
            ("Agresti-Coull", "agresti_coull", 1e-12),
        ):
            result = cm.proportion([True, False], weights=counts, interval=interval, level=level)
            assert result.exact == (x, n)
            low, high = float(row[f"{name}_lo"]), float(row[f"{name}_hi"])
            ends(result, max(low, 0.0), min(high, 1.0), absolute)


def test_intervals_of_nps(shared_data: Path) -> None:
    rows = rows_of(shared_data / "service" / "nps_one_sample_reference.csv")
    assert len(rows) == 45
    methods = {"wald": "Wald", "adjusted.wald": "adjusted Wald", "iterative": "iterative score"}
    for row in rows:
        counts = [int(row[name]) for name in ("detractors", "passives", "promoters")]
        result = cm.nps(
            [0, 8, 10],
            weights=counts,
            interval=methods[row["method"]],
            level=float(row["conf"]),
        )
        near(result.value, float(row["nps"]))
        near(result.standard_error, float(row["se"]))
        low, high = max(float(row["lower"]), -1.0), min(float(row["upper"]), 1.0)
        ends(result, low, high, 1e-6 if row["method"] == "iterative" else 1e-12)


def test_differences_of_nps(shared_data: Path) -> None:
    rows = rows_of(shared_data / "service" / "nps_two_sample_reference.csv")
    assert len(rows) == 8
    for row in rows:
        if row["method"] != "adjusted.wald":
            continue
        a, b = (
            cm.nps([0, 8, 10], weights=[int(row[f"{name}{i}"]) for name in "dnp"]) for i in (1, 2)
        )
        difference = cm.compare(a, b, level=float(row["conf"]))
        value = float(row["nps1"]) - float(row["nps2"])
        near(difference.value, value)
        low, high = float(row["lower_abs"]), float(row["upper_abs"])
        ends(difference, *((low, high) if value >= 0 else (-high, -low)))
        near(difference.p_value, float(row["p_value"]))


def test_differences_of_shares(shared_data: Path) -> None:
    rows = rows_of(shared_data / "service" / "two_proportion_reference.csv")
    assert len(rows) == 6
    for row in rows:
        a, b = (
            cm.proportion(
                [True, False],
                weights=[int(row[f"x{i}"]), int(row[f"n{i}"]) - int(row[f"x{i}"])],
            )
            for i in (1, 2)
        )
        difference = cm.compare(a, b)
        near(difference.value, float(row["diff"]))
        ends(difference, float(row["newcombe_lo"]), float(row["newcombe_hi"]))
        if row["p_z"] not in ("", "NA", "NaN"):
            assert difference.p_value == pytest.approx(float(row["p_z"]), rel=1e-12, abs=0)


@every_library
def test_quantiles_of_all_nine_types(library: Callable[[Table], Get], shared_data: Path) -> None:
    rows = rows_of(shared_data / "service" / "quantile_reference.csv")
    assert len(rows) == 90
    for row in rows:
        get = library({"x": [float(x) for x in row["data"].split("|")]})
        wanted = float(row["value"])
        result = cm.exact_quantile(get("x"), p=float(row["p"]), type=int(row["type"]))
        near(result.value, wanted, 1e-12 * max(1.0, abs(wanted)))
