"""How numbers are shown: the rules of the library's text output, and nothing else.

A number is rounded once, from the full value that the document has (or from the exact quotient of
integers, half away from zero); it is never computed here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

Number = float | int


class Style(NamedTuple):
    """How a unit is shown: times `scale`, with so many decimals."""

    scale: int
    places: int


_STYLES = {
    "fraction": Style(100, 1),
    "relative": Style(100, 1),
    "net fraction": Style(100, 1),
    "seconds": Style(1, 1),
    "per unit of exposure": Style(1, 3),
}


def style_of(unit: str, value: Number | None = None) -> Style:
    """The style of a unit. A share below 2 % has two decimals: error rates live there."""
    style = _STYLES.get(unit, Style(1, 2))
    if unit == "fraction" and value is not None and 0 < value < 0.02:
        return style._replace(places=2)
    return style


def _typeset(text: str) -> str:
    """With a true minus, which screen readers say, and without one before zero."""
    if text.startswith("-"):
        return "\u2212" + text[1:] if text.strip("-0.,") else text[1:]
    return text


def rounded(value: Number, style: Style) -> str:
    """A number in its style: `1,234.5`."""
    return _typeset(f"{value * style.scale:,.{style.places}f}")


def rounded_quotient(numerator: int, denominator: int, style: Style) -> str:
    """A quotient of integers, rounded half away from zero without a step between."""
    tens = 10**style.places
    scaled = abs(numerator) * style.scale * tens
    units = (2 * scaled + denominator) // (2 * denominator)
    text = f"{units // tens:,}"
    if style.places:
        text += f".{units % tens:0{style.places}}"
    return _typeset("-" + text if numerator < 0 else text)


def printed_hundredths(lines: Sequence[float], total: float) -> list[int]:
    """Hundredths of a point for each line, so that the printed lines add up to the printed total.

    Each is rounded; the lines that lost most get the hundredths that are then missing (largest
    remainders, ties to the first), as in the library's text.
    """

    def nearest(x: float) -> int:
        return int(x * 100 - 0.5 if x < 0 else x * 100 + 0.5)

    out = [nearest(x) for x in lines]
    missing = nearest(total) - sum(out)
    step = -1 if missing < 0 else 1
    lost = [step * (x * 100 - h) for x, h in zip(lines, out, strict=True)]
    order = sorted(range(len(out)), key=lambda i: (-lost[i], i))
    for i in order[: abs(missing)]:
        out[i] += step
    return out


def hundredths(h: int) -> str:
    """Hundredths as a number with two decimals."""
    return rounded_quotient(h, 100, Style(1, 2))
