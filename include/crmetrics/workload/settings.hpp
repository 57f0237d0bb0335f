#pragma once

#include <crmetrics/core/error.hpp>

#include <cstdint>
#include <string>

namespace crmetrics::workload {

/// What to generate. The defaults are a quarter of a service desk of 20 agents with about 50,000
/// contacts: 2025-01-01 to 2025-03-31, UTC. Shares are in parts per million.
struct service_desk_settings {
  /// Everything follows from it: equal settings give equal bytes.
  std::uint64_t seed = 20250101;
  /// Another number gives new records of the same people: the truth stays. For coverage studies.
  std::uint64_t replicate = 0;

  std::int32_t start_day = 20089;  ///< days since 1970-01-01; observation begins here
  std::int32_t days = 90;          ///< and ends this many days later

  std::uint32_t agents = 20;
  std::uint32_t key_account_agents = 4;  ///< of them, in the key account team
  std::uint32_t late_joiners = 1;        ///< of the others, joined at the end of the period
  std::int32_t late_joiner_days = 3;     ///< days that those worked
  std::uint32_t careless_agents = 2;     ///< agents with many compliance errors
  std::uint32_t rarely_checked = 1;      ///< agents with a twentieth of the compliance checks
  std::uint32_t customers = 12'000;
  std::uint32_t issues = 42'000;       ///< first contacts; repeats come on top
  std::uint32_t unknown_ppm = 30'000;  ///< issues whose caller is not identified
  bool repeats_vary_by_topic = true;   ///< false: one repeat probability for each agent

  std::uint32_t survey_ppm = 180'000;  ///< contacts whose survey comes back
  std::uint32_t skipped_ppm = 60'000;  ///< questions left out, each on its own

  std::uint32_t reviews_least = 4;  ///< quality reviews of an agent in a month
  std::uint32_t reviews_most = 12;
  std::uint32_t checks_per_month = 100;  ///< mean number of compliance checks of an agent
  std::uint32_t test_questions = 40;

  std::int32_t history_days = 640;         ///< purchases begin this long before the start
  std::int32_t ledger_months = 15;         ///< subscription months, the last one holds the last day
  std::uint32_t subscriber_ppm = 400'000;  ///< customers with a subscription

  friend bool operator==(const service_desk_settings&, const service_desk_settings&) = default;
};

/// Throws `bad_input` with every setting that makes no sense: its name, its value, the reason.
inline void validate(const service_desk_settings& s) {
  problem_list problems;
  const auto within = [&](const char* field, std::int64_t value, std::int64_t least,
                          std::int64_t most) {
    if (value >= least && value <= most) return true;
    problems.add({field, 0, std::to_string(value),
                  "must be from " + std::to_string(least) + " to " + std::to_string(most)});
    return false;
  };
  const auto share = [&](const char* field, std::uint32_t value) {
    within(field, value, 0, 1'000'000);
  };

  within("start_day", s.start_day, 10'957, 80'000);  // 2000 to 2189: room for the history
  const bool days = within("days", s.days, 7, 3'660);
  const bool agents = within("agents", s.agents, 3, 100'000);
  const bool key = within("key_account_agents", s.key_account_agents, 1, 100'000);
  const bool late = within("late_joiners", s.late_joiners, 0, 100'000);
  if (agents && key && late && s.key_account_agents + s.late_joiners + 2 > s.agents) {
    problems.add({"agents", 0, std::to_string(s.agents),
                  "must be at least key_account_agents + late_joiners + 2 (here " +
                      std::to_string(s.key_account_agents + s.late_joiners + 2) + ")"});
  }
  const bool careless = within("careless_agents", s.careless_agents, 0, 100'000);
  const bool rarely = within("rarely_checked", s.rarely_checked, 0, 100'000);
  if (agents && late && careless && rarely &&
      s.careless_agents + s.rarely_checked + s.late_joiners > s.agents) {
    problems.add({"careless_agents", 0, std::to_string(s.careless_agents),
                  "careless_agents + rarely_checked + late_joiners must not exceed agents"});
  }
  if (days) within("late_joiner_days", s.late_joiner_days, 1, s.days);
  within("customers", s.customers, 1, 10'000'000);
  within("issues", s.issues, 0, 100'000'000);
  share("unknown_ppm", s.unknown_ppm);
  share("survey_ppm", s.survey_ppm);
  share("skipped_ppm", s.skipped_ppm);
  within("reviews_most", s.reviews_most, 0, 10'000);
  within("reviews_least", s.reviews_least, 0, s.reviews_most);
  within("checks_per_month", s.checks_per_month, 0, 1'000'000);
  within("test_questions", s.test_questions, 1, 10'000);
  within("history_days", s.history_days, 1, 7'300);
  within("ledger_months", s.ledger_months, 0, 240);
  share("subscriber_ppm", s.subscriber_ppm);
  problems.throw_if_any();
}

}  // namespace crmetrics::workload
