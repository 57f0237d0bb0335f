"""States: mergeable aggregates, one class a metric.

A state takes observations (`update`, `update_many`), merges with others of its definition
(`merge`, `+`), goes to bytes and back, and reports (`result`). Equal data give equal states, for
any split, order and number of processes.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypedDict, TypeVar, cast

from . import _columns, _core
from ._columns import ColumnLike
from .discount import DiscountRate, TimeUnit
from .results import Estimate, Grouped, GroupedMovements, Movements

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .contacts import LinkedContacts
    from .ledger import SubscriptionFacts
    from .purchases import Purchases

__all__ = [
    "Churn",
    "Clv",
    "Csat",
    "Duration",
    "DurationQuantile",
    "ErrorRate",
    "ExactDurationQuantile",
    "ExactQuantile",
    "Fcr",
    "FcrCounted",
    "FcrKaplanMeier",
    "Given",
    "GrossRevenueChurn",
    "GrossRevenueRetention",
    "HandleTime",
    "HistoricalClv",
    "Mean",
    "MeanRating",
    "Metric",
    "NetRevenueChurn",
    "NetRevenueRetention",
    "Nps",
    "Occurrences",
    "Proportion",
    "Quantile",
    "QuickRatio",
    "Rate",
    "Ratio",
    "RenewalRate",
    "RepeatContact",
    "RepeatCustomers",
    "Retention",
    "RevenueMovements",
    "ShareWithin",
]

M = TypeVar("M", bound="Metric")
#: A length of time: "7d", "30s" or a timedelta.
Span = str | timedelta

Invalid = Literal["reject", "count"]
Weights = Literal["frequency", "sampling"]


def _load(cls: type[M], settings: dict[str, Any] | None, data: bytes) -> M:
    """What pickle calls."""
    state = cls(**(settings or {}))
    state._read(data)
    return state


class Metric(_core.State):
    """Base of all states; make one of the metrics below."""

    _metric: ClassVar[str] = ""

    def __init__(self, **settings: Any) -> None:
        self._settings = {k: v for k, v in settings.items() if v is not None}
        super().__init__(self._metric, self._settings)

    def _definition(self) -> dict[str, Any]:
        """The settings that make an empty state of this definition."""
        return self._settings

    def merge(self: M, other: M) -> M:
        """Take in another state of the same definition; returns itself.

        Raises
        ------
        DefinitionMismatch
            Where the definitions differ.
        """
        self._merge(other)
        return self

    def __iadd__(self: M, other: M) -> M:
        return self.merge(other) if isinstance(other, Metric) else NotImplemented

    def __add__(self: M, other: M) -> M:
        return self.copy().merge(other) if isinstance(other, Metric) else NotImplemented

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Metric) and self._equals(other)

    __hash__ = None  # type: ignore[assignment]

    def result(self, level: float = 0.95) -> Estimate:
        """The estimate, with its interval at this level; 0 for none."""
        return cast(Estimate, self._result(level))

    def fresh(self: M) -> M:
        """The empty state of the same definition: the identity of merge."""
        return type(self)(**self._definition())

    def copy(self: M) -> M:
        """A state of its own with the same content."""
        twin = self.fresh()
        twin._adopt(self)
        return twin

    __copy__ = copy

    def __deepcopy__(self: M, memo: object) -> M:
        return self.copy()

    @classmethod
    def from_bytes(cls: type[M], data: bytes, **settings: Any) -> M:
        """The state that `to_bytes` wrote, in Python, C++ or SQL; with settings where it had them.

        Raises
        ------
        BadBytes
            For bytes that are not a whole, undamaged state.
        DefinitionMismatch
            For the state of another metric or of other settings.
        """
        return _load(cls, settings, data)

    def __reduce__(self) -> tuple[Any, ...]:
        return _load, (type(self), self._definition() or None, self.to_bytes())

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.result()}>"

    def _repr_html_(self) -> str:
        return self.result()._repr_html_()


class ColumnMetric(Metric):
    """Base of the metrics of columns."""

    _columns: ClassVar[tuple[str, ...]] = ("value",)

    def _named(self, values: tuple[Any, ...]) -> list[tuple[Any, str]]:
        if not values or len(values) > len(self._columns):
            raise TypeError(
                f"{self._metric} takes {', '.join(self._columns)}; {len(values)} columns were given"
            )
        return list(zip(values, self._columns, strict=False))

    def _read_columns(self, values: tuple[ColumnLike, ...]) -> list[_core.Column]:
        return [
            _columns.column(data, _columns.name_of(data, name))
            for data, name in self._named(values)
        ]

    def update(self, *value: Any) -> None:
        """Observe one value; None and NaN are missing. A metric of several columns takes several.

        Raises
        ------
        BadInput
            For a value that the metric does not take; the state is as before.
        """
        self._update_many([_core.to_column([v], name) for v, name in self._named(value)], None)

    def update_many(self, *values: ColumnLike, weights: ColumnLike | None = None) -> None:
        """Observe a column: all rows or none.

        Parameters
        ----------
        values
            NumPy array, pandas, Polars or PyArrow series, anything with the Arrow protocol, a
            buffer, or a list. Primitive columns are read where they lie.
        weights
            How often each row was observed (whole numbers), or with `weights="sampling"` its
            sampling weight.

        Raises
        ------
        BadInput
            Naming column, row and value of each row that cannot be taken.
        """
        weight = None if weights is None else _columns.column(weights, "weights")
        self._update_many(self._read_columns(values), weight)

    def by(
        self,
        *values: ColumnLike,
        by: Any,
        weights: ColumnLike | None = None,
        level: float = 0.95,
    ) -> Grouped:
        """Results of a column by group, as of one fresh state of this definition a group."""
        weight = None if weights is None else _columns.column(weights, "weights")
        columns = self._read_columns(values)
        return Grouped(self._by(columns, weight, _columns.keys(by), level))


class Nps(ColumnMetric):
    """Net Promoter Score of answers from 0 to 10: (promoters - detractors) / answers, in [-1, 1].

    >>> from crmetrics.metrics import Nps
    >>> january, february = Nps(), Nps()
    >>> january.update_many([10, 9, 8, 3])
    >>> february.update(6)
    >>> (january + february).result().value
    0.0
    """

    _metric = "nps"
    _columns = ("score",)

    def __init__(
        self,
        *,
        scale: Literal["0-10", "1-10"] | None = None,
        interval: Literal["adjusted Wald", "Wald", "iterative score"] | None = None,
        missing: Literal["skip", "reject", "passive"] | None = None,
        invalid: Invalid | None = None,
        weights: Weights | None = None,
    ) -> None:
        super().__init__(
            scale=scale, interval=interval, missing=missing, invalid=invalid, weights=weights
        )


class Csat(ColumnMetric):
    """Customer satisfaction of ratings; plain, the share of 4 and 5 on 1-5.

    >>> from crmetrics.metrics import Csat
    >>> c = Csat()
    >>> c.update_many([5, 4, 2, None])
    >>> c.result().n, c.result().missing
    (3, 1)
    """

    _metric = "csat"
    _columns = ("rating",)

    def __init__(
        self,
        *,
        scale: Literal["1-5", "1-7", "1-10", "0-10"] | None = None,
        score: Literal[
            "top box", "mean", "min-max", "mean over max", "good of rated", "net satisfied"
        ]
        | None = None,
        top: int | None = None,
        interval: Literal["Wilson", "Jeffreys", "Clopper-Pearson", "Agresti-Coull", "Wald"]
        | None = None,
        invalid: Invalid | None = None,
        weights: Weights | None = None,
    ) -> None:
        super().__init__(
            scale=scale, score=score, top=top, interval=interval, invalid=invalid, weights=weights
        )


class MeanRating(ColumnMetric):
    """Mean rating on a scale, from one count a scale point."""

    _metric = "mean_rating"
    _columns = ("rating",)

    def __init__(
        self,
        *,
        scale: Literal["1-5", "1-7", "1-10", "0-10"] | None = None,
        weights: Weights | None = None,
    ) -> None:
        super().__init__(scale=scale, weights=weights)


_ShareInterval = Literal[
    "Wilson",
    "Wilson with continuity correction",
    "Jeffreys",
    "Clopper-Pearson",
    "Agresti-Coull",
    "adjusted Wald",
    "Wald",
]


class _Share(ColumnMetric):
    def __init__(
        self,
        *,
        interval: _ShareInterval | None = None,
        missing: Literal["skip", "reject", "failure"] | None = None,
        invalid: Invalid | None = None,
        weights: Weights | None = None,
    ) -> None:
        super().__init__(interval=interval, missing=missing, invalid=invalid, weights=weights)


class Proportion(_Share):
    """Share of yes among observed yes and no; takes booleans, or 1 and 0."""

    _metric = "proportion"


class ErrorRate(_Share):
    """Errors / checked, lower is better; takes true for a check that failed."""

    _metric = "error_rate"
    _columns = ("failed",)


class RenewalRate(_Share):
    """Renewed / due for renewal; takes true for a contract that was renewed."""

    _metric = "renewal_rate"
    _columns = ("renewed",)


class Occurrences(ColumnMetric):
    """How often something happened: a complete count, without an interval."""

    _metric = "occurrences"

    def __init__(self) -> None:
        super().__init__()


class FcrCounted(ColumnMetric):
    """First-contact resolution by a count on each resolved contact: reopens, replies, messages."""

    _metric = "fcr_counted"
    _columns = ("count",)

    def __init__(
        self,
        *,
        kind: Literal["never reopened", "one reply", "fewer than two replies", "no follow-up"]
        | None = None,
    ) -> None:
        super().__init__(kind=kind)


class Mean(ColumnMetric):
    """Mean of numbers, with Student's t interval; `values="whole"` keeps exact integer sums."""

    _metric = "mean"

    def __init__(
        self,
        *,
        values: Literal["real", "whole"] | None = None,
        invalid: Invalid | None = None,
        weights: Weights | None = None,
    ) -> None:
        super().__init__(values=values, invalid=invalid, weights=weights)


class _Quantile(ColumnMetric):
    def __init__(self, *, p: float | None = None, type: int | None = None) -> None:  # noqa: A002
        super().__init__(p=p, type=type)


class Quantile(_Quantile):
    """Quantile of whole numbers from 0 on, from mergeable buckets; relative error at most 1/256."""

    _metric = "quantile"


class ExactQuantile(_Quantile):
    """Quantile of numbers that are all kept."""

    _metric = "exact_quantile"


class DurationQuantile(_Quantile):
    """Quantile of time spans from mergeable buckets, relative error at most 1/256."""

    _metric = "duration_quantile"
    _columns = ("duration",)


class ExactDurationQuantile(_Quantile):
    """Quantile of time spans that are all kept."""

    _metric = "exact_duration_quantile"
    _columns = ("duration",)


class _Duration(ColumnMetric):
    _columns = ("duration",)

    def __init__(self, *, invalid: Invalid | None = None) -> None:
        super().__init__(invalid=invalid)


class Duration(_Duration):
    """Mean time span, in seconds; takes durations, or numbers of seconds."""

    _metric = "duration"


class HandleTime(_Duration):
    """Average handle time of segments, in seconds; lower is better."""

    _metric = "handle_time"


class ShareWithin(ColumnMetric):
    """Share of time spans within a limit; on the limit is met."""

    _metric = "share_within"
    _columns = ("duration",)

    def __init__(
        self,
        *,
        limit: Span | float,
        missing: Literal["skip", "reject", "failure"] | None = None,
        invalid: Invalid | None = None,
    ) -> None:
        super().__init__(limit=limit, missing=missing, invalid=invalid)


class Ratio(ColumnMetric):
    """Sum of numerators / sum of denominators; takes two columns of whole numbers."""

    _metric = "ratio"
    _columns = ("numerator", "denominator")

    def __init__(self) -> None:
        super().__init__()


class Rate(ColumnMetric):
    """Events for each unit of exposure; takes two columns of whole numbers."""

    _metric = "rate"
    _columns = ("events", "exposure")

    def __init__(
        self,
        *,
        per: int | None = None,
        exposure: str | None = None,
        interval: Literal["Poisson score", "Poisson exact"] | None = None,
    ) -> None:
        super().__init__(per=per, exposure=exposure, interval=interval)


class Given(ColumnMetric):
    """Figures that were measured elsewhere, pooled by n: value, n, standard error where known."""

    _metric = "given"
    _columns = ("value", "n", "standard_error")

    def __init__(self) -> None:
        super().__init__()


class Clv(ColumnMetric):
    """Customer lifetime value by the retention formula: mean margin times payments to expect.

    Takes two columns, one row for each customer and period: the margin in whole minor units (or
    decimals, with `minor_units`), and whether the customer was still one in the next period;
    missing where that is not known yet.

    >>> from crmetrics.metrics import Clv
    >>> c = Clv(discount="10% a year")
    >>> c.update_many([5000, 4000, 6000, 5000], [True, True, False, None])
    >>> round(c.result().value, 2), c.result().pending
    (12692.31, 1)

    Parameters
    ----------
    discount
        "10% a year", "1% a month", "none", or a `DiscountRate`.
    per
        The period of one margin and one renewal.
    paid
        When in its period a payment is made.
    first
        Which payment it begins with: "now", that of a customer just won, or "after renewal", of
        one who has just paid.
    payments
        How many payments count; without it, for ever.
    acquisition_cost
        Taken off once, in minor units.
    minor_units
        How many decimal places of a decimal column make one minor unit.
    """

    _metric = "clv"
    _columns = ("margin", "retained")

    def __init__(
        self,
        *,
        discount: DiscountRate | str,
        per: TimeUnit | None = None,
        paid: Literal["start", "middle", "end"] | None = None,
        first: Literal["now", "after renewal"] | None = None,
        payments: int | None = None,
        acquisition_cost: int | None = None,
        minor_units: int | None = None,
    ) -> None:
        super().__init__(
            discount=DiscountRate.of(discount),
            per=per,
            paid=paid,
            first=first,
            payments=payments,
            acquisition_cost=acquisition_cost,
            minor_units=minor_units,
        )


# ---- linked contacts -----------------------------------------------------------------------------


class ContactRule(TypedDict, total=False):
    """The rule by which contacts were linked, as settings: what `LinkedContacts.rule` gives."""

    window: Span
    after: Literal["resolved", "opened"]
    last_instant: bool
    simultaneous: bool
    about: Literal["customer", "customer and issue", "customer and relation"]
    other_failures: bool


class _ContactMetric(Metric):
    """Base of the metrics of linked contacts.

    They take the rule of linking from the first contacts that they see, show it, and refuse
    others. To read bytes they are made with it: `Fcr.from_bytes(data, **linked.rule)`.
    """

    def _definition(self) -> dict[str, Any]:
        return {**self._settings, **(self._rule() or {})}

    @staticmethod
    def _facts(contacts: LinkedContacts) -> _core.Facts:
        return _linked(contacts)

    def update_many(self, contacts: LinkedContacts) -> None:
        """Observe linked contacts: all or none.

        Raises
        ------
        DefinitionMismatch
            Where they were linked by another rule than those before.
        """
        self._observe(self._facts(contacts))

    def by(self, contacts: LinkedContacts, by: Any, level: float = 0.95) -> Grouped:
        """Results by group; `by` is a column (or several) of the rows that were linked."""
        return Grouped(self._observe_by(self._facts(contacts), _columns.keys(by), level))


def _linked(contacts: LinkedContacts) -> _core.LinkedContacts:
    linked = getattr(contacts, "_linked", None)
    if not isinstance(linked, _core.LinkedContacts):
        raise TypeError(
            f"linked contacts are needed (see link_contacts), not {type(contacts).__name__}"
        )
    return linked


class Fcr(_ContactMetric):
    """First-contact resolution: resolved contacts after which the customer did not come back.

    Contacts whose window was not over when the observation ended are pending, unless `maturity`
    is "naive". A repeat is charged to the earlier contact: group by who took it.

    >>> import crmetrics as cm
    >>> from datetime import date
    >>> linked = cm.link_contacts(
    ...     {"who": ["ann", "bob", "ann"],
    ...      "at": [date(2025, 3, 1), date(2025, 3, 2), date(2025, 3, 5)]},
    ...     customer="who", opened="at", after="opened", observed_until="2025-03-31")
    >>> f = cm.metrics.Fcr()
    >>> f.update_many(linked)
    >>> f.result().exact
    (2, 3)
    """

    _metric = "fcr"

    def __init__(
        self,
        *,
        maturity: Literal["drop immature", "naive"] | None = None,
        interval: _ShareInterval | None = None,
        **rule: Unpack[ContactRule],
    ) -> None:
        super().__init__(maturity=maturity, interval=interval, **rule)


class FcrKaplanMeier(_ContactMetric):
    """First-contact resolution with every contact counted as long as it was watched.

    Needs contacts that were linked with `keep_spans=True`.
    """

    _metric = "fcr_kaplan_meier"

    def __init__(self, **rule: Unpack[ContactRule]) -> None:
        super().__init__(**rule)

    @staticmethod
    def _facts(contacts: LinkedContacts) -> _core.Facts:
        linked = _linked(contacts)
        if not linked.has_spans:
            raise _core.InvalidSetting(
                "FCR by Kaplan-Meier: the contacts were linked without keep_spans=True"
            )
        return linked


class RepeatContact(_ContactMetric):
    """Share of contacts that follow an earlier one of the same customer within the window.

    From opening to opening. With `look_back="full"`, contacts less than a window after the
    observation began are left out, for what they followed may be unknown.
    """

    _metric = "repeat_contact"

    def __init__(
        self,
        *,
        look_back: Literal["any", "full"] | None = None,
        interval: _ShareInterval | None = None,
        **rule: Unpack[ContactRule],
    ) -> None:
        super().__init__(look_back=look_back, interval=interval, **rule)


class RepeatCustomers(_ContactMetric):
    """Share of customers with at least one contact that follows an earlier one.

    All contacts of a customer must be in one state. Groups are of customers: what is grouped by
    must be the same in all rows of a customer.
    """

    _metric = "repeat_customers"

    def __init__(
        self, *, interval: _ShareInterval | None = None, **rule: Unpack[ContactRule]
    ) -> None:
        super().__init__(interval=interval, **rule)

    @staticmethod
    def _facts(contacts: LinkedContacts) -> _core.Facts:
        return _linked(contacts).customers()


# ---- subscriptions -------------------------------------------------------------------------------


class _LedgerMetric(Metric):
    """Base of the metrics of a subscription ledger in one window.

    The window is that of the first facts; facts and states of another are refused, for a monthly
    and a quarterly churn do not add up.
    """

    def update_many(self, facts: SubscriptionFacts) -> None:
        """Observe a ledger's customers in a window, `read_ledger(...).in_window("2024-01")`.

        Raises
        ------
        DefinitionMismatch
            Where those before were of another window.
        """
        self._observe(_fact_source(facts))

    def by(self, facts: SubscriptionFacts, by: Any = None, level: float = 0.95) -> Grouped:
        """Results by the ledger's segment, or by other columns of its rows.

        Of a customer, the last row before the window says the segment; of one without such a row,
        the first one inside.
        """
        return Grouped(self._observe_by(_fact_source(facts), _segment(facts, by), level))


def _fact_source(facts: SubscriptionFacts | Purchases) -> _core.Facts:
    source = getattr(facts, "_facts", None)
    if not isinstance(source, _core.Facts):
        raise TypeError(
            "read_ledger(...).in_window(...) or read_purchases(...) is needed, not "
            f"{type(facts).__name__}"
        )
    return source


def _segment(facts: SubscriptionFacts | Purchases, by: Any) -> list[_core.Column]:
    columns = facts.segment if by is None else _columns.keys(by)
    if not columns:
        raise TypeError("by: what to group by is needed: the rows were read without a segment")
    return columns


_RatioInterval = Literal["delta method", "Student t"]


class Churn(_LedgerMetric):
    """Churn of customers; plain, customers lost / customers at the start of the window.

    Parameters
    ----------
    convention
        Which of the five figures that are called churn; see docs/metrics/churn.md.
    interval
        "Wilson" and its like for customers lost of those at the start, "delta method" or
        "Student t" for the ratios; churn by day has its own.
    """

    _metric = "churn"

    def __init__(
        self,
        *,
        convention: Literal[
            "lost of start",
            "lost of average",
            "churn events of start",
            "churn events of start and new",
            "churn by day",
        ]
        | None = None,
        interval: _ShareInterval | _RatioInterval | None = None,
    ) -> None:
        super().__init__(convention=convention, interval=interval)


class Retention(_LedgerMetric):
    """Customers kept / customers at the start of the window."""

    _metric = "retention"

    def __init__(self, *, interval: _ShareInterval | None = None) -> None:
        super().__init__(interval=interval)


class GrossRevenueChurn(_LedgerMetric):
    """(Churn + contraction) / recurring revenue at the start of the window."""

    _metric = "gross_revenue_churn"

    def __init__(self, *, interval: _RatioInterval | None = None) -> None:
        super().__init__(interval=interval)


class NetRevenueChurn(_LedgerMetric):
    """(Churn + contraction - expansion) / recurring revenue at the start of the window.

    With `reactivation=True`, what returned customers pay is taken off as well.
    """

    _metric = "net_revenue_churn"

    def __init__(
        self, *, reactivation: bool | None = None, interval: _RatioInterval | None = None
    ) -> None:
        super().__init__(reactivation=reactivation, interval=interval)


class NetRevenueRetention(_LedgerMetric):
    """What the customers of the start pay at the end / what they paid at the start (NRR)."""

    _metric = "net_revenue_retention"

    def __init__(self, *, interval: _RatioInterval | None = None) -> None:
        super().__init__(interval=interval)


Accounting = Literal["start against end", "every change"]


class GrossRevenueRetention(_LedgerMetric):
    """What is left of the revenue at the start, without any gains (GRR)."""

    _metric = "gross_revenue_retention"

    def __init__(
        self, *, accounting: Accounting | None = None, interval: _RatioInterval | None = None
    ) -> None:
        super().__init__(accounting=accounting, interval=interval)


class QuickRatio(_LedgerMetric):
    """Recurring revenue gained / revenue lost; undefined where nothing was lost."""

    _metric = "quick_ratio"

    def __init__(
        self, *, accounting: Accounting | None = None, interval: _RatioInterval | None = None
    ) -> None:
        super().__init__(accounting=accounting, interval=interval)


class RevenueMovements(_LedgerMetric):
    """How recurring revenue came from its start to its end: a report of exact totals.

    start + new + reactivation + expansion - contraction - churn == end, in minor units.
    """

    _metric = "revenue_movements"

    def __init__(self, *, accounting: Accounting | None = None) -> None:
        super().__init__(accounting=accounting)

    def result(self, level: float = 0.95) -> Movements:  # type: ignore[override]
        """The report; a complete count has no interval."""
        return cast(Movements, self._result(level))

    def by(  # type: ignore[override]
        self, facts: SubscriptionFacts, by: Any = None, level: float = 0.95
    ) -> GroupedMovements:
        """Reports by the ledger's segment, or by other columns of its rows."""
        return GroupedMovements(self._observe_by(_fact_source(facts), _segment(facts, by), level))


# ---- purchases -----------------------------------------------------------------------------------


class HistoricalClv(Metric):
    """Mean over customers of what their purchases came to so far, refunds taken off.

    Parameters
    ----------
    age
        Only purchases in the first so long of each customer count ("365d"); who has not been
        observed that long is pending.
    discount
        What money loses until it is paid, counted from the customer's first purchase.
    """

    _metric = "historical_clv"

    def __init__(
        self, *, age: Span | None = None, discount: DiscountRate | str | None = None
    ) -> None:
        rate = None if discount is None else DiscountRate.of(discount)
        super().__init__(age=age, discount=rate)

    def update_many(self, purchases: Purchases) -> None:
        """Observe customers with their purchases, as `read_purchases` gives them."""
        self._observe(self._source(purchases))

    def by(self, purchases: Purchases, by: Any = None, level: float = 0.95) -> Grouped:
        """Results by segment, or by other columns of the rows: the customer's first row says it."""
        return Grouped(self._observe_by(self._source(purchases), _segment(purchases, by), level))

    def _source(self, purchases: Purchases) -> _core.Facts:
        source = _fact_source(purchases)
        if "age" in self._settings and purchases.observed_until is None:
            raise _core.InvalidSetting(
                "historical CLV of an age needs read_purchases(..., observed_until=...)"
            )
        return source
