#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace crmetrics::workload {

// Times are whole seconds held as microseconds since the epoch (UTC), spans are microseconds, days
// are counted from the epoch, money is in minor units. Ids count from 1; 0 is never used.

/// The three teams; key accounts have a team of their own.
enum class team_kind : std::uint8_t { key_accounts, east, west };
inline constexpr std::size_t team_count = 3;

enum class channel_kind : std::uint8_t { phone, email, chat, web };
inline constexpr std::size_t channel_count = 4;

/// What a contact is about: a coarse category, as a service desk keeps it.
enum class topic_kind : std::uint8_t {
  billing,
  delivery,
  product_fault,
  account,
  returns,
  contract,
  how_to,
  other
};
inline constexpr std::size_t topic_count = 8;

constexpr std::string_view to_string(team_kind team) noexcept {
  switch (team) {
    case team_kind::key_accounts:
      return "Key accounts";
    case team_kind::east:
      return "Service East";
    case team_kind::west:
      return "Service West";
  }
  return "?";
}

constexpr std::string_view to_string(channel_kind channel) noexcept {
  switch (channel) {
    case channel_kind::phone:
      return "phone";
    case channel_kind::email:
      return "email";
    case channel_kind::chat:
      return "chat";
    case channel_kind::web:
      return "web";
  }
  return "?";
}

constexpr std::string_view to_string(topic_kind topic) noexcept {
  switch (topic) {
    case topic_kind::billing:
      return "billing";
    case topic_kind::delivery:
      return "delivery";
    case topic_kind::product_fault:
      return "product fault";
    case topic_kind::account:
      return "account";
    case topic_kind::returns:
      return "returns";
    case topic_kind::contract:
      return "contract";
    case topic_kind::how_to:
      return "how to";
    case topic_kind::other:
      return "other";
  }
  return "?";
}

/// A member of staff.
struct agent {
  std::uint32_t id = 0;
  std::string name;
  team_kind team = team_kind::east;
  std::int32_t joined_day = 0;

  friend bool operator==(const agent&, const agent&) = default;
};

struct customer {
  std::uint32_t id = 0;
  bool key_account = false;
  team_kind team = team_kind::east;  ///< the team that answers this customer
  std::uint32_t owner = 0;           ///< the agent who looks after the account and its renewal
  std::int32_t since_day = 0;        ///< the day of the first purchase

  friend bool operator==(const customer&, const customer&) = default;
};

/// One contact of a customer with the desk, handled by one agent. Contacts are in the order they
/// were opened, and so are their ids.
struct contact {
  std::uint32_t id = 0;
  std::optional<std::uint32_t> customer;  ///< empty: the caller could not be identified
  std::uint32_t agent = 0;
  channel_kind channel = channel_kind::phone;
  topic_kind topic = topic_kind::other;
  std::uint32_t issue = 0;  ///< the case: a contact that comes back has the issue of the first
  std::optional<std::uint32_t> repeat_of;  ///< the contact that this one came back from
  std::int64_t opened = 0;
  std::optional<std::int64_t> first_response;  ///< empty: not yet at the end of observation
  std::optional<std::int64_t> resolved;        ///< empty: not yet at the end of observation
  std::optional<std::int64_t> handle_time;     ///< span; empty while there is no first response

  friend bool operator==(const contact&, const contact&) = default;
};

/// An answered survey on a contact. Either question may have been left out.
struct survey {
  std::uint32_t contact = 0;
  std::uint32_t agent = 0;
  std::int64_t answered = 0;
  std::optional<std::int32_t> csat;  ///< satisfaction, 1 to 5
  std::optional<std::int32_t> nps;   ///< would recommend, 0 to 10

  friend bool operator==(const survey&, const survey&) = default;
};

/// A quality review of one call by a supervisor.
struct review {
  std::uint32_t agent = 0;
  std::int64_t reviewed = 0;
  std::int32_t points = 0;  ///< 0 to 100

  friend bool operator==(const review&, const review&) = default;
};

/// One compliance check.
struct check {
  std::uint32_t agent = 0;
  std::int64_t checked = 0;
  bool failed = false;

  friend bool operator==(const check&, const check&) = default;
};

/// A written test: how many of the questions were right.
struct knowledge_test {
  std::uint32_t agent = 0;
  std::int32_t day = 0;
  std::int32_t correct = 0;
  std::int32_t questions = 0;

  friend bool operator==(const knowledge_test&, const knowledge_test&) = default;
};

/// A subscription that came up for its yearly renewal.
struct renewal {
  std::uint32_t customer = 0;
  std::uint32_t agent = 0;   ///< the owner of the account
  std::int32_t due_day = 0;  ///< the first day of a month
  bool renewed = false;
  std::int64_t amount = 0;  ///< a month, before the renewal

  friend bool operator==(const renewal&, const renewal&) = default;
};

/// One row of the subscription ledger: what a customer pays in a month. No row: not subscribed.
struct subscription {
  std::uint32_t customer = 0;
  std::int32_t month_day = 0;  ///< the first day of the month
  std::int64_t amount = 0;

  friend bool operator==(const subscription&, const subscription&) = default;
};

struct purchase {
  std::uint32_t customer = 0;
  std::int64_t bought = 0;
  std::int64_t amount = 0;

  friend bool operator==(const purchase&, const purchase&) = default;
};

}  // namespace crmetrics::workload
