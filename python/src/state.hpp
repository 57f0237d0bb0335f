#pragma once

#include "blocks.hpp"
#include "column.hpp"
#include "finding.hpp"
#include "keys.hpp"

#include <crmetrics/combinators/detail/update_cell.hpp>
#include <crmetrics/concepts.hpp>
#include <crmetrics/core/confidence_level.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/core/estimate.hpp>
#include <crmetrics/core/weight.hpp>
#include <crmetrics/derive/contact_rule.hpp>
#include <crmetrics/io/state_bytes.hpp>

#include <array>
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
  /// All rows or none. Without the GIL.
  virtual void update_many(const std::vector<column>& values, const column* weights) = 0;
  /// One result for each key, as of states of their own. Without the GIL.
  virtual grouped_findings by(const std::vector<column>& values, const column* weights,
                              composite_keys& keys, confidence_level level) const = 0;
  /// The same of facts that were derived from a table.
  virtual void observe(const fact_source&) { refuse_facts(); }
  virtual grouped_findings observe_by(const fact_source&, composite_keys&,
                                      confidence_level) const {
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
  for (problem p : e.problems()) {
    p.field = name;
    p.row += static_cast<std::uint64_t>(first_row);
    all.add(std::move(p));
  }
}

template <class T>
using maybe = std::optional<T>;

template <class M>
using weight_of = typename M::weight_type;

template <class M>
inline constexpr bool weighs_samples = std::same_as<typename M::weight_type, sampling_weight>;

/// Calls update(i) for each row of a block, and collects what it refuses.
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

/// The weights of a column, a block at a time, in step with the values.
class weight_rows {
 public:
  explicit weight_rows(const column& weights) : weights_(&weights) {}

  template <class W>
  W at(std::int64_t row) {
    while (row >= before_ + part().rows) {
      before_ += part().rows;
      ++chunk_;
    }
    const double w = value(row - before_);
    if constexpr (std::same_as<W, sampling_weight>) {
      return sampling_weight(w);
    } else {
      if (!(w >= 0 && w < 9e18) || w != static_cast<double>(static_cast<std::uint64_t>(w))) {
        throw bad_input({"weight", 0, crmetrics::detail::shown(w),
                         "must be a whole number, not negative: how often the row was observed"});
      }
      return frequency_weight{static_cast<std::uint64_t>(w)};
    }
  }

 private:
  const chunk& part() const { return weights_->chunks[chunk_]; }
  double value(std::int64_t row) const {
    const chunk& part = this->part();
    if (!part.valid(row)) throw bad_input({"weight", 0, "missing", "every row needs a weight"});
    double out = 0;
    const auto read = [&]<class T>(T) { out = static_cast<double>(stored<T>(part)[row]); };
    switch (weights_->type) {
      case kind::i8:
        read(std::int8_t{});
        break;
      case kind::i16:
        read(std::int16_t{});
        break;
      case kind::i32:
        read(std::int32_t{});
        break;
      case kind::i64:
        read(std::int64_t{});
        break;
      case kind::u8:
        read(std::uint8_t{});
        break;
      case kind::u16:
        read(std::uint16_t{});
        break;
      case kind::u32:
        read(std::uint32_t{});
        break;
      case kind::u64:
        read(std::uint64_t{});
        break;
      case kind::f32:
        read(float{});
        break;
      case kind::f64:
        read(double{});
        break;
      default:
        throw bad_input({weights_->name, 0, weights_->type_text(), "weights are numbers"});
    }
    return out;
  }

  const column* weights_;
  std::size_t chunk_ = 0;
  std::int64_t before_ = 0;
};

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
  T there[block_rows];
  std::size_t n = 0;
  for (std::size_t i = 0; i != rows.values.size(); ++i) {
    there[n] = rows.values[i];
    n += rows.valid[i] != 0 ? 1U : 0U;
  }
  try {
    metric.update_many(std::span<const T>(there, n));
    if constexpr (!weighs_samples<M>) {
      metric.update(maybe<T>(), frequency_weight{rows.values.size() - n});
    } else {
      for (std::size_t i = n; i != rows.values.size(); ++i) metric.update(maybe<T>());
    }
  } catch (const bad_input&) {  // row by row, for the rows
    each_row(rows.values.size(), rows.first_row, name, problems, [&](std::size_t i) {
      metric.update(rows.valid[i] != 0 ? maybe<T>(rows.values[i]) : maybe<T>());
    });
  }
}

template <class M, class T>
void feed_weighted(M& metric, const block<T>& rows, weight_rows& weights, const std::string& name,
                   problem_list& problems) {
  each_row(rows.values.size(), rows.first_row, name, problems, [&](std::size_t i) {
    const auto w = weights.at<weight_of<M>>(rows.first_row + static_cast<std::int64_t>(i));
    metric.update(
        rows.valid == nullptr || rows.valid[i] != 0 ? maybe<T>(rows.values[i]) : maybe<T>(), w);
  });
}

}  // namespace feeding

/// A metric that reads one column, by `Reader`.
template <class M, class Reader, kernels Kernels>
class column_state final : public any_state {
 public:
  column_state(M metric, report<M> result) : metric_(std::move(metric)), report_(result) {}

  std::unique_ptr<any_state> clone() const override { return with(metric_); }
  std::unique_ptr<any_state> fresh() const override { return with(metric_.fresh()); }
  std::string name() const override { return std::string(std::string_view(metric_.name())); }
  std::string convention() const override {
    const convention_text text = metric_.convention();
    return std::string(text.view());
  }
  std::string definition() const override { return state_definition(metric_); }

  void update_many(const std::vector<column>& columns, const column* weights) override {
    const column& values = require(columns, weights);
    M next = metric_.fresh();
    problem_list problems;
    std::optional<feeding::weight_rows> weight;
    if (weights != nullptr) weight.emplace(*weights);
    std::int64_t first = 0;
    for (const chunk& part : values.chunks) {
      read(values, part, first, problems, [&](const auto& rows) {
        if (weight) {
          if constexpr (weighable) {
            feeding::feed_weighted(next, rows, *weight, values.name, problems);
          }
        } else {
          feeding::feed_block(next, rows, values.name, problems);
        }
      });
      first += part.rows;
    }
    problems.throw_if_any();
    metric_.merge(next);
  }

  grouped_findings by(const std::vector<column>& columns, const column* weights,
                      composite_keys& keys, confidence_level level) const override {
    const column& values = require(columns, weights);
    std::vector<M> cells(1, metric_.fresh());
    std::uint32_t numbers[block_rows];
    problem_list problems;
    std::optional<feeding::weight_rows> weight;
    if (weights != nullptr) weight.emplace(*weights);
    const auto settings = crmetrics::detail::settings_of(metric_);

    const auto take = [&]<class T>(const block<T>& rows) {
      for (std::size_t done = 0; done != rows.values.size();) {
        const std::size_t n =
            (std::min)(rows.values.size() - done, static_cast<std::size_t>(block_rows));
        const std::int64_t first = rows.first_row + static_cast<std::int64_t>(done);
        keys.read(first, static_cast<std::int64_t>(n), numbers);
        if (keys.size() > cells.size()) {
          cells.resize(keys.size(), metric_.fresh());
        }
        const T* values_here = rows.values.data() + done;
        const std::uint8_t* valid = rows.valid == nullptr ? nullptr : rows.valid + done;
        M* const cell = cells.data();
        const auto row = [&](std::size_t i) {
          return valid == nullptr || valid[i] != 0 ? feeding::maybe<T>(values_here[i])
                                                   : feeding::maybe<T>();
        };
        if (weight) {
          if constexpr (weighable) {
            feeding::each_row(n, first, values.name, problems, [&](std::size_t i) {
              const auto w =
                  weight->template at<feeding::weight_of<M>>(first + static_cast<std::int64_t>(i));
              cell[numbers[i]].update(row(i), w);
            });
          }
        } else if (valid != nullptr) {
          feeding::each_row(n, first, values.name, problems,
                            [&](std::size_t i) { cell[numbers[i]].update(row(i)); });
        } else {
          feeding::each_row(n, first, values.name, problems, [&](std::size_t i) {
            crmetrics::detail::update_cell(cell[numbers[i]], settings, values_here[i]);
          });
        }
        done += n;
      }
    };
    std::int64_t first = 0;
    for (const chunk& part : values.chunks) {
      read(values, part, first, problems, take);
      first += part.rows;
    }
    problems.throw_if_any();

    grouped_findings out;
    out.by_number.resize(cells.size());
    const M empty = metric_.fresh();
    M total = empty;
    for (std::size_t i = 0; i != cells.size(); ++i) {
      if (cells[i] == empty) continue;  // a number without a row, or with weights of 0 only
      total.merge(cells[i]);
      out.by_number[i] = report_(cells[i], level);
    }
    out.total = report_(total, level);
    return out;
  }

  void merge(const any_state& other) override {
    const auto* same = dynamic_cast<const column_state*>(&other);
    if (same == nullptr) {
      throw definition_mismatch(name() + " (" + convention() + ") and " + other.name() + " (" +
                                other.convention() + ") do not merge");
    }
    metric_.merge(same->metric_);
  }
  bool equals(const any_state& other) const override {
    const auto* same = dynamic_cast<const column_state*>(&other);
    return same != nullptr && same->metric_ == metric_;
  }
  finding result(confidence_level level) const override { return report_(metric_, level); }
  std::vector<std::byte> to_bytes() const override { return crmetrics::to_bytes(metric_); }
  std::unique_ptr<any_state> from_bytes(std::span<const std::byte> bytes) const override {
    return with(crmetrics::from_bytes(metric_, bytes));
  }

 private:
  static constexpr bool weighable = requires(M m) { m.update(0, typename M::weight_type{}); } ||
                                    requires(M m) { m.update(true, typename M::weight_type{}); };

  std::unique_ptr<any_state> with(M metric) const {
    return std::make_unique<column_state>(std::move(metric), report_);
  }
  const column& require(const std::vector<column>& columns, const column* weights) const {
    if (columns.size() != 1) throw py::type_error(name() + " takes one column");
    const column& values = columns.front();
    if (!Reader::takes(values)) {
      throw py::type_error("column \"" + values.name + "\": " + name() + " takes " +
                           Reader::wanted + ", not " + values.type_text());
    }
    if (values.is_dictionary()) {
      throw py::type_error("column \"" + values.name + "\": a dictionary of values; " + name() +
                           " takes them as they are");
    }
    if (weights == nullptr) return values;
    if (!weighable) throw py::type_error(name() + " takes no weights");
    if (weights->rows != values.rows) {
      throw py::value_error("column \"" + weights->name + "\" has " +
                            std::to_string(weights->rows) + " rows, \"" + values.name + "\" has " +
                            std::to_string(values.rows));
    }
    return values;
  }
  template <class Take>
  static void read(const column& values, const chunk& part, std::int64_t first,
                   problem_list& problems, const Take& take) {
    try {
      Reader::template each_block<Kernels>(values, part, first, take);
    } catch (const bad_input& e) {  // what the reader itself refuses has its rows
      problems.add(e.problems());
    }
  }

  M metric_;
  report<M> report_;
};

}  // namespace crmetrics::python
