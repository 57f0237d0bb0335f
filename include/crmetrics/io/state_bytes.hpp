#pragma once

#include <crmetrics/concepts.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/io/bad_bytes.hpp>
#include <crmetrics/io/detail/state_definition.hpp>
#include <crmetrics/io/detail/state_reader.hpp>
#include <crmetrics/io/detail/state_writer.hpp>

#include <boost/crc.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The state of any metric as bytes, the same in every language and on every platform.
///
/// All numbers are little endian. With a name of N characters and a payload of P bytes:
///
///     byte      length  what
///     0              4  89 43 52 4D ("CRM" after a byte that no text begins with)
///     4              2  u16  layout version, 1
///     6              2  u16  flags, 0
///     8              8  u64  FNV-1a hash of the definition
///     16             4  u32  N
///     20             N  name of the metric
///     20+N           8  u64  P
///     28+N           P  payload: the fields in the order of `serialize`
///     28+N+P         4  u32  CRC-32 (the one of zlib and Ethernet) of all bytes before
///
/// NPS takes 75 bytes. The fields, the definition and what is refused: docs/io/state-bytes.md.
/// Needs the component crmetrics::boost (Boost.Endian, Boost.CRC).
namespace crmetrics {

/// The newest layout that this library reads; it writes this one.
inline constexpr std::uint16_t state_layout_version = 1;

namespace detail {

inline constexpr std::string_view state_magic =
    "\x89"
    "CRM";

inline std::uint32_t crc_32(std::span<const std::byte> bytes) {
  boost::crc_32_type crc;
  crc.process_bytes(bytes.data(), bytes.size());
  return crc.checksum();
}

}  // namespace detail

/// The definition that the bytes of a metric belong to: name, convention and fields of it and of
/// the metrics inside, and settings. States are interchangeable where this text is the same, also
/// between C++, Python and SQL. The interval's method is no part of it: it only reads the state.
///
///     proportion(successes / observed){u64 u64 u64 u64}
template <any_metric M>
std::string state_definition(const M& metric) {
  std::string text;
  const auto sink = [&](std::string_view piece) { text += piece; };
  detail::state_definition_archive<decltype(sink)> archive(sink);
  M empty = metric.fresh();
  archive(empty);
  return text;
}

/// The state as bytes. Equal states give equal bytes, on every platform. O(size of the state)
template <any_metric M>
std::vector<std::byte> to_bytes(const M& metric) {
  // `serialize` is one member for both ways and so is not const: it gets a copy of its own.
  M copy = metric;
  M empty = metric.fresh();
  std::vector<std::byte> bytes;
  bytes.reserve(128);
  detail::state_writer out(bytes);
  out.raw(detail::state_magic);
  out.put(state_layout_version);
  out.put(std::uint16_t{0});
  out.put(detail::state_definition_hash(empty));
  out.put(std::string_view(metric.name()));

  const std::size_t length_at = bytes.size();
  out.put(std::uint64_t{0});
  const std::size_t payload_at = bytes.size();
  out(copy);
  boost::endian::store_little_u64(reinterpret_cast<unsigned char*>(&bytes[length_at]),
                                  bytes.size() - payload_at);
  out.put(detail::crc_32(bytes));
  return bytes;
}

/// The state that `to_bytes` wrote, with the settings of the prototype, whose state does not
/// matter. `to_bytes(from_bytes(m, bytes)) == bytes` for all bytes that are not refused. O(size of
/// the state); allocates in proportion to the bytes given.
/// @throws bad_bytes for bytes that are not a whole, undamaged and possible state
/// @throws definition_mismatch for the state of another metric or of other settings
template <any_metric M>
M from_bytes(const M& prototype, std::span<const std::byte> bytes) {
  detail::state_reader in(bytes);
  if (bytes.size() < detail::state_magic.size() ||
      in.raw(detail::state_magic.size()) != detail::state_magic) {
    throw bad_bytes("state bytes: they do not begin with 89 43 52 4D");
  }
  const auto version = in.get<std::uint16_t>();
  if (version == 0 || version > state_layout_version) {
    in.refuse("layout version " + std::to_string(version) + ", this library reads up to " +
              std::to_string(state_layout_version));
  }
  if (in.get<std::uint16_t>() != 0) in.refuse("flags that this library does not know");
  const auto hash = in.get<std::uint64_t>();
  const auto name = in.get<std::string_view>();
  const auto length = in.get<std::uint64_t>();
  constexpr std::size_t checksum_size = 4;
  if (in.left() < checksum_size || in.left() - checksum_size != length) {
    in.refuse("a payload of " + std::to_string(length) + " bytes and the checksum should follow, " +
              std::to_string(in.left()) + " bytes do");
  }
  const std::size_t payload_at = in.position();
  const auto checked = bytes.first(bytes.size() - checksum_size);
  if (detail::state_reader(bytes.last(checksum_size)).get<std::uint32_t>() !=
      detail::crc_32(checked)) {
    throw bad_bytes("state bytes: damaged: the checksum is another");
  }

  M metric = prototype.fresh();
  const auto expected = detail::state_definition_hash(metric);
  if (hash != expected || name != std::string_view(prototype.name())) {
    throw definition_mismatch(
        "state bytes: of another definition: expected " + state_definition(prototype) +
        " with hash " + std::string(detail::hash_text(expected)) + ", found \"" +
        std::string(name.substr(0, 100)) + "\" with hash " + std::string(detail::hash_text(hash)));
  }

  detail::state_reader payload(checked);
  payload.raw(payload_at);
  try {
    payload(metric);
  } catch (const bad_bytes&) {
    throw;
  } catch (const error& e) {  // what a state says of values that it cannot have
    payload.refuse(e.what());
  }
  if (payload.left() != 0) payload.refuse("more payload than fields");
  return metric;
}

}  // namespace crmetrics
