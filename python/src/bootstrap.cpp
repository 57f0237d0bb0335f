#include "bootstrap.hpp"

#include "cells.hpp"
#include "keys.hpp"
#include "results.hpp"
#include "state_object.hpp"

#include <crmetrics/combinators/detail/poisson_weight.hpp>
#include <crmetrics/combinators/detail/replicate_results.hpp>
#include <crmetrics/core/error.hpp>

#include <pybind11/stl.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace crmetrics::python {

namespace {

using columns = std::vector<column>;
using crmetrics::detail::replicate_weights;

/// How often each row counts in a replicate: the numbers of `bootstrap` in C++, bit for bit.
class row_weights {
 public:
  /// @throws bad_input naming each row without a customer
  row_weights(const column& customers, std::uint64_t seed)
      : rows_(static_cast<std::size_t>(customers.rows)), number_of_(rows_), weights_(rows_) {
    const column keys = as_keys(customers);
    key_numbers numbers(keys);
    std::size_t row = 0;
    for (std::size_t c = 0; c != keys.chunks.size(); ++c) {
      numbers.read(c, 0, keys.chunks[c].rows, number_of_.data() + row);
      row += static_cast<std::size_t>(keys.chunks[c].rows);
    }
    const bool whole = has_whole_keys(keys);
    std::uint32_t empty = 0;
    of_.reserve(numbers.size());
    for (std::uint32_t n = 0; n != numbers.size(); ++n) {
      if (!whole && numbers.text(n).empty()) empty = n;
      of_.push_back(whole ? replicate_weights(seed, n == 0 ? 0 : numbers.whole(n))
                          : replicate_weights(seed, numbers.text(n)));
    }
    problem_list problems;
    for (std::size_t i = 0; i != rows_; ++i) {
      if (number_of_[i] != 0 && number_of_[i] != empty) continue;
      problems.add(
          {customers.name, i + 1, "missing", "a bootstrap of customers must know whose row it is"});
    }
    problems.throw_if_any();
    drawn_.resize(of_.size());
    as_column_.name = "weights";
    as_column_.type = kind::u8;
    as_column_.rows = customers.rows;
    chunk all;
    all.rows = customers.rows;
    all.values = weights_.data();
    as_column_.chunks.push_back(std::move(all));
  }
  row_weights(const row_weights&) = delete;
  row_weights& operator=(const row_weights&) = delete;

  /// A column that the next call changes.
  const column& in(std::size_t replicate) {
    for (std::size_t n = 0; n != of_.size(); ++n) {
      drawn_[n] = static_cast<std::uint8_t>(of_[n].in(replicate));
    }
    for (std::size_t i = 0; i != rows_; ++i) weights_[i] = drawn_[number_of_[i]];
    return as_column_;
  }

 private:
  std::size_t rows_;
  std::vector<std::uint32_t> number_of_;
  std::vector<replicate_weights> of_;
  std::vector<std::uint8_t> drawn_;
  std::vector<std::uint8_t> weights_;
  column as_column_;
};

/// A metric of columns and its replicates: `bootstrapped` of C++, for any metric.
class bootstrap_state {
 public:
  bootstrap_state(const State& metric, std::size_t replicates, std::uint64_t seed)
      : metric_(metric->fresh()), seed_(seed) {
    if (replicates < 20 || replicates > 100'000) {
      throw invalid_setting("bootstrap: " + std::to_string(replicates) +
                            " replicates: must be 20 to 100,000");
    }
    for (std::size_t r = 0; r != replicates; ++r) replicates_.push_back(metric_->fresh());
  }
  bootstrap_state(const bootstrap_state& other)
      : metric_(other.metric_->clone()), seed_(other.seed_) {
    for (const auto& r : other.replicates_) replicates_.push_back(r->clone());
  }
  bootstrap_state& operator=(const bootstrap_state&) = delete;

  std::size_t size() const noexcept { return replicates_.size(); }
  std::uint64_t seed() const noexcept { return seed_; }
  const any_state& metric() const noexcept { return *metric_; }
  const any_state& replicate(std::size_t r) const { return *replicates_.at(r); }

  /// A fresh state of the same definition that has observed the columns. Without the GIL.
  bootstrap_state observed(const columns& values, const column& customers) const {
    require_rows(customers, values.front());
    row_weights weights(customers, seed_);
    bootstrap_state next(*this, metric_->observed(values, nullptr));
    for (const auto& r : replicates_) {
      next.replicates_.push_back(r->observed(values, &weights.in(next.replicates_.size())));
    }
    return next;
  }
  void merge(const bootstrap_state& other) {
    if (size() != other.size() || seed_ != other.seed_) {
      throw definition_mismatch(metric_->name() + ": two bootstraps do not merge: \"" +
                                std::string(suffix().view()) + "\" and \"" +
                                std::string(other.suffix().view()) + "\"");
    }
    bootstrap_state next(*this);
    next.metric_->merge(*other.metric_);
    for (std::size_t r = 0; r != size(); ++r) next.replicates_[r]->merge(*other.replicates_[r]);
    metric_ = std::move(next.metric_);
    replicates_ = std::move(next.replicates_);
  }
  bool equals(const bootstrap_state& other) const {
    if (size() != other.size() || seed_ != other.seed_) return false;
    for (std::size_t r = 0; r != size(); ++r) {
      if (!replicates_[r]->equals(*other.replicates_[r])) return false;
    }
    return metric_->equals(*other.metric_);
  }
  estimate result(confidence_level level) const {
    std::vector<estimate> drawn;
    for (const auto& r : replicates_) drawn.push_back(estimate_of(*r));
    return with(std::get<estimate>(metric_->result(level)), drawn, level);
  }
  /// Results of groups, each with the replicates of its own rows. Without the GIL.
  grouped_findings by(const columns& values, const column& customers, composite_keys& keys,
                      confidence_level level) const {
    require_rows(customers, values.front());
    row_weights weights(customers, seed_);
    grouped_findings out = metric_->by(values, nullptr, keys, level);
    const estimate nothing = estimate_of(*metric_->fresh());
    std::vector<std::vector<estimate>> drawn(out.by_number.size());
    std::vector<estimate> drawn_total;
    for (std::size_t r = 0; r != size(); ++r) {
      keys.rewind();
      const grouped_findings one =
          metric_->by(values, &weights.in(r), keys, confidence_level::none());
      for (std::size_t g = 0; g != drawn.size(); ++g) {
        const bool there = g < one.by_number.size() && one.by_number[g];
        drawn[g].push_back(there ? std::get<estimate>(*one.by_number[g]) : nothing);
      }
      drawn_total.push_back(std::get<estimate>(one.total));
    }
    for (std::size_t g = 0; g != drawn.size(); ++g) {
      if (auto& found = out.by_number[g]) {
        found = with(std::get<estimate>(*found), drawn[g], level);
      }
    }
    out.total = with(std::get<estimate>(out.total), drawn_total, level);
    return out;
  }

  std::vector<std::vector<std::byte>> to_bytes() const {
    std::vector<std::vector<std::byte>> out{metric_->to_bytes()};
    for (const auto& r : replicates_) out.push_back(r->to_bytes());
    return out;
  }
  /// @throws bad_bytes, or definition_mismatch for the states of another metric
  void read(const std::vector<py::bytes>& data) {
    if (data.size() != size() + 1) throw py::value_error("not the states of this bootstrap");
    const auto state_of = [&](const py::bytes& bytes) {
      return metric_->from_bytes(bytes_of(bytes));
    };
    std::vector<std::unique_ptr<any_state>> replicates;
    for (std::size_t r = 0; r != size(); ++r) replicates.push_back(state_of(data[r + 1]));
    metric_ = state_of(data[0]);
    replicates_ = std::move(replicates);
  }

 private:
  bootstrap_state(const bootstrap_state& like, std::unique_ptr<any_state> metric)
      : metric_(std::move(metric)), seed_(like.seed_) {}

  static estimate estimate_of(const any_state& s) {
    return std::get<estimate>(s.result(confidence_level::none()));
  }
  convention_text suffix() const {
    convention_text text(", bootstrap of ");
    return text.append(std::uint64_t{size()}).append(" from seed ").append(seed_);
  }
  estimate with(const estimate& inner, const std::vector<estimate>& drawn,
                confidence_level level) const {
    return crmetrics::detail::with_replicates(*metric_, inner, std::span<const estimate>(drawn),
                                              {level, size(), seed_, suffix()});
  }

  std::unique_ptr<any_state> metric_;
  std::vector<std::unique_ptr<any_state>> replicates_;
  std::uint64_t seed_;
};

}  // namespace

void bind_bootstrap(py::module_& module) {
  py::class_<bootstrap_state>(module, "Bootstrap")
      .def(py::init<const State&, std::size_t, std::uint64_t>(), py::arg("metric"),
           py::arg("replicates"), py::arg("seed"))
      .def("__len__", &bootstrap_state::size)
      .def_property_readonly("seed", &bootstrap_state::seed)
      .def("copy", [](const bootstrap_state& s) { return bootstrap_state(s); })
      .def(
          "update_many",
          [](bootstrap_state& s, const columns& values, const column& customers) {
            const bootstrap_state next = [&] {
              const py::gil_scoped_release released;
              return s.observed(values, customers);
            }();
            s.merge(next);  // with the GIL: another thread may do so as well
          },
          py::arg("values"), py::arg("customers"))
      .def(
          "by",
          [](const bootstrap_state& s, const columns& values, const column& customers,
             const columns& by, double level) {
            return by_group(values, by, [&](composite_keys& keys) {
              return s.by(values, customers, keys, level_of(level));
            });
          },
          py::arg("values"), py::arg("customers"), py::arg("by"), py::arg("level"))
      .def("merge", &bootstrap_state::merge, py::arg("other"))
      .def("equals", &bootstrap_state::equals, py::arg("other"))
      .def(
          "result",
          [](const bootstrap_state& s, double level) { return s.result(level_of(level)); },
          py::arg("level"))
      .def(
          "replicate",
          [](const bootstrap_state& s, std::size_t r) {
            if (r >= s.size()) throw py::index_error("no replicate " + std::to_string(r));
            return std::get<estimate>(s.replicate(r).result(confidence_level::none()));
          },
          py::arg("number"))
      .def("to_bytes",
           [](const bootstrap_state& s) {
             std::vector<py::bytes> out;
             for (const auto& bytes : s.to_bytes()) out.push_back(to_python(bytes));
             return out;
           })
      .def("read", &bootstrap_state::read, py::arg("data"));
}

}  // namespace crmetrics::python
