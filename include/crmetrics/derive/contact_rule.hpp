#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/core/text.hpp>
#include <crmetrics/core/time_span.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace crmetrics {

/// Where the window of a contact begins.
enum class anchor : std::uint8_t {
  resolved,  ///< at its resolution: "came back"
  opened     ///< at its opening: "asked twice"
};

/// Which later contacts count as the same thing once more.
enum class subject : std::uint8_t {
  customer,              ///< any contact of the customer
  customer_and_issue,    ///< of the customer with the same issue
  customer_and_relation  ///< of the customer, where the user's own predicate says so
};

/// The window in which a contact of the same customer is a repeat: `within{days{7}}`.
///
/// A contact that was anchored at a is repeated by one opened in (a, a + span], or, without its
/// last instant, in (a, a + span). One opened at the anchor itself or before (while the first was
/// still open) is a duplicate, not a repeat. One that was opened at the same instant as another is
/// a duplicate as well, unless `simultaneous` says that it follows it.
struct within {
  time_span span = days{7};
  anchor after = anchor::resolved;
  bool last_instant = true;
  bool simultaneous = false;
  friend constexpr bool operator==(const within&, const within&) = default;
};

/// The definition by which contacts were linked. It travels with each linked contact into the
/// metrics, which show it and refuse to mix two; their state bytes carry it in the definition.
/// 16 bytes.
struct contact_rule {
  time_span span = {-1};  ///< negative: no rule yet
  anchor after = anchor::resolved;
  bool last_instant = true;
  bool simultaneous = false;
  subject about = subject::customer;
  bool other_failures = false;  ///< the `failed` role counts as well

  constexpr bool known() const noexcept { return span.microseconds >= 0; }
  /// What of it matters to metrics that look back from opening to opening.
  constexpr contact_rule of_openings() const noexcept {
    if (!known()) return {};
    return {span, anchor::opened, last_instant, simultaneous, about, false};
  }

  /// The window and what counts: "within 7 d of resolution, same issue".
  constexpr void describe(convention_text& text) const {
    describe(text, after == anchor::resolved ? " of resolution" : " of opening");
  }
  /// The same without the anchor, for metrics to which it makes no difference.
  constexpr void describe_window(convention_text& text) const { describe(text, ""); }

  friend constexpr bool operator==(const contact_rule&, const contact_rule&) = default;

 private:
  constexpr void describe(convention_text& text, std::string_view beginning) const {
    text.append(last_instant ? "within " : "in less than ");
    constexpr std::int64_t day = 86'400'000'000;
    constexpr std::int64_t second = 1'000'000;
    if (span.microseconds % day == 0) {
      text.append(span.microseconds / day).append(" d");
    } else if (span.microseconds % second == 0) {
      text.append(span.microseconds / second).append(" s");
    } else {
      text.append(span.microseconds).append(" us");
    }
    text.append(beginning);
    if (about == subject::customer_and_issue) text.append(", same issue");
    if (about == subject::customer_and_relation) text.append(", related");
    if (simultaneous) text.append(", also simultaneous");
  }
};

namespace detail {

/// The convention of FCR without a repeat: the rule, and what is made of contacts too recent.
constexpr convention_text no_repeat(const contact_rule& rule, std::string_view recent) {
  convention_text text("no repeat");
  if (!rule.known()) return text.append(", by the rule of linking, ").append(recent);
  text.append(rule.other_failures ? " or failure " : " ");
  rule.describe(text);
  return text.append(", ").append(recent);
}

/// A metric of linked contacts takes the rule of the first one it sees.
/// @throws definition_mismatch where it has another already
constexpr void adopt(contact_rule& own, const contact_rule& given, std::string_view metric) {
  if (own == given || !given.known()) return;
  if (!own.known()) {
    own = given;
    return;
  }
  convention_text a;
  convention_text b;
  own.describe(a);
  given.describe(b);
  const auto shown = [](const contact_rule& rule, const convention_text& text) {
    return std::string(text.view()) + (rule.other_failures ? ", or failed otherwise" : "");
  };
  throw definition_mismatch(std::string(metric) + ": contacts that were linked by two rules: " +
                            shown(own, a) + "; and " + shown(given, b));
}

}  // namespace detail
}  // namespace crmetrics
