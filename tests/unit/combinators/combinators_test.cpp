// on, where, by with its key tables, over with its windows, together, then.

#include <crmetrics/accumulators/mean.hpp>
#include <crmetrics/accumulators/proportion.hpp>
#include <crmetrics/combinators/by.hpp>
#include <crmetrics/combinators/key_table.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/combinators/over.hpp>
#include <crmetrics/combinators/then.hpp>
#include <crmetrics/combinators/together.hpp>
#include <crmetrics/combinators/where.hpp>
#include <crmetrics/combinators/window.hpp>
#include <crmetrics/metrics/csat.hpp>
#include <crmetrics/metrics/nps.hpp>
#include <crmetrics/metrics/share_within.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace {

namespace crm = crmetrics;

struct survey {
  std::optional<std::string> agent;
  int team = 0;
  std::optional<int> rating;
  std::optional<std::int64_t> at;
  bool fair = true;
  int doubled() const { return rating.value_or(1) * 2; }
};

const std::vector<survey> surveys{{"ann", 0, 5, 10},
                                  {"bob", 1, 2, 20},
                                  {"ann", 1, 3, 30},
                                  {std::nullopt, 0, 4, 40},
                                  {"bob", 1, std::nullopt, 50, false}};

template <class M>
M fed(M m) {
  m.update_many(surveys);
  return m;
}

TEST(on, members_member_functions_lambdas_and_pointers) {
  EXPECT_EQ(fed(crm::on(&survey::rating, crm::csat{})).result().exact(), (crm::exact_ratio{2, 4}));
  EXPECT_EQ(fed(crm::on(&survey::doubled, crm::mean{})).result().n(), 5u);
  EXPECT_EQ(fed(crm::on([](const survey& s) { return s.rating; }, crm::csat{})).result().n(), 4u);
  auto through_pointers = crm::on(&survey::rating, crm::csat{});
  through_pointers.update(std::make_unique<survey>(surveys[0]));
  EXPECT_EQ(through_pointers.result().n(), 1u);
}

TEST(on, different_projections_do_not_merge) {
  struct two {
    int a, b;
  };
  auto a = crm::on(&two::a, crm::nps{});
  const auto b = crm::on(&two::b, crm::nps{});
  EXPECT_NE(a, b);
  EXPECT_THROW(a.merge(b), crm::definition_mismatch);
}

TEST(where, counts_and_shows_what_it_leaves_out) {
  const auto m = fed(crm::where(&survey::fair, crm::on(&survey::rating, crm::csat{}), "unfair"));
  const crm::estimate e = m.result();
  EXPECT_EQ(e.n(), 4u);
  ASSERT_EQ(e.excluded().total(), 1u);
  EXPECT_EQ(e.excluded().begin()->cause.view(), "unfair");
  EXPECT_EQ(e.n() + e.missing() + e.excluded().total(), surveys.size());
  EXPECT_NE(std::string(e.convention()).find("without: unfair"), std::string::npos);

  auto other = crm::where(&survey::fair, crm::on(&survey::rating, crm::csat{}), "other cause");
  EXPECT_THROW(other.merge(m), crm::definition_mismatch);
}

TEST(by, groups_keep_the_settings_and_totals_reconcile) {
  struct call {
    int agent;
    double seconds;
  };
  auto m = crm::by(&call::agent, crm::on(&call::seconds, crm::share_within(crm::seconds{30})));
  m.update_many(std::vector<call>{{2, 30}, {1, 31}, {2, 5}});
  const auto r = m.result();
  ASSERT_EQ(r.size(), 2u);
  EXPECT_EQ(r.rows[0].key, 1);
  EXPECT_EQ(r.find(2)->exact(), (crm::exact_ratio{2, 2}));
  EXPECT_EQ(r.find(3), nullptr);
  EXPECT_EQ(m.total().result().exact(), (crm::exact_ratio{2, 3}));
}

TEST(by, events_without_a_key_have_a_cell_of_their_own) {
  const auto m = fed(crm::by(&survey::agent, crm::on(&survey::rating, crm::csat{})));
  const auto r = m.result();
  EXPECT_EQ(r.find("ann")->n(), 2u);
  EXPECT_EQ(r.find("bob")->missing(), 1u);
  EXPECT_EQ(r.unkeyed.n(), 1u);
  EXPECT_EQ(m.total().result().n(), 4u);
}

TEST(by, a_refused_event_leaves_no_group_behind) {
  auto m = crm::by(&survey::team, crm::on(&survey::rating, crm::csat{}));
  const auto before = m;
  EXPECT_THROW(m.update(survey{"x", 9, 17, 1}), crm::bad_input);
  EXPECT_EQ(m, before);
  EXPECT_EQ(m.size(), 0u);
}

TEST(by, update_many_takes_all_rows_or_none_and_names_each_bad_one) {
  auto m = fed(crm::by(&survey::team, crm::on(&survey::rating, crm::csat{})));
  const auto before = m;
  std::vector<survey> bad = surveys;
  bad[1].rating = 0;
  bad[3].rating = 6;
  try {
    m.update_many(bad, "rating");
    FAIL();
  } catch (const crm::bad_input& e) {
    EXPECT_STREQ(e.what(),
                 "2 problems\n"
                 "  row 2: rating: value \"0\": not a whole point of the scale\n"
                 "  row 4: rating: value \"6\": not a whole point of the scale");
  }
  EXPECT_EQ(m, before);
}

TEST(by, dense_ids_and_rosters_refuse_or_count_unknown_keys) {
  auto dense = crm::by(&survey::team, crm::on(&survey::rating, crm::csat{}), crm::dense_ids{2});
  dense.update_many(surveys);
  EXPECT_EQ(dense.result().rows[1].result.n(), 2u);
  EXPECT_THROW(dense.update(survey{"x", 2, 3, 1}), crm::bad_input);
  EXPECT_THROW(dense.update(survey{"x", -1, 3, 1}), crm::bad_input);
  EXPECT_THROW(
      dense.merge(crm::by(&survey::team, crm::on(&survey::rating, crm::csat{}), crm::dense_ids{3})),
      crm::definition_mismatch);

  auto counting = crm::by(&survey::team, crm::on(&survey::rating, crm::csat{}),
                          crm::dense_ids{1, crm::unknown_key::count});
  counting.update_many(surveys);
  EXPECT_EQ(counting.result().unknown, 3u);

  using names = crm::roster<std::string>;
  auto listed = crm::by(&survey::agent, crm::on(&survey::rating, crm::csat{}),
                        names({"zoe", "ann"}, crm::unknown_key::count));
  listed.update_many(surveys);
  const auto r = listed.result();
  ASSERT_EQ(r.size(), 2u);
  EXPECT_EQ(r.find("zoe")->status(), crm::status::no_data) << "listed, nothing seen: shown";
  EXPECT_EQ(r.unknown, 2u);
  auto strict = crm::by(&survey::agent, crm::on(&survey::rating, crm::csat{}), names({"ann"}));
  try {
    strict.update_many(surveys);
    FAIL();
  } catch (const crm::bad_input& e) {
    EXPECT_NE(std::string(e.what()).find("row 2: group key: value \"bob\""), std::string::npos);
  }
}

TEST(over, calendar_months_sliding_and_to_date) {
  const auto at = [](int month, int day) {
    return crm::start_of({2025, static_cast<unsigned>(month), static_cast<unsigned>(day)})
        .microseconds;
  };
  auto m = crm::over(crm::calendar_months{}, &survey::at, crm::on(&survey::rating, crm::csat{}));
  m.update_many(std::vector<survey>{{"a", 0, 5, at(1, 31)},
                                    {"a", 0, 1, at(2, 1)},
                                    {"a", 0, 1, at(4, 2)},
                                    {"a", 0, 4, std::nullopt}});
  const auto r = m.result();
  ASSERT_EQ(r.size(), 3u);
  EXPECT_EQ(r.rows[0].period, crm::calendar_month(2025, 1));
  EXPECT_EQ(r.untimed.n(), 1u);
  EXPECT_EQ(m.within(crm::calendar_quarter(2025, 1)).result().exact(), (crm::exact_ratio{1, 2}));
  EXPECT_EQ(m.last(3, {at(4, 30)}).result().exact(), (crm::exact_ratio{0, 2}));
  EXPECT_EQ(m.total().result().n(), 4u);

  auto weekly = crm::over(crm::iso_weeks(), &survey::at, crm::on(&survey::rating, crm::csat{}));
  weekly.update(survey{"a", 0, 5, at(1, 5)});  // a Sunday
  weekly.update(survey{"a", 0, 5, at(1, 6)});
  EXPECT_EQ(weekly.size(), 2u) << "ISO weeks begin on Monday";
  EXPECT_EQ(weekly.result().rows[1].period.from().microseconds, at(1, 6));
}

TEST(over, windows_refuse_what_they_cannot_do) {
  EXPECT_THROW(crm::tumbling(crm::seconds{0}), crm::invalid_setting);
  EXPECT_THROW(crm::calendar_months{5}, crm::invalid_setting);
  auto a = crm::over(crm::calendar_months{1}, &survey::at, crm::on(&survey::rating, crm::csat{}));
  const auto b =
      crm::over(crm::calendar_months{3}, &survey::at, crm::on(&survey::rating, crm::csat{}));
  EXPECT_THROW(a.merge(b), crm::definition_mismatch);
}

TEST(together, one_pass_all_or_none) {
  auto m = crm::together(crm::on(&survey::rating, crm::csat{}),
                         crm::on(&survey::rating, crm::basic_csat<crm::rating_scale<1, 4>>{}));
  const auto before = m;
  EXPECT_THROW(m.update(surveys[0]), crm::bad_input) << "5 is off the second scale";
  EXPECT_EQ(m, before) << "so the first has not taken it either";
  m.update(surveys[2]);
  const auto [five, four] = m.result();
  EXPECT_EQ(five.n(), 1u);
  EXPECT_EQ(four.n(), 1u);
}

TEST(then, sees_results_and_merges_states) {
  const auto doubled = [](const crm::estimate& e) { return 2 * e.value(); };
  auto a = crm::then(crm::on(&survey::rating, crm::mean{}), doubled);
  auto b = a;
  a.update(surveys[0]);
  b.update(surveys[1]);
  EXPECT_EQ(a.merge(b).result(), 7) << "2 x (5 + 2) / 2, not the mean of 10 and 4 by luck";
}

TEST(combinators, nest) {
  auto m =
      crm::by(&survey::team, crm::over(crm::calendar_days(), &survey::at,
                                       crm::together(crm::on(&survey::rating, crm::csat{}),
                                                     crm::on(&survey::fair, crm::proportion{}))));
  m.update_many(surveys);
  EXPECT_EQ(std::get<1>(m.find(1)->result().rows[0].result).exact(), (crm::exact_ratio{2, 3}));
}

}  // namespace
