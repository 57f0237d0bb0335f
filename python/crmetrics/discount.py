"""What money loses by being paid later."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

__all__ = ["DiscountRate"]

#: The length of a period: a year has 365.25 days, a month is a twelfth of it.
TimeUnit: TypeAlias = Literal["day", "week", "month", "year"]

_TEXT = re.compile(r"\s*(\d+(?:\.\d*)?|\.\d+)\s*%\s*(?:a|per)\s+(day|week|month|year)\s*")


@dataclass(frozen=True)
class DiscountRate:
    """A discount rate that says what its number means: 10 % a year and 10 % a week are both 0.10.

    Made by one of the functions below; where one is asked for, a text such as "10% a year",
    "1% a month" or "none" will do.

    >>> DiscountRate.of("10% a year") == DiscountRate.annual(0.10)
    True
    """

    kind: Literal["effective", "nominal", "continuous", "none"]
    rate: float
    per: TimeUnit = "year"
    times: int = 1

    @classmethod
    def annual(cls, rate: float) -> DiscountRate:
        """Effective rate of a year: a payment in a year is worth 1 / (1 + rate)."""
        return cls("effective", rate)

    @classmethod
    def per_period(cls, rate: float, per: TimeUnit) -> DiscountRate:
        """Effective rate of one period."""
        return cls("effective", rate, per)

    @classmethod
    def annual_nominal(cls, rate: float, times: int) -> DiscountRate:
        """Rate of a year that is added `times` a year."""
        return cls("nominal", rate, "year", times)

    @classmethod
    def continuous(cls, force: float, per: TimeUnit = "year") -> DiscountRate:
        """Force of interest: a payment after t periods is worth e^(-force t)."""
        return cls("continuous", force, per)

    @classmethod
    def none(cls) -> DiscountRate:
        """Money is worth the same whenever it is paid."""
        return cls("none", 0.0)

    @classmethod
    def of(cls, given: DiscountRate | str) -> DiscountRate:
        """The rate itself, or the one that a text says.

        Raises
        ------
        ValueError
            For a text that does not say its period, or a bare number.
        """
        if isinstance(given, DiscountRate):
            return given
        if isinstance(given, str):
            if given.strip() == "none":
                return cls.none()
            if found := _TEXT.fullmatch(given):
                per: TimeUnit = found[2]  # type: ignore[assignment]  # the expression has the four
                return cls.per_period(_hundredth(found[1]), per)
        raise ValueError(
            f'discount {given!r}: must say its period, such as "10% a year", or be a DiscountRate'
        )


def _hundredth(percent: str) -> float:
    """The nearest double of a decimal divided by 100: "10" is 0.10."""
    whole, _, fraction = percent.partition(".")
    return float(f"{whole or 0}.{fraction}e-2")
