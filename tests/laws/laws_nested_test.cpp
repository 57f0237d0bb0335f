#include <crmetrics/accumulators/mean.hpp>
#include <crmetrics/accumulators/occurrences.hpp>
#include <crmetrics/combinators/by.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/combinators/over.hpp>
#include <crmetrics/combinators/together.hpp>
#include <crmetrics/combinators/where.hpp>
#include <crmetrics/metrics/csat.hpp>
#include <crmetrics/metrics/error_rate.hpp>
#include <crmetrics/metrics/given.hpp>
#include <crmetrics/metrics/handle_time.hpp>
#include <crmetrics/scorecard/scorecard.hpp>

#include "laws/contact.hpp"
#include "laws/events.hpp"
#include "laws/metric_laws.hpp"

// Combinators in one another, and the scorecard, which is one of them.
namespace crmetrics::laws {
namespace {

struct of_contacts {
  static contact event(const draw& d) { return contact_of(d); }
};

struct by_over_where_together : of_contacts {
  static constexpr const char* name = "by_over_where_together";
  static constexpr double scale = real_scale;
  static auto make() {
    return by(&contact::agent,
              over(calendar_months(3), &contact::at,
                   together(where(&contact::handled, on(&contact::value, mean{}), "not handled"),
                            on(&contact::rating, csat{}))));
  }
};
struct over_by_by : of_contacts {
  static constexpr const char* name = "over_by_by";
  static constexpr bool empty_is_a_value = true;  // 0 occurrences
  static auto make() {
    return over(tumbling(hours{36}, instant{12'345}), &contact::at,
                by(&contact::team, by(&contact::agent, on(&contact::failed, occurrences{}))));
  }
};

auto exact_card() {
  return make_scorecard(
             group("quality", 3, component("csat", on(&contact::rating, csat{}), linear{.2, .9}, 2),
                   component("errors", on(&contact::failed, error_rate{}), linear{.5, 0}, 1)
                       .at_least(3)),
             component("speed", on(&contact::seconds, handle_time{}), linear{1e5, 1e4}, 2)
                 .corrected_by("rework", scaled{.1, .6, .5}),
             corrector("rework", on(&contact::failed, error_rate{})).at_least(2),
             bonus("ideas", on(&contact::handled, occurrences{}), {.points = .5, .at_most = 3}),
             veto("compliance", on(&contact::failed, error_rate{}), above{.75}, cap{40})
                 .at_least(4))
      .graded({{"A", 75}, {"B", 40}, {"C", 0}});
}
struct card : of_contacts {
  static constexpr const char* name = "scorecard";
  static constexpr bool counts = false;
  static auto make() { return exact_card(); }
};
struct where_card : of_contacts {
  static constexpr const char* name = "where_scorecard";
  static constexpr bool counts = false;
  static auto make() { return where(&contact::handled, exact_card(), "not handled"); }
};
struct card_up_to_rounding : of_contacts {
  static constexpr const char* name = "scorecard_up_to_rounding";
  static constexpr bool counts = false;
  static constexpr double scale = real_scale;
  static auto make() {
    return make_scorecard(
        component("reported", on(&contact::reported, given{}), linear{0, 100}, 1),
        component("value", on(&contact::value, mean{}), linear{0, real_scale}, 2),
        component("inner",
                  make_scorecard(component("csat", on(&contact::rating, csat{}), linear{0, 1}, 1)),
                  1));
  }
};
struct by_agent_card : of_contacts {
  static constexpr const char* name = "by_scorecard";
  static constexpr bool counts = false;
  static auto make() { return by(&contact::agent, exact_card()); }
};
struct over_by_card : of_contacts {
  static constexpr const char* name = "over_by_scorecard";
  static constexpr bool counts = false;
  static auto make() {
    return over(calendar_months(12), &contact::at, by(&contact::team, exact_card()));
  }
};

[[maybe_unused]] const bool entered =
    enter_all<by_over_where_together, over_by_by, card, where_card, card_up_to_rounding,
              by_agent_card, over_by_card>();

}  // namespace
}  // namespace crmetrics::laws
