#pragma once

#include "blocks.hpp"
#include "column.hpp"
#include "finding.hpp"
#include "keys.hpp"
#include "value_counts.hpp"

#include <crmetrics/accumulators/proportion.hpp>
#include <crmetrics/combinators/detail/update_cell.hpp>
#include <crmetrics/concepts.hpp>
#include <crmetrics/core/confidence_level.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/core/estimate.hpp>
#include <crmetrics/core/weight.hpp>
#include <crmetrics/derive/contact_rule.hpp>
#include <crmetrics/detail/input.hpp>
#include <crmetrics/io/state_bytes.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace crmetrics::python {

/// Results of groups, by the numbers of their keys; 0 are the rows without one.
struct grouped_findings {
  std::vector<std::optional<finding>> by_number;  ///< none where no row was seen
  finding total;
};

class fact_source;

/// The state of any metric of columns or of facts, behind one type: what a Python object of a
/// metric holds.
/// Laws and results are those of the metric inside.
class any_state {
 public:
  virtual ~any_state() = default;
  virtual std::unique_ptr<any_state> clone() const = 0;
  virtual std::unique_ptr<any_state> fresh() const = 0;
  virtual std::string name() const = 0;
  virtual std::string convention() const = 0;
  virtual std::string definition() const = 0;
  /// A fresh state of the same definition that has observed the columns: to be merged. Without the
  /// GIL, so that it must not read what merge changes.
  virtual std::unique_ptr<any_state> observed(const std::vector<column>& values,
                                              const column* weights) const = 0;
  /// One result for each key, as of states of their own. Without the GIL.
  virtual grouped_findings by(const std::vector<column>& values, const column* weights,
                              composite_keys& keys, confidence_level level) const = 0;
  /// The same of facts that were derived from a table.
  virtual std::unique_ptr<any_state> observed(const fact_source&) const { refuse_facts(); }
  virtual grouped_findings observe_by(const fact_source&, composite_keys&, confidence_level) const {
    refuse_facts();
  }
  /// By which the contacts were linked that it has observed.
  virtual std::optional<contact_rule> rule() const { return std::nullopt; }
  virtual void merge(const any_state& other) = 0;
  virtual bool equals(const any_state& other) const = 0;
  virtual finding result(confidence_level level) const = 0;
  virtual std::vector<std::byte> to_bytes() const = 0;
  virtual std::unique_ptr<any_state> from_bytes(std::span<const std::byte> bytes) const = 0;

 private:
  [[noreturn]] void refuse_facts() const {
    throw py::type_error(name() + " observes columns, not facts");
  }
};

/// What a metric of one column takes.
struct column_wanted {
  bool (*takes)(const column& c);
  const char* what;
  bool weighable;
};
/// The column that a metric of one column reads.
/// @throws py::type_error, py::value_error where it does not, naming the column
const column& required_column(const any_state& metric, const std::vector<column>& columns,
                              const column* weights, const column_wanted& wanted);
/// @throws definition_mismatch that shows both
[[noreturn]] void refuse_merge(const any_state& a, const any_state& b);

/// How a result is read from a state; with another interval it is another type of the same
/// definition, and so of the same bytes.
template <class M>
using report = estimate (*)(const M& metric, confidence_level level);
template <class M>
estimate own_result(const M& metric, confidence_level level) {
  return metric.result(level);
}
template <class M, class Reported>
estimate result_as(const M& metric, confidence_level level) {
  if constexpr (requires { Reported(metric.counts()); }) {
    return Reported(metric.counts()).result(level);
  } else {
    return crmetrics::from_bytes(Reported(), crmetrics::to_bytes(metric)).result(level);
  }
}

namespace feeding {

/// Problems of a block, with the rows and the name of the column.
inline void add_problems(problem_list& all, const bad_input& e, const std::string& name,
                         std::int64_t first_row) {
  problem_list here = e.problems();
  for (problem& p : here) {
    p.field = name;
    p.row += static_cast<std::uint64_t>(first_row);
  }
  all.add(here);
}

template <class T>
using maybe = std::optional<T>;

template <class M>
inline constexpr bool weighs_samples = std::same_as<typename M::weight_type, sampling_weight>;

/// Calls update(i) for each row of a block, and collects what it refuses. Without a name, the
/// problems bring their fields.
template <class Update>
void each_row(std::size_t n, std::int64_t first_row, const std::string& name,
              problem_list& problems, const Update& update) {
  std::size_t i = 0;
  for (;;) {
    try {
      for (; i != n; ++i) update(i);
      return;
    } catch (const bad_input& e) {
      for (problem p : e.problems()) {
        if (!name.empty()) p.field = name;
        p.row = static_cast<std::uint64_t>(first_row) + i + 1;
        problems.add(std::move(p));
      }
      ++i;
    }
  }
}

/// The weight of a row; none where it is no weight, which is then among the problems.
template <class W>
std::optional<W> weight_at(number_rows& weights, std::int64_t row, problem_list& problems) {
  const number w = weights.at(row);
  const auto refuse = [&](std::string value, const char* reason) {
    problems.add({weights.name(), static_cast<std::uint64_t>(row) + 1, std::move(value), reason});
    return std::nullopt;
  };
  if (w.index() == 0) return refuse("missing", "every row needs a weight");
  if constexpr (std::same_as<W, sampling_weight>) {
    try {
      return sampling_weight(*real_of(w));
    } catch (const bad_input& e) {
      return refuse(e.problems().begin()->value, e.problems().begin()->reason.c_str());
    }
  } else {
    const auto times = whole_of(w);
    if (!times || *times < 0) {
      return refuse(text_of(w),
                    "must be a whole number, not negative: how often the row was observed");
    }
    return frequency_weight{static_cast<std::uint64_t>(*times)};
  }
}

/// A metric that counts what is neither yes nor no.
template <class M>
inline constexpr bool counts_invalid = false;
template <class Traits, class Interval, class Missing, class Cell>
inline constexpr bool
    counts_invalid<basic_proportion<Traits, Interval, Missing, invalid::count, Cell>> = true;

/// A row of a block with `valid`.
template <class M, class T, class... Weight>
void update_row(M& metric, const block<T>& rows, std::size_t i, const Weight&... weight) {
  if (rows.valid[i] == absent) {
    metric.update(maybe<T>(), weight...);
  } else if (rows.valid[i] == there) {
    metric.update(maybe<T>(rows.values[i]), weight...);
  } else if constexpr (counts_invalid<M> && sizeof...(Weight) == 0) {
    metric.update(successes_of{1, 0});  // one that cannot be
  } else {
    throw bad_input({"", 0, crmetrics::detail::shown(rows.given[i]), "must be 1 (yes) or 0 (no)"});
  }
}

/// One block into one state: rows that are there in one call, the missing ones as a number.
template <class M, class T>
void feed_block(M& metric, const block<T>& rows, const std::string& name, problem_list& problems) {
  if (rows.valid == nullptr) {
    try {
      metric.update_many(rows.values);
    } catch (const bad_input& e) {
      add_problems(problems, e, name, rows.first_row);
    }
    return;
  }
  T values[block_rows];
  std::size_t n = 0;
  std::size_t missing = 0;
  for (std::size_t i = 0; i != rows.values.size(); ++i) {
    values[n] = rows.values[i];
    n += rows.valid[i] == there ? 1U : 0U;
    missing += rows.valid[i] == absent ? 1U : 0U;
  }
  M next = metric.fresh();
  try {
    next.update_many(std::span<const T>(values, n));
    if constexpr (!weighs_samples<M>) {
      next.update(maybe<T>(), frequency_weight{missing});
    } else {
      for (std::size_t i = 0; i != missing; ++i) next.update(maybe<T>());
    }
    for (std::size_t i = 0; n + missing != rows.values.size() && i != rows.values.size(); ++i) {
      if (rows.valid[i] == bad) update_row(next, rows, i);
    }
    metric.merge(next);
  } catch (const bad_input&) {  // row by row, for the rows
    each_row(rows.values.size(), rows.first_row, name, problems,
             [&](std::size_t i) { update_row(metric, rows, i); });
  }
}

template <class M>
inline constexpr bool weighable = requires(M m) { m.update(0, typename M::weight_type{}); } ||
                                  requires(M m) { m.update(true, typename M::weight_type{}); };

template <class M, class T>
void feed_weighted(M& metric, const block<T>& rows, std::size_t i, number_rows& weights,
                   problem_list& problems) {
  if constexpr (weighable<M>) {
    const auto w = weight_at<typename M::weight_type>(
        weights, rows.first_row + static_cast<std::int64_t>(i), problems);
    if (!w) return;
    if (rows.valid == nullptr) {
      metric.update(maybe<T>(rows.values[i]), *w);
    } else {
      update_row(metric, rows, i, *w);
    }
  }
}

/// A column into one state. @throws bad_input with all bad rows, and then the state is of no use
template <class M, class Reader, kernels K>
void feed(M& metric, const column& values, const column* weights) {
  problem_list problems;
  std::optional<number_rows> weight;
  if (weights != nullptr) weight.emplace(*weights);
  each_block<Reader, K>(values, problems, [&](const auto& rows) {
    if (weight) {
      each_row(rows.values.size(), rows.first_row, values.name, problems,
               [&](std::size_t i) { feed_weighted(metric, rows, i, *weight, problems); });
    } else {
      feed_block(metric, rows, values.name, problems);
    }
  });
  problems.throw_if_any();
}

/// States of the groups, by the numbers of their keys.
template <class M>
struct groups {
  explicit groups(const M& fresh) : cells(1, fresh) {}
  /// Room for numbers below n.
  void grow(std::uint32_t n) {
    if (n > cells.size()) cells.resize(n, cells.front().fresh());
  }
  std::vector<M> cells;
};

/// Calls f with the numbers of the keys and the values of at most `block_rows` rows at a time.
template <class T, class F>
void each_piece(const block<T>& all, composite_keys& keys, const F& f) {
  std::uint32_t numbers[block_rows];
  for (std::size_t done = 0; done != all.values.size();) {
    const std::size_t n =
        (std::min)(all.values.size() - done, static_cast<std::size_t>(block_rows));
    const block<T> rows{all.values.subspan(done, n),
                        all.valid == nullptr ? nullptr : all.valid + done,
                        all.first_row + static_cast<std::int64_t>(done),
                        all.given == nullptr ? nullptr : all.given + done};
    keys.read(rows.first_row, static_cast<std::int64_t>(n), numbers);
    f(rows, numbers);
    done += n;
  }
}

/// A column into the states of its groups by counting values; none where the rows have to be read
/// one by one.
template <class M, class Reader, kernels K>
std::optional<groups<M>> count_groups(const M& fresh, const column& values, composite_keys& keys) {
  if (!counts_repeats<M> || !value_counts::takes(values) || values.rows == 0) return std::nullopt;
  value_counts counts;
  bool (*give)(const value_counts&, std::vector<M>&) = nullptr;
  bool counted = true;
  problem_list problems;
  each_block<Reader, K>(values, problems, [&]<class T>(const block<T>& all) {
    if constexpr (counts_repeats<M> && std::is_arithmetic_v<T>) {
      if (!counted) return;
      each_piece(all, keys, [&](const block<T>& rows, const std::uint32_t* numbers) {
        if (give == nullptr) counted = value_counts::all_small(rows);
        give = [](const value_counts& c, std::vector<M>& cells) { return c.give<T>(cells); };
        counted = counted && value_counts::pays(values.rows, keys.size());
        if (!counted) return;
        const auto end = rows.first_row + static_cast<std::int64_t>(rows.values.size());
        counts.add(rows, numbers, keys.size(), keys.next_keys(end));
      });
    } else {
      counted = false;
    }
  });
  groups<M> out(fresh);
  out.grow(keys.size());
  if (!counted || give == nullptr || !give(counts, out.cells)) return std::nullopt;
  return out;
}

/// A column into the states of its groups. @throws bad_input with all bad rows
template <class M, class Reader, kernels K>
groups<M> feed_groups(const M& fresh, const column& values, const column* weights,
                      composite_keys& keys) {
  if (weights == nullptr) {
    if (auto counted = count_groups<M, Reader, K>(fresh, values, keys)) return *std::move(counted);
    keys.rewind();
  }
  groups<M> out(fresh);
  problem_list problems;
  std::optional<number_rows> weight;
  if (weights != nullptr) weight.emplace(*weights);
  const auto settings = crmetrics::detail::settings_of(fresh);

  each_block<Reader, K>(values, problems, [&]<class T>(const block<T>& all) {
    each_piece(all, keys, [&](const block<T>& rows, const std::uint32_t* numbers) {
      out.grow(keys.size());
      M* const cell = out.cells.data();
      const auto each = [&](const auto& update) {
        each_row(rows.values.size(), rows.first_row, values.name, problems, update);
      };
      if (weight) {
        each([&](std::size_t i) { feed_weighted(cell[numbers[i]], rows, i, *weight, problems); });
      } else if (rows.valid != nullptr) {
        each([&](std::size_t i) { update_row(cell[numbers[i]], rows, i); });
      } else {
        each([&](std::size_t i) {
          crmetrics::detail::update_cell(cell[numbers[i]], settings, rows.values[i]);
        });
      }
    });
  });
  problems.throw_if_any();
  return out;
}

/// What takes the rows of a metric: itself, or the counts behind it, which several metrics read in
/// ways of their own, and whose loops are compiled once for all of them.
template <class M>
struct fed {
  static const M& of(const M& metric) { return metric; }
};
template <class M>
  requires requires(const M& metric) { M(metric.counts()); }
struct fed<M> {
  static const auto& of(const M& metric) { return metric.counts(); }
};

}  // namespace feeding

/// Results of groups, each cell made a metric M.
template <class M, class Cell>
grouped_findings results_of(const feeding::groups<Cell>& groups, report<M> result,
                            confidence_level level) {
  const auto as_metric = [](const Cell& cell) -> decltype(auto) {
    if constexpr (std::same_as<M, Cell>) {
      return (cell);
    } else {
      return M(cell);
    }
  };
  grouped_findings out;
  out.by_number.resize(groups.cells.size());
  const Cell empty = groups.cells.front().fresh();
  Cell total = empty;
  for (std::size_t i = 0; i != groups.cells.size(); ++i) {
    if (groups.cells[i] == empty) continue;  // a number without a row, or with weights of 0 only
    total.merge(groups.cells[i]);
    out.by_number[i] = result(as_metric(groups.cells[i]), level);
  }
  out.total = result(as_metric(total), level);
  return out;
}

/// What the states of metrics have in common, whatever they read. `Self` makes another one of
/// itself: `with(metric)`.
template <class Self, class M, class Report>
class metric_state : public any_state {
 public:
  metric_state(M metric, Report result) : metric_(std::move(metric)), report_(result) {}

  std::unique_ptr<any_state> clone() const override { return self().with(metric_); }
  std::unique_ptr<any_state> fresh() const override { return self().with(metric_.fresh()); }
  std::string name() const override { return std::string(std::string_view(metric_.name())); }
  std::string convention() const override {
    const convention_text text = metric_.convention();
    return std::string(text.view());
  }
  std::string definition() const override { return state_definition(metric_); }
  void merge(const any_state& other) override {
    const metric_state* same = dynamic_cast<const Self*>(&other);
    if (same == nullptr) refuse_merge(*this, other);
    metric_.merge(same->metric_);
  }
  bool equals(const any_state& other) const override {
    const metric_state* same = dynamic_cast<const Self*>(&other);
    return same != nullptr && same->metric_ == metric_;
  }
  finding result(confidence_level level) const override { return report_(metric_, level); }
  std::vector<std::byte> to_bytes() const override { return crmetrics::to_bytes(metric_); }
  std::unique_ptr<any_state> from_bytes(std::span<const std::byte> bytes) const override {
    return self().with(crmetrics::from_bytes(metric_, bytes));
  }

 protected:
  M metric_;
  Report report_;

 private:
  const Self& self() const { return static_cast<const Self&>(*this); }
};

/// A metric that reads one column, by `Reader`.
template <class M, class Reader, kernels Kernels>
class column_state final : public metric_state<column_state<M, Reader, Kernels>, M, report<M>> {
  using base = metric_state<column_state, M, report<M>>;
  using base::metric_;
  using base::report_;

 public:
  using base::base;
  std::unique_ptr<any_state> with(M metric) const {
    return std::make_unique<column_state>(std::move(metric), report_);
  }

  std::unique_ptr<any_state> observed(const std::vector<column>& columns,
                                      const column* weights) const override {
    const column& values = require(columns, weights);
    auto next = feeding::fed<M>::of(metric_).fresh();
    feeding::feed<decltype(next), Reader, Kernels>(next, values, weights);
    return with(M(std::move(next)));
  }
  grouped_findings by(const std::vector<column>& columns, const column* weights,
                      composite_keys& keys, confidence_level level) const override {
    const column& values = require(columns, weights);
    const auto fresh = feeding::fed<M>::of(metric_).fresh();
    using cell = std::remove_const_t<decltype(fresh)>;
    return results_of<M>(feeding::feed_groups<cell, Reader, Kernels>(fresh, values, weights, keys),
                         report_, level);
  }

 private:
  const column& require(const std::vector<column>& columns, const column* weights) const {
    return required_column(*this, columns, weights,
                           {&Reader::takes, Reader::wanted, feeding::weighable<M>});
  }
};

}  // namespace crmetrics::python
