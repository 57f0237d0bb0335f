#pragma once

#include <crmetrics/concepts.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/core/weight.hpp>
#include <crmetrics/detail/checked_sum.hpp>

#include <concepts>
#include <cstdint>

namespace crmetrics {

/// Integer count under frequency weights: the cell of every metric unless sampling weights are
/// asked for. 8 bytes. Merge is exact. A weight above 1 or a merge that would make more than
/// 2^63 - 1 throws `overflow` and changes nothing; single events are counted unchecked, and a
/// result of more throws.
class count {
 public:
  using weight_type = frequency_weight;
  static constexpr merge_exactness exactness = merge_exactness::exact;

  constexpr count() = default;
  /// @throws overflow above 2^63 - 1
  constexpr explicit count(std::uint64_t n) : n_(n) {
    if (!possible()) overflowed();
  }

  constexpr void add(frequency_weight w = {}) {
    // One addition in memory, unchecked: the 2^63 single events that would leave 64 bits take
    // centuries, and a result of more than 2^63 - 1 throws.
    if (w.times == 1) {
      ++n_;
    } else {
      add_checked(w.times);
    }
  }
  constexpr count& merge(const count& other) {
    add_checked(other.n_);
    return *this;
  }

  constexpr std::uint64_t observations() const noexcept { return n_; }
  constexpr double sum() const noexcept { return static_cast<double>(n_); }
  constexpr double sum_of_squares() const noexcept { return static_cast<double>(n_); }

  friend constexpr bool operator==(const count&, const count&) = default;

  /// For archives: see io/state_bytes.hpp.
  constexpr void serialize(auto& archive) { archive(n_); }
  /// For archives: false for a state that no observations lead to.
  constexpr bool possible() const noexcept { return n_ <= INT64_MAX; }

 private:
  constexpr void add_checked(std::uint64_t n) {
    std::uint64_t sum = 0;
    if (__builtin_add_overflow(n_, n, &sum) || sum > INT64_MAX) [[unlikely]]
      overflowed();
    n_ = sum;
  }
  [[noreturn, gnu::cold, gnu::noinline]] static void overflowed() {
    throw overflow("count: more than 2^63 - 1");
  }

  std::uint64_t n_ = 0;
};

/// Sum of sampling weights, of their squares, and how many there were: the cell under sampling
/// weights. 24 bytes. Merge is exact up to rounding.
class weighted_count {
 public:
  using weight_type = sampling_weight;
  static constexpr merge_exactness exactness = merge_exactness::up_to_rounding;

  constexpr void add(sampling_weight w = {}) {
    ++n_;
    sum_ += w.value();
    squares_ += w.value() * w.value();
  }
  constexpr weighted_count& merge(const weighted_count& other) {
    n_ = detail::checked_count(n_, other.n_);
    sum_ += other.sum_;
    squares_ += other.squares_;
    return *this;
  }

  constexpr std::uint64_t observations() const noexcept { return n_; }
  constexpr double sum() const noexcept { return sum_; }
  constexpr double sum_of_squares() const noexcept { return squares_; }

  friend constexpr bool operator==(const weighted_count&, const weighted_count&) = default;

  constexpr void serialize(auto& archive) { archive(n_), archive(sum_), archive(squares_); }
  constexpr bool possible() const noexcept {
    return n_ <= INT64_MAX && sum_ >= 0 && squares_ >= 0 && (n_ != 0 || sum_ == 0) &&
           (sum_ != 0 || squares_ == 0);
  }

 private:
  std::uint64_t n_ = 0;
  double sum_ = 0;
  double squares_ = 0;
};

/// What a counting metric needs of its cells.
template <class C>
concept counting_cell = std::regular<C> && requires(C c, const C& k, typename C::weight_type w) {
  c.add(w);
  c.merge(k);
  { k.observations() } -> std::same_as<std::uint64_t>;
  { k.sum() } -> std::same_as<double>;
  { k.sum_of_squares() } -> std::same_as<double>;
};

}  // namespace crmetrics
