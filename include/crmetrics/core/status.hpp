#pragma once

#include <cstdint>
#include <string_view>

namespace crmetrics {

/// What stands behind a result. No data is a status, never 0, 100, NaN or a pass.
enum class status : std::uint8_t {
  ok,                 ///< value known
  no_data,            ///< nothing observed
  insufficient_data,  ///< something observed, less than the policy asks for
  undefined           ///< observed, but the formula has no value (0/0, all cells excluded)
};

constexpr std::string_view to_string(status s) noexcept {
  switch (s) {
    case status::ok:
      return "ok";
    case status::no_data:
      return "no data";
    case status::insufficient_data:
      return "insufficient data";
    case status::undefined:
      return "undefined";
  }
  return "?";
}

}  // namespace crmetrics
