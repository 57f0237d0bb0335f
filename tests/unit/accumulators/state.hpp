#pragma once

#include <crmetrics/io/state_bytes.hpp>

#include <cstddef>
#include <vector>

namespace crmetrics::test {

/// The metric written to bytes and read back into an empty one with the same settings.
template <class M>
M read_back(const M& metric) {
  return from_bytes(metric.fresh(), to_bytes(metric));
}

/// The metric with the fields that the function writes to an archive instead of its own.
/// @throws bad_bytes where no observations lead to such a state
template <class M, class Write>
M made_of(M empty, Write&& write) {
  std::vector<std::byte> bytes;
  detail::state_writer out(bytes);
  write(out);
  detail::state_reader in(bytes);
  in(empty);
  return empty;
}

}  // namespace crmetrics::test
