#pragma once

#include <crmetrics/derive/roles.hpp>

namespace crmetrics {

/// Who plays which role in the user's purchases:
///
///     purchase_fields{.customer = &order::account, .at = &order::date, .amount = &order::margin}
///
/// customer  who bought: a whole number, an enumerator, a text or anything with an order, or an
///           optional one; an empty optional and an empty text are an unknown customer
/// at        when: an `instant`, or whatever `to_instant` takes
/// amount    revenue or margin, in whole minor units; negative for a refund
/// segment   what the customer's results are to be grouped by, as the customer's first row says
template <class Customer = no_role, class At = no_role, class Amount = no_role,
          class Segment = no_role>
struct purchase_fields {
  [[no_unique_address]] Customer customer = {};
  [[no_unique_address]] At at = {};
  [[no_unique_address]] Amount amount = {};
  [[no_unique_address]] Segment segment = {};

  static constexpr bool of_columns = column_role<Customer>;

  static_assert(played_role<Customer>,
                "crmetrics: purchase_fields: .customer is missing: who bought (a pointer to a "
                "member, a function of a row, or a column)");
  static_assert(played_role<At>,
                "crmetrics: purchase_fields: .at is missing: when it was bought (a pointer to a "
                "member, a function of a row, or a column)");
  static_assert(played_role<Amount>,
                "crmetrics: purchase_fields: .amount is missing: revenue or margin in minor units "
                "(a pointer to a member, a function of a row, or a column)");
  static_assert(column_role<At> == of_columns && column_role<Amount> == of_columns &&
                    (!played_role<Segment> || column_role<Segment> == of_columns),
                "crmetrics: purchase_fields: either every role is played by a column, or none");
};

}  // namespace crmetrics
