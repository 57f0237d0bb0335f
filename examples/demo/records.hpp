#pragma once

#include <crmetrics/accumulators/proportion.hpp>
#include <crmetrics/adapters/boost_date_time_text.hpp>
#include <crmetrics/core/time_span.hpp>
#include <crmetrics/derive/contact_fields.hpp>
#include <crmetrics/io/csv.hpp>
#include <crmetrics/time/instant.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
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
  std::optional<std::int64_t> customer;  // empty: the caller was not identified
  std::string topic;
  std::int64_t issue = 0;  // the case
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

struct service_desk {
  std::vector<agent> agents;
  std::vector<contact> contacts;
  std::vector<survey> surveys;
  std::vector<review> reviews;
  std::vector<check> checks;
  std::vector<knowledge_test> tests;
  std::vector<renewal> renewals;
};

/// Who plays which role when contacts are linked: the same customer with the same case.
inline constexpr crm::contact_fields same_case{.customer = &contact::customer,
                                               .opened = &contact::opened,
                                               .resolved = &contact::resolved,
                                               .issue = &contact::issue,
                                               .agent = &contact::agent};
/// The same customer with the same topic, and with whatever.
inline constexpr crm::contact_fields same_topic{.customer = &contact::customer,
                                                .opened = &contact::opened,
                                                .resolved = &contact::resolved,
                                                .issue = &contact::topic};
inline constexpr crm::contact_fields any_contact{
    .customer = &contact::customer, .opened = &contact::opened, .resolved = &contact::resolved};

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
          .rows_as<contact>(
              csv_field("id", &contact::id), csv_field("agent", &contact::agent),
              csv_field("customer", &contact::customer), csv_field("topic", &contact::topic),
              csv_field("issue", &contact::issue), csv_field("opened", &contact::opened, time),
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
  return desk;
}

}  // namespace demo
