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
};

/// Makes facts of columns, for metrics of which each row is a fact.
using facts_from =
    std::function<std::shared_ptr<const fact_source>(const std::vector<column>& values)>;

/// A metric that observes facts of one kind.
template <class M, class Fact>
class fact_state final : public any_state {
 public:
  using report = finding (*)(const M& metric, confidence_level level);

  fact_state(M metric, report result, facts_from columns = nullptr)
      : metric_(std::move(metric)), report_(result), from_columns_(std::move(columns)) {}

  std::unique_ptr<any_state> clone() const override { return with(metric_); }
  std::unique_ptr<any_state> fresh() const override { return with(metric_.fresh()); }
  std::string name() const override { return std::string(std::string_view(metric_.name())); }
  std::string convention() const override {
    const convention_text text = metric_.convention();
    return std::string(text.view());
  }
  std::string definition() const override { return state_definition(metric_); }

  std::unique_ptr<any_state> observed(const std::vector<column>& values,
                                      const column* weights) const override {
    return seen(*facts(values), weights);
  }
  grouped_findings by(const std::vector<column>& values, const column* weights,
                      composite_keys& keys, confidence_level level) const override {
    return seen_by(*facts(values), weights, keys, level);
  }
  std::unique_ptr<any_state> observed(const fact_source& source) const override {
    return seen(source, nullptr);
  }
  grouped_findings observe_by(const fact_source& source, composite_keys& keys,
                              confidence_level level) const override {
    return seen_by(source, nullptr, keys, level);
  }

  void merge(const any_state& other) override {
    const auto* same = dynamic_cast<const fact_state*>(&other);
    if (same == nullptr) refuse_merge(*this, other);
    metric_.merge(same->metric_);
  }
  bool equals(const any_state& other) const override {
    const auto* same = dynamic_cast<const fact_state*>(&other);
    return same != nullptr && same->metric_ == metric_;
  }
  finding result(confidence_level level) const override { return report_(metric_, level); }
  std::vector<std::byte> to_bytes() const override { return crmetrics::to_bytes(metric_); }
  std::unique_ptr<any_state> from_bytes(std::span<const std::byte> bytes) const override {
    return with(crmetrics::from_bytes(metric_, bytes));
  }
  std::optional<contact_rule> rule() const override {
    if constexpr (requires { metric_.rule(); }) {
      if (metric_.rule().known()) return metric_.rule();
    }
    return std::nullopt;
  }

 private:
  static constexpr std::size_t block = 512;

  std::unique_ptr<any_state> with(M metric) const {
    return std::make_unique<fact_state>(std::move(metric), report_, from_columns_);
  }
  std::shared_ptr<const fact_source> facts(const std::vector<column>& values) const {
    if (from_columns_) return from_columns_(values);
    throw py::type_error(name() + " observes facts that were derived from a table, not columns");
  }

  std::unique_ptr<any_state> seen(const fact_source& source, const column* weights) const {
    M next = metric_.fresh();
    feed(source, weights, [](std::size_t, std::size_t) {}, [&](std::size_t) -> M& { return next; });
    return with(std::move(next));
  }
  grouped_findings seen_by(const fact_source& source, const column* weights, composite_keys& keys,
                           confidence_level level) const {
    // All cells begin as the same state: those that saw no fact still are, whereas others may have
    // taken a rule of their facts.
    const M empty = metric_.fresh();
    std::vector<M> cells(1, empty);
    const read_groups groups = source.groups(keys);
    std::array<std::uint32_t, block> numbers;
    feed(
        source, weights,
        [&](std::size_t first, std::size_t n) {
          groups(first, n, numbers.data());
          if (keys.size() > cells.size()) cells.resize(keys.size(), empty);
        },
        [&](std::size_t i) -> M& { return cells[numbers[i]]; });
    grouped_findings out;
    out.by_number.resize(cells.size());
    M total = empty;
    for (std::size_t i = 0; i != cells.size(); ++i) {
      if (cells[i] == empty) continue;
      total.merge(cells[i]);
      out.by_number[i] = report_(cells[i], level);
    }
    out.total = report_(total, level);
    return out;
  }

  /// Facts in blocks: calls begin(first, n), then updates cell(i) by each fact of the block.
  /// @throws bad_input with all that is refused
  template <class Begin, class Cell>
  void feed(const fact_source& source, const column* weights, const Begin& begin,
            const Cell& cell) const {
    const auto* facts = dynamic_cast<const facts_of<Fact>*>(&source);
    if (facts == nullptr) throw py::type_error(name() + " observes facts of another kind");
    std::optional<number_rows> weight;
    if (weights != nullptr) weight.emplace(required_weights(*weights, source));
    std::vector<Fact> room(block);
    problem_list problems;
    const std::size_t n = facts->size();
    for (std::size_t first = 0; first < n; first += block) {
      const std::span<Fact> here(room.data(), (std::min)(block, n - first));
      facts->read(first, here);
      begin(first, here.size());
      const auto row = static_cast<std::int64_t>(first);
      feeding::each_row(here.size(), row, "", problems, [&](std::size_t i) {
        if (!weight) return cell(i).update(here[i]);
        if constexpr (weighable) {
          const auto w = feeding::weight_at<frequency_weight>(
              *weight, row + static_cast<std::int64_t>(i), problems);
          if (w) cell(i).update(here[i], *w);
        }
      });
    }
    problems.throw_if_any();
  }
  static constexpr bool weighable =
      requires(M m, const Fact& fact) { m.update(fact, frequency_weight{}); };
  const column& required_weights(const column& weights, const fact_source& source) const {
    if (!weighable) throw py::type_error(name() + " takes no weights");
    if (weights.rows != source.rows()) {
      throw py::value_error("column \"" + weights.name + "\" has " +
                            std::to_string(weights.rows) + " rows, the others have " +
                            std::to_string(source.rows()));
    }
    return weights;
  }

  M metric_;
  report report_;
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
