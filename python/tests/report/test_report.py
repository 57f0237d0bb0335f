"""The report without a browser: that it says what the document says, and nothing else."""

from __future__ import annotations

import copy
import itertools
import json
import math
import os
import re
import signal
import string
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("altair", reason="the report needs Altair")
pytest.importorskip("vl_convert", reason="the report needs vl-convert")
pytest.importorskip("jinja2", reason="the report needs Jinja2")

from documents import HOSTILE_NAMES, make_evaluation
from page import Node, read, shown_numbers

import crmetrics.report as report
from crmetrics.report import _numbers
from crmetrics.report._shown import Shown

Json = dict[str, Any]
# Bytes of a page of an agent with 6 metrics, 4 periods and a plan; with the ranking, 1,000 agents
# are below 15 MiB.
LARGEST_PER_AGENT = 15_500


@pytest.fixture(scope="module")
def doc() -> Json:
    return make_evaluation(21, 1, seed=7)


@pytest.fixture(scope="module")
def tree(doc: Json) -> Node:
    return read(report.render(doc))


def agents_of(doc: Json) -> list[tuple[str, Json]]:
    """Anchors and agents, in the order of the rankings."""
    out = []
    for u, unit in enumerate(doc["units"], 1):
        by_id = {a["id"]: a for a in unit["agents"]}
        for i, place in enumerate(unit["view"]["ranking"], 1):
            out.append((f"a{u}-{i}", by_id[place["who"]]))
    return out


def interval(i: Json | None) -> list[Any]:
    return [] if i is None else [(i["low"], i["high"])]


def measured(raw: Json, absent: str = "assessed") -> list[Any]:
    """The numbers of a measured value, as they stand in its cell."""
    if absent == "not applicable":
        return []
    if absent == "suppressed" or raw["value"] is None:
        return [raw["n"]]
    return [raw["value"], *interval(raw["interval"]), raw["n"]]


def left_out(raw: Json) -> list[Any]:
    counts = [raw[k] for k in ("missing", "invalid", "pending") if raw[k]]
    return counts + [e["count"] for e in raw["excluded"]]


# Numbers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quotient", "style", "text"),
    [
        ((5, 12), _numbers.Style(100, 1), "41.7"),
        ((1, 800), _numbers.Style(100, 2), "0.13"),  # 0.125: half away from zero
        ((-1, 800), _numbers.Style(100, 2), "\u22120.13"),
        ((-1, 10_000_000), _numbers.Style(100, 2), "0.00"),  # no minus before zero
        ((123456789, 100), _numbers.Style(1, 2), "1,234,567.89"),
        ((999999, 1000000), _numbers.Style(100, 1), "100.0"),
    ],
)
def test_quotients_are_rounded_once(
    quotient: tuple[int, int], style: _numbers.Style, text: str
) -> None:
    assert _numbers.rounded_quotient(*quotient, style) == text


def test_doubles_are_rounded_by_their_exact_value() -> None:
    assert _numbers.rounded(2.675, _numbers.Style(1, 2)) == "2.67"  # the double is below
    assert _numbers.rounded(-0.001, _numbers.Style(1, 2)) == "0.00"
    assert _numbers.rounded(-1234.5, _numbers.Style(1, 1)) == "\u22121,234.5"
    assert _numbers.style_of("fraction", 0.0199).places == 2
    assert _numbers.style_of("fraction", 0.02).places == 1
    assert _numbers.style_of("fraction", 0).places == 1


def test_printed_lines_add_up_to_the_printed_total() -> None:
    assert _numbers.printed_hundredths([1 / 3, 1 / 3, 1 / 3], 1.0) == [34, 33, 33]
    assert _numbers.printed_hundredths([2.005, -0.004], 2.001) == [200, 0]
    thirds = [100 / 7] * 7
    assert sum(_numbers.printed_hundredths(thirds, math.fsum(thirds))) == 10_000


def test_every_number_of_an_agent_is_a_number_of_the_document(doc: Json, tree: Node) -> None:
    targets = doc["units"][0]["view"]["targets"]
    shared = {t[k] for t in targets for k in ("threshold", "needing")}
    for anchor, agent in agents_of(doc):
        known: set[float] = set(shared)
        pairs: set[tuple[float, float]] = set()

        def collect(x: Any, known: set[float] = known, pairs: set[Any] = pairs) -> None:
            if isinstance(x, dict):
                if "low" in x:
                    pairs.add((x["low"], x["high"]))
                if "first" in x:
                    pairs.add((x["first"], x["last"]))
                for v in x.values():
                    collect(v)
            elif isinstance(x, list):
                for v in x:
                    collect(v)
            elif isinstance(x, int | float) and not isinstance(x, bool):
                known.add(x)

        collect(agent)
        for n in tree.by_id(anchor).numbers:
            assert n in (pairs if isinstance(n, tuple) else known), (anchor, n)


def test_every_shown_number_is_its_full_value_rounded(tree: Node) -> None:
    checked = 0
    sums = [r for t in tree.all("table", "wf") for r in t.all("tr")]
    sums += [c for t in tree.all("table", "mt") for c in t.all("td", "c")]
    sums += [r for t in tree.all("table", "pt") for r in t.all("tr")]
    loose = {id(n) for r in sums for n in r}
    # Steps are said without a sign: "10 s less".
    steps = [c for t in tree.all("table", "xt") for c in t.all("td")]
    for node in tree:
        if "data-value" not in node.attributes:
            continue
        for value, text in shown_numbers(_alone(node)):
            match = re.search(r"([<>]?)\u202f?([+\u2212]?)([\d,]+(?:\.\d+)?)", text)
            assert match is not None, text
            if match[1]:  # a probability that is not quite 0 or 1
                assert (0 < value < 0.005) if match[1] == "<" else (0.995 <= value < 1)
                continue
            number = float(match[3].replace(",", "")) * (-1 if match[2] == "\u2212" else 1)
            places = len(match[3].partition(".")[2])
            # Printed terms of a sum may be a hundredth off, so that they add up.
            slack = (1.5 if id(node) in loose else 0.5) * 10**-places + 1e-9
            scales = [100] if "%" in text or "pp" in text else [1, 100]
            value = abs(value) if node.parent in steps else value
            assert any(abs(number - value * s) <= slack for s in scales), (value, text)
            checked += 1
    assert checked > 2000


def _alone(node: Node) -> Node:
    """A node without the elements in it."""
    lone = Node(node.tag, node.attributes, None)
    lone.children = [c for c in node.children if isinstance(c, str)]
    return lone


def test_a_component_is_shown_with_interval_n_definition_and_arithmetic(
    doc: Json, tree: Node
) -> None:
    targets = {t["component"]: t for t in doc["units"][0]["view"]["targets"]}
    kinds = set()
    for anchor, agent in agents_of(doc):
        table = tree.by_id(anchor).one("table", "mt")
        r = agent["view"]["why"]["report"]
        for c in r["components"]:
            row = table.row(c["name"])
            kinds.add(c["absent"])
            expected = measured(c["raw"], c["absent"]) + left_out(c["raw"])
            goal = targets.get(c["name"])
            if goal is not None:
                expected += [goal["threshold"]] + ([goal["needing"]] if goal["needing"] else [])
            if c["absent"] == "not applicable":
                assert "not applicable" in row.text
            elif c["absent"] != "assessed" and not c["filled"]:
                assert "Not assessed" in row.text
                expected += [c["min_n"]] if c["absent"] == "insufficient" else []
                expected += [c["weight"]]
            else:
                expected += [c["score"]]
                if c["filled"]:
                    expected += [c["min_n"]]
                elif c["corrected_by"]:
                    expected += [c["points"], c["factor"]]
                expected += [c["weight_used"]]
                expected += [c["weight"]] if c["weight"] != c["weight_used"] else []
                expected += [c["contribution"]]
            assert row.numbers == expected, (anchor, c["name"])
            assert c["raw"]["convention"] in row.text
            if c["raw"]["interval"]:
                assert c["raw"]["method"] in row.text
        for c in r["correctors"]:
            assert table.row(c["name"]).numbers == measured(c["raw"]) + left_out(c["raw"])
    assert kinds == {"assessed", "insufficient", "missing", "not applicable", "suppressed"}


def test_an_agent_sees_which_targets_were_met(doc: Json, tree: Node) -> None:
    seen = set()
    for anchor, agent in agents_of(doc):
        page = tree.by_id(anchor)
        assert agent["targets"]
        for t in agent["targets"]:
            if t["component"] is None:
                place = next(n for n in page.all("div", "fact") if "total" in n.classes)
                if agent["view"]["why"]["report"]["total"] is None:
                    continue
            else:
                place = page.one("table", "mt").row(t["component"]).one("td", "k")
            assert f": {t['state']}" in place.text, (anchor, t)
            assert len(place.all("b", "warn")) == (t["state"] == "not met")
            seen.add((t["component"] is None, t["state"]))
    assert len(seen) == 5
    # A document without them has the targets, and says nothing of who met them.
    plain = copy.deepcopy(doc)
    for _, agent in agents_of(plain):
        del agent["targets"]
    row = read(report.render(plain)).by_id("a1-1").one("table", "mt").row("res24")
    assert row.one("td", "k").all("b") == []


def test_the_waterfall_ends_exactly_at_the_total(doc: Json, tree: Node) -> None:
    adjusted = words = 0
    for anchor, agent in agents_of(doc):
        why = agent["view"]["why"]
        r = why["report"]
        tables = tree.by_id(anchor).all("table", "wf")
        assert len(tables) == (r["total"] is not None)
        for table in tables:
            absent = {
                c["name"] for c in r["components"] if c["absent"] != "assessed" and not c["filled"]
            }
            silent = [p for p in why["parts"] if p["name"] in absent and not p["adjustment"]]
            for p in silent:  # a word, and never 0
                row = table.row(p["name"])
                assert row.numbers == []
                assert re.search("Not assessed|not applicable", row.text)
            words += len(silent)
            terms = [t for t in table.all("tr") if t.all("td", "n") and not t.classes]
            values = [float(str(t.numbers[0])) for t in terms]
            assert values == [p["points"] for p in why["parts"] if p not in silent]
            assert list(itertools.accumulate(values))[-1] == r["total"]  # bit for bit
            shown = [
                Fraction(x.text.replace("\u2212", "-")) for t in terms for x in t.all("td", "n")
            ]
            total = table.one("tr", "sum")
            assert sum(shown) == Fraction(total.one("td", "n").text)
            assert total.numbers == [r["total"]]
            if r["adjustments"]:
                adjusted += 1
                assert table.one("tr", "sub").numbers == [r["composite"]]
    assert adjusted > 2
    assert words > 2


def test_the_rest_of_an_agents_page(doc: Json, tree: Node) -> None:
    plans = 0
    for anchor, agent in agents_of(doc):
        page = tree.by_id(anchor)
        view, why = agent["view"], agent["view"]["why"]
        r = why["report"]
        head = page.one("dl", "facts").numbers
        expected: list[Any] = []
        if r["total"] is not None:
            u = r["uncertainty"]
            expected += [r["total"], *interval(u["interval"]), u["standard_error"]]
            of_total = [t for t in agent["targets"] if t["component"] is None]
            expected += [t["threshold"] for t in of_total]
            expected += [b["probability"] for b in u["bands"] if b["probability"] >= 0.005]
            could_be = view["could_be"]
            expected += [view["rank"], view["ranked"]]
            if could_be["first"] != could_be["last"]:
                expected += [(could_be["first"], could_be["last"])]
        expected += [r["coverage"], r["weight_not_assessed"]]
        assert head == expected, anchor

        worth = page.one("table", "xt")
        for w in why["values"]:
            assert worth.row(w["name"]).numbers == ([w["step"], w["points"]] if w["step"] else [])
        losses = [n for t in page.all("table", "lt") for n in t.numbers]
        assert losses == [x["points"] for x in why["losses"]]
        lines = [
            [p["weight"], *([] if p["score"] is None else [p["score"], p["contribution"]]),
             p["not_assessed"]]
            for p in agent["perspectives"]["perspectives"]
        ]  # fmt: skip
        rows = page.one("table", "pt").all("tr")[1:]
        assert [row.numbers for row in rows] == lines
        for v in r["vetoes"]:
            row = page.one("table", "vt").row(v["name"])
            fired = [v["highest_total"]] if v["state"] == "fired" else []
            assert row.numbers == measured(v["raw"]) + left_out(v["raw"]) + fired
            assert v["state"] in row.text
        for t, row in zip(
            agent["trend"]["periods"], page.one("table", "tt").all("tr")[1:], strict=True
        ):
            change = t["change"]
            parts = sorted((p["points"] for p in t["parts"]), key=lambda x: -abs(x))[:3]
            assert row.numbers == [
                *([] if t["total"] is None else [t["total"]]),
                *([] if change is None else [change["value"], *interval(change["interval"])]),
                *parts,
                t["weight_not_assessed"],
            ]
        tables = page.all("table", "it")
        assert len(tables) == (agent["plan"] is not None)
        for table in tables:
            plans += 1
            (f,) = agent["plan"]["plans"]
            change = f["change"]
            assert table.row(f["component"]).numbers == [
                f["score"], f["loss"], *measured(f["before"]), *measured(f["now"]),
                *([] if change is None else [change["value"], *interval(change["interval"])]),
                f["goal"]["threshold"],
            ]  # fmt: skip
            assert f["action"] in table.text
    assert plans > 3


def test_the_page_of_a_team(doc: Json, tree: Node) -> None:
    (unit,) = doc["units"]
    view = unit["view"]
    page = tree.by_id("u1")
    ranking = tree.by_id("u1-rk").all("tr")[1:]
    assert len(ranking) == len(view["ranking"]) == 21
    for row, place in zip(ranking, view["ranking"], strict=True):
        r = place["report"]
        expected: list[Any] = []
        if place["rank"] is not None:
            could_be = place["could_be"]
            expected += [place["rank"]]
            if could_be["first"] != could_be["last"]:
                expected += [(could_be["first"], could_be["last"])]
            expected += [r["total"], *interval(r["uncertainty"]["interval"])]
            bands = r["uncertainty"]["bands"]
            expected += [b["probability"] for b in bands if b["probability"] >= 0.005]
            expected += [place["expected_rank"]]
        assert row.numbers == [*expected, r["weight_not_assessed"]]
        if place["rank"] is None:
            assert "not ranked" in row.text
            assert "No total" in row.text
    tables = {t.one("caption").text[:20]: t for t in page.all("table") if t.all("caption")}
    for row, t in zip(tables["Met and not met coun"].all("tr")[1:], view["targets"], strict=True):
        assert row.numbers == [
            t["threshold"], *([t["needing"]] if t["needing"] else []), t["met"], t["not_met"],
            t["not_assessed"], t["rate"],
        ]  # fmt: skip
    lost = tables["Points lost in a met"].all("tr")[1:]
    assert [r.numbers for r in lost] == [[b["points"], b["agents"]] for b in view["bottlenecks"]]
    runs = page.one("ul", "runs").all("li")
    names = {a["id"]: a["name"] for a in unit["agents"]}
    assert len(runs) == len(view["not_separable"])
    for said, run in zip(runs, view["not_separable"], strict=True):
        assert names[run[0]] in said.text
        assert names[run[-1]] in said.text
        if len(run) > 6:
            assert len(run) in said.numbers
    assert "Noa New" in page.text
    gaps = {names[a["id"]] for a in unit["agents"] if a["view"]["why"]["gaps"]}
    rows = page.one("table", "gt").all("tr")[1:]
    assert {row.one("th").text for row in rows} == gaps


def test_definitions_and_quality(doc: Json, tree: Node) -> None:
    page = tree.by_id("definitions")
    for i, d in enumerate(doc["definitions"], 1):
        row = page.by_id(f"d{i}")
        assert d["convention"] in row.text
        assert d["use"] in row.text
    linked = {a.attributes["href"] for a in tree.by_id("a1-1").all("a")}
    assert {"#d1", "#d2", "#d8"} <= linked  # component, and the veto
    for q in doc["quality"]:
        assert f"{q['in_period']:,}" in page.text
    assert doc["diagnostics"][0]["message"] in page.text
    assert doc["version"]["approved"] in page.text
    assert json.loads(page.one("pre").text) == doc["spec"]


def test_a_change_that_is_one_of_many_is_judged_as_such(doc: Json) -> None:
    doc = copy.deepcopy(doc)
    anchor, agent = next(iter(agents_of(doc)))
    line = agent["trend"]["periods"][-1]
    line.update(
        other_rules=False,
        change={
            "value": 8.0, "standard_error": 4.0, "interval": {"low": 0.16, "high": 15.84},
            "level": 0.95, "p_value": 0.0455,
        },
        adjusted_p=0.0455,
    )  # fmt: skip

    def said() -> str:
        page = read(report.render(doc)).by_id(anchor)
        return page.one("table", "tt").all("tr")[-1].text

    assert "more than chance" in said()
    line["adjusted_p"] = 0.32
    assert "within chance as one of many changes" in said()
    del line["adjusted_p"]  # a document of before there was a correction
    assert "more than chance" in said()
    line["change"]["interval"]["low"] = -0.1
    assert "within chance" in said()
    assert "one of many" not in said()


def test_what_a_total_is_near_has_its_name(doc: Json) -> None:
    doc = copy.deepcopy(doc)
    reports = [a["view"]["why"]["report"] for a in doc["units"][0]["agents"]]
    u = next(r["uncertainty"] for r in reports if r["uncertainty"] is not None)
    u["near_kink"] = True
    u["kinks"] = [{"of": "veto <x>", "what": "cap of a veto"}, {"of": "csat", "what": "step"}]
    html = report.render(doc)
    assert "near veto &lt;x&gt; (cap of a veto) and csat (a step): a simulation" in html
    assert "（否决封顶）" in report.render(doc, language="zh")
    del u["kinks"]
    assert "near a bend of its curves" in report.render(doc)


# What must not be there -----------------------------------------------------------------------


def test_what_was_suppressed_is_nowhere(doc: Json) -> None:
    doc = copy.deepcopy(doc)
    secret = 87.65432123456
    hidden = 0
    for unit in doc["units"]:
        reports = [a["view"]["why"]["report"] for a in unit["agents"]]
        for r in reports + [p["report"] for p in unit["view"]["ranking"]]:
            for c in r["components"]:
                if c["absent"] == "suppressed":
                    hidden += 1
                    c["before_shrinkage"] = secret
                    c["raw"].update(
                        value=secret, status="ok", interval={"low": secret, "high": secret + 1}
                    )
    assert hidden > 0
    html = report.render(doc)
    assert "87.65" not in html
    assert "not shown" in html


def test_no_data_is_a_word_and_never_zero(doc: Json) -> None:
    doc = copy.deepcopy(doc)
    place = doc["units"][0]["view"]["ranking"][-1]
    assert place["report"]["total"] is None
    root = read(report.render(doc))
    row = root.by_id("u1-rk").all("tr")[-1]
    assert "0.00" not in row.text
    page = root.by_id(f"a1-{len(doc['units'][0]['agents'])}")
    assert "There is no total: no data" in page.text
    assert "not ranked" in page.text
    assert "0.00" not in page.one("table", "mt").text
    assert "0.00" not in page.one("table", "pt").text


def test_the_page_of_an_agent_has_nothing_of_others(doc: Json, tree: Node) -> None:
    names = {a["name"]: anchor for anchor, a in agents_of(doc)}
    assert len(names) == 21
    for anchor, agent in agents_of(doc):
        page = tree.by_id(anchor)
        words = page.text + " ".join(v for n in page for v in n.attributes.values())
        others = [n for n in names if n != agent["name"] and n in words]
        assert not others
        assert not re.search(rf"#a1-(?!{anchor[3:]}\b)", words)


def test_the_report_of_one_agent_has_nothing_of_others(doc: Json) -> None:
    html = report.render(doc, agent="a0004")
    root = read(html)
    mine = next(a for a in doc["units"][0]["agents"] if a["id"] == "a0004")
    assert root.all("h2")[0].text == mine["name"]
    assert len(root.all("", "page")) == 2  # the agent, the definitions
    for agent in doc["units"][0]["agents"]:
        if agent is mine:
            continue
        assert agent["name"] not in html
        assert f'"{agent["id"]}"' not in html
        total = agent["view"]["why"]["report"]["total"]
        assert total is None or repr(total) not in html
    assert repr(mine["view"]["why"]["report"]["total"]) in html
    assert repr(doc["units"][0]["view"]["team"]["total"]) not in html


# Hostile input --------------------------------------------------------------------------------


def test_hostile_texts_are_text() -> None:
    doc = make_evaluation(12, 2, seed=3, names=HOSTILE_NAMES)
    bad = "</td></table></noscript><script>alert(1)</script><img src=x onerror=alert(2)>"
    doc["title"] = bad
    doc["units"][0]["name"] = bad
    doc["definitions"][0]["convention"] = bad
    doc["version"]["note"] = doc["version"]["approved"] = bad
    doc["without_data"][0].update(name=bad, team=bad)
    doc["diagnostics"][0]["message"] = bad
    doc["quality"][0]["table"] = doc["quality"][0]["columns"][0]["role"] = bad
    doc["spec"]["id"] = "</pre>" + bad
    root = read(report.render(doc))
    plain = read(report.render(make_evaluation(12, 2, seed=3)))
    assert [n.tag for n in root].count("script") == 1
    for tag in ("script", "img", "style", "iframe", "link", "h2", "article", "noscript"):
        assert len(root.all(tag)) == len(plain.all(tag)), tag
    for n in root:
        assert not [a for a in n.attributes if a.startswith("on")], n.tag
        for name in ("href", "src", "xlink:href"):
            if name in n.attributes:
                assert n.attributes[name].startswith(("#", "data:,"))
    headings = [h.text for h in root.all("h2")]
    for name in HOSTILE_NAMES:
        assert name in headings, name
    assert bad in headings


def test_hostile_metric_names() -> None:
    doc = make_evaluation(5, 1, seed=5)
    text = json.dumps(doc).replace('"csat"', json.dumps("</svg><script>\\'];alert(1)//\u2028"))
    html = report.render(text)
    assert html.count("<script") == 1
    assert "alert(1)" in read(html).by_id("u1").text


def test_a_lone_surrogate_is_written(tmp_path: Path) -> None:
    text = json.dumps(make_evaluation(2)).replace("Service desk", "desk \\ud800 desk")
    report.write(text, tmp_path / "r.html")
    assert "desk ? desk" in (tmp_path / "r.html").read_text(encoding="utf-8")


# Words ----------------------------------------------------------------------------------------


def labels(language: str) -> Json:
    path = Path(report.__file__).parent / "labels" / f"{language}.json"
    found: Json = json.loads(path.read_text(encoding="utf-8"))
    return found


def test_both_languages_say_the_same() -> None:
    en, zh = labels("en"), labels("zh")
    assert list(en) == list(zh)
    for key, text in en.items():
        assert type(text) is type(zh[key])
        if isinstance(text, dict) and not key.endswith("suffix"):
            assert list(text) == list(zh[key]), key
        if isinstance(text, str):
            fields = [
                {f for _, f, _, _ in string.Formatter().parse(t) if f} for t in (text, zh[key])
            ]
            assert fields[0] == fields[1], key
        if isinstance(text, list):
            assert len(text) == len(zh[key])
    same = {k for k in en if en[k] == zh[k] and isinstance(en[k], str)}
    assert same <= {"how_sure"}, same


def test_every_label_is_used() -> None:
    folder = Path(report.__file__).parent
    files = [*folder.glob("*.py"), *folder.glob("templates/*.j2")]
    source = "".join(f.read_text(encoding="utf-8") for f in files)
    for key in labels("en"):
        if key.startswith(("theme_", "left_")):
            continue
        assert re.search(rf"""(L\.|["'])({key.removesuffix("_one")})\b""", source), key


def test_the_words_of_the_library_are_all_translated(doc: Json) -> None:
    """All values of the enumerations that a document can hold; a new one must come here."""
    include = Path(__file__).parents[3] / "include" / "crmetrics"
    if not include.is_dir():
        pytest.skip("no sources of the library here")
    for header, name, key in (
        ("scorecard/score_report.hpp", "absence", "absences"),
        ("scorecard/score_report.hpp", "veto_state", "veto_states"),
        ("scorecard/target.hpp", "target_state", "target_states"),
        ("scorecard/improvement_plan.hpp", "plan_state", "plan_states"),
        ("scorecard/kink.hpp", "kink", "kinks"),
        ("core/status.hpp", "status", "statuses"),
        ("core/unit.hpp", "unit", "units"),
        ("core/direction.hpp", "direction", "directions"),
    ):
        source = (include / header).read_text(encoding="utf-8")
        body = re.search(rf"to_string\({name} \w\) noexcept {{(.*?)\n}}", source, re.S)
        assert body is not None, name
        words = set(re.findall(r'return "([^"?]+)"', body[1]))
        assert words
        assert words <= set(labels("zh")[key]), name


def test_the_chinese_report_has_the_same_numbers(doc: Json, tree: Node) -> None:
    html = report.render(doc, language="zh")
    root = read(html)
    assert root.one("html").attributes["lang"] == "zh-Hans"
    assert root.numbers == tree.numbers
    for word in ("未评估", "不适用", "无数据", "排名", "达标率"):
        assert word in html


# The file -------------------------------------------------------------------------------------


def test_wrong_arguments_are_named(doc: Json) -> None:
    with pytest.raises(ValueError, match="schema: 'crmetrics/score-report/1'"):
        report.render({"schema": "crmetrics/score-report/1"})
    with pytest.raises(ValueError, match="schema"):
        report.render("[]")
    with pytest.raises(ValueError, match="language: 'de'"):
        report.render(doc, language="de")
    with pytest.raises(ValueError, match="agent: 'nobody'"):
        report.render(doc, agent="nobody")


def test_a_missing_field_is_an_error_and_not_a_blank(doc: Json) -> None:
    doc = copy.deepcopy(doc)
    del doc["units"][0]["agents"][3]["view"]["why"]["report"]["components"][2]["raw"]["n"]
    with pytest.raises(Exception, match="n"):
        report.render(doc)


def test_what_a_document_may_lack(doc: Json) -> None:
    """Nothing measured, nobody ranked, no teams: still a report."""
    empty = copy.deepcopy(doc)
    empty["units"] = []
    assert "Definitions" in report.render(empty)
    bare = make_evaluation(3, 1, periods=0)
    bare["quality"] = bare["diagnostics"] = bare["without_data"] = []
    bare["version"] = {"from": None, "note": "", "approved": ""}
    bare["spec"] = {"spec": "scorecard/1", "id": "x"}
    view = bare["units"][0]["view"]
    view.update(targets=[], bottlenecks=[], not_separable=[])
    for r in [view["team"], *(p["report"] for p in view["ranking"])]:
        r.update(uncertainty=None, band=None, band_of_total=None, vetoes=[], correctors=[])
    for a in bare["units"][0]["agents"]:
        a["plan"] = None
        a["view"]["why"]["report"].update(uncertainty=None, vetoes=[])
        a["view"]["could_be"] = None
    html = report.render(bare)
    assert "interval not known" in html
    assert "No earlier periods" in html


def test_dates_are_those_of_the_cards_time_zone() -> None:
    doc = make_evaluation(2, 1)
    eight_hours = 8 * 3600 * 1_000_000
    text = re.sub(
        r'"(from|to|agreed)": (\d{16})',
        lambda m: f'"{m[1]}": {int(m[2]) - eight_hours}',
        json.dumps(doc),
    ).replace('"timezone": "UTC"', '"timezone": "Asia/Shanghai"')
    root = read(report.render(text))
    assert "2025-01-01 to 2025-03-31 (Asia/Shanghai)" in root.one("p", "when").text
    rows = root.by_id("u1").one("table", "tt").all("tr")[1:]
    assert [r.one("th").text.strip() for r in rows] == ["2024-Q2", "2024-Q3", "2024-Q4", "2025-Q1"]
    text = text.replace("Asia/Shanghai", "Mars/Olympus_Mons")
    assert "(UTC)" in read(report.render(text)).one("p", "when").text
    doc["period"]["observed_until"] = doc["period"]["to"]
    assert "complete up to 2025-04-01 00:00" in report.render(doc)
    shown = Shown(labels("en"))
    day = 86_400_000_000
    begin = 1735689600000000
    assert shown.period(begin, begin + day) == "2025-01-01"
    assert shown.period(begin, begin + 7 * day) == "2025-01-01 to 2025-01-07"
    assert shown.period(begin, begin + 31 * day) == "2025-01"
    assert shown.period(begin, begin + 365 * day) == "2025"


def test_it_is_deterministic(doc: Json) -> None:
    assert report.render(doc) == report.render(json.dumps(doc))


def test_writing_is_all_or_nothing(
    doc: Json, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "report.html"
    target.write_text("the old one")

    def full_disk(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full_disk)
        with pytest.raises(OSError, match="No space"):
            report.write(doc, target)
    assert target.read_text() == "the old one"
    assert [f.name for f in tmp_path.iterdir()] == ["report.html"]
    assert report.write(doc, str(target)) == target
    assert target.read_text(encoding="utf-8") == report.render(doc)
    assert [f.name for f in tmp_path.iterdir()] == ["report.html"]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_a_killed_run_leaves_the_old_report(tmp_path: Path) -> None:
    target = tmp_path / "report.html"
    target.write_text("the old one")
    (tmp_path / "doc.json").write_text(json.dumps(make_evaluation(3)), encoding="utf-8")
    killed = """
import os, pathlib, signal, sys
from crmetrics.report import write
# Half of the bytes are in the temporary file; then the process dies.
def die(file):
    os.ftruncate(file, os.fstat(file).st_size // 2)
    os.kill(os.getpid(), signal.SIGKILL)
os.fsync = die
write(pathlib.Path(sys.argv[1]).read_text("utf-8"), sys.argv[2])
"""
    done = subprocess.run(
        [sys.executable, "-c", killed, str(tmp_path / "doc.json"), str(target)], check=False
    )
    assert done.returncode == -signal.SIGKILL
    assert target.read_text() == "the old one"
    report.write((tmp_path / "doc.json").read_text(encoding="utf-8"), target)
    assert target.read_text(encoding="utf-8").endswith("</html>")


def test_a_thousand_agents_fit_the_budget() -> None:
    doc = make_evaluation(1000, 3, seed=11)
    begin = time.perf_counter()
    html = report.render(doc)
    seconds = time.perf_counter() - begin
    size = len(html.encode())
    print(f"1,000 agents: {size / 2**20:.1f} MiB, {seconds:.1f} s")
    assert size < 15 * 2**20
    pages = re.findall(r"<noscript.*?</noscript>", html, re.S)
    assert len(pages) == 1000
    assert sum(len(p.encode()) for p in pages) / 1000 < LARGEST_PER_AGENT
