#include <crmetrics/scorecard/equal_weights.hpp>

#include "problems.hpp"

#include <vector>

namespace {

namespace crm = crmetrics;

TEST(equal_weights, one_over_n) {
  const auto w = crm::equal_weights(4);
  EXPECT_EQ(w.weights, (std::vector<double>{.25, .25, .25, .25}));
  problems::expect_part(w.provenance, "equal weights of 4 criteria");
  EXPECT_NE(w.source, crm::equal_weights(5).source);
  EXPECT_THROW(static_cast<void>(crm::equal_weights(0)), crm::bad_input);
}

}  // namespace
