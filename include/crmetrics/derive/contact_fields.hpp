#pragma once

#include <crmetrics/derive/roles.hpp>

namespace crmetrics {

/// Who plays which role in the user's contacts:
///
///     contact_fields{.customer = &call::caller, .opened = &call::start, .resolved = &call::end,
///                    .issue = &call::topic, .agent = &call::agent}
///
/// customer  who made contact: a whole number, an enumerator or a text, or an optional one; an
///           empty optional and an empty text are an unknown customer
/// opened    when: an `instant`, or whatever `to_instant` takes; a missing one is a bad row
/// resolved  when it was resolved, or std::nullopt; needed where windows begin there
/// issue     what about: like customer, but missing and empty ones are about the same unnamed
///           thing; without the role, whatever the customer calls about is a repeat
/// related   instead of an issue: a function of two contacts, the earlier one first, that says
///           whether the later one is about the same
/// agent     who took it: the one who is to be credited
/// resolver  who resolved it
/// failed    true where it was not resolved at the first contact for another reason (reopened,
///           handed on), for definitions of FCR that ask for both
template <class Customer = no_role, class Opened = no_role, class Resolved = no_role,
          class Issue = no_role, class Related = no_role, class Agent = no_role,
          class Resolver = no_role, class Failed = no_role>
struct contact_fields {
  [[no_unique_address]] Customer customer = {};
  [[no_unique_address]] Opened opened = {};
  [[no_unique_address]] Resolved resolved = {};
  [[no_unique_address]] Issue issue = {};
  [[no_unique_address]] Related related = {};
  [[no_unique_address]] Agent agent = {};
  [[no_unique_address]] Resolver resolver = {};
  [[no_unique_address]] Failed failed = {};

  static constexpr bool has_customer = played_role<Customer>;
  static constexpr bool has_opened = played_role<Opened>;
  static constexpr bool has_resolved = played_role<Resolved>;
  static constexpr bool has_issue = played_role<Issue>;
  static constexpr bool has_related = played_role<Related>;
  static constexpr bool has_agent = played_role<Agent>;
  static constexpr bool has_resolver = played_role<Resolver>;
  static constexpr bool has_failed = played_role<Failed>;
  static constexpr bool of_columns = column_role<Customer>;

  static_assert(has_customer,
                "crmetrics: contact_fields: .customer is missing: who made contact (a pointer to a "
                "member, a function of a row, or a column)");
  static_assert(has_opened,
                "crmetrics: contact_fields: .opened is missing: when the contact began (a pointer "
                "to a member, a function of a row, or a column)");
  template <class Role>
  static constexpr bool fits = !played_role<Role> || column_role<Role> == of_columns;
  static_assert(fits<Opened> && fits<Resolved> && fits<Issue> && fits<Agent> && fits<Resolver> &&
                    fits<Failed>,
                "crmetrics: contact_fields: either every role is played by a column, or none");
  static_assert(!(has_issue && has_related),
                "crmetrics: contact_fields: .issue and .related exclude each other: give one");
};

namespace detail {

/// @throws bad_input naming each column of another length than the first
template <class... Roles>
std::size_t rows_of(const contact_fields<Roles...>& f) {
  row_count count;
  count.look_at("customer", f.customer);
  count.look_at("opened", f.opened);
  count.look_at("resolved", f.resolved);
  count.look_at("issue", f.issue);
  count.look_at("agent", f.agent);
  count.look_at("resolver", f.resolver);
  count.look_at("failed", f.failed);
  return count.rows();
}

}  // namespace detail
}  // namespace crmetrics
