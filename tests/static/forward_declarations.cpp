// fwd.hpp alone is enough to name a metric in an interface; the metric's header then completes the
// very same type, with the defaults that fwd.hpp wrote down.

#include <crmetrics/fwd.hpp>

#include <concepts>
#include <type_traits>

namespace {

template <class T>
concept complete = requires { sizeof(T); };

// What a user's own header would hold.
struct desk {
  const crmetrics::nps* recommend;
  const crmetrics::csat* satisfied;
  crmetrics::estimate (*report)(const crmetrics::handle_time&, crmetrics::confidence_level);
};
static_assert(!complete<crmetrics::estimate> && !complete<crmetrics::confidence_level>);

}  // namespace

#include <crmetrics/accumulators/duration.hpp>
#include <crmetrics/accumulators/proportion.hpp>
#include <crmetrics/intervals/adjusted_wald.hpp>
#include <crmetrics/intervals/wilson.hpp>
#include <crmetrics/metrics/csat.hpp>
#include <crmetrics/metrics/handle_time.hpp>
#include <crmetrics/metrics/nps.hpp>

namespace {

static_assert(std::is_default_constructible_v<crmetrics::nps>);
static_assert(std::same_as<
              decltype(desk::recommend),
              const crmetrics::basic_nps<crmetrics::scale_0_10, crmetrics::adjusted_wald,
                                         crmetrics::missing::skip, crmetrics::invalid::reject>*>);
static_assert(std::same_as<decltype(desk::satisfied),
                           const crmetrics::basic_csat<crmetrics::rating_scale<1, 5>,
                                                       crmetrics::top_box<2>, crmetrics::wilson>*>);
static_assert(std::same_as<decltype(crmetrics::handle_time{}.result()), crmetrics::estimate>);

}  // namespace
