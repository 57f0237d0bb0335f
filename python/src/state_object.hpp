#pragma once

#include "settings.hpp"
#include "state.hpp"

#include <memory>
#include <string>
#include <utility>

namespace crmetrics::python {

/// The state behind a Python object of a metric.
class State {
 public:
  /// @throws py::value_error where there is no such metric, py::type_error for settings it has not
  State(const std::string& metric, const keyword_arguments& given);
  State(const State& other) : held_(other.held_->clone()) {}
  explicit State(std::unique_ptr<any_state> held) : held_(std::move(held)) {}
  State& operator=(const State&) = delete;
  State(State&&) = default;
  ~State() = default;

  any_state& operator*() const { return *held_; }
  any_state* operator->() const { return held_.get(); }
  void replace(std::unique_ptr<any_state> held) { held_ = std::move(held); }

 private:
  std::unique_ptr<any_state> held_;
};

/// The level that Python gives: 0 for none.
inline confidence_level level_of(double level) {
  return level == 0 ? confidence_level::none() : confidence_level(level);
}

}  // namespace crmetrics::python
