#pragma once

#include <crmetrics/core/time_span.hpp>
#include <crmetrics/derive/contact_rule.hpp>
#include <crmetrics/derive/detail/contact_flags.hpp>

#include <cstdint>

namespace crmetrics {

/// What is known of one contact after linking: what FCR and the repeat-contact rate observe. What
/// is not known yet says so; nothing is guessed.
class contact_fact {
 public:
  constexpr contact_fact() = default;
  /// @param span from the anchor to the repeat; without one, how long the contact was watched
  constexpr contact_fact(const contact_rule& rule, std::uint8_t flags, time_span span, bool failed)
      : rule_(rule), span_(span), flags_(flags), failed_(failed) {}

  constexpr const contact_rule& rule() const noexcept { return rule_; }
  /// A row that cannot be, left out at the user's wish (`bad_contacts`): nothing is known of it.
  constexpr bool left_out() const noexcept { return has(detail::bad_row); }
  /// Of an unknown customer nothing else is known.
  constexpr bool known_customer() const noexcept { return has(detail::known_customer); }
  /// It has been resolved (with the anchor at the resolution; else always).
  constexpr bool anchored() const noexcept { return has(detail::anchored); }
  /// Its whole window was observed.
  constexpr bool mature() const noexcept { return has(detail::mature); }
  /// The same customer came back within the window, as far as observed.
  constexpr bool repeated() const noexcept { return has(detail::repeated); }
  /// It came within the window of an earlier contact.
  constexpr bool follows() const noexcept { return has(detail::follows); }
  /// Opened less than a window after the observation began: what it followed may be unknown.
  constexpr bool short_look_back() const noexcept { return has(detail::short_look_back); }
  /// An earlier row was opened at the same instant: a duplicate.
  constexpr bool simultaneous() const noexcept { return has(detail::at_the_same_time); }
  /// Marked by the `failed` role: not resolved at the first contact for another reason.
  constexpr bool failed() const noexcept { return failed_; }
  /// From the anchor to the repeat; without one, to the end of the window or of the observation.
  /// Negative where spans were not kept.
  constexpr time_span span() const noexcept { return span_; }

 private:
  constexpr bool has(detail::contact_flag flag) const noexcept { return (flags_ & flag) != 0; }

  contact_rule rule_;
  time_span span_{-1};
  std::uint8_t flags_ = 0;
  bool failed_ = false;
};

/// One customer after linking: what the share of customers with repeats observes.
struct customer_fact {
  contact_rule rule;
  std::uint64_t contacts = 0;
  std::uint64_t repeats = 0;  ///< contacts that follow an earlier one
};

/// Contacts of one customer (and issue) that each follow the one before.
struct contact_chain {
  contact_rule rule;
  std::uint64_t first_row = 0;
  std::uint64_t last_row = 0;
  std::uint64_t length = 0;
  bool closed = false;  ///< observed for a window after its last contact: it will not grow
};

}  // namespace crmetrics
