#include <crmetrics/crmetrics.hpp>

#include <string_view>

// Names and conventions: what results say about themselves. Compiling is the test.
namespace {

namespace crm = crmetrics;

template <class M>
constexpr bool is(const M& metric, std::string_view name, std::string_view convention) {
  const crm::convention_text text = metric.convention();
  return metric.name() == name && text.view() == convention && text.fits();
}

static_assert(is(crm::nps{}, "NPS", "scale 0-10, promoters 9-10, passives 7-8, detractors 0-6"));
static_assert(is(crm::basic_nps<crm::scale_1_10, crm::wald, crm::missing::as_passive>{}, "NPS",
                 "scale 1-10, promoters 9-10, passives 7-8, detractors 1-6, missing as passive"));
static_assert(is(crm::csat{}, "CSAT", "share of 4-5, scale 1-5"));
static_assert(is(crm::basic_csat<crm::rating_scale<1, 5>, crm::top_box<1>>{}, "CSAT",
                 "share of 5, scale 1-5"));
static_assert(is(crm::basic_csat<crm::rating_scale<1, 10>, crm::mean_over_max>{}, "CSAT",
                 "mean / max, scale 1-10"));
static_assert(is(crm::basic_csat<crm::rating_scale<1, 5>, crm::good_of_rated<4, 2>>{}, "CSAT",
                 "good (4+) / (good + bad (to 2)), scale 1-5"));
static_assert(is(crm::basic_csat<crm::rating_scale<1, 5>, crm::net_satisfied<4, 2>, crm::wilson,
                                 crm::missing::reject, crm::invalid::count>{},
                 "CSAT",
                 "share of 4+ minus share to 2, scale 1-5, missing rejected, invalid counted"));
static_assert(is(crm::proportion{}, "proportion", "successes / observed"));
static_assert(is(crm::error_rate{}, "error rate", "errors / checked"));
static_assert(is(crm::handle_time{}, "handle time", "mean time of a handled segment"));
static_assert(is(crm::share_within(crm::seconds{30}), "share within limit", "within 30 s"));
static_assert(is(crm::share_within(crm::milliseconds{1'500}), "share within limit",
                 "within 1500000 us"));
static_assert(is(crm::given{}, "given figure", "measured elsewhere, pooled by n"));
static_assert(is(crm::on([](int x) { return x; }, crm::csat{}), "CSAT", "share of 4-5, scale 1-5"),
              "a projection changes no definition");
static_assert(is(crm::where([](int x) { return x > 0; }, crm::csat{}, "not rated"), "CSAT",
                 "share of 4-5, scale 1-5, without: not rated"));

static_assert(crm::nps::direction == crm::direction::higher_is_better);
static_assert(crm::error_rate::direction == crm::direction::lower_is_better);
static_assert(crm::handle_time::direction == crm::direction::lower_is_better);
static_assert(crm::nps::unit == crm::unit::net_fraction && crm::csat::unit == crm::unit::fraction);
static_assert(crm::handle_time::unit == crm::unit::second);
static_assert(crm::basic_csat<crm::rating_scale<1, 5>, crm::mean_rating>::unit ==
              crm::unit::points);

static_assert(crm::usual_top_box(3) == 1 && crm::usual_top_box(4) == 2);
static_assert(crm::usual_top_box(5) == 2 && crm::usual_top_box(7) == 2);
static_assert(crm::usual_top_box(10) == 3 && crm::usual_top_box(11) == 3);

static_assert(to_string(crm::status::insufficient_data) == "insufficient data");
static_assert(to_string(crm::unit::per_exposure) == "per unit of exposure");
static_assert(to_string(crm::direction::neutral) == "neutral");

}  // namespace
