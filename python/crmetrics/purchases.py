"""Purchases: what customers were worth so far."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, overload

from . import _columns, _core, _times, metrics
from ._columns import Role, TableLike
from ._times import InstantLike
from .discount import DiscountRate
from .results import ArrowRows, Estimate, Grouped

if TYPE_CHECKING:
    from .metrics import Span

__all__ = ["Purchases", "historical_clv", "read_purchases"]


class Purchases(ArrowRows):
    """Purchases in order, customer by customer: what the historical lifetime value observes.

    As an Arrow table: the customer, how many purchases, their amount, the first and the last.
    """

    def __init__(
        self,
        facts: _core.PurchaseFacts,
        segment: list[_core.Column],
        observed_until: datetime | None,
    ) -> None:
        self._facts = facts
        self.segment = segment
        #: All purchases before it are known.
        self.observed_until = observed_until

    def __len__(self) -> int:
        return len(self._facts)

    @property
    def rows(self) -> int:
        """Rows that were given."""
        return self._facts.rows

    @property
    def unknown_customer(self) -> int:
        """Rows of unknown customers; they are in no fact."""
        return self._facts.unknown_customer

    @property
    def left_out(self) -> int:
        """Bad rows that were left out."""
        return self._facts.left_out

    @property
    def ignored_refunds(self) -> int:
        """Refunds that were left out, as asked for."""
        return self._facts.ignored_refunds

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._facts.table().__arrow_c_stream__(requested_schema)

    def __arrow_c_schema__(self) -> object:
        return self._facts.table().__arrow_c_schema__()

    def __repr__(self) -> str:
        return f"<Purchases: {len(self)} customers, {self.rows} rows>"


def read_purchases(
    purchases: TableLike | None = None,
    *,
    customer: Role,
    at: Role,
    amount: Role,
    segment: Any = None,
    bad: Literal["refuse", "leave out"] = "refuse",
    refunds: Literal["own event", "ignore", "bad row"] = "own event",
    observed_until: InstantLike | None = None,
    minor_units: int | None = None,
) -> Purchases:
    """Puts purchases in order; several of one instant are allowed.

    Parameters
    ----------
    purchases
        A pandas, Polars or PyArrow table, a DuckDB relation, a dict of columns; rows in any order.
        Not needed where the roles are columns themselves.
    customer
        Who bought; missing and empty ones are unknown customers.
    at
        When: timestamps (without a zone: UTC) or dates (their first instant).
    amount
        Revenue or margin, negative for a refund: whole minor units, or decimals (see minor_units).
        Real numbers are taken where they are whole.
    segment
        What results are to be grouped by, as the customer's first row says.
    bad
        What becomes of rows without a time or an amount, or with a fraction of a minor unit.
    refunds
        What becomes of negative amounts: taken off, left out and counted, or bad rows.
    observed_until
        All purchases before it are known; needed where customers are compared at an equal age.
    minor_units
        How many decimal places of a decimal column make one minor unit: with 2, 12.34 is 1234.

    Raises
    ------
    BadInput
        Naming column, row and value of every row that is refused.
    """
    columns, keys = _columns.roles(
        purchases, {"customer": customer, "at": at, "amount": amount}, segment
    )
    until = None if observed_until is None else _times.microseconds(observed_until)
    settings = {
        "bad": bad,
        "refunds": refunds,
        "observed_until": until,
        "minor_units": minor_units,
    }
    read = _core.read_purchases(columns["customer"], columns["at"], columns["amount"], settings)
    return Purchases(read, keys, None if until is None else _times.instant(until))


@overload
def historical_clv(
    purchases: TableLike | None = None,
    *,
    customer: Role,
    at: Role,
    amount: Role,
    by: None = None,
    age: Span | None = None,
    discount: DiscountRate | str | None = None,
    bad: Literal["refuse", "leave out"] = "refuse",
    refunds: Literal["own event", "ignore", "bad row"] = "own event",
    observed_until: InstantLike | None = None,
    minor_units: int | None = None,
    level: float = 0.95,
) -> Estimate: ...
@overload
def historical_clv(
    purchases: TableLike | None = None,
    *,
    customer: Role,
    at: Role,
    amount: Role,
    by: Any,
    age: Span | None = None,
    discount: DiscountRate | str | None = None,
    bad: Literal["refuse", "leave out"] = "refuse",
    refunds: Literal["own event", "ignore", "bad row"] = "own event",
    observed_until: InstantLike | None = None,
    minor_units: int | None = None,
    level: float = 0.95,
) -> Grouped: ...
def historical_clv(
    purchases: TableLike | None = None,
    *,
    customer: Role,
    at: Role,
    amount: Role,
    by: Any = None,
    age: Span | None = None,
    discount: DiscountRate | str | None = None,
    bad: Literal["refuse", "leave out"] = "refuse",
    refunds: Literal["own event", "ignore", "bad row"] = "own event",
    observed_until: InstantLike | None = None,
    minor_units: int | None = None,
    level: float = 0.95,
) -> Estimate | Grouped:
    """Mean over customers of what their purchases came to so far, refunds taken off.

    purchases and roles as for `read_purchases`; by: its segment; age and discount as for
    `metrics.HistoricalClv`.

    >>> import crmetrics as cm
    >>> from datetime import date
    >>> cm.historical_clv(
    ...     customer=["ann", "ann", "bob"], amount=[9000, -1000, 6000],
    ...     at=[date(2024, 1, 10), date(2024, 2, 1), date(2024, 7, 1)]).value
    7000.0
    """
    metric = metrics.HistoricalClv(age=age, discount=discount)
    read = read_purchases(
        purchases,
        customer=customer,
        at=at,
        amount=amount,
        segment=by,
        bad=bad,
        refunds=refunds,
        observed_until=observed_until,
        minor_units=minor_units,
    )
    if read.segment:
        return metric.by(read, level=level)
    metric.update_many(read)
    return metric.result(level)
