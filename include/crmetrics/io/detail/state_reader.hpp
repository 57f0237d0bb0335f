#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/detail/int128.hpp>
#include <crmetrics/io/bad_bytes.hpp>
#include <crmetrics/io/detail/state_fields.hpp>

#include <boost/endian/conversion.hpp>

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace crmetrics::detail {

/// The archive that fills fields from bytes, and trusts none of them: nothing is read past the end,
/// nothing is allocated before the bytes that ask for it were seen.
class state_reader {
 public:
  explicit state_reader(std::span<const std::byte> bytes) : bytes_(bytes) {}

  std::size_t position() const { return position_; }
  std::size_t left() const { return bytes_.size() - position_; }
  [[noreturn]] void refuse(const std::string& why) const {
    throw bad_bytes("state bytes: at byte " + std::to_string(position_) + ": " + why);
  }

  template <class T>
  void operator()(T& x) {
    walk_field(*this, x);
  }

  template <class T>
  void value(T& x) {
    static_assert(!std::same_as<T, std::string_view>,
                  "crmetrics: a std::string_view cannot be read back, nobody would own the text; "
                  "use std::string");
    using wire = state_wire_type<T>;
    const auto read = get<wire>();
    if constexpr (std::is_enum_v<T>) {
      x = static_cast<T>(narrow<std::underlying_type_t<T>>(read));
    } else {
      x = narrow<T>(read);
    }
  }
  template <class T>
  void object(T& x) {
    x.serialize(*this);
    if constexpr (requires { x.possible(); }) {
      if (!x.possible()) {
        if constexpr (named_state<T>) {
          refuse(std::string(std::string_view(x.name())) + ": no observations lead to this state");
        } else {
          refuse("no observations lead to this state");
        }
      }
    }
  }
  template <class T>
  void optional(T& x) {
    bool there = false;
    value(there);
    if (there) {
      (*this)(x.emplace());
    } else {
      x.reset();
    }
  }

  template <state_map Map>
  void map(Map& cells) {
    map(cells, typename Map::mapped_type{});
  }
  template <state_map Map>
  void map(Map& cells, const typename Map::mapped_type& prototype) {
    using key_type = typename Map::key_type;
    static_assert(!std::floating_point<key_type>, "crmetrics: keys of state bytes are exact");
    const std::uint64_t count = get_count();
    cells.clear();
    for (std::uint64_t i = 0; i != count; ++i) {
      key_type key{};
      (*this)(key);
      if (!cells.empty() && !(cells.rbegin()->first < key)) {
        refuse("keys must come in ascending order, each once");
      }
      auto cell = prototype;
      (*this)(cell);
      cells.emplace_hint(cells.end(), std::move(key), std::move(cell));
    }
  }
  template <state_map Map>
  void copies_by_key(Map& cells, const typename Map::mapped_type& prototype) {
    map(cells, prototype);
  }
  /// The keys are known beforehand: the cells keep what they are and only get their states.
  template <state_map Map>
  void copies_by_known_key(Map& cells, const typename Map::mapped_type&) {
    if (get_count() != cells.size()) refuse("not as many keys as the definition lists");
    for (auto& [known, cell] : cells) {
      typename Map::key_type key{};
      (*this)(key);
      if (!(key == known)) refuse("not the keys that the definition lists");
      (*this)(cell);
    }
  }

  template <class T>
  void array(std::vector<T>& items) {
    array(items, T{});
  }
  template <class T>
  void array(std::vector<T>& items, const T& prototype) {
    const std::uint64_t count = get_count();
    items.clear();
    for (std::uint64_t i = 0; i != count; ++i) {
      items.push_back(prototype);
      (*this)(items.back());
    }
  }
  template <class T>
  void copies(std::vector<T>& cells, const T&) {
    if (get_count() != cells.size()) refuse("not as many cells as the definition says");
    for (T& cell : cells) (*this)(cell);
  }

  template <class T>
  void setting(const T&) {}

  template <class T>
  T get() {
    if constexpr (std::same_as<T, double>) {
      return std::bit_cast<double>(get<std::uint64_t>());
    } else if constexpr (std::same_as<T, uint128>) {
      const uint128 low = get<std::uint64_t>();
      return low | static_cast<uint128>(get<std::uint64_t>()) << 64;
    } else if constexpr (std::same_as<T, int128>) {
      return static_cast<int128>(get<uint128>());
    } else if constexpr (std::same_as<T, state_flag>) {
      const auto byte = std::to_integer<unsigned>(take(1)[0]);
      if (byte > 1) refuse("a flag that is neither 0 nor 1");
      return static_cast<state_flag>(byte);
    } else if constexpr (std::same_as<T, std::string_view>) {
      return raw(get<std::uint32_t>());
    } else {
      const auto* first = reinterpret_cast<const unsigned char*>(take(sizeof(T)).data());
      return boost::endian::endian_load<T, sizeof(T), boost::endian::order::little>(first);
    }
  }
  /// So many characters.
  std::string_view raw(std::size_t size) {
    const auto bytes = take(size);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }

 private:
  std::span<const std::byte> take(std::size_t size) {
    if (size > left()) {
      refuse("it ends early: " + std::to_string(size) + " more bytes asked for, " +
             std::to_string(left()) + " there");
    }
    const auto taken = bytes_.subspan(position_, size);
    position_ += size;
    return taken;
  }
  // Whatever an item is, it takes a byte at least: a larger number is a lie, found out here.
  std::uint64_t get_count() {
    const auto count = get<std::uint64_t>();
    if (count > left()) refuse("a count larger than what is left");
    return count;
  }

  template <class T, class Wire>
  T narrow(Wire read) const {
    if constexpr (std::same_as<Wire, state_flag>) {
      return static_cast<T>(read == state_flag::yes);
    } else if constexpr (std::same_as<Wire, std::string_view>) {
      return T(read);
    } else {
      const auto x = static_cast<T>(read);
      if constexpr (!std::same_as<T, Wire> && !std::same_as<T, double>) {
        if (static_cast<Wire>(x) != read) refuse("a whole number too large for its field");
      }
      return x;
    }
  }

  std::span<const std::byte> bytes_;
  std::size_t position_ = 0;
};

}  // namespace crmetrics::detail
