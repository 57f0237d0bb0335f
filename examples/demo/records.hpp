#pragma once

#include <crmetrics/accumulators/proportion.hpp>
#include <crmetrics/adapters/boost_date_time_text.hpp>
#include <crmetrics/core/time_span.hpp>
#include <crmetrics/derive/contact_fields.hpp>
#include <crmetrics/io/csv.hpp>
#include <crmetrics/time/calendar.hpp>
#include <crmetrics/time/instant.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
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

/// A contact of which is known by the end of the log whether it was resolved within a limit: one
/// that is still open is a miss once it is older, and says nothing before.
struct due {
  crm::instant until;
  crm::time_span limit;

  bool operator()(const contact& c) const {
    return c.resolved || until.microseconds - c.opened.microseconds > limit.microseconds;
  }
  friend bool operator==(const due&, const due&) = default;
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

/// What a customer paid for a month; no row, no subscription.
struct paid_month {
  std::int64_t customer = 0;
  crm::instant month;
  std::int64_t amount = 0;  // in cents
};
/// What a customer pays a month, from an instant on.
struct level {
  std::int64_t customer = 0;
  crm::instant from;
  std::int64_t amount = 0;
};

struct purchase {
  std::int64_t customer = 0;
  crm::instant bought;
  std::int64_t amount = 0;
};

/// Monthly rows as changes of level: a month without a row, before the last one of all, is a level
/// of 0.
inline std::vector<level> levels_of(std::vector<paid_month> months) {
  std::sort(months.begin(), months.end(), [](const paid_month& a, const paid_month& b) {
    return std::pair(a.customer, a.month) < std::pair(b.customer, b.month);
  });
  crm::instant last;
  for (const paid_month& m : months) last = m.month < last ? last : m.month;
  std::vector<level> out;
  for (std::size_t i = 0; i != months.size(); ++i) {
    const paid_month& m = months[i];
    const crm::instant next = crm::months_from(crm::month_number(m.month) + 1, 1).from();
    const bool same = !out.empty() && out.back().customer == m.customer;
    if (!same || out.back().amount != m.amount) out.push_back({m.customer, m.month, m.amount});
    const bool goes_on = i + 1 != months.size() && months[i + 1].customer == m.customer &&
                         months[i + 1].month == next;
    if (!goes_on && m.month != last) out.push_back({m.customer, next, 0});
  }
  return out;
}

struct service_desk {
  std::vector<agent> agents;
  std::vector<contact> contacts;
  std::vector<survey> surveys;
  std::vector<review> reviews;
  std::vector<check> checks;
  std::vector<knowledge_test> tests;
  std::vector<renewal> renewals;
  std::vector<level> levels;
  std::vector<purchase> purchases;
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
  const auto day = [](std::string_view text) { return crm::start_of(crm::date_from_text(text)); };
  desk.levels = levels_of(crm::read_csv(folder / "subscriptions.csv")
                              .rows_as<paid_month>(csv_field("customer", &paid_month::customer),
                                                   csv_field("month", &paid_month::month, day),
                                                   csv_field("amount", &paid_month::amount)));
  desk.purchases = crm::read_csv(folder / "purchases.csv")
                       .rows_as<purchase>(csv_field("customer", &purchase::customer),
                                          csv_field("bought", &purchase::bought, time),
                                          csv_field("amount", &purchase::amount));
  return desk;
}

}  // namespace demo
