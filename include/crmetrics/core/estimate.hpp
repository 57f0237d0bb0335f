#pragma once

#include <crmetrics/core/confidence_level.hpp>
#include <crmetrics/core/decimal.hpp>
#include <crmetrics/core/direction.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/core/interval.hpp>
#include <crmetrics/core/label.hpp>
#include <crmetrics/core/status.hpp>
#include <crmetrics/core/text.hpp>
#include <crmetrics/core/unit.hpp>
#include <crmetrics/detail/checked_sum.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace crmetrics {

/// Observations that did not enter a value, by what kept them out ("product fault", "neither good
/// nor bad"). More than four causes are added up under "other causes".
class exclusions {
 public:
  struct entry {
    label cause;
    std::uint64_t count = 0;
    friend constexpr bool operator==(const entry&, const entry&) = default;
  };

  /// @throws overflow where all causes together leave 64 bits
  constexpr void add(label cause, std::uint64_t count) {
    if (count == 0) return;
    total_ = detail::checked_sum(total_, count);
    for (std::size_t i = 0; i != size_; ++i) {
      if (entries_[i].cause == cause) {
        entries_[i].count += count;
        return;
      }
    }
    if (size_ == capacity) {
      entries_[capacity - 1].cause = "other causes";
      entries_[capacity - 1].count += count;
      return;
    }
    entries_[size_++] = {cause, count};
  }
  constexpr std::uint64_t total() const noexcept { return total_; }
  constexpr const entry* begin() const noexcept { return entries_; }
  constexpr const entry* end() const noexcept { return entries_ + size_; }
  friend constexpr bool operator==(const exclusions&, const exclusions&) = default;

 private:
  static constexpr std::size_t capacity = 4;
  entry entries_[capacity] = {};
  std::size_t size_ = 0;
  std::uint64_t total_ = 0;
};

/// Everything that an estimate is made of; a metric fills it and hands it to `estimate`.
struct estimate_parts {
  std::string_view name;       ///< name of the metric, a literal
  convention_text convention;  ///< the definition in force
  std::string_view method;     ///< name of the interval's method, a literal
  crmetrics::unit unit = crmetrics::unit::number;
  crmetrics::direction direction = crmetrics::direction::neutral;
  crmetrics::status status = crmetrics::status::no_data;
  double value = 0;                           ///< meant only if status is ok or insufficient_data
  std::optional<double> standard_error = {};  ///< none where n is too small or nobody knows it
  std::optional<crmetrics::interval> interval = {};
  confidence_level level = {};
  std::uint64_t n = 0;     ///< observations in the denominator
  double effective_n = 0;  ///< Kish's n_eff under sampling weights, else n
  exact_ratio exact = {};  ///< the value as a quotient of integers, where it is one
  std::uint64_t missing = 0;
  std::uint64_t invalid = 0;
  std::uint64_t pending = 0;  ///< too recent to know
  exclusions excluded = {};
};

/// A number with its doubt and its definition: what `result()` of a metric returns.
///
/// Never a bare number: n, interval, level, method, convention and the observations that were left
/// out travel with it. `value()` throws where there is none, so that "no data" cannot be mistaken
/// for 0 or for a pass.
class estimate {
 public:
  constexpr estimate() = default;
  constexpr explicit estimate(const estimate_parts& parts) : p_(parts) {
    if (p_.effective_n == 0) p_.effective_n = static_cast<double>(p_.n);
  }

  constexpr crmetrics::status status() const noexcept { return p_.status; }
  constexpr bool ok() const noexcept { return p_.status == crmetrics::status::ok; }
  /// True for ok and for insufficient_data: a value was computed.
  constexpr bool has_value() const noexcept {
    return ok() || p_.status == crmetrics::status::insufficient_data;
  }
  /// @throws no_value where has_value() is false
  constexpr double value() const {
    if (!has_value()) {
      throw no_value(std::string(p_.name) + " has no value: " + std::string(to_string(p_.status)));
    }
    return p_.value;
  }
  constexpr double value_or(double otherwise) const noexcept {
    return has_value() ? p_.value : otherwise;
  }

  constexpr const std::optional<double>& standard_error() const noexcept {
    return p_.standard_error;
  }
  constexpr const std::optional<crmetrics::interval>& interval() const noexcept {
    return p_.interval;
  }
  constexpr confidence_level level() const noexcept { return p_.level; }
  constexpr std::uint64_t n() const noexcept { return p_.n; }
  constexpr double effective_n() const noexcept { return p_.effective_n; }
  /// The value as a quotient of integers; `known()` is false for real-valued input.
  constexpr const exact_ratio& exact() const noexcept { return p_.exact; }

  constexpr std::uint64_t missing() const noexcept { return p_.missing; }
  constexpr std::uint64_t invalid() const noexcept { return p_.invalid; }
  constexpr std::uint64_t pending() const noexcept { return p_.pending; }
  constexpr const exclusions& excluded() const noexcept { return p_.excluded; }

  constexpr std::string_view name() const noexcept { return p_.name; }
  constexpr std::string_view convention() const noexcept { return p_.convention.view(); }
  constexpr std::string_view method() const noexcept { return p_.method; }
  constexpr crmetrics::unit unit() const noexcept { return p_.unit; }
  constexpr crmetrics::direction direction() const noexcept { return p_.direction; }

  /// For combinators and scorecards that add what they know (exclusions, a gate) to a result.
  constexpr const estimate_parts& parts() const noexcept { return p_; }

 private:
  estimate_parts p_;
};

}  // namespace crmetrics
