"""Small drawings beside numbers, in a few bytes each: one page has thousands of them.

Altair would take 18 ms and 7 kB for a chart; for 1,000 agents with three charts each that is a
minute and 20 MB. So the charts of a team are Altair's (`charts`), those of agents are drawn here.
All are stretched to their table cell; the same row has the numbers, so they are hidden from screen
readers. Colours and stroke widths stand in the style sheet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import accumulate
from typing import Any

from markupsafe import Markup

Interval = Mapping[str, float] | None


def _at(x: float) -> str:
    return f"{x:.1f}".removesuffix(".0")


def _svg(kind: str, paths: str) -> Markup:
    return Markup(
        f'<svg class={kind} viewBox="0 0 100 10" preserveAspectRatio=none aria-hidden=true>'
        f"{paths}</svg>"
    )


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
    low, high = min(known), max(known)
    span = (high - low) or 1.0

    def x(v: float) -> str:
        place = 4 + 92 * (v - low) / span if high > low else 50.0
        return _at(100 - place if lower_is_better else place)

    paths = ""
    if interval is not None:
        paths += f'<path class=r d="M{x(interval["low"])} 5H{x(interval["high"])}"/>'
    if target is not None:
        paths += f'<path class=t d="M{x(target)} 0V10"/>'
    return _svg("i", paths + f'<path class=p d="M{x(value)} 2V8"/>')


def total_mark(
    total: float, interval: Interval, bounds: Iterable[float] = (), shared: str = ""
) -> Markup:
    """A total on the scale of 0 to 100 points, with the bounds of the grades.

    `shared` is the id of a drawing of the bounds to be used instead, where there are many marks.
    """
    paths = f"<use href=#{shared} />" if shared else grade_lines(bounds)
    if interval is not None:
        paths += f'<path class=r d="M{_at(interval["low"])} 5H{_at(interval["high"])}"/>'
    return _svg("i", paths + f'<path class=p d="M{_at(total)} 1V9"/>')


def grade_lines(bounds: Iterable[float]) -> Markup:
    """Lines at the bounds of the grades, and the ends of the scale."""
    inner = "".join(f"M{_at(b)} 0V10" for b in bounds if 0 < b < 100)
    return Markup(f'<path class=a d="M0 5H100"/><path class=g d="{inner}"/>')


def probability_mark(bands: Iterable[Mapping[str, Any]]) -> Markup:
    """The probabilities of the grades as one bar, best first, darkest first."""
    shares = [max(0.0, float(b["probability"])) for b in bands]
    ends = [min(100.0, 100 * x) for x in accumulate(shares)]
    starts = [0.0, *ends]
    count = max(len(shares) - 1, 1)
    return _svg(
        "s",
        "".join(
            f'<path class=s{round(5 * i / count)} d="M{_at(a)} 5H{_at(b)}"/>'
            for i, (a, b) in enumerate(zip(starts, ends, strict=False))
            if b - a >= 0.05
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
        self.starts = [0.0, *self.ends][: len(terms)]
        self._low = min(0.0, *self.ends) if terms else 0.0
        self._span = max(100.0, *self.ends, 0.0) - self._low if terms else 100.0

    def _x(self, points: float) -> str:
        return _at(100 * (points - self._low) / self._span)

    def mark(self, i: int) -> Markup:
        """The bar of one term; those that take away have another class."""
        start, end = self.starts[i], self.ends[i]
        kind = "m" if end < start else "b"
        return _svg("w", f'<path class={kind} d="M{self._x(start)} 5H{self._x(end)}"/>')

    def sum_mark(self, points: float) -> Markup:
        """A bar from zero: of a total, or of a sum on the way."""
        return _svg("w", f'<path class=e d="M{self._x(0)} 5H{self._x(points)}"/>')
