#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/scorecard/concepts.hpp>
#include <crmetrics/scorecard/points.hpp>
#include <crmetrics/scorecard/score_report.hpp>

#include <string_view>

namespace crmetrics {

/// Which part of a card's weight is measured from events and which is judged by people; and which
/// part looks at outcomes, which at the way of working.
struct evidence_share {
  double measured = 0;
  double rated = 0;
  double outcome = 0;
  double process = 0;
  double unmarked = 0;  ///< neither outcome nor process
  double filled = 0;    ///< in none of these: not assessed, its points come from a rule

  /// Shares of the weight by definition, of the components that apply; they sum to 1.
  static constexpr evidence_share declared(const score_report& r) {
    evidence_share s;
    for (const component_line& c : r.components) s.add(c, c.weight);
    return s;
  }
  /// Shares of the weight that made this total: after redistribution. With `filled`, measured and
  /// rated sum to 1 where there is a total.
  static constexpr evidence_share used(const score_report& r) {
    evidence_share s;
    for (const component_line& c : r.components) {
      if (c.assessed()) {
        s.add(c, c.weight_used);
      } else {
        s.filled += c.weight_used;
      }
    }
    return s;
  }
  friend constexpr bool operator==(const evidence_share&, const evidence_share&) = default;

 private:
  constexpr void add(const component_line& c, double weight) {
    (c.kind == evidence::measured ? measured : rated) += weight;
    (c.looks_at == viewpoint::outcome   ? outcome
     : c.looks_at == viewpoint::process ? process
                                        : unmarked) += weight;
  }
};

/// The rule "measured first, judged second": more than this share of the weight is measured.
///
/// A card may keep it by definition and still lose it in a month in which measured components were
/// not assessed and their weight went to the judged ones: hold it against both. Compared on the
/// grid of 1e-9; exactly on the share is not more.
struct mostly_measured {
  double more_than = .5;

  constexpr bool holds(const evidence_share& s) const noexcept {
    return grid_points::of(s.measured) > grid_points::of(more_than);
  }
  constexpr bool by_definition(const score_report& r) const {
    return holds(evidence_share::declared(r));
  }
  /// False also where nothing was assessed; what a rule filled in is no evidence.
  constexpr bool as_assessed(const score_report& r) const { return holds(evidence_share::used(r)); }
  constexpr void validate(problem_list& problems, std::string_view part) const {
    if (!(more_than >= 0 && more_than < 1)) {
      detail::note(problems, part, more_than, "the measured share must lie in [0, 1)");
    }
  }
  friend constexpr bool operator==(const mostly_measured&, const mostly_measured&) = default;
};

}  // namespace crmetrics
