#include <crmetrics/accumulators/mean.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/combinators/where.hpp>
#include <crmetrics/io/text.hpp>
#include <crmetrics/metrics/csat.hpp>
#include <crmetrics/metrics/error_rate.hpp>
#include <crmetrics/metrics/handle_time.hpp>
#include <crmetrics/metrics/nps.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <sstream>

namespace {

namespace crm = crmetrics;

template <class M>
M fed(M m, std::uint64_t yes, std::uint64_t trials) {
  m.update(crm::successes_of{yes, trials});
  return m;
}

TEST(text, an_estimate_on_one_line_with_interval_n_and_definition) {
  crm::nps nps;
  // 20 detractors, 30 passives, 50 promoters: 0.3, adjusted Wald .140511 .442013 (R package NPS).
  nps.update(3, {20}), nps.update(7, {30}), nps.update(10, {50}), nps.update(std::nullopt);
  EXPECT_EQ(crm::to_text(nps.result()),
            "NPS 30.0 [14.1, 44.2] (95 % adjusted Wald, n = 100; scale 0-10, promoters 9-10, "
            "passives 7-8, detractors 0-6; 1 missing)");
  std::ostringstream out;
  out << nps.result(crm::confidence_level{.9});
  EXPECT_NE(out.str().find("(90 % adjusted Wald"), std::string::npos);
}

TEST(text, rounds_once_and_half_away_from_zero) {
  crm::nps nps;
  // 7 promoters, 2 detractors of 12: 41.666.. is 41.7, not 58 - 17 = 41.
  nps.update(9, {7}), nps.update(8, {3}), nps.update(1, {2});
  EXPECT_EQ(crm::value_text(nps.result()), "41.7");
  EXPECT_EQ(crm::value_text(fed(crm::proportion{}, 1, 16).result()), "6.3 %") << "6.25 exactly";
  EXPECT_EQ(crm::value_text(fed(crm::proportion{}, 1, 3).result()), "33.3 %");
  crm::nps bad;
  bad.update(0, {1}), bad.update(8, {15});
  EXPECT_EQ(crm::value_text(bad.result()), "-6.3") << "-6.25 exactly";
  crm::nps zero;
  zero.update(8);
  EXPECT_EQ(crm::value_text(zero.result()), "0.0");
}

TEST(text, small_shares_show_two_decimals) {
  EXPECT_EQ(crm::value_text(fed(crm::error_rate{}, 2, 300).result()), "0.67 %");
  EXPECT_EQ(crm::value_text(fed(crm::error_rate{}, 0, 300).result()), "0.0 %");
  EXPECT_EQ(crm::value_text(fed(crm::error_rate{}, 2, 100).result()), "2.0 %");
}

TEST(text, no_data_is_words_not_a_number) {
  EXPECT_EQ(crm::to_text(crm::csat{}.result()), "CSAT no data (n = 0; share of 4-5, scale 1-5)");
}

TEST(text, exclusions_invalid_and_units) {
  struct call {
    bool handled;
    double seconds;
  };
  auto m = crm::where(&call::handled, crm::on(&call::seconds, crm::handle_time{}), "not handled");
  m.update(call{true, 3.25});
  m.update(call{false, 9});
  EXPECT_EQ(crm::to_text(m.result()),
            "handle time 3.3 s (n = 1; mean time of a handled segment, without: not handled; 1 "
            "excluded: not handled)");
  crm::mean mean;
  mean.update(-0.001);
  EXPECT_EQ(crm::value_text(mean.result()), "0.00") << "never -0.00";
  mean.update(1e300);
  EXPECT_EQ(crm::value_text(mean.result()).size(), 303u) << "the longest numbers fit";
}

}  // namespace
