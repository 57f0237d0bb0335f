#!/usr/bin/env python3
"""Writes vectors.json: inputs, definitions, state bytes and results that every surface must agree on.

Written from the documentation alone (docs/io/state-bytes.md, docs/metrics, docs/intervals) and not
from the C++ code: exact fractions, mpmath with 50 digits, and scipy.stats as a second opinion on
every quantile. Needs mpmath and scipy:

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install mpmath scipy
    /tmp/venv/bin/python tests/conformance/make_vectors.py [--check]

With --check nothing is written; the exit code is 1 where the file differs.
"""

import datetime
import json
import math
import pathlib
import struct
import sys
import zlib
from fractions import Fraction

import mpmath as mp
import scipy.stats

mp.mp.dps = 50
LEVEL = mp.mpf("0.95")
HERE = pathlib.Path(__file__).resolve().parent


# --- bytes -----------------------------------------------------------------------------------

def u64(x):
    return struct.pack("<Q", x)


def i64(x):
    return struct.pack("<q", x)


def f64(x):
    return struct.pack("<d", x)


def i128(x):
    return (x % 2**128).to_bytes(16, "little")


def text(s):
    raw = s.encode()
    return struct.pack("<I", len(raw)) + raw


def fnv1a(data):
    h = 0xCBF29CE484222325
    for byte in data:
        h = (h ^ byte) * 0x100000001B3 % 2**64
    return h


def message(name, definition, payload):
    head = b"\x89CRM" + struct.pack("<HH", 1, 0) + u64(fnv1a(definition.encode())) + text(name)
    body = head + u64(len(payload)) + payload
    return body + struct.pack("<I", zlib.crc32(body))


# --- distributions ---------------------------------------------------------------------------

def real(x):
    return mp.mpf(x.numerator) / x.denominator if isinstance(x, Fraction) else mp.mpf(x)


Z = mp.sqrt(2) * mp.erfinv(LEVEL)
assert abs(float(Z) / scipy.stats.norm.ppf(0.975) - 1) < 1e-14


def solve(f, start):
    root = mp.findroot(f, (mp.mpf(start), mp.mpf(start) * (1 + mp.mpf("1e-6"))), tol=1e-40,
                       maxsteps=100)
    assert abs(float(root) / start - 1) < 1e-8, (root, start)
    return root


def beta_quantile(p, a, b):
    start = scipy.stats.beta.ppf(float(p), float(a), float(b))
    return solve(lambda x: mp.betainc(a, b, 0, x, regularized=True) / p - 1, start)


def t_critical(df):
    df = max(real(df), mp.mpf(1))
    if df > 10**7:  # Fisher and Cornish; the first term left out is below 1e-21
        g1 = (Z**3 + Z) / 4
        g2 = (5 * Z**5 + 16 * Z**3 + 3 * Z) / 96
        return Z + g1 / df + g2 / df**2
    alpha = 1 - LEVEL
    start = float(scipy.stats.t.ppf(0.975, float(df)))
    return solve(
        lambda t: mp.betainc(df / 2, mp.mpf(1) / 2, 0, df / (df + t * t), regularized=True) / alpha
        - 1, start)


# --- intervals of a share: x successes of n trials -------------------------------------------

def clip(low, high, least, most):
    return max(low, mp.mpf(least)), min(high, mp.mpf(most))


def wald_of(x, n):
    p = x / n
    half = Z * mp.sqrt(p * (1 - p) / n)
    return clip(p - half, p + half, 0, 1)


def wilson(x, n):
    root = Z * mp.sqrt(Z**2 / 4 + x * (n - x) / n)
    centre = x + Z**2 / 2
    low = mp.mpf(0) if x == 0 else (centre - root) / (n + Z**2)
    high = mp.mpf(1) if x == n else (centre + root) / (n + Z**2)
    return low, high


def wilson_corrected(x, n):
    # As prop.test of base R writes it.
    yates = min(mp.mpf("0.5"), abs(x - n / 2))
    zz = Z**2 / (2 * n)

    def end(p, sign):
        return (p + zz + sign * Z * mp.sqrt(p * (1 - p) / n + zz / (2 * n))) / (1 + 2 * zz)

    below, above = x / n - yates / n, x / n + yates / n
    return (mp.mpf(0) if below <= 0 else end(below, -1),
            mp.mpf(1) if above >= 1 else end(above, 1))


def agresti_coull(x, n):
    return wald_of_real(x + Z**2 / 2, n + Z**2)


def adjusted_wald_share(x, n):
    return wald_of_real(x + 2, n + 4)


def wald_of_real(x, n):
    return wald_of(mp.mpf(x), mp.mpf(n))


def clopper_pearson(x, n):
    tail = (1 - LEVEL) / 2
    return (mp.mpf(0) if x == 0 else beta_quantile(tail, x, n - x + 1),
            mp.mpf(1) if x == n else beta_quantile(1 - tail, x + 1, n - x))


def jeffreys(x, n):
    tail = (1 - LEVEL) / 2
    half = mp.mpf("0.5")
    return (mp.mpf(0) if x == 0 else beta_quantile(tail, x + half, n - x + half),
            mp.mpf(1) if x == n else beta_quantile(1 - tail, x + half, n - x + half))


SHARE_INTERVALS = {
    "Wald": wald_of, "Wilson": wilson, "Wilson with continuity correction": wilson_corrected,
    "Agresti-Coull": agresti_coull, "Jeffreys": jeffreys, "Clopper-Pearson": clopper_pearson,
    "adjusted Wald": adjusted_wald_share,
}


# --- intervals of a net share: negatives, neutrals, positives ---------------------------------

def net_wald(d, u, p):
    n = d + u + p
    net = (p - d) / n
    variance = (p + d) / n - net**2
    half = Z * mp.sqrt(max(variance, mp.mpf(0)) / n)
    return clip(net - half, net + half, -1, 1)


def net_adjusted_wald(d, u, p):
    return net_wald(d + mp.mpf("0.75"), u + mp.mpf("1.5"), p + mp.mpf("0.75"))


def restricted_variance(d, u, p, net):
    """Variance of one answer at the shares that maximise the likelihood given the net share."""
    least, most = max(mp.mpf(0), -net), (1 - net) / 2

    def slope(q):  # of p log(q + net) + d log(q) + u log(1 - 2 q - net), which is concave
        total = mp.mpf(0)
        for count, share, by in ((p, q + net, 1), (d, q, 1), (u, 1 - 2 * q - net, -2)):
            if count:
                total += by * count / share
        return total

    low, high = least, most
    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if slope(middle) > 0:
            low = middle
        else:
            high = middle
    q = (low + high) / 2
    return 2 * q + net - net**2


def net_score(d, u, p):
    def upper(d, u, p):
        n = d + u + p
        observed = (p - d) / n
        inside, outside = observed, mp.mpf(1)
        for _ in range(170):
            middle = (inside + outside) / 2
            rejected = n * (middle - observed)**2 > Z**2 * restricted_variance(d, u, p, middle)
            inside, outside = (inside, middle) if rejected else (middle, outside)
        return (inside + outside) / 2

    return -upper(p, u, d), upper(d, u, p)


NET_INTERVALS = {"adjusted Wald": net_adjusted_wald, "Wald": net_wald, "iterative score": net_score}


# --- results ---------------------------------------------------------------------------------

def result(**known):
    out = {"status": "no data", "value": None, "standard_error": None, "interval": None, "n": 0,
           "missing": 0, "invalid": 0}
    out.update(known)
    return out


def weigh(pairs):
    """Sum of weights, of their squares, and the value's share of them: (value, weight) pairs."""
    total = sum((real(w) for _, w in pairs), mp.mpf(0))
    squares = sum((real(w)**2 for _, w in pairs), mp.mpf(0))
    return total, squares


class Kish:
    """Sum of weights and effective n of (value, weight) pairs; frequency weights count."""

    def __init__(self, pairs, sampling):
        self.pairs = pairs
        self.sampling = sampling
        self.n = len(pairs) if sampling else sum(w for _, w in pairs)
        self.total, self.squares = weigh(pairs)
        if not sampling:
            self.effective = mp.mpf(self.n)
        elif self.squares:
            self.effective = self.total**2 / self.squares

    def mean(self):
        return sum((real(x) * real(w) for x, w in self.pairs), mp.mpf(0)) / self.total

    def exact_sum(self):
        return sum(x * w for x, w in self.pairs)

    def spread(self, mean):
        """Sum of w^2 (x - mean)^2, where a frequency weight w stands for w observations."""
        power = 2 if self.sampling else 1
        return sum((real(w)**power * (real(x) - mean)**2 for x, w in self.pairs), mp.mpf(0))

    def extra(self):
        return {"effective_n": self.effective} if self.sampling else {}


def share_result(pairs, sampling, interval):
    k = Kish(pairs, sampling)
    if k.n == 0:
        return result()
    if k.total == 0:
        return result(status="undefined", n=k.n)
    p = k.mean()
    error = mp.sqrt(k.spread(p)) / k.total
    low_high = SHARE_INTERVALS[interval](p * k.effective, k.effective) if sampling else \
        SHARE_INTERVALS[interval](mp.mpf(k.exact_sum()), mp.mpf(k.n))
    exact = None if sampling else [k.exact_sum(), k.n]
    return result(status="ok", value=p, standard_error=error, interval=low_high, n=k.n,
                  exact=exact, **k.extra())


def net_result(pairs, sampling, interval):
    k = Kish(pairs, sampling)
    if k.n == 0:
        return result()
    if k.total == 0:
        return result(status="undefined", n=k.n)
    net = k.mean()
    error = mp.sqrt(k.spread(net)) / k.total
    scale = k.effective / k.total
    counts = [sum((real(w) for x, w in pairs if x == sign), mp.mpf(0)) * scale
              for sign in (-1, 0, 1)]
    exact = None if sampling else [k.exact_sum(), k.n]
    return result(status="ok", value=net, standard_error=error,
                  interval=NET_INTERVALS[interval](*counts), n=k.n, exact=exact, **k.extra())


def mean_result(pairs, sampling=False, bounds=None, offset=0, width=1):
    """Mean of (x - offset) / width with Student's interval, cut to the bounds of x."""
    k = Kish(pairs, sampling)
    if k.n == 0:
        return result()
    if k.total == 0:
        return result(status="undefined", n=k.n)
    mean = k.mean()
    out = result(status="ok", value=(mean - offset) / width, n=k.n, **k.extra())
    if not sampling and all(isinstance(x, int) for x, _ in pairs):
        exact = [k.exact_sum() - offset * k.n, k.n * width]
        out["exact"] = exact if all(-2**63 <= x < 2**63 for x in exact) else None
    if k.effective > 1:
        error = mp.sqrt(k.spread(mean) / k.total**2 * (k.effective / (k.effective - 1)))
        half = t_critical(k.effective - 1) * error
        low_high = (mean - half, mean + half)
        if bounds:
            low_high = clip(*low_high, *bounds)
        out["standard_error"] = error / width
        out["interval"] = tuple((x - offset) / width for x in low_high)
    return out


# --- metrics ---------------------------------------------------------------------------------

MISSING = {"skip": "", "reject": "missing rejected", "as_failure": "missing as failure",
           "as_passive": "missing as passive"}
INVALID = {"reject": "", "count": "invalid counted"}


def joined(*parts):
    return ", ".join(p for p in parts if p)[:112]


def split_event(event):
    """(value, weight) of an input of the file."""
    if isinstance(event, dict) and "value" in event:
        return reading(event["value"]), reading(event["weight"])
    if isinstance(event, dict):
        return event, 1
    return reading(event), 1


def reading(value):
    """Reals stand as text in the file, so that no JSON reader rounds them."""
    if not isinstance(value, str):
        return value
    return None if value == "NaN" else float(value)


class Metric:
    weights = "frequency"
    missing = "skip"
    invalid = "reject"
    refuses = ()
    key = "?"

    def settings(self):
        return {}

    def describe(self):
        out = {"kind": self.kind, **self.settings()}
        if self.missing != "skip":
            out["missing"] = self.missing
        if self.invalid != "reject":
            out["invalid"] = self.invalid
        if self.weights != "frequency":
            out["weights"] = self.weights
        return out

    def convention(self):
        return joined(self.what(), MISSING[self.missing], INVALID[self.invalid])

    def definition(self):
        return f"{self.name}({self.convention()}){{{self.fields()}}}"

    def screened(self, events):
        """The valid (value, weight) pairs, and how many were missing and invalid."""
        pairs, missing, invalid = [], 0, 0
        for event in events:
            value, weight = split_event(event)
            times = 1 if self.weights == "sampling" else weight
            if value is None:
                missing += times
                if self.stand_in() is not None:
                    pairs.append((self.stand_in(), weight))
            elif self.valid(value):
                pairs.append((value, weight))
            else:
                assert self.invalid == "count", (self.key, value)
                invalid += times
        return pairs, missing, invalid

    def stand_in(self):
        return None

    def valid(self, value):
        return True

    def result(self, events):
        pairs, missing, invalid = self.screened(events)
        out = self.of(pairs)
        out["missing"], out["invalid"] = missing, invalid
        return out

    def payload(self, events):
        pairs, missing, invalid = self.screened(events)
        return self.state(pairs) + u64(missing) + u64(invalid)

    def cell_fields(self):
        return "u64" if self.weights == "frequency" else "u64 f64 f64"

    def cell(self, weights):
        if self.weights == "frequency":
            return u64(sum(weights))
        total = squares = 0.0
        for w in weights:
            total += float(w)
            squares += float(w) * float(w)
        return u64(len(weights)) + f64(total) + f64(squares)


class Nps(Metric):
    kind, name, unit, direction = "nps", "NPS", "net fraction", "higher is better"

    def __init__(self, low=0, interval="adjusted Wald", missing="skip", invalid="reject",
                 weights="frequency"):
        self.low, self.interval, self.missing, self.invalid = low, interval, missing, invalid
        self.weights, self.method = weights, interval
        self.refuses = [11, low - 1, "7.5", -128, 2**62] if invalid == "reject" else []

    def settings(self):
        return {"scale": f"{self.low}-10", "interval": self.interval}

    def what(self):
        return f"scale {self.low}-10, promoters 9-10, passives 7-8, detractors {self.low}-6"

    def fields(self):
        return " ".join([self.cell_fields()] * 3 + ["u64 u64"])

    def valid(self, x):
        return x == math.floor(x) and self.low <= x <= 10

    def stand_in(self):
        return 7 if self.missing == "as_passive" else None

    @staticmethod
    def sign(x):
        return 1 if x >= 9 else 0 if x >= 7 else -1

    def state(self, pairs):
        return b"".join(self.cell([w for x, w in pairs if self.sign(x) == s]) for s in (-1, 0, 1))

    def of(self, pairs):
        return net_result([(self.sign(x), w) for x, w in pairs], self.weights == "sampling",
                          self.interval)


class Ordinal(Metric):
    kind, name, unit, direction = "ordinal", "mean rating", "points", "higher is better"
    method = "Student t"

    def __init__(self, low=1, high=5, missing="skip", invalid="reject", weights="frequency"):
        self.low, self.high, self.missing, self.invalid = low, high, missing, invalid
        self.weights = weights
        self.refuses = [high + 1, low - 1, "2.5"] if invalid == "reject" else []

    def settings(self):
        return {"scale": f"{self.low}-{self.high}"}

    def what(self):
        return f"scale {self.low}-{self.high}"

    def fields(self):
        return " ".join([self.cell_fields()] * (self.high - self.low + 1) + ["u64 u64"])

    def valid(self, x):
        return x == math.floor(x) and self.low <= x <= self.high

    def state(self, pairs):
        return b"".join(self.cell([w for x, w in pairs if x == point])
                        for point in range(self.low, self.high + 1))

    def of(self, pairs):
        return mean_result([(int(x), w) for x, w in pairs], self.weights == "sampling",
                           (self.low, self.high))


class Csat(Metric):
    kind, name, direction = "csat", "CSAT", "higher is better"

    def __init__(self, score="top_box", k=2, low=1, high=5, interval="Wilson", good=4, bad=2,
                 **policies):
        self.counts = Ordinal(low, high, **policies)
        self.missing, self.invalid = self.counts.missing, self.counts.invalid
        self.weights, self.refuses = self.counts.weights, self.counts.refuses
        self.score, self.k, self.good, self.bad, self.interval = score, k, good, bad, interval
        self.method = {"top_box": interval, "good_of_rated": interval,
                       "net_satisfied": "adjusted Wald"}.get(score, "Student t")
        self.unit = {"mean": "points", "net_satisfied": "net fraction"}.get(score, "fraction")

    def settings(self):
        out = {"scale": f"{self.counts.low}-{self.counts.high}", "score": self.score}
        if self.score == "top_box":
            out["k"] = self.k
        if self.score in ("good_of_rated", "net_satisfied"):
            out["good"], out["bad"] = self.good, self.bad
        out["interval"] = self.method
        return out

    def what(self):
        high = self.counts.high
        return {
            "top_box": f"share of {high - self.k + 1}-{high}" if self.k > 1 else f"share of {high}",
            "mean": "mean rating",
            "min_max": "(mean - min) / (max - min)",
            "mean_over_max": "mean / max",
            "good_of_rated": f"good ({self.good}+) / (good + bad (to {self.bad}))",
            "net_satisfied": f"share of {self.good}+ minus share to {self.bad}",
        }[self.score]

    def convention(self):
        return joined(self.what(), self.counts.convention())

    def fields(self):
        return self.counts.definition()

    def screened(self, events):
        return self.counts.screened(events)

    def state(self, pairs):
        return self.counts.state(pairs)

    def of(self, pairs):
        sampling = self.weights == "sampling"
        low, high = self.counts.low, self.counts.high
        if self.score == "top_box":
            return share_result([(int(x > high - self.k), w) for x, w in pairs], sampling,
                                self.interval)
        if self.score == "good_of_rated":
            rated = [(int(x >= self.good), w) for x, w in pairs if x >= self.good or x <= self.bad]
            out = share_result(rated, sampling, self.interval)
            between = [w for x, w in pairs if self.bad < x < self.good]
            out["excluded"] = len(between) if sampling else sum(between)
            if out["n"] == 0 and out["excluded"]:
                out["status"] = "undefined"
            return out
        if self.score == "net_satisfied":
            return net_result([((x >= self.good) - (x <= self.bad), w) for x, w in pairs], sampling,
                              "adjusted Wald")
        offset, width = {"mean": (0, 1), "min_max": (low, high - low),
                         "mean_over_max": (0, high)}[self.score]
        return mean_result([(int(x), w) for x, w in pairs], sampling, (low, high), offset, width)


class Proportion(Metric):
    kind, name, unit, direction = "proportion", "proportion", "fraction", "higher is better"

    def __init__(self, interval="Wilson", missing="skip", weights="frequency", invalid="reject"):
        self.interval = self.method = interval
        self.missing, self.weights, self.invalid = missing, weights, invalid
        if weights == "frequency" and invalid == "reject":
            self.refuses = [{"successes": 5, "trials": 4}]

    def settings(self):
        return {"interval": self.interval}

    def what(self):
        return "successes / observed"

    def fields(self):
        return " ".join([self.cell_fields()] * 2 + ["u64 u64"])

    def stand_in(self):
        return False if self.missing == "as_failure" else None

    def valid(self, value):
        return not isinstance(value, dict) or value["successes"] <= value["trials"]

    def screened(self, events):
        pairs, missing, invalid = super().screened(events)
        out = []
        for x, w in pairs:
            if isinstance(x, dict):
                out += [(True, x["successes"]), (False, x["trials"] - x["successes"])]
            else:
                out.append((x, w))
        return out, missing, invalid

    def state(self, pairs):
        return b"".join(self.cell([w for x, w in pairs if x is answer]) for answer in (True, False))

    def of(self, pairs):
        return share_result([(int(x), w) for x, w in pairs], self.weights == "sampling",
                            self.interval)


class ErrorRate(Proportion):
    kind, name, direction = "error_rate", "error rate", "lower is better"

    def what(self):
        return "errors / checked"


class Occurrences(Metric):
    kind, name, unit, direction = "occurrences", "occurrences", "number", "neutral"
    method = "complete count"

    def what(self):
        return "number of true"

    def fields(self):
        return "u64 u64 u64 u64"

    def state(self, pairs):
        return b"".join(u64(sum(w for x, w in pairs if x is answer)) for answer in (True, False))

    def of(self, pairs):
        yes = sum(w for x, w in pairs if x)
        return result(status="ok", value=yes, n=sum(w for _, w in pairs), exact=[yes, 1])


def to_microseconds(seconds):
    scaled = seconds * 10**6 if isinstance(seconds, int) else seconds * 1e6
    return math.floor(abs(scaled) + 0.5) * (1 if scaled >= 0 else -1)


class ShareWithin(Metric):
    kind, name, unit, direction = "share_within", "share within limit", "fraction", \
        "higher is better"

    def __init__(self, limit=30, interval="Wilson", missing="skip", invalid="reject"):
        self.limit, self.interval, self.method = limit, interval, interval
        self.missing, self.invalid = missing, invalid
        self.refuses = [-1, "inf"] if invalid == "reject" else []

    def settings(self):
        limit = self.limit if isinstance(self.limit, int) else repr(self.limit)
        return {"limit": limit, "interval": self.interval}

    def what(self):
        us = to_microseconds(self.limit)
        return f"within {us // 10**6} s" if us % 10**6 == 0 else f"within {us} us"

    def fields(self):
        return "u64 u64 u64 u64"

    def valid(self, x):
        return 0 <= x < math.inf

    def stand_in(self):
        return 10**9 if self.missing == "as_failure" else None

    def within(self, x):
        return to_microseconds(x) <= to_microseconds(self.limit)

    def state(self, pairs):
        return b"".join(u64(sum(w for x, w in pairs if self.within(x) is answer))
                        for answer in (True, False))

    def of(self, pairs):
        return share_result([(int(self.within(x)), w) for x, w in pairs], False, self.interval)


class Duration(Metric):
    kind, name, unit, direction = "duration", "duration", "seconds", "lower is better"
    method = "Student t"

    def __init__(self, missing="skip", invalid="reject"):
        self.missing, self.invalid = missing, invalid
        self.refuses = [-1, "-0.5", "inf"] if invalid == "reject" else []

    def what(self):
        return "mean time span"

    def fields(self):
        return "u64 i128 u128 u64 u64"

    def valid(self, x):
        return 0 <= x < math.inf

    def state(self, pairs):
        us = [(to_microseconds(x), w) for x, w in pairs]
        return u64(sum(w for _, w in us)) + i128(sum(x * w for x, w in us)) + \
            i128(sum(x * x * w for x, w in us))

    def of(self, pairs):
        us = [(to_microseconds(x), w) for x, w in pairs]
        return mean_result(us, width=10**6, bounds=(0, mp.inf))


class HandleTime(Duration):
    kind, name = "handle_time", "handle time"

    def what(self):
        return "mean time of a handled segment"


class IntegerMean(Metric):
    kind, name, unit, direction = "integer_mean", "mean", "number", "neutral"
    method = "Student t"
    refuses = ["0.5", "inf"]

    def __init__(self, invalid="reject"):
        self.invalid = invalid
        if invalid == "count":
            self.refuses = ()

    def what(self):
        return "arithmetic mean of whole numbers"

    def fields(self):
        return "u64 i128 u128 u64 u64"

    def valid(self, x):
        return math.isfinite(x) and x == math.floor(x)

    def state(self, pairs):
        return u64(sum(w for _, w in pairs)) + i128(sum(int(x) * w for x, w in pairs)) + \
            i128(sum(int(x)**2 * w for x, w in pairs))

    def of(self, pairs):
        return mean_result([(int(x), w) for x, w in pairs])


class Mean(Metric):
    kind, name, unit, direction = "mean", "mean", "number", "neutral"
    method = "Student t"

    def __init__(self, invalid="reject"):
        self.invalid = invalid
        self.refuses = ["inf", "-inf"] if invalid == "reject" else []

    def what(self):
        return "arithmetic mean"

    def fields(self):
        return "u64 f64 f64 u64 u64"

    def valid(self, x):
        return math.isfinite(x)

    def state(self, pairs):
        # The order of these operations is part of the layout: docs/io/state-bytes.md.
        n, mean, m2 = 0, 0.0, 0.0
        for x, w in pairs:
            if n == 0:
                n, mean = w, float(x)
                continue
            a, b = float(n), float(w)
            delta = float(x) - mean
            share = b / (a + b)
            mean = mean + delta * share
            m2 = m2 + (0.0 + delta * delta * a * share)
            n += w
        return u64(n) + f64(mean) + f64(m2)

    def of(self, pairs):
        out = mean_result([(Fraction(x), w) for x, w in pairs])
        return out


class Given(Metric):
    kind, name, unit, direction = "given", "given figure", "number", "neutral"
    refuses = [{"figure": "inf", "n": 1}, {"figure": 1, "n": 0},
               {"figure": 1, "n": 2, "standard_error": "-0.5"}]

    def what(self):
        return "measured elsewhere, pooled by n"

    def fields(self):
        return "u64 f64 f64 u64 u64"

    def figures(self, events):
        out = []
        for e in events:
            if e is not None:
                error = e.get("standard_error")
                out.append((float(e["figure"]), e["n"], None if error is None else float(error)))
        return out

    def payload(self, events):
        # As for the mean: the order of operations is part of the layout.
        n, value, spread, without = 0, 0.0, 0.0, 0
        for v, times, error in self.figures(events):
            if n == 0:
                value = v
            else:
                value += (v - value) * (float(times) / (float(n) + float(times)))
            n += times
            scaled = 0.0 if error is None else float(times) * error
            spread += scaled * scaled
            without += error is None
        return u64(n) + f64(value) + f64(spread) + u64(without) + u64(events.count(None))

    def result(self, events):
        figures = self.figures(events)
        n = sum(times for _, times, _ in figures)
        if n == 0:
            return result(missing=events.count(None), method="given, no standard error")
        value = sum(Fraction(v) * times for v, times, _ in figures) / n
        out = result(status="ok", value=real(value), n=n, missing=events.count(None),
                     method="given, no standard error")
        if all(error is not None for _, _, error in figures):
            error = mp.sqrt(sum((real(Fraction(e)) * times)**2 for _, times, e in figures)) / n
            out["standard_error"] = error
            out["interval"] = (real(value) - Z * error, real(value) + Z * error)
            out["method"] = "normal, given standard error"
        return out


class WeightedMean(Metric):
    kind, name, unit, direction = "weighted_mean", "weighted mean", "number", "neutral"
    method, weights = "Student t", "sampling"
    refuses = ["inf", "-inf"]

    def what(self):
        return "arithmetic mean, sampling weights"

    def fields(self):
        return "u64 f64 f64 f64 f64 f64 u64 u64"

    def valid(self, x):
        return math.isfinite(x)

    def state(self, pairs):
        # The order of these operations is part of the layout.
        weight = mean = squares = first = second = 0.0

        def shift(by, squares, first, second):
            return first + by * squares, second + by * (2 * first + by * squares)

        for x, w in ((float(x), float(w)) for x, w in pairs):
            if w == 0:
                continue
            if weight == 0:
                weight, mean, squares = w, x, w * w
                continue
            share = w / (weight + w)
            to = mean + (x * share - mean * share)
            first, second = shift(mean - to, squares, first, second)
            own_first, own_second = shift(x - to, w * w, 0.0, 0.0)
            mean = to
            weight, squares = weight + w, squares + w * w
            first, second = first + own_first, second + own_second
        return u64(len(pairs)) + b"".join(map(f64, (weight, mean, squares, first, second)))

    def of(self, pairs):
        return mean_result(pairs, sampling=True)


class Rate(Metric):
    kind, name, unit, direction = "rate", "rate", "per unit of exposure", "neutral"
    refuses = [{"events": -1, "exposure": 5}, {"events": 1, "exposure": -5}]

    def __init__(self, scale=1, exposure="unit of exposure", interval="Poisson score"):
        self.scale, self.exposure, self.interval, self.method = scale, exposure, interval, interval

    def settings(self):
        return {"per": self.scale, "exposure": self.exposure, "interval": self.interval}

    def what(self):
        return "events per " + (f"{self.scale} " if self.scale != 1 else "") + self.exposure

    def fields(self):
        return "u64 u64 u64 u64"

    def sums(self, pairs):
        return (sum(x["events"] * w for x, w in pairs), sum(x["exposure"] * w for x, w in pairs))

    def state(self, pairs):
        return b"".join(map(u64, self.sums(pairs)))

    def bounds(self, x):
        if self.interval == "Poisson score":
            root = Z * mp.sqrt(x + Z**2 / 4)
            low = mp.mpf(0) if x == 0 else x + Z**2 / 2 - root
            return low, x + Z**2 / 2 + root
        tail = (1 - LEVEL) / 2

        def gamma_quantile(p, a):
            return solve(lambda q: mp.gammainc(a, 0, q, regularized=True) / p - 1,
                         float(scipy.stats.gamma.ppf(float(p), float(a))))

        return (mp.mpf(0) if x == 0 else gamma_quantile(tail, x), gamma_quantile(1 - tail, x + 1))

    def of(self, pairs):
        x, t = self.sums(pairs)
        if t == 0:
            return result(status="undefined" if x else "no data")
        exact = [x * self.scale, t]
        return result(status="ok", value=Fraction(x * self.scale, t), n=t,
                      standard_error=self.scale * mp.sqrt(x) / t,
                      interval=tuple(end * self.scale / t for end in self.bounds(mp.mpf(x))),
                      exact=exact if exact[0] < 2**63 else None)


class Ratio(Metric):
    kind, name, unit, direction = "ratio", "ratio", "number", "neutral"
    method = "delta method"
    refuses = [{"numerator": 1, "denominator": -1}]

    def what(self):
        return "sum of numerators / sum of denominators"

    def fields(self):
        return "u64 i128 i128 u128 i128 u128 u64 u64"

    @staticmethod
    def triples(pairs):
        return [(e["numerator"], e["denominator"], w) for e, w in pairs]

    def state(self, pairs):
        xyw = self.triples(pairs)
        return u64(sum(w for _, _, w in xyw)) + b"".join(i128(sum(part)) for part in (
            [x * w for x, _, w in xyw], [y * w for _, y, w in xyw], [x * x * w for x, _, w in xyw],
            [x * y * w for x, y, w in xyw], [y * y * w for _, y, w in xyw]))

    def of(self, pairs):
        xyw = self.triples(pairs)
        n = sum(w for _, _, w in xyw)
        if n == 0:
            return result()
        x, y = sum(x * w for x, _, w in xyw), sum(y * w for _, y, w in xyw)
        if y == 0:
            return result(status="undefined", n=n)
        fits = -2**63 <= x < 2**63 and y < 2**63
        out = result(status="ok", value=Fraction(x, y), n=n, exact=[x, y] if fits else None)
        if n > 1:
            squares = sum((a - Fraction(x, y) * b)**2 * w for a, b, w in xyw)
            error = mp.sqrt(real(squares / (n - 1) / n)) / (mp.mpf(y) / n)
            out["standard_error"] = error
            out["interval"] = (real(Fraction(x, y)) - Z * error, real(Fraction(x, y)) + Z * error)
        return out


class Quantile(Metric):
    """All four: of whole numbers or spans in buckets, of reals or spans exactly."""

    method = "order statistics"

    def __init__(self, p, exact=False, spans=False, type=7):
        self.p, self.exact, self.spans, self.type = p, exact, spans, type
        self.name = ("exact " if exact else "") + ("duration " if spans else "") + "quantile"
        self.kind = self.name.replace(" ", "_")
        self.unit, self.direction = ("seconds", "lower is better") if spans else ("number", "neutral")
        self.refuses = ["inf", -1] if spans else ["inf"] if exact else ["inf", -1, "0.5"]

    def settings(self):
        return {"p": self.p, "type": self.type}

    def what(self):
        return f"{self.p} quantile, type {self.type}" + \
            ("" if self.exact else ", relative error <= 1/256")

    def fields(self):
        key = "u64" if not self.exact else "i64" if self.spans else "f64"
        return f"array({key} u64) u64 u64"

    def valid(self, x):
        whole = self.exact or self.spans or x == math.floor(x)
        return math.isfinite(x) and whole and (x >= 0 or (self.exact and not self.spans))

    def counts(self, pairs):
        counts = {}
        for x, w in pairs:
            key = to_microseconds(x) if self.spans else float(x) + 0.0 if self.exact else int(x)
            if not self.exact:
                key = self.bucket(key)
            counts[key] = counts.get(key, 0) + w
        return sorted(counts.items())

    @staticmethod
    def bucket(v):
        """Below 256 each number has a bucket; every further doubling is cut into 128."""
        shift = max(v.bit_length() - 8, 0)
        return 128 * shift + (v >> shift)

    @staticmethod
    def edges(key):
        """The smallest and the largest number in a bucket."""
        shift = max(key // 128 - 1, 0)
        low = (key - 128 * shift) << shift
        return low, low + (1 << shift) - 1

    def state(self, pairs):
        counts = self.counts(pairs)
        key_bytes = u64 if not self.exact else i64 if self.spans else f64
        return u64(len(counts)) + b"".join(key_bytes(k) + u64(w) for k, w in counts)

    def of(self, pairs):
        counts = self.counts(pairs)
        n = sum(w for _, w in counts)
        if n == 0:
            return result()
        unit = 10**6 if self.spans else 1

        def at(rank):
            for key, w in counts:
                rank -= w
                if rank <= 0:
                    low, high = (Fraction(key),) * 2 if self.exact else self.edges(key)
                    return Fraction(low) / unit, Fraction(low + high) / 2 / unit, \
                        Fraction(high) / unit

        def within(rank):
            return min(max(rank, 1), n)

        p = Fraction(self.p)
        h = {1: n * p, 2: n * p, 3: n * p - Fraction(1, 2), 4: n * p, 5: n * p + Fraction(1, 2),
             6: (n + 1) * p, 7: (n - 1) * p + 1, 8: (n + Fraction(1, 3)) * p + Fraction(1, 3),
             9: (n + Fraction(1, 4)) * p + Fraction(3, 8)}[self.type]
        j = math.floor(h)
        g = h - j
        if self.type == 1:
            g = 1 if g else 0
        elif self.type == 2:
            g = 1 if g else Fraction(1, 2)
        elif self.type == 3:
            g = 0 if g == 0 and j % 2 == 0 else 1
        value = (1 - g) * at(within(j))[1] + g * at(within(j + 1))[1]
        out = result(status="ok", value=value, n=n)

        tail = (1 - Fraction("0.95")) / 2
        mass = [math.comb(n, k) * p**k * (1 - p)**(n - k) for k in range(n + 1)]
        lows = [r for r in range(1, n + 1) if sum(mass[:r]) <= tail]
        highs = [r for r in range(1, n + 1) if sum(mass[r:]) <= tail]
        if lows and highs:
            low, high = at(max(lows))[0], at(min(highs))[2]
            out["interval"] = (low, high)
            out["standard_error"] = real(high - low) / (2 * Z)
        return out


# --- combinators: events are rows ------------------------------------------------------------

class On(Metric):
    """A projection: definition, state and result are those of the metric inside."""
    kind = "on"

    def __init__(self, field, inner):
        self.field, self.inner, self.name = field, inner, inner.name

    def describe(self):
        return {"kind": "on", "field": self.field, "metric": self.inner.describe()}

    def convention(self):
        return self.inner.convention()

    def definition(self):
        return self.inner.definition()

    def take(self, rows):
        return [row.get(self.field) for row in rows]

    def payload(self, rows):
        return self.inner.payload(self.take(rows))

    def result(self, rows):
        return self.inner.result(self.take(rows))


class Where(Metric):
    kind = "where"

    def __init__(self, field, inner, cause):
        self.field, self.inner, self.cause, self.name = field, inner, cause, inner.name

    def describe(self):
        return {"kind": "where", "field": self.field, "cause": self.cause,
                "metric": self.inner.describe()}

    def convention(self):
        return (self.inner.convention() + ", without: " + self.cause)[:112]

    def definition(self):
        return f'{self.name}({self.convention()}){{["{self.cause}"] {self.inner.definition()} u64}}'

    def payload(self, rows):
        kept = [row for row in rows if row[self.field]]
        return self.inner.payload(kept) + u64(len(rows) - len(kept))

    def result(self, rows):
        kept = [row for row in rows if row[self.field]]
        out = self.inner.result(kept)
        out["excluded"] = out.get("excluded", 0) + len(rows) - len(kept)
        return out


class By(Metric):
    kind = "by"

    def __init__(self, field, inner, known=None, dense=None, unknown="reject"):
        self.field, self.inner, self.name = field, inner, inner.name
        self.known, self.dense, self.unknown = known, dense, unknown

    def describe(self):
        out = {"kind": "by", "field": self.field, "metric": self.inner.describe()}
        if self.known:
            out["roster"] = self.known
        if self.dense is not None:
            out["dense_ids"] = self.dense
        if self.unknown != "reject":
            out["unknown"] = self.unknown
        return out

    def convention(self):
        return (self.inner.convention() + ", by key")[:112]

    def definition(self):
        if self.known:
            table = "by_known_key(" + " ".join(f'["{k}"]' for k in sorted(self.known)) + ")"
        elif self.dense is not None:
            table = f"copies([{self.dense}])"
        else:
            table = f"by_key({self.key_kind()})"
        policy = {"reject": 0, "count": 1}[self.unknown]
        return f"{self.name}({self.convention()}){{{self.inner.definition()} [{policy}] u64 {table}}}"

    def key_kind(self):
        return "text"

    def key_bytes(self, key):
        return text(key)

    def key_of(self, row):
        return row.get(self.field)

    def groups(self, rows):
        groups = {}
        if self.known:
            groups = {k: [] for k in self.known}
        elif self.dense is not None:
            groups = {k: [] for k in range(self.dense)}
        unkeyed, unknown = [], 0
        for row in rows:
            key = self.key_of(row)
            if key is None:
                unkeyed.append(row)
            elif key in groups or (not self.known and self.dense is None):
                groups.setdefault(key, []).append(row)
            else:
                assert self.unknown == "count"
                unknown += 1
        return dict(sorted(groups.items())), unkeyed, unknown

    def payload(self, rows):
        groups, unkeyed, unknown = self.groups(rows)
        out = self.inner.payload(unkeyed) + u64(unknown) + u64(len(groups))
        for key, members in groups.items():
            if self.dense is None:
                out += self.key_bytes(key)
            out += self.inner.payload(members)
        return out

    def result(self, rows):
        groups, unkeyed, unknown = self.groups(rows)
        return {"groups": [{"key": k, "result": self.inner.result(m)} for k, m in groups.items()],
                "unkeyed": self.inner.result(unkeyed), "unknown": unknown}


class Months:
    def __init__(self, months=1):
        self.months = months
        self.name = f"by {months} month" + ("s" if months > 1 else "")

    def describe(self):
        return {"calendar_months": self.months}

    def settings(self):
        return ""

    def number(self, at):
        t = datetime.datetime(1970, 1, 1) + datetime.timedelta(microseconds=at)
        return (12 * t.year + t.month - 1) // self.months

    def bounds(self, number):
        def start(month):
            first = datetime.datetime(month // 12, month % 12 + 1, 1)
            return (first - datetime.datetime(1970, 1, 1)) // datetime.timedelta(microseconds=1)

        return start(number * self.months), start((number + 1) * self.months)


class Tumbling:
    def __init__(self, length, origin=0):
        self.length, self.origin = length, origin
        self.name = f"every {length // 10**6} s"

    def describe(self):
        return {"tumbling": self.length, "origin": self.origin}

    def settings(self):
        return f"[{self.length}] [{self.origin}] "

    def number(self, at):
        return (at - self.origin) // self.length

    def bounds(self, number):
        return self.origin + number * self.length, self.origin + (number + 1) * self.length


class Over(Metric):
    kind = "over"

    def __init__(self, window, field, inner):
        self.window, self.field, self.inner, self.name = window, field, inner, inner.name
        self.cells = By(field, inner)
        self.cells.key_kind = lambda: "i64"
        self.cells.key_bytes = i64
        self.cells.key_of = lambda row: None if row.get(field) is None else \
            window.number(row[field])

    def describe(self):
        return {"kind": "over", "field": self.field, "window": self.window.describe(),
                "metric": self.inner.describe()}

    def convention(self):
        return (self.inner.convention() + ", " + self.window.name)[:112]

    def definition(self):
        return f"{self.name}({self.convention()}){{{self.window.settings()}{self.cells.definition()}}}"

    def payload(self, rows):
        return self.cells.payload(rows)

    def result(self, rows):
        inner = self.cells.result(rows)
        periods = []
        for group in inner["groups"]:
            start, end = self.window.bounds(group["key"])
            periods.append({"from": start, "to": end, "result": group["result"]})
        return {"periods": periods, "untimed": inner["unkeyed"]}


class Together(Metric):
    kind, name = "together", "together"

    def __init__(self, *metrics):
        self.metrics = metrics

    def describe(self):
        return {"kind": "together", "metrics": [m.describe() for m in self.metrics]}

    def convention(self):
        return ", ".join(m.name for m in self.metrics)[:112]

    def definition(self):
        return f"together({self.convention()}){{{' '.join(m.definition() for m in self.metrics)}}}"

    def payload(self, rows):
        return b"".join(m.payload(rows) for m in self.metrics)

    def result(self, rows):
        return [m.result(rows) for m in self.metrics]


# --- the vectors -----------------------------------------------------------------------------

def weighted(*pairs):
    return [{"value": v, "weight": w} for v, w in pairs]


NPS_MIXED = [10, 9, 8, 7, 6, 1, None, 10, 3, 9, "10.0"]
NPS_HUGE = weighted((10, 4 * 10**18), (3, 10**18), (8, 3 * 10**18), (None, 7))
RATINGS = [5, 4, 4, 3, None, 1, 5, 2, "4.0", 5, 5]
RATINGS_HUGE = weighted((5, 3 * 10**18), (3, 10**17), (1, 2 * 10**18), (None, 2))
YES_NO = [True, True, False, None, True, False, True, {"successes": 5, "trials": 7}]
YES_NO_HUGE = weighted((True, 6 * 10**18), (False, 2 * 10**18), (None, 3))
SAMPLING = weighted((9, "1.5"), (10, "0.1"), (7, 2), (3, "0.7"), (None, 4), (6, "1.25"), (8, "0.3"))
RATINGS_SAMPLING = weighted((5, "1.5"), (4, "0.1"), (3, 2), (1, "0.7"), (None, 4), (5, "1.25"))
YES_NO_SAMPLING = weighted((True, "1.5"), (True, "0.1"), (False, 2), (True, "0.7"), (None, 4))
SECONDS = [30, "29.999999", "30.000001", 0, None, "12.5", 600, "NaN"]
ROWS = [
    # 2024-01-31 23:59:59.999999, 2024-02-01 00:00, 2024-02-29 12:00, 2023-12-31 18:30, none
    {"agent": "cem", "desk": 2, "score": 9, "rating": 4, "kept": True, "at": 1706745599999999,
     "handled": "61.5", "ok": True},
    {"agent": "ann", "desk": 0, "score": 10, "rating": 5, "kept": True, "at": 1706745600000000,
     "handled": 300, "ok": False},
    {"agent": "ann", "desk": 0, "score": 6, "rating": None, "kept": False, "at": 1709208000000000,
     "handled": 20, "ok": True},
    {"agent": None, "desk": None, "score": 8, "rating": 3, "kept": True, "at": 1704047400000000,
     "handled": None, "ok": None},
    {"agent": "\u00e4nne", "desk": 2, "score": None, "rating": 1, "kept": True, "at": None,
     "handled": 45, "ok": True},
    {"agent": "ann", "desk": 1, "score": 9, "rating": 5, "kept": True, "at": -1,
     "handled": "0.000001", "ok": True},
]
DAY = 86400 * 10**6
NPS_CASES = {"empty": [], "one": [10], "all missing": [None, "NaN"], "mixed": NPS_MIXED,
             "huge counts": NPS_HUGE}
INTERVAL_CASES = {"mixed": NPS_MIXED, "all promoters": [9, 10, 10, 9], "all detractors": [0, 0],
                  "one passive": [7]}
RATING_CASES = {"empty": [], "one": [4], "all missing": [None], "mixed": RATINGS,
                "huge counts": RATINGS_HUGE}
YES_NO_CASES = {"empty": [], "one": [True], "all missing": [None, None], "mixed": YES_NO,
                "huge counts": YES_NO_HUGE}
SHARE_CASES = {"171 of 180": [{"successes": 171, "trials": 180}], "none of 20": [
    {"successes": 0, "trials": 20}], "all of 20": [{"successes": 20, "trials": 20}],
    "half of 40": [{"successes": 20, "trials": 40}], "empty": []}
ROW_CASES = {"empty": [], "one": ROWS[:1], "mixed": ROWS}
QUANTILE_CASES = {"empty": [], "one": [300], "all missing": [None, "NaN"],
                  "squares": [x * x for x in range(1, 41)], "few": [5, 1, None, 3],
                  "weighted": weighted((1000, 30), (255, 5), (256, 1), (2**62 + 1, 4)),
                  "ends of the range": [0, 2**53, 1, 255, 256, 257, 511, 512]}
SPAN_CASES = {"empty": [], "one": ["0.000001"], "all missing": [None],
              "1 to 60 s": list(range(1, 61)), "mixed": SECONDS}
REALS = ["0.1", "0.2", "0.7", None, 3, "-1e6", "1e-3"]

METRICS = [
    ("nps", Nps(), NPS_CASES),
    ("nps_1_10", Nps(low=1), NPS_CASES),
    ("nps_wald", Nps(interval="Wald"), INTERVAL_CASES),
    ("nps_score", Nps(interval="iterative score"), INTERVAL_CASES),
    ("nps_1_10_score", Nps(low=1, interval="iterative score"), {"mixed": NPS_MIXED}),
    ("nps_missing_as_passive", Nps(missing="as_passive"),
     {"empty": [], "all missing": [None, "NaN"], "mixed": NPS_MIXED}),
    ("nps_invalid_counted", Nps(invalid="count"),
     {"mixed": NPS_MIXED + [11, -1, "7.5"], "only invalid": [11, {"value": 12, "weight": 3}]}),
    ("nps_missing_rejected", Nps(missing="reject"), {"mixed": [9, 3, 7]}),
    ("nps_sampling", Nps(weights="sampling"),
     {"empty": [], "one": weighted((9, "0.5")), "mixed": SAMPLING,
      "weights all zero": weighted((9, 0), (3, 0))}),
    ("nps_sampling_score", Nps(weights="sampling", interval="iterative score"), {"mixed": SAMPLING}),
    ("csat", Csat(), RATING_CASES),
    ("csat_top_1", Csat(k=1), {"mixed": RATINGS, "all at the top": [5, 5, 5]}),
    ("csat_1_7_top_2", Csat(low=1, high=7), {"mixed": [7, 6, 5, None, 1, 3, 6]}),
    ("csat_1_10_top_3", Csat(low=1, high=10, k=3), {"mixed": [10, 9, 8, 7, None, 1, 3, 6]}),
    ("csat_0_10_top_3", Csat(low=0, high=10, k=3), {"mixed": [10, 0, 8, 7, None, 1, 3, 6]}),
    ("csat_jeffreys", Csat(interval="Jeffreys"), {"mixed": RATINGS, "one": [2]}),
    ("csat_mean", Csat("mean"), RATING_CASES),
    ("csat_min_max", Csat("min_max"), RATING_CASES),
    ("csat_mean_over_max", Csat("mean_over_max"), RATING_CASES),
    ("csat_good_of_rated", Csat("good_of_rated"), {**RATING_CASES, "only neutral": [3, 3]}),
    ("csat_net_satisfied", Csat("net_satisfied"), RATING_CASES),
    ("csat_invalid_counted", Csat(invalid="count"), {"mixed": RATINGS + [6, 0, "3.5"]}),
    ("csat_sampling", Csat(weights="sampling"), {"mixed": RATINGS_SAMPLING, "empty": []}),
    ("csat_mean_sampling", Csat("mean", weights="sampling"),
     {"mixed": RATINGS_SAMPLING, "one": weighted((4, "2.5"))}),
    ("csat_good_of_rated_sampling", Csat("good_of_rated", weights="sampling"),
     {"mixed": RATINGS_SAMPLING}),
    ("csat_net_satisfied_sampling", Csat("net_satisfied", weights="sampling"),
     {"mixed": RATINGS_SAMPLING}),
    ("ordinal_1_5", Ordinal(), RATING_CASES),
    ("ordinal_1_7", Ordinal(1, 7), {"mixed": [7, 6, 5, None, 1, 3, 6], "all the same": [6, 6, 6]}),
    ("ordinal_sampling", Ordinal(weights="sampling"), {"mixed": RATINGS_SAMPLING}),
    ("proportion", Proportion(), {**YES_NO_CASES, **SHARE_CASES}),
    ("proportion_wald", Proportion("Wald"), SHARE_CASES),
    ("proportion_wilson_corrected", Proportion("Wilson with continuity correction"), SHARE_CASES),
    ("proportion_agresti_coull", Proportion("Agresti-Coull"), SHARE_CASES),
    ("proportion_jeffreys", Proportion("Jeffreys"), SHARE_CASES),
    ("proportion_clopper_pearson", Proportion("Clopper-Pearson"), SHARE_CASES),
    ("proportion_adjusted_wald", Proportion("adjusted Wald"), SHARE_CASES),
    ("proportion_missing_as_failure", Proportion(missing="as_failure"), YES_NO_CASES),
    ("proportion_invalid_counted", Proportion(invalid="count"),
     {"mixed": YES_NO + [{"successes": 5, "trials": 4}]}),
    ("proportion_sampling", Proportion(weights="sampling"),
     {"empty": [], "mixed": YES_NO_SAMPLING, "weights all zero": weighted((True, 0))}),
    ("proportion_sampling_jeffreys", Proportion("Jeffreys", weights="sampling"),
     {"mixed": YES_NO_SAMPLING}),
    ("proportion_sampling_missing_as_failure",
     Proportion(weights="sampling", missing="as_failure"), {"mixed": YES_NO_SAMPLING}),
    ("error_rate", ErrorRate(), {**YES_NO_CASES, "300 of 1,000,000": [
        {"successes": 300, "trials": 10**6}], "3 of 1,000,000": [
        {"successes": 3, "trials": 10**6}]}),
    ("occurrences", Occurrences(), {**YES_NO_CASES, "mixed": [True, False, None, True]}),
    ("share_within_30_s", ShareWithin(30), {"empty": [], "one": [30], "all missing": [None],
                                            "mixed": SECONDS,
                                            "huge counts": weighted((1, 10**18), (31, 10**18))}),
    ("share_within_1500_ms", ShareWithin(1.5), {"mixed": [1, "1.5", "1.500001", None]}),
    ("share_within_missing_as_failure", ShareWithin(30, missing="as_failure"),
     {"mixed": SECONDS, "all missing": [None]}),
    ("share_within_invalid_counted", ShareWithin(30, invalid="count"),
     {"mixed": SECONDS + [-1, "inf"]}),
    ("handle_time", HandleTime(), {"empty": [], "one": [300], "all missing": [None, "NaN"],
                                   "mixed": SECONDS, "skewed": [1, 1, 1, 900],
                                   "huge counts": weighted((300, 10**12), (600, 3 * 10**12))}),
    ("duration", Duration(), {"mixed": SECONDS, "days": [86400, 86401, 86402]}),
    ("duration_invalid_counted", Duration(invalid="count"), {"mixed": SECONDS + [-5, "inf"]}),
    ("integer_mean", IntegerMean(), {
        "empty": [], "one": [-7], "all missing": [None], "mixed": [3, -1, None, 4, 1, -5, 9, "2.0"],
        "huge values": [2**63 - 1, -2**63, 2**63 - 1], "large and close": [10**18 + 1, 10**18,
                                                                           10**18 + 2],
        "huge counts": weighted((5, 10**18), (-2, 2 * 10**18))}),
    ("integer_mean_invalid_counted", IntegerMean("count"), {"mixed": [1, "1.5", 2, "inf"]}),
    ("mean", Mean(), {
        "empty": [], "one": ["0.1"], "all missing": [None, "NaN"], "mixed": REALS,
        "exact in binary": ["0.5", "0.25", "1.75", "-2.5"],
        "large and close": ["1000000000.25", "1000000000.5", "1000000000.75"],
        "huge counts": weighted(("0.1", 10**15), ("0.7", 3 * 10**15))}),
    ("mean_invalid_counted", Mean("count"), {"mixed": REALS + ["inf", "-inf"]}),
    ("given", Given(), {
        "empty": [], "all missing": [None],
        "one": [{"figure": "71.5", "n": 12, "standard_error": "1.25"}],
        "without error": [{"figure": "71.5", "n": 12, "standard_error": "1.25"},
                          {"figure": 80, "n": 3}, None],
        "pooled": [{"figure": "71.5", "n": 12, "standard_error": "1.25"},
                   {"figure": "80.1", "n": 3, "standard_error": 4}]}),
    ("weighted_mean", WeightedMean(), {
        "empty": [], "one": weighted(("0.1", "2.5")), "all missing": [None, "NaN"],
        "mixed": weighted(("0.1", "1.5"), (7, "0.1"), (-3, 2), ("NaN", 4), (100, 0), ("2.5", 1)),
        "weights all zero": weighted((3, 0))}),
    ("rate", Rate(), {"empty": [], "12 in 4300": [{"events": 12, "exposure": 4300}],
                      "none in 10": [{"events": 0, "exposure": 10}, None],
                      "no exposure": [{"events": 2, "exposure": 0}],
                      "huge counts": weighted(({"events": 3, "exposure": 10}, 10**17))}),
    ("rate_per_1000_contacts", Rate(1000, "contacts"), {
        "mixed": [{"events": 12, "exposure": 4300}, None, {"events": 0, "exposure": 700}]}),
    ("rate_exact", Rate(interval="Poisson exact"), {
        "12 in 4300": [{"events": 12, "exposure": 4300}],
        "none in 10": [{"events": 0, "exposure": 10}]}),
    ("ratio", Ratio(), {
        "empty": [], "one": [{"numerator": 5, "denominator": 8}], "all missing": [None],
        "mixed": [{"numerator": 5, "denominator": 8}, {"numerator": -3, "denominator": 9}, None,
                  {"numerator": 40, "denominator": 31}, {"numerator": 0, "denominator": 2}],
        "no denominator": [{"numerator": 1, "denominator": 0}],
        "proportional": [{"numerator": 10**9, "denominator": 2 * 10**9},
                         {"numerator": 5, "denominator": 10}],
        "huge counts": weighted(({"numerator": 1, "denominator": 2}, 10**17),
                                ({"numerator": 2, "denominator": 3}, 10**17))}),
    ("quantile_50", Quantile("0.5"), QUANTILE_CASES),
    ("quantile_90", Quantile("0.9"), QUANTILE_CASES),
    ("duration_quantile_90", Quantile("0.9", spans=True), SPAN_CASES),
    ("exact_quantile_50", Quantile("0.5", exact=True), {
        **QUANTILE_CASES, "reals": ["0.1", "-7.5", "1e300", 3, None, "-0.0", 0, "0.25", "2.5"]}),
    ("exact_duration_quantile_90", Quantile("0.9", exact=True, spans=True), SPAN_CASES),
    *((f"exact_quantile_90_type_{t}", Quantile("0.9", exact=True, type=t),
       {"1 to 9 and 100": [*range(1, 10), 100], "eleven": [*range(11)]}) for t in range(1, 10)),
    ("on_score_nps", On("score", Nps()), ROW_CASES),
    ("then_nps", On("score", Nps()), ROW_CASES),
    ("where_kept_nps", Where("kept", On("score", Nps()), "not kept"), ROW_CASES),
    ("by_agent_nps", By("agent", On("score", Nps())), ROW_CASES),
    ("by_roster_csat", By("agent", On("rating", Csat()), known=["dora", "ann", "cem"],
                          unknown="count"), ROW_CASES),
    ("by_desk_handle_time", By("desk", On("handled", HandleTime()), dense=4), ROW_CASES),
    ("over_month_csat", Over(Months(1), "at", On("rating", Csat())), ROW_CASES),
    ("over_week_proportion", Over(Tumbling(7 * DAY, 4 * DAY), "at", On("ok", Proportion())),
     ROW_CASES),
    ("over_quarter_by_agent_nps", Over(Months(3), "at", By("agent", On("score", Nps()))),
     ROW_CASES),
    ("together_nps_csat", Together(On("score", Nps()), On("rating", Csat())), ROW_CASES),
    ("by_agent_together_where", By("agent", Together(
        On("score", Nps()), Where("kept", On("handled", HandleTime()), "not kept"))), ROW_CASES),
]
# --- linked contacts -------------------------------------------------------------------------
# An input is what is known of a contact: {"contact": [findings], "watched": microseconds,
# "failed": true}, or of a customer: {"contacts": 3, "repeats": 1}.

class Rule:
    """By which contacts were linked; the same words as in docs/derive/link_contacts.md."""

    def __init__(self, days=7, after="resolution", last_instant=True, simultaneous=False,
                 about="customer", other_failures=False):
        self.days, self.after, self.last_instant = days, after, last_instant
        self.simultaneous, self.about, self.other_failures = simultaneous, about, other_failures

    def settings(self):
        return {"days": self.days, "after": self.after, "last_instant": self.last_instant,
                "simultaneous": self.simultaneous, "about": self.about,
                "other_failures": self.other_failures}

    def text(self, anchor):
        about = {"customer": "", "issue": ", same issue", "relation": ", related"}[self.about]
        return ("within " if self.last_instant else "in less than ") + f"{self.days} d" \
            + (f" of {self.after}" if anchor else "") + about \
            + (", also simultaneous" if self.simultaneous else "")

    def failure(self):
        return " or failure" if self.other_failures else ""


def observed(events):
    for e in events:
        yield (e["value"], e["weight"]) if "value" in e else (e, 1)


def share_and_beside(yes, no, excluded, pending, interval="Wilson"):
    out = share_result([(1, yes), (0, no)], False, interval)
    if excluded:
        out["excluded"] = excluded
    if pending:
        out["pending"] = pending
    return out


class Linked(Metric):
    """A metric of contacts that falls into cells of counts."""
    unit, direction, method = "fraction", "lower is better", "Wilson"

    def __init__(self, rule):
        self.rule = rule

    def settings(self):
        return {"rule": self.rule.settings(), "interval": self.method}

    def convention(self):
        return joined(self.what())

    def fields(self):
        return " ".join(["u64"] * len(self.cells))

    def counts(self, events):
        counts = dict.fromkeys(self.cells, 0)
        for e, w in observed(events):
            counts[self.cell_of(e)] += w
        return counts

    def payload(self, events):
        return b"".join(u64(n) for n in self.counts(events).values())


class Fcr(Linked):
    kind, name, direction = "fcr", "FCR", "higher is better"
    cells = ("kept", "failed", "pending", "unresolved", "unknown")

    def __init__(self, rule, naive=False):
        super().__init__(rule)
        self.naive = naive

    def settings(self):
        return {**super().settings(), "maturity": "naive" if self.naive else "drop immature"}

    def what(self):
        return f"no repeat{self.rule.failure()} {self.rule.text(True)}, too recent is " \
            + ("resolved" if self.naive else "pending")

    def cell_of(self, e):
        found = e["contact"]
        if "known" not in found:
            return "unknown"
        if "resolved" not in found:
            return "unresolved"
        if "mature" not in found and not self.naive:
            return "pending"
        return "failed" if "repeated" in found or e.get("failed") else "kept"

    def result(self, events):
        n = self.counts(events)
        return share_and_beside(n["kept"], n["failed"], n["unresolved"] + n["unknown"],
                                n["pending"])


class FcrKaplanMeier(Linked):
    kind, name, direction = "fcr_kaplan_meier", "FCR", "higher is better"
    method = "Greenwood, log-log"

    def settings(self):
        return {"rule": self.rule.settings()}

    def what(self):
        return f"no repeat{self.rule.failure()} {self.rule.text(True)}, Kaplan-Meier"

    def fields(self):
        return "array(i64 u64) array(i64 u64) u64 u64"

    def times(self, events):
        repeats, watched, unresolved, unknown = {}, {}, 0, 0
        for e, w in observed(events):
            found = e["contact"]
            if "known" not in found:
                unknown += w
            elif "resolved" not in found:
                unresolved += w
            elif e.get("failed"):
                repeats[0] = repeats.get(0, 0) + w
            else:
                times = repeats if "repeated" in found else watched
                times[e["watched"]] = times.get(e["watched"], 0) + w
        return repeats, watched, unresolved, unknown

    def payload(self, events):
        repeats, watched, unresolved, unknown = self.times(events)
        arrays = b"".join(u64(len(times)) + b"".join(i64(t) + u64(times[t]) for t in sorted(times))
                          for times in (repeats, watched))
        return arrays + u64(unresolved) + u64(unknown)

    def result(self, events):
        repeats, watched, unresolved, unknown = self.times(events)
        n = sum(repeats.values()) + sum(watched.values())
        beside = {"excluded": unresolved + unknown} if unresolved + unknown else {}
        if n == 0:
            return result(**beside)
        share, greenwood = Fraction(1), Fraction(0)
        for t in sorted(repeats):
            at_risk = sum(k for times in (repeats, watched) for u, k in times.items() if u >= t)
            share *= Fraction(at_risk - repeats[t], at_risk)
            if repeats[t] != at_risk:
                greenwood += Fraction(repeats[t], at_risk * (at_risk - repeats[t]))
        out = result(status="ok", value=real(share), n=n, **beside)
        if 0 < share < 1:
            relative = mp.sqrt(real(greenwood))
            out["standard_error"] = real(share) * relative
            centre = mp.log(-mp.log(real(share)))
            half = Z * relative / -mp.log(real(share))
            out["interval"] = tuple(mp.exp(-mp.exp(centre + by)) for by in (half, -half))
        return out


class RepeatContact(Linked):
    kind, name = "repeat_contact", "repeat contact"
    cells = ("follows", "first", "short look-back", "unknown")

    def __init__(self, rule, full_look_back=False):
        super().__init__(rule)
        self.full_look_back = full_look_back

    def settings(self):
        return {**super().settings(), "full_look_back": self.full_look_back}

    def what(self):
        return f"contacts that follow an earlier one {self.rule.text(False)}" \
            + (", with full look-back" if self.full_look_back else "")

    def cell_of(self, e):
        found = e["contact"]
        if "known" not in found:
            return "unknown"
        if "short look-back" in found and self.full_look_back:
            return "short look-back"
        return "follows" if "follows" in found else "first"

    def result(self, events):
        n = self.counts(events)
        return share_and_beside(n["follows"], n["first"], n["short look-back"] + n["unknown"], 0)


class RepeatCustomers(Linked):
    kind, name = "repeat_customers", "repeat customers"
    cells = ("back", "once")

    def what(self):
        return f"customers with a repeat contact {self.rule.text(False)}"

    def counts(self, events):
        counts = dict.fromkeys(self.cells, 0)
        for e, w in observed(events):
            if e["contacts"]:
                counts["back" if e["repeats"] else "once"] += w
        return counts

    def result(self, events):
        n = self.counts(events)
        return share_and_beside(n["back"], n["once"], 0, 0)


def seen(*findings, watched=None, failed=False):
    out = {"contact": list(findings)}
    if watched is not None:
        out["watched"] = watched
    if failed:
        out["failed"] = True
    return out


KEPT = seen("known", "resolved", "mature", watched=7 * DAY)
BACK = seen("known", "resolved", "mature", "repeated", watched=2 * DAY)
RECENT = seen("known", "resolved", watched=3 * DAY)
RECENT_BACK = seen("known", "resolved", "repeated", watched=DAY)
OPEN = seen("known")
UNKNOWN = seen()
FOLLOWS = seen("known", "follows")
SHORT = seen("known", "short look-back")
SHORT_FOLLOWS = seen("known", "follows", "short look-back")
LINKED_CASES = {
    "empty": [], "one": [KEPT], "one repeat": [BACK], "none that counts": [OPEN, UNKNOWN],
    "mixed": [KEPT, BACK, RECENT, RECENT_BACK, OPEN, UNKNOWN, KEPT, KEPT, UNKNOWN],
}
HUGE = weighted((KEPT, 10**18), (BACK, 10**17), (RECENT, 3), (UNKNOWN, 10**18))
FAILED = [KEPT, {**KEPT, "failed": True}, {**BACK, "failed": True}, {**RECENT, "failed": True}]
# Freireich et al. 1963, 6-MP: weeks of remission, relapse or the end of the observation.
REMISSION = [seen("known", "resolved", *(["repeated"] if t > 0 else []), watched=abs(t) * 7 * DAY)
             for t in (6, 6, 6, -6, 7, -9, 10, -10, -11, 13, 16, -17, -19, -20, 22, 23, -25, -32,
                       -32, -34, -35)]
OTHER_RULE = Rule(30, "opening", False, True, "issue", True)
METRICS += [
    ("fcr_7_days", Fcr(Rule()), {**LINKED_CASES, "huge counts": HUGE}),
    ("fcr_naive_30_days", Fcr(OTHER_RULE, naive=True), {**LINKED_CASES, "failed": FAILED}),
    ("fcr_kaplan_meier_7_days", FcrKaplanMeier(Rule()), LINKED_CASES),
    ("fcr_kaplan_meier_245_days", FcrKaplanMeier(Rule(245, about="relation", other_failures=True)),
     {"remission under 6-MP": REMISSION, "failed": FAILED}),
    ("repeat_contact_7_days", RepeatContact(Rule(after="opening")),
     {"empty": [], "mixed": [FOLLOWS, OPEN, SHORT, SHORT_FOLLOWS, UNKNOWN, KEPT],
      "huge counts": weighted((FOLLOWS, 10**17), (OPEN, 10**18), (UNKNOWN, 2))}),
    ("repeat_contact_full_look_back", RepeatContact(OTHER_RULE, full_look_back=True),
     {"mixed": [FOLLOWS, OPEN, SHORT, SHORT_FOLLOWS, UNKNOWN, KEPT], "nothing": [SHORT]}),
    ("repeat_customers_7_days", RepeatCustomers(Rule()),
     {"empty": [], "mixed": [{"contacts": 9, "repeats": 8}, {"contacts": 1, "repeats": 0},
                             {"contacts": 0, "repeats": 0}, {"contacts": 2, "repeats": 0},
                             {"contacts": 2, "repeats": 1}]}),
]

assert len({key for key, _, _ in METRICS}) == len(METRICS)


# --- writing ---------------------------------------------------------------------------------

def digits(x):
    if x is None:
        return None
    if isinstance(x, int):
        return str(x)
    x = real(x)
    if x == mp.nint(x) and abs(x) < 10**15:
        return str(int(x))
    return mp.nstr(x, 17)


def written(x):
    """A result as it stands in the file."""
    if isinstance(x, list):
        return [written(item) for item in x]
    if "status" not in x:
        return {k: v if k in ("key", "from", "to", "unknown") else written(v)
                for k, v in x.items()}
    out = dict(x)
    for k in ("value", "standard_error", "effective_n"):
        if k in out:
            out[k] = digits(out[k])
    if out["interval"] is not None:
        out["interval"] = [digits(end) for end in out["interval"]]
    if out.get("exact") is None:
        out.pop("exact", None)
    return out


ABOUT = [
    "Conformance vectors of crmetrics. Every surface (C++, Python, SQL) must give, for each vector,",
    "the same state bytes, exactly, and the same results, to 1e-12 relative, from the inputs; and the",
    "same again from the bytes. Made by make_vectors.py, independently of the library.",
    "Inputs: whole numbers, booleans and null (missing) stand as such; reals, and NaN (missing), as",
    "decimal text, so that no JSON reader rounds them. {value, weight}: observed so often, or with",
    "that sampling weight. Combinators take rows. Times are microseconds since 1970 UTC, spans seconds.",
    "Linked contacts are what was found out about them; the rule stands in the description.",
    "Results are decimal text with 17 digits, at level 0.95; exact is [numerator, denominator].",
    "refuses: each of these inputs is refused and leaves the state as it was.",
    "definition_hash: FNV-1a, 64 bits, of the definition; see docs/io/state-bytes.md.",
]


def one_line(x):
    return json.dumps(x, ensure_ascii=False)


def block(items, indent):
    pad = " " * indent
    return "[\n" + ",\n".join(pad + "  " + item for item in items) + "\n" + pad + "]"


def result_text(r, indent):
    if isinstance(r, list):
        return block([result_text(x, indent + 2) for x in r], indent)
    if "groups" in r or "periods" in r:
        rows_key = "groups" if "groups" in r else "periods"
        pad = " " * (indent + 2)
        rows = []
        for row in r[rows_key]:
            head = ", ".join(f"{one_line(k)}: {one_line(v)}" for k, v in row.items()
                             if k != "result")
            rows.append(f'{{{head}, "result": {result_text(row["result"], indent + 4)}}}')
        listed = block(rows, indent + 2) if rows else "[]"
        parts = [f'"{rows_key}": {listed}']
        for k, v in r.items():
            if k != rows_key:
                shown = one_line(v) if isinstance(v, int) else result_text(v, indent + 2)
                parts.append(f'"{k}": {shown}')
        return "{" + (",\n" + pad).join(parts) + "}"
    return one_line(r)


def vectors():
    metrics = []
    for key, metric, cases in METRICS:
        metric.key = key
        definition = metric.definition()
        head = [
            f'"metric": {one_line(key)}',
            f'"description": {one_line(metric.describe())}',
            f'"name": {one_line(metric.name)}',
            f'"convention": {one_line(metric.convention())}',
            f'"definition": {one_line(definition)}',
            f'"definition_hash": "{fnv1a(definition.encode()):016x}"',
        ]
        for k in ("unit", "direction", "method"):
            if hasattr(metric, k):
                head.append(f'"{k}": {one_line(getattr(metric, k))}')
        if metric.refuses:
            head.append(f'"refuses": {one_line(list(metric.refuses))}')
        listed = []
        for case, inputs in cases.items():
            state = message(metric.name, definition, metric.payload(inputs))
            rows = inputs and isinstance(metric, (On, Where, By, Over, Together))
            shown = block([one_line(row) for row in inputs], 8) if rows else one_line(inputs)
            listed.append(
                f'{{"case": {one_line(case)},\n        "inputs": {shown},\n'
                f'        "bytes": "{state.hex()}",\n'
                f'        "result": {result_text(written(metric.result(inputs)), 8)}}}')
        head.append(f'"vectors": {block(listed, 6)}')
        metrics.append("{" + ",\n      ".join(head) + "}")
    return f'{{\n  "about": {block([one_line(line) for line in ABOUT], 2)},\n' \
           f'  "layout_version": 1,\n  "metrics": {block(metrics, 2)}\n}}\n'


if __name__ == "__main__":
    target = HERE / "vectors.json"
    made = vectors()
    json.loads(made)
    if "--check" in sys.argv[1:]:
        sys.exit(0 if target.read_text() == made else "vectors.json is not what this script makes")
    target.write_text(made)
