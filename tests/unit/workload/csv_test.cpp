#include <crmetrics/core/error.hpp>
#include <crmetrics/io/csv.hpp>
#include <crmetrics/workload/csv.hpp>
#include <crmetrics/workload/service_desk.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace crmetrics::workload;

// Two builds may run their tests at the same time.
std::filesystem::path scratch_path() {
  return std::filesystem::temp_directory_path() /
         ("crmetrics_workload_" + std::to_string(std::random_device{}()));
}

constexpr std::int64_t second = 1'000'000;
constexpr std::int64_t new_year = 1'735'689'600 * second;  // 2025-01-01 00:00:00

TEST(workload_csv, agents_and_customers) {
  EXPECT_EQ(to_csv(std::vector<agent>{{1, "Ana", team_kind::key_accounts, 20'089},
                                      {2, "Ben", team_kind::east, 19'782}}),
            "id,name,team,joined\n"
            "1,Ana,Key accounts,2025-01-01\n"
            "2,Ben,Service East,2024-02-29\n");
  EXPECT_EQ(to_csv(std::vector<customer>{{7, true, team_kind::key_accounts, 1, 20'089}}),
            "id,key_account,team,owner,since\n"
            "7,1,Key accounts,1,2025-01-01\n");
}

TEST(workload_csv, contacts) {
  contact whole;
  whole.id = 2;
  whole.customer = 7;
  whole.agent = 1;
  whole.channel = channel_kind::email;
  whole.topic = topic_kind::product_fault;
  whole.issue = 5;
  whole.repeat_of = 1;
  whole.opened = new_year;
  whole.first_response = new_year + 61 * second;
  whole.resolved = new_year + 86'399 * second;
  whole.handle_time = 540 * second;
  contact bare;
  bare.id = 3;
  bare.agent = 2;
  bare.issue = 6;
  bare.opened = new_year + 86'400 * second;
  EXPECT_EQ(
      to_csv(std::vector<contact>{whole, bare}),
      "id,customer,agent,channel,topic,issue,repeat_of,opened,first_response,resolved,handle_s\n"
      "2,7,1,email,product fault,5,1,2025-01-01 00:00:00,2025-01-01 00:01:01,"
      "2025-01-01 23:59:59,540\n"
      "3,,2,phone,other,6,,2025-01-02 00:00:00,,,\n");
}

TEST(workload_csv, the_small_tables) {
  EXPECT_EQ(to_csv(std::vector<survey>{{2, 1, new_year, 4, std::nullopt},
                                       {3, 1, new_year, std::nullopt, 10}}),
            "contact,agent,answered,csat,nps\n"
            "2,1,2025-01-01 00:00:00,4,\n"
            "3,1,2025-01-01 00:00:00,,10\n");
  EXPECT_EQ(to_csv(std::vector<review>{{1, new_year, 88}}),
            "agent,reviewed,points\n1,2025-01-01 00:00:00,88\n");
  EXPECT_EQ(to_csv(std::vector<check>{{1, new_year, true}, {1, new_year, false}}),
            "agent,checked,failed\n1,2025-01-01 00:00:00,1\n1,2025-01-01 00:00:00,0\n");
  EXPECT_EQ(to_csv(std::vector<knowledge_test>{{1, 20'089, 31, 40}}),
            "agent,day,correct,questions\n1,2025-01-01,31,40\n");
  EXPECT_EQ(to_csv(std::vector<renewal>{{7, 1, 20'089, true, 5'900}}),
            "customer,agent,due,renewed,amount\n7,1,2025-01-01,1,5900\n");
  EXPECT_EQ(to_csv(std::vector<subscription>{{7, 20'089, 5'900}}),
            "customer,month,amount\n7,2025-01-01,5900\n");
  EXPECT_EQ(to_csv(std::vector<purchase>{{7, new_year, 12'345}}),
            "customer,bought,amount\n7,2025-01-01 00:00:00,12345\n");
  EXPECT_EQ(to_csv(std::vector<purchase>{}), "customer,bought,amount\n");
}

// What is written is read back by the library's own reader.
TEST(workload_csv, round_trip_through_files) {
  service_desk_settings s;
  s.agents = 8;
  s.customers = 300;
  s.issues = 1'000;
  const service_desk desk = generate(s);
  const auto folder = scratch_path();
  write_csv(desk, folder / "nested");
  const auto read = [&](const char* name) { return crmetrics::read_csv(folder / "nested" / name); };

  EXPECT_EQ(read("agents.csv").rows(), desk.agents.size());
  EXPECT_EQ(read("customers.csv").rows(), desk.customers.size());
  EXPECT_EQ(read("reviews.csv").rows(), desk.reviews.size());
  EXPECT_EQ(read("knowledge_tests.csv").rows(), desk.tests.size());
  EXPECT_EQ(read("renewals.csv").rows(), desk.renewals.size());
  EXPECT_EQ(read("subscriptions.csv").rows(), desk.subscriptions.size());
  EXPECT_EQ(read("agent_truth.csv").column<std::uint32_t>("repeat_ppm").at(2),
            desk.truth.agents.at(2).repeat_ppm);

  using crmetrics::csv_field;
  const auto surveys =
      read("surveys.csv")
          .rows_as<survey>(csv_field("contact", &survey::contact),
                           csv_field("agent", &survey::agent), csv_field("csat", &survey::csat),
                           csv_field("nps", &survey::nps));
  ASSERT_EQ(surveys.size(), desk.surveys.size());
  for (std::size_t i = 0; i != surveys.size(); ++i) {
    survey expected = desk.surveys[i];
    expected.answered = 0;  // no field for it above
    ASSERT_EQ(surveys[i], expected);
  }

  const auto contacts =
      read("contacts.csv")
          .rows_as<contact>(csv_field("id", &contact::id),
                            csv_field("customer", &contact::customer),
                            csv_field("repeat_of", &contact::repeat_of),
                            csv_field("handle_s", &contact::handle_time, [](std::string_view cell) {
                              return std::stoll(std::string(cell)) * second;
                            }));
  ASSERT_EQ(contacts.size(), desk.contacts.size());
  for (std::size_t i = 0; i != contacts.size(); ++i) {
    ASSERT_EQ(contacts[i].id, desk.contacts[i].id);
    ASSERT_EQ(contacts[i].customer, desk.contacts[i].customer);
    ASSERT_EQ(contacts[i].repeat_of, desk.contacts[i].repeat_of);
    ASSERT_EQ(contacts[i].handle_time, desk.contacts[i].handle_time);
  }

  const auto failed = read("checks.csv").column<bool>("failed");
  ASSERT_EQ(failed.size(), desk.checks.size());
  for (std::size_t i = 0; i != failed.size(); ++i) ASSERT_EQ(failed[i], desk.checks[i].failed);
  const auto amounts = read("purchases.csv").column<std::int64_t>("amount");
  ASSERT_EQ(amounts.size(), desk.purchases.size());
  for (std::size_t i = 0; i != amounts.size(); ++i) {
    ASSERT_EQ(amounts[i], desk.purchases[i].amount);
  }
  std::filesystem::remove_all(folder);
}

TEST(workload_csv, a_folder_that_cannot_be_made) {
  const auto file = scratch_path();
  std::ofstream(file) << "in the way";
  EXPECT_THROW(write_csv({}, file), crmetrics::error);
  EXPECT_THROW(write_csv({}, file / "below"), crmetrics::error);
  std::filesystem::remove(file);
}

}  // namespace
