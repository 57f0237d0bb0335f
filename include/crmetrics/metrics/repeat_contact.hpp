#pragma once

#include <crmetrics/accumulators/count.hpp>
#include <crmetrics/concepts.hpp>
#include <crmetrics/core/estimate.hpp>
#include <crmetrics/core/weight.hpp>
#include <crmetrics/derive/contact_fact.hpp>
#include <crmetrics/detail/bulk.hpp>
#include <crmetrics/detail/share.hpp>
#include <crmetrics/fwd.hpp>
#include <crmetrics/intervals/wilson.hpp>

#include <cstdint>
#include <string_view>

namespace crmetrics {

/// What the repeat-contact rate makes of contacts less than a window after the observation began,
/// which may follow contacts that nobody knows of.
struct any_look_back {  ///< counted as far as known, as reports do: slightly too low
  static constexpr bool needs_all = false;
  static constexpr std::string_view name = "";
};
struct full_look_back {  ///< excluded under a cause; the first window serves only for matching
  static constexpr bool needs_all = true;
  static constexpr std::string_view name = ", with full look-back";
};

/// Repeat-contact rate: the share of contacts that follow an earlier one of the same customer
/// (about the same issue, where one is given) within the window, from opening to opening.
///
/// Observes what `link_contacts` gives; whether windows begin at the resolution or the opening
/// makes no difference here. A contact counts against the agent who took it; to charge the one
/// before, take 1 - FCR with windows from the opening. Contacts of unknown customers are excluded.
/// n is all contacts of known customers. Of two opened at the same instant neither repeats the
/// other unless the rule says so; both repeat what came before. Interval: Wilson unless named
/// otherwise.
///
/// Once linked, any split merges, exactly. O(1) a contact. Lower is better.
template <class LookBack, class Interval>
class basic_repeat_contact {
 public:
  using weight_type = frequency_weight;
  static constexpr merge_exactness exactness = merge_exactness::exact;
  static constexpr shard_constraint sharding = shard_constraint::any;
  static constexpr crmetrics::unit unit = crmetrics::unit::fraction;
  static constexpr crmetrics::direction direction = crmetrics::direction::lower_is_better;

  constexpr basic_repeat_contact() = default;
  /// Takes only contacts that were linked by this rule.
  constexpr explicit basic_repeat_contact(const contact_rule& rule) : rule_(rule.of_openings()) {}

  static constexpr std::string_view name() { return "repeat contact"; }
  constexpr convention_text convention() const {
    convention_text text("contacts that follow an earlier one");
    if (!rule_.known()) return text.append(" by the rule of linking").append(LookBack::name);
    text.append(" ");
    rule_.describe_window(text);
    return text.append(LookBack::name);
  }
  constexpr const contact_rule& rule() const noexcept { return rule_; }

  /// @throws definition_mismatch where the contact was linked by another rule
  constexpr void update(const contact_fact& contact, weight_type w = {}) {
    const contact_rule rule = contact.rule().of_openings();
    if (!(rule == rule_)) [[unlikely]]
      detail::adopt(rule_, rule, name());
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

  constexpr basic_repeat_contact& merge(const basic_repeat_contact& other) {
    basic_repeat_contact next = *this;
    detail::adopt(next.rule_, other.rule_, name());
    next.repeats_.merge(other.repeats_);
    next.firsts_.merge(other.firsts_);
    next.short_look_backs_.merge(other.short_look_backs_);
    next.unknown_.merge(other.unknown_);
    next.left_out_.merge(other.left_out_);
    return *this = next;
  }
  constexpr basic_repeat_contact fresh() const { return basic_repeat_contact(rule_); }

  constexpr estimate result(confidence_level level = {}) const {
    estimate_parts parts = detail::share_parts<Interval>(repeats_, firsts_, level);
    parts.name = name();
    parts.convention = convention();
    parts.direction = direction;
    parts.excluded.add("short look-back", short_look_backs_.observations());
    parts.excluded.add("unknown customer", unknown_.observations());
    parts.excluded.add("bad row, left out", left_out_.observations());
    return estimate(parts);
  }

  friend constexpr bool operator==(const basic_repeat_contact&,
                                   const basic_repeat_contact&) = default;
  constexpr void serialize(auto& archive) {
    archive(repeats_), archive(firsts_), archive(short_look_backs_);
    archive(unknown_), archive(left_out_);
  }
  /// For archives: false for a state that no contacts lead to.
  constexpr bool possible() const noexcept {
    return LookBack::needs_all || short_look_backs_ == count();
  }

 private:
  constexpr count& cell_of(const contact_fact& contact) noexcept {
    if (!contact.known_customer()) return contact.left_out() ? left_out_ : unknown_;
    if (LookBack::needs_all && contact.short_look_back()) return short_look_backs_;
    return contact.follows() ? repeats_ : firsts_;
  }

  contact_rule rule_;
  count repeats_;
  count firsts_;
  count short_look_backs_;
  count unknown_;
  count left_out_;
};

}  // namespace crmetrics
