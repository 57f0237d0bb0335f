#pragma once

#include <crmetrics/accumulators/mean.hpp>
#include <crmetrics/runtime/dynamic_scorecard.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

/// Scorecards at random: definitions as plain data, which a law can change before a card is made.
namespace random_card {

namespace crm = crmetrics;

enum class mean_kind { arithmetic, geometric, harmonic, quadratic, minimum };

struct leaf {
  std::string name;
  double weight = 1;
  crm::linear curve;
  std::vector<double> values;  ///< observed; none: missing
  std::optional<std::string> corrector;
  crm::scaled correction;
};
struct node {
  std::string name;  ///< of a group; empty for the card itself
  double weight = 1;
  mean_kind mean = mean_kind::arithmetic;
  std::vector<leaf> leaves;
  std::vector<node> groups;
};
struct veto {
  std::string name;
  double above = 0;
  double cap = 50;
  std::vector<double> values;
};
struct definition {
  node top;
  std::vector<std::pair<std::string, std::vector<double>>> correctors;
  std::vector<veto> vetoes;
  double bonus = 0;
  crm::detail::absent_rule absent;
  bool graded = false;
};

class source {
 public:
  explicit source(std::uint64_t seed) : next_(seed) {}
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(next_() % n); }
  double between(double low, double high) {
    return low + (high - low) * (static_cast<double>(next_() >> 11U) * 0x1p-53);
  }
  bool one_in(std::size_t n) { return below(n) == 0; }

 private:
  std::mt19937_64 next_;
};

struct options {
  bool missing = true;
  bool corrections = true;
  bool vetoes = true;
  bool means = true;
};

inline std::vector<double> observations(source& s, double low, double high) {
  std::vector<double> out(1 + s.below(6));
  for (double& x : out) x = s.between(low, high);
  return out;
}

inline leaf random_leaf(source& s, const options& o, std::size_t number, const definition& d) {
  leaf l;
  l.name = "leaf " + std::to_string(number);
  l.weight = s.between(.1, 9);
  const double floor = s.between(-50, 50);
  const double reach = s.between(1, 80) * (s.one_in(2) ? 1 : -1);
  l.curve = {.floor = floor, .target = floor + reach, .cap = s.one_in(5) ? 1.2 : 1};
  if (!o.missing || !s.one_in(6)) l.values = observations(s, floor - reach, floor + 2 * reach);
  if (o.corrections && !d.correctors.empty() && s.one_in(3)) {
    l.corrector = d.correctors[s.below(d.correctors.size())].first;
    const double start = s.between(0, 5);
    l.correction = {.start = start, .full = start + s.between(.5, 5), .strength = s.between(0, 1)};
  }
  return l;
}

inline definition random_definition(std::uint64_t seed, const options& o = {}) {
  source s(seed);
  definition d;
  if (o.corrections) {
    const std::size_t correctors = s.below(3);
    for (std::size_t i = 0; i != correctors; ++i) {
      d.correctors.emplace_back("corrector " + std::to_string(i),
                                s.one_in(5) ? std::vector<double>{} : observations(s, 0, 10));
    }
  }
  const auto mean = [&] {
    return o.means && s.one_in(2) ? static_cast<mean_kind>(s.below(5)) : mean_kind::arithmetic;
  };
  std::size_t number = 0;
  const auto fill = [&](node& n, std::size_t at_least, auto&& self, int depth) -> void {
    n.mean = mean();
    const std::size_t leaves = at_least + s.below(4);
    for (std::size_t i = 0; i != leaves; ++i) {
      n.leaves.push_back(random_leaf(s, o, number++, d));
    }
    if (depth == 0) return;
    const std::size_t groups = s.below(3);
    for (std::size_t g = 0; g != groups; ++g) {
      node& child = n.groups.emplace_back();
      child.name = "group " + std::to_string(number++);
      child.weight = s.between(.1, 9);
      self(child, 1, self, depth - 1);
    }
  };
  fill(d.top, 1, fill, 2);
  if (o.vetoes && s.one_in(2)) {
    d.vetoes.push_back({"veto", s.between(0, 8), s.between(0, 100), observations(s, 0, 10)});
  }
  if (s.one_in(3)) d.bonus = s.between(0, 5);
  d.graded = s.one_in(2);
  return d;
}

template <class F>
void each_leaf(node& n, const F& f) {
  for (leaf& l : n.leaves) f(l, n);
  for (node& g : n.groups) each_leaf(g, f);
}

inline std::string metric_of(const std::string& part) { return "metric of " + part; }

crm::dynamic_part aggregation_of(mean_kind kind);

inline std::vector<crm::dynamic_part> parts_of(const node& n) {
  std::vector<crm::dynamic_part> parts;
  if (n.mean != mean_kind::arithmetic) parts.push_back(aggregation_of(n.mean));
  for (const leaf& l : n.leaves) {
    auto part = crm::component(crm::interned(l.name),
                               crm::dynamic_metric(crm::interned(metric_of(l.name)), crm::mean{}),
                               crm::dynamic_curve(l.curve), l.weight);
    if (l.corrector) {
      parts.emplace_back(std::move(part).corrected_by(crm::interned(*l.corrector),
                                                      crm::dynamic_correction(l.correction)));
    } else {
      parts.emplace_back(std::move(part));
    }
  }
  for (const node& g : n.groups) {
    parts.emplace_back(
        crm::dynamic_group(crm::interned(g.name), g.weight, crm::dynamic_parts(parts_of(g))));
  }
  return parts;
}

/// Any rule for what is absent.
struct policy {
  crm::detail::absent_rule held;
  crm::detail::absent_rule rule() const { return held; }
  void validate(crm::problem_list&, std::string_view) const {}
  friend bool operator==(const policy&, const policy&) = default;
};

/// The card of a definition, without events.
inline crm::dynamic_scorecard empty_card(const definition& d) {
  std::vector<crm::dynamic_part> parts = parts_of(d.top);
  for (const auto& [name, values] : d.correctors) {
    parts.emplace_back(crm::corrector(
        crm::interned(name), crm::dynamic_metric(crm::interned(metric_of(name)), crm::mean{})));
  }
  for (const veto& v : d.vetoes) {
    parts.emplace_back(crm::veto(
        crm::interned(v.name), crm::dynamic_metric(crm::interned(metric_of(v.name)), crm::mean{}),
        crm::dynamic_trigger(crm::above{v.above}), crm::dynamic_effect(crm::cap{v.cap})));
  }
  if (d.bonus != 0) {
    parts.emplace_back(crm::bonus(
        crm::interned("bonus"), crm::dynamic_metric(crm::interned(metric_of("bonus")), crm::mean{}),
        {.points = 1, .at_most = 10}));
  }
  crm::dynamic_scorecard card(std::move(parts));
  if (d.graded) card = std::move(card).graded({{"A", 80}, {"B", 60}, {"C", 0}});
  return std::move(card).with(policy{d.absent});
}

/// Every event of a definition.
inline std::vector<crm::dynamic_event> events_of(definition d) {
  std::vector<crm::dynamic_event> out;
  const auto add = [&](const std::string& part, const std::vector<double>& values) {
    for (const double x : values) out.push_back({crm::interned(metric_of(part)), x});
  };
  each_leaf(d.top, [&](const leaf& l, const node&) { add(l.name, l.values); });
  for (const auto& [name, values] : d.correctors) add(name, values);
  for (const veto& v : d.vetoes) add(v.name, v.values);
  if (d.bonus != 0) add("bonus", {d.bonus});
  return out;
}

inline crm::dynamic_scorecard card_of(const definition& d) {
  crm::dynamic_scorecard card = empty_card(d);
  for (const crm::dynamic_event& e : events_of(d)) card.update(e);
  return card;
}
inline crm::score_report report_of(const definition& d) {
  return card_of(d).result(crm::confidence_level::none());
}

}  // namespace random_card
