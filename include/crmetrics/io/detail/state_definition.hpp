#pragma once

#include <crmetrics/core/text.hpp>
#include <crmetrics/io/detail/state_fields.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace crmetrics::detail {

/// The hash of FNV-1a, 64 bits (Fowler, Noll, Vo; RFC 9923).
class fnv1a {
 public:
  constexpr void operator()(std::string_view text) noexcept {
    for (const char c : text) {
      hash_ ^= static_cast<unsigned char>(c);
      hash_ *= 0x100000001b3;
    }
  }
  constexpr std::uint64_t value() const noexcept { return hash_; }

 private:
  std::uint64_t hash_ = 0xcbf29ce484222325;
};

/// The archive that spells a definition: who the metric is, its settings and the fields of its
/// payload, without the values. The text goes to a sink piece by piece, so that the hash of a
/// definition needs no memory.
template <class Sink>
class state_definition_archive {
 public:
  constexpr explicit state_definition_archive(Sink& sink) : sink_(sink) {}

  template <class T>
  constexpr void operator()(T& x) {
    walk_field(*this, x);
  }

  template <class T>
  constexpr void value(const T&) {
    using wire = state_wire_type<T>;
    word(std::same_as<wire, std::uint64_t>  ? "u64"
         : std::same_as<wire, std::int64_t> ? "i64"
         : std::same_as<wire, double>       ? "f64"
         : std::same_as<wire, int128>       ? "i128"
         : std::same_as<wire, uint128>      ? "u128"
         : std::same_as<wire, state_flag>   ? "flag"
                                            : "text");
  }
  template <class T>
  constexpr void object(T& x) {
    if constexpr (named_state<T>) {
      const auto name = x.name();
      const auto convention = x.convention();
      const head own{name, convention};
      // A projection has the definition of the metric inside, so its bytes are the same.
      if (own == around_) return x.serialize(*this);
      word(own.name);
      sink_("(");
      sink_(own.convention);
      open("){");
      const head outer = std::exchange(around_, own);
      x.serialize(*this);
      around_ = outer;
      close("}");
    } else {
      x.serialize(*this);
    }
  }
  template <class T>
  constexpr void optional(const T&) {
    typename T::value_type item{};
    open_word("optional(");
    (*this)(item);
    close(")");
  }

  template <state_map Map>
  void map(const Map&) {
    typename Map::mapped_type value{};
    map_of<Map>(value);
  }
  template <state_map Map>
  void map(const Map&, const typename Map::mapped_type& prototype) {
    auto value = prototype;
    map_of<Map>(value);
  }
  template <class T>
  void array(const std::vector<T>&) {
    array_of(T{});
  }
  template <class T>
  void array(const std::vector<T>&, const T& prototype) {
    array_of(prototype);
  }

  // Cells are copies of the metric that came just before them, so it is not spelled again.
  template <state_map Map>
  void copies_by_key(const Map&, const typename Map::mapped_type&) {
    typename Map::key_type key{};
    open_word("by_key(");
    (*this)(key);
    close(")");
  }
  template <state_map Map>
  void copies_by_known_key(const Map& cells, const typename Map::mapped_type&) {
    open_word("by_known_key(");
    for (const auto& [key, cell] : cells) setting(key);
    close(")");
  }
  template <class T>
  void copies(const std::vector<T>& cells, const T&) {
    open_word("copies(");
    setting(cells.size());
    close(")");
  }

  /// A setting takes part in the definition and not in the payload.
  template <class T>
  constexpr void setting(const T& x) {
    if constexpr (std::is_enum_v<T>) {
      setting(static_cast<std::underlying_type_t<T>>(x));
    } else if constexpr (std::integral<T>) {
      word("[");
      sink_(fixed_text<24>().append(x).view());
      sink_("]");
    } else if constexpr (std::convertible_to<const T&, std::string_view>) {
      quoted(x);
    } else {
      x.settings(*this);
    }
  }

 private:
  struct head {
    std::string_view name;
    std::string_view convention;
    friend constexpr bool operator==(const head&, const head&) = default;
  };

  template <state_map Map>
  void map_of(typename Map::mapped_type& value) {
    typename Map::key_type key{};
    open_word("map(");
    (*this)(key);
    (*this)(value);
    close(")");
  }
  template <class T>
  void array_of(T item) {
    open_word("array(");
    (*this)(item);
    close(")");
  }

  constexpr void quoted(std::string_view text) {
    word("[\"");
    for (const char& c : text) {
      if (c == '"' || c == '\\') sink_("\\");
      sink_(std::string_view(&c, 1));
    }
    sink_("\"]");
  }
  // Words stand one blank apart, with none after an opening bracket.
  constexpr void word(std::string_view text) {
    if (!first_) sink_(" ");
    sink_(text);
    first_ = false;
  }
  constexpr void open(std::string_view bracket) {
    sink_(bracket);
    first_ = true;
  }
  constexpr void open_word(std::string_view text) {
    word(text);
    first_ = true;
  }
  constexpr void close(std::string_view bracket) {
    sink_(bracket);
    first_ = false;
  }

  Sink& sink_;
  head around_;
  bool first_ = true;
};

/// @param empty a state of one's own, without observations
template <class M>
constexpr std::uint64_t state_definition_hash(M& empty) {
  fnv1a hash;
  state_definition_archive<fnv1a> archive(hash);
  archive(empty);
  return hash.value();
}

}  // namespace crmetrics::detail
