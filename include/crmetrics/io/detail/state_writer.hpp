#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/core/text.hpp>
#include <crmetrics/detail/int128.hpp>
#include <crmetrics/io/detail/state_fields.hpp>

#include <boost/endian/conversion.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace crmetrics::detail {

/// The archive that appends fields to bytes, little endian.
class state_writer {
 public:
  explicit state_writer(std::vector<std::byte>& out) : out_(out) {}

  template <class T>
  void operator()(T& x) {
    walk_field(*this, x);
  }

  template <class T>
  void value(const T& x) {
    put(static_cast<state_wire_type<T>>(x));
  }
  template <class T>
  void object(T& x) {
    x.serialize(*this);
  }
  template <class T>
  void optional(T& x) {
    value(x.has_value());
    if (x.has_value()) (*this)(*x);
  }

  template <state_map Map>
  void map(Map& cells) {
    value(cells.size());
    for (auto& [key, cell] : cells) {
      (*this)(readable(key));
      (*this)(cell);
    }
  }
  template <state_map Map>
  void map(Map& cells, const typename Map::mapped_type&) {
    map(cells);
  }
  template <state_map Map>
  void copies_by_key(Map& cells, const typename Map::mapped_type& prototype) {
    for (const auto& [key, cell] : cells) require_copy(cell, prototype);
    map(cells);
  }
  template <state_map Map>
  void copies_by_known_key(Map& cells, const typename Map::mapped_type& prototype) {
    copies_by_key(cells, prototype);
  }

  template <class T>
  void array(std::vector<T>& items) {
    value(items.size());
    for (T& item : items) (*this)(item);
  }
  template <class T>
  void array(std::vector<T>& items, const T&) {
    array(items);
  }
  template <class T>
  void copies(std::vector<T>& cells, const T& prototype) {
    for (const T& cell : cells) require_copy(cell, prototype);
    array(cells);
  }

  template <class T>
  void setting(const T&) {}

  void put(std::uint16_t x) { store<std::uint16_t>(x); }
  void put(std::uint32_t x) { store<std::uint32_t>(x); }
  void put(std::uint64_t x) { store<std::uint64_t>(x); }
  void put(std::int64_t x) { store<std::int64_t>(x); }
  void put(double x) { put(std::bit_cast<std::uint64_t>(x)); }
  void put(uint128 x) {
    put(static_cast<std::uint64_t>(x));
    put(static_cast<std::uint64_t>(x >> 64));
  }
  void put(int128 x) { put(static_cast<uint128>(x)); }
  void put(state_flag x) { out_.push_back(static_cast<std::byte>(x)); }
  void put(std::string_view text) {
    if (text.size() > UINT32_MAX) throw overflow("state bytes: a text of more than 4 GiB");
    put(static_cast<std::uint32_t>(text.size()));
    raw(text);
  }
  /// The characters alone, without their number.
  void raw(std::string_view text) {
    const auto* bytes = reinterpret_cast<const std::byte*>(text.data());
    out_.insert(out_.end(), bytes, bytes + text.size());
  }

 private:
  // Bytes hold the definition of the prototype only. A cell that took another one from its events
  // would be read back without it.
  template <class M>
  static void require_copy(const M& cell, const M& prototype) {
    if (cell.fresh() == prototype) return;
    throw definition_mismatch(
        "state bytes: a group of " + std::string(cell.name()) + " took its definition (" +
        std::string(convention_text(cell.convention()).view()) +
        ") from its events: make the metric with it, such as fcr{linked.rule()}");
  }

  template <class T>
  void store(T x) {
    unsigned char bytes[sizeof(T)];
    boost::endian::endian_store<T, sizeof(T), boost::endian::order::little>(bytes, x);
    const auto* first = reinterpret_cast<const std::byte*>(bytes);
    out_.insert(out_.end(), first, first + sizeof(T));
  }

  std::vector<std::byte>& out_;
};

}  // namespace crmetrics::detail
