#include <crmetrics/accumulators/mean.hpp>
#include <crmetrics/accumulators/occurrences.hpp>
#include <crmetrics/combinators/bootstrap.hpp>
#include <crmetrics/combinators/by.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/combinators/together.hpp>
#include <crmetrics/combinators/where.hpp>
#include <crmetrics/metrics/csat.hpp>
#include <crmetrics/metrics/error_rate.hpp>
#include <crmetrics/metrics/handle_time.hpp>
#include <crmetrics/scorecard/scorecard.hpp>

#include "laws/contact.hpp"
#include "laws/events.hpp"
#include "laws/metric_laws.hpp"

// The bootstrap around a metric, a bundle and a card, and below `by`.
namespace crmetrics::laws {
namespace {

constexpr resampling few{.replicates = 20, .seed = 5};

struct bootstrap_of : of_contacts {
  // Percentiles of replicates need not hold what was measured.
  static constexpr bool holds_value = false;
};

struct bootstrap_csat : bootstrap_of {
  static constexpr const char* name = "bootstrap";
  static auto make() { return bootstrap(&contact::desk, on(&contact::rating, csat{}), few); }
};
struct bootstrap_unknown : bootstrap_of {
  static constexpr const char* name = "bootstrap_some_without_customer";
  static auto make() { return bootstrap(&contact::agent, on(&contact::failed, error_rate{}), few); }
};
struct bootstrap_mean : bootstrap_of {
  static constexpr const char* name = "bootstrap_up_to_rounding";
  static constexpr double scale = real_scale;
  static auto make() { return bootstrap(&contact::desk, on(&contact::value, mean{}), few); }
};
struct bootstrap_bundle : bootstrap_of {
  static constexpr const char* name = "bootstrap_together";
  static auto make() {
    return bootstrap(&contact::desk,
                     together(on(&contact::rating, csat{}), on(&contact::seconds, handle_time{})),
                     few);
  }
};
struct where_by_bootstrap : bootstrap_of {
  static constexpr const char* name = "where_by_bootstrap";
  static auto make() {
    return where(&contact::handled,
                 by(&contact::agent, bootstrap(&contact::desk, on(&contact::rating, csat{}), few)),
                 "not handled");
  }
};
struct bootstrap_card : bootstrap_of {
  static constexpr const char* name = "bootstrap_scorecard";
  static constexpr bool counts = false;
  static auto make() {
    return bootstrap(
        &contact::desk,
        make_scorecard(
            component("csat", on(&contact::rating, csat{}), linear{.2, .9}, 2).at_least(2),
            component("speed", on(&contact::seconds, handle_time{}), linear{1e5, 1e4}, 1),
            bonus("ideas", on(&contact::handled, occurrences{}), {.points = .5, .at_most = 3}),
            veto("compliance", on(&contact::failed, error_rate{}), above{.75}, cap{40}))
            .graded({{"A", 75}, {"B", 40}, {"C", 0}}),
        few);
  }
};

[[maybe_unused]] const bool entered =
    enter_all<bootstrap_csat, bootstrap_unknown, bootstrap_mean, bootstrap_bundle,
              where_by_bootstrap, bootstrap_card>();

}  // namespace
}  // namespace crmetrics::laws
