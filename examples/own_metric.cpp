// A metric of your own: satisfy the concept, and it groups, merges and enters scorecards like the
// rest. Here: the longest wait, which has no interval but an n and a definition.

#include <crmetrics/combinators/by.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/concepts.hpp>
#include <crmetrics/io/text.hpp>

#include <algorithm>
#include <cstdint>
#include <iostream>
#include <vector>

namespace crm = crmetrics;

class longest_wait {
 public:
  static constexpr auto exactness = crm::merge_exactness::exact;
  static constexpr auto sharding = crm::shard_constraint::any;

  static constexpr std::string_view name() { return "longest wait"; }
  static constexpr crm::convention_text convention() { return "maximum of the observed waits"; }

  void update(std::int64_t seconds) {
    if (seconds < 0) {
      throw crm::bad_input({"wait", 0, std::to_string(seconds), "negative"});
    }
    longest_ = std::max(longest_, seconds);
    ++n_;
  }
  longest_wait& merge(const longest_wait& other) {
    longest_ = std::max(longest_, other.longest_);
    n_ += other.n_;
    return *this;
  }
  longest_wait fresh() const { return {}; }

  crm::estimate result(crm::confidence_level level = {}) const {
    crm::estimate_parts parts;
    parts.name = name();
    parts.convention = convention();
    parts.unit = crm::unit::second;
    parts.direction = crm::direction::lower_is_better;
    parts.level = level;
    parts.n = n_;
    if (n_ != 0) {
      parts.status = crm::status::ok;
      parts.value = static_cast<double>(longest_);
      parts.exact = {longest_, 1};
    }
    return crm::estimate(parts);
  }
  friend bool operator==(const longest_wait&, const longest_wait&) = default;

 private:
  std::int64_t longest_ = 0;
  std::uint64_t n_ = 0;
};
static_assert(crm::metric<longest_wait, std::int64_t>);

struct call {
  int agent;
  std::int64_t waited;
};

int main() {
  auto by_agent = crm::by(&call::agent, crm::on(&call::waited, longest_wait{}));
  by_agent.update_many(std::vector<call>{{1, 20}, {2, 95}, {1, 70}, {2, 4}});
  for (const auto& [agent, wait] : by_agent.result()) std::cout << agent << ": " << wait << "\n";
  std::cout << "all: " << by_agent.total().result() << "\n";
  return by_agent.total().result().value() == 95 ? 0 : 1;
}
