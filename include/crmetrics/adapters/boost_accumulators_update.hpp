#pragma once

#include <crmetrics/core/error.hpp>

#include <boost/accumulators/framework/accumulator_set.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace crmetrics {

/// Feeds a range into all features of a set, all rows or none.
///
/// `acc(x)` hands x to one feature after the other, so that where a metric refuses it, features
/// before it have taken it already. This works on a copy of the set, which becomes the set when
/// every row is good. One copy of the set a call, else what the loop costs. For sets without
/// weights.
/// @throws bad_input naming each bad row
template <class Sample, class Features, class Range>
void update_many(boost::accumulators::accumulator_set<Sample, Features, void>& acc, Range&& rows,
                 std::string_view field = {}) {
  boost::accumulators::accumulator_set<Sample, Features, void> next = acc;
  problem_list problems;
  std::uint64_t row = 1;
  for (const auto& x : rows) {
    try {
      next(x);
    } catch (const bad_input& e) {
      for (problem p : e.problems()) {
        p.row = row;
        if (!field.empty()) p.field = std::string(field);
        problems.add(std::move(p));
      }
    }
    ++row;
  }
  problems.throw_if_any();
  acc = std::move(next);
}

}  // namespace crmetrics
