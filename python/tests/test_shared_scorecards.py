"""Scorecards of the reference data, from every library's tables: the numbers of the C++ tests."""

from __future__ import annotations

import csv
import json
from collections import Counter
from typing import Any

import pytest
from table_kinds import KINDS, of_kind, shared

from crmetrics.scorecard import Evaluation, Scorecard

Json = dict[str, Any]
Table = dict[str, list[Any]]


def near(found: float | None, wanted: float, absolute: float = 1e-10) -> None:
    assert found == pytest.approx(wanted, rel=0, abs=absolute)


# ---- the worked scorecard: eight agents, exact fractions -----------------------------------------

WORKED = """
{ "spec": "scorecard/1", "id": "cs-agent", "grain": "month",
  "metrics": {
    "csat": { "use": "mean(rating)", "better": "higher", "min_n": 20,
              "score": { "linear": { "floor": 3, "target": 4.6 } } },
    "nps": { "use": "mean(points)", "better": "higher", "min_n": 20,
             "score": { "linear": { "floor": 0, "target": 50 } } },
    "res24": { "use": "proportion", "better": "higher", "min_n": 30, "target": ">= 95%",
               "score": { "linear": { "floor": "70%", "target": "95%" } } },
    "aht": { "use": "aht.mean", "min_n": 30,
             "score": { "linear": { "floor": "600s", "target": "400s" } },
             "correct_by": { "metric": "repeat7", "start": "8%", "full": "18%", "strength": 0.5 } },
    "repeat7": { "use": "error_rate", "min_n": 30 },
    "qa": { "use": "qa.sampled_mean", "min_n": 5,
            "score": { "linear": { "floor": 60, "target": 95 } } },
    "knowledge": { "use": "mean(test)", "better": "higher", "min_n": 1,
                   "score": { "linear": { "floor": 60, "target": 100 } } },
    "renewal": { "use": "renewal_rate", "min_n": 5,
                 "score": { "linear": { "floor": "70%", "target": "95%" } } },
    "compliance": { "use": "compliance_error_rate", "min_n": 50 } },
  "versions": [
    { "from": "2025-01-01", "to": "2025-04-01",
      "groups": {
        "satisfaction": { "weight": 40, "of": { "csat": 60, "nps": 40 } },
        "efficiency": { "weight": 30, "of": { "res24": 50, "aht": 50 } },
        "professional": { "weight": 20, "of": { "qa": 70, "knowledge": 30 } },
        "relationship": { "weight": 10, "of": { "renewal": 100 } } },
      "override": { "team:key-accounts": { "satisfaction": 30, "efficiency": 20,
                                           "professional": 20, "relationship": 30 } },
      "missing": { "policy": "redistribute", "min_coverage": 0.6 },
      "bonus": [ { "event": "suggestion", "points": 1, "cap": 3 } ],
      "veto": [ { "metric": "compliance", "above": "0.5%", "effect": { "cap": 59.9 } } ],
      "bands": [ ["S", 95], ["A", 85], ["B", 75], ["C", 60], ["D", 0] ] },
    { "from": "2025-04-01", "base": "2025-01-01",
      "set": { "groups.satisfaction.weight": 35, "groups.relationship.weight": 15,
               "groups.efficiency.of": { "res24": 60, "aht": 40 } } } ] }
"""
OF_FIGURES = ("csat", "nps", "aht", "qa", "knowledge")
OF_COUNTS = ("res24", "repeat7", "renewal", "compliance")


@pytest.fixture(scope="module")
def worked() -> Json:
    found: Json = json.loads(shared("scorecard", "worked_scorecard_1.json").read_text())
    return found


def rows_of(metric: str, agents: Json) -> Table:
    """As many rows of each agent as its n says, with its mean or its count of hits."""
    owners: list[str] = []
    values: list[Any] = []
    for name, agent in agents.items():
        seen = agent["observed"]
        if metric == "suggestion":
            given: list[Any] = [True] * seen["_bonus"]
        elif metric not in seen:
            given = []
        elif metric in OF_FIGURES:
            given = [float(seen[metric]["value"])] * seen[metric]["n"]
        else:
            hits = seen[metric]["num"]
            given = [True] * hits + [False] * (seen[metric]["den"] - hits)
        owners += [name] * len(given)
        values += given
    return {"who": owners, "x": values}


def worked_result(worked: Json, kind: str, period: str, agents: Json, ties: str = "") -> Evaluation:
    text = WORKED
    if ties:
        text = text.replace('"bonus"', f'"rank": {{ "ties": "{ties}" }}, "bonus"', 1)
    metrics = (*OF_FIGURES, *OF_COUNTS, "suggestion")
    card = Scorecard.from_text(
        text, tables={name: {"owner": "who", "values": {name: "x"}} for name in metrics}
    )
    return card.evaluate(
        {name: of_kind(kind, rows_of(name, agents)) for name in metrics},
        agents={"id": list(agents), "team": [agent["team"] for agent in agents.values()]},
        period=period,
    )


def expect_worked(report: Json, wanted: Json) -> None:
    components = {line["name"]: line for line in report["components"]}
    for leaf, v in wanted["leaf"].items():
        line = components[leaf]
        if v["status"] != "ok":
            assert line["absent"] == v["status"]
            continue
        assert line["absent"] == "assessed"
        near(line["points"], v["score_before_correction"]["dec"])
        near(line["score"], v["score"]["dec"])
        if "factor" in v:
            near(line["factor"], v["factor"]["dec"], 1e-12)
    groups = {group["name"]: group["score"] for group in report["groups"]}
    for group, v in wanted["group"].items():
        if v is None:
            assert groups[group] is None
        else:
            near(groups[group], v["dec"])
    near(report["coverage"], wanted["coverage"]["dec"], 1e-12)
    if wanted["total"] is None:
        assert (report["total"], report["band"]) == (None, None)
        return
    near(report["composite"], wanted["composite"]["dec"])
    near(report["total"], wanted["total"]["dec"])
    assert report["band"] == wanted["band"]
    for leaf, v in wanted["contribution"].items():
        near(components[leaf]["contribution"], v["dec"])
    flags = {
        "clear": [],
        "fired": ["veto compliance"],
        "not assessable": ["veto compliance not assessable: insufficient"],
    }
    (veto,) = report["vetoes"]
    assert flags[veto["state"]] == wanted["flags"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_worked_scorecard(worked: Json, kind: str) -> None:
    result = worked_result(worked, kind, "2025-03", worked["agents"])
    assert result.agents.keys() == worked["agents"].keys()
    for name, agent in result.agents.items():
        expect_worked(agent["view"]["why"]["report"], worked["expected"][name])


@pytest.mark.parametrize("ties", ["competition", "dense", "fractional"])
def test_ranks_of_the_worked_scorecard(worked: Json, ties: str) -> None:
    # Ranked among equal cards: team G, of other weights, with a card of its own.
    general = {name: a for name, a in worked["agents"].items() if a["team"] == "general"}
    result = worked_result(worked, "pyarrow", "2025-03", general, ties)
    found = {row["agent"]: row["rank"] for row in result.rows() if row["rank"] is not None}
    # Without G, whoever stands behind G is one place better.
    behind = worked["ranking"][ties]["G"]
    wanted = {
        name: rank - (rank > behind)
        for name, rank in worked["ranking"][ties].items()
        if name != "G"
    }
    assert found == wanted
    assert worked["ranking"]["unranked"] == ["H"]
    assert found.keys().isdisjoint(["H"])


def test_the_april_version_and_attainment(worked: Json) -> None:
    a = {"A": worked["agents"]["A"]}
    april = worked_result(worked, "pyarrow", "2025-05", a)
    near(april.totals()["A"], worked["variants_of_A"]["from_2025_04_01"]["dec"])
    march = worked_result(worked, "pyarrow", "2025-03", worked["agents"])
    met = assessed = 0
    for unit in march.document["units"]:
        (target,) = unit["view"]["targets"]
        met += target["met"]
        assessed += target["met"] + target["not_met"]
    wanted = worked["team_attainment"]["res24 at least 95 %"]
    assert (met, assessed) == (len(wanted["met"]), wanted["assessed"])


# ---- 51 countries, 49 indicators -----------------------------------------------------------------


class Asem:
    """The index of sustainable connectivity, as COINr publishes it."""

    def __init__(self) -> None:
        def read(name: str) -> list[dict[str, str]]:
            with shared("scorecard", f"asem_{name}.csv").open(newline="") as file:
                return list(csv.DictReader(file))

        self.meta = {row["code"]: row for row in read("meta")}
        self.expected = {row["unit"]: row for row in read("expected")}
        rows = read("indicators")
        self.leaves = [code for code, row in self.meta.items() if row["level"] == "1"]
        self.table: Table = {"unit": [row["unit"] for row in rows]}
        for code in self.leaves:
            self.table[code] = [float(row[code]) for row in rows]
        assert (len(rows), len(self.leaves), len(self.expected)) == (51, 49, 51)

    def parts(self, parent: str, weights: dict[str, float], without: str) -> Json:
        out: Json = {}
        for code, row in self.meta.items():
            if row["parent"] != parent or code == without:
                continue
            weight = weights.get(code, float(row["weight"]))
            leaf = row["level"] == "1"
            out[code] = weight if leaf else {"weight": weight, "of": self.parts(code, {}, without)}
        return out

    def line_of(self, code: str, gone: str) -> Json:
        """Min-max: a straight line from the worst to the best of the countries.

        A spec scores nobody by others; what it is given are the fixed ends, to 15 digits.
        """
        known = zip(self.table["unit"], self.table[code], strict=True)
        column = [x for unit, x in known if unit != gone]
        ends = [min(column), max(column)]
        if self.meta[code]["direction"] != "1":
            ends.reverse()
        floor, target = (float(f"{x:.15g}") for x in ends)
        return {"linear": {"floor": round(floor, 15), "target": round(target, 15)}}

    def card(
        self, weights: dict[str, float] | None = None, without: str = "", gone: str = ""
    ) -> Scorecard:
        groups = self.parts("Index", weights or {}, without)

        def leaves(parts: Json) -> list[str]:
            return [
                leaf
                for name, part in parts.items()
                for leaf in (leaves(part["of"]) if isinstance(part, dict) else [name])
            ]

        used = leaves(groups)
        spec = {
            "spec": "scorecard/1",
            "id": "asem",
            "metrics": {
                code: {
                    "use": f"mean({code})",
                    "better": "higher" if self.meta[code]["direction"] == "1" else "lower",
                    "score": self.line_of(code, gone),
                }
                for code in used
            },
            "versions": [{"from": "2018-01-01", "groups": groups}],
        }
        return Scorecard.from_text(
            json.dumps(spec),
            tables={"indicators": {"owner": "unit", "values": {code: code for code in used}}},
        )

    def score(self, card: Scorecard, kind: str = "pyarrow", without: str = "") -> Evaluation:
        keep = [unit != without for unit in self.table["unit"]]
        table = {
            name: [x for x, kept in zip(column, keep, strict=True) if kept]
            for name, column in self.table.items()
        }
        return card.evaluate(indicators=of_kind(kind, table), period="2018")


def reports(result: Evaluation) -> dict[str, Json]:
    return {name: agent["view"]["why"]["report"] for name, agent in result.agents.items()}


def ranks(result: Evaluation) -> dict[str, int]:
    return {row["agent"]: row["rank"] for row in result.rows()}


def mean_shift(a: dict[str, int], b: dict[str, int]) -> float:
    return sum(abs(rank - b[unit]) for unit, rank in a.items()) / len(a)


def correlation(a: dict[str, float], b: dict[str, float]) -> float:
    import numpy as np

    return float(np.corrcoef([a[unit] for unit in a], [b[unit] for unit in a])[0, 1])


@pytest.fixture(scope="module")
def asem() -> Asem:
    return Asem()


@pytest.fixture(scope="module")
def by_min_max(asem: Asem) -> Evaluation:
    return asem.score(asem.card())


@pytest.mark.parametrize("kind", KINDS)
def test_every_total_pillar_and_rank_of_51_countries(asem: Asem, kind: str) -> None:
    result = asem.score(asem.card(), kind)
    found = reports(result)
    assert found.keys() == asem.expected.keys()
    place = ranks(result)
    for unit, wanted in asem.expected.items():
        report = found[unit]
        total = float(wanted["Index"])
        near(report["total"], total, 1e-11)
        assert place[unit] == int(wanted["rank_minmax"])
        groups = {group["name"]: group["score"] for group in report["groups"]}
        for code, row in asem.meta.items():
            if row["level"] in ("2", "3"):
                near(groups[code], float(wanted[code]))
        assert report["coverage"] == 1


def test_published_top_six_and_weights(by_min_max: Evaluation) -> None:
    published = {"CHE": 68.38, "NLD": 64.82, "DNK": 64.80, "NOR": 64.47, "BEL": 63.54, "SWE": 63.00}
    place = ranks(by_min_max)
    assert {unit for unit, rank in place.items() if rank <= 6} == published.keys()
    for unit, total in published.items():
        near(by_min_max.totals()[unit], total, 0.005 + 1e-9)
    assert (place["AUS"], place["RUS"]) == (35, 51)
    weights = {c["name"]: c["weight"] for c in reports(by_min_max)["CHE"]["components"]}
    near(weights["Goods"], 0.02, 1e-15)
    near(weights["Renew"], 0.03333333, 5.1e-9)
    near(sum(weights.values()), 1, 1e-14)


@pytest.mark.parametrize(
    ("pillar", "shift"),
    [
        ("Physical", 1.529412),
        ("ConEcFin", 2.627451),
        ("Political", 2.901961),
        ("Instit", 1.176471),
        ("P2P", 1.686275),
        ("Environ", 3.098039),
        ("Social", 3.960784),
        ("SusEcFin", 2.627451),
    ],
)
def test_ranks_without_one_pillar(
    asem: Asem, by_min_max: Evaluation, pillar: str, shift: float
) -> None:
    without = ranks(asem.score(asem.card(without=pillar)))
    near(mean_shift(ranks(by_min_max), without), shift, 5.1e-7)


def test_correlations_of_the_sub_indices(asem: Asem, by_min_max: Evaluation) -> None:
    found = reports(by_min_max)

    def group(name: str) -> dict[str, float]:
        return {
            unit: next(g["score"] for g in report["groups"] if g["name"] == name)
            for unit, report in found.items()
        }

    conn, sust = group("Conn"), group("Sust")
    totals = {unit: report["total"] for unit, report in found.items()}
    near(correlation(conn, totals), 0.9397805, 5.1e-8)
    near(correlation(sust, totals), 0.8382873, 5.1e-8)
    for weights, of_conn, of_sust, absolute in (
        ((0.3902439, 0.6097561), 0.8971336, 0.8925119, 5.1e-8),
        ((0.38531660465476, 0.61468339534524), 0.8948347524554615, 0.8948347524554615, 1e-12),
    ):
        card = asem.card(weights=dict(zip(("Conn", "Sust"), weights, strict=True)))
        searched = asem.score(card).totals()
        assert None not in searched.values()
        near(correlation(conn, searched), of_conn, absolute)  # type: ignore[arg-type]
        near(correlation(sust, searched), of_sust, absolute)  # type: ignore[arg-type]


def test_who_leaves_swaps_others(asem: Asem, by_min_max: Evaluation) -> None:
    before = by_min_max.totals()
    flipped: Counter[str] = Counter()
    swapped_by_mlt = False
    for gone in before:
        after = asem.score(asem.card(gone=gone), without=gone).totals()
        units = list(after)
        for i, a in enumerate(units):
            for b in units[i + 1 :]:
                flips = (before[a] < before[b]) != (after[a] < after[b])  # type: ignore[operator]
                flipped[gone] += flips
                if gone == "MLT" and {a, b} == {"NLD", "DNK"}:
                    swapped_by_mlt = flips
    assert sum(count != 0 for count in flipped.values()) == 20
    assert max(flipped.values()) == flipped["LUX"] == flipped["KOR"] == 8
    assert swapped_by_mlt
