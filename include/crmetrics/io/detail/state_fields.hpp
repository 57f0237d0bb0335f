#pragma once

#include <crmetrics/detail/input.hpp>
#include <crmetrics/detail/int128.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace crmetrics::detail {

// What the three archives of state bytes (writer, reader, definition) have in common: which kinds
// of fields there are, and how each travels.

/// bool and "there is a value": one byte, 0 or 1.
enum class state_flag : std::uint8_t { no, yes };

template <class T>
inline constexpr bool is_state_text =
    std::same_as<T, std::string> || std::same_as<T, std::string_view>;

template <class T>
inline constexpr bool is_pair = false;
template <class A, class B>
inline constexpr bool is_pair<std::pair<A, B>> = true;

template <class T>
inline constexpr bool is_fixed_array = std::is_array_v<T>;
template <class T, std::size_t N>
inline constexpr bool is_fixed_array<std::array<T, N>> = true;

/// The type that a plain value travels as. Every whole number takes 64 bits, so that the bytes do
/// not depend on how wide int is.
template <class T>
constexpr auto state_wire() {
  if constexpr (std::same_as<T, bool>) {
    return state_flag{};
  } else if constexpr (std::is_enum_v<T>) {
    return state_wire<std::underlying_type_t<T>>();
  } else if constexpr (std::same_as<T, int128> || std::same_as<T, uint128>) {
    return T{};
  } else if constexpr (std::same_as<T, char>) {
    static_assert(!std::same_as<T, char>,
                  "crmetrics: char is signed on some platforms only: say signed char or int");
  } else if constexpr (std::signed_integral<T>) {
    return std::int64_t{};
  } else if constexpr (std::unsigned_integral<T>) {
    return std::uint64_t{};
  } else if constexpr (std::same_as<T, double>) {
    return double{};
  } else {
    static_assert(is_state_text<T>,
                  "crmetrics: state bytes hold whole numbers, double, bool, enumerations, text, "
                  "arrays, pairs, optionals and classes with a member serialize(archive)");
    return std::string_view{};
  }
}
template <class T>
using state_wire_type = decltype(state_wire<T>());

/// Maps travel in the order of their keys, so that equal states have equal bytes.
template <class Map>
concept state_map = std::same_as<typename Map::key_compare, std::less<>> ||
                    std::same_as<typename Map::key_compare, std::less<typename Map::key_type>>;

/// A part of a state that names itself.
template <class T>
concept named_state = requires(const T& x) {
  { x.name() } -> std::convertible_to<std::string_view>;
  x.convention();
};

/// Hands a field to the archive by its kind.
template <class Archive, class T>
constexpr void walk_field(Archive& archive, T& x) {
  if constexpr (requires { x.serialize(archive); }) {
    archive.object(x);
  } else if constexpr (is_fixed_array<T>) {
    for (auto& item : x) walk_field(archive, item);
  } else if constexpr (is_optional<T>) {
    archive.optional(x);
  } else if constexpr (is_pair<T>) {
    walk_field(archive, x.first);
    walk_field(archive, x.second);
  } else {
    archive.value(x);
  }
}

/// A key, or a copy of a prototype that nobody else sees, for an archive that only reads it:
/// `serialize` is one member for both ways and so is not const.
template <class T>
constexpr T& readable(const T& x) noexcept {
  return const_cast<T&>(x);
}

}  // namespace crmetrics::detail
