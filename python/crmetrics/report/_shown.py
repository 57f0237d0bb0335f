"""What templates call to show a piece of the document: text and markup, in one language."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone, tzinfo
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from markupsafe import Markup, escape

from ._numbers import Number, Style, hundredths, rounded, rounded_quotient, style_of

Json = Mapping[str, Any]

LANGUAGES = ("en", "zh")

_POINTS = Style(1, 2)
_SHARE = Style(100, 1)
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def labels_of(language: str) -> dict[str, Any]:
    """All words of the page in one language."""
    if language not in LANGUAGES:
        raise ValueError(f"language: {language!r}: not one of {', '.join(LANGUAGES)}")
    text = (files(__package__) / "labels" / f"{language}.json").read_text(encoding="utf-8")
    labels: dict[str, Any] = json.loads(text)
    return labels


def zone_of(name: str) -> tzinfo:
    """The zone in which dates are shown; UTC where this machine does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return timezone.utc


class Shown:
    """Text and markup in one language.

    Numbers carry their full value in `data-value`, intervals and open ranks both ends: `0.1,0.9`.
    """

    def __init__(self, labels: Mapping[str, Any], zone: tzinfo = timezone.utc) -> None:
        self._labels = labels
        self._zone = zone
        self.zone = str(zone)

    # Words ------------------------------------------------------------------------------------

    def say(self, key: str, **parts: object) -> Markup:
        """A sentence of the labels with its parts filled in; what is not markup is escaped.

        With `count` given, the form for one where there is such a form: `agents_one`.
        """
        if parts.get("count") == 1 and key + "_one" in self._labels:
            key += "_one"
        if isinstance(parts.get("count"), int):
            parts["count"] = self.count(parts["count"])  # type: ignore[arg-type]
        return Markup(self._labels[key]).format(**parts)

    def word(self, kind: str, text: str) -> Markup:
        """A word of the document in the language of the page; as it is where that has none."""
        known = self._labels[kind].get(text)
        if known is None and self._labels["lang"] != "en":
            return Markup("<span lang=en>{}</span>").format(text)
        return escape(text if known is None else known)

    def listed(self, items: Sequence[object]) -> Markup:
        """`a, b and c`."""
        if len(items) < 2:
            return Markup("").join(escape(i) for i in items)
        head = Markup(self._labels["comma"]).join(escape(i) for i in items[:-1])
        return head + Markup(self._labels["and"]) + escape(items[-1])

    # Numbers ----------------------------------------------------------------------------------

    @staticmethod
    def _tagged(value: Number, text: str) -> Markup:
        return Markup(f'<span data-value="{value!r}">{text}</span>')

    def _suffix(self, unit: str) -> str:
        suffixes: Mapping[str, str] = self._labels["suffix"]
        return suffixes.get(unit, "")

    def _step_suffix(self, unit: str, text: str) -> str:
        key = "step_suffix_one" if text == "1" else "step_suffix"
        suffixes: Mapping[str, str] = self._labels[key]
        return suffixes.get(unit, "")

    def count(self, n: int) -> Markup:
        """A whole number."""
        return self._tagged(n, f"{n:,}")

    def points(self, value: Number) -> Markup:
        """Points of a score, or anything with two decimals."""
        return self._tagged(value, rounded(value, _POINTS))

    def part(self, value: Number, printed: int) -> Markup:
        """A term of a sum, shown as the hundredths that make the shown terms add up."""
        return self._tagged(value, hundredths(printed))

    def signed(self, value: Number) -> Markup:
        """Points with their sign."""
        text = rounded(value, _POINTS)
        return self._tagged(value, "+" + text if text.strip("0.,\u2212") and value > 0 else text)

    def decimals(self, value: Number, places: int) -> Markup:
        """With so many decimals."""
        return self._tagged(value, rounded(value, Style(1, places)))

    def share(self, value: Number) -> Markup:
        """A share of weight, in per cent."""
        return self._tagged(value, rounded(value, _SHARE) + self._suffix("fraction"))

    def probability(self, value: Number) -> Markup:
        """A probability in whole per cent; `< 1` and `> 99` where it is not certain."""
        text = rounded(value, Style(100, 0))
        if text == "0" and value > 0:
            text = "&lt;\u202f1"
        if text == "100" and value < 1:
            text = "&gt;\u202f99"
        return self._tagged(value, text + self._suffix("fraction"))

    def in_unit(self, value: Number, unit: str) -> Markup:
        """A value of a metric in its unit."""
        return self._tagged(value, rounded(value, style_of(unit, value)) + self._suffix(unit))

    def value(self, raw: Json) -> Markup:
        """The value of an estimate with a value."""
        style = style_of(raw["unit"], raw["value"])
        exact = raw["exact"]
        text = (
            rounded(raw["value"], style)
            if exact is None
            else rounded_quotient(exact["numerator"], exact["denominator"], style)
        )
        return self._tagged(raw["value"], text + self._suffix(raw["unit"]))

    @staticmethod
    def _bracket(interval: Json, style: Style) -> Markup:
        low, high = interval["low"], interval["high"]
        return Markup(
            f'<span data-value="{low!r},{high!r}">'
            f"[{rounded(low, style)},\u00a0{rounded(high, style)}]</span>"
        )

    def ranks(self, could_be: Json) -> Markup:
        """The ranks that are open: `1–2`."""
        first, last = could_be["first"], could_be["last"]
        return Markup(f'<span data-value="{first},{last}">{first:,}–{last:,}</span>')

    def interval(self, raw: Json) -> Markup:
        """The interval of an estimate, in the decimals of its value."""
        return self._bracket(raw["interval"], style_of(raw["unit"], raw["value"]))

    def points_interval(self, interval: Json) -> Markup:
        """An interval in points."""
        return self._bracket(interval, _POINTS)

    def step(self, w: Json) -> Markup:
        """The step of an exchange table, without its sign: `10 s`, `1 pp`."""
        size = abs(w["step"])
        if w["unit"] in ("fraction", "net fraction", "relative"):
            size /= 0.01
        text = f"{round(size, 9):,.10g}"
        return self._tagged(w["step"], text + self._step_suffix(w["unit"], text))

    def difference(self, change: Json, unit: str) -> Markup:
        """A change with its interval, in the unit of what changed: `+4.0 pp [-6.7, 14.7]`."""
        style = style_of(unit)
        text = rounded(change["value"], style)
        if change["value"] > 0 and text.strip("0.,"):
            text = "+" + text
        out = self._tagged(change["value"], text + self._step_suffix(unit, text.lstrip("+")))
        if change["interval"] is not None:
            out += " " + self._bracket(change["interval"], style)
        return out

    def left_out(self, raw: Json) -> Markup:
        """What did not enter a value: `3 missing; 2 excluded: product fault`. Empty where all did.

        `raw` is an estimate, or a report, of which only what it excludes is known.
        """
        counts = [
            self.say("left_" + kind, count=raw[kind])
            for kind in ("missing", "invalid", "pending")
            if raw.get(kind)
        ]
        counts += [
            self.say("left_excluded", count=e["count"], cause=e["cause"]) for e in raw["excluded"]
        ]
        return Markup(self._labels["semicolon"]).join(counts)

    def level(self, level: float) -> str:
        """`95 %`."""
        return f"{level * 100:.6g}" + self._suffix("fraction")

    # Times ------------------------------------------------------------------------------------

    def _local(self, microseconds: int) -> datetime:
        return (_EPOCH + timedelta(microseconds=microseconds)).astimezone(self._zone)

    def date(self, microseconds: int) -> str:
        """The day of an instant."""
        return self._local(microseconds).date().isoformat()

    def moment(self, microseconds: int) -> str:
        """An instant to the minute."""
        return f"{self._local(microseconds):%Y-%m-%d %H:%M}"

    def period(self, begin: int, end: int) -> str:
        """`2025-Q1`, `2025-03`, `2025`, or the first and the last day."""
        first = self._local(begin)
        last = self._local(end - 1)
        whole = self._local(end)
        midnight = (first.hour, first.minute, first.second, first.microsecond) == (0, 0, 0, 0)
        midnight = midnight and (whole.hour, whole.minute, whole.second) == (0, 0, 0)
        if midnight and first.day == 1 and whole.day == 1:
            months = 12 * (whole.year - first.year) + whole.month - first.month
            if months == 1:
                return f"{first:%Y-%m}"
            if months == 3 and first.month % 3 == 1:
                return f"{first:%Y}-Q{(first.month + 2) // 3}"
            if months == 12 and first.month == 1:
                return f"{first:%Y}"
        if first.date() == last.date():
            return first.date().isoformat()
        return f"{first.date().isoformat()}{self._labels['to']}{last.date().isoformat()}"
