#pragma once

#include <crmetrics/core/confidence_level.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/core/interval.hpp>
#include <crmetrics/core/status.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace crmetrics {

/// What a difference is made of; a comparison fills it and hands it to `difference`.
struct difference_parts {
  crmetrics::status status = crmetrics::status::no_data;
  double value = 0;  ///< meant only if status is ok or insufficient_data
  std::optional<double> standard_error = {};
  std::optional<crmetrics::interval> interval = {};
  confidence_level level = {};
  std::optional<double> p_value = {};
  std::string_view method = {};  ///< a literal
  std::uint64_t n_a = 0;
  std::uint64_t n_b = 0;
};

/// A signed difference a - b of two independent results, with its doubt: what `compare` returns.
///
/// As with an estimate, no data is a status, and `value()` throws where there is none.
class difference {
 public:
  constexpr difference() = default;
  constexpr explicit difference(const difference_parts& parts) : p_(parts) {}

  constexpr crmetrics::status status() const noexcept { return p_.status; }
  constexpr bool ok() const noexcept { return p_.status == crmetrics::status::ok; }
  /// True for ok and for insufficient_data: a value was computed.
  constexpr bool has_value() const noexcept {
    return ok() || p_.status == crmetrics::status::insufficient_data;
  }
  /// a - b, in the unit of both. @throws no_value where has_value() is false
  constexpr double value() const {
    if (!has_value()) {
      throw no_value("the difference has no value: " + std::string(to_string(p_.status)));
    }
    return p_.value;
  }

  /// Of the value itself, unadjusted and unpooled.
  constexpr const std::optional<double>& standard_error() const noexcept {
    return p_.standard_error;
  }
  constexpr const std::optional<crmetrics::interval>& interval() const noexcept {
    return p_.interval;
  }
  constexpr confidence_level level() const noexcept { return p_.level; }
  /// Two-sided, against a difference of 0; none where the test has nothing to go by, as when nobody
  /// in either group succeeded.
  constexpr const std::optional<double>& p_value() const noexcept { return p_.p_value; }
  constexpr std::string_view method() const noexcept { return p_.method; }
  /// Observations on each side; the whole part of an effective n.
  constexpr std::uint64_t n_a() const noexcept { return p_.n_a; }
  constexpr std::uint64_t n_b() const noexcept { return p_.n_b; }

  constexpr const difference_parts& parts() const noexcept { return p_; }

 private:
  difference_parts p_;
};

}  // namespace crmetrics
