#pragma once

#include <crmetrics/core/direction.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/core/time_span.hpp>
#include <crmetrics/core/unit.hpp>
#include <crmetrics/runtime/quantity.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crmetrics {

/// What a spec may write between the brackets of a metric's `use`.
enum class use_argument : std::uint8_t {
  none,           ///< nps
  optional_span,  ///< fcr or fcr(7d)
  span,           ///< resolved_in(24h)
  optional_name   ///< mean or mean(knowledge test)
};

/// A metric that specs can name, and what must be known of it to check them.
struct catalogue_entry {
  std::string name;
  crmetrics::unit unit = crmetrics::unit::number;
  crmetrics::direction direction = crmetrics::direction::neutral;
  use_argument argument = use_argument::none;
  std::vector<std::string> measures = {};  ///< what it counts; two metrics of one measure overlap
  bool has_n = true;      ///< whether its result tells how many observations it rests on
  bool is_speed = false;  ///< rewards haste unless something corrects it
  std::optional<decimal> lowest = {};   ///< of the values it can have, in the notation of specs
  std::optional<decimal> highest = {};  ///< the same
  std::vector<std::string> derived_from = {};  ///< other metrics of the catalogue
};

/// The metrics that specs can name, by name. `metric_catalogue::standard()` has those of the
/// library whose events are numbers or linked contacts; add your own by `metric_factory`.
class metric_catalogue {
 public:
  metric_catalogue() = default;

  /// Adds a metric, or replaces the one of that name. @throws bad_input for an empty name, or one
  /// with brackets or blanks
  metric_catalogue& add(catalogue_entry entry) {
    if (entry.name.empty() || entry.name.find_first_of("() \t\n") != std::string::npos) {
      throw bad_input(problem{"metric catalogue", 0, entry.name,
                              "a name must not be empty nor have brackets or blanks"});
    }
    const auto at = position(entry.name);
    if (at != entries_.end() && at->name == entry.name) {
      entries_[static_cast<std::size_t>(at - entries_.begin())] = std::move(entry);
    } else {
      entries_.insert(at, std::move(entry));
    }
    return *this;
  }
  /// By name, without an argument; nullptr where there is none. O(log n)
  const catalogue_entry* find(std::string_view name) const noexcept {
    const auto at = position(name);
    return at != entries_.end() && at->name == name ? &*at : nullptr;
  }
  /// Ascending by name.
  const std::vector<catalogue_entry>& entries() const noexcept { return entries_; }

  static const metric_catalogue& standard();

 private:
  std::vector<catalogue_entry>::const_iterator position(std::string_view name) const noexcept {
    return std::lower_bound(
        entries_.begin(), entries_.end(), name,
        [](const catalogue_entry& e, std::string_view n) { return e.name < n; });
  }
  std::vector<catalogue_entry> entries_;
};

/// A metric's `use`, taken apart: repeat_contact(7d) has the name repeat_contact and a span.
struct metric_use {
  std::string name;
  std::string argument;  ///< text between the brackets; empty where there are none
  bool has_brackets = false;

  /// @return none where the brackets do not match
  static std::optional<metric_use> from(std::string_view text) {
    metric_use use;
    const std::size_t open = text.find('(');
    use.name = text.substr(0, open);
    if (open == std::string_view::npos) {
      return text.find(')') == text.npos ? std::optional(use) : std::nullopt;
    }
    use.has_brackets = true;
    if (text.back() != ')') return std::nullopt;
    use.argument = text.substr(open + 1, text.size() - open - 2);
    if (use.argument.find_first_of("()") != std::string::npos) return std::nullopt;
    return use;
  }
  /// The argument as a span; none where it is none.
  std::optional<quantity> span() const {
    const auto q = quantity_from(argument);
    return q && q->is_span() && q->number.digits > 0 && q->length() ? q : std::nullopt;
  }
  /// The same in microseconds; none where it is longer than those can count, or no whole number.
  std::optional<time_span> length() const {
    const auto q = span();
    return q ? q->length() : std::nullopt;
  }
};

inline const metric_catalogue& metric_catalogue::standard() {
  static const metric_catalogue all = [] {
    using u = unit;
    constexpr auto higher = direction::higher_is_better;
    constexpr auto lower = direction::lower_is_better;
    constexpr auto neutral = direction::neutral;
    constexpr auto none = use_argument::none;
    constexpr auto window = use_argument::optional_span;
    constexpr auto limit = use_argument::span;
    constexpr auto named = use_argument::optional_name;
    metric_catalogue c;
    const auto put = [&c](const char* name, u unit, direction better, use_argument argument,
                          std::vector<std::string> measures) -> catalogue_entry& {
      c.add({name, unit, better, argument, std::move(measures)});
      return c.entries_[static_cast<std::size_t>(c.position(name) - c.entries_.cbegin())];
    };
    const auto range = [](catalogue_entry& e, std::int64_t lowest, std::int64_t highest) {
      e.lowest = decimal{lowest, 0}, e.highest = decimal{highest, 0};
    };

    put("csat", u::fraction, higher, none, {"satisfaction rating"});
    range(put("csat.mean", u::points, higher, none, {"satisfaction rating"}), 1, 5);
    put("nps", u::net_fraction, higher, none, {"recommendation rating"});
    put("ces.mean", u::points, neutral, none, {"effort rating"});

    put("fcr", u::fraction, higher, window, {"linked contacts"});
    put("fcr.no_reopen", u::fraction, higher, none, {"reopened tickets"});
    put("fcr.one_touch", u::fraction, higher, none, {"replies of tickets"});
    put("repeat_contact", u::fraction, lower, window, {"linked contacts"});
    put("resolved_in", u::fraction, higher, limit, {"resolution time"});
    put("resolution_time.mean", u::second, lower, none, {"resolution time"}).is_speed = true;
    put("first_response.mean", u::second, lower, none, {"first response time"});
    put("responded_in", u::fraction, higher, limit, {"first response time"});
    put("answered_in", u::fraction, higher, limit, {"waiting time"});
    put("waiting_time.mean", u::second, lower, none, {"waiting time"});
    put("abandonment_rate", u::fraction, lower, none, {"abandoned contacts"});
    put("aht.mean", u::second, lower, none, {"handle time"}).is_speed = true;
    put("aht.median", u::second, lower, none, {"handle time"}).is_speed = true;
    put("transfer_rate", u::fraction, lower, none, {"transfers"});
    put("escalation_rate", u::fraction, lower, none, {"escalations"});

    range(put("qa.sampled_mean", u::points, higher, none, {"quality reviews"}), 0, 100);
    put("review360.mean", u::points, higher, none, {"360 reviews"});
    put("compliance_error_rate", u::fraction, lower, none, {"compliance checks"});
    put("error_rate", u::fraction, lower, named, {});

    put("renewal_rate", u::fraction, higher, none, {"renewals"});

    put("proportion", u::fraction, neutral, named, {});
    put("mean", u::number, neutral, named, {});
    put("duration.mean", u::second, neutral, named, {});
    put("count", u::number, neutral, named, {}).has_n = false;
    return c;
  }();
  return all;
}

}  // namespace crmetrics
