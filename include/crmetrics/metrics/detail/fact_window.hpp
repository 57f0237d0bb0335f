#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/core/text.hpp>
#include <crmetrics/detail/definition.hpp>
#include <crmetrics/time/detail/date_text.hpp>
#include <crmetrics/time/period.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace crmetrics::detail {

/// The window of the facts in a state: that of the first one. It is a part of the state and not a
/// setting, so that a group or a month that begins empty takes any; but facts of two windows are
/// never added up, for a churn of a month and one of a quarter are two definitions.
class fact_window {
 public:
  constexpr bool known() const noexcept { return known_; }
  constexpr period value() const { return {instant{from_}, instant{to_}}; }

  /// @throws definition_mismatch where the facts so far have another window
  constexpr void require(const period& p, std::string_view metric) const {
    if (!known_ || (p.from().microseconds == from_ && p.to().microseconds == to_)) [[likely]]
      return;
    throw definition_mismatch(std::string(metric) + ": facts of two windows do not add up: " +
                              std::string(text_of_period(value()).view()) + ", and " +
                              std::string(text_of_period(p).view()));
  }
  constexpr void adopt(const period& p) noexcept {
    known_ = true;
    from_ = p.from().microseconds;
    to_ = p.to().microseconds;
  }
  constexpr void merge(const fact_window& other, std::string_view metric) {
    if (!other.known_) return;
    require(other.value(), metric);
    *this = other;
  }
  constexpr void describe(convention_text& text) const {
    if (known_) append_part(text, text_of_period(value()));
  }

  friend constexpr bool operator==(const fact_window&, const fact_window&) = default;
  constexpr void serialize(auto& archive) { archive(known_), archive(from_), archive(to_); }
  constexpr bool possible() const noexcept {
    constexpr std::int64_t farthest = 9'000'000'000'000'000'000;
    return known_ ? from_ <= to_ && -farthest <= from_ && to_ <= farthest : from_ == 0 && to_ == 0;
  }

 private:
  bool known_ = false;
  std::int64_t from_ = 0;
  std::int64_t to_ = 0;
};

}  // namespace crmetrics::detail
