#include "card_maths.hpp"

#include <crmetrics/runtime/interned.hpp>
#include <crmetrics/scorecard/attribution_guard.hpp>
#include <crmetrics/scorecard/points_ledger.hpp>

#include <pybind11/stl.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace crmetrics::python {

namespace {

using ledger = points_ledger<std::string>;
using row = std::tuple<std::string, std::int64_t, std::int64_t, std::string>;

points_entry<std::string> entry_of(const row& r) {
  const auto& [who, points, at, reason] = r;
  return {who, points, instant{at}, interned(reason)};
}

/// What `attribution_guard` looks at: counts by person.
struct counted_team {
  struct counts {
    std::uint64_t removed_ = 0;
    std::uint64_t judged_ = 0;
    std::uint64_t removed() const noexcept { return removed_; }
    std::uint64_t judged() const noexcept { return judged_; }
  };
  struct line {
    std::string key;
  };
  struct lines {
    std::vector<line> rows;
  };

  std::vector<std::pair<std::string, counts>> people;

  lines result() const { return {}; }
  template <class F>
  void for_each(const F& f) const {
    for (const auto& [key, of] : people) f(key, of);
  }
};

}  // namespace

void bind_points(py::module_& module) {
  py::class_<ledger>(module, "PointsLedger")
      .def(py::init<>())
      .def(
          "update_many",
          [](ledger& l, const std::vector<row>& rows) {
            std::vector<points_entry<std::string>> entries;
            for (const row& r : rows) entries.push_back(entry_of(r));
            l.update_many(entries);
          },
          py::arg("rows"))
      .def(
          "merge", [](ledger& l, const ledger& other) { l.merge(other); }, py::arg("other"))
      .def(
          "equals", [](const ledger& l, const ledger& other) { return l == other; },
          py::arg("other"))
      .def("copy", [](const ledger& l) { return l; })
      .def(
          "order",
          [](const ledger& l, std::optional<std::int64_t> until,
             std::optional<std::int64_t> min_points) {
            using account = std::tuple<std::string, std::int64_t, std::uint64_t, std::int64_t,
                                       std::optional<std::size_t>>;
            std::vector<account> out;
            constexpr auto last = (std::numeric_limits<std::int64_t>::max)();
            constexpr auto least = (std::numeric_limits<std::int64_t>::min)();
            for (const auto& a :
                 l.order(instant{until.value_or(last)}, min_points.value_or(least))) {
              out.emplace_back(a.who, a.points, a.entries, a.reached.microseconds, a.rank);
            }
            return out;
          },
          py::arg("until"), py::arg("min_points"));
  module.def(
      "attribution_guard",
      [](const std::vector<std::string>& who, const std::vector<std::uint64_t>& removed,
         const std::vector<std::uint64_t>& judged, double level) {
        counted_team team;
        problem_list problems;
        for (std::size_t i = 0; i != who.size(); ++i) {
          if (removed[i] > judged[i]) {
            problems.add({"removed", i + 1, std::to_string(removed[i]),
                          "more than the " + std::to_string(judged[i]) + " that were judged"});
          }
          team.people.push_back({who[i], {removed[i], judged[i]}});
        }
        problems.throw_if_any();
        using found = std::tuple<std::string, std::uint64_t, std::uint64_t,
                                 std::optional<std::pair<double, double>>, std::optional<double>,
                                 std::optional<double>, bool>;
        std::vector<found> out;
        for (const auto& l : attribution_guard{level}.check(team)) {
          const auto share =
              l.share ? std::optional(std::pair(l.share->low, l.share->high)) : std::nullopt;
          out.emplace_back(l.key, l.removed, l.judged, share, l.share_of_others, l.p_value,
                           l.outlier);
        }
        return out;
      },
      py::arg("who"), py::arg("removed"), py::arg("judged"), py::arg("level"));
}

}  // namespace crmetrics::python
