#pragma once

#include <crmetrics/runtime/card_spec.hpp>
#include <crmetrics/runtime/detail/evaluation_run.hpp>
#include <crmetrics/runtime/evaluation.hpp>
#include <crmetrics/runtime/evaluation_settings.hpp>
#include <crmetrics/runtime/listed_agent.hpp>
#include <crmetrics/runtime/metric_factory.hpp>
#include <crmetrics/runtime/observation_table.hpp>
#include <crmetrics/time/period.hpp>

#include <span>
#include <utility>

namespace crmetrics {

/// Scores whole tables by a spec: for every agent the card of the version that is in force in the
/// period, with the weights of the team and the post; for every team and post the merged card, its
/// views, and the trend over earlier periods, each scored by the rules in force then.
///
/// The cards are those of `card_from_spec`, and hold the same bits as if each observation had been
/// given to them by `update`, column after column in the order of the tables. Rows are grouped by
/// owner, and go into each card a column at a time: no virtual call and no text a row. Neither the
/// number of threads nor batches of rows change a result.
///
/// Rows outside the periods, without an owner or of one who is not listed count for nobody; how
/// many is in the result. Where teams change over time, earlier periods of a team are those of its
/// agents of now.
class spec_evaluation {
 public:
  /// @param spec without errors; see `parse_card_spec`
  /// @param period inside one version of the spec
  spec_evaluation(card_spec spec, const crmetrics::period& period,
                  evaluation_settings settings = {},
                  metric_factory factory = metric_factory::standard())
      : spec_(std::move(spec)),
        period_(period),
        settings_(std::move(settings)),
        factory_(std::move(factory)) {}

  const card_spec& spec() const noexcept { return spec_; }
  const crmetrics::period& period() const noexcept { return period_; }
  const evaluation_settings& settings() const noexcept { return settings_; }

  /// The cards of the listed agents. Cost: O(rows x columns) for the tables, memory 4 bytes a row
  /// beside them; then what the reports, ranks and intervals cost.
  /// @throws bad_input with all that is wrong with the agents, the columns, and every value that a
  ///         metric refuses, by table, column and row; definition_mismatch for contacts that were
  ///         linked by another window than the spec's. Nothing is kept of a call that throws
  evaluation evaluate(std::span<const listed_agent> agents,
                      std::span<const observation_table> tables) const {
    return detail::evaluation_run({spec_, factory_, settings_, period_, agents, tables}).run();
  }
  /// The cards of all who own a row in the period, as one team without a name.
  evaluation evaluate(std::span<const observation_table> tables) const {
    return detail::evaluation_run({spec_, factory_, settings_, period_, {}, tables}).run();
  }

 private:
  card_spec spec_;
  crmetrics::period period_;
  evaluation_settings settings_;
  metric_factory factory_;
};

}  // namespace crmetrics
