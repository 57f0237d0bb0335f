#pragma once

#include <crmetrics/derive/subscriptions.hpp>
#include <crmetrics/time/calendar.hpp>

#include <cstdint>
#include <vector>

// A ledger of our own, small enough to work every figure out by hand. Money is in cents.
namespace subscription_rows {

struct row {
  int customer = 0;
  int month = 1;  // of 2025; 0 is December 2024
  int day = 1;
  std::int64_t level = 0;

  crmetrics::instant at() const {
    return month == 0 ? crmetrics::start_of({2024, 12, static_cast<unsigned>(day)})
                      : crmetrics::start_of(
                            {2025, static_cast<unsigned>(month), static_cast<unsigned>(day)});
  }
};

// June 2025. Active on 1 June: 1, 2, 3, 4, 5 with 100.00, 50.00, 80.00, 20.00, 30.00 = 280.00.
//   1 stays; 2 goes up to 75.00; 3 goes down to 60.00 and up to 70.00; 4 leaves on the 5th;
//   5 leaves on the 10th and returns on the 20th with 30.00; 6 had left in May and returns on the
//   15th with 40.00; 7 is new on the 3rd with 10.00 and leaves on the 25th; 8 is new on the 30th
//   with 90.00; 9 had left in March; 10 comes in July.
inline const std::vector<row> rows{
    {1, 1, 1, 10'000}, {2, 2, 1, 5'000}, {3, 3, 1, 8'000}, {4, 0, 31, 2'000}, {5, 5, 31, 3'000},
    {6, 4, 1, 4'500},  {6, 5, 1, 0},     {9, 1, 1, 7'000}, {9, 3, 1, 0},      {2, 6, 1, 7'500},
    {3, 6, 2, 6'000},  {3, 6, 9, 7'000}, {4, 6, 5, 0},     {5, 6, 10, 0},     {5, 6, 20, 3'000},
    {6, 6, 15, 4'000}, {7, 6, 3, 1'000}, {7, 6, 25, 0},    {8, 6, 30, 9'000}, {1, 7, 1, 0},
    {10, 7, 1, 9'900},
};

inline auto ledger() {
  return crmetrics::read_ledger(
      rows,
      crmetrics::ledger_fields{.customer = &row::customer, .at = &row::at, .level = &row::level});
}
inline crmetrics::period june() { return crmetrics::calendar_month(2025, 6); }

}  // namespace subscription_rows
