#pragma once

#include <crmetrics/accumulators/count.hpp>
#include <crmetrics/concepts.hpp>
#include <crmetrics/core/estimate.hpp>
#include <crmetrics/core/weight.hpp>
#include <crmetrics/derive/contact_fact.hpp>
#include <crmetrics/detail/bulk.hpp>
#include <crmetrics/detail/checked_sum.hpp>
#include <crmetrics/detail/share.hpp>
#include <crmetrics/fwd.hpp>
#include <crmetrics/intervals/wilson.hpp>

#include <cstdint>
#include <string_view>

namespace crmetrics {

/// What FCR makes of contacts whose window was not over when the observation ended.
struct drop_immature {  ///< pending, on neither side, repeated or not: unbiased
  static constexpr bool keeps = false;
  static constexpr std::string_view name = "too recent is pending";
};
struct naive_maturity {  ///< counted as far as known, as most reports do: too high
  static constexpr bool keeps = true;
  static constexpr std::string_view name = "too recent is resolved";
};

/// First-contact resolution: the share of resolved contacts after which the same customer (about
/// the same issue, where one is given) did not come back within the window.
///
/// Observes what `link_contacts` gives. The window, what counts as the same, and whether failures
/// of another kind (reopened, handed on) count come with the linked contacts: the first one fixes
/// the definition, others are refused, and the result shows it. n is the mature contacts; contacts
/// too recent to know are pending; those not resolved, and those of unknown customers, are excluded
/// under these causes. A repeat is charged to the earlier contact: group by its agent
/// (`credited_agent`). Interval: Wilson, unless named otherwise; contacts of one customer are not
/// quite independent, which it does not know.
///
/// Once linked, any split merges, exactly. 64 bytes. O(1) a contact. Source for counting only
/// mature windows: the right-censored share of Kaplan and Meier 1958, J. Am. Stat. Assoc. 53(282),
/// 457-481, https://doi.org/10.1080/01621459.1958.10501452, whose estimate is `fcr_kaplan_meier`.
template <class Maturity, class Interval>
class basic_fcr {
 public:
  using weight_type = frequency_weight;
  static constexpr merge_exactness exactness = merge_exactness::exact;
  static constexpr shard_constraint sharding = shard_constraint::any;
  static constexpr crmetrics::unit unit = crmetrics::unit::fraction;
  static constexpr crmetrics::direction direction = crmetrics::direction::higher_is_better;

  constexpr basic_fcr() = default;
  /// Takes only contacts that were linked by this rule.
  constexpr explicit basic_fcr(const contact_rule& rule) : rule_(rule) {}

  static constexpr std::string_view name() { return "FCR"; }
  constexpr convention_text convention() const { return detail::no_repeat(rule_, Maturity::name); }
  constexpr const contact_rule& rule() const noexcept { return rule_; }

  /// @throws definition_mismatch where the contact was linked by another rule
  constexpr void update(const contact_fact& contact, weight_type w = {}) {
    if (!(contact.rule() == rule_)) [[unlikely]]
      detail::adopt(rule_, contact.rule(), name());
    cell_of(contact).add(w);
  }
  /// All rows or none.
  template <class Range>
  constexpr void update_many(const Range& contacts, std::string_view field = {}) {
    if constexpr (requires { contacts.counted(); }) {
      detail::update_counted(*this, contacts.counted());
    } else {
      detail::update_all(*this, contacts, field);
    }
  }

  constexpr basic_fcr& merge(const basic_fcr& other) {
    basic_fcr next = *this;
    detail::adopt(next.rule_, other.rule_, name());
    next.resolved_.merge(other.resolved_);
    next.failed_.merge(other.failed_);
    next.pending_.merge(other.pending_);
    next.unresolved_.merge(other.unresolved_);
    next.unknown_.merge(other.unknown_);
    next.left_out_.merge(other.left_out_);
    return *this = next;
  }
  constexpr basic_fcr fresh() const { return basic_fcr(rule_); }

  constexpr estimate result(confidence_level level = {}) const {
    estimate_parts parts = detail::share_parts<Interval>(resolved_, failed_, level);
    parts.name = name();
    parts.convention = convention();
    parts.direction = direction;
    parts.pending = pending_.observations();
    parts.excluded.add("not resolved", unresolved_.observations());
    parts.excluded.add("unknown customer", unknown_.observations());
    parts.excluded.add("bad row, left out", left_out_.observations());
    return estimate(parts);
  }

  friend constexpr bool operator==(const basic_fcr&, const basic_fcr&) = default;
  constexpr void serialize(auto& archive) {
    archive(resolved_), archive(failed_), archive(pending_), archive(unresolved_);
    archive(unknown_), archive(left_out_);
  }
  /// For archives: false for a state that no contacts lead to.
  constexpr bool possible() const noexcept { return !Maturity::keeps || pending_ == count(); }

 private:
  constexpr count& cell_of(const contact_fact& contact) noexcept {
    if (!contact.known_customer()) return contact.left_out() ? left_out_ : unknown_;
    if (!contact.anchored()) return unresolved_;
    if (!Maturity::keeps && !contact.mature()) return pending_;
    return contact.repeated() || contact.failed() ? failed_ : resolved_;
  }

  contact_rule rule_;
  count resolved_;
  count failed_;
  count pending_;
  count unresolved_;
  count unknown_;
  count left_out_;
};

/// Groups linked contacts by who took them, who is charged with what comes back:
/// `by<int>(credited_agent, fcr{})`. Takes records with a member `agent` as well, so that a card of
/// linked contacts beside surveys and checks is grouped by one key: `by<int>(credited_agent,
/// card)`.
struct credit_agent {
  template <class Event>
    requires requires(const Event& e) { e.agent(); } || requires(const Event& e) { e.agent; }
  constexpr decltype(auto) operator()(const Event& event) const {
    if constexpr (requires { event.agent(); }) {
      return event.agent();
    } else {
      return (event.agent);
    }
  }
  friend constexpr bool operator==(credit_agent, credit_agent) = default;
};
inline constexpr credit_agent credited_agent{};
/// By who resolved them.
struct credit_resolver {
  constexpr decltype(auto) operator()(const auto& contact) const { return contact.resolver(); }
  friend constexpr bool operator==(credit_resolver, credit_resolver) = default;
};
inline constexpr credit_resolver credited_resolver{};

}  // namespace crmetrics
