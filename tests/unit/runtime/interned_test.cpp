#include <crmetrics/runtime/interned.hpp>

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace {

namespace crm = crmetrics;

TEST(interned, keeps_each_text_once_and_beyond_its_owner) {
  crm::label first;
  {
    std::string text = "a name that is only known at run time";
    first = crm::interned(text);
    text.assign(text.size(), 'x');
  }
  EXPECT_EQ(first.view(), "a name that is only known at run time");
  const crm::label again = crm::interned(std::string("a name that is only known at run time"));
  EXPECT_EQ(first, again);
  EXPECT_EQ(first.view().data(), again.view().data()) << "one copy";
  EXPECT_NE(first, crm::interned("another"));
  EXPECT_EQ(crm::interned("literal"), crm::label("literal")) << "labels compare by their text";
}

TEST(interned, from_many_threads_at_once) {
  std::vector<std::vector<crm::label>> seen(4);
  {
    std::vector<std::jthread> threads;
    for (auto& labels : seen) {
      threads.emplace_back([&labels] {
        for (int i = 0; i != 500; ++i) labels.push_back(crm::interned("n" + std::to_string(i)));
      });
    }
  }
  for (const auto& labels : seen) {
    for (std::size_t i = 0; i != labels.size(); ++i) {
      EXPECT_EQ(labels[i].view(), "n" + std::to_string(i));
      EXPECT_EQ(labels[i].view().data(), seen[0][i].view().data());
    }
  }
}

}  // namespace
