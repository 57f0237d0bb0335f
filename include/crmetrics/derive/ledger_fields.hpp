#pragma once

#include <crmetrics/derive/roles.hpp>

namespace crmetrics {

/// Who plays which role in the user's subscription ledger:
///
///     ledger_fields{.customer = &row::account, .at = &row::date, .level = &row::mrr_after}
///
/// customer  whose level changed: a whole number, an enumerator, a text or anything with an order,
///           or an optional one; an empty optional and an empty text are an unknown customer
/// at        when: an `instant`, or whatever `to_instant` takes
/// level     what the customer pays a month after the event, in whole minor units; 0 is no customer
/// segment   what the customer's results are to be grouped by (plan, region, account manager), as
///           the row says; in a window counts what the last row before it says, or, of a customer
///           without one, the first row inside
template <class Customer = no_role, class At = no_role, class Level = no_role,
          class Segment = no_role>
struct ledger_fields {
  [[no_unique_address]] Customer customer = {};
  [[no_unique_address]] At at = {};
  [[no_unique_address]] Level level = {};
  [[no_unique_address]] Segment segment = {};

  static constexpr bool of_columns = column_role<Customer>;

  static_assert(played_role<Customer>,
                "crmetrics: ledger_fields: .customer is missing: whose level changed (a pointer to "
                "a member, a function of a row, or a column)");
  static_assert(played_role<At>,
                "crmetrics: ledger_fields: .at is missing: when the level changed (a pointer to a "
                "member, a function of a row, or a column)");
  static_assert(played_role<Level>,
                "crmetrics: ledger_fields: .level is missing: what the customer pays a month after "
                "the event (a pointer to a member, a function of a row, or a column)");
  static_assert(column_role<At> == of_columns && column_role<Level> == of_columns &&
                    (!played_role<Segment> || column_role<Segment> == of_columns),
                "crmetrics: ledger_fields: either every role is played by a column, or none");
};

}  // namespace crmetrics
