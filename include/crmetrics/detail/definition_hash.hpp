#pragma once

#include <crmetrics/core/text.hpp>

#include <bit>
#include <cstdint>
#include <string_view>

namespace crmetrics::detail {

/// 64-bit FNV-1a over the settings of a definition, the same on every platform. Functions
/// (projections, predicates) do not enter: they have no value that could be hashed.
class definition_hash {
 public:
  constexpr void add(std::string_view text) {
    add(std::uint64_t{text.size()});
    for (char c : text) byte(static_cast<unsigned char>(c));
  }
  constexpr void add(std::uint64_t x) {
    for (int i = 0; i != 8; ++i) byte(static_cast<unsigned char>(x >> (8 * i)));
  }
  constexpr void add(double x) { add(std::bit_cast<std::uint64_t>(x == 0 ? 0.0 : x)); }

  constexpr std::uint64_t value() const noexcept { return state_; }

 private:
  constexpr void byte(unsigned char b) {
    state_ ^= b;
    state_ *= 0x100000001b3ull;
  }
  std::uint64_t state_ = 0xcbf29ce484222325ull;
};

/// Sixteen hexadecimal digits.
constexpr fixed_text<16> hash_text(std::uint64_t hash) {
  fixed_text<16> text;
  for (int shift = 60; shift >= 0; shift -= 4) {
    text.append(std::string_view("0123456789abcdef").substr((hash >> shift) & 15, 1));
  }
  return text;
}

}  // namespace crmetrics::detail
