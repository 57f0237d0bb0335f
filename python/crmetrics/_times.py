"""Instants and periods as people write them."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
from typing import TypeAlias

#: An instant: a datetime (without a zone: UTC), a date (its first instant), or ISO text.
InstantLike: TypeAlias = datetime | date | str
#: A period: "2025", "2025-Q1", "2025-03", "2025-03-31", "2025-01-01/2025-03-15" (without its end),
#: or a pair of instants.
PeriodLike: TypeAlias = str | tuple[InstantLike, InstantLike]

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def microseconds(at: InstantLike) -> int:
    """Whole microseconds since 1970 (UTC).

    >>> microseconds("1970-01-02")
    86400000000
    """
    if isinstance(at, str):
        try:
            at = datetime.fromisoformat(at.replace("Z", "+00:00"))
        except ValueError:
            raise ValueError(
                f"{at!r}: not a time; write it as 2025-03-31 or 2025-03-31 17:00"
            ) from None
    if not isinstance(at, datetime):
        at = datetime(at.year, at.month, at.day, tzinfo=timezone.utc)
    if at.tzinfo is None:
        at = at.replace(tzinfo=timezone.utc)
    return (at - _EPOCH) // timedelta(microseconds=1)


def instant(microseconds: int) -> datetime:
    """The instant (UTC) so many microseconds after 1970."""
    return _EPOCH + timedelta(microseconds=microseconds)


def _months(year: int, month: int, months: int) -> tuple[int, int]:
    first = year * 12 + month - 1
    ends = [
        date(m // 12, m % 12 + 1, 1) if m // 12 <= 9999 else date.max
        for m in (first, first + months)
    ]
    return microseconds(ends[0]), microseconds(ends[1])


def period(given: PeriodLike) -> tuple[int, int]:
    """The two ends of a period in microseconds; the second does not belong to it.

    >>> period("2025-Q1") == period(("2025-01-01", "2025-04-01"))
    True
    """
    if not isinstance(given, str):
        start, end = (microseconds(at) for at in given)
    elif "/" in given:
        start, end = (microseconds(at.strip()) for at in given.split("/", 1))
    elif found := re.fullmatch(r"(\d{4})", given):
        start, end = _months(int(found[1]), 1, 12)
    elif found := re.fullmatch(r"(\d{4})-?Q([1-4])", given, re.IGNORECASE):
        start, end = _months(int(found[1]), 3 * int(found[2]) - 2, 3)
    elif found := re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", given):
        start, end = _months(int(found[1]), int(found[2]), 1)
    elif re.fullmatch(r"\d{4}-\d{2}-\d{2}", given):
        start = microseconds(given)
        end = start + 86_400_000_000
    else:
        raise ValueError(
            f"{given!r}: not a period; write 2025, 2025-Q1, 2025-03, 2025-03-31 or "
            "2025-01-01/2025-03-15"
        )
    if end <= start:
        raise ValueError(f"{given!r}: ends before it begins")
    return start, end
