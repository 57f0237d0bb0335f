#pragma once

#include <crmetrics/accumulators/proportion.hpp>
#include <crmetrics/adapters/boost_date_time_text.hpp>
#include <crmetrics/core/time_span.hpp>
#include <crmetrics/io/csv.hpp>
#include <crmetrics/time/instant.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

// The demo's own structs, as a CRM would have them: the library asks for no base class and no
// names.
namespace demo {

namespace crm = crmetrics;

struct agent {
  std::int64_t id = 0;
  std::string name;
  std::string team;
};

struct contact {
  std::int64_t id = 0;
  std::int64_t agent = 0;
  std::optional<std::int64_t> repeat_of;
  crm::instant opened;
  std::optional<crm::instant> resolved;
  std::optional<std::int64_t> handle_seconds;

  /// From opening to resolution; none while the contact is open.
  std::optional<crm::time_span> resolution_time() const {
    if (!resolved) return std::nullopt;
    return crm::time_span{resolved->microseconds - opened.microseconds};
  }
};

struct survey {
  std::int64_t agent = 0;
  crm::instant answered;
  std::optional<int> csat;
  std::optional<int> nps;
};

struct review {
  std::int64_t agent = 0;
  std::int64_t points = 0;
};

struct check {
  std::int64_t agent = 0;
  bool failed = false;
};

struct knowledge_test {
  std::int64_t agent = 0;
  std::uint64_t correct = 0;
  std::uint64_t questions = 0;
  crm::successes_of score() const { return {correct, questions}; }
};

struct renewal {
  std::int64_t agent = 0;
  bool renewed = false;
};

/// Did the customer come back with the same issue? Charged to the agent of the earlier contact.
struct follow_up {
  std::int64_t agent = 0;
  crm::instant opened;
  bool came_back = false;
};

struct service_desk {
  std::vector<agent> agents;
  std::vector<contact> contacts;
  std::vector<survey> surveys;
  std::vector<review> reviews;
  std::vector<check> checks;
  std::vector<knowledge_test> tests;
  std::vector<renewal> renewals;
  std::vector<follow_up> follow_ups;
};

/// What came back is marked on the later contact; the agent who is charged is on the earlier one.
inline std::vector<follow_up> follow_ups_of(const std::vector<contact>& contacts) {
  std::vector<follow_up> out;
  std::unordered_map<std::int64_t, std::size_t> place;
  for (const contact& c : contacts) {
    if (c.repeat_of) {
      const auto earlier = place.find(*c.repeat_of);
      if (earlier != place.end()) out[earlier->second].came_back = true;
    }
    place.emplace(c.id, out.size());
    out.push_back({c.agent, c.opened, false});
  }
  return out;
}

/// Reads the CSV files back. @throws crmetrics::bad_input with every bad cell: file, row, value
inline service_desk read(const std::filesystem::path& folder) {
  using crm::csv_field;
  const auto time = [](std::string_view text) { return crm::instant_from_text(text); };
  const auto maybe_time = [](std::string_view text) -> std::optional<crm::instant> {
    if (text.empty()) return std::nullopt;
    return crm::instant_from_text(text);
  };

  service_desk desk;
  desk.agents = crm::read_csv(folder / "agents.csv")
                    .rows_as<agent>(csv_field("id", &agent::id), csv_field("name", &agent::name),
                                    csv_field("team", &agent::team));
  desk.contacts =
      crm::read_csv(folder / "contacts.csv")
          .rows_as<contact>(csv_field("id", &contact::id), csv_field("agent", &contact::agent),
                            csv_field("repeat_of", &contact::repeat_of),
                            csv_field("opened", &contact::opened, time),
                            csv_field("resolved", &contact::resolved, maybe_time),
                            csv_field("handle_s", &contact::handle_seconds));
  desk.surveys =
      crm::read_csv(folder / "surveys.csv")
          .rows_as<survey>(csv_field("agent", &survey::agent),
                           csv_field("answered", &survey::answered, time),
                           csv_field("csat", &survey::csat), csv_field("nps", &survey::nps));
  desk.reviews = crm::read_csv(folder / "reviews.csv")
                     .rows_as<review>(csv_field("agent", &review::agent),
                                      csv_field("points", &review::points));
  desk.checks =
      crm::read_csv(folder / "checks.csv")
          .rows_as<check>(csv_field("agent", &check::agent), csv_field("failed", &check::failed));
  desk.tests = crm::read_csv(folder / "knowledge_tests.csv")
                   .rows_as<knowledge_test>(csv_field("agent", &knowledge_test::agent),
                                            csv_field("correct", &knowledge_test::correct),
                                            csv_field("questions", &knowledge_test::questions));
  desk.renewals = crm::read_csv(folder / "renewals.csv")
                      .rows_as<renewal>(csv_field("agent", &renewal::agent),
                                        csv_field("renewed", &renewal::renewed));
  desk.follow_ups = follow_ups_of(desk.contacts);
  return desk;
}

}  // namespace demo
