"""Scorecards from spec files, against an oracle in pandas and on every kind of table."""

from __future__ import annotations

import json
import math
import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import crmetrics as cm
from crmetrics import _core
from crmetrics._files import write_whole
from crmetrics.payout import payout
from crmetrics.scorecard import BadSpec, Evaluation, Scorecard, check

FILES = Path(__file__).resolve().parents[2] / "examples" / "score_csv"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("desk")
    _core.write_workload(str(folder), 20250101)
    return folder


@pytest.fixture(scope="module")
def card() -> Scorecard:
    return Scorecard.from_json(FILES / "card.json")


@pytest.fixture(scope="module")
def tables(data: Path, card: Scorecard) -> dict[str, pa.Table]:
    read = (*card.tables, "agents")
    return {
        name: duckdb.sql(f"from read_csv('{data}/{name}.csv')").to_arrow_table() for name in read
    }


@pytest.fixture(scope="module")
def result(card: Scorecard, tables: dict[str, pa.Table]) -> Evaluation:
    observed = {name: table for name, table in tables.items() if name != "agents"}
    return card.evaluate(observed, period="2025-Q1", agents=tables["agents"])


def linear(value: float, floor: float, target: float) -> float:
    return 100 * min(max((value - floor) / (target - floor), 0), 1)


def oracle(data: Path, agent: int, weights: dict[str, float]) -> float:
    """The total of one agent by hand, from the files."""
    read = {
        name: pd.read_csv(data / f"{name}.csv")
        for name in ("surveys", "contacts", "reviews", "renewals", "checks")
    }
    times = {
        "surveys": "answered",
        "contacts": "opened",
        "reviews": "reviewed",
        "renewals": "due",
        "checks": "checked",
    }
    own = {}
    for name, frame in read.items():
        at = pd.to_datetime(frame[times[name]])
        inside = (at >= datetime(2025, 1, 1)) & (at < datetime(2025, 4, 1))
        own[name] = frame[inside & (frame["agent"] == agent)]
    csat = own["surveys"]["csat"].dropna()
    nps = own["surveys"]["nps"].dropna()
    took = pd.to_datetime(own["contacts"]["resolved"]) - pd.to_datetime(own["contacts"]["opened"])
    took = took.dropna()
    calls = read["contacts"].dropna(subset=["customer"]).copy()
    calls["opened"] = pd.to_datetime(calls["opened"])
    calls = calls.sort_values(["customer", "issue", "opened"], kind="stable")
    gap = calls.groupby(["customer", "issue"], dropna=False)["opened"].diff()
    calls["repeat"] = (gap > pd.Timedelta(0)) & (gap <= pd.Timedelta(days=7))
    mine = calls[(calls["agent"] == agent) & (calls["opened"] < datetime(2025, 4, 1))]
    repeats = mine["repeat"].mean()
    factor = 1 - 0.5 * min(max((repeats - 0.08) / 0.10, 0), 1)
    points = {
        "csat": linear((csat >= 4).mean(), 0.5, 0.85),
        "nps": linear((nps >= 9).mean() - (nps <= 6).mean(), -0.2, 0.5),
        "res24": linear((took <= pd.Timedelta(hours=24)).mean(), 0.6, 0.9),
        "aht": linear(own["contacts"]["handle_s"].mean(), 900, 300) * factor,
        "quality": linear(own["reviews"]["points"].mean(), 60, 95),
        "renewal": linear(
            own["renewals"]["renewed"].map({"yes": 1, "no": 0, True: 1, False: 0}).dropna().mean(),
            0.6,
            0.95,
        ),
    }
    return sum(weights[name] * points[name] for name in weights)


def test_a_total_is_what_pandas_gives(data: Path, result: Evaluation) -> None:
    weights = {"csat": 0.18, "nps": 0.12, "res24": 0.1, "aht": 0.1, "quality": 0.2, "renewal": 0.3}
    total = result.totals()["2"]
    assert total == pytest.approx(oracle(data, 2, weights), abs=1e-9)


def test_every_kind_of_table_gives_the_same_document(
    card: Scorecard, tables: dict[str, pa.Table], result: Evaluation
) -> None:
    kinds: dict[str, Callable[[pa.Table], Any]] = {
        "pandas": lambda t: t.to_pandas(),
        "pandas with Arrow types": lambda t: t.to_pandas(types_mapper=pd.ArrowDtype),
        "Polars": pl.DataFrame,
        "DuckDB": duckdb.from_arrow,
        "chunks": lambda t: pa.concat_tables([t.slice(0, 17), t.slice(17)]),
        "dict of lists": lambda t: t.to_pydict(),
    }
    for kind, convert in kinds.items():
        made = {name: convert(table) for name, table in tables.items()}
        agents = made.pop("agents")
        again = card.evaluate(made, period="2025-Q1", agents=agents)
        assert again.to_json() == result.to_json(), kind


def test_threads_change_nothing(
    card: Scorecard, tables: dict[str, pa.Table], result: Evaluation
) -> None:
    observed = {name: table for name, table in tables.items() if name != "agents"}
    again = card.evaluate(observed, period="2025-Q1", agents=tables["agents"], threads=4)
    assert again.to_json() == result.to_json()


def test_contributions_add_up_to_the_total(result: Evaluation) -> None:
    seen = 0
    for agent in result.agents.values():
        why = agent["view"]["why"]
        total = why["report"]["total"]
        if total is None:
            continue
        added = 0.0
        for part in why["parts"]:
            added += part["points"]
        assert added == total
        seen += 1
    assert seen > 10


def test_the_result_is_a_table(result: Evaluation) -> None:
    frame = pl.DataFrame(result)
    assert frame.height == len(result.agents)
    assert dict(zip(frame["agent"], frame["total"], strict=True)) == result.totals()
    assert duckdb.sql("select count(*) from result").fetchall() == [(frame.height,)]
    assert frame.columns == list(result.rows()[0])


def test_a_table_has_its_types_also_where_nothing_is_there(result: Evaluation) -> None:
    card = Scorecard.from_text(SPEC, tables=ROLES)
    whole = card.evaluate(surveys={"agent": ["Ann", "Bo"], "rating": [5, 2]}, period="2025")
    nothing = card.evaluate(surveys={"agent": [], "rating": []}, period="2025")
    schemas = [pl.DataFrame(found).schema for found in (result, whole, nothing)]
    assert schemas[0] == schemas[1] == schemas[2]
    assert whole.totals() == {"Ann": 100, "Bo": 0}


def test_relevance_of_components(result: Evaluation) -> None:
    outcome = {agent: float(7 * number % 13) for number, agent in enumerate(sorted(result.agents))}
    found = result.relevance(outcome, name="renewals", min_agents=3)
    assert [u["team"] for u in found] == [u["name"] for u in result.document["units"]]
    compared = 0
    for unit, review in zip(result.document["units"], found, strict=True):
        assert review["schema"] == "crmetrics/relevance/1"
        assert review["outcome"] == "renewals"
        assert review["rules"] == unit["rules"]
        for number, line in enumerate(review["components"]):
            lines = {
                a["id"]: a["view"]["why"]["report"]["components"][number] for a in unit["agents"]
            }
            assessed = {who: c for who, c in lines.items() if c["absent"] == "assessed"}
            assert line["assessed"] == line["by_rank"]["n"] == len(assessed)
            if line["by_rank"]["r"] is None:
                continue
            values = pd.DataFrame(
                {
                    "value": [c["raw"]["value"] for c in assessed.values()],
                    "outcome": [outcome[who] for who in assessed],
                }
            )
            together = values.rank().corr().loc["value", "outcome"]
            assert line["by_rank"]["r"] == pytest.approx(together, abs=1e-12)
            compared += 1
    assert compared >= 5


def test_outcomes_of_nobody_and_no_numbers_are_refused(result: Evaluation) -> None:
    someone = min(result.agents)
    with pytest.raises(cm.BadInput) as refused:
        result.relevance({someone: math.nan, "nobody": 1, "nobody else": 2}, name="renewals")
    assert [(p["field"], p["value"]) for p in refused.value.problems] == [
        (f"renewals of {someone}", "nan"),
        ("renewals", "nobody"),
        ("renewals", "nobody else"),
    ]
    with pytest.raises(cm.InvalidSetting, match="overlap_above"):
        result.relevance({}, overlap_above=2)


def test_evidence_is_shown_by_agent(result: Evaluation) -> None:
    found = result.evidence()
    assert list(found) == list(result.agents)
    for agent, shares in found.items():
        report = result.agents[agent]["view"]["why"]["report"]
        for kind, weight in (("declared", "weight"), ("used", "weight_used")):
            for evidence in ("measured", "rated"):
                expected = math.fsum(
                    c[weight]
                    for c in report["components"]
                    if c["evidence"] == evidence
                    and (kind == "declared" or c["absent"] == "assessed")
                )
                assert shares[kind][evidence] == pytest.approx(expected, abs=1e-12)
            of = shares[kind]
            assert of["measured"] + of["rated"] + of["filled"] == pytest.approx(1, abs=1e-9)
            assert of["outcome"] + of["process"] + of["unmarked"] == pytest.approx(
                of["measured"] + of["rated"], abs=1e-9
            )


def test_pairs_of_a_team_differ_or_not(result: Evaluation) -> None:
    pairs = result.differences()
    rows = {row["agent"]: row for row in result.rows()}
    assert len({(p.a, p.b) for p in pairs}) == len(pairs) > 0
    p_values: dict[str, list[tuple[float, float]]] = {}
    for pair in pairs:
        a, b = rows[pair.a], rows[pair.b]
        assert pair.team == a["team"] == b["team"]
        assert pair.difference.value == pytest.approx(a["total"] - b["total"], abs=1e-12)
        if pair.difference.p_value is None:
            assert pair.adjusted_p is None
            continue
        error = math.hypot(a["standard_error"], b["standard_error"])
        z = abs(a["total"] - b["total"]) / error
        assert pair.difference.p_value == pytest.approx(math.erfc(z / math.sqrt(2)), rel=1e-9)
        assert pair.adjusted_p is not None
        p_values.setdefault(pair.team, []).append((pair.difference.p_value, pair.adjusted_p))
    assert p_values
    for of_team in p_values.values():  # Holm by hand
        highest = 0.0
        for i, (p, adjusted) in enumerate(sorted(of_team)):
            highest = max(highest, min(1.0, p * (len(of_team) - i)))
            assert adjusted == pytest.approx(highest, rel=1e-9)
    assert "points" in repr(pairs[0]) or "%" in repr(pairs[0].difference)


def test_totals_are_paid(result: Evaluation) -> None:
    paid = payout([(60, 50_000), (100, 150_000)]).of_all(result)
    assert paid.keys() == result.totals().keys()
    for agent, total in result.totals().items():
        line = paid[agent]
        if total is None:
            assert line is None
        elif total < 60:
            assert line is not None
            assert line.amount == 0
        else:
            assert line is not None
            assert line.amount is not None
            assert abs(line.amount - (50_000 + (total - 60) * 2500)) <= 0.5 + 1e-6


def test_earlier_periods_and_plans(card: Scorecard, tables: dict[str, pa.Table]) -> None:
    observed = {name: table for name, table in tables.items() if name != "agents"}
    result = card.evaluate(
        observed,
        period="2025-03",
        agents=tables["agents"],
        earlier_periods=1,
        plan_below=60,
    )
    agent = result.agents["2"]
    assert len(agent["trend"]["periods"]) == 2
    assert agent["plan"] is not None


SPEC = """
{ "spec": "scorecard/1", "id": "desk",
  "metrics": { "csat": { "use": "csat",
                         "score": { "linear": { "floor": "50%", "target": "90%" } } } },
  "versions": [ { "from": "2025-01-01",
                  "groups": { "all": { "weight": 1, "of": { "csat": 1 } } } } ] }
"""
ROLES = {"surveys": {"owner": "agent", "values": {"csat": "rating"}}}


def test_bad_specs_say_everything_at_once() -> None:
    bad = SPEC.replace('"csat"', '"csta"').replace("50%", "90%")
    with pytest.raises(BadSpec) as caught:
        Scorecard.from_text(bad, tables=ROLES)
    codes = {d["code"] for d in caught.value.diagnostics}
    assert {"E02", "E05"} <= codes
    assert all(d["path"] or d["line"] for d in caught.value.diagnostics)
    assert isinstance(caught.value, cm.BadInput)


def test_bad_rows_are_named_by_table_column_and_row() -> None:
    card = Scorecard.from_text(SPEC, tables=ROLES)
    surveys = {"agent": ["Ann", "Bo", "Bo"], "rating": [5, 9, 0]}
    with pytest.raises(cm.BadInput) as caught:
        card.evaluate(surveys=surveys, period="2025")
    rows = [(p["field"], p["row"]) for p in caught.value.problems]
    assert [row for _, row in rows] == [2, 3]
    assert all("surveys" in field and "rating" in field for field, _ in rows)


def test_wrong_use_is_told() -> None:
    card = Scorecard.from_text(SPEC, tables=ROLES)
    with pytest.raises(KeyError, match="surveys: no column 'rating'"):
        card.evaluate(surveys={"agent": ["Ann"]}, period="2025")
    with pytest.raises(KeyError, match="no roles for the tables calls"):
        card.evaluate(calls={"agent": ["Ann"]}, period="2025")
    with pytest.raises(ValueError, match="not a period"):
        card.evaluate(surveys={"agent": ["Ann"], "rating": [5]}, period="last month")
    with pytest.raises(TypeError, match='"rating"'):
        card.evaluate(surveys={"agent": ["Ann"], "rating": ["good"]}, period="2025")


TIMED = """
{ "spec": "scorecard/1", "id": "desk",
  "metrics": { "solved": { "use": "resolved_in(24h)",
                           "score": { "linear": { "floor": "50%", "target": "90%" } } } },
  "versions": [ { "from": "2025-01-01",
                  "groups": { "all": { "weight": 1, "of": { "solved": 1 } } } } ] }
"""


def test_units_of_time_are_only_for_metrics_of_time() -> None:
    roles = {"surveys": {"owner": "agent", "values": {"csat": {"column": "rating", "unit": "min"}}}}
    card = Scorecard.from_text(SPEC, tables=roles)
    with pytest.raises(ValueError, match=r"(?s)rating.*time"):
        card.evaluate(surveys={"agent": ["Ann"], "rating": [5]}, period="2025")


def test_what_begins_after_the_end_of_the_log_is_refused() -> None:
    roles = {
        "tickets": {
            "owner": "agent",
            "time": "opened",
            "spans": {"solved": ["opened", "closed"]},
        }
    }
    card = Scorecard.from_text(TIMED, tables=roles)
    tickets = {
        "agent": ["Ann", "Ann", "Bo"],
        "opened": [datetime(2025, 1, 2), datetime(2025, 1, 3), datetime(2025, 3, 1)],
        "closed": [datetime(2025, 1, 2, 5), None, None],
    }
    good = card.evaluate(tickets=tickets, period="2025", observed_until=datetime(2025, 3, 2))
    assert good.totals()["Ann"] == 0.0
    with pytest.raises(cm.BadInput) as caught:
        card.evaluate(tickets=tickets, period="2025", observed_until=datetime(2025, 2, 1))
    assert [p["row"] for p in caught.value.problems] == [3]
    assert "closed" in caught.value.problems[0]["field"]


@pytest.mark.parametrize("within", ["0.0000001s", "200000000d"])
def test_windows_are_exact_microseconds(within: str) -> None:
    roles = {
        "contacts": {
            "owner": "agent",
            "time": "opened",
            "contacts": {
                "metrics": ["csat"],
                "within": within,
                "customer": "customer",
                "opened": "opened",
            },
        }
    }
    with pytest.raises(BadSpec) as caught:
        Scorecard.from_text(SPEC, tables=roles)
    assert "E26" in {d["code"] for d in caught.value.diagnostics}


def test_owners_may_be_numbers_texts_and_missing() -> None:
    card = Scorecard.from_text(SPEC, tables=ROLES)
    by_number = card.evaluate(surveys={"agent": [7, None, 7], "rating": [5, 5, 2]}, period="2025")
    assert by_number.totals() == {"7": 0.0}
    assert by_number.document["quality"][0]["without_owner"] == 1
    by_text = card.evaluate(surveys={"agent": ["7", None, "7"], "rating": [5, 5, 2]}, period="2025")
    assert by_text.to_json() == by_number.to_json()


def test_a_spec_goes_to_text_and_back() -> None:
    card = Scorecard.from_json(FILES / "card.json")
    again = Scorecard.from_text(card.to_text())
    assert again.to_text() == card.to_text()
    assert [v["from"] for v in card.versions] == ["2025-01-01", "2025-04-01"]
    paths = {change["path"] for change in card.diff(0, 1)}
    assert paths >= {"groups.satisfaction.weight", "groups.relationship.weight"}


def test_check_gives_warnings_too() -> None:
    codes = [d["code"] for d in check(FILES / "card.json")]
    assert codes == ["W07"]


# ---- files that are whole or not there -----------------------------------------------------------


def _write_for_ever(path: str) -> None:
    data = b"x" * 4_000_000
    while True:
        write_whole(path, data)


def test_a_killed_run_leaves_no_half_written_file(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    context = multiprocessing.get_context("spawn")
    for pause in (0.02, 0.05, 0.09):
        process = context.Process(target=_write_for_ever, args=(str(path),))
        process.start()
        while not path.exists():
            time.sleep(0.01)
        time.sleep(pause)
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        assert path.stat().st_size == 4_000_000


def test_a_failed_write_leaves_the_file_before(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    write_whole(path, b"before")
    with pytest.raises(TypeError):
        write_whole(path, "no bytes")  # type: ignore[arg-type]
    assert path.read_text() == "before"
    assert [p.name for p in tmp_path.iterdir()] == ["out.json"]


def test_what_is_no_file_is_written_to(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_whole(pipe, b"all of it")
    assert os.read(reader, 100) == b"all of it"
    os.close(reader)
    assert pipe.is_fifo()
    link = tmp_path / "latest"
    link.symlink_to(tmp_path / "out.json")
    for data in (b"first", b"second"):
        write_whole(link, data)
        assert (tmp_path / "out.json").read_bytes() == data
    assert link.is_symlink()


def test_the_document_is_written_as_it_is(result: Evaluation, tmp_path: Path) -> None:
    result.to_json(tmp_path / "out.json")
    assert json.loads((tmp_path / "out.json").read_text()) == result.document
