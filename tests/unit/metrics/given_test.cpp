#include <crmetrics/metrics/given.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

namespace {

namespace crm = crmetrics;

// (60 x 4.5 + 30 x 4.2) / 90; sqrt((60 x 0.1)^2 + (30 x 0.2)^2) / 90.
TEST(given, figures_are_pooled_by_their_n) {
  crm::given given;
  given.update(crm::figure{4.5, 60, .1});
  given.update(crm::figure{4.2, 30, .2});
  const crm::estimate e = given.result();
  EXPECT_NEAR(e.value(), 4.4, 1e-14);
  EXPECT_EQ(e.n(), 90u);
  EXPECT_NEAR(*e.standard_error(), .09428090415820632, 1e-16);
  EXPECT_NEAR(e.interval()->low, 4.215212823420043, 1e-14);
  EXPECT_NEAR(e.interval()->high, 4.584787176579957, 1e-14);
  EXPECT_EQ(e.method(), "normal, given standard error");
  EXPECT_EQ(e.direction(), crm::direction::neutral);
}

TEST(given, one_figure_comes_out_as_it_went_in) {
  crm::given given;
  given.update(crm::figure{0.1, 3});
  EXPECT_EQ(given.result().value(), 0.1);
  EXPECT_EQ(given.result().n(), 3u);
  EXPECT_FALSE(given.result().interval().has_value()) << "nobody gave a standard error";
  EXPECT_EQ(given.result().method(), "given, no standard error");
}

TEST(given, without_one_of_the_errors_there_is_no_interval) {
  crm::given given;
  given.update(crm::figure{1, 10, .5});
  EXPECT_TRUE(given.result().interval().has_value());
  given.update(crm::figure{2, 10});
  EXPECT_FALSE(given.result().interval().has_value());
  EXPECT_EQ(given.result().value(), 1.5);
}

TEST(given, missing_figures_are_counted) {
  crm::given given;
  given.update_many(std::vector<std::optional<crm::figure>>{std::nullopt, crm::figure{5, 2}});
  EXPECT_EQ(given.result().missing(), 1u);
  EXPECT_EQ(given.result().value(), 5);
  EXPECT_EQ(crm::given{}.result().status(), crm::status::no_data);
}

TEST(given, every_problem_of_a_figure_is_named) {
  crm::given given;
  given.update(crm::figure{1, 1});
  const crm::given before = given;
  try {
    given.update_many(
        std::vector<crm::figure>{{2, 2}, {std::nan(""), 0, -.5}, {3, 3, std::nan("")}});
    FAIL() << "accepted";
  } catch (const crm::bad_input& e) {
    EXPECT_STREQ(e.what(),
                 "4 problems\n"
                 "  row 2: value: value \"nan\": not finite\n"
                 "  row 2: n: value \"0\": a figure needs the n behind it, at least 1\n"
                 "  row 2: standard error: value \"-0.5\": must be finite and not negative\n"
                 "  row 3: standard error: value \"nan\": must be finite and not negative");
  }
  EXPECT_EQ(given, before);
}

TEST(given, values_at_both_ends_of_double_do_not_become_infinite) {
  crm::given given;
  const double most = std::numeric_limits<double>::max();
  given.update(crm::figure{most, 1});
  given.update(crm::figure{-most, 1});
  EXPECT_EQ(given.result().value(), 0);
  crm::given wide;  // an error whose square leaves double is no error that could be shown
  wide.update(crm::figure{1, 10, 1e200});
  EXPECT_FALSE(wide.result().interval().has_value());
  EXPECT_FALSE(wide.result().standard_error().has_value());
}

TEST(given, more_than_64_bits_of_n_throw) {
  crm::given given;
  given.update(crm::figure{1, UINT64_MAX});
  const crm::given before = given;
  EXPECT_THROW(given.update(crm::figure{1, 1}), crm::overflow);
  EXPECT_EQ(given, before);
}

}  // namespace
