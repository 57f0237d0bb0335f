// libFuzzer target for from_bytes. The first byte of the input chooses a metric, the second whether
// the rest is a whole message or a payload that gets a header and a checksum in order.

#include "hostile_states.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <tuple>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto states = hostile::states();
  if (size < 2) return 0;
  const std::size_t chosen = data[0] % std::tuple_size_v<decltype(states)>;
  const bool payload_only = data[1] % 2 != 0;
  const std::span rest(reinterpret_cast<const std::byte*>(data) + 2, size - 2);

  std::size_t i = 0;
  const auto run = [&](const auto& state) {
    if (i++ != chosen) return;
    hostile::examine(state, payload_only ? hostile::forged(state, rest)
                                         : hostile::bytes(rest.begin(), rest.end()));
  };
  std::apply([&](const auto&... state) { (run(state), ...); }, states);
  return 0;
}

/// With nothing but a random generator the fuzzer would rarely get past the header: give it half of
/// the time the payload of a real state to mutate.
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  if (max_size < 2) return size;
  if (seed % 16 == 0 || size < 2) {
    static const auto states = hostile::states();
    const std::size_t chosen = seed / 16 % std::tuple_size_v<decltype(states)>;
    std::size_t i = 0;
    const auto take = [&](const auto& state) {
      if (i++ != chosen) return;
      const hostile::bytes message = crmetrics::to_bytes(state);
      const std::size_t from = hostile::payload_at(message);
      const std::size_t length = message.size() - 4 - from;
      if (length + 2 > max_size) return;
      data[0] = static_cast<std::uint8_t>(chosen);
      data[1] = 1;
      for (std::size_t k = 0; k != length; ++k) {
        data[2 + k] = std::to_integer<std::uint8_t>(message[from + k]);
      }
      size = length + 2;
    };
    std::apply([&](const auto&... state) { (take(state), ...); }, states);
  }
  return LLVMFuzzerMutate(data, size, max_size);
}
