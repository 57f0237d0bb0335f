#include <crmetrics/accumulators/rate.hpp>
#include <crmetrics/accumulators/ratio.hpp>
#include <crmetrics/crmetrics.hpp>

#include <cstdint>
#include <type_traits>

// Sizes, layout, exactness, and how both pass through combinators. Compiling is the test.
namespace {

namespace crm = crmetrics;
using crm::merge_exactness;
using crm::shard_constraint;

// Hot counters: the state without the two counts of what was left out.
constexpr std::size_t left_out = 2 * sizeof(std::uint64_t);
static_assert(sizeof(crm::nps) - left_out == 24);
static_assert(sizeof(crm::proportion) - left_out == 16);
static_assert(sizeof(crm::csat) - left_out == 40, "one count a point");
static_assert(sizeof(crm::share_within) - left_out == 24, "the limit and two counts");

template <class... Ms>
inline constexpr bool at_most_64_bytes = ((sizeof(Ms) <= 64) && ...);
static_assert(at_most_64_bytes<crm::nps, crm::csat, crm::proportion, crm::error_rate,
                               crm::occurrences, crm::share_within, crm::given>);

template <class... Ms>
inline constexpr bool all_trivially_copyable = (std::is_trivially_copyable_v<Ms> && ...);
static_assert(
    all_trivially_copyable<crm::nps, crm::csat, crm::proportion, crm::error_rate, crm::occurrences,
                           crm::share_within, crm::given, crm::mean, crm::integer_mean,
                           crm::duration, crm::handle_time, crm::ratio, crm::rate, crm::estimate>);

struct survey {
  int agent = 0;
  int rating = 1;
  bool kept = true;
  crm::instant at;
  crm::figure reported;
};
using csat_of_survey = decltype(crm::on(&survey::rating, crm::csat{}));
static_assert(sizeof(decltype(crm::on([](const survey& s) { return s.rating; }, crm::csat{}))) ==
                  sizeof(crm::csat),
              "a captureless projection takes no room");
static_assert(std::is_trivially_copyable_v<csat_of_survey>);

// Settings are in the type or in the state: nothing is default-made by accident.
static_assert(std::is_default_constructible_v<crm::nps>);
static_assert(!std::is_default_constructible_v<crm::share_within>, "there is no usual limit");

template <class M>
constexpr bool exact(const M&) {
  return M::exactness == merge_exactness::exact;
}
using sampled = crm::basic_proportion<crm::share_of_successes, crm::wilson, crm::missing::skip,
                                      crm::invalid::reject, crm::weighted_count>;
static_assert(exact(crm::nps{}) && exact(crm::csat{}) && exact(crm::proportion{}));
static_assert(exact(crm::handle_time{}) && exact(crm::integer_mean{}) && exact(crm::ratio{}));
static_assert(exact(crm::rate{}) && exact(crm::share_within(crm::seconds{30})));
static_assert(!exact(crm::mean{}) && !exact(crm::given{}) && !exact(sampled{}));

// A metric of linked events stands in for those to come.
template <shard_constraint Sharding, merge_exactness Exactness>
struct linked {
  static constexpr merge_exactness exactness = Exactness;
  static constexpr shard_constraint sharding = Sharding;
  static constexpr std::string_view name() { return "linked"; }
  static constexpr crm::convention_text convention() { return "linked"; }
  void update(const survey&) {}
  template <class Range>
  void update_many(const Range&, std::string_view = {}) {}
  linked& merge(const linked&) { return *this; }
  linked fresh() const { return {}; }
  crm::estimate result(crm::confidence_level = {}) const { return {}; }
  friend bool operator==(const linked&, const linked&) = default;
};
using loose = linked<shard_constraint::any, merge_exactness::exact>;
using entity = linked<shard_constraint::by_entity, merge_exactness::exact>;
using gapless = linked<shard_constraint::time_contiguous, merge_exactness::up_to_rounding>;
static_assert(crm::metric<loose, survey> && crm::metric<entity, survey>);

template <class M>
inline constexpr bool is_entity =
    M::sharding == shard_constraint::by_entity && M::exactness == merge_exactness::exact;
template <class M>
inline constexpr bool is_gapless = M::sharding == shard_constraint::time_contiguous &&
                                   M::exactness == merge_exactness::up_to_rounding;
constexpr auto itself = [](const survey& s) { return s; };

static_assert(is_entity<decltype(crm::on(itself, entity{}))>);
static_assert(is_entity<decltype(crm::where(&survey::kept, entity{}))>);
static_assert(is_entity<decltype(crm::by(&survey::agent, entity{}))>);
static_assert(is_entity<decltype(crm::over(crm::calendar_days(), &survey::at, entity{}))>);
static_assert(is_entity<decltype(crm::together(loose{}, entity{}))>);
static_assert(is_entity<decltype(crm::then(entity{}, [](const crm::estimate& e) { return e; }))>);
static_assert(is_gapless<decltype(crm::together(gapless{}, entity{}, loose{}))>,
              "the strictest of the constraints, the worst exactness");
static_assert(is_gapless<decltype(crm::by(&survey::agent,
                                          crm::on(itself, crm::together(entity{}, gapless{}))))>);

using card = decltype(crm::make_scorecard(
    crm::component("csat", csat_of_survey(&survey::rating, {}), crm::linear{0, 1}, 1),
    crm::group("g", 1, crm::component("linked", entity{}, crm::linear{0, 1}, 1)),
    crm::veto("v", loose{}, crm::above{1}, crm::cap{0})));
static_assert(is_entity<card>);
static_assert(crm::metric<card, survey> && !crm::observes<card, int>);
using rounding_card = decltype(crm::make_scorecard(
    crm::component("g", crm::on(&survey::reported, crm::given{}), crm::linear{0, 1}, 1)));
static_assert(rounding_card::exactness == merge_exactness::up_to_rounding);
static_assert(rounding_card::sharding == shard_constraint::any);

// States are usable at compile time.
constexpr crm::nps answers = [] {
  crm::nps nps;
  for (int score : {10, 9, 8, 6}) nps.update(score);
  nps.update(std::nullopt);
  nps.update(7, crm::frequency_weight{3});
  return nps;
}();
static_assert(answers.promoters().observations() == 2 && answers.passives().observations() == 4);
static_assert(answers.detractors().observations() == 1);
static_assert((answers + answers).passives().observations() == 8);
static_assert(answers.fresh() == crm::nps{} && answers != crm::nps{});

}  // namespace
