#pragma once

#include <crmetrics/accumulators/count.hpp>
#include <crmetrics/accumulators/detail/value_counts.hpp>
#include <crmetrics/concepts.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/core/estimate.hpp>
#include <crmetrics/core/normal.hpp>
#include <crmetrics/derive/contact_fact.hpp>
#include <crmetrics/detail/bulk.hpp>
#include <crmetrics/detail/math.hpp>
#include <crmetrics/fwd.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace crmetrics {

/// First-contact resolution with every contact counted as long as it was watched: the Kaplan-Meier
/// estimate of the probability that the customer does not come back within the window.
///
/// `fcr` leaves out contacts whose window is not over; this uses what is known of them. It equals
/// `fcr` where all windows are over, and needs contacts that were linked with
/// `link_options{.keep_spans = true}`. With r_t repeats at time t after the anchor and n_t contacts
/// that were watched so long, S = product of (1 - r_t / n_t) over the window; standard error by
/// Greenwood, S sqrt(sum r_t / (n_t (n_t - r_t))); interval on the scale of log(-log S), which
/// stays inside [0, 1]. A contact that failed otherwise counts as repeated at once. Kaplan, Meier
/// 1958, J. Am. Stat. Assoc. 53(282), 457-481, https://doi.org/10.1080/01621459.1958.10501452;
/// Kalbfleisch, Prentice 2002, The Statistical Analysis of Failure Time Data, ISBN 978-0471363576,
/// section 1.4.
///
/// Merge is exact. Keeps each distinct time once: 16 bytes; O(log n) a contact.
class fcr_kaplan_meier {
 public:
  static constexpr merge_exactness exactness = merge_exactness::exact;
  static constexpr shard_constraint sharding = shard_constraint::any;
  static constexpr crmetrics::unit unit = crmetrics::unit::fraction;
  static constexpr crmetrics::direction direction = crmetrics::direction::higher_is_better;

  fcr_kaplan_meier() = default;
  /// Takes only contacts that were linked by this rule.
  explicit fcr_kaplan_meier(const contact_rule& rule) : rule_(rule) {}

  static constexpr std::string_view name() { return "FCR"; }
  convention_text convention() const { return detail::no_repeat(rule_, "Kaplan-Meier"); }
  const contact_rule& rule() const noexcept { return rule_; }

  /// @throws definition_mismatch where the contact was linked by another rule; bad_input where it
  ///         was linked without spans, or watched for longer than its window
  void update(const contact_fact& contact) {
    contact_rule rule = rule_;
    detail::adopt(rule, contact.rule(), name());
    if (!contact.known_customer()) {
      (contact.left_out() ? left_out_ : unknown_).add();
    } else if (!contact.anchored()) {
      unresolved_.add();
    } else if (contact.failed()) {
      repeats_.add(0, 1);
    } else if (contact.span().microseconds < 0) {
      throw bad_input(problem{"span", 0, "none", "contacts were linked without keep_spans"});
    } else if (contact.span() > rule.span) {
      throw bad_input(problem{"span", 0, std::to_string(contact.span().microseconds) + " us",
                              "longer than the window"});
    } else {
      (contact.repeated() ? repeats_ : watched_).add(contact.span().microseconds, 1);
    }
    rule_ = rule;
  }
  /// All rows or none.
  template <class Range>
  void update_many(const Range& contacts, std::string_view field = {}) {
    detail::update_all(*this, contacts, field);
  }

  fcr_kaplan_meier& merge(const fcr_kaplan_meier& other) {
    fcr_kaplan_meier next = *this;
    detail::adopt(next.rule_, other.rule_, name());
    next.repeats_.merge(other.repeats_);
    next.watched_.merge(other.watched_);
    next.unresolved_.merge(other.unresolved_);
    next.unknown_.merge(other.unknown_);
    next.left_out_.merge(other.left_out_);
    *this = std::move(next);
    return *this;
  }
  fcr_kaplan_meier fresh() const { return fcr_kaplan_meier(rule_); }

  estimate result(confidence_level level = {}) const {
    estimate_parts parts;
    parts.name = name();
    parts.convention = convention();
    parts.method = "Greenwood, log-log";
    parts.unit = unit;
    parts.direction = direction;
    parts.level = level;
    parts.n = repeats_.total() + watched_.total();
    parts.excluded.add("not resolved", unresolved_.observations());
    parts.excluded.add("unknown customer", unknown_.observations());
    parts.excluded.add("bad row, left out", left_out_.observations());
    if (parts.n == 0) return estimate(parts);
    const survival s = at_the_end();
    parts.status = status::ok;
    parts.value = s.value;
    if (!(s.value > 0 && s.value < 1)) return estimate(parts);
    const double relative = detail::sqrt(s.sum);
    parts.standard_error = s.value * relative;
    if (!level.wanted()) return estimate(parts);
    const double log = detail::log(s.value);
    const double reach = critical_value(level) * relative / log;  // negative, for log is
    parts.interval = interval{detail::pow(s.value, detail::exp(-reach)),
                              detail::pow(s.value, detail::exp(reach))};
    return estimate(parts);
  }

  friend bool operator==(const fcr_kaplan_meier&, const fcr_kaplan_meier&) = default;
  void serialize(auto& archive) {
    archive(repeats_), archive(watched_), archive(unresolved_), archive(unknown_);
    archive(left_out_);
  }
  /// For archives: false for a state that no contacts lead to.
  bool possible() const { return possible(repeats_) && possible(watched_); }

 private:
  using times = detail::value_counts<std::int64_t>;

  bool possible(const times& all) const {
    return all.possible(0) && all.with_sorted([&](const auto& sorted) {
      return sorted.empty() || sorted.back().key <= rule_.span.microseconds;
    });
  }

  struct survival {
    double value = 1;
    double sum = 0;  // of r / (n (n - r))
  };
  survival at_the_end() const {
    return repeats_.with_sorted([&](const auto& repeats) {
      return watched_.with_sorted([&](const auto& watched) {
        survival s;
        std::uint64_t at_risk = repeats_.total() + watched_.total();
        auto censored = watched.begin();
        for (const auto& [time, many] : repeats) {
          // A contact that was watched until the very time of a repeat was still at risk then.
          for (; censored != watched.end() && censored->key < time; ++censored) {
            at_risk -= censored->times;
          }
          const auto n = static_cast<double>(at_risk);
          const auto r = static_cast<double>(many);
          s.value *= (n - r) / n;
          if (many != at_risk) s.sum += r / (n * (n - r));
          at_risk -= many;
        }
        return s;
      });
    });
  }

  contact_rule rule_;
  times repeats_;
  times watched_;
  count unresolved_;
  count unknown_;
  count left_out_;
};

}  // namespace crmetrics
