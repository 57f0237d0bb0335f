#pragma once

#include <crmetrics/core/direction.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/scorecard/concepts.hpp>
#include <crmetrics/scorecard/kink.hpp>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace crmetrics {

/// Points in steps: `steps{{.70, .80, .90}, {0, 40, 70, 100}}` gives 0 points below 70 %, 40 from
/// 70 % on, 70 from 80 %, 100 from 90 %; `steps{{300, 450}, {100, 60, 0}}` gives 100 up to 300 s.
///
/// One more points than edges, edges rising. Intervals are half open: an edge belongs to the step
/// with more points, so that who meets a target exactly has met it, whichever direction is better;
/// with rising points that is [edge, next edge), with falling points (edge, next edge]. The lowest
/// step has no lower end and the highest no upper end: every value has a step. Points must rise or
/// fall monotonely, or the card would reward getting worse. At most 12 steps.
///
/// Source: scoring in classes, OECD & JRC 2008, Handbook on Constructing Composite Indicators,
/// step 5 (categorical scales), https://doi.org/10.1787/9789264043466-en.
class steps {
 public:
  static constexpr std::size_t capacity = 12;

  /// Nothing is checked here, so that a card can report all its problems at once: see validate.
  constexpr steps(std::initializer_list<double> edges, std::initializer_list<double> points)
      : steps(std::span<const double>(edges.begin(), edges.size()),
              std::span<const double>(points.begin(), points.size())) {}
  constexpr steps(std::span<const double> edges, std::span<const double> points)
      : edges_given_(edges.size()), points_given_(points.size()) {
    size_ = points.size() < capacity ? points.size() : capacity;
    for (std::size_t i = 0; i != size_; ++i) points_[i] = points[i];
    for (std::size_t i = 0; i + 1 < size_ && i != edges.size(); ++i) edges_[i] = edges[i];
  }

  /// NaN for NaN.
  constexpr double score(double raw) const noexcept {
    if (detail::is_nan(raw) || size_ == 0) return raw - raw;
    std::size_t step = 0;
    while (step + 1 < size_ && (rises() ? raw >= edges_[step] : raw > edges_[step])) ++step;
    return points_[step];
  }
  /// 0: a step is flat, and on an edge there is no derivative.
  constexpr double slope(double) const noexcept { return 0; }
  constexpr crmetrics::direction direction() const noexcept {
    return rises() ? crmetrics::direction::higher_is_better : crmetrics::direction::lower_is_better;
  }

  /// In the metric's unit: where the metric is a fraction, a card refuses those that are not.
  constexpr std::span<const double> native_bounds() const noexcept {
    return {edges_, size_ == 0 ? 0 : size_ - 1};
  }
  constexpr std::size_t size() const noexcept { return size_; }

  constexpr std::optional<kink> kink_within(double low, double high) const noexcept {
    for (const double edge : native_bounds()) {
      if (low <= edge && edge <= high) return kink::curve_step;
    }
    return std::nullopt;
  }
  constexpr void validate(problem_list& problems, std::string_view part) const {
    if (points_given_ > capacity) {
      detail::note(problems, part, static_cast<double>(points_given_), "steps: more than 12 steps");
    }
    if (points_given_ < 2) {
      detail::note(problems, part, static_cast<double>(points_given_),
                   "steps: at least two steps, or every value has the same points");
    }
    if (points_given_ != edges_given_ + 1) {
      detail::note(
          problems, part, static_cast<double>(edges_given_),
          "steps: edges must be one fewer than points (" + std::to_string(points_given_) + ")");
      return;
    }
    for (std::size_t i = 0; i + 1 < size_; ++i) {
      if (!detail::is_finite(edges_[i])) {
        detail::note(problems, part, edges_[i], "steps: edge is not finite");
      } else if (i != 0 && !(edges_[i - 1] < edges_[i])) {
        detail::note(problems, part, edges_[i], "steps: edges must rise from one to the next");
      }
    }
    for (std::size_t i = 0; i != size_; ++i) {
      if (!(points_[i] >= 0 && points_[i] <= 100)) {
        detail::note(problems, part, points_[i], "steps: points outside [0, 100]");
      }
      if (i != 0 && (rises() ? points_[i] < points_[i - 1] : points_[i] > points_[i - 1])) {
        detail::note(problems, part, points_[i],
                     "steps: points must not turn round, or getting worse would pay");
      }
    }
    if (size_ >= 2 && points_[0] == points_[size_ - 1]) {
      detail::note(problems, part, points_[0], "steps: first and last step have the same points");
    }
  }
  constexpr void describe(detail::definition_hash& hash) const {
    hash.add("steps"), hash.add(std::uint64_t{size_});
    for (std::size_t i = 0; i + 1 < size_; ++i) hash.add(edges_[i]);
    for (std::size_t i = 0; i != size_; ++i) hash.add(points_[i]);
  }
  friend constexpr bool operator==(const steps&, const steps&) = default;

 private:
  constexpr bool rises() const noexcept { return size_ == 0 || points_[size_ - 1] >= points_[0]; }

  double edges_[capacity - 1] = {};
  double points_[capacity] = {};
  std::size_t size_ = 0;
  std::size_t edges_given_ = 0;
  std::size_t points_given_ = 0;
};

}  // namespace crmetrics
