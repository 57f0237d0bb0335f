#pragma once

#include <crmetrics/accumulators/detail/integer_moments.hpp>
#include <crmetrics/accumulators/detail/pair_input.hpp>
#include <crmetrics/accumulators/ratio.hpp>
#include <crmetrics/concepts.hpp>
#include <crmetrics/core/estimate.hpp>
#include <crmetrics/core/missing.hpp>
#include <crmetrics/core/weight.hpp>
#include <crmetrics/detail/bulk.hpp>
#include <crmetrics/detail/checked_sum.hpp>
#include <crmetrics/detail/definition.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/detail/screen.hpp>
#include <crmetrics/fwd.hpp>
#include <crmetrics/intervals/samples.hpp>
#include <crmetrics/metrics/clv_terms.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace crmetrics {

/// One customer in one period: the margin, and whether the customer was still one in the next
/// period; std::nullopt where that is not known yet.
struct customer_period {
  std::int64_t margin = 0;
  std::optional<bool> retained;
};

/// Customer lifetime value by the retention formula: mean margin of a period m, times the payments
/// that a customer with the retention rate r is worth today, less the cost of acquisition.
///
///     m sum r^k / (1 + d)^(k + timing) - cost
///
/// For ever, paid at the start, it is m (1 + d) / (1 + d - r) - cost from now and m r / (1 + d - r)
/// after the next renewal; for the differences between such formulas see Fader and Hardie 2012,
/// "Reconciling and Clarifying CLV Formulas", http://brucehardie.com/notes/024/, for the second
/// Gupta and Lehmann 2003, J. Interactive Marketing 17(1), 9-24, https://doi.org/10.1002/dir.10045.
/// r is constant over a customer's life here, which is too pessimistic for a mixed base; other
/// curves go through `discounted_lifetime`.
///
/// r = retained / (retained + lost), m over all periods, also those whose outcome is pending; n is
/// the known ones. Standard error by the delta method from the variances of m and r and their
/// covariance in the same sample. `undefined` where the sum has no limit (r = 1 without a
/// discount).
///
/// The terms are settings: states of different terms do not merge. Exact integers, merge exact.
/// O(1) an event; O(horizon) a result.
template <class Interval>
class basic_clv {
  using screen = detail::screen<missing::skip, invalid::reject>;

 public:
  using weight_type = frequency_weight;
  static constexpr merge_exactness exactness = merge_exactness::exact;
  static constexpr shard_constraint sharding = shard_constraint::any;
  static constexpr crmetrics::unit unit = crmetrics::unit::money;
  static constexpr crmetrics::direction direction = crmetrics::direction::higher_is_better;

  /// @throws invalid_setting for a horizon of 0 or of more than a million payments, or a negative
  ///         cost of acquisition
  explicit basic_clv(const clv_terms& terms) : terms_(terms) {
    if (terms.horizon && (*terms.horizon == 0 || *terms.horizon > 1'000'000)) {
      throw invalid_setting("CLV: a horizon of " + std::to_string(*terms.horizon) +
                            " payments: must be 1 to 1,000,000, or none");
    }
    if (terms.acquisition_cost < 0) {
      throw invalid_setting("CLV: the acquisition cost of " +
                            std::to_string(terms.acquisition_cost) + " is negative");
    }
  }

  static constexpr std::string_view name() { return "CLV"; }
  convention_text convention() const {
    convention_text text("retention formula");
    detail::append_part(text, terms_.describe());
    return text;
  }
  const clv_terms& terms() const noexcept { return terms_; }

  template <detail::pair_input<customer_period> T>
  void update(const T& x, weight_type w = {}) {
    const customer_period* given = detail::read_pair<customer_period>(x, name(), screen_, w);
    if (given == nullptr) return;
    detail::integer_moments all = margins();
    all.add(given->margin, w);  // what does not fit together is refused here
    (!given->retained ? pending_ : *given->retained ? kept_ : lost_).add(given->margin, w);
  }
  /// All rows or none. @throws bad_input naming each bad row
  template <class Range>
  void update_many(const Range& rows, std::string_view field = {}) {
    detail::update_all(*this, rows, field);
  }

  /// @throws definition_mismatch where the terms differ
  basic_clv& merge(const basic_clv& other) {
    detail::require_same_definition(*this, other);
    basic_clv next = *this;
    next.kept_.merge(other.kept_);
    next.lost_.merge(other.lost_);
    next.pending_.merge(other.pending_);
    next.screen_.merge(other.screen_);
    static_cast<void>(next.margins());
    return *this = next;
  }
  basic_clv fresh() const { return basic_clv(terms_); }

  estimate result(confidence_level level = {}) const {
    estimate_parts parts;
    parts.name = name();
    parts.convention = convention();
    parts.method = Interval::name;
    parts.unit = unit;
    parts.direction = direction;
    parts.level = level;
    parts.n = kept_.n() + lost_.n();
    parts.pending = pending_.n();
    parts.missing = screen_.missing;
    if (parts.n == 0) return estimate(parts);

    const auto n = static_cast<double>(parts.n);
    const double retention = static_cast<double>(kept_.n()) / n;
    const detail::integer_moments all = margins();
    const double margin = all.mean();
    const detail::geometric_lifetime lifetime(retention, terms_);
    if (!lifetime.finite) {
      parts.status = status::undefined;
      return estimate(parts);
    }
    parts.status = status::ok;
    parts.value = margin * lifetime.sum - static_cast<double>(terms_.acquisition_cost);
    if (parts.n > 1) {
      const auto periods = static_cast<double>(all.n());
      const double of_margin = all.sum_of_squared_deviations() / (periods - 1) / periods;
      const double of_retention = retention * (1 - retention) / (n - 1);
      const double slope = margin * lifetime.slope;
      const double variance = lifetime.sum * lifetime.sum * of_margin +
                              slope * slope * of_retention +
                              2 * lifetime.sum * slope * covariance(n) / periods;
      const double se = detail::sqrt(variance < 0 ? 0 : variance);
      parts.standard_error = se;
      if (level.wanted()) {
        parts.interval = Interval::bounds(mean_sample{n, parts.value, se}, level);
      }
    }
    return estimate(parts);
  }
  /// The estimated retention rate of a period; NaN where none is known.
  double retention() const noexcept {
    const auto n = static_cast<double>(kept_.n() + lost_.n());
    return n == 0 ? detail::quiet_nan() : static_cast<double>(kept_.n()) / n;
  }

  friend bool operator==(const basic_clv&, const basic_clv&) = default;
  void serialize(auto& archive) {
    archive(kept_), archive(lost_), archive(pending_), archive(screen_);
  }

 private:
  /// The margins of all periods. @throws overflow where their sums leave 128 bits
  detail::integer_moments margins() const {
    detail::integer_moments all = kept_;
    all.merge(lost_);
    all.merge(pending_);
    return all;
  }
  // Of margin and retention in the periods whose outcome is known: sum over the kept of
  // (margin - mean) / (n - 1).
  double covariance(double n) const {
    if (kept_.n() == 0 || lost_.n() == 0) return 0;
    detail::integer_moments known = kept_;
    known.merge(lost_);
    return static_cast<double>(kept_.n()) * (kept_.mean() - known.mean()) / (n - 1);
  }

  clv_terms terms_;
  detail::integer_moments kept_;
  detail::integer_moments lost_;
  detail::integer_moments pending_;
  screen screen_;
};

}  // namespace crmetrics
