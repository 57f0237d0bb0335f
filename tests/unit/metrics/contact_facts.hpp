#pragma once

#include <crmetrics/derive/contact_fact.hpp>

#include <cstdint>

// Linked contacts without the linking, for tests of what is made of them.
namespace facts {

namespace crm = crmetrics;

inline constexpr crm::contact_rule week{.span = crm::days{7}};
inline constexpr crm::contact_rule month{.span = crm::days{30}};

constexpr crm::contact_fact make(unsigned flags, crm::contact_rule rule = week,
                                 std::int64_t span = -1, bool failed = false) {
  return {rule, static_cast<std::uint8_t>(flags), crm::time_span{span}, failed};
}

using crm::detail::anchored;
using crm::detail::at_the_same_time;
using crm::detail::follows;
using crm::detail::known_customer;
using crm::detail::mature;
using crm::detail::repeated;
using crm::detail::short_look_back;

inline constexpr unsigned unknown = 0;
inline constexpr unsigned open = known_customer;
inline constexpr unsigned recent = known_customer | anchored;
inline constexpr unsigned recent_repeated = recent | repeated;
inline constexpr unsigned kept = recent | mature;
inline constexpr unsigned came_back = kept | repeated;

}  // namespace facts
