#include <crmetrics/core/error.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>

namespace {

namespace crm = crmetrics;

TEST(problem_list, text_has_row_field_value_and_reason) {
  crm::problem_list list;
  list.add({"score", 3, "11", "outside 0 to 10"});
  EXPECT_EQ(list.text(), "1 problem\n  row 3: score: value \"11\": outside 0 to 10");
  list.add({"bands", 0, "", "the lowest must start at 0"});
  EXPECT_EQ(list.text(),
            "2 problems\n  row 3: score: value \"11\": outside 0 to 10\n"
            "  bands: the lowest must start at 0");
}

TEST(problem_list, keeps_the_first_hundred_and_counts_all) {
  crm::problem_list list;
  for (std::uint64_t row = 1; row <= 250; ++row) list.add({"f", row, "v", "r"});
  EXPECT_EQ(list.total(), 250u);
  EXPECT_EQ(list.end() - list.begin(), 100);
  EXPECT_EQ((list.end() - 1)->row, 100u);
  EXPECT_NE(list.text().find("\n  and 150 more"), std::string::npos);

  crm::problem_list both;
  both.add({"g", 0, "", "first"});
  both.add(list);
  EXPECT_EQ(both.total(), 251u);
  EXPECT_EQ(both.end() - both.begin(), 100);
  EXPECT_EQ(both.begin()->reason, "first");
}

TEST(problem_list, copies_and_moves) {
  crm::problem_list list;
  for (std::uint64_t row = 1; row <= 120; ++row) list.add({"f", row, "v", "r"});
  const crm::problem_list copy = list;
  EXPECT_EQ(copy.text(), list.text());
  crm::problem_list moved = std::move(list);
  EXPECT_EQ(moved.text(), copy.text());
  crm::problem_list assigned;
  assigned.add({"old", 0, "", "goes"});
  assigned = copy;
  EXPECT_EQ(assigned.text(), copy.text());
  assigned = std::move(moved);
  EXPECT_EQ(assigned.total(), 120u);
  const crm::problem_list& itself = assigned;
  assigned = itself;
  EXPECT_EQ(assigned.total(), 120u);
}

TEST(problem_list, throws_only_where_there_is_a_problem) {
  crm::problem_list list;
  EXPECT_NO_THROW(list.throw_if_any());
  list.add({"f", 1, "v", "r"});
  try {
    list.throw_if_any();
    FAIL() << "did not throw";
  } catch (const crm::bad_input& e) {
    EXPECT_EQ(e.problems().total(), 1u);
    EXPECT_EQ(e.what(), list.text());
  }
}

TEST(error, everything_that_is_thrown_has_one_base) {
  const auto caught = [](const auto& thrown) {
    try {
      throw thrown;
    } catch (const crm::error& e) {
      return std::string(e.what());
    }
  };
  EXPECT_EQ(caught(crm::invalid_setting("a")), "a");
  EXPECT_EQ(caught(crm::definition_mismatch("b")), "b");
  EXPECT_EQ(caught(crm::no_value("c")), "c");
  EXPECT_EQ(caught(crm::overflow("d")), "d");
  EXPECT_EQ(caught(crm::bad_input(crm::problem{"f", 0, "", "r"})), "1 problem\n  f: r");
}

}  // namespace
