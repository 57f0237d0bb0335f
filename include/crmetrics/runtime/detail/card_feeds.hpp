#pragma once

#include <crmetrics/derive/contact_fact.hpp>
#include <crmetrics/runtime/card_spec.hpp>
#include <crmetrics/runtime/detail/joined_table.hpp>
#include <crmetrics/runtime/dynamic_scorecard.hpp>
#include <crmetrics/runtime/interned.hpp>
#include <crmetrics/runtime/open_span.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace crmetrics::detail {

/// A table, how its rows are grouped, and those of its linked contacts where they have other times.
struct grouped_table {
  joined_table table;
  std::vector<row_groups> groups;  ///< of the rows, and where there are any of the contacts

  const row_groups& of_rows() const { return groups.front(); }
  const row_groups& of_contacts() const { return groups.back(); }
};

/// One column that feeds a metric.
struct feed_source {
  const grouped_table* from = nullptr;
  std::size_t column = 0;
  /// For each batch, by the number of a cause: which of the metric's excluded causes; none where no
  /// batch names one.
  std::vector<std::vector<std::uint32_t>> excluded = {};
  std::size_t tally = 0;  ///< where its cells are counted
};

/// What one metric is fed by: all its columns, so that a card takes them in one go.
struct metric_feed {
  label metric;
  bool contacts = false;
  std::vector<label> causes;  ///< that the metric excludes
  std::vector<feed_source> sources;
};

/// Counts of cells, by source.
struct cell_tally {
  std::uint64_t rows = 0;
  std::uint64_t missing = 0;
  std::uint64_t not_on_card = 0;
  std::uint64_t pending = 0;
  std::uint64_t left_out = 0;
  std::uint64_t open = 0;

  void add(const cell_tally& other) {
    rows += other.rows;
    missing += other.missing;
    not_on_card += other.not_on_card;
    pending += other.pending;
    left_out += other.left_out;
    open += other.open;
  }
};

/// The columns of all tables by the metric that they feed, in the order of the tables.
class card_feeds {
 public:
  /// What a thread works with.
  struct scratch {
    std::vector<double> numbers;
    std::vector<contact_fact> facts;
    std::vector<open_span> open;
    std::vector<std::uint32_t> rows;
    std::vector<std::uint64_t> excluded;
    std::vector<cell_tally> tallies;
  };

  card_feeds(const std::vector<grouped_table>& tables, const card_rules& rules) {
    for (const grouped_table& t : tables) {
      const observation_table& first = t.table.first();
      for (std::size_t c = 0; c != first.columns.size(); ++c) {
        add(rules, first.columns[c].metric, false, t, c);
      }
      if (!first.linked) continue;
      for (const std::string& metric : first.linked->metrics) {
        add(rules, metric, true, t, 0);
      }
    }
  }

  const std::vector<metric_feed>& all() const noexcept { return feeds_; }
  std::size_t sources() const noexcept { return sources_; }

  /// Which feeds a card has a metric for.
  std::vector<char> on_card(const dynamic_scorecard& card) const {
    std::vector<char> out(feeds_.size(), 0);
    for (std::size_t i = 0; i != feeds_.size(); ++i) {
      card.each_metric([&](const dynamic_metric& m) {
        if (m.id() == feeds_[i].metric) out[i] = 1;
      });
    }
    return out;
  }

  /// Gives a card all rows of an agent in a period.
  void feed(dynamic_scorecard& card, const std::vector<char>& on_card, std::size_t period,
            std::size_t agent, scratch& s) const {
    s.tallies.resize(sources_);
    for (std::size_t i = 0; i != feeds_.size(); ++i) {
      const metric_feed& feed = feeds_[i];
      if (on_card[i] == 0) {
        for (const feed_source& source : feed.sources) {
          const std::uint64_t rows = rows_of(feed, source, period, agent).size();
          s.tallies[source.tally].add({.rows = rows, .not_on_card = rows});
        }
        continue;
      }
      s.excluded.assign(feed.causes.size(), 0);
      if (feed.contacts) {
        give(card, feed, period, agent, s, s.facts);
      } else {
        give(card, feed, period, agent, s, s.numbers);
      }
      for (std::size_t c = 0; c != feed.causes.size(); ++c) {
        if (s.excluded[c] != 0) card.leave_out(feed.metric, feed.causes[c], s.excluded[c]);
      }
    }
  }

 private:
  static constexpr auto counts = static_cast<std::uint32_t>(-1);  ///< not excluded

  void add(const card_rules& rules, const std::string& metric, bool contacts,
           const grouped_table& table, std::size_t column) {
    const label id = interned(metric);
    auto feed = std::find_if(feeds_.begin(), feeds_.end(), [&](const metric_feed& f) {
      return f.metric == id && f.contacts == contacts;
    });
    if (feed == feeds_.end()) {
      feed = feeds_.insert(feed, metric_feed{id, contacts, {}, {}});
      if (const metric_spec* m = rules.metric(metric)) {
        for (const std::string& cause : m->exclude) feed->causes.push_back(interned(cause));
      }
    }
    feed_source& source = feed->sources.emplace_back();
    source.from = &table;
    source.column = column;
    source.tally = sources_++;
    if (feed->causes.empty()) return;
    bool any = false;
    for (const observation_table* batch : table.table.batches()) {
      auto& by_number = source.excluded.emplace_back();
      for (const std::string& cause : batch->cause_names) {
        const auto at = std::find_if(feed->causes.begin(), feed->causes.end(),
                                     [&](label c) { return c.view() == cause && !cause.empty(); });
        by_number.push_back(at == feed->causes.end()
                                ? counts
                                : static_cast<std::uint32_t>(at - feed->causes.begin()));
        any = any || at != feed->causes.end();
      }
    }
    if (!any) source.excluded.clear();
  }

  static std::span<const std::uint32_t> rows_of(const metric_feed& feed, const feed_source& source,
                                                std::size_t period, std::size_t agent) {
    const row_groups& groups = feed.contacts ? source.from->of_contacts() : source.from->of_rows();
    return groups.of(period, agent);
  }

  /// The rows whose cause the metric does not exclude; the others are counted.
  static std::span<const std::uint32_t> counting(const feed_source& source,
                                                 std::span<const std::uint32_t> rows, scratch& s) {
    if (source.excluded.empty()) return rows;
    s.rows.clear();
    const joined_table& table = source.from->table;
    table.by_batch(rows, [&](std::size_t b, std::span<const std::uint32_t> some) {
      const auto& causes = table.batches()[b]->causes;
      for (const std::uint32_t row : some) {
        const std::uint32_t cause =
            causes.empty() ? observation_table::nobody : causes[row - table.begin_of(b)];
        const std::uint32_t excluded =
            cause == observation_table::nobody ? counts : source.excluded[b][cause];
        if (excluded == counts) {
          s.rows.push_back(row);
        } else {
          ++s.excluded[excluded];
        }
      }
    });
    return s.rows;
  }

  template <class Value>
  void give(dynamic_scorecard& card, const metric_feed& feed, std::size_t period, std::size_t agent,
            scratch& s, std::vector<Value>& values) const {
    values.clear();
    s.open.clear();
    for (const feed_source& source : feed.sources) {
      const auto all = rows_of(feed, source, period, agent);
      const std::size_t first = values.size();
      const auto rows = counting(source, all, s);
      values.resize(first + rows.size());
      Value* out = values.data() + first;
      const joined_table& table = source.from->table;
      table.by_batch(rows, [&](std::size_t b, std::span<const std::uint32_t> some) {
        read(*table.batches()[b], source.column, some, table.begin_of(b), out);
        out += some.size();
      });
      cell_tally& tally = s.tallies[source.tally];
      tally.rows += all.size();
      if constexpr (std::is_same_v<Value, double>) {
        tally.open += take_open(source, rows, first, values, s.open);
      }
      for (std::size_t i = first; i != values.size(); ++i) note(values[i], tally);
    }
    if (!values.empty()) card.update_many(feed.metric, std::span<const Value>(values));
    if (!s.open.empty()) card.update_many(feed.metric, std::span<const open_span>(s.open));
  }
  static void read(const observation_table& batch, std::size_t column,
                   std::span<const std::uint32_t> rows, std::uint32_t less, double* out) {
    const double* const values = batch.columns[column].values.data();
    for (const std::uint32_t row : rows) *out++ = values[row - less];
  }
  static void read(const observation_table& batch, std::size_t, std::span<const std::uint32_t> rows,
                   std::uint32_t less, contact_fact* out) {
    batch.linked->facts.read(rows, less, out);
  }
  /// Moves spans that have not ended out of the missing values. @return how many
  static std::size_t take_open(const feed_source& source, std::span<const std::uint32_t> rows,
                               std::size_t first, std::vector<double>& values,
                               std::vector<open_span>& open) {
    const joined_table& table = source.from->table;
    if (!table.any(
            [&](const observation_table& b) { return !b.columns[source.column].ages.empty(); })) {
      return 0;
    }
    const std::size_t before = open.size();
    std::size_t from = first;
    std::size_t to = first;
    table.by_batch(rows, [&](std::size_t b, std::span<const std::uint32_t> some) {
      const auto ages = table.batches()[b]->columns[source.column].ages;
      for (const std::uint32_t row : some) {
        const double x = values[from++];
        const double age = ages.empty() ? x : ages[row - table.begin_of(b)];
        if (x != x && age == age) {
          open.push_back({age});
        } else {
          values[to++] = x;
        }
      }
    });
    values.resize(to);
    return open.size() - before;
  }
  static void note(double x, cell_tally& tally) { tally.missing += x != x ? 1U : 0U; }
  static void note(const contact_fact& f, cell_tally& tally) {
    tally.missing += f.known_customer() || f.left_out() ? 0U : 1U;
    tally.pending += f.known_customer() && f.anchored() && !f.mature() ? 1U : 0U;
    tally.left_out += f.left_out() ? 1U : 0U;
  }

  std::vector<metric_feed> feeds_;
  std::size_t sources_ = 0;
};

}  // namespace crmetrics::detail
