#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

// The same inputs for every benchmark, made once, from a seed.
namespace bench {

struct survey {
  std::uint32_t agent;
  std::uint8_t csat;  // 1 to 5
  std::uint8_t nps;   // 0 to 10
};

inline constexpr std::uint32_t agents = 10'000;

inline std::uint64_t next(std::uint64_t& state) {  // splitmix64: inputs only, nothing is measured
  std::uint64_t z = (state += 0x9e3779b97f4a7c15ull);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  return z ^ (z >> 31);
}

/// A column of bytes far larger than the caches.
inline const std::vector<std::uint8_t>& nps_column() {
  static const auto column = [] {
    std::vector<std::uint8_t> c(std::size_t{1} << 28);
    std::uint64_t state = 1;
    for (std::size_t i = 0; i < c.size(); i += 8) {
      std::uint64_t x = next(state);
      for (std::size_t k = 0; k != 8; ++k, x >>= 8) {
        c[i + k] = static_cast<std::uint8_t>((x & 255) * 11 >> 8);
      }
    }
    return c;
  }();
  return column;
}

inline const std::vector<std::uint8_t>& csat_column() {
  static const auto column = [] {
    std::vector<std::uint8_t> c = nps_column();
    for (auto& x : c) x = static_cast<std::uint8_t>(1 + x * 5 / 11);
    return c;
  }();
  return column;
}

/// Surveys of 10,000 agents in random order.
inline const std::vector<survey>& surveys() {
  static const auto rows = [] {
    std::vector<survey> r(std::size_t{1} << 24);
    std::uint64_t state = 2;
    for (survey& s : r) {
      const std::uint64_t x = next(state);
      s.agent = static_cast<std::uint32_t>((x >> 32) * agents >> 32);
      s.nps = static_cast<std::uint8_t>((x & 255) * 11 >> 8);
      s.csat = static_cast<std::uint8_t>(1 + ((x >> 8 & 255) * 5 >> 8));
    }
    return r;
  }();
  return rows;
}

}  // namespace bench
