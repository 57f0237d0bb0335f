#include <crmetrics/core/decimal.hpp>
#include <crmetrics/core/estimate.hpp>
#include <crmetrics/scorecard/veto_rules.hpp>

#include <compare>
#include <cstdint>
#include <optional>

// Counts against thresholds, as integers. Compiling is the test.
namespace {

namespace crm = crmetrics;
using crm::decimal;
using crm::exact_ratio;

constexpr bool reaches(std::int64_t x, std::int64_t n, double target) {
  return exact_ratio{x, n}.compare(target) >= 0;
}
constexpr bool meets_exactly(std::int64_t x, std::int64_t n, double target) {
  return exact_ratio{x, n}.compare(target) == 0;
}

static_assert(meets_exactly(171, 180, .95), "95 % of 180 is 171: a hit");
static_assert(!reaches(170, 180, .95) && reaches(172, 180, .95));
static_assert(meets_exactly(1, 200, .005), "half a per cent is not above half a per cent");
static_assert(meets_exactly(7, 100, .07), "in doubles 0.07 x 100 is more than 7");
static_assert(.07 * 100 > 7);
static_assert(meets_exactly(93, 100, .93), "in doubles 1 - 7 / 100 is less than 0.93");
static_assert(1 - 7.0 / 100 < .93);
static_assert(meets_exactly(29, 100, .29) && meets_exactly(57, 100, .57));
static_assert(meets_exactly(3, 10, .1 + .2) == false, "0.1 + 0.2 is 0.30000000000000004");
static_assert(exact_ratio{3, 10}.compare(.1 + .2) < 0);
static_assert(meets_exactly(-3, 10, -.3) && meets_exactly(0, 7, 0) && meets_exactly(0, 7, -0.0));
static_assert(meets_exactly(INT64_MAX, INT64_MAX, 1));
static_assert(exact_ratio{INT64_MAX - 1, INT64_MAX}.compare(1) < 0,
              "one short of all is short, though both round to the same double");
static_assert(exact_ratio{1, 3}.compare(1.0 / 3) == 0, "a computed threshold: in doubles");
static_assert(exact_ratio{1, 3}.compare(.333333333) > 0);
static_assert(exact_ratio{5, 4}.compare(1e300) < 0 && exact_ratio{5, 4}.compare(-1e300) > 0);
static_assert(exact_ratio{0, 9}.compare(1e-300) < 0);

static_assert(decimal::of(.005) == decimal{5, 3} && decimal::of(.005)->places == 3);
static_assert(decimal::of(.95)->digits == 95 && decimal::of(.95)->places == 2);
static_assert(decimal::of(1200)->digits == 1200 && decimal::of(1200)->places == 0);
static_assert(decimal::of(-2.5)->digits == -25 && decimal::of(-2.5)->places == 1);
static_assert(decimal::of(59.9) == decimal{599, 1});
static_assert(decimal::of(1e-15) == decimal{1, 15});
static_assert(decimal{5, 1} == decimal{50, 2} && !(decimal{5, 1} == decimal{5, 2}));
static_assert(!decimal::of(1.0 / 3) && !decimal::of(1e-16) && !decimal::of(1e17));
static_assert(decimal{5, 3}.to_double() == .005 && decimal{-25, 1}.to_double() == -2.5);

static_assert(!exact_ratio{}.known() && exact_ratio{0, 1}.known());
static_assert(exact_ratio{1, 8}.value() == .125);

// The same through an estimate and the trigger of a veto.
constexpr crm::estimate errors(std::int64_t x, std::int64_t n) {
  crm::estimate_parts parts;
  parts.status = crm::status::ok;
  parts.exact = {x, n};
  parts.value = parts.exact.value();
  return crm::estimate(parts);
}
static_assert(!crm::above{.005}.fires(errors(1, 200)) && crm::above{.005}.fires(errors(2, 399)));
static_assert(!crm::below{.95}.fires(errors(171, 180)) && crm::below{.95}.fires(errors(170, 180)));

}  // namespace
