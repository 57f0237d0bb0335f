#include <crmetrics/intervals/wald.hpp>
#include <crmetrics/metrics/fcr_counted.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <optional>
#include <string>
#include <vector>

namespace {

namespace crm = crmetrics;
using fcr_fewer_than_two = crm::basic_fcr_counted<crm::fewer_than_two_replies>;

static_assert(sizeof(crm::fcr_no_reopen) <= 64);
static_assert(crm::metric<crm::fcr_no_reopen, int>);
static_assert(crm::metric<crm::fcr_one_touch, std::optional<long>>);

template <class Metric>
crm::estimate of(const std::vector<int>& counts) {
  Metric m;
  m.update_many(counts);
  return m.result();
}

// One log, four definitions; the English and the German help page of one vendor say "fewer than
// two replies" and "exactly one", which differ where a ticket was solved without a reply.
TEST(fcr_counted, the_kinds_differ_on_the_same_counts) {
  const std::vector<int> counts{0, 0, 0, 1, 1, 2, 3, 1, 1, 1};
  EXPECT_EQ(of<crm::fcr_no_reopen>(counts).exact(), (crm::exact_ratio{3, 10}));
  EXPECT_EQ(of<crm::fcr_one_touch>(counts).exact(), (crm::exact_ratio{5, 10}));
  EXPECT_EQ(of<fcr_fewer_than_two>(counts).exact(), (crm::exact_ratio{8, 10}));
  EXPECT_EQ(of<crm::fcr_no_follow_up>(counts).exact(), (crm::exact_ratio{3, 10}));
}

TEST(fcr_counted, the_kind_is_in_the_result) {
  const std::vector<int> one{1};
  EXPECT_EQ(of<crm::fcr_no_reopen>(one).convention(), "resolved and never reopened");
  EXPECT_EQ(of<crm::fcr_one_touch>(one).convention(), "resolved with exactly one reply");
  EXPECT_EQ(of<fcr_fewer_than_two>(one).convention(), "resolved with fewer than 2 replies");
  EXPECT_EQ(of<crm::fcr_no_follow_up>(one).convention(),
            "resolved without a further customer message");
  const crm::estimate e = of<crm::fcr_one_touch>({1, 1, 0, 2});
  EXPECT_EQ(e.name(), "FCR");
  EXPECT_EQ(e.method(), "Wilson");
  EXPECT_EQ(e.unit(), crm::unit::fraction);
  EXPECT_EQ(e.direction(), crm::direction::higher_is_better);
  EXPECT_EQ(e.value(), .5);
  EXPECT_NEAR(*e.standard_error(), .25, 1e-16);
  EXPECT_EQ((crm::basic_fcr_counted<crm::one_reply, crm::wald>{}.result().method()), "Wald");
}

TEST(fcr_counted, no_data_is_a_status) {
  crm::fcr_one_touch m;
  EXPECT_EQ(m.result().status(), crm::status::no_data);
  m.update(std::nullopt);
  m.update(std::nan(""));
  EXPECT_EQ(m.result().status(), crm::status::no_data);
  EXPECT_EQ(m.result().missing(), 2u);
}

TEST(fcr_counted, what_is_no_count_is_refused_with_all_rows) {
  crm::fcr_no_reopen m;
  m.update(0);
  const crm::fcr_no_reopen before = m;
  try {
    m.update_many(std::vector<double>{0, -1, 2, .5, std::nan("")}, "reopens");
    FAIL() << "accepted";
  } catch (const crm::bad_input& e) {
    EXPECT_STREQ(e.what(),
                 "2 problems\n"
                 "  row 2: reopens: value \"-1\": not a count\n"
                 "  row 4: reopens: value \"0.5\": not a count");
  }
  EXPECT_EQ(m, before);
  EXPECT_THROW(m.update(-1), crm::bad_input);
  EXPECT_EQ(m, before);
}

TEST(fcr_counted, policies) {
  crm::basic_fcr_counted<crm::never_reopened, crm::wilson, crm::missing::reject> strict;
  EXPECT_THROW(strict.update(std::nullopt), crm::bad_input);
  crm::basic_fcr_counted<crm::never_reopened, crm::wilson, crm::missing::skip, crm::invalid::count>
      counting;
  counting.update_many(std::vector<double>{0, -1, .5, 3});
  counting.update(-7, crm::frequency_weight{4});
  EXPECT_EQ(counting.result().invalid(), 6u);
  EXPECT_EQ(counting.result().exact(), (crm::exact_ratio{1, 2}));
}

TEST(fcr_counted, weights_and_merging) {
  crm::fcr_one_touch a;
  a.update(1, crm::frequency_weight{3});
  a.update(0);
  crm::fcr_one_touch b;
  for (const int replies : {1, 1, 1, 0}) b.update(replies);
  EXPECT_EQ(a, b);
  a.merge(b);
  EXPECT_EQ(a.result().exact(), (crm::exact_ratio{6, 8}));
  EXPECT_EQ(a.fresh(), crm::fcr_one_touch{});

  a.update(2, crm::frequency_weight{INT64_MAX - 2});
  const crm::fcr_one_touch before = a;
  EXPECT_THROW(a.merge(before), crm::overflow);
  EXPECT_EQ(a, before);
}

}  // namespace
