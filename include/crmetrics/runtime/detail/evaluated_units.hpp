#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/runtime/card_from_spec.hpp>
#include <crmetrics/runtime/card_spec.hpp>
#include <crmetrics/runtime/detail/joined_table.hpp>
#include <crmetrics/runtime/dynamic_scorecard.hpp>
#include <crmetrics/runtime/listed_agent.hpp>
#include <crmetrics/runtime/metric_factory.hpp>
#include <crmetrics/scorecard/timeline.hpp>
#include <crmetrics/time/calendar_periods.hpp>
#include <crmetrics/time/period.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

namespace crmetrics::detail {

/// Which version of a spec is in force in a period.
class versions_in_force {
 public:
  explicit versions_in_force(const card_spec& spec) : spec_(&spec), by_date_(dates_of(spec)) {}

  /// @throws bad_input where the period is not inside one version
  const version_spec& at(const period& p) const {
    return spec_->versions[by_date_.at(p).definition];
  }
  /// The period and those before it, as far back as asked for and each lies inside one version;
  /// the oldest first.
  std::vector<period> back_from(const period& p, std::size_t earlier) const {
    std::vector<period> out{p};
    try {
      for (std::size_t i = 1; i <= earlier; ++i) {
        const period before = period_before(p, static_cast<std::int64_t>(i));
        static_cast<void>(at(before));
        out.push_back(before);
      }
    } catch (const bad_input&) {  // the trend begins behind it
    }
    std::reverse(out.begin(), out.end());
    return out;
  }

 private:
  static timeline<std::size_t> dates_of(const card_spec& spec) {
    std::vector<dated<std::size_t>> versions;
    for (std::size_t i = 0; i != spec.versions.size(); ++i) {
      versions.push_back({spec.versions[i].from, spec.versions[i].to, i});
    }
    return timeline<std::size_t>(std::move(versions));
  }

  const card_spec* spec_;
  timeline<std::size_t> by_date_;
};

/// The agents of one team and post, and their empty card in each period.
struct evaluated_unit {
  std::string team;
  std::string post;
  std::vector<std::uint32_t> members;                   ///< by id
  std::vector<std::optional<dynamic_scorecard>> cards;  ///< none where the post was not there yet
};

/// Everybody who is evaluated, by id, and their units.
class evaluated_staff {
 public:
  explicit evaluated_staff(std::vector<listed_agent> agents) : agents_(std::move(agents)) {
    std::sort(agents_.begin(), agents_.end(),
              [](const listed_agent& a, const listed_agent& b) { return a.id < b.id; });
    std::map<std::pair<std::string, std::string>, std::size_t> units;
    for (const listed_agent& a : agents_) units.emplace(std::pair(a.team, a.post), 0);
    for (auto& [unit, number] : units) {
      number = units_.size();
      units_.push_back({unit.first, unit.second, {}, {}});
    }
    for (std::uint32_t i = 0; i != agents_.size(); ++i) {
      if (agents_[i].name.empty()) agents_[i].name = agents_[i].id;
      unit_of_.push_back(units.at({agents_[i].team, agents_[i].post}));
      units_[unit_of_.back()].members.push_back(i);
    }
  }

  void make_cards(const std::vector<const version_spec*>& versions, const metric_factory& factory) {
    for (evaluated_unit& unit : units_) {
      const std::string who = "team:" + unit.team;
      for (const version_spec* v : versions) {
        const auto& posts = v->rules.posts;
        const bool there = unit.post.empty() ||
                           std::any_of(posts.begin(), posts.end(),
                                       [&](const post_spec& p) { return p.name == unit.post; });
        unit.cards.emplace_back();
        if (!there) continue;
        // Periods of one version share the definition.
        const auto same = std::find(versions.begin(), versions.end(), v);
        const auto first = static_cast<std::size_t>(same - versions.begin());
        unit.cards.back() =
            first + 1 < unit.cards.size()
                ? unit.cards[first]
                : card_from_spec(v->rules, {.who = who, .post = unit.post}, factory);
      }
    }
  }

  std::size_t size() const noexcept { return agents_.size(); }
  const listed_agent& agent(std::size_t i) const { return agents_[i]; }
  std::size_t unit_of(std::size_t agent) const { return unit_of_[agent]; }
  const std::vector<evaluated_unit>& units() const noexcept { return units_; }
  const dynamic_scorecard* card(std::size_t period, std::size_t agent) const {
    const auto& card = units_[unit_of_[agent]].cards[period];
    return card ? &*card : nullptr;
  }
  std::unordered_map<std::string_view, std::uint32_t> numbers() const {
    std::unordered_map<std::string_view, std::uint32_t> out;
    for (std::uint32_t i = 0; i != agents_.size(); ++i) out.emplace(agents_[i].id, i);
    return out;
  }

 private:
  std::vector<listed_agent> agents_;
  std::vector<evaluated_unit> units_;
  std::vector<std::size_t> unit_of_;
};

/// The owners of the rows of a period, for where nobody is listed.
template <class Tables>
std::vector<listed_agent> owners_in(const Tables& tables, const evaluated_periods& periods) {
  std::set<std::string_view> seen;
  for (const observation_table& t : tables) {
    std::vector<char> used(t.owner_names.size(), 0);
    const auto mark = [&](std::span<const std::int64_t> instants) {
      for (std::size_t i = 0; i != t.rows(); ++i) {
        if (t.owners[i] == observation_table::nobody) continue;
        if (instants.empty() || periods.of(instants[i]) == periods.last()) used[t.owners[i]] = 1;
      }
    };
    mark(joined_table::instants_of(t, false));
    if (t.linked) mark(joined_table::instants_of(t, true));
    for (std::size_t i = 0; i != used.size(); ++i) {
      if (used[i] != 0 && !t.owner_names[i].empty()) seen.insert(t.owner_names[i]);
    }
  }
  std::vector<listed_agent> out;
  for (const std::string_view id : seen) out.push_back({std::string(id), "", "", ""});
  return out;
}

}  // namespace crmetrics::detail
