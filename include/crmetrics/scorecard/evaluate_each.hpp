#pragma once

#include <crmetrics/combinators/by.hpp>
#include <crmetrics/core/confidence_level.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/derive/detail/on_threads.hpp>
#include <crmetrics/scorecard/score_report.hpp>

#include <algorithm>
#include <atomic>
#include <concepts>
#include <cstddef>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace crmetrics {

/// What can be evaluated into a report: a scorecard, static or made at run time.
template <class Card>
concept evaluates_to_report = requires(const Card& card, confidence_level level) {
  { card.result(level) } -> std::same_as<score_report>;
};

namespace detail {

// Threads take the next 16 cards when they are done with theirs; which thread evaluates a card
// changes nothing about its report, and each report has its own place.
template <class Card>
void evaluate_into(std::span<const Card* const> cards, std::span<score_report* const> reports,
                   unsigned threads, confidence_level level) {
  if (threads == 0) throw invalid_setting("evaluate_each: at least 1 thread");
  constexpr std::size_t at_once = 16;
  std::atomic<std::size_t> next = 0;
  const auto most = static_cast<unsigned>(
      (std::min)(std::size_t{threads}, (cards.size() + at_once - 1) / at_once));
  on_threads((std::max)(most, 1U), [&](unsigned) {
    for (std::size_t first = next.fetch_add(at_once); first < cards.size();
         first = next.fetch_add(at_once)) {
      const std::size_t last = (std::min)(first + at_once, cards.size());
      for (std::size_t i = first; i != last; ++i) *reports[i] = cards[i]->result(level);
    }
  });
}

}  // namespace detail

/// Evaluates many cards on several threads: the reports of `card.result(level)`, in the order of
/// the cards, the same bits for any number of threads (also of Monte Carlo, whose draws are a hash
/// of seed and number). Worth it where uncertainty is asked for; plain reports take microseconds.
/// @param threads how many at most, the calling one included
/// @throws invalid_setting for 0 threads; the first exception of an evaluation
template <evaluates_to_report Card>
std::vector<score_report> evaluate_each(std::span<const Card> cards, unsigned threads,
                                        confidence_level level = {}) {
  std::vector<score_report> reports(cards.size());
  std::vector<const Card*> from;
  std::vector<score_report*> to;
  for (std::size_t i = 0; i != cards.size(); ++i) {
    from.push_back(&cards[i]);
    to.push_back(&reports[i]);
  }
  detail::evaluate_into<Card>(from, to, threads, level);
  return reports;
}
template <evaluates_to_report Card>
std::vector<score_report> evaluate_each(const std::vector<Card>& cards, unsigned threads,
                                        confidence_level level = {}) {
  return evaluate_each(std::span<const Card>(cards), threads, level);
}

/// The same for a team: what `team.result(level)` gives.
template <class KeyOf, evaluates_to_report Card, class Keys>
auto evaluate_each(const grouped<KeyOf, Card, Keys>& team, unsigned threads,
                   confidence_level level = {}) {
  using results = decltype(team.result(level));
  using row = typename decltype(results::rows)::value_type;
  results out{{}, team.unkeyed().result(level), team.unknown()};
  out.rows.reserve(team.size());
  std::vector<const Card*> from;
  from.reserve(team.size());
  team.for_each([&](const auto& key, const Card& card) {
    out.rows.push_back(row{key, score_report()});
    from.push_back(&card);
  });
  std::vector<score_report*> to;
  to.reserve(out.rows.size());
  for (auto& line : out.rows) to.push_back(&line.result);
  detail::evaluate_into<Card>(from, to, threads, level);
  return out;
}

}  // namespace crmetrics
