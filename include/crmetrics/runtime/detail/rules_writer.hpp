#pragma once

#include <crmetrics/runtime/card_spec.hpp>
#include <crmetrics/runtime/detail/spec_keys.hpp>
#include <crmetrics/runtime/json_value.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace crmetrics::detail {

inline json_value json_of(const decimal& d) { return json_value::number(exact_text(d)); }
inline json_value json_of(std::uint64_t n) { return json_value::number(std::to_string(n)); }
inline json_value json_of(const quantity& q) {
  if (q.written == notation::plain) return json_of(q.number);
  return json_value::of(q.text());
}
inline json_value json_of(const std::vector<std::string>& texts) {
  json_value out = json_value::array();
  for (const std::string& t : texts) out.push(json_value::of(t));
  return out;
}
template <class Enum, std::size_t N>
json_value json_word(const std::string_view (&words)[N], Enum e) {
  return json_value::of(words[static_cast<std::size_t>(e)]);
}
/// {"key": value}
inline json_value json_pair(std::string key, json_value value) {
  json_value out = json_value::object();
  out.put(std::move(key), std::move(value));
  return out;
}

struct curve_writer {
  bool full = false;

  json_value operator()(std::monostate) const { return json_value::object(); }
  json_value operator()(const linear_spec& c) const {
    json_value v = json_value::object();
    v.put("floor", json_of(c.floor));
    v.put("target", json_of(c.target));
    if (full || !(c.cap == decimal{1, 0})) v.put("cap", json_of(c.cap));
    return json_pair("linear", std::move(v));
  }
  json_value operator()(const target_range_spec& c) const {
    json_value v = json_value::object();
    v.put("zero_below", json_of(c.zero_below));
    v.put("full_from", json_of(c.full_from));
    v.put("full_to", json_of(c.full_to));
    v.put("zero_above", json_of(c.zero_above));
    return json_pair("target_range", std::move(v));
  }
  json_value operator()(const steps_spec& c) const {
    json_value v = json_value::object();
    json_value& edges = v.put("edges", json_value::array());
    for (const quantity& e : c.edges) edges.push(json_of(e));
    json_value& points = v.put("points", json_value::array());
    for (const decimal& p : c.points) points.push(json_of(p));
    return json_pair("steps", std::move(v));
  }
  json_value operator()(const log_normal_spec& c) const {
    json_value v = json_value::object();
    v.put("p10", json_of(c.p10));
    v.put("median", json_of(c.median));
    return json_pair("log_normal", std::move(v));
  }
  json_value operator()(const logistic_spec& c) const {
    json_value v = json_value::object();
    v.put("mid", json_of(c.mid));
    v.put("width", json_of(c.width));
    return json_pair("logistic", std::move(v));
  }
};

/// What is at its default is left out, unless `full`: changes of a version may lead there.
inline json_value metric_json(const metric_spec& m, bool full) {
  json_value v = json_value::object();
  v.put("use", json_value::of(m.use));
  if (m.better != better::unsaid) v.put("better", json_word(words::better, m.better));
  if (full || m.min_n != 0) v.put("min_n", json_of(m.min_n));
  if (m.anonymity != 0) v.put("anonymity", json_of(m.anonymity));
  if (m.target) {
    v.put("target",
          json_value::of(std::string(words::comparison[static_cast<std::size_t>(m.target->how)]) +
                         " " + m.target->value.text()));
  }
  if (full || !m.exclude.empty()) v.put("exclude", json_of(m.exclude));
  if (!std::holds_alternative<std::monostate>(m.score)) {
    v.put("score", std::visit(curve_writer{full}, m.score));
  }
  if (m.correct_by) {
    json_value& c = v.put("correct_by", json_value::object());
    c.put("metric", json_value::of(m.correct_by->metric));
    c.put("start", json_of(m.correct_by->start));
    c.put("full", json_of(m.correct_by->full));
    if (full || !(m.correct_by->strength == decimal{1, 0})) {
      c.put("strength", json_of(m.correct_by->strength));
    }
  }
  if (full || !(m.shrink == shrink_spec{})) {
    json_value& s = v.put("shrink", json_word(words::shrink, m.shrink.how));
    if (full || m.shrink.mean || m.shrink.n) {
      s = json_pair("method", s);
      if (m.shrink.mean) s.put("mean", json_of(*m.shrink.mean));
      if (m.shrink.n) s.put("n", json_of(*m.shrink.n));
    }
  }
  if (full || m.basis != evidence::measured) v.put("basis", json_word(words::basis, m.basis));
  if (full || m.aspect != viewpoint::unmarked) v.put("aspect", json_word(words::aspect, m.aspect));
  return v;
}

/// Writes the rules of a version.
class rules_writer {
 public:
  rules_writer(const crmetrics::card_rules& rules, bool full) : r_(rules), full_(full) {}

  void put(json_value& out) const {
    if (r_.total) out.put("total", json_of(*r_.total));
    if (r_.weights.how != fixed) out.put("weights", weighting(r_.weights));
    out.put("groups", groups(r_.groups, r_.weights.how == fixed));
    put_people(out);
    if (full_ || !(r_.leaf == aggregate_spec{}) || !(r_.top == aggregate_spec{})) {
      json_value& a = out.put("aggregate", json_value::object());
      a.put("leaf", mean(r_.leaf));
      a.put("top", mean(r_.top));
    }
    if (full_ || !(r_.missing == missing_spec{})) {
      json_value& m = out.put("missing", json_value::object());
      m.put("policy", json_word(words::missing, r_.missing.how));
      if (r_.missing.how == missing_spec::method::neutral) {
        m.put("points", json_of(r_.missing.neutral_points));
      }
      m.put("min_coverage", json_of(r_.missing.min_coverage));
    }
    if (full_ || !r_.bonus.empty()) {
      json_value& list = out.put("bonus", json_value::array());
      for (const bonus_spec& b : r_.bonus) {
        json_value v = json_value::object();
        v.put("event", json_value::of(b.event));
        v.put("points", json_of(b.points));
        v.put("cap", json_of(b.cap));
        list.push(std::move(v));
      }
    }
    if (full_ || !r_.vetoes.empty()) {
      json_value& list = out.put("veto", json_value::array());
      for (const veto_spec& v : r_.vetoes) list.push(veto(v));
    }
    if (full_ || !r_.bands.empty()) {
      json_value& list = out.put("bands", json_value::array());
      for (const band_spec& b : r_.bands) {
        json_value pair = json_value::array();
        pair.push(json_value::of(b.name));
        pair.push(json_of(b.from));
        list.push(std::move(pair));
      }
    }
    if (full_ || !(r_.uncertainty == uncertainty_spec{})) {
      json_value& u = out.put("uncertainty", json_value::object());
      u.put("method", json_word(words::uncertainty, r_.uncertainty.how));
      u.put("draws", json_of(r_.uncertainty.draws));
      u.put("seed", json_of(r_.uncertainty.seed));
      u.put("level", json_of(r_.uncertainty.level));
    }
    if (full_ || !(r_.rank == rank_spec{})) {
      json_value& k = out.put("rank", json_value::object());
      k.put("ties", json_word(words::ties, r_.rank.ties));
      if ((full_ && r_.rank.ties == rank_spec::tie_rule::ordinal) || !r_.rank.keys.empty())
        k.put("keys", json_of(r_.rank.keys));
      k.put("min_coverage", json_of(r_.rank.min_coverage));
    }
  }

 private:
  static constexpr weighting_spec::method fixed = weighting_spec::method::fixed;

  void put_people(json_value& out) const {
    if (full_ || !r_.overrides.empty()) {
      json_value& all = out.put("override", json_value::object());
      for (const override_spec& o : r_.overrides) all.put(o.who, named(o.weights));
    }
    if (r_.posts.empty() && !full_) return;
    json_value& all = out.put("posts", json_value::object());
    for (const post_spec& p : r_.posts) {
      json_value& v = all.put(p.name, json_value::object());
      if (full_ || !p.not_applicable.empty()) v.put("not_applicable", json_of(p.not_applicable));
      if (!p.weights.empty()) v.put("weights", named(p.weights));
      if (!p.groups.empty()) {
        v.put("groups", groups(p.groups, p.weights.empty() && r_.weights.how == fixed));
      }
    }
  }

  static json_value named(const named_weights& weights) {
    json_value out = json_value::object();
    for (const auto& [name, w] : weights) out.put(name, json_of(w));
    return out;
  }
  json_value groups(const std::vector<part_spec>& parts, bool weighed) const {
    json_value out = json_value::object();
    for (const part_spec& p : parts) out.put(p.name, group(p, weighed));
    return out;
  }
  json_value group(const part_spec& g, bool weighed) const {
    json_value out = json_value::object();
    if (weighed) out.put("weight", json_of(g.weight));
    if (!g.perspective.empty()) out.put("perspective", json_value::of(g.perspective));
    if (g.total) out.put("total", json_of(*g.total));
    if (g.weights.how != fixed) out.put("weights", weighting(g.weights));
    if (g.aggregate) out.put("aggregate", mean(*g.aggregate));
    const bool by_weight = g.weights.how == fixed;
    const bool list = !by_weight && !g.of.empty() && !g.of.front().is_group;
    json_value of = list ? json_value::array() : json_value::object();
    for (const part_spec& p : g.of) {
      if (list) {
        of.push(json_value::of(p.name));
      } else {
        of.put(p.name, p.is_group ? group(p, by_weight) : json_of(p.weight));
      }
    }
    out.put("of", std::move(of));
    return out;
  }
  static json_value weighting(const weighting_spec& w) {
    if (w.how == weighting_spec::method::equal) return json_value::of("equal");
    json_value v = json_value::object();
    v.put("order", json_of(w.order));
    json_value& rows = v.put("judgements", json_value::array());
    for (const auto& row : w.judgements) {
      json_value cells = json_value::array();
      for (const judgement& j : row) {
        cells.push(j.denominator == decimal{1, 0}
                       ? json_of(j.numerator)
                       : json_value::of(exact_text(j.numerator) + "/" + exact_text(j.denominator)));
      }
      rows.push(std::move(cells));
    }
    v.put("random_index", json_value::of(w.random_index));
    v.put("max_cr", json_of(w.max_cr));
    return json_pair("ahp", std::move(v));
  }
  json_value mean(const aggregate_spec& a) const {
    const json_value word = json_word(words::mean, a.how);
    const bool power = a.how == aggregate_spec::method::power;
    if (!full_ && !power && a.zero == aggregate_spec::zero_rule::unsaid) return word;
    json_value out = json_pair("mean", word);
    if (power) out.put("p", json_of(a.power));
    if (a.zero == aggregate_spec::zero_rule::gives_zero) {
      out.put("zero", json_value::of("gives_zero"));
    }
    return out;
  }
  json_value veto(const veto_spec& v) const {
    json_value out = json_value::object();
    out.put("metric", json_value::of(v.metric));
    out.put(v.above ? "above" : "below", json_of(v.threshold));
    if (v.by == veto_spec::evidence::lower_bound) {
      out.put("evidence", json_pair("lower_bound", json_of(v.level)));
    } else if (v.by == veto_spec::evidence::budget) {
      out.put("evidence", json_pair("budget", json_of(v.budget)));
    } else if (full_) {
      out.put("evidence", json_value::of("point"));
    }
    using effect = veto_spec::effect;
    out.put("effect", v.then == effect::zero  ? json_value::of("zero")
                      : v.then == effect::cap ? json_pair("cap", json_of(v.cap))
                      : v.then == effect::drop_bands
                          ? json_pair("drop_bands", json_of(v.bands))
                          : json_pair("block_band", json_value::of(v.band)));
    return out;
  }

  const crmetrics::card_rules& r_;
  bool full_;
};

}  // namespace crmetrics::detail
