#pragma once

#include <crmetrics/derive/contact_fact.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <ranges>
#include <span>

namespace crmetrics {

/// A column of linked contacts behind one type: what `link_contacts` or `credited_to_all` gives, or
/// a vector of facts. Refers to it. Facts are read a block at a time: one call for many rows.
class contact_column {
 public:
  contact_column() = default;
  template <std::ranges::random_access_range Facts>
    requires(std::derived_from<std::ranges::range_value_t<Facts>, contact_fact> &&
             !std::same_as<Facts, contact_column>)
  contact_column(const Facts& facts)  // NOLINT: a view of it
      : facts_(&facts),
        size_(static_cast<std::size_t>(std::ranges::size(facts))),
        read_(&read_from<Facts>) {}
  /// Facts in one piece of memory.
  contact_column(std::span<const contact_fact> facts)  // NOLINT: a view of it
      : facts_(facts.data()), size_(facts.size()), read_(&read_block) {}
  /// It would refer to what is gone.
  template <std::ranges::random_access_range Facts>
    requires(!std::is_reference_v<Facts> && !std::same_as<Facts, contact_column>)
  contact_column(const Facts&&) = delete;

  std::size_t size() const noexcept { return size_; }
  contact_fact operator[](std::size_t row) const {
    contact_fact fact;
    const auto number = static_cast<std::uint32_t>(row);
    read({&number, 1}, 0, &fact);
    return fact;
  }
  /// Writes the facts of these rows, each `less` lower than said, one behind the other.
  void read(std::span<const std::uint32_t> rows, std::uint32_t less, contact_fact* out) const {
    read_(facts_, rows, less, out);
  }

 private:
  static void read_block(const void* facts, std::span<const std::uint32_t> rows, std::uint32_t less,
                         contact_fact* out) {
    for (const std::uint32_t row : rows)
      *out++ = static_cast<const contact_fact*>(facts)[row - less];
  }
  template <class Facts>
  static void read_from(const void* facts, std::span<const std::uint32_t> rows, std::uint32_t less,
                        contact_fact* out) {
    const auto first = std::ranges::begin(*static_cast<const Facts*>(facts));
    for (const std::uint32_t row : rows) {
      *out++ = static_cast<const contact_fact&>(
          first[static_cast<std::ranges::range_difference_t<const Facts>>(row - less)]);
    }
  }

  const void* facts_ = nullptr;
  std::size_t size_ = 0;
  void (*read_)(const void*, std::span<const std::uint32_t>, std::uint32_t,
                contact_fact*) = nullptr;
};

}  // namespace crmetrics
