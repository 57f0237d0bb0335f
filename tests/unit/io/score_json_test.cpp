#include <crmetrics/io/score_json.hpp>
#include <crmetrics/io/view_json.hpp>

#include "../scorecard/service_card.hpp"
#include "../scorecard/team_of_months.hpp"
#include "support/shared_data.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace {

namespace crm = crmetrics;
using service_card::counted;
using s = service_card::source;

}  // namespace
