#pragma once

#include <crmetrics/accumulators/duration.hpp>
#include <crmetrics/accumulators/mean.hpp>
#include <crmetrics/accumulators/occurrences.hpp>
#include <crmetrics/accumulators/ordinal.hpp>
#include <crmetrics/accumulators/proportion.hpp>
#include <crmetrics/accumulators/quantile.hpp>
#include <crmetrics/combinators/about.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/derive/contact_fact.hpp>
#include <crmetrics/detail/bulk.hpp>
#include <crmetrics/detail/check.hpp>
#include <crmetrics/metrics/csat.hpp>
#include <crmetrics/metrics/error_rate.hpp>
#include <crmetrics/metrics/fcr.hpp>
#include <crmetrics/metrics/fcr_counted.hpp>
#include <crmetrics/metrics/handle_time.hpp>
#include <crmetrics/metrics/nps.hpp>
#include <crmetrics/metrics/renewal_rate.hpp>
#include <crmetrics/metrics/repeat_contact.hpp>
#include <crmetrics/metrics/share_within.hpp>
#include <crmetrics/runtime/dynamic_metric.hpp>
#include <crmetrics/runtime/interned.hpp>
#include <crmetrics/runtime/metric_catalogue.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace crmetrics {

namespace detail {

/// Yes and no as numbers; NaN is missing.
struct yes_or_no {
  std::optional<bool> operator()(double x) const {
    if (x != x) return std::nullopt;
    if (x != 0 && x != 1) throw bad_input({"", 0, shown(x), "must be 1 (yes) or 0 (no)"});
    return x == 1;
  }
  friend bool operator==(const yes_or_no&, const yes_or_no&) = default;
};

/// A share and a mean time of which the spec says what is better.
struct share_of_any : share_of_successes {
  static constexpr crmetrics::direction direction = crmetrics::direction::neutral;
};
struct span_of_any : span_of_time {
  static constexpr crmetrics::direction direction = crmetrics::direction::neutral;
};

/// A metric on linked contacts that a spec gives a window: it takes contacts linked by any one rule
/// of that window. The rest of the rule (anchor, customer or issue) is that of the linking, and
/// stands in the result's convention.
template <class M>
class with_window {
 public:
  static constexpr merge_exactness exactness = M::exactness;
  static constexpr shard_constraint sharding = M::sharding;

  with_window(M metric, time_span window) : metric_(std::move(metric)), window_(window) {}

  static constexpr std::string_view name() { return M::name(); }
  convention_text convention() const {
    convention_text text("window of ");
    append_span(text, window_);
    return text.append("; ").append(metric_.convention());
  }
  /// @throws definition_mismatch where the contact was linked by another window
  void update(const contact_fact& fact) {
    check(fact);
    metric_.update(fact);
  }
  void check(const contact_fact& fact) const {
    if (fact.rule().span != window_) {
      convention_text asked;
      append_span(asked, window_);
      convention_text linked;
      fact.rule().describe(linked);
      throw definition_mismatch(std::string(name()) + ": the spec asks for a window of " +
                                std::string(asked.view()) + ", the contacts are linked " +
                                std::string(linked.view()));
    }
    detail::check(metric_, fact);
  }
  template <class Range>
  void update_many(const Range& rows, std::string_view field = {}) {
    update_all(*this, rows, field);
  }
  with_window& merge(const with_window& other) {
    if (window_ != other.window_) {
      throw definition_mismatch(std::string(name()) + ": two windows do not merge");
    }
    metric_.merge(other.metric_);
    return *this;
  }
  with_window fresh() const { return {metric_.fresh(), window_}; }
  estimate result(confidence_level level = {}) const { return metric_.result(level); }
  friend bool operator==(const with_window&, const with_window&) = default;

 private:
  static void append_span(convention_text& text, time_span span) {
    constexpr std::int64_t day = 86'400'000'000;
    constexpr std::int64_t second = 1'000'000;
    if (span.microseconds % day == 0) {
      text.append(span.microseconds / day).append(" d");
    } else {
      text.append(span.microseconds / second).append(" s");
    }
  }

  M metric_;
  time_span window_;
};

}  // namespace detail

/// Makes the metrics that specs name: nps, resolved_in(24h), repeat_contact(7d). Every metric of
/// the standard catalogue can be made; add your own with what the parser must know of them.
class metric_factory {
 public:
  /// What makes one: the metric's id in the card, and the span of its `use` where it has one. Where
  /// others have the same formula, give it a topic (`about`): else it is the same definition.
  using maker = std::function<dynamic_metric(label id, std::optional<time_span> span)>;

  /// Knows no metric.
  metric_factory() = default;

  /// Adds a metric, or replaces the one of that name. @throws bad_input as the catalogue
  metric_factory& add(catalogue_entry entry, maker make) {
    std::string name = entry.name;
    catalogue_.add(std::move(entry));
    makers_.insert_or_assign(std::move(name), std::move(make));
    return *this;
  }
  /// What `parse_card_spec` checks a spec against.
  const metric_catalogue& catalogue() const noexcept { return catalogue_; }

  /// @param use name with its argument, as a spec writes it
  /// @throws bad_input for a metric that is not known, and for a window that is none
  dynamic_metric make(label id, std::string_view use) const {
    const auto parsed = metric_use::from(use);
    const auto found = parsed ? makers_.find(parsed->name) : makers_.end();
    if (found == makers_.end()) {
      throw bad_input({std::string(id.view()), 0, std::string(use), "no metric of this name"});
    }
    std::optional<time_span> span;
    const use_argument takes = catalogue_.find(parsed->name)->argument;
    if (takes == use_argument::span || takes == use_argument::optional_span) {
      span = parsed->length();
      if (!span && (takes == use_argument::span || parsed->has_brackets)) {
        throw bad_input({std::string(id.view()), 0, std::string(use),
                         "needs a span of time, such as " + parsed->name + "(24h)"});
      }
    }
    dynamic_metric made = found->second(id, span);
    if (takes == use_argument::optional_name && !parsed->argument.empty()) {
      made = std::move(made).about(interned(parsed->argument));
    }
    return made;
  }

  /// All metrics of `metric_catalogue::standard()`.
  static const metric_factory& standard();

 private:
  metric_catalogue catalogue_;
  std::map<std::string, maker, std::less<>> makers_;
};

inline const metric_factory& metric_factory::standard() {
  static const metric_factory all = [] {
    metric_factory f;
    const auto put = [&f](std::string_view name, maker make) {
      f.add(*metric_catalogue::standard().find(name), std::move(make));
    };
    const auto plain = [](auto metric) -> maker {
      return [metric](label id, std::optional<time_span>) { return dynamic_metric(id, metric); };
    };
    // Many share a formula: what they count is part of the definition.
    const auto of = [](label topic, maker make) -> maker {
      return [topic, make](label id, std::optional<time_span> span) {
        return make(id, span).about(topic);
      };
    };
    const maker within = [](label id, std::optional<time_span> span) {
      return dynamic_metric(id, share_within(*span));
    };
    const auto linked = []<class M>(const M&) -> maker {
      return [](label id, std::optional<time_span> span) {
        if (!span) return dynamic_metric(id, M());
        return dynamic_metric(id, detail::with_window<M>(M(), *span));
      };
    };
    const auto share = plain(on(detail::yes_or_no{}, basic_proportion<detail::share_of_any>{}));
    const auto errors = plain(on(detail::yes_or_no{}, error_rate{}));

    put("csat", plain(csat{}));
    put("csat.mean", plain(basic_csat<rating_scale<1, 5>, mean_rating>{}));
    put("nps", plain(nps{}));
    put("ces.mean", of("effort rating", plain(mean{})));
    put("fcr", linked(fcr{}));
    put("fcr.no_reopen", plain(fcr_no_reopen{}));
    put("fcr.one_touch", plain(fcr_one_touch{}));
    put("repeat_contact", linked(repeat_contact{}));
    put("resolved_in", of("resolution time", within));
    put("responded_in", of("first response time", within));
    put("answered_in", of("waiting time", within));
    put("resolution_time.mean", of("resolution time", plain(duration{})));
    put("first_response.mean", of("first response time", plain(duration{})));
    put("waiting_time.mean", of("waiting time", plain(duration{})));
    put("duration.mean", plain(basic_duration<detail::span_of_any>{}));
    put("aht.mean", plain(handle_time{}));
    put("aht.median", plain(duration_quantile{.5}));
    put("abandonment_rate", of("abandoned contacts", errors));
    put("transfer_rate", of("transfers", errors));
    put("escalation_rate", of("escalations", errors));
    put("compliance_error_rate", of("compliance checks", errors));
    put("error_rate", errors);
    put("qa.sampled_mean", of("quality reviews", plain(mean{})));
    put("review360.mean", of("360 reviews", plain(mean{})));
    put("mean", plain(mean{}));
    put("renewal_rate", plain(on(detail::yes_or_no{}, renewal_rate{})));
    put("proportion", share);
    put("count", plain(on(detail::yes_or_no{}, occurrences{})));
    return f;
  }();
  return all;
}

}  // namespace crmetrics
