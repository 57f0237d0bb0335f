#pragma once

#include <crmetrics/combinators/by.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/metrics/given.hpp>
#include <crmetrics/scorecard/scorecard.hpp>
#include <crmetrics/scorecard/uncertainty.hpp>

#include <optional>
#include <string>
#include <vector>

// A team whose totals are given: one component, 0 to 100, and one that may be missing.
namespace team_of_totals {

struct month {
  std::string agent;
  double total = 0;
  std::optional<double> error = {};
  bool second_assessed = true;
};
struct first {
  std::string agent;
  crmetrics::figure f;
};
struct second {
  std::string agent;
  crmetrics::figure f;
};

inline auto card() {
  namespace crm = crmetrics;
  return crm::make_scorecard(
             crm::component("first", crm::on(&first::f, crm::given{}), crm::linear{0, 100}, 3),
             crm::component("second", crm::on(&second::f, crm::given{}), crm::linear{0, 100}, 1))
      .with(crm::delta{});
}

/// The total is the given one, whether the second component is there or not; the error is that of
/// the total.
inline auto results(const std::vector<month>& months) {
  const auto agent_of = [](const auto& e) { return e.agent; };
  auto team = crmetrics::by<std::string>(agent_of, card());
  for (const month& m : months) {
    std::optional<double> error = m.error;
    if (error && m.second_assessed) *error *= 4. / 3;
    team.update(first{m.agent, {m.total, 10, error}});
    if (m.second_assessed) {
      team.update(second{m.agent, {m.total, 10, m.error ? std::optional(0.) : std::nullopt}});
    }
  }
  return team.result();
}

/// "Ann 1, Bo 2, Li -".
template <class Lines>
std::string text(const Lines& lines) {
  std::string out;
  for (const auto& line : lines) {
    std::string rank = "-";
    if (line.rank) {
      rank = std::to_string(*line.rank);
      if (rank.find('.') != std::string::npos) rank.erase(rank.find('.') + 2);
    }
    out += (out.empty() ? "" : ", ") + line.key + " " + rank;
  }
  return out;
}

}  // namespace team_of_totals
