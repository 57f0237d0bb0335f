#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/time/calendar.hpp>
#include <crmetrics/time/period.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <string>
#include <utility>
#include <vector>

namespace crmetrics {

namespace detail {

inline std::string date_shown(const date& d) {
  const auto padded = [](unsigned x) { return (x < 10 ? "0" : "") + std::to_string(x); };
  return std::to_string(d.year) + "-" + padded(d.month) + "-" + padded(d.day);
}

}  // namespace detail

/// A definition and the days on which it is in force: [from, to), without an end while it still is.
template <class Definition>
struct dated {
  date from;
  std::optional<date> to;
  Definition definition;
  std::string note = {};      ///< why it changed
  std::string approved = {};  ///< by whom, when

  friend bool operator==(const dated&, const dated&) = default;
};

/// A definition that changes from time to time: cards, targets, rules of a spec. Versions are half
/// open and follow each other without gap or overlap, so that every day from the first on has one
/// definition, and a period that was scored can be scored again by the rules of then.
///
/// Copyable value; nothing is ever changed in it. O(log versions) to look up.
template <class Definition>
class timeline {
 public:
  using version = dated<Definition>;

  /// @param versions in any order
  /// @throws bad_input naming each version that ends before it begins, overlaps another or leaves a
  ///         gap to the next, and a date that is none
  explicit timeline(std::vector<version> versions) : versions_(std::move(versions)) {
    problem_list problems;
    if (versions_.empty()) problems.add({"timeline", 0, "", "has no version"});
    for (const version& v : versions_) {
      check_date(v.from, problems);
      if (!v.to) continue;
      check_date(*v.to, problems);
      if (!(v.from < *v.to)) note(problems, v, "ends before it begins");
    }
    std::sort(versions_.begin(), versions_.end(),
              [](const version& a, const version& b) { return a.from < b.from; });
    std::size_t longest = 0;  // of those so far: a version may end before one that began earlier
    for (std::size_t i = 1; i < versions_.size(); ++i) {
      const version& v = versions_[i];
      const version& last = versions_[i - 1];
      const version& before = !last.to || v.from < *last.to ? last : versions_[longest];
      const std::optional<date>& end = versions_[longest].to;
      if (end && (!v.to || *end < *v.to)) longest = i;
      const std::string that = " the version from " + detail::date_shown(before.from);
      if (!before.to || v.from < *before.to) {
        note(problems, v, "overlaps" + that);
      } else if (*before.to < v.from) {
        note(problems, v, "leaves a gap after" + that);
      }
    }
    problems.throw_if_any();
  }

  /// Ascending by date.
  const std::vector<version>& versions() const noexcept { return versions_; }

  /// The version of a day. @throws bad_input where there is none
  const version& at(date day) const {
    const version* found = find(day);
    if (found == nullptr) {
      throw bad_input({"timeline", 0, detail::date_shown(day), "no version is in force"});
    }
    return *found;
  }
  /// The version of all days of [from, to).
  /// @throws bad_input where the days are not inside one version, naming those that they touch
  const version& at(date from, date to) const {
    const version* found = find(from);
    if (found != nullptr && from < to && (!found->to || !(*found->to < to))) return *found;
    std::string touched;
    for (const version& v : versions_) {
      if (!(v.from < to) || (v.to && !(from < *v.to))) continue;
      touched += (touched.empty() ? "" : ", ") + detail::date_shown(v.from);
    }
    throw bad_input({"timeline", 0, detail::date_shown(from) + " to " + detail::date_shown(to),
                     "the period is not inside one version; it touches those from " +
                         (touched.empty() ? "nowhere" : touched)});
  }
  /// The same for a period of whole days of UTC.
  const version& at(const period& p) const {
    const date from = date_of(p.from());
    const date last = date_of(p.to());
    if (start_of(from) != p.from() || start_of(last) != p.to()) {
      throw bad_input({"timeline", 0, detail::date_shown(from) + " to " + detail::date_shown(last),
                       "the period has no whole days of UTC: give its dates"});
    }
    return at(from, last);
  }

  /// Of all dates and definitions: equal timelines have equal hashes, on every machine.
  std::uint64_t hash() const
    requires requires(const Definition& d) {
      { d.definition() } -> std::convertible_to<std::uint64_t>;
    }
  {
    detail::definition_hash hash;
    for (const version& v : versions_) {
      hash.add(static_cast<std::uint64_t>(days_since_epoch(v.from)));
      hash.add(v.to ? static_cast<std::uint64_t>(days_since_epoch(*v.to)) : 0);
      hash.add(v.definition.definition());
    }
    return hash.value();
  }

  friend bool operator==(const timeline&, const timeline&) = default;

 private:
  static void note(problem_list& problems, const version& v, std::string reason) {
    problems.add({"version from " + detail::date_shown(v.from), 0,
                  v.to ? detail::date_shown(*v.to) : std::string(), std::move(reason)});
  }
  static void check_date(const date& d, problem_list& problems) {
    try {
      static_cast<void>(days_since_epoch(d));
    } catch (const bad_input& e) {
      problems.add(e.problems());
    }
  }
  const version* find(date day) const noexcept {
    const auto after = std::upper_bound(versions_.begin(), versions_.end(), day,
                                        [](date d, const version& v) { return d < v.from; });
    if (after == versions_.begin()) return nullptr;
    const version& v = *(after - 1);
    return v.to && !(day < *v.to) ? nullptr : &v;
  }

  std::vector<version> versions_;
};

}  // namespace crmetrics
