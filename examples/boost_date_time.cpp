// Times of Boost.Date_Time in the records: read from text, put into months, averaged as spans.
#include <crmetrics/adapters/boost_date_time.hpp>
#include <crmetrics/adapters/boost_date_time_text.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/combinators/over.hpp>
#include <crmetrics/combinators/together.hpp>
#include <crmetrics/combinators/window.hpp>
#include <crmetrics/io/text.hpp>
#include <crmetrics/metrics/csat.hpp>
#include <crmetrics/metrics/handle_time.hpp>

#include <cstdlib>
#include <iostream>
#include <tuple>
#include <vector>

namespace crm = crmetrics;
namespace posix = boost::posix_time;

struct call {
  posix::ptime opened;
  posix::time_duration talk;
  int rating;
};

posix::ptime at(const char* text) { return crm::to_ptime(crm::instant_from_text(text, "opened")); }

int main() {
  const std::vector<call> calls = {
      {at("2025-01-31 09:12:58"), posix::minutes(5), 5},
      {at("2025-01-31 23:59:59"), posix::seconds(90), 2},
      {at("2025-02-01 00:00:00"), posix::not_a_date_time, 4},  // talk time unknown: missing
      {at("2025-02-14 12:00:00"), posix::minutes(4), 5},
  };

  auto monthly =
      crm::over(crm::calendar_months{}, crm::from_boost(&call::opened),
                crm::together(crm::on(&call::rating, crm::csat{}),
                              crm::on(crm::from_boost(&call::talk), crm::handle_time{})));
  monthly.update_many(calls);

  for (const auto& [month, results] : monthly.result()) {
    const auto& [csat, talk] = results;
    std::cout << "month " << crm::to_ptime(month.from()).date().month().as_number() << ": " << csat
              << "\n  talk: " << talk << '\n';
  }

  const auto february = monthly.within(crm::calendar_month(boost::gregorian::date(2025, 2, 1)));
  const auto [csat, talk] = february.result();
  const auto whole = std::get<1>(monthly.total().result());
  const bool good = monthly.size() == 2 && csat.value() == 1 && csat.n() == 2 &&
                    talk.value() == 240 && talk.missing() == 1 && whole.value() == 210;

  // Text that is no time is refused with field and value, whatever Boost would make of it.
  try {
    static_cast<void>(at("2025-02-30 25:61:00"));
    return EXIT_FAILURE;
  } catch (const crm::bad_input& refused) {
    std::cout << refused.what() << '\n';
  }
  return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
