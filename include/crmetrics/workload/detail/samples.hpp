#pragma once

#include <crmetrics/workload/detail/calendar.hpp>
#include <crmetrics/workload/detail/people.hpp>
#include <crmetrics/workload/detail/streams.hpp>
#include <crmetrics/workload/detail/tables.hpp>
#include <crmetrics/workload/records.hpp>
#include <crmetrics/workload/samplers.hpp>
#include <crmetrics/workload/settings.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <vector>

namespace crmetrics::workload::detail {

// A second of the working time (Monday to Friday, 8 to 17 h) of a month.
inline std::int64_t working_second(random_stream& random, std::int32_t month) {
  const std::int32_t first = first_day_of_month(month);
  const std::int32_t after = first_day_of_month(month + 1);
  std::int64_t day = 0;
  do {
    day = random.between(first, after - 1);
  } while ((day + 3) % 7 > 4);
  return day * day_seconds + random.between(8 * hour_seconds, 17 * hour_seconds - 1);
}

// Calls `make(agent index, month, stream)` for every agent and month of the period.
template <class Make>
void each_agent_month(const service_desk_settings& s, const staff& desk, stream_kind kind,
                      Make make) {
  const std::int32_t last = month_of_day(s.start_day + s.days - 1);
  for (std::size_t by = 0; by != desk.agents.size(); ++by) {
    for (std::int32_t month = month_of_day(s.start_day); month <= last; ++month) {
      random_stream random = record_stream(s, kind, agent_month(desk.agents[by].id, month));
      make(by, month, random);
    }
  }
}

// Whether the agent worked at that second of the period.
inline bool at_work(const service_desk_settings& s, const agent& a, std::int64_t when) {
  const std::int64_t from = (std::max)(s.start_day, a.joined_day);
  return when >= from * day_seconds && when < (std::int64_t{s.start_day} + s.days) * day_seconds;
}

inline std::vector<review> reviews_of(const service_desk_settings& s, const staff& desk) {
  std::vector<review> out;
  each_agent_month(
      s, desk, stream_kind::review, [&](std::size_t by, std::int32_t month, random_stream& random) {
        const std::int64_t count = random.between(s.reviews_least, s.reviews_most);
        for (std::int64_t i = 0; i != count; ++i) {
          const std::int64_t when = working_second(random, month);
          std::int64_t points = desk.truth[by].review_mean;
          points += random.between(-6, 6);
          points += random.between(-6, 6);
          if (!at_work(s, desk.agents[by], when)) continue;
          out.push_back({desk.agents[by].id, when * second, static_cast<std::int32_t>(points)});
        }
      });
  std::ranges::sort(  // equal keys are equal records, so the order is one and the same everywhere
      out, {}, [](const review& r) { return std::tuple(r.reviewed, r.agent, r.points); });
  return out;
}

inline std::vector<check> checks_of(const service_desk_settings& s, const staff& desk) {
  std::vector<check> out;
  each_agent_month(s, desk, stream_kind::check,
                   [&](std::size_t by, std::int32_t month, random_stream& random) {
                     const std::int64_t count = poisson(random, desk.check_means[by]);
                     for (std::int64_t i = 0; i != count; ++i) {
                       const std::int64_t when = working_second(random, month);
                       const bool failed = random.chance(desk.truth[by].check_failure_ppm);
                       if (!at_work(s, desk.agents[by], when)) continue;
                       out.push_back({desk.agents[by].id, when * second, failed});
                     }
                   });
  std::ranges::sort(out, {},
                    [](const check& c) { return std::tuple(c.checked, c.agent, c.failed); });
  return out;
}

// One test in the middle of the period for everybody who was there from the start.
inline std::vector<knowledge_test> tests_of(const service_desk_settings& s, const staff& desk) {
  std::vector<knowledge_test> out;
  for (std::size_t by = 0; by != desk.agents.size(); ++by) {
    if (desk.agents[by].joined_day >= s.start_day) continue;
    random_stream random = record_stream(s, stream_kind::knowledge_test, desk.agents[by].id);
    std::int32_t correct = 0;
    for (std::uint32_t q = 0; q != s.test_questions; ++q) {
      correct += random.chance(desk.truth[by].knowledge_ppm) ? 1 : 0;
    }
    out.push_back({desk.agents[by].id, s.start_day + s.days / 2, correct,
                   static_cast<std::int32_t>(s.test_questions)});
  }
  return out;
}

}  // namespace crmetrics::workload::detail
