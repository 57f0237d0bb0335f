"""Charts of a team, by Altair, as static SVG in the page.

vl-convert draws them once, without a browser; the page needs no script and no network for them. A
chart takes about 18 ms and 3 kB here, so this is for the handful that a team has; the bars of
agents are drawn by `_marks`. Colours are CSS variables, so that charts follow the page from light
to dark and to paper.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from itertools import count
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from ._book import Unit
from ._shown import Shown

if TYPE_CHECKING:
    import altair as alt

_FONT_SIZE = 11
# Longest name on an axis, in pixels, and how many there may be before dots become a band.
_LABEL_LIMIT = 120
_MOST_DOTS = 120


def _configured(chart: alt.TopLevelMixin) -> dict[str, Any]:
    spec: dict[str, Any] = chart.to_dict()
    axis = {
        "labelColor": "var(--soft)", "titleColor": "var(--soft)", "domainColor": "var(--line)",
        "gridColor": "var(--line)", "tickColor": "var(--line)", "labelFontSize": _FONT_SIZE,
        "titleFontSize": _FONT_SIZE, "titleFontWeight": "normal", "labelLimit": _LABEL_LIMIT,
        "tickSize": 3, "grid": False, "labelPadding": 4,
    }  # fmt: skip
    spec["config"] = {
        "aria": False, "background": "transparent", "font": "sans-serif", "axis": axis,
        "axisQuantitative": {"grid": True, "domain": False, "ticks": False, "tickCount": 5},
        "view": {"stroke": None},
        "legend": {"labelColor": "var(--soft)", "labelFontSize": _FONT_SIZE, "title": None,
                   "orient": "top", "symbolSize": 80, "offset": 4, "symbolStrokeWidth": 0},
    }  # fmt: skip
    return spec


def _chart(rows: Sequence[Mapping[str, Any]]) -> alt.Chart:
    import altair as alt

    return alt.Chart(alt.Data(values=rows))  # type: ignore[no-untyped-call]


class Drawing:
    """Draws charts of one page: words in its language, and ids that no two charts share."""

    def __init__(self, labels: Mapping[str, Any], shown: Shown) -> None:
        self._labels, self._shown = labels, shown
        self._ids = count(1)

    def of_unit(self, unit: Unit) -> dict[str, Markup]:
        """All charts of a team; a chart without anything to show is empty."""
        view = unit.view
        return {
            "totals": self._totals(unit) if len(unit.totals) > 1 else Markup(),
            "targets": self._targets(view["targets"]) if view["targets"] else Markup(),
            "bottlenecks": self._bottlenecks(view["bottlenecks"])
            if view["bottlenecks"]
            else Markup(),
            "perspectives": self._perspectives(unit.perspectives),
            "trend": self._trend(unit.trend) if unit.trend else Markup(),
        }

    def _svg(self, chart: alt.TopLevelMixin, kind: str = "chart") -> Markup:
        import vl_convert

        svg: str = vl_convert.vegalite_to_svg(_configured(chart))
        # What the page does not need: roles (the figure around it has one), fonts (the page's),
        # invisible frames.
        svg = re.sub(r'<path class="(?:background|foreground)"[^>]*?/>', "", svg)
        svg = re.sub(r' (?:role|aria-[a-z]+|pointer-events|font-family)="[^"]*"', "", svg)
        svg = re.sub(r' class="[^"]*"| xmlns(?::xlink)?="[^"]*"| version="1.1"', "", svg)
        svg = re.sub(r"(\d\.\d)\d{2,}", r"\1", svg)
        while True:
            slim = re.sub(r"<g[^>]*></g>", "", svg)
            if slim == svg:
                break
            svg = slim
        own = f"c{next(self._ids)}-"
        svg = re.sub(r'\bid="', f'id="{own}', svg)
        svg = svg.replace("url(#", f"url(#{own}").replace('href="#', f'href="#{own}')
        return Markup(svg.replace("<svg", f'<svg class="{kind}" aria-hidden="true"', 1))

    def _totals(self, unit: Unit) -> Markup:
        """Totals with intervals by place: wide for a desk, narrow for a phone."""
        return Markup("").join(
            self._svg(self._totals_chart(unit, width), kind)
            for kind, width in (("chart desk", 1080), ("chart phone", 290))
        )

    def _totals_chart(self, unit: Unit, width: int) -> alt.TopLevelMixin:
        import altair as alt

        rows = []
        for place, line in enumerate(unit.totals, 1):
            r = line["report"]
            interval = (r["uncertainty"] or {}).get("interval") or {}
            rows.append({"place": place, "total": r["total"], "low": interval.get("low"),
                         "high": interval.get("high")})  # fmt: skip
        known = [x for r in rows for x in (r["total"], r["low"], r["high"]) if x is not None]
        low, high = max(0, min(known) - 3), max(known) + 3
        scale = alt.Scale(domain=[low, high], nice=False, zero=False)
        base = _chart(rows)
        x = alt.X(
            "place:Q",
            title=self._labels["place"],
            scale=alt.Scale(domain=[0.3, len(rows) + 0.7], nice=False),
            axis=alt.Axis(grid=False, tickMinStep=1, format="d"),
        )
        y = alt.Y("total:Q", title=self._labels["points"], scale=scale, axis=alt.Axis(grid=False))
        grades = _chart([{"band": n, "from": b} for n, b in unit.bands if low < b < high]).encode(
            y=alt.Y("from:Q", scale=scale, title=None)
        )
        layers: list[Any] = [
            grades.mark_rule(color="var(--line)", strokeWidth=1),
            grades.mark_text(
                align="right", baseline="bottom", dx=-2, dy=-1, color="var(--soft)", fontSize=11
            ).encode(x=alt.value(width), text="band:N"),
        ]
        if len(rows) > _MOST_DOTS:
            layers += [
                base.transform_filter("isValid(datum.low)")
                .mark_area(color="var(--accent-soft)")
                .encode(x=x, y=alt.Y("low:Q", scale=scale), y2="high:Q"),
                base.mark_line(color="var(--accent)", strokeWidth=1.5).encode(x=x, y=y),
            ]
        else:
            layers += [
                base.transform_filter("isValid(datum.low)")
                .mark_rule(color="var(--accent-mid)", strokeWidth=3)
                .encode(x=x, y=alt.Y("low:Q", scale=scale), y2="high:Q"),
                base.mark_point(
                    filled=True, color="var(--accent)", opacity=1, size=32, shape="circle"
                ).encode(x=x, y=y),
            ]
        chart: alt.TopLevelMixin = alt.layer(*layers).properties(width=width, height=170)
        return chart

    def _targets(self, targets: Sequence[Mapping[str, Any]]) -> Markup:
        import altair as alt

        kinds = [(k, self._labels[k]) for k in ("met", "not_met", "not_assessed")]
        rows = [
            {"place": i, "name": self._target_name(t), "kind": said, "order": order,
             "count": t[key]}
            for i, t in enumerate(targets)
            for order, (key, said) in enumerate(kinds)
        ]  # fmt: skip
        chart = (
            _chart(rows)
            .mark_bar(height=13)
            .encode(
                x=alt.X("count:Q", title=None, axis=alt.Axis(tickMinStep=1, format="d")),
                y=self._names("place", [self._target_name(t) for t in targets]),
                color=alt.Color(
                    "kind:N",
                    scale=alt.Scale(
                        domain=[said for _, said in kinds],
                        range=["var(--accent)", "var(--warn)", "var(--nothing)"],
                    ),
                ),
                order=alt.Order("order:Q"),
            )
            .properties(width=230, height=alt.Step(24))
        )
        return self._svg(chart)

    def _target_name(self, target: Mapping[str, Any]) -> str:
        return str(target["component"] or self._labels["target_of_total"])

    def _names(self, place: str, names: Sequence[str]) -> alt.Y:
        """An axis by place in a list, so that two lines of one name stay two."""
        import altair as alt

        # Names are data: they are looked up, never written into the expression.
        return alt.Y(
            f"{place}:O",
            title=None,
            axis=alt.Axis(
                ticks=False, domain=False, labelExpr=f"{_js_strings(names)}[datum.value]"
            ),
        )

    def _bottlenecks(self, lines: Sequence[Mapping[str, Any]]) -> Markup:
        return self._bars(
            [str(b["component"]) for b in lines],
            [b["points"] for b in lines],
            self._labels["points_lost"],
            "var(--warn)",
        )

    def _perspectives(self, lines: Sequence[Mapping[str, Any]]) -> Markup:
        scored = [p for p in lines if p["score"] is not None]
        if not scored:
            return Markup()
        return self._bars(
            [str(p["name"] or self._labels["perspective_none"]) for p in scored],
            [p["score"] for p in scored],
            self._labels["score"],
            "var(--accent)",
            (0, 100),
        )

    def _bars(
        self,
        names: Sequence[str],
        values: Sequence[float],
        title: str,
        color: str,
        domain: tuple[float, float] | None = None,
    ) -> Markup:
        import altair as alt

        rows = [{"place": i, "value": v} for i, v in enumerate(values)]
        scale = alt.Scale(domain=list(domain)) if domain else alt.Scale(domainMin=0)
        chart = (
            _chart(rows)
            .mark_bar(height=13, color=color)
            .encode(x=alt.X("value:Q", title=title, scale=scale), y=self._names("place", names))
            .properties(width=230, height=alt.Step(24))
        )
        return self._svg(chart)

    def _trend(self, lines: Sequence[Mapping[str, Any]]) -> Markup:
        import altair as alt

        rows = []
        stretch = 0
        for place, t in enumerate(lines):
            # Other rules, or no total: the line does not go on.
            stretch += t["other_rules"] or t["total"] is None
            if t["total"] is not None:
                rows.append({"place": place, "total": t["total"], "stretch": stretch})
        if not rows:
            return Markup()
        names = [self._shown.period(t["from"], t["to"]) for t in lines]
        base = _chart(rows).encode(
            x=alt.X(
                "place:O",
                title=None,
                scale=alt.Scale(domain=list(range(len(lines)))),
                axis=alt.Axis(
                    labelAngle=-45 if len(lines) > 4 else 0,
                    ticks=False,
                    labelOverlap="greedy",
                    labelExpr=f"{_js_strings(names)}[datum.value]",
                ),
            ),
            y=alt.Y("total:Q", title=self._labels["points"], scale=alt.Scale(zero=False)),
        )
        line = base.mark_line(color="var(--accent)", strokeWidth=2).encode(detail="stretch:N")
        points = base.mark_point(filled=True, size=45, color="var(--accent)", opacity=1)
        return self._svg((line + points).properties(width=270, height=130))


def _js_strings(names: Sequence[str]) -> str:
    """A list of texts in Vega's expression language, whatever is in them."""
    return json.dumps([n.encode("utf-8", "replace").decode("utf-8") for n in names])
