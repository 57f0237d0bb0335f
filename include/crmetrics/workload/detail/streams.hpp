#pragma once

#include <crmetrics/workload/rng.hpp>
#include <crmetrics/workload/settings.hpp>

#include <cstdint>

namespace crmetrics::workload::detail {

// What a stream is for. The numbers are part of the bytes: never change one.
enum class stream_kind : std::uint64_t {
  agent = 1,
  role = 2,
  customer = 3,
  issue = 4,
  survey = 5,
  review = 6,
  check = 7,
  knowledge_test = 8,
  purchase = 9,
  subscription = 10
};

// People and their truth depend on the seed alone.
inline random_stream people_stream(const service_desk_settings& s, stream_kind kind,
                                   std::uint64_t id) noexcept {
  return stream_of(s.seed, static_cast<std::uint64_t>(kind), id);
}

// Records depend on the seed and the replicate.
inline random_stream record_stream(const service_desk_settings& s, stream_kind kind,
                                   std::uint64_t id) noexcept {
  const std::uint64_t seed = splitmix64(splitmix64(s.seed).next() ^ s.replicate).next();
  return stream_of(seed, static_cast<std::uint64_t>(kind), id);
}

// The id of the stream of one agent in one month.
constexpr std::uint64_t agent_month(std::uint32_t agent, std::int32_t month) noexcept {
  return (static_cast<std::uint64_t>(agent) << 32) | static_cast<std::uint32_t>(month);
}

}  // namespace crmetrics::workload::detail
