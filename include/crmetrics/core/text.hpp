#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace crmetrics {

/// Text of at most `Capacity` characters that lives in the object: usable at compile time, copied
/// without an allocation. Holds the convention of an estimate and the names of a scorecard's parts.
///
/// A text that does not fit is cut and ends in "..."; `fits()` is then false. Equality looks at all
/// that was appended, by its hash, so that two long definitions which differ only after the cut are
/// not taken for one.
template <std::size_t Capacity>
class fixed_text {
 public:
  constexpr fixed_text() = default;
  constexpr fixed_text(std::string_view s) { append(s); }  // NOLINT: a text is a text
  constexpr fixed_text(const char* s) { append(std::string_view(s)); }

  constexpr fixed_text& append(std::string_view s) {
    for (char c : s) {
      hash_ = (hash_ ^ static_cast<unsigned char>(c)) * 0x100000001b3ull;  // FNV-1a
      if (size_ == Capacity) {
        fits_ = false;
        continue;
      }
      data_[size_++] = c;
    }
    for (std::size_t i = 1; !fits_ && i <= 3 && i <= Capacity; ++i) data_[Capacity - i] = '.';
    return *this;
  }

  /// Another one with what it says, and with the hash of what did not fit into it.
  template <std::size_t Other>
  constexpr fixed_text& append(const fixed_text<Other>& s) {
    append(s.view());
    if (!s.fits()) hash_ = (hash_ ^ s.hash()) * 0x100000001b3ull;
    return *this;
  }
  /// Appends a whole number in decimal digits.
  template <std::integral Integer>
  constexpr fixed_text& append(Integer x) {
    char digits[24] = {};
    std::size_t count = 0;
    const bool negative = x < 0;
    auto rest =
        negative ? std::uint64_t{0} - static_cast<std::uint64_t>(x) : static_cast<std::uint64_t>(x);
    do {
      digits[count++] = static_cast<char>('0' + rest % 10);
      rest /= 10;
    } while (rest != 0);
    if (negative) digits[count++] = '-';
    while (count != 0) append(std::string_view(&digits[--count], 1));
    return *this;
  }

  constexpr std::string_view view() const { return {data_, size_}; }
  constexpr operator std::string_view() const { return view(); }  // NOLINT
  constexpr bool empty() const { return size_ == 0; }
  constexpr bool fits() const { return fits_; }
  /// Of everything that was appended, also of what did not fit.
  constexpr std::uint64_t hash() const { return hash_; }

  friend constexpr bool operator==(const fixed_text& a, const fixed_text& b) {
    return a.hash_ == b.hash_ && a.view() == b.view();
  }
  friend constexpr auto operator<=>(const fixed_text& a, const fixed_text& b) {
    return a.view() <=> b.view();
  }

 private:
  char data_[Capacity] = {};
  std::size_t size_ = 0;
  std::uint64_t hash_ = 0xcbf29ce484222325ull;
  bool fits_ = true;
};

/// The definition in force, in a few words: "0-10, adjusted Wald". Takes part in merge checks,
/// in state bytes and in every result.
using convention_text = fixed_text<112>;

}  // namespace crmetrics
