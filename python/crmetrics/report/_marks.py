"""Small drawings beside numbers, in a few bytes each: one report has thousands of them.

Altair takes 18 ms and 3 kB or more for a chart; for 1,000 agents with three charts each that is a
minute and 10 MB. So the charts of a team are Altair's (`charts`), those of agents are drawn here.
All are as wide as their table cell; the same row has the numbers, so they are hidden from screen
readers. Heights, strokes and colours stand in the style sheet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import accumulate
from typing import Any, NamedTuple

from markupsafe import Markup

Interval = Mapping[str, float] | None


class Scale(NamedTuple):
    """What the left and the right end of a drawing stand for."""

    low: float = 0.0
    high: float = 100.0

    def percent(self, x: float) -> str:
        """The place of x, within the drawing."""
        share = 100 * (x - self.low) / (self.high - self.low)
        return f"{min(100.0, max(0.0, share)):.1f}".removesuffix(".0") + "%"


POINTS = Scale()


def _svg(kind: str, content: str) -> Markup:
    return Markup(f"<svg class={kind} aria-hidden=true>{content}</svg>")


def _bar(kind: str, start: float, end: float, scale: Scale) -> str:
    low, high = sorted((start, end))
    width = Scale(0, scale.high - scale.low).percent(min(high, scale.high) - max(low, scale.low))
    return f"<rect class={kind} x={scale.percent(low)} width={width} />"


def _stroke(kind: str, x: float, scale: Scale) -> str:
    return f"<rect class={kind} x={scale.percent(x)} />"


def interval_mark(
    value: float, interval: Interval, target: float | None = None, *, lower_is_better: bool = False
) -> Markup:
    """A value with its interval on a scale of its own, and the target as a line.

    The right side is always the better one, so that all metrics of a card read alike.
    """
    known = [value]
    if interval is not None:
        known += [interval["low"], interval["high"]]
    if target is not None:
        known.append(target)
    margin = 0.04 * (max(known) - min(known)) or 1.0
    scale = Scale(min(known) - margin, max(known) + margin)
    if lower_is_better:
        # Turned round: a scale of which the left end is the highest value.
        scale = Scale(-scale.high, -scale.low)
    sign = -1 if lower_is_better else 1
    content = ""
    if interval is not None:
        content += _bar("r", sign * interval["low"], sign * interval["high"], scale)
    if target is not None:
        content += _stroke("t", sign * target, scale)
    return _svg("i", content + _stroke("p", sign * value, scale))


def total_mark(
    total: float,
    interval: Interval,
    scale: Scale = POINTS,
    bounds: Iterable[float] = (),
    shared: str = "",
) -> Markup:
    """A total in points, with the bounds of the grades.

    `shared` is the id of a drawing of the bounds to be used instead, where there are many marks.
    """
    content = f"<use href=#{shared} />" if shared else str(grade_lines(bounds, scale))
    if interval is not None:
        content += _bar("r", interval["low"], interval["high"], scale)
    return _svg("i", content + _stroke("p", total, scale))


def grade_lines(bounds: Iterable[float], scale: Scale = POINTS) -> Markup:
    """Lines at the bounds of the grades."""
    inside = [b for b in bounds if scale.low < b < scale.high]
    return Markup("<rect class=a />" + "".join(_stroke("g", b, scale) for b in inside))


def probability_mark(bands: Iterable[Mapping[str, Any]]) -> Markup:
    """The probabilities of the grades as one bar, best first, darkest first."""
    shares = [max(0.0, float(b["probability"])) for b in bands]
    ends = list(accumulate(shares))
    starts = [0.0, *ends]
    unit = Scale(0, 1)
    last = max(len(shares) - 1, 1)
    return _svg(
        "s",
        "".join(
            _bar(f"s{round(5 * i / last)}", a, b, unit)
            for i, (a, b) in enumerate(zip(starts, ends, strict=False))
            if b - a >= 0.0005
        ),
    )


class Waterfall:
    """Terms of a total as bars, each of which begins where the one before it ended.

    The ends are summed from the left to the right in the order of the document, as the library
    does: the last one is the total, bit for bit.
    """

    def __init__(self, points: Iterable[float]) -> None:
        terms = [float(p) for p in points]
        self.ends = list(accumulate(terms))
        self._starts = [0.0, *self.ends]
        self._scale = Scale(min(0.0, *self._starts), max(100.0, *self._starts))

    def mark(self, i: int) -> Markup:
        """The bar of one term; those that take away have another class."""
        start, end = self._starts[i], self.ends[i]
        return _svg("w", _bar("m" if end < start else "b", start, end, self._scale))

    def sum_mark(self, points: float) -> Markup:
        """A bar from zero: of a total, or of a sum on the way."""
        return _svg("w", _bar("e", 0, points, self._scale))
