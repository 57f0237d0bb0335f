#pragma once

#include <crmetrics/core/error.hpp>

#include <cstddef>
#include <cstdint>
#include <utility>

namespace crmetrics::detail {

/// Departures and the change in the number of active customers, by day. An array of our own:
/// <vector> would cost a metric header more than this.
class day_counts {
 public:
  struct day {
    std::uint64_t left = 0;   ///< departures during the day
    std::int64_t change = 0;  ///< active as the day begins, less active as the one before began
    friend constexpr bool operator==(const day&, const day&) = default;
    constexpr void serialize(auto& archive) { archive(left), archive(change); }
  };

  constexpr day_counts() = default;
  constexpr explicit day_counts(std::size_t days)
      : days_(days == 0 ? nullptr : new day[days]()), size_(days) {}
  constexpr day_counts(const day_counts& other) : day_counts(other.size_) {
    for (std::size_t i = 0; i != size_; ++i) days_[i] = other.days_[i];
  }
  constexpr day_counts(day_counts&& other) noexcept
      : days_(std::exchange(other.days_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  constexpr day_counts& operator=(day_counts other) noexcept {
    std::swap(days_, other.days_);
    std::swap(size_, other.size_);
    return *this;
  }
  constexpr ~day_counts() { delete[] days_; }

  constexpr std::size_t size() const noexcept { return size_; }
  constexpr day& operator[](std::size_t i) noexcept { return days_[i]; }
  constexpr const day& operator[](std::size_t i) const noexcept { return days_[i]; }
  constexpr day* begin() noexcept { return days_; }
  constexpr day* end() noexcept { return days_ + size_; }
  constexpr const day* begin() const noexcept { return days_; }
  constexpr const day* end() const noexcept { return days_ + size_; }

  /// @throws overflow unless so many more of anything fit into a day
  constexpr void require_room(std::size_t i, std::uint64_t more) const {
    const std::int64_t change = days_[i].change;
    const auto magnitude = change < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(change)
                                      : static_cast<std::uint64_t>(change);
    const std::uint64_t most = days_[i].left < magnitude ? magnitude : days_[i].left;
    if (more > INT64_MAX || most > static_cast<std::uint64_t>(INT64_MAX) - more) refuse();
  }
  /// @throws overflow where a count leaves 64 bits
  constexpr void merge(const day_counts& other) {
    for (std::size_t i = 0; i != other.size_; ++i) add(i, other.days_[i]);
  }
  constexpr void add(std::size_t i, const day& more) {
    if (__builtin_add_overflow(days_[i].left, more.left, &days_[i].left) ||
        __builtin_add_overflow(days_[i].change, more.change, &days_[i].change)) {
      refuse();
    }
  }

  friend constexpr bool operator==(const day_counts& a, const day_counts& b) {
    if (a.size_ != b.size_) return false;
    for (std::size_t i = 0; i != a.size_; ++i) {
      if (!(a.days_[i] == b.days_[i])) return false;
    }
    return true;
  }

 private:
  [[noreturn]] static void refuse() { throw overflow("churn by day: more than 2^63 customers"); }

  day* days_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace crmetrics::detail
