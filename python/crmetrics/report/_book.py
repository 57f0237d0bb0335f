"""The document as the templates walk through it: who has which page, and what belongs to whom.

Nothing is computed: these classes look things up.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from markupsafe import Markup

from ._marks import POINTS, Scale, Waterfall
from ._numbers import printed_hundredths

Json = Mapping[str, Any]

SCHEMA = "crmetrics/evaluation/1"


class Curve(NamedTuple):
    """A straight line of points, as the spec writes it."""

    floor: str
    target: str


def printed_of(report: Json) -> dict[str, int]:
    """The shown hundredths of each component's contribution: with the adjustments they add up."""
    names = sorted(c["name"] for c in report["components"])
    by_name = {c["name"]: c["contribution"] for c in report["components"]}
    lines = [by_name[n] for n in names] + [a["points"] for a in report["adjustments"]]
    total = report["total"] if report["total"] is not None else sum(lines)
    return dict(zip(names, printed_hundredths(lines, total), strict=False))


def quantity(text: str, unit: str) -> float | None:
    """A quantity of a spec file as a place on an axis: `"85%"`, `"300s"`, `"+50"` NPS points.

    For drawing only; what is shown is the text of the spec. None where it is not understood.
    """
    seconds = {"s": 1, "m": 60, "h": 3600, "d": 86400}
    match = re.fullmatch(r"([+-]?[0-9.]+)(%|[smhd])?", str(text))
    if match is None:
        return None
    number = float(match[1])
    if match[2] == "%":
        return number / 100
    if match[2]:
        return number * seconds[match[2]]
    return number / 100 if unit == "net fraction" else number


def isolated(name: str) -> Markup:
    """A name whose direction of writing does not reach the words around it."""
    return Markup("<bdi>{}</bdi>").format(name)


def printed_sum(lines: Sequence[float]) -> list[int]:
    """The shown hundredths of terms, so that they add up to their shown sum."""
    return printed_hundredths(lines, sum(lines))


class Agent:
    """One agent's page."""

    def __init__(self, unit: Unit, data: Json, anchor: str) -> None:
        self.unit, self.anchor = unit, anchor
        self.id: str = str(data["id"])
        self.name: str = data["name"] or self.id
        self.view: Json = data["view"]
        self.why: Json = self.view["why"]
        self.perspectives: Sequence[Json] = data["perspectives"]["perspectives"]
        self.trend = None if data["trend"] is None else data["trend"]["periods"]
        self.plan = None if data["plan"] is None else data["plan"]["plans"]
        self.targets: Sequence[Json] = data.get("targets") or ()
        points = [p["points"] for p in self.why["parts"]]
        total = self.why["report"]["total"]
        self.hundredths = printed_hundredths(points, sum(points) if total is None else total)
        self.waterfall = Waterfall(points)

    def absence_of(self, part: Json) -> str | None:
        """Why a part of the total says nothing; none where it is a number."""
        if part["adjustment"]:
            return None
        for c in self.why["report"]["components"]:
            if c["name"] == part["name"] and c["absent"] != "assessed" and not c["filled"]:
                return str(c["absent"])
        return None

    def target_state(self, component: str | None) -> str | None:
        """What became of the target of a component or of the total; none where nobody says."""
        for t in self.targets:
            if t["component"] == component:
                return str(t["state"])
        return None

    @property
    def printed(self) -> dict[str, int]:
        """The shown hundredths by component, the same as in the waterfall."""
        return {
            p["name"]: h
            for p, h in zip(self.why["parts"], self.hundredths, strict=True)
            if not p["adjustment"]
        }


class Unit:
    """A team (and post) whose cards have one definition, and its agents."""

    def __init__(self, book: Book, data: Json, place: int) -> None:
        self.anchor = f"u{place}"
        self.name: str = data["name"]
        self.post: str | None = data["post"]
        self.rules: str = data["rules"]
        self.bands = book.bands
        self.view: Json = data["view"]
        self.perspectives: Sequence[Json] = data["perspectives"]["perspectives"]
        self.trend = None if data["trend"] is None else data["trend"]["periods"]
        self.runs: Sequence[Sequence[Any]] = self.view["not_separable"]
        self._places = {str(p["who"]): p for p in self.view["ranking"]}
        by_id = {str(a["id"]): a for a in data["agents"]}
        # In the order of the ranking: what is printed can be found.
        self.agents = [
            Agent(self, by_id[who], f"a{place}-{i}") for i, who in enumerate(self._places, 1)
        ]
        self._by_id = {a.id: a for a in self.agents}
        self._targets = {t["component"]: t for t in reversed(self.view["targets"])}
        self.without_data = [
            isolated(a["name"] or a["id"])
            for a in book.doc["without_data"]
            if a["team"] == self.name
        ]
        self.charts: Mapping[str, Any] = {}

    @property
    def totals(self) -> list[Json]:
        """Places that have a total, best first."""
        return [p for p in self.view["ranking"] if p["report"]["total"] is not None]

    @property
    def ranked(self) -> int:
        """How many have a rank."""
        return sum(p["rank"] is not None for p in self.view["ranking"])

    @property
    def best(self) -> float:
        """The highest total."""
        return float(self.totals[0]["report"]["total"])

    @property
    def worst(self) -> float:
        """The lowest total."""
        return float(self.totals[-1]["report"]["total"])

    @property
    def scale(self) -> Scale:
        """Of the bars of totals: tens of points around all of them."""
        known = [p["report"]["total"] for p in self.totals]
        for place in self.totals:
            if place["report"]["uncertainty"] is not None:
                known += place["report"]["uncertainty"]["interval"].values()
        if not known:
            return POINTS
        low, high = 10 * math.floor(min(known) / 10), 10 * math.ceil(max(known) / 10)
        return Scale(low, max(high, low + 10))

    @property
    def agents_with_gaps(self) -> list[Agent]:
        """Those who were not assessed in everything."""
        return [a for a in self.agents if a.why["gaps"]]

    def agent_of(self, who: object) -> Agent:
        """Somebody of the ranking."""
        return self._by_id[str(who)]

    def place_of(self, who: object) -> Json:
        """The line of somebody in the ranking."""
        place: Json = self._places[str(who)]
        return place

    def names_of(self, run: Sequence[object]) -> list[Markup]:
        """Names for a sentence, whatever direction they are written in."""
        return [isolated(self._by_id[str(who)].name) for who in run]

    def target_of(self, component: str | None) -> Json | None:
        """The target that is followed for a component, or for the total."""
        return self._targets.get(component)

    def unit_of(self, component: str | None) -> str:
        """The unit of a component; that of the total is points."""
        for c in self.view["team"]["components"]:
            if c["name"] == component:
                return str(c["raw"]["unit"])
        return "points"

    @staticmethod
    def gaps_of(report: Json) -> list[Json]:
        """Components of a report without a score that somebody's card has."""
        return [
            c for c in report["components"] if c["absent"] not in ("assessed", "not applicable")
        ]


class Book:
    """The whole document."""

    def __init__(self, doc: Json) -> None:
        self.doc = doc
        self._definitions = {
            d["metric"]: f"d{i}" for i, d in reversed(list(enumerate(doc["definitions"], 1)))
        }
        self._metrics: Json = doc["spec"].get("metrics", {})
        self.timezone: str = doc["spec"].get("timezone", "UTC")
        self.bands = self._bands()
        self.bounds = [bound for _, bound in self.bands]
        self.units = [Unit(self, u, i) for i, u in enumerate(doc["units"], 1)]
        self.alone: Agent | None = None
        # Fields that were added to the schema later.
        self.tells_time = all("without_time" in q for q in doc["quality"])
        self.tells_card = all("not_on_card" in c for q in doc["quality"] for c in q["columns"])

    def choose(self, agent: str) -> None:
        """Makes it the report of one agent."""
        for unit in self.units:
            for a in unit.agents:
                if a.id == agent:
                    self.alone = a
                    return
        raise ValueError(f"agent: {agent!r}: nobody in the evaluation has this id")

    def definition_of(self, metric: str) -> str | None:
        """The anchor of a definition."""
        return self._definitions.get(metric)

    @property
    def spec_text(self) -> str:
        """The spec, to be read."""
        text = json.dumps(self.doc["spec"], indent=2, ensure_ascii=False)
        # Short lists and objects on one line, as people write them.
        return re.sub(r"[\[{][^\[\]{}]{0,150}[\]}]", lambda m: re.sub(r"\s*\n\s*", " ", m[0]), text)

    def _changed_by_versions(self, path: str) -> bool:
        """Whether a version of the spec changes what stands at a path of its base."""
        return any(
            key.startswith(path)
            for v in self.doc["spec"].get("versions", ())
            for key in v.get("set", {})
        )

    def _score_of(self, metric: str) -> Json | None:
        score = self._metrics.get(metric, {}).get("score")
        if score is None or self._changed_by_versions(f"metrics.{metric}.score"):
            return None
        found: Json = score
        return found

    def curve_of(self, metric: str) -> Curve | None:
        """Floor and target of a straight line; none for other curves, and where versions differ."""
        linear = (self._score_of(metric) or {}).get("linear")
        return None if linear is None else Curve(str(linear["floor"]), str(linear["target"]))

    def curve_text(self, metric: str) -> str:
        """Any curve, as the spec has it."""
        score = self._score_of(metric)
        return "" if score is None else json.dumps(score, ensure_ascii=False).strip("{}")

    def better_of(self, definition: Json) -> tuple[str, str]:
        """Which way is better: as the metric says, or the spec where the metric is of no kind."""
        said = self._metrics.get(definition["metric"], {}).get("better")
        if definition["direction"] == "neutral" and said is not None:
            return "betters", str(said)
        return "directions", str(definition["direction"])

    def lower_is_better(self, metric: str, raw: Json) -> bool:
        """Whether the bar of a metric is turned round."""
        if raw["direction"] == "neutral":
            return bool(self._metrics.get(metric, {}).get("better") == "lower")
        return bool(raw["direction"] == "lower is better")

    def min_n_of(self, metric: str) -> str:
        """What the spec asks for."""
        if self._changed_by_versions(f"metrics.{metric}.min_n"):
            return ""
        return str(self._metrics.get(metric, {}).get("min_n") or "")

    def mark_of(self, metric: str, unit: str, goal: Json | None) -> float | None:
        """Where the line of the target is drawn in the bar of a metric."""
        if goal is not None:
            return float(goal["threshold"])
        curve = self.curve_of(metric)
        return None if curve is None else quantity(curve.target, unit)

    def _bands(self) -> list[tuple[str, float]]:
        """The grades in force with their lower bounds; none where changes hide them."""
        versions = self.doc["spec"].get("versions", ())
        by_from = {v.get("from"): v for v in versions}
        version = by_from.get(self.doc["version"]["from"])
        while version is not None and "base" in version:
            if any(key.startswith("bands") for key in version.get("set", {})):
                return []
            version = by_from.get(version["base"])
        return [(str(name), float(bound)) for name, bound in (version or {}).get("bands", ())]


def walk_charts(book: Book, draw: Callable[[Unit], Mapping[str, Any]]) -> None:
    """Draws the charts of each team that is shown."""
    if book.alone is None:
        for unit in book.units:
            unit.charts = draw(unit)
