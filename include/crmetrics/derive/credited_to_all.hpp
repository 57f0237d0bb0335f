#pragma once

#include <crmetrics/derive/contact_fact.hpp>
#include <crmetrics/derive/detail/keys.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <ranges>
#include <type_traits>
#include <utility>
#include <vector>

namespace crmetrics {

/// One contact as one of those who took part in it has it.
template <class Agent>
class credited_contact : public contact_fact {
 public:
  credited_contact(const contact_fact& fact, Agent agent)
      : contact_fact(fact), agent_(std::move(agent)) {}

  /// Whose it is here.
  const Agent& agent() const noexcept { return agent_; }

 private:
  Agent agent_;
};

/// Linked contacts credited to everybody who took part: one element for each person and contact,
/// `by<int>(credited_agent, fcr{}).update_many(credited_to_all(linked, &call::hands))`. The people
/// are a function of a contact that gives a range; who is named twice counts once, who is unknown
/// (missing, empty) not at all.
///
/// The groups add up to more than the contacts: the team's figure comes from `linked` itself, not
/// from the groups' total. O(sum of people^2) time, O(sum of people) memory.
template <class Linked, class People>
auto credited_to_all(const Linked& linked, const People& people) {
  using range = decltype(std::invoke(people, linked[0].contact()));
  using agent = std::remove_cvref_t<std::ranges::range_reference_t<range>>;
  std::vector<credited_contact<agent>> out;
  out.reserve(linked.size());
  for (const auto& contact : linked) {
    const std::size_t first = out.size();
    for (const agent& who : std::invoke(people, contact.contact())) {
      if (detail::is_unknown_key(who)) continue;
      const auto is_it = [&](const auto& c) { return c.agent() == who; };
      if (std::any_of(out.begin() + static_cast<std::ptrdiff_t>(first), out.end(), is_it)) continue;
      out.emplace_back(contact, who);
    }
  }
  return out;
}
/// The same where those who took part are the agent and the resolver.
template <class Linked>
auto credited_to_all(const Linked& linked) {
  using agent = std::remove_cvref_t<decltype(linked[0].agent())>;
  std::vector<credited_contact<agent>> out;
  out.reserve(linked.size());
  for (const auto& contact : linked) {
    const agent taker = contact.agent();
    const agent resolver = contact.resolver();
    if (!detail::is_unknown_key(taker)) out.emplace_back(contact, taker);
    if (!detail::is_unknown_key(resolver) && !(resolver == taker)) {
      out.emplace_back(contact, resolver);
    }
  }
  return out;
}

}  // namespace crmetrics
