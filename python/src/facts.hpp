#pragma once

#include "keys.hpp"
#include "registry.hpp"
#include "state.hpp"

#include <crmetrics/derive/contact_fact.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

/// Metrics of facts: what linking contacts or putting a ledger in order finds out.
namespace crmetrics::python {

/// Writes the numbers that the keys of n facts have; asked for in ascending order.
using read_groups = std::function<void(std::size_t first, std::size_t n, std::uint32_t* out)>;

/// Facts that were derived from the rows of a table.
class fact_source {
 public:
  fact_source() = default;
  fact_source(const fact_source&) = delete;
  fact_source& operator=(const fact_source&) = delete;
  virtual ~fact_source() = default;

  virtual std::size_t size() const = 0;
  /// Of the table.
  virtual std::int64_t rows() const = 0;
  /// Groups of the facts, by keys of the rows.
  /// @throws bad_input where a fact would be in two groups
  virtual read_groups groups(composite_keys& keys) const {
    return [&keys](std::size_t first, std::size_t n, std::uint32_t* out) {
      keys.read(static_cast<std::int64_t>(first), static_cast<std::int64_t>(n), out);
    };
  }
};

template <class Fact>
class facts_of : public fact_source {
 public:
  /// Writes the facts from `first` on.
  virtual void read(std::size_t first, std::span<Fact> out) const = 0;
  /// The facts that occur, each with how often: for metrics that need no more. Nothing where they
  /// are not fewer than the rows.
  virtual std::optional<std::vector<std::pair<Fact, std::uint64_t>>> counted() const {
    return std::nullopt;
  }
};

/// Makes facts of columns, for metrics of which each row is a fact.
using facts_from =
    std::function<std::shared_ptr<const fact_source>(const std::vector<column>& values)>;

template <class M>
using fact_report = finding (*)(const M& metric, confidence_level level);

/// A metric that observes facts of one kind.
template <class M, class Fact>
class fact_state final : public metric_state<fact_state<M, Fact>, M, fact_report<M>> {
  using base = metric_state<fact_state, M, fact_report<M>>;
  using base::metric_;
  using base::name;
  using base::report_;

 public:
  fact_state(M metric, fact_report<M> result, facts_from columns = nullptr)
      : base(std::move(metric), result), from_columns_(std::move(columns)) {}
  std::unique_ptr<any_state> with(M metric) const {
    return std::make_unique<fact_state>(std::move(metric), report_, from_columns_);
  }

  std::unique_ptr<any_state> observed(const std::vector<column>& values,
                                      const column* weights) const override {
    return observed(*facts(values, weights), weights);
  }
  grouped_findings by(const std::vector<column>& values, const column* weights,
                      composite_keys& keys, confidence_level level) const override {
    return observe_by(*facts(values, weights), keys, level, weights);
  }
  std::unique_ptr<any_state> observed(const fact_source& source) const override {
    return observed(source, nullptr);
  }
  grouped_findings observe_by(const fact_source& source, composite_keys& keys,
                              confidence_level level) const override {
    return observe_by(source, keys, level, nullptr);
  }
  std::optional<contact_rule> rule() const override {
    if constexpr (requires { metric_.rule(); }) {
      if (metric_.rule().known()) return metric_.rule();
    }
    return std::nullopt;
  }

 private:
  static constexpr std::size_t block = 512;
  static constexpr bool weighable =
      requires(M m, const Fact& fact) { m.update(fact, frequency_weight{}); };

  std::unique_ptr<any_state> observed(const fact_source& source, const column* weights) const {
    M next = metric_.fresh();
    if constexpr (weighable) {
      const auto counted = weights == nullptr ? facts_in(source).counted() : std::nullopt;
      if (counted) {
        crmetrics::detail::update_counted(next, *counted);
        return with(std::move(next));
      }
    }
    std::optional<number_rows> weight;
    if (weights != nullptr) weight.emplace(*weights);
    each_block(source, [&](std::size_t first, std::span<const Fact> facts, problem_list& problems) {
      feed(facts, first, weight, problems, [&](std::size_t) -> M& { return next; });
    });
    return with(std::move(next));
  }
  grouped_findings observe_by(const fact_source& source, composite_keys& keys,
                              confidence_level level, const column* weights) const {
    std::vector<M> cells(1, metric_.fresh());
    const read_groups groups = source.groups(keys);
    std::optional<number_rows> weight;
    if (weights != nullptr) weight.emplace(*weights);
    std::array<std::uint32_t, block> numbers;
    each_block(source, [&](std::size_t first, std::span<const Fact> facts, problem_list& problems) {
      groups(first, facts.size(), numbers.data());
      if (keys.size() > cells.size()) cells.resize(keys.size(), metric_.fresh());
      M* const cell = cells.data();
      feed(facts, first, weight, problems, [&](std::size_t i) -> M& { return cell[numbers[i]]; });
    });
    grouped_findings out;
    out.by_number.resize(cells.size());
    const M empty = metric_.fresh();
    M total = empty;
    for (std::size_t i = 0; i != cells.size(); ++i) {
      if (cells[i] == empty) continue;
      total.merge(cells[i]);
      out.by_number[i] = report_(cells[i], level);
    }
    out.total = report_(total, level);
    return out;
  }

  /// Facts of a block into the cells that cell(i) gives.
  template <class Cell>
  static void feed(std::span<const Fact> facts, std::size_t first,
                   std::optional<number_rows>& weight, problem_list& problems, const Cell& cell) {
    const auto from = static_cast<std::int64_t>(first);
    feeding::each_row(facts.size(), from, "", problems, [&](std::size_t i) {
      if (!weight) {
        cell(i).update(facts[i]);
      } else if constexpr (weighable) {
        const auto w = feeding::weight_at<frequency_weight>(
            *weight, from + static_cast<std::int64_t>(i), problems);
        if (w) cell(i).update(facts[i], *w);
      }
    });
  }

  std::shared_ptr<const fact_source> facts(const std::vector<column>& values,
                                           const column* weights) const {
    if (!from_columns_) {
      throw py::type_error(name() + " observes facts that were derived from a table, not columns");
    }
    if (weights != nullptr) {
      if (!weighable) throw py::type_error(name() + " takes no weights");
      if (!values.empty()) require_rows(*weights, values.front());
    }
    return from_columns_(values);
  }
  const facts_of<Fact>& facts_in(const fact_source& source) const {
    const auto* facts = dynamic_cast<const facts_of<Fact>*>(&source);
    if (facts == nullptr) throw py::type_error(name() + " observes facts of another kind");
    return *facts;
  }
  /// Calls take(first, facts, problems) for each block; problems are thrown at the end.
  template <class Take>
  void each_block(const fact_source& source, const Take& take) const {
    const facts_of<Fact>& facts = facts_in(source);
    std::vector<Fact> room(block);
    problem_list problems;
    const std::size_t n = facts.size();
    for (std::size_t first = 0; first < n; first += block) {
      const std::span<Fact> here(room.data(), (std::min)(block, n - first));
      facts.read(first, here);
      take(first, std::span<const Fact>(here), problems);
    }
    problems.throw_if_any();
  }

  facts_from from_columns_;
};

/// @tparam Reported the metric that gives the result; with another interval it is another type
template <class Fact, class Reported = void, class M>
std::unique_ptr<any_state> make_fact_state(M metric, facts_from columns = nullptr) {
  return std::make_unique<fact_state<M, Fact>>(
      std::move(metric),
      [](const M& m, confidence_level level) -> finding {
        if constexpr (std::is_void_v<Reported> || std::same_as<Reported, M>) {
          return m.result(level);
        } else if constexpr (requires { Reported(m.rule()); }) {
          return crmetrics::from_bytes(Reported(m.rule()), crmetrics::to_bytes(m)).result(level);
        } else {
          return crmetrics::from_bytes(Reported(), crmetrics::to_bytes(m)).result(level);
        }
      },
      std::move(columns));
}

// Each kind of facts, and what derives them.
void bind_contacts(py::module_& module);
void bind_ledger(py::module_& module);
void bind_purchases(py::module_& module);

}  // namespace crmetrics::python
