#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/workload/detail/calendar.hpp>
#include <crmetrics/workload/records.hpp>
#include <crmetrics/workload/service_desk.hpp>
#include <crmetrics/workload/truth.hpp>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

// The generated tables as CSV text (RFC 4180, but lines end in LF): a header line, then one line a
// record. Times are "2025-01-31 09:12:58" in UTC, days "2025-01-31", spans whole seconds, money
// whole minor units, truth values 0 or 1; what is not known is an empty cell. No cell needs quotes.
namespace crmetrics::workload {

namespace detail {

// A day, as opposed to a number.
struct as_day {
  std::int32_t number;
};
// An instant in microseconds.
struct as_time {
  std::int64_t microseconds;
};

// Builds lines out of cells.
class csv_lines {
 public:
  explicit csv_lines(std::string_view header) { out_.append(header) += '\n'; }

  template <class... Cells>
  void line(const Cells&... cells) {
    (cell(cells), ...);
    out_.back() = '\n';
  }
  std::string take() && { return std::move(out_); }

 private:
  template <class Cell>
  void cell(const Cell& value) {
    put(value);
    out_ += ',';
  }
  template <class Value>
  void put(const std::optional<Value>& value) {
    if (value) put(*value);
  }
  void put(std::int64_t value) { out_ += std::to_string(value); }
  void put(std::uint32_t value) { out_ += std::to_string(value); }
  void put(std::int32_t value) { out_ += std::to_string(value); }
  void put(bool value) { out_ += value ? '1' : '0'; }
  void put(std::string_view value) { out_ += value; }
  void put(const std::string& value) { out_ += value; }
  void put(as_day day) { append_date(out_, day.number); }
  void put(as_time time) { append_time(out_, time.microseconds); }

  std::string out_;
};

inline std::optional<as_time> maybe_time(const std::optional<std::int64_t>& time) {
  if (!time) return std::nullopt;
  return as_time{*time};
}

inline void write_file(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(text.data(), static_cast<std::streamsize>(text.size()));
  file.close();
  if (!file) throw error("cannot write " + path.string());
}

}  // namespace detail

inline std::string to_csv(const std::vector<agent>& agents) {
  detail::csv_lines out("id,name,team,joined");
  for (const agent& a : agents) {
    out.line(a.id, a.name, to_string(a.team), detail::as_day{a.joined_day});
  }
  return std::move(out).take();
}

inline std::string to_csv(const std::vector<customer>& customers) {
  detail::csv_lines out("id,key_account,team,owner,since");
  for (const customer& c : customers) {
    out.line(c.id, c.key_account, to_string(c.team), c.owner, detail::as_day{c.since_day});
  }
  return std::move(out).take();
}

inline std::string to_csv(const std::vector<contact>& contacts) {
  detail::csv_lines out(
      "id,customer,agent,channel,topic,issue,repeat_of,opened,first_response,resolved,handle_s");
  for (const contact& c : contacts) {
    std::optional<std::int64_t> seconds;
    if (c.handle_time) seconds = *c.handle_time / detail::second;
    out.line(c.id, c.customer, c.agent, to_string(c.channel), to_string(c.topic), c.issue,
             c.repeat_of, detail::as_time{c.opened}, detail::maybe_time(c.first_response),
             detail::maybe_time(c.resolved), seconds);
  }
  return std::move(out).take();
}

inline std::string to_csv(const std::vector<survey>& surveys) {
  detail::csv_lines out("contact,agent,answered,csat,nps");
  for (const survey& s : surveys) {
    out.line(s.contact, s.agent, detail::as_time{s.answered}, s.csat, s.nps);
  }
  return std::move(out).take();
}

inline std::string to_csv(const std::vector<review>& reviews) {
  detail::csv_lines out("agent,reviewed,points");
  for (const review& r : reviews) out.line(r.agent, detail::as_time{r.reviewed}, r.points);
  return std::move(out).take();
}

inline std::string to_csv(const std::vector<check>& checks) {
  detail::csv_lines out("agent,checked,failed");
  for (const check& c : checks) out.line(c.agent, detail::as_time{c.checked}, c.failed);
  return std::move(out).take();
}

inline std::string to_csv(const std::vector<knowledge_test>& tests) {
  detail::csv_lines out("agent,day,correct,questions");
  for (const knowledge_test& t : tests) {
    out.line(t.agent, detail::as_day{t.day}, t.correct, t.questions);
  }
  return std::move(out).take();
}

inline std::string to_csv(const std::vector<renewal>& renewals) {
  detail::csv_lines out("customer,agent,due,renewed,amount");
  for (const renewal& r : renewals) {
    out.line(r.customer, r.agent, detail::as_day{r.due_day}, r.renewed, r.amount);
  }
  return std::move(out).take();
}

inline std::string to_csv(const std::vector<subscription>& subscriptions) {
  detail::csv_lines out("customer,month,amount");
  for (const subscription& s : subscriptions) {
    out.line(s.customer, detail::as_day{s.month_day}, s.amount);
  }
  return std::move(out).take();
}

inline std::string to_csv(const std::vector<purchase>& purchases) {
  detail::csv_lines out("customer,bought,amount");
  for (const purchase& p : purchases) {
    out.line(p.customer, detail::as_time{p.bought}, p.amount);
  }
  return std::move(out).take();
}

/// The truth of the agents, for comparison with what was measured; means are rounded to the
/// microsecond.
inline std::string to_csv(const std::vector<agent_truth>& truth) {
  detail::csv_lines out(
      "agent,quality,satisfied_ppm,promoter_ppm,detractor_ppm,handle_mean_us,response_mean_us,"
      "resolved_24h_ppm,repeat_ppm,review_mean,check_failure_ppm,renewal_ppm,knowledge_ppm");
  for (const agent_truth& t : truth) {
    out.line(t.agent, t.quality, t.satisfied_ppm(), t.promoter_ppm(), t.detractor_ppm(),
             t.handle_time_mean.rounded(), t.first_response_mean.rounded(), t.resolved_24h_ppm,
             t.repeat_ppm, t.review_mean, t.check_failure_ppm, t.renewal_ppm, t.knowledge_ppm);
  }
  return std::move(out).take();
}

/// Writes all tables into the folder, which is made if need be: agents, customers, contacts,
/// surveys, reviews, checks, knowledge_tests, renewals, subscriptions, purchases, agent_truth, each
/// with the ending .csv. Errors: `error` naming a file that cannot be written.
inline void write_csv(const service_desk& desk, const std::filesystem::path& folder) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) throw error("cannot make the folder " + folder.string() + ": " + failed.message());
  detail::write_file(folder / "agents.csv", to_csv(desk.agents));
  detail::write_file(folder / "customers.csv", to_csv(desk.customers));
  detail::write_file(folder / "contacts.csv", to_csv(desk.contacts));
  detail::write_file(folder / "surveys.csv", to_csv(desk.surveys));
  detail::write_file(folder / "reviews.csv", to_csv(desk.reviews));
  detail::write_file(folder / "checks.csv", to_csv(desk.checks));
  detail::write_file(folder / "knowledge_tests.csv", to_csv(desk.tests));
  detail::write_file(folder / "renewals.csv", to_csv(desk.renewals));
  detail::write_file(folder / "subscriptions.csv", to_csv(desk.subscriptions));
  detail::write_file(folder / "purchases.csv", to_csv(desk.purchases));
  detail::write_file(folder / "agent_truth.csv", to_csv(desk.truth.agents));
}

}  // namespace crmetrics::workload
