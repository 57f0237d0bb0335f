#pragma once

#include <crmetrics/accumulators/count.hpp>
#include <crmetrics/concepts.hpp>
#include <crmetrics/core/missing.hpp>
#include <crmetrics/detail/bulk.hpp>
#include <crmetrics/detail/definition.hpp>
#include <crmetrics/detail/input.hpp>
#include <crmetrics/detail/number_kernel.hpp>
#include <crmetrics/detail/screen.hpp>
#include <crmetrics/detail/share.hpp>
#include <crmetrics/fwd.hpp>
#include <crmetrics/intervals/adjusted_wald.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace crmetrics {

/// The standard instrument: 0 to 10, promoters 9-10, passives 7-8, detractors 0-6.
struct scale_0_10 {
  static constexpr int low = 0;
  static constexpr int high = 10;
  static constexpr int passive_from = 7;
  static constexpr int promoter_from = 9;
  static constexpr std::string_view name =
      "scale 0-10, promoters 9-10, passives 7-8, detractors 0-6";
};

/// The instrument without a 0, common in practice: 1 to 10 with the same cuts. Another instrument,
/// so another type: the two do not merge.
struct scale_1_10 {
  static constexpr int low = 1;
  static constexpr int high = 10;
  static constexpr int passive_from = 7;
  static constexpr int promoter_from = 9;
  static constexpr std::string_view name =
      "scale 1-10, promoters 9-10, passives 7-8, detractors 1-6";
};

/// Net Promoter Score: (promoters - detractors) / answers, in [-1, 1]; text output says 52.7.
///
/// One accumulator of three counts (24 bytes), because promoters and detractors are not
/// independent: the variance of one answer is p + d - (p - d)^2 (population form, as published for
/// NPS), the standard error sqrt(variance / n). Interval: adjusted Wald unless named otherwise
/// (Rocks 2016, The American Statistician
/// 70(4), 365-372, https://doi.org/10.1080/00031305.2016.1158124); `wald` and `net_score` are there
/// too. Reichheld 2003, Harvard Business Review 81(12), 46-54.
///
/// Observes whole numbers (also as floating point) and optionals of them; std::nullopt and NaN are
/// missing answers: left out, counted, shown. A score off the scale throws `bad_input` or is
/// counted, as the policy says. Merge is exact with counts. O(1) an event; a contiguous column of
/// numbers is read at about the speed of memory.
template <class Scale, class Interval, class Missing, class Invalid, class Cell>
class basic_nps {
  static_assert(!std::same_as<Missing, missing::as_failure>,
                "crmetrics: this metric has no such treatment of missing values");

 public:
  using weight_type = typename Cell::weight_type;
  static constexpr merge_exactness exactness = Cell::exactness;
  static constexpr shard_constraint sharding = shard_constraint::any;
  static constexpr crmetrics::unit unit = crmetrics::unit::net_fraction;
  static constexpr crmetrics::direction direction = crmetrics::direction::higher_is_better;

  constexpr basic_nps() = default;

  static constexpr std::string_view name() { return "NPS"; }
  static constexpr convention_text convention() {
    convention_text text(Scale::name);
    detail::screen<Missing, Invalid>::describe(text);
    return text;
  }

  template <detail::number_input T>
  constexpr void update(const T& x, weight_type w = {}) {
    std::int64_t score = 0;
    if (detail::is_missing(x)) {
      if constexpr (std::same_as<Missing, missing::as_passive>) cells_[passive].add(w);
      screen_.on_missing("NPS score", w);
    } else if (detail::read_whole(x, Scale::low, Scale::high, score)) [[likely]] {
      // Answers come in no order that a branch could be predicted by.
      cells_[static_cast<int>(score >= Scale::passive_from) +
             static_cast<int>(score >= Scale::promoter_from)]
          .add(w);
    } else {
      screen_.on_invalid("NPS score", x, "not a whole point of the scale", w);
    }
  }

  /// All rows or none. @throws bad_input naming each bad row
  template <class Range>
  constexpr void update_many(const Range& rows, std::string_view field = {}) {
    if constexpr (detail::number_column<Range> && std::same_as<Cell, count>) {
      if (update_column(rows)) return;
    }
    detail::update_all(*this, rows, field);
  }

  constexpr basic_nps& merge(const basic_nps& other) {
    basic_nps next = *this;
    for (int i = 0; i != 3; ++i) next.cells_[i].merge(other.cells_[i]);
    next.screen_.merge(other.screen_);
    return *this = next;
  }
  constexpr basic_nps fresh() const { return {}; }

  constexpr estimate result(confidence_level level = {}) const {
    estimate_parts parts =
        detail::net_parts<Interval>(cells_[detractor], cells_[passive], cells_[promoter], level);
    parts.name = name();
    parts.convention = convention();
    parts.direction = direction;
    parts.missing = screen_.missing;
    parts.invalid = screen_.invalid;
    return estimate(parts);
  }

  constexpr const Cell& detractors() const noexcept { return cells_[detractor]; }
  constexpr const Cell& passives() const noexcept { return cells_[passive]; }
  constexpr const Cell& promoters() const noexcept { return cells_[promoter]; }

  friend constexpr bool operator==(const basic_nps&, const basic_nps&) = default;
  constexpr void serialize(auto& archive) {
    for (Cell& cell : cells_) archive(cell);
    archive(screen_);
  }
  constexpr bool possible() const noexcept {
    return !std::same_as<Missing, missing::as_passive> ||
           screen_.missing <= cells_[passive].observations();
  }

 private:
  template <class Column>
  bool update_column(const Column& rows) {
    using detail::at_least;
    const auto [from_low, from_passive, from_promoter, above, missing] =
        detail::count_column<at_least<Scale::low>, at_least<Scale::passive_from>,
                             at_least<Scale::promoter_from>, at_least<Scale::high + 1>>(rows)
            .of;
    const bool clean = from_low + missing == static_cast<std::uint64_t>(rows.size()) && above == 0;
    // Read row by row, to name the bad ones.
    if (!clean || (missing != 0 && !screen_.takes_missing)) return false;
    basic_nps next;
    next.cells_[promoter].add({from_promoter});
    next.cells_[passive].add({from_passive - from_promoter});
    next.cells_[detractor].add({from_low - from_passive});
    if (missing != 0) next.update(detail::quiet_nan(), {missing});
    merge(next);
    return true;
  }

  static constexpr int detractor = 0;
  static constexpr int passive = 1;
  static constexpr int promoter = 2;

  Cell cells_[3] = {};
  detail::screen<Missing, Invalid> screen_;
};

}  // namespace crmetrics
