#pragma once

#include <crmetrics/derive/link_contacts.hpp>
#include <crmetrics/time/instant.hpp>
#include <crmetrics/time/period.hpp>

#include <ranges>
#include <utility>
#include <vector>

namespace crmetrics {

/// The step of a pipeline that links contacts, see `linked`.
template <class Fields, class Observed>
class linked_step {
 public:
  linked_step(Fields fields, const within& window, const Observed& observed,
              const link_options& options)
      : fields_(std::move(fields)), window_(window), observed_(observed), options_(options) {}

  template <std::ranges::input_range Rows>
  friend auto operator|(Rows&& rows, const linked_step& step) {
    if constexpr (std::ranges::random_access_range<Rows> && std::ranges::sized_range<Rows>) {
      return link_contacts(std::forward<Rows>(rows), step.fields_, step.window_, step.observed_,
                           step.options_);
    } else {
      // What was filtered or joined is walked once, and kept.
      std::vector<std::ranges::range_value_t<Rows>> kept;
      for (auto&& row : rows) kept.push_back(std::forward<decltype(row)>(row));
      return link_contacts(std::move(kept), step.fields_, step.window_, step.observed_,
                           step.options_);
    }
  }

 private:
  Fields fields_;
  within window_;
  Observed observed_;
  link_options options_;
};

/// `link_contacts` in a pipeline: `calls | linked(fields, within{days{7}}, until) | into(fcr{})`.
///
/// Any range of the standard library or of range-v3. The linked contacts refer to rows that can be
/// reached by number, and hold a copy of others, such as a filtered view: what is filtered out is
/// linked with nothing, so filter contacts that are none, and not those of one agent or month.
/// `linked<Contact>(...)` of combinators/linked.hpp is a metric instead: `calls |
/// into(linked<call>(fields, window, metric))`.
template <class Fields>
  requires(!Fields::of_columns)
linked_step<Fields, instant> linked(Fields fields, const within& window, instant until,
                                    const link_options& options = {}) {
  return {std::move(fields), window, until, options};
}
/// The same with the beginning of the observation.
template <class Fields>
  requires(!Fields::of_columns)
linked_step<Fields, period> linked(Fields fields, const within& window, const period& observed,
                                   const link_options& options = {}) {
  return {std::move(fields), window, observed, options};
}

}  // namespace crmetrics
