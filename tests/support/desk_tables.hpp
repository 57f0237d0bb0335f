#pragma once

#include <crmetrics/derive/link_contacts.hpp>
#include <crmetrics/runtime/listed_agent.hpp>
#include <crmetrics/runtime/observation_table.hpp>
#include <crmetrics/time/instant.hpp>
#include <crmetrics/workload/service_desk.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace crmetrics::test {

/// The records of a generated service desk as tables for the metrics of the card in
/// examples/score_csv, with agents by number.
class desk_tables {
 public:
  explicit desk_tables(const workload::service_desk& desk) : desk_(&desk) {
    for (const auto& a : desk.agents) {
      if (names_.size() <= a.id) names_.resize(std::size_t{a.id} + 1);
      names_[a.id] = std::to_string(a.id);
    }
    table& surveys = add("surveys", "answered", {{"csat", "csat"}, {"nps", "nps"}});
    for (const auto& s : desk.surveys)
      surveys.row(s.agent, s.answered, {number(s.csat), number(s.nps)});
    table& contacts = add("contacts", "opened", {{"aht", "handle_s"}, {"res24", "resolved"}});
    for (const auto& c : desk.contacts) {
      std::optional<double> handled;
      if (c.handle_time) handled = static_cast<double>(*c.handle_time / 1'000'000);
      std::optional<double> took;
      if (c.resolved) took = static_cast<double>(*c.resolved - c.opened) / 1e6;
      contacts.row(c.agent, c.opened, {number(handled), number(took)});
      ages_.push_back(c.resolved ? std::numeric_limits<double>::quiet_NaN()
                                 : static_cast<double>(desk.observed_until - c.opened) / 1e6);
      customers_.push_back(c.customer);
      issues_.push_back(c.issue);
      opened_.push_back(instant{c.opened});
      resolved_.push_back(c.resolved ? std::optional(instant{*c.resolved}) : std::nullopt);
    }
    table& reviews = add("reviews", "reviewed", {{"quality", "points"}});
    for (const auto& r : desk.reviews) reviews.row(r.agent, r.reviewed, {double(r.points)});
    table& renewals = add("renewals", "due", {{"renewal", "renewed"}});
    for (const auto& r : desk.renewals)
      renewals.row(r.agent, r.due_day * 86'400'000'000, {r.renewed ? 1.0 : 0.0});
    table& checks = add("checks", "checked", {{"compliance", "failed"}});
    for (const auto& c : desk.checks) checks.row(c.agent, c.checked, {c.failed ? 1.0 : 0.0});

    using maybe_customer = std::optional<std::uint32_t>;
    linked_ = {};
    const auto all =
        link_contacts(contact_fields{.customer = std::span<const maybe_customer>(customers_),
                                     .opened = std::span<const instant>(opened_),
                                     .resolved = std::span<const std::optional<instant>>(resolved_),
                                     .issue = std::span<const std::uint32_t>(issues_)},
                      within{days{7}}, instant{desk.observed_until});
    for (const contact_fact& fact : all) linked_.push_back(fact);
  }

  std::vector<listed_agent> agents() const {
    std::vector<listed_agent> out;
    for (const auto& a : desk_->agents) {
      out.push_back({std::to_string(a.id), a.name, std::string(to_string(a.team)), ""});
    }
    return out;
  }
  /// Views of the columns.
  std::vector<observation_table> tables() const {
    std::vector<observation_table> out;
    for (const table& t : tables_) {
      observation_table& view = out.emplace_back();
      view.name = t.name;
      view.owners = t.owners;
      view.owner_names = names_;
      view.owner_column = "agent";
      view.instants = t.instants;
      view.time_column = t.time;
      for (std::size_t c = 0; c != t.columns.size(); ++c) {
        view.columns.push_back({t.columns[c].metric, t.columns[c].name, t.values[c]});
      }
      if (t.name != "contacts") continue;
      view.linked = {{"repeat7"}, linked_, {}};
      view.columns[1].ages = ages_;
    }
    return out;
  }

 private:
  struct column {
    std::string metric;
    std::string name;
  };
  struct table {
    std::string name;
    std::string time;
    std::vector<column> columns;
    std::vector<std::uint32_t> owners = {};
    std::vector<std::int64_t> instants = {};
    std::vector<std::vector<double>> values = {};

    void row(std::uint32_t owner, std::int64_t when, std::initializer_list<double> cells) {
      owners.push_back(owner);
      instants.push_back(when);
      std::size_t c = 0;
      for (const double x : cells) values[c++].push_back(x);
    }
  };

  template <class T>
  static double number(const std::optional<T>& x) {
    return x ? static_cast<double>(*x) : std::numeric_limits<double>::quiet_NaN();
  }
  table& add(std::string name, std::string time, std::vector<column> columns) {
    const std::size_t n = columns.size();
    tables_.reserve(8);
    table& t = tables_.emplace_back(table{std::move(name), std::move(time), std::move(columns)});
    t.values.resize(n);
    return t;
  }

  const workload::service_desk* desk_;
  std::vector<std::string> names_;
  std::vector<table> tables_;
  std::vector<double> ages_;  ///< of contacts that are not resolved
  std::vector<std::optional<std::uint32_t>> customers_;
  std::vector<std::uint32_t> issues_;
  std::vector<instant> opened_;
  std::vector<std::optional<instant>> resolved_;
  std::vector<contact_fact> linked_;
};

}  // namespace crmetrics::test
