"""Contacts: who came back, and the metrics that follow from it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol, cast, overload

from . import _columns, _core, _times, metrics
from ._columns import Role, TableLike
from ._times import InstantLike
from .results import ArrowRows, Estimate, Grouped, Table

if TYPE_CHECKING:
    from .metrics import ContactRule, Span

__all__ = [
    "LinkedContacts",
    "fcr",
    "fcr_kaplan_meier",
    "link_contacts",
    "repeat_contact",
    "repeat_customers",
]


class LinkedContacts(ArrowRows):
    """Contacts after linking, one for each row that was given, in that order.

    What metrics of contacts observe. As an Arrow table it has what was found out about each
    contact: left_out, known_customer, anchored, mature, repeated, follows, short_look_back,
    simultaneous, failed, and span where `keep_spans` asked for it. Refers to the columns, which
    are not to be changed as long as it is used.
    """

    def __init__(self, linked: _core.LinkedContacts) -> None:
        self._linked = linked

    def __len__(self) -> int:
        return len(self._linked)

    @property
    def rule(self) -> ContactRule:
        """The rule of linking, as settings of the metrics: `Fcr(**linked.rule)`."""
        return cast("ContactRule", self._linked.rule)

    @property
    def observed_from(self) -> datetime:
        """The first instant of the observation (UTC)."""
        return _times.instant(self._linked.observed[0])

    @property
    def observed_until(self) -> datetime:
        """The last instant of the observation (UTC)."""
        return _times.instant(self._linked.observed[1] - 1)

    @property
    def left_out(self) -> int:
        """Rows that cannot be and were left out."""
        return self._linked.left_out

    def customers(self) -> Table:
        """Known customers in the order of their first contact, with contacts and repeats."""
        return Table(self._linked.customers().table())

    def chains(self) -> Table:
        """Contacts that each follow the one before: first and last row (from 0), length, closed.

        A chain is closed where it was observed for a window after its last contact.
        """
        return Table(self._linked.chains())

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._linked.table().__arrow_c_stream__(requested_schema)

    def __arrow_c_schema__(self) -> object:
        return self._linked.table().__arrow_c_schema__()

    def __repr__(self) -> str:
        return (
            f"<LinkedContacts: {len(self)} contacts, repeated {self._linked.rule_text}; observed "
            f"until {self.observed_until:%Y-%m-%d %H:%M:%S}>"
        )


def link_contacts(
    contacts: TableLike | None = None,
    *,
    customer: Role,
    opened: Role,
    resolved: Role | None = None,
    issue: Role | None = None,
    failed: Role | None = None,
    window: Span = "7d",
    after: Literal["resolved", "opened"] = "resolved",
    last_instant: bool = True,
    simultaneous: bool = False,
    observed_from: InstantLike | None = None,
    observed_until: InstantLike | None = None,
    bad: Literal["refuse", "leave out"] = "refuse",
    keep_spans: bool = False,
    threads: int = 1,
) -> LinkedContacts:
    """Finds out of each contact whether the same customer came back.

    >>> from datetime import date
    >>> linked = link_contacts(
    ...     {"who": ["ann", "bob", "ann", None],
    ...      "at": [date(2025, 3, 1), date(2025, 3, 2), date(2025, 3, 5), date(2025, 3, 6)]},
    ...     customer="who", opened="at", after="opened", observed_until="2025-03-31")
    >>> linked.customers().to_polars().rows()
    [('ann', 2, 1), ('bob', 1, 0)]

    Parameters
    ----------
    contacts
        A pandas, Polars or PyArrow table, a DuckDB relation, a dict of columns; rows in any order.
        Not needed where the roles are columns themselves.
    customer
        Who made contact: the name of a column, or a column, of whole numbers, texts, dates.
        Missing and empty ones are unknown customers, linked with nothing.
    opened
        When: timestamps (without a zone: UTC) or dates (their first instant).
    resolved
        When it was resolved; missing where it was not. Needed where windows begin there.
    issue
        What about; then only contacts about the same are repeats. Missing and empty ones are
        about the same unnamed thing.
    failed
        True where it was not resolved at the first contact for another reason (reopened).
    window
        "7d" or a timedelta.
    after
        Where windows begin: at the resolution ("came back") or the opening ("asked twice").
    last_instant
        Whether a contact exactly a window later still counts.
    simultaneous
        Whether a contact follows another one that was opened at the same instant.
    observed_from
        All contacts from here on are known; not given: the first contact.
    observed_until
        All contacts up to this instant are known: windows that end later are not over, and
        whether these contacts will be repeated is pending. Not given: the latest opening or
        resolution in the data, which one wrong date can move.
    bad
        What becomes of contacts that cannot be: resolved before they were opened, opened after
        the observation ended, without a time.
    keep_spans
        Keeps how long each contact was watched, which `fcr_kaplan_meier` needs.
    threads
        Changes nothing but the time.

    Raises
    ------
    BadInput
        Naming column, row and value of every contact that cannot be.
    """
    columns, _ = _roles(contacts, customer, opened, resolved, issue, failed)
    return _link(
        columns,
        window=window,
        after=after,
        last_instant=last_instant,
        simultaneous=simultaneous,
        observed_from=observed_from,
        observed_until=observed_until,
        bad=bad,
        keep_spans=keep_spans,
        threads=threads,
    )


def _roles(
    contacts: TableLike | None,
    customer: Role,
    opened: Role,
    resolved: Role | None,
    issue: Role | None,
    failed: Role | None,
    by: Any = None,
) -> tuple[dict[str, _core.Column], list[_core.Column]]:
    roles = {
        "customer": customer,
        "opened": opened,
        "resolved": resolved,
        "issue": issue,
        "failed": failed,
    }
    return _columns.roles(contacts, roles, by)


def _link(
    columns: dict[str, _core.Column],
    observed_from: InstantLike | None,
    observed_until: InstantLike | None,
    **settings: Any,
) -> LinkedContacts:
    if observed_from is not None:
        settings["observed_from"] = _times.microseconds(observed_from)
    if observed_until is not None:
        settings["observed_until"] = _times.microseconds(observed_until)
    return LinkedContacts(
        _core.link_contacts(
            columns["customer"],
            columns["opened"],
            columns.get("resolved"),
            columns.get("issue"),
            columns.get("failed"),
            settings,
        )
    )


class ContactFunction(Protocol):
    """What the functions of contacts are."""

    __name__: str

    @overload
    def __call__(
        self,
        contacts: TableLike | None = None,
        *,
        customer: Role,
        opened: Role,
        resolved: Role | None = None,
        issue: Role | None = None,
        failed: Role | None = None,
        window: Span = "7d",
        after: Literal["resolved", "opened"] = ...,
        last_instant: bool = True,
        simultaneous: bool = False,
        observed_from: InstantLike | None = None,
        observed_until: InstantLike | None = None,
        bad: Literal["refuse", "leave out"] = "refuse",
        threads: int = 1,
        by: None = None,
        level: float = 0.95,
        **settings: Any,
    ) -> Estimate: ...
    @overload
    def __call__(
        self,
        contacts: TableLike | None = None,
        *,
        customer: Role,
        opened: Role,
        resolved: Role | None = None,
        issue: Role | None = None,
        failed: Role | None = None,
        window: Span = "7d",
        after: Literal["resolved", "opened"] = ...,
        last_instant: bool = True,
        simultaneous: bool = False,
        observed_from: InstantLike | None = None,
        observed_until: InstantLike | None = None,
        bad: Literal["refuse", "leave out"] = "refuse",
        threads: int = 1,
        by: Any,
        level: float = 0.95,
        **settings: Any,
    ) -> Grouped: ...


def _function(
    state: type[
        metrics.Fcr | metrics.FcrKaplanMeier | metrics.RepeatContact | metrics.RepeatCustomers
    ],
    example: str = "",
) -> ContactFunction:
    looks_ahead = state in (metrics.Fcr, metrics.FcrKaplanMeier)

    def call(
        contacts: TableLike | None = None,
        *,
        customer: Role,
        opened: Role,
        resolved: Role | None = None,
        issue: Role | None = None,
        failed: Role | None = None,
        window: Span = "7d",
        after: Literal["resolved", "opened"] = "resolved" if looks_ahead else "opened",
        last_instant: bool = True,
        simultaneous: bool = False,
        observed_from: InstantLike | None = None,
        observed_until: InstantLike | None = None,
        bad: Literal["refuse", "leave out"] = "refuse",
        threads: int = 1,
        by: Any = None,
        level: float = 0.95,
        **settings: Any,
    ) -> Any:
        metric = state(**settings)
        columns, keys = _roles(contacts, customer, opened, resolved, issue, failed, by)
        linked = _link(
            columns,
            window=window,
            after=after,
            last_instant=last_instant,
            simultaneous=simultaneous,
            observed_from=observed_from,
            observed_until=observed_until,
            bad=bad,
            keep_spans=state is metrics.FcrKaplanMeier,
            threads=threads,
        )
        if keys:
            return metric.by(linked, keys, level)
        metric.update_many(linked)
        return metric.result(level)

    call.__name__ = call.__qualname__ = state._metric
    call.__doc__ = (
        f"{state.__doc__ and state.__doc__.splitlines()[0]}\n\n"
        "contacts, roles and window as for `link_contacts`; by: a column of the table, or several, "
        "by their names or themselves; settings: those of "
        f"`metrics.{state.__name__}`.\n{example}"
    )
    return cast(ContactFunction, call)


fcr = _function(
    metrics.Fcr,
    """
    >>> import crmetrics as cm
    >>> from datetime import datetime
    >>> calls = {
    ...     "caller": ["ann", "bob", "ann", "cem"],
    ...     "start": [datetime(2025, 3, d, 9) for d in (1, 2, 5, 30)],
    ...     "end": [datetime(2025, 3, d, 10) for d in (1, 2, 5, 30)],
    ...     "agent": ["Li", "Li", "Zoe", "Zoe"],
    ... }
    >>> cm.fcr(calls, customer="caller", opened="start", resolved="end", by="agent",
    ...        observed_until="2025-03-31")["Li"].exact
    (1, 2)
    """,
)
fcr_kaplan_meier = _function(metrics.FcrKaplanMeier)
repeat_contact = _function(metrics.RepeatContact)
repeat_customers = _function(metrics.RepeatCustomers)
