"""Subscription ledgers: customers and recurring revenue, lost and kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, Protocol, TypeVar, cast, overload

from . import _columns, _core, _times, metrics
from ._columns import Role, TableLike
from ._times import InstantLike, PeriodLike
from .results import ArrowRows, Estimate, Grouped, GroupedMovements, Movements

__all__ = [
    "SubscriptionFacts",
    "Subscriptions",
    "churn",
    "gross_revenue_churn",
    "gross_revenue_retention",
    "net_revenue_churn",
    "net_revenue_retention",
    "quick_ratio",
    "read_ledger",
    "retention",
    "revenue_movements",
]


class SubscriptionFacts(ArrowRows):
    """A ledger's customers in one window: what churn, retention and revenue metrics observe.

    As an Arrow table: the customer, level_at_start, level_at_end, active_before (at some time
    before the window), changes (inside it).
    """

    def __init__(self, facts: _core.LedgerFacts, segment: list[_core.Column]) -> None:
        self._facts = facts
        self.segment = segment

    def __len__(self) -> int:
        return len(self._facts)

    @property
    def window(self) -> tuple[datetime, datetime]:
        """The first instant of the window, and the first after it (UTC)."""
        start, end = self._facts.window
        return _times.instant(start), _times.instant(end)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._facts.table().__arrow_c_stream__(requested_schema)

    def __arrow_c_schema__(self) -> object:
        return self._facts.table().__arrow_c_schema__()

    def __repr__(self) -> str:
        start, end = self.window
        return f"<SubscriptionFacts: {len(self)} customers, {start:%Y-%m-%d} to {end:%Y-%m-%d}>"


class Subscriptions:
    """A subscription ledger in order; ask it for windows as often as wanted.

    >>> from datetime import date
    >>> ledger = read_ledger(
    ...     {"account": ["a", "b", "b"], "mrr": [100, 50, 0],
    ...      "day": [date(2025, 1, 5), date(2025, 1, 7), date(2025, 2, 11)]},
    ...     customer="account", at="day", level="mrr")
    >>> churn = metrics.Churn()
    >>> churn.update_many(ledger.in_window("2025-02"))
    >>> churn.result().exact
    (1, 2)
    """

    def __init__(self, ledger: _core.Ledger, segment: list[_core.Column]) -> None:
        self._ledger = ledger
        self.segment = segment

    def in_window(self, window: PeriodLike) -> SubscriptionFacts:
        """One fact for each customer in a window.

        Also for those who left before it or come after it, whom the metrics leave out.

        Parameters
        ----------
        window
            "2025", "2025-Q1", "2025-02", "2025-02-11", or a pair of instants, of which the second
            is outside.

        Raises
        ------
        BadInput
            For a window that ends after the ledger's `observed_until`.
        """
        start, end = _times.period(window)
        return SubscriptionFacts(self._ledger.in_window(start, end), self.segment)

    @property
    def customers(self) -> int:
        """How many customers have rows."""
        return self._ledger.customers

    @property
    def rows(self) -> int:
        """Rows that were given."""
        return self._ledger.rows

    @property
    def unknown_customer(self) -> int:
        """Rows of unknown customers; they are in no fact."""
        return self._ledger.unknown_customer

    @property
    def left_out(self) -> int:
        """Bad rows that were left out."""
        return self._ledger.left_out

    @property
    def replaced(self) -> int:
        """Rows that a later one of the same customer and instant replaced."""
        return self._ledger.replaced

    def __repr__(self) -> str:
        return f"<Subscriptions: {self.customers} customers, {self.rows} rows>"


def read_ledger(
    ledger: TableLike | None = None,
    *,
    customer: Role,
    at: Role,
    level: Role,
    segment: Any = None,
    bad: Literal["refuse", "leave out"] = "refuse",
    duplicates: Literal["bad row", "last wins"] = "bad row",
    observed_until: InstantLike | None = None,
    minor_units: int | None = None,
) -> Subscriptions:
    """Puts a ledger in order: each row says what a customer pays a month from an instant on.

    Parameters
    ----------
    ledger
        A pandas, Polars or PyArrow table, a DuckDB relation, a dict of columns; rows in any order.
        Not needed where the roles are columns themselves.
    customer
        Whose level changed; missing and empty ones are unknown customers.
    at
        When: timestamps (without a zone: UTC) or dates (their first instant).
    level
        What the customer pays a month from then on, 0 for no customer: whole minor units, or
        decimals (see minor_units). Real numbers are taken where they are whole.
    segment
        What results are to be grouped by: a column of the ledger, or several. In a window counts
        what the last row before it says, or of a customer without one, the first row inside.
    bad
        What becomes of rows without a time or a level, with a negative level or a fraction of a
        minor unit.
    duplicates
        What becomes of several rows of one customer and instant.
    observed_until
        The ledger is complete up to here; windows that end later are refused.
    minor_units
        How many decimal places of a decimal column make one minor unit: with 2, a level of 12.34
        is 1234. Not for whole numbers, which are minor units already.

    Raises
    ------
    BadInput
        Naming column, row and value of every row that is refused.
    """
    columns, keys = _columns.roles(
        ledger, {"customer": customer, "at": at, "level": level}, segment
    )
    return _read(columns, keys, bad, duplicates, observed_until, minor_units)


def _read(
    columns: dict[str, _core.Column],
    segment: list[_core.Column],
    bad: str,
    duplicates: str,
    observed_until: InstantLike | None,
    minor_units: int | None,
) -> Subscriptions:
    until = None if observed_until is None else _times.microseconds(observed_until)
    settings = {
        "bad": bad,
        "duplicates": duplicates,
        "observed_until": until,
        "minor_units": minor_units,
    }
    read = _core.read_ledger(columns["customer"], columns["at"], columns["level"], settings)
    return Subscriptions(read, segment)


One = TypeVar("One", Estimate, Movements, covariant=True)
Many = TypeVar("Many", Grouped, GroupedMovements, covariant=True)


class LedgerFunction(Protocol[One, Many]):
    """What the functions of a ledger are."""

    __name__: str

    @overload
    def __call__(
        self,
        ledger: TableLike | None = None,
        *,
        customer: Role,
        at: Role,
        level: Role,
        window: PeriodLike,
        by: None = None,
        bad: Literal["refuse", "leave out"] = "refuse",
        duplicates: Literal["bad row", "last wins"] = "bad row",
        observed_until: InstantLike | None = None,
        minor_units: int | None = None,
        confidence: float = 0.95,
        **settings: Any,
    ) -> One: ...
    @overload
    def __call__(
        self,
        ledger: TableLike | None = None,
        *,
        customer: Role,
        at: Role,
        level: Role,
        window: PeriodLike,
        by: Any,
        bad: Literal["refuse", "leave out"] = "refuse",
        duplicates: Literal["bad row", "last wins"] = "bad row",
        observed_until: InstantLike | None = None,
        minor_units: int | None = None,
        confidence: float = 0.95,
        **settings: Any,
    ) -> Many: ...


def _function(state: Any, example: str = "") -> Any:
    def call(
        ledger: TableLike | None = None,
        *,
        customer: Role,
        at: Role,
        level: Role,
        window: PeriodLike,
        by: Any = None,
        bad: Literal["refuse", "leave out"] = "refuse",
        duplicates: Literal["bad row", "last wins"] = "bad row",
        observed_until: InstantLike | None = None,
        minor_units: int | None = None,
        confidence: float = 0.95,
        **settings: Any,
    ) -> Any:
        metric = state(**settings)
        columns, keys = _columns.roles(ledger, {"customer": customer, "at": at, "level": level}, by)
        read = _read(columns, keys, bad, duplicates, observed_until, minor_units)
        facts = read.in_window(window)
        if keys:
            return metric.by(facts, level=confidence)
        metric.update_many(facts)
        return metric.result(confidence)

    call.__name__ = call.__qualname__ = state._metric
    call.__doc__ = (
        f"{state.__doc__ and state.__doc__.splitlines()[0]}\n\n"
        "ledger and roles as for `read_ledger`; window as for `Subscriptions.in_window`; by: its "
        "segment; confidence: level of the interval (level is a role here); settings: those of "
        f"`metrics.{state.__name__}`.\n{example}"
    )
    return call


churn = cast(
    "LedgerFunction[Estimate, Grouped]",
    _function(
        metrics.Churn,
        """
    >>> import crmetrics as cm
    >>> from datetime import date
    >>> ledger = {
    ...     "account": ["a", "b", "b"], "mrr": [100, 50, 0],
    ...     "day": [date(2025, 1, 5), date(2025, 1, 7), date(2025, 2, 11)],
    ... }
    >>> cm.churn(ledger, customer="account", at="day", level="mrr", window="2025-02").exact
    (1, 2)
    """,
    ),
)
retention = cast("LedgerFunction[Estimate, Grouped]", _function(metrics.Retention))
gross_revenue_churn = cast(
    "LedgerFunction[Estimate, Grouped]", _function(metrics.GrossRevenueChurn)
)
net_revenue_churn = cast("LedgerFunction[Estimate, Grouped]", _function(metrics.NetRevenueChurn))
net_revenue_retention = cast(
    "LedgerFunction[Estimate, Grouped]", _function(metrics.NetRevenueRetention)
)
gross_revenue_retention = cast(
    "LedgerFunction[Estimate, Grouped]", _function(metrics.GrossRevenueRetention)
)
quick_ratio = cast("LedgerFunction[Estimate, Grouped]", _function(metrics.QuickRatio))
revenue_movements = cast(
    "LedgerFunction[Movements, GroupedMovements]",
    _function(
        metrics.RevenueMovements,
        """
    >>> import crmetrics as cm
    >>> from datetime import date
    >>> cm.revenue_movements(
    ...     customer=["a", "b", "b"], level=[100, 50, 0],
    ...     at=[date(2025, 1, 5), date(2025, 1, 7), date(2025, 2, 11)], window="2025-02").churn
    <50 (1)>
    """,
    ),
)
