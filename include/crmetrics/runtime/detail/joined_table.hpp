#pragma once

#include <crmetrics/runtime/listed_agent.hpp>
#include <crmetrics/runtime/observation_table.hpp>
#include <crmetrics/runtime/table_quality.hpp>
#include <crmetrics/time/period.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace crmetrics::detail {

/// Periods without a gap, the oldest first; the last one is evaluated, the others are for trends.
class evaluated_periods {
 public:
  static constexpr auto outside = static_cast<std::size_t>(-1);
  static constexpr auto without_time = static_cast<std::size_t>(-2);

  explicit evaluated_periods(std::vector<period> all) : all_(std::move(all)) {
    for (const period& p : all_) borders_.push_back(p.from().microseconds);
    borders_.push_back(all_.back().to().microseconds);
  }

  std::size_t size() const noexcept { return all_.size(); }
  std::size_t last() const noexcept { return all_.size() - 1; }
  const period& operator[](std::size_t i) const { return all_[i]; }
  /// Which one an instant lies in.
  std::size_t of(std::int64_t microseconds) const noexcept {
    if (microseconds == observation_table::no_time) return without_time;
    if (microseconds < borders_.front() || microseconds >= borders_.back()) return outside;
    std::size_t i = last();
    while (microseconds < borders_[i]) --i;
    return i;
  }

 private:
  std::vector<period> all_;
  std::vector<std::int64_t> borders_;
};

/// The batches of one table as one table.
class joined_table {
 public:
  static constexpr std::uint32_t nobody = observation_table::nobody;
  static constexpr std::uint32_t unknown = nobody - 1;

  explicit joined_table(const std::string& name) : name_(&name) {}

  void add(const observation_table& batch) {
    batches_.push_back(&batch);
    ends_.push_back(static_cast<std::uint32_t>(rows() + batch.rows()));
  }
  const std::string& name() const noexcept { return *name_; }
  std::size_t rows() const noexcept { return ends_.empty() ? 0 : ends_.back(); }
  const observation_table& first() const { return *batches_.front(); }
  const std::vector<const observation_table*>& batches() const noexcept { return batches_; }
  std::uint32_t begin_of(std::size_t batch) const { return batch == 0 ? 0 : ends_[batch - 1]; }

  /// Which agent an owner is.
  void know(const std::unordered_map<std::string_view, std::uint32_t>& agents) {
    for (const observation_table* batch : batches_) {
      auto& numbers = agents_.emplace_back();
      for (const std::string& owner : batch->owner_names) {
        const auto found = agents.find(owner);
        numbers.push_back(owner.empty() ? nobody : found == agents.end() ? unknown : found->second);
      }
    }
  }

  /// Calls f(batch, rows), for rows in ascending order.
  template <class F>
  void by_batch(std::span<const std::uint32_t> rows, const F& f) const {
    std::size_t batch = 0;
    while (!rows.empty()) {
      while (ends_[batch] <= rows.front()) ++batch;
      std::size_t n = rows.size();
      if (ends_[batch] <= rows.back()) {
        const auto end = std::lower_bound(rows.begin(), rows.end(), ends_[batch]);
        n = static_cast<std::size_t>(end - rows.begin());
      }
      f(batch, rows.first(n));
      rows = rows.subspan(n);
    }
  }

  /// Calls f(batch, row in it, period, agent) for each row, or its linked contact, in the order of
  /// the table.
  template <class F>
  void each_row(bool linked, const evaluated_periods& periods, const F& f) const {
    for (std::size_t b = 0; b != batches_.size(); ++b) {
      const observation_table& batch = *batches_[b];
      const auto instants = instants_of(batch, linked);
      for (std::size_t i = 0; i != batch.rows(); ++i) {
        const std::size_t when = instants.empty() ? periods.last() : periods.of(instants[i]);
        const std::uint32_t owner = batch.owners[i];
        f(b, i, when, owner == nobody ? nobody : agents_[b][owner]);
      }
    }
  }
  /// Whether one of the batches has some of it; one without rows need not.
  template <class F>
  bool any(const F& has) const {
    return std::any_of(batches_.begin(), batches_.end(),
                       [&](const observation_table* batch) { return has(*batch); });
  }
  bool has_times() const {
    return any([](const observation_table& b) { return !instants_of(b, false).empty(); });
  }
  bool has_causes() const {
    return any([](const observation_table& b) { return !b.causes.empty(); });
  }
  /// Whether its linked contacts count at other times than its rows.
  bool has_contact_times() const {
    return any([](const observation_table& b) {
      return b.linked && !b.columns.empty() && !b.linked->instants.empty();
    });
  }
  bool says_cause(std::size_t batch, std::size_t row) const {
    const observation_table& b = *batches_[batch];
    return !b.causes.empty() && b.causes[row] != nobody && !b.cause_names[b.causes[row]].empty();
  }
  /// Times of its rows, or of its linked contacts; where there is nothing else in it, contacts are
  /// the rows.
  static std::span<const std::int64_t> instants_of(const observation_table& batch, bool linked) {
    const bool contacts = batch.linked && (linked || batch.columns.empty());
    return contacts && !batch.linked->instants.empty() ? batch.linked->instants : batch.instants;
  }

 private:
  const std::string* name_;
  std::vector<const observation_table*> batches_;
  std::vector<std::uint32_t> ends_;
  std::vector<std::vector<std::uint32_t>> agents_;
};

/// The rows of a table by agent and period: a counting sort, so that each group is in the order of
/// the table.
class row_groups {
 public:
  row_groups(const joined_table& table, bool linked, const evaluated_periods& periods,
             std::size_t agents)
      : agents_(agents), ends_(periods.size() * agents + 1, 0) {
    const auto group_of = [&](std::size_t when, std::uint32_t agent) {
      return when * agents + agent;
    };
    table.each_row(linked, periods,
                   [&](std::size_t, std::size_t, std::size_t when, std::uint32_t agent) {
                     if (when < periods.size() && agent < agents)
                       ++ends_[group_of(when, agent) + 1];
                   });
    // For now the beginnings; placing the rows moves each to its end.
    for (std::size_t i = 1; i != ends_.size(); ++i) ends_[i] += ends_[i - 1];
    rows_.resize(ends_.back());
    table.each_row(
        linked, periods, [&](std::size_t b, std::size_t i, std::size_t when, std::uint32_t agent) {
          if (when >= periods.size() || agent >= agents) return;
          rows_[ends_[group_of(when, agent)]++] = table.begin_of(b) + static_cast<std::uint32_t>(i);
        });
  }

  std::span<const std::uint32_t> of(std::size_t period, std::size_t agent) const {
    const std::size_t group = period * agents_ + agent;
    const std::uint32_t begin = group == 0 ? 0 : ends_[group - 1];
    return std::span(rows_).subspan(begin, ends_[group] - begin);
  }

 private:
  std::size_t agents_;
  std::vector<std::uint32_t> ends_;
  std::vector<std::uint32_t> rows_;
};

/// What the times and owners of a table say.
inline table_quality quality_of(const joined_table& table, const evaluated_periods& periods) {
  table_quality out;
  out.table = table.name();
  out.rows = table.rows();
  std::uint64_t without_cause = 0;
  table.each_row(false, periods,
                 [&](std::size_t b, std::size_t i, std::size_t when, std::uint32_t agent) {
                   if (when == evaluated_periods::without_time) {
                     ++out.without_time;
                   } else if (when != periods.last()) {
                     ++out.outside_period;
                   } else {
                     ++out.in_period;
                     if (agent == joined_table::nobody) ++out.without_owner;
                     if (agent == joined_table::unknown) ++out.unknown_owner;
                     if (!table.says_cause(b, i)) ++without_cause;
                   }
                 });
  const observation_table& first = table.first();
  out.columns.push_back({first.owner_column, "owner", out.without_owner, out.in_period, 0});
  if (table.has_times()) {
    out.columns.push_back({first.time_column, "time", out.without_time, out.rows, 0});
  }
  if (table.has_causes()) {
    out.columns.push_back({first.cause_column, "cause", without_cause, out.in_period, 0});
  }
  return out;
}

}  // namespace crmetrics::detail
