"""Weights, indices, ranks, priors and control charts against numbers that others published."""

from __future__ import annotations

import csv
import json
import math
from typing import Any

import pytest
from table_kinds import shared

import crmetrics as cm
from crmetrics import (
    control,
    index,
    payout,
    points,
    ranks,
    shrinkage,
    statistics,
    targets,
    weights,
)

Json = dict[str, Any]


def near(found: float | None, wanted: float, absolute: float = 1e-12) -> None:
    assert found == pytest.approx(wanted, rel=0, abs=absolute)


def read_json(name: str) -> Json:
    return json.loads(shared("scorecard", name).read_text())


def read_csv(name: str) -> list[dict[str, str]]:
    with shared("scorecard", name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def by_column(matrix: list[list[float]]) -> dict[str, list[float]]:
    return {f"c{j}": [row[j] for row in matrix] for j in range(len(matrix[0]))}


# ---- weights -------------------------------------------------------------------------------------


def test_entropy_weights_are_the_published_ones() -> None:
    for case in read_json("mcda_examples.json")["entropy_weights"]:
        if "expect_error" in case:
            with pytest.raises(cm.BadInput, match="no information"):
                weights.entropy_weights(by_column(case["matrix"]))
            continue
        found = weights.entropy_weights(by_column(case["matrix"]))
        for w, wanted in zip(found.values(), case["expect"], strict=True):
            near(w, wanted, case["tol"])


def test_critic_weights_are_the_published_ones() -> None:
    for case in read_json("mcda_examples.json")["critic_weights"]:
        if "expect" not in case:
            continue
        found = weights.critic_weights(by_column(case["matrix"]))
        for w, wanted in zip(found.values(), case["expect"], strict=True):
            near(w, wanted, case["tol"])


def test_critic_minds_which_way_is_better() -> None:
    table = {"a": [1, 2, 4, 3], "b": [4, 1, 3, 2], "c": [2, 3, 1, 5]}
    turned = {**table, "b": [-x for x in table["b"]]}
    one = weights.critic_weights(table, lower_is_better=["b"])
    other = weights.critic_weights(turned)
    assert list(one.values()) == pytest.approx(list(other.values()), abs=1e-12)
    assert list(one.values()) != pytest.approx(list(weights.critic_weights(table).values()))
    with pytest.raises(KeyError, match="d"):
        weights.critic_weights(table, lower_is_better=["d"])


def test_ahp_is_the_published_one() -> None:
    for case in read_json("mcda_examples.json")["ahp"]:
        names = [f"c{i}" for i in range(len(case["matrix"]))]
        found = weights.ahp(
            case["matrix"], "scikit-criteria", names=names, max_consistency_ratio=math.inf
        )
        for w, wanted in zip(found.values(), case["eigen_weights"], strict=True):
            near(w, wanted, 1e-6)
        near(found.lambda_max, case["lambda_max"], 1e-5)
        near(found.consistency_index, case["CI"], 1e-5)


def test_ahp_refuses_judgements_that_contradict_each_other() -> None:
    circle = [[1, 9, 1 / 9], [1 / 9, 1, 9], [9, 1 / 9, 1]]
    with pytest.raises(cm.BadInput, match="consistency ratio above"):
        weights.ahp(circle, "Saaty 1980", names=["a", "b", "c"])
    with pytest.raises(cm.BadInput) as caught:
        weights.ahp([[1, 3], [1 / 2, 1]], "Saaty 1980", names=["a", "b"])
    assert caught.value.problems[0]["row"] == 2
    with pytest.raises(ValueError, match='"Saaty 1980"'):
        weights.ahp([1.0], "Saaty", names=["a", "b"])  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="names"):
        weights.ahp([1.0], "Saaty 1980", names=["a"])


def test_weights_speak_arrow_and_name_their_source() -> None:
    found = weights.entropy_weights({"reach": [1, 4], "depth": [2, 16]})
    table = found.to_polars()
    assert table["criterion"].to_list() == ["reach", "depth"]
    assert table["weight"].to_list() == list(found.values())
    again = weights.entropy_weights({"reach": [4, 1], "depth": [16, 2]})
    assert again.source == found.source  # whatever the order of the units
    with pytest.raises(cm.BadInput) as caught:
        weights.entropy_weights({"reach": [1, None], "depth": [-2, 16]})
    assert {p["row"] for p in caught.value.problems} == {1, 2}


# ---- the index of 51 countries -------------------------------------------------------------------


def asem(curve: Any, mean: Any = index.arithmetic) -> dict[str, list[float]]:
    """Every part of the index by its code."""
    meta = read_csv("asem_meta.csv")
    rows = read_csv("asem_indicators.csv")
    points: dict[str, list[float]] = {}
    for node in sorted(meta, key=lambda n: int(n["level"])):
        code = node["code"]
        if node["level"] == "1":
            values = [float(row[code]) for row in rows]
            better = "higher" if node["direction"] == "1" else "lower"
            points[code] = curve(values, better).score(values)
        else:
            below = [n for n in meta if n["parent"] == code]
            points[code] = mean(
                {n["code"]: points[n["code"]] for n in below},
                {n["code"]: float(n["weight"]) for n in below},
            )
    return points


def competition(totals: list[float]) -> list[int]:
    rounded = [round(t, 9) for t in totals]
    return [1 + sum(o > t for o in rounded) for t in rounded]


def test_asem_totals_and_ranks() -> None:
    expected = read_csv("asem_expected.csv")
    points = asem(index.min_max_scale)
    assert len(expected) == 51
    for code in ("Physical", "Social", "Conn", "Sust", "Index"):
        for found, row in zip(points[code], expected, strict=True):
            assert found == pytest.approx(float(row[code]), rel=1e-12)
    assert competition(points["Index"]) == [int(row["rank_minmax"]) for row in expected]
    assert competition(asem(index.percentile)["Index"]) == [
        int(row["rank_percentile"]) for row in expected
    ]


def test_asem_by_other_normalisers_and_means_shifts_ranks_as_known() -> None:
    known = read_json("asem_published.json")["recomputed_here"][
        "mean_abs_rank_shift_vs_minmax_arithmetic"
    ]
    usual = competition(asem(index.min_max_scale)["Index"])

    def shift(totals: list[float]) -> float:
        return sum(abs(a - b) for a, b in zip(usual, competition(totals), strict=True)) / 51

    class OneToHundred:
        def __init__(self, values: Any, better: Any) -> None:
            self.line = index.min_max_scale(values, better)

        def score(self, values: Any) -> list[float]:
            return [1 + 0.99 * (s or 0) for s in self.line.score(values)]

    near(shift(asem(index.z_score)["Index"]), known["zscore_10_2"])
    near(shift(asem(index.percentile)["Index"]), known["percentile_rank"])
    near(shift(asem(OneToHundred, index.geometric)["Index"]), known["geometric_on_1_100"])
    near(shift(asem(OneToHundred, index.harmonic)["Index"]), known["harmonic_on_1_100"])


def test_equal_influence_of_the_two_sides_of_asem() -> None:
    points = asem(index.min_max_scale)
    found = weights.equal_influence({"Conn": points["Conn"], "Sust": points["Sust"]})
    known = read_json("asem_published.json")["recomputed_here"]
    near(found["Conn"], known["closed_form_equal_influence_weight_Conn"])
    total = index.arithmetic({"Conn": points["Conn"], "Sust": points["Sust"]}, found)
    import numpy as np

    for side in ("Conn", "Sust"):
        near(float(np.corrcoef(points[side], total)[0, 1]), known["corr_both"])


def test_what_is_missing_stays_missing() -> None:
    assert index.min_max_scale([0, 10]).score([None, math.nan, 5]) == [None, None, 50.0]
    assert index.arithmetic({"a": [None, 1], "b": [2, 3]}) == [None, 2.0]
    # What has no weight is not asked for.
    assert index.minimum({"a": [None], "b": [2.0]}, {"a": 0, "b": 1}) == [2.0]
    with pytest.raises(cm.BadInput) as caught:
        index.z_score([1.0, None, math.inf])
    assert [p["row"] for p in caught.value.problems] == [2, 3]
    with pytest.raises(cm.BadInput, match="range"):
        index.percentile([3, 3, 3])
    with pytest.raises(cm.BadInput) as caught:
        index.geometric({"a": [1, -1]})
    assert (caught.value.problems[0]["field"], caught.value.problems[0]["row"]) == ("a", 2)
    with pytest.raises(KeyError, match="c"):
        index.arithmetic({"a": [1]}, {"c": 1})
    with pytest.raises(ValueError, match="rows"):
        index.arithmetic({"a": [1], "b": [1, 2]})


def test_means_are_those_of_the_power() -> None:
    points = {"a": [20.0], "b": [80.0]}
    share = {"a": 1.0, "b": 3.0}
    near(index.arithmetic(points, share)[0], 65)
    near(index.geometric(points, share)[0], (20 * 80**3) ** 0.25)
    near(index.harmonic(points, share)[0], 4 / (1 / 20 + 3 / 80))
    near(index.power(points, 2, share)[0], math.sqrt((400 + 3 * 6400) / 4))
    assert index.minimum(points, share) == [20.0]


# ---- ranks ---------------------------------------------------------------------------------------


def test_expected_ranks_and_bars() -> None:
    league = read_json("league_tables.json")
    case = league["expected_rank_normal"]
    value, error = zip(*case["score_se"].values(), strict=True)
    for found, wanted in zip(
        ranks.expected_ranks(value, error), case["expected_rank"].values(), strict=True
    ):
        near(found, wanted)
    bars = league["goldstein_healy"]
    near(ranks.bars_for_pair(1, 1).multiplier, bars["equal_se_multiplier"], 1e-7)
    near(ranks.bars_for_pair(1, 1).level, bars["interval_level"], 1e-7)
    for ratio, wanted in bars["multiplier_by_se_ratio"].items():
        near(ranks.bars_for_pair(1, float(ratio)).multiplier, wanted, 1e-7)
    near(ranks.bars_for_chart([1, 2, 3], [2, 2, 2]).multiplier, bars["equal_se_multiplier"], 1e-7)


def test_rank_sets_of_pisa() -> None:
    rows = read_csv("pisa2018_math.csv")
    names = [row["jurisdiction"] for row in rows]
    value = [float(row["score"]) for row in rows]
    error = [float(row["se"]) for row in rows]
    known = read_json("league_tables.json")["pisa"]
    sets = ranks.rank_sets(value, error, names=names, draws=20_000)
    assert len(sets) == 38
    assert sorted(str(n) for n in sets.top(5)) == known["recomputed_here"]["top5_set_95"]
    uk = names.index("United Kingdom")
    alone = ranks.rank_set_of(value, error, uk, draws=20_000)
    assert alone[0] in (7, 8)
    assert alone[1] == 23
    assert sets["United Kingdom"][0] <= alone[0] <= alone[1] <= sets["United Kingdom"][1]
    again = ranks.rank_sets(value, error, names=names, draws=20_000, threads=4)
    assert again.to_dict() == sets.to_dict()
    assert again.critical_value == sets.critical_value


def test_rank_sets_refuse_what_is_missing() -> None:
    with pytest.raises(cm.BadInput) as caught:
        ranks.rank_sets([1.0, None], [1.0, -1.0])
    assert {(p["field"], p["row"]) for p in caught.value.problems} == {
        ("value", 2),
        ("standard error", 2),
    }
    with pytest.raises(ValueError, match="names"):
        ranks.rank_sets([1.0, 2.0], [1.0, 1.0], names=["a", "a"])
    with pytest.raises(cm.InvalidSetting):
        ranks.rank_sets([1.0, 2.0], [1.0, 1.0], draws=10)


def test_holm_is_wright_s() -> None:
    p = [0.02, 0.001, 0.5, 0.013]
    near(ranks.holm(p)[0], 0.04)
    assert ranks.holm(p) == pytest.approx([0.04, 0.004, 0.5, 0.039], abs=1e-15)
    with pytest.raises(cm.BadInput) as caught:
        ranks.holm([0.5, 1.5])
    assert caught.value.problems[0]["row"] == 2


# ---- priors --------------------------------------------------------------------------------------


def test_james_stein_of_the_batters() -> None:
    rows = read_csv("efron_morris.csv")
    known = read_json("league_tables.json")["efron_morris"]
    share = [int(row["hits"]) / int(row["at_bats"]) for row in rows]
    prior = shrinkage.fit_james_stein(share, known["sigma2"])
    near(prior.figures["mean"], known["grand_mean"])
    near(prior.figures["factor"], known["shrink_k_minus_3"])
    drawn = [
        prior.shrink(cm.proportion([True] * int(r["hits"]) + [False] * (45 - int(r["hits"])))).value
        for r in rows
    ]
    off = sum((d - float(r["season_average"])) ** 2 for d, r in zip(drawn, rows, strict=True))
    near(off, known["sse_shrunk"])
    assert prior.peers is not None
    assert prior.fixed().peers is None
    assert prior.fixed().figures == prior.figures


def test_beta_binomial_by_kleinman() -> None:
    known = read_json("league_tables.json")["beta_binomial_moments"]
    successes, trials = zip(*known["successes_trials"], strict=True)
    prior = shrinkage.fit_beta_binomial(successes, trials)
    near(prior.figures["mean"], known["mu"])
    near(prior.figures["strength"], known["M"], 1e-9)
    for x, n, wanted in zip(successes, trials, known["shrunk"], strict=True):
        drawn = prior.shrink(cm.proportion([True] * x + [False] * (n - x)))
        near(drawn.value, wanted)
        assert drawn.n == n
        assert "drawn to" in drawn.convention
        assert drawn.interval is not None
    with pytest.raises(cm.InvalidSetting, match="only shares"):
        prior.shrink(cm.mean([1.0, 2.0]))


def test_normal_normal_by_hand() -> None:
    # Q = 2 ((-3)^2 + 0 + 3^2) / 2 at se^2 = 1: between^2 = (18 - 2) / (3 - 1).
    prior = shrinkage.fit_normal_normal([1.0, 4.0, 7.0], [1.0, 1.0, 1.0])
    near(prior.figures["mean"], 4)
    near(prior.figures["between"], math.sqrt(8))
    near(prior.figures["mean_error"], math.sqrt(3))
    e = cm.mean([1.0, 2.0, 3.0])
    assert e.standard_error is not None
    b = 4 / (4 + e.standard_error**2)
    agreed = shrinkage.normal_normal(10, 2)
    near(agreed.shrink(e).value, 10 + b * (2 - 10))
    near(agreed.slope(e), b)
    with pytest.raises(cm.BadInput, match="between"):
        shrinkage.normal_normal(0, -1)


# ---- control charts ------------------------------------------------------------------------------


def test_p_chart_is_the_binomial_distribution() -> None:
    limits = control.p_chart(0.1, level=0.95).limits(50)

    def mass(k: int) -> float:
        return math.comb(50, k) * 0.1**k * 0.9 ** (50 - k)

    assert limits.low_count is not None
    assert limits.high_count is not None
    near(limits.false_alarm_low, sum(mass(k) for k in range(limits.low_count)))
    near(limits.false_alarm_high, sum(mass(k) for k in range(limits.high_count + 1, 51)))
    assert limits.false_alarm_rate <= 0.05
    assert limits.judge_count(limits.high_count) == "inside"
    assert limits.judge_count(limits.high_count + 1) == "too high"
    signal, of_this = control.p_chart(0.1).judge(cm.proportion([True] * 20 + [False] * 30))
    assert (signal, of_this.centre) == ("too high", 0.1)
    with pytest.raises(cm.Error, match="no share"):
        control.p_chart(0.1).judge(cm.mean([1.0]))
    with pytest.raises(cm.BadInput):
        control.p_chart(1.1).limits(10)


def test_u_chart_is_the_poisson_distribution() -> None:
    limits = control.u_chart(2.0, per=100, level=0.99).limits(500)  # 10 expected

    def mass(k: int) -> float:
        return math.exp(-10) * 10**k / math.factorial(k)

    assert limits.high_count is not None
    near(limits.false_alarm_high, 1 - sum(mass(k) for k in range(limits.high_count + 1)), 1e-11)
    near(limits.high, limits.high_count / 5)


def test_run_rules_have_the_run_lengths_of_champ_and_woodall() -> None:
    near(control.average_run_length(["beyond"]), 370.40, 0.005)
    near(control.average_run_length(["beyond", "two_of_three"]), 225.44, 0.005)
    near(control.average_run_length(["beyond", "four_of_five"]), 166.05, 0.005)
    near(control.average_run_length(["beyond", "eight_in_row"]), 152.73, 0.005)
    assert control.first_signal([0.0] * 20) is None
    assert control.first_signal([0.5, -3.1]) == (1, "beyond 3 sigma")
    assert control.first_signal([0.5, -3.1], ["eight_in_row"]) is None
    with pytest.raises(ValueError, match="rules"):
        control.first_signal([1.0], ["nine_in_row"])  # type: ignore[list-item]


# ---- statistics ----------------------------------------------------------------------------------


def test_correlations_are_those_of_scipy() -> None:
    x = [5, 1, 4, 2, 3, 9, 7, 6, 8, 10]
    y = [2, 1, 7, 3, 3, 8, 9, 5, 6, 10]
    p = statistics.pearson(x, y)
    near(p.r, 0.8291138969384849)
    assert p.interval is not None
    near(p.interval[0], 0.41736593515721837)
    near(p.interval[1], 0.9584163002383047)
    s = statistics.spearman(x, y)
    near(s.r, 0.8145934285312865)
    assert s.n == 10
    assert s.level == 0.95
    assert s.status == "ok"
    flat = statistics.pearson([1, 1, 1, 1, 1], [1, 2, 3, 4, 5])
    assert flat.r is None
    assert flat.interval is None
    assert flat.status == "undefined"
    with pytest.raises(cm.BadInput) as caught:
        statistics.pearson([1.0, math.nan, 3.0], [1.0, 2.0, math.inf])
    assert [(q["field"], q["row"]) for q in caught.value.problems] == [("x", 2), ("y", 3)]
    with pytest.raises(cm.BadInput, match="same length"):
        statistics.spearman([1, 2], [1])


def test_standardising_turns_simpsons_paradox_round() -> None:
    # Kidney stones, small and large: Charig, Webb, Payne, Wickham 1986, BMJ 292, 879-882.
    mix = [357, 343]
    a = statistics.standardise([81, 192], [87, 263], mix)
    b = statistics.standardise([234, 55], [270, 80], mix)
    near(a.crude, 0.78)
    near(b.crude, 0.8257142857142857)
    near(a.value, 0.8325462173856037)
    near(b.value, 0.778875)
    near(a.standard_error, 0.0192843377408203)
    assert a.n == 350
    assert a.interval is not None
    half = statistics.standardise([81, 0], [87, 0], mix)
    assert half.value is None
    assert half.status == "undefined"
    assert half.empty_strata == 1
    with pytest.raises(ValueError, match="rows"):
        statistics.standardise([1, 2], [3], mix)


def test_funnels_are_those_of_funnel_plot_r() -> None:
    # nhs-r-community/FunnelPlotR, tests/testthat: test-poisson_limits.R.
    low, high = statistics.funnel_limits(15)
    near(low, 0.5596924, 5e-8)
    near(high, 1.649348, 5e-7)
    low, high = statistics.funnel_limits(30, level=0.998)
    near(low, 0.5289724, 5e-8)
    near(high, 1.702771, 5e-7)
    observed, expected = [100, 150, 180, 80, 120, 225], [108, 112, 165, 95, 100, 220]
    near(statistics.funnel_dispersion(observed, expected), 2.948033175102358)
    assert statistics.funnel_dispersion([], []) is None


def test_sample_sizes_are_the_published_ones() -> None:
    assert [statistics.sample_size(m) for m in (0.05, 0.03, 0.02, 0.01)] == [385, 1068, 2401, 9604]
    assert statistics.sample_size(0.05, level=0.99) == 664
    assert [statistics.sample_size(0.05, population=p) for p in (100, 1000, 10000)] == [
        80,
        278,
        370,
    ]
    assert statistics.sample_size(0.03, share=0.01, method="wilson") > statistics.sample_size(
        0.03, share=0.01
    )
    assert statistics.sample_size_of_net(0.03) == 4269
    assert statistics.sample_size_to_detect(0.5, 0.75, power=0.9) == 77  # power.prop.test of R
    with pytest.raises(ValueError, match="margin"):
        statistics.sample_size(3)
    with pytest.raises(ValueError, match="method"):
        statistics.sample_size(0.03, method="jeffreys")  # type: ignore[arg-type]


# ---- payout --------------------------------------------------------------------------------------


def test_payouts_by_hand() -> None:
    pay = payout.payout([(60, 50_000), (80, 100_000), (95, 160_000)])
    assert pay.of(85.44).amount == 121_760  # 100000 + 60000 x 5.44 / 15
    assert pay.of(59.99999999999999).amount == 50_000
    assert (pay.of(100).state, pay.of(100).amount) == ("capped", 160_000)
    assert payout.payout([(0, 0), (2, 3)], rounding="down").of(1).amount == 1
    assert payout.payout([(0, 0), (2, 3)]).of(1).amount == 2
    nothing = pay.of(cm.csat([]))
    assert (nothing.state, nothing.amount) == ("not assessed", None)
    assert nothing.why_absent is not None
    with pytest.raises(cm.BadInput) as caught:
        payout.payout([(60, 100), (60, 200), (70, 150), (80, -1)])
    assert len(caught.value.problems) == 4
    with pytest.raises(cm.BadInput, match="score"):
        pay.of(math.nan)


# ---- targets and alarms --------------------------------------------------------------------------


def share(met: int, of: int) -> cm.Estimate:
    return cm.proportion([True] * met + [False] * (of - met))


def test_targets_compare_counts_not_binary_fractions() -> None:
    assert targets.at_least(0.95).judge(share(171, 180)).state == "met"
    assert targets.at_least(0.95).judge(share(170, 180)).state == "not met"
    assert targets.above(0.95).judge(share(171, 180)).state == "not met"
    assert targets.at_most(0.07).judge(share(7, 100)).state == "met"
    assert targets.below(0.07).judge(share(7, 100)).state == "not met"
    far = targets.at_least(0.9).judge(share(80, 100))
    near(far.short_by, 0.1, 1e-15)
    assert far.sure
    assert not targets.at_least(0.9).judge(share(87, 100)).sure
    few = targets.at_least(0.9, min_n=30).judge(share(5, 5))
    assert (few.state, few.why_absent, few.short_by) == ("not assessed", "insufficient", None)
    assert "target at least 90.0 %" in repr(far)


def test_targets_to_date_by_hand() -> None:
    # 300 so far and 300 to come: 95 % of 600 are 570, 285 of which are there.
    half = targets.at_least(0.95).to_date(share(285, 300), 300)
    assert (half.outlook, half.needed, half.remaining) == ("open", 285, 300)
    near(half.needed_share, 0.95, 1e-15)
    assert targets.at_least(0.95).to_date(share(255, 300), 100).outlook == "out of reach"
    assert targets.at_most(0.5).to_date(share(1, 100), 10).outlook == "secured"
    with pytest.raises(cm.Error, match="no share of counts"):
        targets.at_least(3).to_date(cm.mean([1.0, 2.0]), 5)


def test_alarms_know_their_false_alarms() -> None:
    rule = control.alarm("errors", above=0.005, in_control=0.003)
    line = rule.judge(share(2, 300))
    assert line.state == "raised"
    # 1 - (0.997^300 + 300 x 0.003 x 0.997^299), by hand.
    near(line.false_alarm_rate, 0.22746232881905026, 1e-12)
    assert rule.judge(share(1, 300)).state == "quiet"
    assert control.alarm("errors", above=0.005, sure=True).judge(share(2, 300)).state == "quiet"
    assert control.alarm("errors", above=0.005, sure=True).judge(share(20, 300)).state == "raised"
    few = control.alarm("errors", above=0.005, min_n=50).judge(share(1, 10))
    assert (few.state, few.limit, few.why_absent) == ("not assessable", None, "insufficient")
    with pytest.raises(ValueError, match="above or below"):
        control.alarm("errors")
    with pytest.raises(cm.BadInput, match="share in control"):
        control.alarm("errors", above=0.1, in_control=2)


# ---- points and attribution ----------------------------------------------------------------------


def test_points_in_promotion_order() -> None:
    ledger = points.PointsLedger()
    ledger.update_many(
        [
            ("Ann", 3, "2025-01-01", "course"),
            ("Bo", 5, "2025-01-02", "idea"),
            ("Ann", 2, "2025-01-03", "idea"),
            ("Cy", 9, "2025-01-04", "idea"),
            ("Cy", -4, "2025-01-05", "violation"),
        ]
    )
    order = ledger.order()
    # All have 5: Bo since the 2nd, Ann since the 3rd, Cy since the 5th.
    assert [(a.rank, a.who, a.points, a.entries) for a in order] == [
        (1, "Bo", 5, 1),
        (2, "Ann", 5, 2),
        (3, "Cy", 5, 2),
    ]
    assert order[2].reached.isoformat() == "2025-01-05T00:00:00+00:00"
    assert [a.who for a in ledger.order("2025-01-04")] == ["Cy", "Bo", "Ann"]
    assert [a.rank for a in ledger.order("2025-01-02", min_points=4)] == [1, None]
    parts = points.PointsLedger()
    rest = points.PointsLedger()
    parts.update("Cy", 9, "2025-01-04", "idea")
    parts.update("Bo", 5, "2025-01-02", "idea")
    rest.update("Ann", 2, "2025-01-03", "idea")
    rest.update("Cy", -4, "2025-01-05", "violation")
    rest.update("Ann", 3, "2025-01-01", "course")
    assert parts + rest == ledger
    assert parts != ledger
    with pytest.raises(cm.BadInput, match="row 2: reason") as caught:
        parts.update_many([("Ann", 1, "2025-01-06", "x"), ("Bo", 1, "2025-01-06", "")])
    assert caught.value.total == 1
    assert parts + rest == ledger, "all rows or none"


def test_who_is_excused_more_than_others() -> None:
    lines = points.attribution_guard({"Ann": (1, 10), "Bo": (8, 10), "Cy": (0, 0)})
    by = {line.who: line for line in lines}
    # Fisher's exact test of 8/10 against 1/10: 2 x (C(10,8) C(10,1) + C(10,9) C(10,0)) / C(20,9).
    p = 2 * (math.comb(10, 8) * 10 + 10) / math.comb(20, 9)
    near(by["Bo"].p_value, p, 1e-12)
    assert not by["Ann"].outlier, "fewer than the others"
    assert by["Bo"].outlier == (p < 0.01 / 2)
    assert (by["Cy"].share, by["Cy"].p_value) == (None, None)
    near(by["Bo"].share_of_others, 0.1)
    with pytest.raises(cm.BadInput, match="row 1: removed"):
        points.attribution_guard({"Ann": (2, 1)})
    with pytest.raises(ValueError, match="level"):
        points.attribution_guard({}, level=2)
