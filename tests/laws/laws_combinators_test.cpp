#include <crmetrics/accumulators/mean.hpp>
#include <crmetrics/combinators/by.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/combinators/over.hpp>
#include <crmetrics/combinators/then.hpp>
#include <crmetrics/combinators/together.hpp>
#include <crmetrics/combinators/where.hpp>
#include <crmetrics/intervals/net_score.hpp>
#include <crmetrics/metrics/csat.hpp>
#include <crmetrics/metrics/error_rate.hpp>
#include <crmetrics/metrics/handle_time.hpp>
#include <crmetrics/metrics/nps.hpp>
#include <crmetrics/time/instant.hpp>

#include "laws/contact.hpp"
#include "laws/events.hpp"
#include "laws/metric_laws.hpp"

#include <optional>
#include <string>
#include <tuple>

// Combinators, each alone.
namespace crmetrics::laws {
namespace {

struct on_a_member : of_contacts {
  static constexpr const char* name = "on_member";
  static auto make() { return on(&contact::rating, csat{}); }
};
struct on_a_lambda : of_contacts {
  static constexpr const char* name = "on_lambda";
  static constexpr double scale = 1e3 * real_scale;
  static auto make() {
    return on([](const contact& c) { return c.value ? std::optional(*c.value * 1e3) : c.value; },
              mean{});
  }
};
struct where_handled : of_contacts {
  static constexpr const char* name = "where";
  static auto make() {
    return where(&contact::handled, on(&contact::seconds, handle_time{}), "not handled");
  }
};
struct where_in_where : of_contacts {
  static constexpr const char* name = "where_where";
  static auto make() {
    return where([](const contact& c) { return c.desk > 2; },
                 where(&contact::handled, on(&contact::rating, csat{}), "not handled"),
                 "other desk");
  }
};

struct where_together : of_contacts {
  static constexpr const char* name = "where_together";
  static auto make() {
    return where(&contact::handled,
                 together(on(&contact::rating, csat{}), on(&contact::seconds, handle_time{})),
                 "not handled");
  }
};
struct where_by : of_contacts {
  static constexpr const char* name = "where_by";
  static auto make() {
    return where(&contact::handled, by(&contact::agent, on(&contact::rating, csat{})),
                 "not handled");
  }
};

struct by_member : of_contacts {
  static constexpr const char* name = "by_optional_key";
  static auto make() { return by(&contact::agent, on(&contact::rating, csat{})); }
};
struct by_function : of_contacts {
  static constexpr const char* name = "by_member_function";
  static auto make() {
    return by(
        &contact::handled_by,
        on(&contact::score, basic_nps<scale_0_10, net_score, missing::skip, invalid::count>{}));
  }
};
struct by_text : of_contacts {
  static constexpr const char* name = "by_text";
  static constexpr double scale = real_scale;
  static auto make() { return by(&contact::team, on(&contact::value, mean{})); }
};
struct by_dense : of_contacts {
  static constexpr const char* name = "by_dense_ids_unknown_refused";
  static auto make() { return by(&contact::desk, on(&contact::rating, csat{}), dense_ids(9)); }
};
struct by_dense_counted : of_contacts {
  static constexpr const char* name = "by_dense_ids_unknown_counted";
  static auto make() {
    return by(&contact::desk, on(&contact::rating, csat{}), dense_ids(5, unknown_key::count));
  }
};
struct by_roster : of_contacts {
  static constexpr const char* name = "by_roster_unknown_counted";
  static auto make() {
    return by(&contact::agent, on(&contact::failed, error_rate{}),
              roster<int>({3, 1, 2}, unknown_key::count));
  }
};
struct by_roster_refused : of_contacts {
  static constexpr const char* name = "by_roster_unknown_refused";
  static auto make() {
    return by(&contact::team, on(&contact::failed, error_rate{}),
              roster<std::string>({"", "x", "xx"}));
  }
};

struct over_months : of_contacts {
  static constexpr const char* name = "over_months";
  static auto make() { return over(calendar_months(), &contact::at, on(&contact::rating, csat{})); }
};
struct over_weeks : of_contacts {
  static constexpr const char* name = "over_weeks";
  static constexpr double scale = real_scale;
  static auto make() { return over(iso_weeks(), &contact::at, on(&contact::value, mean{})); }
};

struct together_three : of_contacts {
  static constexpr const char* name = "together";
  static auto make() {
    return together(on(&contact::rating, csat{}), on(&contact::seconds, handle_time{}),
                    by(&contact::desk, on(&contact::failed, error_rate{}),
                       roster<int>({1, 2}, unknown_key::count)));
  }
};

struct spread {
  double operator()(const std::tuple<estimate, estimate>& results) const {
    const auto& [a, b] = results;
    return a.has_value() && b.has_value() ? a.value() - b.value() : -2;
  }
};
struct then_of_together : of_contacts {
  static constexpr const char* name = "then";
  static constexpr bool counts = false;
  static auto make() {
    return then(together(on(&contact::rating, csat{}), on(&contact::failed, error_rate{})),
                spread{});
  }
};

[[maybe_unused]] const bool entered =
    enter_all<on_a_member, on_a_lambda, where_handled, where_in_where, where_together, where_by,
              by_member, by_function, by_text, by_dense, by_dense_counted, by_roster,
              by_roster_refused, over_months, over_weeks, together_three, then_of_together>();

}  // namespace
}  // namespace crmetrics::laws
