#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/core/label.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/scorecard/points.hpp>

#include <cstddef>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace crmetrics {

/// Grades by lower bounds: `bands{{"A", 85}, {"B", 75}, {"C", 60}, {"D", 0}}`, highest first.
///
/// Each band reaches from its bound, included, to the next higher bound, excluded; the top band has
/// no upper end, so a perfect 100 is in it. The lowest bound must be 0: every total has a band.
/// Decided on totals rounded to 1e-9 points (`grid_points`). At most 12 bands.
class bands {
 public:
  struct band {
    label name;
    double from = 0;
    friend constexpr bool operator==(const band&, const band&) = default;
  };

  /// One band that holds everything: no grades.
  constexpr bands() = default;
  /// @throws bad_input naming each problem: not strictly descending, last bound not 0, empty or
  ///         repeated names, a bound outside [0, 100], more than 12
  constexpr bands(std::initializer_list<band> list)
      : bands(std::span<const band>(list.begin(), list.size())) {}
  /// The same from bands that are only known at run time.
  constexpr explicit bands(std::span<const band> list) {
    problem_list problems;
    if (list.size() > capacity) {
      problems.add({"bands", 0, std::to_string(list.size()), "more than 12 bands"});
    }
    for (const band& b : list) {
      if (size_ == capacity) break;
      if (b.name.view().empty()) note(problems, b, "band without a name");
      if (!(b.from >= 0 && b.from <= 100)) note(problems, b, "bound outside [0, 100]");
      if (size_ != 0 && !(b.from < bands_[size_ - 1].from)) {
        note(problems, b, "bounds must fall from one band to the next");
      }
      for (std::size_t i = 0; i != size_; ++i) {
        if (bands_[i].name == b.name) note(problems, b, "band named twice");
      }
      bands_[size_++] = b;
    }
    if (size_ == 0 || bands_[size_ - 1].from != 0) {
      problems.add({"bands", 0, "", "the lowest band must start at 0, or totals would have none"});
    }
    problems.throw_if_any();
  }

  /// The name of the band that holds a total; empty where there are no bands.
  constexpr std::string_view of(double total) const {
    return size_ == 0 ? std::string_view() : at(index_of(total)).name.view();
  }
  /// The number of the band that holds a total, from 0, the best. Needs at least one band.
  constexpr std::size_t index_of(double total) const {
    const grid_points points = grid_points::of(total);
    std::size_t i = 0;
    while (i + 1 < size_ && points < grid_points::of(bands_[i].from)) ++i;
    return i;
  }
  constexpr const band& at(std::size_t index) const noexcept { return bands_[index]; }

  constexpr const band* begin() const noexcept { return bands_; }
  constexpr const band* end() const noexcept { return bands_ + size_; }
  constexpr std::size_t size() const noexcept { return size_; }
  constexpr void describe(detail::definition_hash& hash) const {
    hash.add("bands");
    for (const band& b : *this) hash.add(b.name.view()), hash.add(b.from);
  }
  friend constexpr bool operator==(const bands&, const bands&) = default;

 private:
  static constexpr std::size_t capacity = 12;

  static constexpr void note(problem_list& problems, const band& b, std::string_view reason) {
    problems.add(
        {"band " + std::string(b.name.view()), 0, detail::shown(b.from), std::string(reason)});
  }

  band bands_[capacity] = {};
  std::size_t size_ = 0;
};

}  // namespace crmetrics
