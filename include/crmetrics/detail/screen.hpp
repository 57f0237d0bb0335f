#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/core/missing.hpp>
#include <crmetrics/core/weight.hpp>
#include <crmetrics/detail/checked_sum.hpp>
#include <crmetrics/detail/definition.hpp>
#include <crmetrics/detail/input.hpp>

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace crmetrics::detail {

/// How many observations an update with this weight stands for.
constexpr std::uint64_t times_of(frequency_weight w) noexcept { return w.times; }
constexpr std::uint64_t times_of(sampling_weight) noexcept { return 1; }

// Out of line and cold: the loop over good values keeps its registers.
template <class Value>
[[noreturn, gnu::cold, gnu::noinline]] void refuse_value(std::string_view field, const Value& value,
                                                         std::string_view reason) {
  std::string text;
  if constexpr (std::convertible_to<const Value&, std::string_view>) {
    text = std::string_view(value);
  } else if constexpr (requires { value.text(); }) {
    text = value.text();
  } else {
    text = text_of(value);
  }
  throw bad_input(problem{std::string(field), 0, std::move(text), std::string(reason)});
}

/// Counts what a metric leaves out, or refuses it, as its two policies say.
template <class Missing, class Invalid>
struct screen {
  static constexpr bool takes_missing = !std::same_as<Missing, crmetrics::missing::reject>;

  std::uint64_t missing = 0;
  std::uint64_t invalid = 0;

  template <class Weight>
  constexpr void on_missing(std::string_view field, Weight w) {
    if constexpr (std::same_as<Missing, crmetrics::missing::reject>) {
      refuse_value(field, std::string_view("missing"),
                   "no value, and the policy is to refuse that");
    }
    missing = checked_sum(missing, times_of(w));
  }
  template <class Weight, class Value>
  constexpr void on_invalid(std::string_view field, const Value& value, std::string_view reason,
                            Weight w) {
    if constexpr (std::same_as<Invalid, crmetrics::invalid::reject>) {
      refuse_value(field, value, reason);
    }
    invalid = checked_sum(invalid, times_of(w));
  }

  constexpr void merge(const screen& other) {
    const std::uint64_t both = checked_sum(invalid, other.invalid);
    missing = checked_sum(missing, other.missing);
    invalid = both;
  }
  static constexpr void describe(convention_text& text) {
    append_part(text, Missing::name);
    append_part(text, Invalid::name);
  }
  friend constexpr bool operator==(const screen&, const screen&) = default;

  constexpr void serialize(auto& archive) { archive(missing), archive(invalid); }
  constexpr bool possible() const noexcept {
    return (missing == 0 || !std::same_as<Missing, crmetrics::missing::reject>) &&
           (invalid == 0 || !std::same_as<Invalid, crmetrics::invalid::reject>);
  }
};

}  // namespace crmetrics::detail
