// Two machines count, the states travel as bytes, and the merged state equals one pass over all.

#include <crmetrics/combinators/by.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/io/state_bytes.hpp>
#include <crmetrics/io/text.hpp>
#include <crmetrics/metrics/csat.hpp>

#include <iostream>
#include <vector>

namespace crm = crmetrics;

struct survey {
  int agent;
  int rating;
};

int main() {
  std::vector<survey> all;
  for (int i = 0; i != 1000; ++i) all.push_back({i % 7, 1 + i * i % 5});

  const auto empty = crm::by(&survey::agent, crm::on(&survey::rating, crm::csat{}));
  auto first = empty.fresh();
  auto second = empty.fresh();
  auto whole = empty.fresh();
  for (std::size_t i = 0; i != all.size(); ++i) (i < 300 ? first : second).update(all[i]);
  whole.update_many(all);

  const auto bytes = crm::to_bytes(second);  // written on the other machine
  first.merge(crm::from_bytes(empty, bytes));

  std::cout << "agent 3: " << *first.result().find(3) << "\n"
            << bytes.size() << " bytes for " << second.size() << " agents; merged state is "
            << (first == whole ? "equal to" : "DIFFERENT FROM") << " one pass over all\n";
  return first == whole ? 0 : 1;
}
