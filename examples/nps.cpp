// NPS of own structs: missing answers are counted, two months are compared with their doubt.

#include <crmetrics/combinators/on.hpp>
#include <crmetrics/intervals/comparison.hpp>
#include <crmetrics/io/text.hpp>
#include <crmetrics/metrics/nps.hpp>

#include <iostream>
#include <optional>
#include <vector>

namespace crm = crmetrics;

struct answer {
  std::optional<int> score;  // nobody has to answer
};

int main() {
  std::vector<answer> january;
  std::vector<answer> february;
  for (int i = 0; i != 100; ++i) january.push_back({i < 50 ? 9 : i < 80 ? 7 : 4});
  for (int i = 0; i != 100; ++i) february.push_back({i < 40 ? 10 : i < 70 ? 8 : 2});
  february.push_back({std::nullopt});

  auto a = crm::on(&answer::score, crm::nps{});
  auto b = a.fresh();
  a.update_many(january);
  b.update_many(february);
  std::cout << "January:  " << a.result() << "\nFebruary: " << b.result() << "\n";

  const crm::difference change = crm::compare(b.result(), a.result());
  std::cout << "Change: " << 100 * change.value() << " [" << 100 * change.interval()->low << ", "
            << 100 * change.interval()->high << "] (" << change.method()
            << "), p = " << *change.p_value() << ": "
            << (*change.p_value() < .05 ? "a change" : "may well be chance") << "\n";

  // (50, 30, 20) of 100 is 30, (40, 30, 30) is 10; p = 0.083 by adjusted Wald (R package NPS).
  const bool as_published = a.result().exact() == crm::exact_ratio{30, 100} &&
                            b.result().missing() == 1 && *change.p_value() > .0832 &&
                            *change.p_value() < .0833;
  return as_published ? 0 : 1;
}
