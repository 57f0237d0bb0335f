"""Makes evaluation documents for the tests of the report, seeded and by the schema.

A test helper: agents with true rates, observations drawn from them, points on straight lines, so
that the documents have the shape and the sums of real ones. Not a second implementation: intervals
are normal ones and rank sets overlap tests.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Sequence
from typing import Any

Json = dict[str, Any]

QUARTERS = (
    ("2024-Q2", 1711929600000000, 1719792000000000),
    ("2024-Q3", 1719792000000000, 1727740800000000),
    ("2024-Q4", 1727740800000000, 1735689600000000),
    ("2025-Q1", 1735689600000000, 1743465600000000),
)
BANDS = (("S", 90), ("A", 80), ("B", 70), ("C", 60), ("D", 0))
HOSTILE_NAMES = (
    "<script>alert('x')</script>",
    "\"quoted\" & 'single' </td></table>",
    "A very long name that goes on and on without any mercy for the width of a table " * 3,
    "\u202eright to left\u202c \u05d3\u05e0\u05d4 \u0641\u0627\u0637\u0645\u0629",
    "Zo\u00eb \U0001f600\U0001f469\u200d\U0001f4bb",
    "{{ 7 * 7 }} {% raw %} ${x} %s {0}",
    "\u5f20\u4f1f\uff08\u5ba2\u670d\uff09",
    "javascript:alert(1)//--><!--",
    "unbreakable" * 20,
)


class Metric:
    """A metric of the card: where its points run, what it weighs, and how it is drawn."""

    def __init__(
        self, name: str, use: str, title: str, unit: str, convention: str, method: str,
        floor: float, target: float, weight: float, group: str, perspective: str,
        mean: float, spread: float, n: int, min_n: int = 0,
    ) -> None:  # fmt: skip
        self.id, self.use, self.title, self.unit = name, use, title, unit
        self.convention, self.method = convention, method
        self.floor, self.target, self.weight = floor, target, weight
        self.group, self.perspective = group, perspective
        self.mean, self.spread, self.n, self.min_n = mean, spread, n, min_n

    @property
    def direction(self) -> str:
        return "higher is better" if self.target > self.floor else "lower is better"


METRICS = (
    Metric("csat", "csat", "CSAT", "fraction", "share of 4-5, scale 1-5", "Wilson",
           0.5, 0.85, 0.24, "satisfaction", "customer", 0.76, 0.07, 80, 30),
    Metric("nps", "nps", "NPS", "net fraction",
           "scale 0-10, promoters 9-10, passives 7-8, detractors 0-6", "adjusted Wald",
           -0.2, 0.5, 0.16, "satisfaction", "customer", 0.25, 0.15, 70, 30),
    Metric("res24", "resolved_in(24h)", "resolved in 24 h", "fraction",
           "resolved within 24 h of opening / opened", "Wilson",
           0.6, 0.9, 0.15, "efficiency", "process", 0.8, 0.06, 180, 30),
    Metric("aht", "aht.mean", "handle time", "seconds", "mean of handled segments", "Student t",
           900, 300, 0.15, "efficiency", "process", 520, 90, 150, 30),
    Metric("quality", "qa.sampled_mean", "quality", "points", "mean of sampled checks, 0-100",
           "Student t", 60, 95, 0.2, "professional", "learning", 82, 5, 12, 5),
    Metric("renewal", "renewal_rate", "renewal rate", "fraction", "renewed / due in the period",
           "Wilson", 0.6, 0.95, 0.1, "relationship", "finance", 0.84, 0.06, 22, 5),
)  # fmt: skip
GROUPS = (
    ("satisfaction", "customer", 40),
    ("efficiency", "process", 30),
    ("professional", "learning", 20),
    ("relationship", "finance", 10),
)
REPEAT = Metric("repeat7", "repeat_contact(7d)", "repeat contacts", "fraction",
                "followed by another contact of the customer within 7 days / mature contacts",
                "Wilson", 0.18, 0.08, 0, "", "", 0.11, 0.03, 140, 30)  # fmt: skip
COMPLIANCE = Metric(
    "compliance",
    "compliance_error_rate",
    "compliance error rate",
    "fraction",
    "errors / checked",
    "Wilson",
    1,
    0,
    0,
    "",
    "",
    0.002,
    0.001,
    300,
    50,
)


def estimate(m: Metric, value: float | None, n: int, spread: float, exact: Json | None) -> Json:
    """Every member of an estimate, with a normal interval."""
    se = None if value is None or n < 2 else spread / math.sqrt(n)
    interval = None
    if value is not None and se is not None:
        low, high = value - 1.959963984540054 * se, value + 1.959963984540054 * se
        if m.unit == "fraction":
            low, high = max(0.0, low), min(1.0, high)
        if m.unit == "net fraction":
            low, high = max(-1.0, low), min(1.0, high)
        interval = {"low": low, "high": high}
    return {
        "name": m.title, "convention": m.convention, "unit": m.unit, "direction": m.direction,
        "status": "no data" if value is None else "ok", "value": value, "standard_error": se,
        "interval": interval, "method": m.method, "level": 0.95, "n": n,
        "effective_n": float(n), "exact": exact, "missing": 0, "invalid": 0, "pending": 0,
        "excluded": [],
    }  # fmt: skip


def drawn(rng: random.Random, m: Metric, n: int, shift: float = 0.0) -> Json:
    """An estimate of n observations of somebody whose truth is `shift` spreads from the mean."""
    good = 1 if m.target > m.floor else -1
    truth = m.mean + good * m.spread * shift
    if n == 0:
        return estimate(m, None, 0, 0, None)
    if m.unit in ("fraction", "net fraction"):
        up = min(1.0, max(0.0, truth if m.unit == "fraction" else 0.5 + truth / 2))
        hits = sum(rng.random() < up for _ in range(n))
        if m.unit == "fraction":
            p = hits / n
            return estimate(m, p, n, math.sqrt(max(p * (1 - p), 0.25 / n)),
                            {"numerator": hits, "denominator": n})  # fmt: skip
        net = 2 * hits - n
        v = net / n
        return estimate(m, v, n, math.sqrt(max(1 - v * v, 0.25 / n)),
                        {"numerator": net, "denominator": n})  # fmt: skip
    noise = m.spread * 3
    return estimate(m, truth + rng.gauss(0, noise / math.sqrt(n)), n, noise, None)


def clamp(x: float, low: float = 0.0, high: float = 1.0) -> float:
    return min(high, max(low, x))


def normal_cdf(x: float) -> float:
    return 0.5 * math.erfc(-x / math.sqrt(2))


def band_of(total: float) -> str:
    return next(name for name, bound in BANDS if round(total, 9) >= bound)


def report(
    rng: random.Random, shift: float, scale: float = 1.0, *,
    breach: bool = False, bonus: bool = False, odd: str = "", rules: str = "8aa90fece68b8d5d",
) -> Json:  # fmt: skip
    """A score report. `odd` takes one component out in one of the ways in which that happens."""
    lines: list[Json] = []
    repeat = drawn(rng, REPEAT, max(1, int(REPEAT.n * scale)), shift)
    factor = 1 - 0.5 * clamp((repeat["value"] - 0.08) / 0.1)
    for m in METRICS:
        n = max(1, int(m.n * scale * rng.uniform(0.6, 1.4)))
        absent = "assessed"
        if odd == "insufficient" and m.id == "renewal":
            n, absent = 3, "insufficient"
        if odd == "missing" and m.id == "nps":
            n, absent = 0, "missing"
        if odd == "not applicable" and m.id == "renewal":
            n, absent = 0, "not applicable"
        if odd == "suppressed" and m.id == "quality":
            n, absent = 2, "suppressed"
        if odd == "filled" and m.id == "quality":
            n, absent = 3, "insufficient"
        if odd == "nothing":
            n, absent = 0, "missing"
        raw = drawn(rng, m, n, shift + rng.gauss(0, 0.6))
        if absent == "suppressed":
            raw.update(value=None, standard_error=None, interval=None, status="undefined")
        if n:
            raw["missing"] = rng.randrange(0, 9)
            if m.id == "csat":
                raw["excluded"] = [{"cause": "product fault", "count": rng.randrange(1, 5)}]
        points = slope = 0.0
        if raw["value"] is not None and absent == "assessed":
            slope = 100 / (m.target - m.floor)
            inside = (raw["value"] - m.floor) * slope
            points = clamp(inside, 0, 100)
            slope = slope if 0 < inside < 100 else 0.0
        filled = odd == "filled" and m.id == "quality"
        corrected = m.id == "aht"
        lines.append({
            "name": m.id, "group": m.group, "perspective": m.perspective,
            "evidence": "rated" if m.id == "quality" else "measured", "looks_at": "unmarked",
            "better": "higher is better" if m.target > m.floor else "lower is better",
            "absent": absent, "raw": raw, "min_n": m.min_n, "before_shrinkage": None,
            "error_before_shrinkage": None, "shrinkage_slope": 1.0,
            "points": points, "corrected_by": "repeat7" if corrected else None,
            "corrector_absent": False, "factor": factor if corrected else 1,
            "score": 50.0 if filled else points * (factor if corrected else 1), "filled": filled,
            "slope": slope, "weight": m.weight, "weight_used": 0.0, "sensitivity": 0.0,
            "contribution": 0.0, "marginal": 0.0, "corrector_marginal": 0.0, "reference": None,
            "not_assessed_inside": 0, "coverage_inside": 1,
        })  # fmt: skip
    applicable = [c for c in lines if c["absent"] != "not applicable"]
    whole = math.fsum(c["weight"] for c in applicable)
    for c in lines:
        c["weight"] = c["weight"] / whole if c in applicable else 0.0
    counting = [c for c in applicable if c["absent"] == "assessed" or c["filled"]]
    used = math.fsum(c["weight"] for c in counting)
    variance = 0.0
    for c in counting:
        c["weight_used"] = c["sensitivity"] = c["weight"] / used
        c["contribution"] = c["score"] * c["weight_used"]
        c["marginal"] = c["weight_used"] * c["slope"] * c["factor"]
        if c["corrected_by"] and 0.08 < repeat["value"] < 0.18:
            c["corrector_marginal"] = -c["weight_used"] * c["points"] * 5
        variance += (c["marginal"] * (c["raw"]["standard_error"] or 0)) ** 2
    not_assessed = math.fsum(c["weight"] for c in applicable if c["absent"] != "assessed")
    coverage = 1 - not_assessed
    composite: float | None = None
    total: float | None = None
    adjustments: list[Json] = []
    if coverage >= 0.6:
        composite = 0.0
        for c in sorted(lines, key=lambda c: c["name"]):
            composite += c["contribution"]
        total = composite
        if bonus:
            adjustments.append({"name": "praise", "points": 1.5})
            total += 1.5
    errors = rng.randrange(4, 7) if breach else 0
    raw = estimate(COMPLIANCE, errors / 300, 300, 0.05, {"numerator": errors, "denominator": 300})
    veto = {
        "name": "compliance", "state": "fired" if breach else "clear", "absent": "assessed",
        "raw": raw, "min_n": 50, "highest_total": 59.9,
    }  # fmt: skip
    if total is not None and breach and total > 59.9:
        cut = 59.9 - total
        adjustments.append({"name": "compliance", "points": cut})
        total += cut
    uncertainty: Json | None = None
    if total is not None:
        se = max(0.5, math.sqrt(variance))
        at_least = [normal_cdf((total - bound) / se) if bound else 1.0 for _, bound in BANDS]
        probabilities = [at_least[0], *(b - a for a, b in itertools.pairwise(at_least))]
        uncertainty = {
            "method": "delta method", "level": 0.95, "standard_error": se,
            "interval": {"low": max(0.0, total - 1.959963984540054 * se),
                         "high": min(100.0, total + 1.959963984540054 * se)},
            "bands": [{"band": b, "probability": p}
                      for (b, _), p in zip(BANDS, probabilities, strict=True)],
            "without_error": 0, "draws": 0, "seed": "0", "monte_carlo_error": 0,
            "near_kink": odd == "filled",
            "kinks": [{"of": "csat", "what": "target"},
                      {"of": "repeat7", "what": "start of a correction"}]
            if odd == "filled" else [],
        }  # fmt: skip
    groups = []
    for name, perspective, weight in GROUPS:
        mine = [c for c in counting if c["group"] == name]
        share = math.fsum(c["weight"] for c in mine)
        score = math.fsum(c["score"] * c["weight"] for c in mine) / share if mine else None
        groups.append({"name": name, "parent": None, "perspective": perspective,
                       "weight": weight, "score": score})  # fmt: skip
    return {
        "schema": "crmetrics/score-report/1", "rules": rules, "reference": None, "total": total,
        "composite": composite, "band": None if total is None else band_of(total),
        "band_of_total": None if total is None else band_of(total),
        "held": any(v["points"] < 0 for v in adjustments),
        "why_absent": None if total is not None
        else "missing" if coverage == 0 else "coverage too low",
        "coverage": coverage, "weight_not_assessed": not_assessed, "uncertainty": uncertainty,
        "components": lines, "groups": groups,
        "correctors": [{"name": "repeat7", "absent": "assessed", "raw": repeat, "min_n": 30,
                        "marginal": math.fsum(c["corrector_marginal"] for c in lines)}],
        "vetoes": [veto], "adjustments": adjustments, "nested": [], "excluded": [],
    }  # fmt: skip


REPORTING_UNIT = {"fraction": 0.01, "net fraction": 0.01, "relative": 0.01}


def explanation(r: Json) -> Json:
    def worth(name: str, raw: Json, marginal: float) -> Json:
        unit = REPORTING_UNIT.get(raw["unit"], 1.0)
        step = 10.0 if raw["unit"] == "seconds" else unit
        step = math.copysign(step, marginal) if marginal else 0.0
        return {"name": name, "unit": raw["unit"], "per_unit": marginal * unit, "step": step,
                "points": marginal * step}  # fmt: skip

    lines = r["components"]
    parts = [{"name": c["name"], "points": c["contribution"], "adjustment": False}
             for c in sorted(lines, key=lambda c: c["name"])]  # fmt: skip
    parts += [{"name": a["name"], "points": a["points"], "adjustment": True}
              for a in r["adjustments"]]  # fmt: skip
    values = [worth(c["name"], c["raw"], c["marginal"]) for c in lines if c["absent"] == "assessed"]
    values += [worth(c["name"], c["raw"], c["marginal"]) for c in r["correctors"]]
    losses = [{"name": c["name"], "points": c["weight_used"] * (100 - c["score"]),
               "adjustment": False}
              for c in lines if c["weight_used"] and c["score"] < 100]  # fmt: skip
    losses += [{"name": a["name"], "points": -a["points"], "adjustment": True}
               for a in r["adjustments"] if a["points"] < 0]  # fmt: skip
    gaps = [{"name": c["name"], "why": c["absent"], "weight": c["weight"]}
            for c in lines if c["absent"] not in ("assessed", "not applicable")]  # fmt: skip
    return {
        "schema": "crmetrics/explanation/1", "parts": parts, "values": values,
        "losses": sorted(losses, key=lambda x: -x["points"])[:3], "gaps": gaps, "report": r,
    }  # fmt: skip


def perspectives(r: Json) -> Json:
    out: list[Json] = []
    for name in dict.fromkeys(c["perspective"] for c in r["components"]):
        places = [i for i, c in enumerate(r["components"]) if c["perspective"] == name]
        mine = [r["components"][i] for i in places]
        used = math.fsum(c["weight_used"] for c in mine)
        out.append({
            "name": name, "weight": math.fsum(c["weight"] for c in mine), "weight_used": used,
            "contribution": math.fsum(c["contribution"] for c in mine),
            "not_assessed": math.fsum(c["weight"] for c in mine if c["absent"] != "assessed"),
            "score": math.fsum(c["score"] * c["weight_used"] for c in mine) / used
            if used else None,
            "components": places,
        })  # fmt: skip
    return {"schema": "crmetrics/perspectives/1", "perspectives": out}


def change(after: float, before: float, se: float) -> Json:
    value = after - before
    return {"value": value, "standard_error": se,
            "interval": {"low": value - 1.96 * se, "high": value + 1.96 * se}, "level": 0.95,
            "p_value": 2 * normal_cdf(-abs(value) / se)}  # fmt: skip


def adjust(lines: list[Json]) -> None:
    """Holm's correction."""
    highest = 0.0
    lines = sorted(lines, key=lambda line: line["change"]["p_value"])
    for place, line in enumerate(lines):
        highest = max(highest, min(1.0, (len(lines) - place) * line["change"]["p_value"]))
        line["adjusted_p"] = highest


def trend(rng: random.Random, now: Json, periods: int) -> Json:
    lines: list[Json] = []
    before: float | None = None
    for place, (_, begin, end) in enumerate(QUARTERS[-periods:]):
        last = place == periods - 1
        total = now["total"] if last else clamp((now["total"] or 65) + rng.gauss(0, 5), 0, 100)
        if place == 0 and periods > 3:
            total = None  # somebody began later
        other = periods > 2 and place == 2
        comparable = total is not None and before is not None and not other
        lines.append({
            "from": begin, "to": end, "total": total,
            "band": None if total is None else band_of(total),
            "weight_not_assessed": now["weight_not_assessed"] if last else 0,
            "other_rules": other,
            "change": change(total, before, 4) if comparable else None,  # type: ignore[arg-type]
            "adjusted_p": None,
            "parts": [{"name": c["name"], "points": rng.gauss(0, 2)} for c in now["components"]]
            if comparable else [],
        })  # fmt: skip
        before = total
    adjust([line for line in lines if line["change"] is not None])
    return {"schema": "crmetrics/trend/1", "periods": lines}


def plan(rng: random.Random, who: str, r: Json) -> Json:
    c = next(c for c in r["components"] if c["name"] == "nps")
    before = drawn(rng, METRICS[1], 60, -1.5)
    known = c["raw"]["value"] is not None
    return {"schema": "crmetrics/follow-up/1", "plans": [{
        "who": who, "component": "nps",
        "action": "listen to the recordings of the detractors <with the coach>",
        "agreed": QUARTERS[-2][2], "state": "not separable" if known else "not assessed",
        "score": 38.25, "loss": 9.875, "better": "higher is better",
        "goal": {"better": "higher is better", "threshold": 0.3,
                 "reached": "not assessed" if not known
                 else "met" if c["raw"]["value"] >= 0.3 else "not met"},
        "change": change(c["raw"]["value"], before["value"], 0.12) if known else None,
        "before": before, "now": c["raw"]}]}  # fmt: skip


TARGETS: tuple[Json, ...] = (
    {"component": "csat", "better": "higher is better", "threshold": 0.7, "needing": 30},
    {"component": "res24", "better": "higher is better", "threshold": 0.8, "needing": 30},
    {"component": "aht", "better": "lower is better", "threshold": 480, "needing": 0},
    {"component": None, "better": "higher is better", "threshold": 70, "needing": 0},
)


def unit(
    rng: random.Random, name: str, post: str | None, people: Sequence[tuple[str, str]],
    periods: int, rules: str,
) -> Json:  # fmt: skip
    odds = ("", "insufficient", "missing", "not applicable", "suppressed", "filled", "nothing")
    cards: list[tuple[str, str, Json]] = []
    for place, (who, shown) in enumerate(people):
        odd = odds[(place // 2) % len(odds)] if place % 2 else ""
        cards.append((who, shown, report(rng, rng.gauss(0, 0.8), breach=place % 7 == 4,
                                        bonus=place % 5 == 2, odd=odd, rules=rules)))  # fmt: skip
    cards.sort(key=lambda c: (c[2]["total"] is None, -(c[2]["total"] or 0)))
    totals = [c[2]["total"] for c in cards if c[2]["total"] is not None]
    errors = [c[2]["uncertainty"]["standard_error"] for c in cards if c[2]["uncertainty"]]

    def apart(i: int, j: int) -> bool:
        return abs(totals[i] - totals[j]) > 3 * math.hypot(errors[i], errors[j])

    ranking: list[Json] = []
    for i, (who, _, r) in enumerate(cards):
        ranked = r["total"] is not None
        above = sum(apart(i, j) for j in range(i)) if ranked else 0
        below = sum(apart(i, j) for j in range(i + 1, len(totals))) if ranked else 0
        ranking.append({
            "who": who, "rank": i + 1 if ranked else None,
            "could_be": {"first": 1 + above, "last": len(totals) - below} if ranked else None,
            "expected_rank": clamp(i + 1 + rng.gauss(0, 0.5), 1, len(totals)) if ranked else None,
            "report": r,
        })  # fmt: skip
    runs: list[list[str]] = []
    end = 0
    for i in range(len(totals)):
        j = i
        while j + 1 < len(totals) and not apart(i, j + 1):
            j += 1
        if j > i and j + 1 > end:
            runs.append([c[0] for c in cards[i : j + 1]])
            end = j + 1
    targets: list[Json] = []
    reached: dict[str, list[Json]] = {who: [] for who, _, _ in cards}
    for goal in TARGETS:
        met = not_met = unknown = 0
        for who, _, r in cards:
            line = next((c for c in r["components"] if c["name"] == goal["component"]), None)
            assessed = r["total"] is not None if line is None else line["absent"] == "assessed"
            value = r["total"] if line is None else line["raw"]["value"]
            higher = goal["better"] == "higher is better"
            if not assessed:
                state = "not assessed"
                unknown += 1
            elif (value >= goal["threshold"]) if higher else (value <= goal["threshold"]):
                state = "met"
                met += 1
            else:
                state = "not met"
                not_met += 1
            reached[who].append(goal | {"state": state})
        rate = met / (met + not_met) if met + not_met else None
        targets.append(goal | {"met": met, "not_met": not_met, "not_assessed": unknown,
                               "rate": rate})  # fmt: skip
    bottlenecks = []
    for m in METRICS:
        mine = [c for _, _, r in cards for c in r["components"]
                if c["name"] == m.id and c["absent"] == "assessed"]  # fmt: skip
        bottlenecks.append({"component": m.id, "agents": len(mine), "points":
                            math.fsum(c["weight"] * (100 - c["score"]) for c in mine)})  # fmt: skip
    bottlenecks.sort(key=lambda b: -b["points"])
    team = report(rng, 0.1, scale=len(people) ** 0.8, rules=rules)
    return {
        "name": name, "post": post, "rules": rules,
        "view": {"schema": "crmetrics/team-view/1", "team": team, "targets": targets,
                 "bottlenecks": bottlenecks, "ranking": ranking, "not_separable": runs},
        "perspectives": perspectives(team),
        "trend": trend(rng, team, periods) if periods else None,
        "agents": [{
            "id": who, "name": shown,
            "view": {"schema": "crmetrics/agent-view/1", "who": who, "rank": line["rank"],
                     "ranked": len(totals), "could_be": line["could_be"],
                     "why": explanation(r)},
            "perspectives": perspectives(r),
            "trend": trend(rng, r, periods) if periods else None,
            "plan": plan(rng, who, r) if place % 3 == 1 else None,
            "targets": reached[who],
        } for place, ((who, shown, r), line) in enumerate(zip(cards, ranking, strict=True))],
    }  # fmt: skip


def spec() -> Json:
    shown = {
        "csat": ("50%", "85%"), "nps": ("-20", "+50"), "res24": ("60%", "90%"),
        "aht": ("900s", "300s"), "quality": (60, 95), "renewal": ("60%", "95%"),
    }  # fmt: skip
    metrics: Json = {}
    for m in METRICS:
        floor, target = shown[m.id]
        metrics[m.id] = {"use": m.use, "min_n": m.min_n,
                         "score": {"linear": {"floor": floor, "target": target}}}  # fmt: skip
    metrics["aht"]["correct_by"] = {"metric": "repeat7", "start": "8%", "full": "18%",
                                    "strength": 0.5}  # fmt: skip
    metrics["repeat7"] = {"use": REPEAT.use, "min_n": 30}
    metrics["compliance"] = {"use": COMPLIANCE.use, "min_n": 50}
    return {
        "spec": "scorecard/1", "id": "service-team", "timezone": "UTC", "grain": "quarter",
        "metrics": metrics,
        "versions": [{
            "from": "2025-01-01", "to": "2025-07-01", "note": "first half of the year",
            "approved": "works council, 2024-12-12",
            "groups": {name: {"weight": weight, "perspective": perspective,
                              "of": {m.id: round(m.weight * 100) for m in METRICS
                                     if m.group == name}}
                       for name, perspective, weight in GROUPS},
            "missing": {"policy": "redistribute", "min_coverage": 0.6},
            "bonus": [{"event": "praise", "points": 0.5, "cap": 3}],
            "veto": [{"metric": "compliance", "above": "0.5%", "effect": {"cap": 59.9}}],
            "bands": [list(b) for b in BANDS], "uncertainty": {"method": "delta"}}],
    }  # fmt: skip


FIRST = (
    "Ann",
    "Bo",
    "Cy",
    "Dana",
    "Eli",
    "Fay",
    "Gus",
    "Hui",
    "Ida",
    "Jon",
    "Kim",
    "Lea",
    "Mo",
    "Nia",
    "Ole",
    "Pia",
    "Quy",
    "Rui",
    "Sam",
    "Tia",
    "Uma",
    "Vic",
    "Wen",
    "Xia",
    "Yan",
    "Zoe",
)
LAST = ("Abel", "Brand", "Chen", "Dahl", "Ek", "Fuchs", "Gao", "Hart", "Ito", "Jung", "Kaya",
        "Lopez", "Meyer", "Novak", "Oduya", "Park", "Quist", "Roth", "Silva", "Tang")  # fmt: skip


def make_evaluation(
    agents: int = 12, units: int = 1, seed: int = 1, periods: int = 4,
    names: Sequence[str] = (),
) -> Json:  # fmt: skip
    """An evaluation of so many agents in all, in so many teams.

    @param names of the first agents; the others get ordinary ones
    """
    rng = random.Random(seed)
    people = [(f"a{i + 1:04}", names[i] if i < len(names)
               else f"{FIRST[i % len(FIRST)]} {LAST[(i * 7 + i // 26) % len(LAST)]}")
              for i in range(agents)]  # fmt: skip
    made = [
        unit(rng, f"Team {k + 1}" if units > 1 else "Service desk",
             "senior" if k % 3 == 1 else None, people[k::units], periods,
             f"{0x8AA90FECE68B8D5D + k:016x}")
        for k in range(units)
    ]  # fmt: skip
    roles = [(m, "component") for m in METRICS] + [(REPEAT, "corrector"), (COMPLIANCE, "veto")]
    definitions = [{"metric": m.id, "use": m.use, "convention": m.convention, "unit": m.unit,
                    "direction": m.direction, "role": role} for m, role in roles]  # fmt: skip
    definitions.append(
        {"metric": "praise", "use": "", "convention": "times it was seen", "unit": "number",
         "direction": "higher is better", "role": "bonus"}
    )  # fmt: skip
    return {
        "schema": "crmetrics/evaluation/1", "title": "Service scorecard",
        "period": {"name": QUARTERS[-1][0], "from": QUARTERS[-1][1], "to": QUARTERS[-1][2]},
        "level": 0.95, "spec": spec(),
        "version": {"from": "2025-01-01", "note": "first half of the year",
                    "approved": "works council, 2024-12-12"},
        "definitions": definitions, "units": made,
        "without_data": [{"id": "z1", "name": "Noa New", "team": made[0]["name"]}],
        "quality": [
            {"table": "surveys", "rows": 21874, "in_period": 5321, "outside_period": 16553,
             "without_owner": 12, "unknown_owner": 3,
             "columns": [{"column": "agent", "role": "owner", "missing": 12, "rows": 5321},
                         {"column": "rating", "role": "csat", "missing": 57, "rows": 5306}],
             "linked": None},
            {"table": "contacts", "rows": 98304, "in_period": 24107, "outside_period": 74197,
             "without_owner": 0, "unknown_owner": 0,
             "columns": [{"column": "opened", "role": "time", "missing": 0, "rows": 24107}],
             "linked": {"within": "7 days after the resolution", "pending": 811, "left_out": 4}},
        ],
        "diagnostics": [
            {"code": "W02", "severity": "warning", "path": "metrics.nps", "value": "r = 0.931",
             "message": "moves with csat over 12 results; if both measure one thing, it carries "
                        "both weights", "hint": ""},
        ],
    }  # fmt: skip
