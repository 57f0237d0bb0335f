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


class RenewalRate(Proportion):
    kind, name = "renewal_rate", "renewal rate"

    def what(self):
        return "renewed / due for renewal"


# --- subscriptions and customer value ---------------------------------------------------------

class Movements:
    """What happened to one customer between two levels, or over every change."""

    NAMES = ("start", "new", "reactivation", "expansion", "contraction", "churn", "end")

    def __init__(self, fact, every_change):
        self.money = dict.fromkeys(self.NAMES, 0)
        self.count = dict.fromkeys(self.NAMES, 0)
        for side in ("start", "end"):
            if fact[side]:
                self.book(side, fact[side])
        steps = [level for _, level in fact["changes"]] if every_change else [fact["end"]]
        level, active = fact["start"], fact["before"]
        for after in steps:
            if level == 0 and after > 0:
                self.book("reactivation" if active else "new", after)
            elif level > 0 and after == 0:
                self.book("churn", level)
            elif after > level:
                self.book("expansion", after - level)
            elif after < level:
                self.book("contraction", level - after)
            level, active = after, active or after > 0

    def book(self, what, amount):
        self.money[what] += amount
        self.count[what] += 1


class Subscription(Metric):
    """Metrics of facts, one for each customer, with the window of the first fact."""

    def what(self):
        return self.text

    def window(self, facts):
        return facts[0][0]["window"] if facts else None

    def of_facts(self, events):
        facts = [split_event(e) for e in events]
        assert all(f["window"] == facts[0][0]["window"] for f, _ in facts)
        return facts

    def payload(self, events):
        facts = self.of_facts(events)
        window = self.window(facts)
        head = b"\0" + i64(0) + i64(0) if window is None else b"\1" + i64(window[0]) + i64(window[1])
        return head + self.tally(facts)

    def result(self, events):
        return self.of_facts_result(self.of_facts(events))


class CustomerShare(Subscription):
    kind, unit, method = "subscription_share", "fraction", "Wilson"
    texts = {"churn": ("customers lost", "lower is better"),
             "retention": ("customers kept", "higher is better")}

    def __init__(self, name):
        self.name = name
        self.text, self.direction = self.texts[name]
        self.text += " / customers at the start"

    def settings(self):
        return {"metric": self.name}

    def fields(self):
        return "flag i64 i64 u64 u64 u64"

    def counts(self, facts):
        yes = no = outside = 0
        for f, w in facts:
            if f["start"] == 0:
                outside += w
            elif (f["end"] == 0) == (self.name == "churn"):
                yes += w
            else:
                no += w
        return yes, no, outside

    def tally(self, facts):
        return b"".join(u64(x) for x in self.counts(facts))

    def of_facts_result(self, facts):
        yes, no, outside = self.counts(facts)
        out = share_result([(1, yes), (0, no)], False, "Wilson") if yes + no else result(
            status="undefined" if outside else "no data")
        out["excluded"] = outside
        return out


class CustomerRatio(Subscription):
    """Ratios of sums over customers: (numerator, denominator) of a fact, or nothing."""

    kind, method = "subscription_ratio", "delta method"

    def __init__(self, name, text, unit, direction, pair, variant=None, low=None, high=None):
        self.name, self.text, self.unit, self.direction = name, text, unit, direction
        self.pair, self.variant, self.low, self.high = pair, variant, low, high

    def settings(self):
        return {"metric": self.name, **({"variant": self.variant} if self.variant else {})}

    def fields(self):
        return "flag i64 i64 u64 i128 i128 u128 i128 u128 u64"

    def split(self, facts):
        pairs = [(self.pair(f), w) for f, w in facts]
        inside = [({"numerator": p[0], "denominator": p[1]}, w) for p, w in pairs if p is not None]
        return inside, sum(w for p, w in pairs if p is None)

    def tally(self, facts):
        inside, outside = self.split(facts)
        return Ratio().state(inside) + u64(outside)

    def of_facts_result(self, facts):
        inside, outside = self.split(facts)
        out = Ratio().of(inside)
        if out["status"] == "no data" and outside:
            out["status"] = "undefined"
        if out["interval"] is not None:
            low, high = out["interval"]
            if self.low is not None:
                low = max(low, mp.mpf(self.low))
            if self.high is not None:
                high = min(high, mp.mpf(self.high))
            out["interval"] = (low, high)
        out["excluded"] = outside
        return out


class ChurnByDay(Subscription):
    kind, name, unit, direction = "churn_by_day", "churn", "relative", "lower is better"
    method = "Nelson-Aalen, log"
    text = "sum over days of churn events / customers as the day began"

    def fields(self):
        return "flag i64 i64 u64 u64"

    def days(self, facts):
        """Departures of each day, and how many were active as it began, from the levels alone."""
        if not facts:
            return [], []
        begin, end = self.window(facts)
        count = -(-(end - begin) // DAY)
        left, active = [0] * count, [0] * count
        for f, w in facts:
            for d in range(count):
                level = f["start"]
                for at, after in f["changes"]:
                    if at < begin + d * DAY:
                        level = after
                active[d] += w * (level > 0)
            level = f["start"]
            for at, after in f["changes"]:
                left[(at - begin) // DAY] += w * (level > 0 and after == 0)
                level = after
        return left, active

    @staticmethod
    def split(facts):
        seen = [(f["start"] > 0 or any(level > 0 for _, level in f["changes"]), w)
                for f, w in facts]
        return sum(w for s, w in seen if s), sum(w for s, w in seen if not s)

    def tally(self, facts):
        left, active = self.days(facts)
        inside, outside = self.split(facts)
        changes = [a - b for a, b in zip(active, [0] + active)]
        return u64(inside) + u64(outside) + b"".join(
            u64(gone) + i64(change) for gone, change in zip(left, changes))

    def of_facts_result(self, facts):
        left, active = self.days(facts)
        inside, outside = self.split(facts)
        out = result(n=inside, excluded=outside)
        if inside + outside == 0:
            return out
        out["status"] = "undefined"
        if not any(active) or any(gone and not there for gone, there in zip(left, active)):
            return out
        there = [(gone, a) for gone, a in zip(left, active) if gone]
        value = sum((Fraction(gone, a) for gone, a in there), Fraction(0))
        error = mp.sqrt(real(sum((Fraction(gone, a * a) for gone, a in there), Fraction(0))))
        out.update(status="ok", value=value, standard_error=error)
        if value:
            factor = mp.exp(Z * error / real(value))
            out["interval"] = (real(value) / factor, real(value) * factor)
        return out


class RevenueMovements(Subscription):
    kind, name = "revenue_movements", "revenue movements"

    def __init__(self, every_change=False):
        self.every_change = every_change
        self.text = "every change" if every_change else "start against end"

    def settings(self):
        return {"accounting": "event" if self.every_change else "snapshot"}

    def fields(self):
        return "flag i64 i64 u64 " + " ".join(["i64 u64"] * 7)

    def totals(self, facts):
        money, count = dict.fromkeys(Movements.NAMES, 0), dict.fromkeys(Movements.NAMES, 0)
        for f, w in facts:
            m = Movements(f, self.every_change)
            for name in Movements.NAMES:
                money[name] += m.money[name] * w
                count[name] += m.count[name] * w
        gains = [money[k] for k in ("start", "new", "reactivation", "expansion")]
        assert sum(gains) - money["contraction"] - money["churn"] == money["end"]
        return money, count

    def tally(self, facts):
        money, count = self.totals(facts)
        return u64(sum(w for _, w in facts)) + b"".join(
            i64(money[k]) + u64(count[k]) for k in Movements.NAMES)

    def of_facts_result(self, facts):
        money, count = self.totals(facts)
        return {"customers": sum(w for _, w in facts),
                "movements": [[money[k], count[k]] for k in Movements.NAMES]}


class Clv(Metric):
    kind, name, unit, direction, method = "clv", "CLV", "minor units", "higher is better", "delta method"
    STEPS = {"month": Fraction(1, 12), "year": Fraction(1)}
    INTO = {"start": 0, "middle": Fraction(1, 2), "end": 1}

    def __init__(self, percent, period="year", timing="start", first="now", horizon=None, cost=0):
        self.percent, self.period, self.timing = percent, period, timing
        self.first, self.horizon, self.cost = first, horizon, cost

    def settings(self):
        return {"percent_a_year": self.percent, "period": self.period, "timing": self.timing,
                "first": self.first, "horizon": self.horizon, "acquisition_cost": self.cost}

    def what(self):
        length = f"{self.horizon} payments" if self.horizon else "for ever"
        cost = f", less {self.cost}" if self.cost else ""
        return (f"retention formula, per {self.period}, {self.percent} % a year, "
                f"paid at {self.timing}, first {self.first}, {length}{cost}")

    def fields(self):
        return " ".join(["u64 i128 u128"] * 3 + ["u64 u64"])

    def groups(self, pairs):
        return [[(e["margin"], w) for e, w in pairs if e["retained"] is outcome]
                for outcome in (True, False, None)]

    def state(self, pairs):
        return b"".join(u64(sum(w for _, w in g)) + i128(sum(x * w for x, w in g)) +
                        i128(sum(x * x * w for x, w in g)) for g in self.groups(pairs))

    def payments(self, r):
        """The sum of r^k v^(k + timing), and its derivative by r."""
        v = (1 + mp.mpf(self.percent) / 100)**-real(self.STEPS[self.period])
        tau, begin = real(Fraction(self.INTO[self.timing])), 0 if self.first == "now" else 1
        if self.horizon:
            ks = range(begin, begin + self.horizon)
            return (mp.fsum(r**k * v**(k + tau) for k in ks),
                    mp.fsum(k * r**(k - 1) * v**(k + tau) for k in ks if k))
        q = r * v
        if q >= 1:
            return None
        return v**tau * (q if begin else 1) / (1 - q), v**(tau + 1) / (1 - q)**2

    def of(self, pairs):
        kept, lost, waiting = self.groups(pairs)
        n, everybody = sum(w for _, w in kept + lost), kept + lost + waiting
        pending = sum(w for _, w in waiting)
        out = result(n=n, pending=pending)
        if n == 0:
            return out
        r = Fraction(sum(w for _, w in kept), n)
        both = self.payments(real(r))
        if both is None:
            out["status"] = "undefined"
            return out
        worth, slope = both
        periods = n + pending
        mean = Fraction(sum(x * w for x, w in everybody), periods)
        out.update(status="ok", value=real(mean) * worth - self.cost)
        if n > 1:
            known = Fraction(sum(x * w for x, w in kept + lost), n)
            of_mean = sum((x - mean)**2 * w for x, w in everybody) / (periods - 1) / periods
            of_rate = sum((y - r)**2 * w for y, g in ((1, kept), (0, lost)) for _, w in g) \
                / Fraction(n - 1) / n
            together = sum((x - known) * (y - r) * w for y, g in ((1, kept), (0, lost))
                           for x, w in g) / Fraction(n - 1) / periods
            by_rate = real(mean) * slope
            error = mp.sqrt(worth**2 * real(of_mean) + by_rate**2 * real(Fraction(of_rate)) +
                            2 * worth * by_rate * real(Fraction(together)))
            out["standard_error"] = error
            out["interval"] = (out["value"] - Z * error, out["value"] + Z * error)
        return out


class HistoricalClv(Metric):
    kind, name, unit, direction = "historical_clv", "historical CLV", "minor units", "higher is better"
    method = "Student t"

    def __init__(self, days=None):
        self.days = days

    def settings(self):
        return {"days": self.days} if self.days else {}

    def what(self):
        return "sum of purchases" + (f" of the first {self.days} d" if self.days else "")

    def fields(self):
        return "u64 i128 u128 u64"

    def totals(self, events):
        totals, pending = [], 0
        for fact, w in (split_event(e) for e in events):
            first = fact["purchases"][0][0]
            if self.days and fact["observed_until"] - first < self.days * DAY:
                pending += w
                continue
            totals.append((sum(x for at, x in fact["purchases"]
                               if not self.days or at - first < self.days * DAY), w))
        return totals, pending

    def payload(self, events):
        totals, pending = self.totals(events)
        return u64(sum(w for _, w in totals)) + i128(sum(x * w for x, w in totals)) + \
            i128(sum(x * x * w for x, w in totals)) + u64(pending)

    def result(self, events):
        totals, pending = self.totals(events)
        out = mean_result(totals)
        out["pending"] = pending
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
        whole = ", ".join(f"{m.name} ({m.convention()})" for m in self.metrics)
        if len(whole) <= 112:
            return whole
        names = ", ".join(m.name for m in self.metrics)
        return f"{names}, definitions {fnv1a(whole.encode()):016x}"[:112]

    def definition(self):
        return f"together({self.convention()}){{{' '.join(m.definition() for m in self.metrics)}}}"

    def payload(self, rows):
        return b"".join(m.payload(rows) for m in self.metrics)

    def result(self, rows):
        return [m.result(rows) for m in self.metrics]


# --- scorecards: docs/scorecard/rules.md, R3 to R10, in exact fractions -------------------------

def hash_u64(x):
    return u64(x)


def hash_text(s):
    return u64(len(s.encode())) + s.encode()


def hash_real(x):
    return f64(float(Fraction(x)))


def clamp(x, low, high):
    return max(low, min(high, x))


class Component:
    """A weighted line: linear from floor to target, perhaps corrected by another part."""

    def __init__(self, name, metric, floor, target, weight, at_least=0, corrected_by="",
                 correction=None):
        self.name, self.metric, self.weight, self.min_n = name, metric, weight, at_least
        self.floor, self.target = Fraction(floor), Fraction(target)
        self.corrected_by, self.correction = corrected_by, correction

    def describe(self):
        out = {"component": self.name, "metric": self.metric.describe(), "weight": self.weight,
               "linear": [str(self.floor), str(self.target)], "at_least": self.min_n}
        if self.correction:
            out["corrected_by"] = self.corrected_by
            out["scaled"] = list(self.correction)
        return out

    def hashed(self):
        out = hash_text("component") + hash_text(self.name) + metric_hash(self.metric)
        out += hash_real(self.weight) + hash_u64(self.min_n)
        out += hash_text("linear") + hash_real(self.floor) + hash_real(self.target) + hash_real(1)
        out += hash_text(self.corrected_by)
        if self.correction:
            out += hash_text("scaled") + b"".join(hash_real(x) for x in self.correction)
        return out

    def metrics(self):
        return [self.metric]

    def points(self, value):
        return Fraction(100) * clamp((value - self.floor) / (self.target - self.floor), 0, 1)

    def factor(self, value):
        start, full, strength = map(Fraction, self.correction)
        return 1 - strength * clamp((value - start) / (full - start), 0, 1)


class Nested:
    """A card as a component: its total counts as points."""
    min_n, correction, corrected_by = 0, None, ""

    def __init__(self, name, card, weight):
        self.name, self.metric, self.weight = name, card, weight

    def describe(self):
        return {"component": self.name, "metric": self.metric.describe(), "weight": self.weight}

    def hashed(self):
        return hash_text("component") + hash_text(self.name) + metric_hash(self.metric) + \
            hash_real(self.weight) + hash_u64(0) + hash_text("as points") + hash_text("")

    def metrics(self):
        return [self.metric]

    def points(self, value):
        return value


class Group:
    def __init__(self, name, weight, *parts):
        self.name, self.weight, self.parts = name, weight, parts

    def describe(self):
        return {"group": self.name, "weight": self.weight,
                "parts": [p.describe() for p in self.parts]}

    def hashed(self):
        return hash_text("group") + hash_text(self.name) + hash_real(self.weight) + \
            b"".join(p.hashed() for p in self.parts) + hash_text("end")

    def metrics(self):
        return [m for p in self.parts for m in p.metrics()]


class Corrector:
    def __init__(self, name, metric, at_least=0):
        self.name, self.metric, self.min_n = name, metric, at_least

    def describe(self):
        return {"corrector": self.name, "metric": self.metric.describe(), "at_least": self.min_n}

    def hashed(self):
        return hash_text("corrector") + hash_text(self.name) + metric_hash(self.metric) + \
            hash_u64(self.min_n)

    def metrics(self):
        return [self.metric]


class Veto:
    """Fires where the value lies below the threshold."""

    def __init__(self, name, metric, below, cap, at_least=0):
        self.name, self.metric, self.below, self.cap = name, metric, below, cap
        self.min_n = at_least

    def describe(self):
        return {"veto": self.name, "metric": self.metric.describe(), "below": self.below,
                "cap": self.cap, "at_least": self.min_n}

    def hashed(self):
        return hash_text("veto") + hash_text(self.name) + metric_hash(self.metric) + \
            hash_u64(self.min_n) + hash_text("below") + hash_real(self.below) + \
            hash_text("cap") + hash_real(self.cap)

    def metrics(self):
        return [self.metric]


def metric_hash(metric):
    return hash_text(metric.name) + u64(fnv1a(metric.convention().encode()))


class Card(Metric):
    kind, name = "scorecard", "scorecard"

    def __init__(self, *parts, bands=(), min_coverage=0):
        self.parts, self.bands, self.min_coverage = parts, bands, min_coverage

    def describe(self):
        return {"kind": "scorecard", "parts": [p.describe() for p in self.parts],
                "bands": list(self.bands), "min_coverage": self.min_coverage}

    def rules(self):
        out = b"".join(p.hashed() for p in self.parts)
        out += hash_text("redistribute") + hash_real(self.min_coverage) + hash_text("bands")
        for name, bound in self.bands:
            out += hash_text(name) + hash_real(bound)
        return fnv1a(out)

    def convention(self):
        return f"rules {self.rules():016x}"

    def metrics(self):
        return [m for p in self.parts for m in p.metrics()]

    def definition(self):
        inside = " ".join(m.definition() for m in self.metrics())
        return f"scorecard({self.convention()}){{{inside}}}"

    def payload(self, rows):
        return b"".join(m.payload(rows) for m in self.metrics())

    @staticmethod
    def absence(raw, min_n):
        if raw["status"] == "no data" or raw["n"] == 0:
            return "missing"
        assert raw["status"] == "ok"
        return "assessed" if raw["n"] >= min_n else "insufficient"

    def result(self, rows):
        lines, vetoes, nested, raws = {}, [], [], {}

        def measure(part):
            if isinstance(part, Group):
                for child in part.parts:
                    measure(child)
                return
            raw = part.metric.result(rows)
            if isinstance(part, Nested):
                absent, value = raw["absent"], raw["total"]
                inside = raw["weight_not_assessed"]
                nested.append({"component": part.name, "report": raw})
            else:
                absent, value, inside = self.absence(raw, part.min_n), None, Fraction(0)
                if absent == "assessed":
                    value = Fraction(*raw["exact"])
            if isinstance(part, Veto):
                fired = absent == "assessed" and value < Fraction(part.below)
                vetoes.append({"veto": part.name, "cap": part.cap, "state":
                               "not assessable" if absent != "assessed" else
                               "fired" if fired else "clear"})
                return
            raws[part.name] = value if absent == "assessed" else None
            if not isinstance(part, Corrector):
                lines[part.name] = {"part": part, "absent": absent, "inside": inside}

        for part in self.parts:
            measure(part)
        for line in lines.values():
            part, value = line["part"], raws[line["part"].name]
            line["points"] = line["factor"] = line["score"] = None
            if value is None:
                continue
            line["points"] = part.points(value)
            by = raws.get(part.corrected_by)
            line["factor"] = part.factor(by) if part.correction and by is not None else Fraction(1)
            line["score"] = line["points"] * line["factor"]

        def assessed(part):
            if isinstance(part, Group):
                return any(assessed(child) for child in part.parts)
            return lines[part.name]["score"] is not None

        def weigh_level(parts, declared, used):
            parts = [p for p in parts if isinstance(p, (Group, Component, Nested))]
            whole = sum(Fraction(p.weight) for p in parts)
            there = sum(Fraction(p.weight) for p in parts if assessed(p))
            for p in parts:
                d = declared * Fraction(p.weight) / whole
                u = used * Fraction(p.weight) / there if assessed(p) else Fraction(0)
                if isinstance(p, Group):
                    weigh_level(p.parts, d, u)
                else:
                    lines[p.name]["weight"], lines[p.name]["weight_used"] = d, u
            return there / whole

        coverage = weigh_level(self.parts, Fraction(1), Fraction(1))
        composite = total = None
        if coverage > 0 and coverage >= Fraction(self.min_coverage):
            composite = sum(line["weight_used"] * (line["score"] or 0) for line in lines.values())
            caps = [Fraction(v["cap"]) for v in vetoes if v["state"] == "fired"]
            total = min([composite, Fraction(100), *caps])
        reasons = ["missing", "insufficient", "undefined", "coverage too low"]
        absent = "assessed"
        if total is None:
            absent = "coverage too low" if coverage > 0 else \
                max((line["absent"] for line in lines.values()), key=reasons.index)
        return {
            "total": total, "composite": composite, "coverage": coverage, "absent": absent,
            "weight_not_assessed": sum(
                line["weight"] * (1 if line["score"] is None else line["inside"])
                for line in lines.values()),
            "band": "" if total is None else
                    next((name for name, bound in self.bands if total >= Fraction(bound)), ""),
            "components": [
                {"component": name, "absent": line["absent"], "points": line["points"],
                 "factor": line["factor"], "weight": line["weight"],
                 "weight_used": line["weight_used"],
                 "contribution": line["weight_used"] * (line["score"] or 0)}
                for name, line in lines.items()],
            "vetoes": vetoes, "nested": nested}


def service_card(veto_name="agreed"):
    return Card(
        Group("service", 60,
              Component("nps", On("score", Nps()), "-0.5", "0.75", 2),
              Component("csat", On("rating", Csat()), "0.2", "0.9", 1, at_least=2)),
        Component("time", On("handled", HandleTime()), 900, 30, 40, corrected_by="solved",
                  correction=("0.9", "0.4", "0.5")),
        Corrector("solved", On("ok", Proportion()), at_least=2),
        Veto(veto_name, On("ok", Proportion()), "0.5", 40, at_least=2),
        bands=(("A", 75), ("B", "37.5"), ("C", 0)), min_coverage="0.5")


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


def card_row(**known):
    return {"agent": "ann", "desk": 1, "score": None, "rating": None, "handled": None, "ok": None,
            "at": None, "kept": True, **known}


CARD_CASES = {
    **ROW_CASES,
    "good": [card_row(score=9 + i % 2, rating=5, handled=60 + i, ok=i != 4) for i in range(8)],
    "veto fired": [card_row(score=10, rating=5, handled=45, ok=i == 0) for i in range(5)],
    "one rating, so its weight goes to nps": [
        card_row(score=8 + i % 3, rating=4 if i == 0 else None, handled=300, ok=True)
        for i in range(6)],
    "coverage too low": [card_row(handled=300), card_row(handled=420)],
}
QUANTILE_CASES = {"empty": [], "one": [300], "all missing": [None, "NaN"],
                  "squares": [x * x for x in range(1, 41)], "few": [5, 1, None, 3],
                  "weighted": weighted((1000, 30), (255, 5), (256, 1), (2**62 + 1, 4)),
                  "ends of the range": [0, 2**53, 1, 255, 256, 257, 511, 512]}
SPAN_CASES = {"empty": [], "one": ["0.000001"], "all missing": [None],
              "1 to 60 s": list(range(1, 61)), "mixed": SECONDS}
REALS = ["0.1", "0.2", "0.7", None, 3, "-1e6", "1e-3"]

JUNE = [1748736000000000, 1751328000000000]


def june(start, end, before=None, changes=(), window=JUNE):
    """A customer in June 2025; changes are (day of the month, level)."""
    return {"window": window, "start": start, "end": end,
            "before": start > 0 if before is None else before,
            "changes": [[window[0] + round((day - 1) * DAY), level] for day, level in changes]}


CUSTOMERS = [
    june(10000, 10000), june(5000, 7500, changes=[(1, 7500)]),
    june(8000, 7000, changes=[(2, 6000), (9, 7000)]), june(2000, 0, changes=[(5.25, 0)]),
    june(3000, 3000, changes=[(10, 0), (20, 3000)]), june(0, 4000, True, [(15, 4000)]),
    june(0, 0, False, [(3, 1000), (25, 0)]), june(0, 9000, False, [(30, 9000)]), june(0, 0, True),
    june(0, 0, False)]
FACT_CASES = {
    "empty": [], "one kept": CUSTOMERS[:1], "one lost": CUSTOMERS[3:4], "june": CUSTOMERS,
    "nobody at the start": CUSTOMERS[7:], "came and went": CUSTOMERS[6:7],
    "weighted": weighted(*zip(CUSTOMERS, (100, 20, 30, 7, 3, 0, 1, 12, 5, 2))),
    "a short window": [june(5, 0, True, [(1.5, 0)], [JUNE[0], JUNE[0] + DAY * 3 // 2]),
                       june(7, 7, True, [(2, 0), (2.25, 7)], [JUNE[0], JUNE[0] + DAY * 3 // 2])],
    "large": [june(10**15, 10**15 - 1, changes=[(7, 10**15 - 1)]), june(3 * 10**15, 10**14,
                                                                      changes=[(8, 10**14)])],
}
BAD_FACTS = [june(-1, -1, True), june(5, 4), june(0, 1, False, [(31, 1)]),
             june(0, 1, False, [(3, 2), (2, 1)]), june(0, 1, False, [(3, 2), (3, 1)])]


def subscription(metric):
    metric.refuses = BAD_FACTS
    return metric


def lost_or_none(f):
    return (max(f["start"] - f["end"], 0), f["start"]) if f["start"] else None


def gained_and_lost(every_change):
    def pair(f):
        m = Movements(f, every_change).money
        gained = m["new"] + m["expansion"] + m["reactivation"]
        lost = m["churn"] + m["contraction"]
        return (gained, lost) if gained or lost else None
    return pair


def churn_events(of_start_and_new):
    def pair(f):
        n = Movements(f, True).count
        there = n["start"] + (n["new"] + n["reactivation"] if of_start_and_new else 0)
        return (n["churn"], there) if there or n["churn"] else None
    return pair


def grr_by_events(f):
    m = Movements(f, True).money
    lost = m["churn"] + m["contraction"]
    return (f["start"] - lost, f["start"]) if f["start"] or lost else None


SUBSCRIPTIONS = [
    ("churn", CustomerShare("churn")),
    ("churn_average", CustomerRatio(
        "churn", "customers lost / mean of customers at the start and at the end", "relative",
        "lower is better", lambda f: (2 * (f["start"] > 0 and f["end"] == 0),
                                      (f["start"] > 0) + (f["end"] > 0))
        if f["start"] or f["end"] else None, "average", 0, 2)),
    ("churn_events_of_start", CustomerRatio(
        "churn", "churn events / customers at the start", "relative", "lower is better",
        churn_events(False), "events of start", 0)),
    ("churn_events_of_start_and_new", CustomerRatio(
        "churn", "churn events / (customers at the start + new and returned ones)", "fraction",
        "lower is better", churn_events(True), "events of start and new", 0, 1)),
    ("churn_by_day", ChurnByDay()),
    ("retention", CustomerShare("retention")),
    ("gross_revenue_churn", CustomerRatio(
        "gross revenue churn", "(churn + contraction) / revenue at the start", "fraction",
        "lower is better", lost_or_none, low=0, high=1)),
    ("net_revenue_churn", CustomerRatio(
        "net revenue churn", "(churn + contraction - expansion) / revenue at the start",
        "relative", "lower is better",
        lambda f: (f["start"] - f["end"], f["start"]) if f["start"] else None, high=1)),
    ("net_revenue_churn_with_reactivation", CustomerRatio(
        "net revenue churn",
        "(churn + contraction - expansion - reactivation) / revenue at the start", "relative",
        "lower is better", lambda f: (f["start"] - f["end"], f["start"])
        if f["start"] or (f["before"] and f["end"]) else None, "with reactivation", high=1)),
    ("net_revenue_retention", CustomerRatio(
        "net revenue retention", "revenue at the end / at the start, of customers of the start",
        "relative", "higher is better",
        lambda f: (f["end"], f["start"]) if f["start"] else None, low=0)),
    ("gross_revenue_retention", CustomerRatio(
        "gross revenue retention", "sum of the lesser of start and end / revenue at the start",
        "fraction", "higher is better",
        lambda f: (min(f["end"], f["start"]), f["start"]) if f["start"] else None, low=0, high=1)),
    ("gross_revenue_retention_by_events", CustomerRatio(
        "gross revenue retention",
        "(start - contraction events - churn events) / revenue at the start", "relative",
        "higher is better", grr_by_events, "by events", high=1)),
    ("quick_ratio", CustomerRatio(
        "quick ratio", "(new + expansion + reactivation) / (contraction + churn), start against end",
        "number", "higher is better", gained_and_lost(False), low=0)),
    ("quick_ratio_by_events", CustomerRatio(
        "quick ratio", "(new + expansion + reactivation) / (contraction + churn), every change",
        "number", "higher is better", gained_and_lost(True), "by events", 0)),
    ("revenue_movements", RevenueMovements()),
    ("revenue_movements_by_events", RevenueMovements(True)),
]


def period_of(margin, retained=None):
    return {"margin": margin, "retained": retained}


PERIODS = [period_of(10, True), period_of(20, True), period_of(6, False), period_of(16, False)]
PERIOD_CASES = {
    "empty": [], "one": PERIODS[:1], "all missing": [None], "all pending": [period_of(7)],
    "four": PERIODS, "mixed": PERIODS + [None, period_of(-500), period_of(10**9, True)],
    "all lost": PERIODS[2:],
    "weighted": weighted(*zip(PERIODS + [period_of(12)], (900, 31, 40, 2, 55)))}


def buyer(*purchases, until=1000):
    return {"purchases": [[round(day * DAY), amount] for day, amount in purchases],
            "observed_until": until * DAY}


BUYER_CASES = {
    "empty": [], "one": [buyer((0, 100), (365, 50), (400, -30))],
    "three": [buyer((0, 100), (365, 50), (400, -30)), buyer((10, 200)), buyer((700, 40), (700, 40))],
    "weighted": weighted((buyer((0, 100), (364.5, 50)), 3), (buyer((999, 10**12)), 2))}

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
    *((key, subscription(metric), FACT_CASES) for key, metric in SUBSCRIPTIONS),
    ("renewal_rate", RenewalRate(), YES_NO_CASES),
    ("clv", Clv(10), PERIOD_CASES),
    ("clv_monthly_after_renewal", Clv(12, "month", "middle", "after renewal"), PERIOD_CASES),
    ("clv_finite", Clv(25, timing="end", horizon=8, cost=20), PERIOD_CASES),
    ("clv_undiscounted", Clv(0, first="after renewal", horizon=3), PERIOD_CASES),
    ("historical_clv", HistoricalClv(), BUYER_CASES),
    ("historical_clv_365_d", HistoricalClv(365), BUYER_CASES),
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
    ("scorecard", service_card(), CARD_CASES),
    ("scorecard_in_scorecard", Card(
        Nested("desk", service_card(), 3),
        Component("rating", On("rating", Csat()), 0, 1, 1),
        bands=(("pass", 60), ("fail", 0))), CARD_CASES),
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
    cells = ("kept", "failed", "pending", "unresolved", "unknown", "left out")

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
        if "bad row" in found:
            return "left out"
        if "known" not in found:
            return "unknown"
        if "resolved" not in found:
            return "unresolved"
        if "mature" not in found and not self.naive:
            return "pending"
        return "failed" if "repeated" in found or e.get("failed") else "kept"

    def result(self, events):
        n = self.counts(events)
        return share_and_beside(n["kept"], n["failed"], n["unresolved"] + n["unknown"] + n["left out"],
                                n["pending"])


class FcrKaplanMeier(Linked):
    kind, name, direction = "fcr_kaplan_meier", "FCR", "higher is better"
    method = "Greenwood, log-log"

    def settings(self):
        return {"rule": self.rule.settings()}

    def what(self):
        return f"no repeat{self.rule.failure()} {self.rule.text(True)}, Kaplan-Meier"

    def fields(self):
        return "array(i64 u64) array(i64 u64) u64 u64 u64"

    def times(self, events):
        repeats, watched, unresolved, unknown, left_out = {}, {}, 0, 0, 0
        for e, w in observed(events):
            found = e["contact"]
            if "bad row" in found:
                left_out += w
            elif "known" not in found:
                unknown += w
            elif "resolved" not in found:
                unresolved += w
            elif e.get("failed"):
                repeats[0] = repeats.get(0, 0) + w
            else:
                times = repeats if "repeated" in found else watched
                times[e["watched"]] = times.get(e["watched"], 0) + w
        return repeats, watched, unresolved, unknown, left_out

    def payload(self, events):
        repeats, watched, unresolved, unknown, left_out = self.times(events)
        arrays = b"".join(u64(len(times)) + b"".join(i64(t) + u64(times[t]) for t in sorted(times))
                          for times in (repeats, watched))
        return arrays + u64(unresolved) + u64(unknown) + u64(left_out)

    def result(self, events):
        repeats, watched, unresolved, unknown, left_out = self.times(events)
        n = sum(repeats.values()) + sum(watched.values())
        excluded = unresolved + unknown + left_out
        beside = {"excluded": excluded} if excluded else {}
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
    cells = ("follows", "first", "short look-back", "unknown", "left out")

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
        if "bad row" in found:
            return "left out"
        if "known" not in found:
            return "unknown"
        if "short look-back" in found and self.full_look_back:
            return "short look-back"
        return "follows" if "follows" in found else "first"

    def result(self, events):
        n = self.counts(events)
        return share_and_beside(n["follows"], n["first"], n["short look-back"] + n["unknown"] + n["left out"], 0)


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
BAD = seen("bad row")
FOLLOWS = seen("known", "follows")
SHORT = seen("known", "short look-back")
SHORT_FOLLOWS = seen("known", "follows", "short look-back")
LINKED_CASES = {
    "empty": [], "one": [KEPT], "one repeat": [BACK], "none that counts": [OPEN, UNKNOWN, BAD],
    "mixed": [KEPT, BACK, RECENT, RECENT_BACK, OPEN, UNKNOWN, KEPT, BAD, KEPT, UNKNOWN],
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
    if isinstance(x, int):
        return x
    if isinstance(x, list):
        return [written(item) for item in x]
    if "components" in x:
        return {k: [{m: v if isinstance(v, (str, int)) else
                     written(v) if isinstance(v, dict) else digits(v) for m, v in line.items()}
                    for line in lines] if isinstance(lines, list) else
                lines if isinstance(lines, str) else digits(lines) for k, lines in x.items()}
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
    "Scorecards: points and contributions to 1e-10 of 100; null is a number that is not there.",
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
    if "components" in r:
        pad = " " * (indent + 2)
        parts = []
        for k, v in r.items():
            shown = block([one_line(line) for line in v], indent + 2) if isinstance(v, list) and v \
                else one_line(v)
            parts.append(f'"{k}": {shown}')
        return "{" + (",\n" + pad).join(parts) + "}"
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
            rows = inputs and isinstance(metric, (On, Where, By, Over, Together, Card,
                                                  Subscription))
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
