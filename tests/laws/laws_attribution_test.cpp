#include <crmetrics/combinators/by.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/metrics/csat.hpp>
#include <crmetrics/metrics/handle_time.hpp>
#include <crmetrics/scorecard/attribution.hpp>

#include "laws/contact.hpp"
#include "laws/events.hpp"
#include "laws/metric_laws.hpp"

// Events left out by cause.
namespace crmetrics::laws {
namespace {

auto excused() {
  return attributed(on(&contact::rating, csat{}),
                    cause("not handled", [](const contact& c) { return !c.handled; }),
                    cause("low desks", [](const contact& c) { return c.desk <= 2; }));
}

struct attributed_csat : of_contacts {
  static constexpr const char* name = "attributed";
  static auto make() { return excused(); }
};
struct attributed_by_agent : of_contacts {
  static constexpr const char* name = "attributed_by";
  static auto make() { return by(&contact::agent, excused()); }
};

[[maybe_unused]] const bool entered = enter_all<attributed_csat, attributed_by_agent>();

}  // namespace
}  // namespace crmetrics::laws
