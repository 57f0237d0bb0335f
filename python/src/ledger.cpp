#include "cells.hpp"
#include "facts.hpp"
#include "share_intervals.hpp"

#include <crmetrics/derive/subscriptions.hpp>
#include <crmetrics/intervals/student_t.hpp>
#include <crmetrics/metrics/churn.hpp>
#include <crmetrics/metrics/churn_convention.hpp>
#include <crmetrics/metrics/gross_revenue_churn.hpp>
#include <crmetrics/metrics/gross_revenue_retention.hpp>
#include <crmetrics/metrics/net_revenue_churn.hpp>
#include <crmetrics/metrics/net_revenue_retention.hpp>
#include <crmetrics/metrics/quick_ratio.hpp>
#include <crmetrics/metrics/retention.hpp>
#include <crmetrics/metrics/revenue_movements.hpp>

#include <ranges>
#include <string>
#include <utility>

namespace crmetrics::python {

namespace {

/// A ledger in order. The segment of a customer is the row that speaks for it in a window, so that
/// any column of the table can be grouped by.
struct ledger {
  using table = subscriptions<std::uint32_t>;

  column customer;
  table all;
};

/// A ledger's customers in one window.
class ledger_facts final : public facts_of<subscription_fact> {
 public:
  ledger_facts(std::shared_ptr<const ledger> from, const period& window)
      : ledger_(std::move(from)), facts_(ledger_->all.in(window)) {}

  std::size_t size() const override { return facts_.size(); }
  std::int64_t rows() const override { return ledger_->customer.rows; }
  const period& window() const { return facts_.window(); }
  void read(std::size_t first, std::span<subscription_fact> out) const override {
    for (std::size_t i = 0; i != out.size(); ++i) out[i] = facts_[first + i];
  }
  read_groups groups(composite_keys& keys) const override {
    auto of_row = std::make_shared<std::vector<std::uint32_t>>(static_cast<std::size_t>(rows()));
    keys.read(0, rows(), of_row->data());
    return [this, of_row](std::size_t first, std::size_t n, std::uint32_t* out) {
      for (std::size_t i = 0; i != n; ++i) out[i] = (*of_row)[facts_[first + i].segment];
    };
  }
  std::shared_ptr<arrow_table> table() const {
    auto out = std::make_shared<arrow_table>();
    std::vector<std::uint32_t> speakers;
    speakers.reserve(size());
    for (const auto& fact : facts_) speakers.push_back(fact.segment);
    add_cells(*out, ledger_->customer, speakers);
    auto& start = out->column("level_at_start", "l");
    auto& end = out->column("level_at_end", "l");
    auto& active = out->column("active_before", "b");
    auto& changes = out->column("changes", "L");
    for (const auto& fact : facts_) {
      start.add(fact.level_at_start);
      end.add(fact.level_at_end);
      active.add_flag(fact.active_before);
      changes.add(std::uint64_t{fact.changes.size()});
    }
    return out;
  }

 private:
  std::shared_ptr<const ledger> ledger_;
  subscription_facts<ledger::table> facts_;
};

std::shared_ptr<ledger> read(const column& customer, const column& at, const column& level,
                             int minor_units, const ledger_rule& rule) {
  role_columns roles;
  roles.add("customer", customer);
  roles.add("at", at, "too far from 1970 for microseconds in 64 bits");
  roles.add("level", level, "not a whole number of minor units in 64 bits");
  roles.require_equal_rows();
  const column customers = as_whole_keys(customer);
  const column instants = as_microseconds(at, too_far::is_missing);
  const column levels = as_minor_units(level, minor_units);
  const auto rows = static_cast<std::uint64_t>(customer.rows);
  if (rows >= UINT32_MAX) throw overflow("read_ledger: more than 2^32 - 2 rows");
  auto all = roles.named([&] {
    return read_ledger(ledger_fields{.customer = key_cells(customers),
                                     .at = time_cells(instants),
                                     .level = money_cells(levels),
                                     .segment = std::views::iota(std::uint32_t{0},
                                                                 static_cast<std::uint32_t>(rows))},
                       rule);
  });
  return std::make_shared<ledger>(ledger{customer, std::move(all)});
}

// ---- metrics

using state = std::unique_ptr<any_state>;

template <class Definition>
state make_share(settings& given) {
  return with_share_interval(given, [&]<class Interval>() {
    // Wilson is the usual one, by the name under which states of both merge.
    return make_fact_state<subscription_fact, basic_subscription_metric<Definition, Interval>>(
        basic_subscription_metric<Definition>());
  });
}

template <class Definition>
state make_ratio(settings& given) {
  using plain = basic_subscription_metric<Definition>;
  if (given.word("interval", {"delta method", "Student t"}) == "Student t") {
    return make_fact_state<subscription_fact, basic_subscription_metric<Definition, student_t>>(
        plain());
  }
  return make_fact_state<subscription_fact>(plain());
}

state make_churn(settings& given) {
  const std::string convention =
      given.word("convention", {"lost of start", "lost of average", "churn events of start",
                                "churn events of start and new", "churn by day"});
  if (convention == "lost of average") return make_ratio<lost_of_average>(given);
  if (convention == "churn events of start") return make_ratio<churn_events_of_start>(given);
  if (convention == "churn events of start and new") {
    return make_ratio<churn_events_of_start_and_new>(given);
  }
  if (convention == "churn by day") {
    return make_fact_state<subscription_fact>(basic_churn<churn_by_day>());
  }
  return make_share<lost_of_start>(given);
}

state make_net_revenue_churn(settings& given) {
  return given.flag("reactivation", false)
             ? make_ratio<revenue_lost_net<with_reactivation>>(given)
             : make_ratio<revenue_lost_net<without_reactivation>>(given);
}

bool by_events(settings& given) {
  return given.word("accounting", {"start against end", "every change"}) == "every change";
}

state make_gross_revenue_retention(settings& given) {
  return by_events(given) ? make_ratio<revenue_kept_gross<event_accounting>>(given)
                          : make_ratio<revenue_kept_gross<snapshot_accounting>>(given);
}

state make_quick_ratio(settings& given) {
  return by_events(given) ? make_ratio<revenue_gained_of_lost<event_accounting>>(given)
                          : make_ratio<revenue_gained_of_lost<snapshot_accounting>>(given);
}

state make_revenue_movements(settings& given) {
  if (by_events(given)) {
    return make_fact_state<subscription_fact>(basic_revenue_movements<event_accounting>());
  }
  return make_fact_state<subscription_fact>(revenue_movements());
}

}  // namespace

void add_ledger_metrics(state_makers& makers) {
  makers["churn"] = make_churn;
  makers["retention"] = make_share<kept_of_start>;
  makers["gross_revenue_churn"] = make_ratio<revenue_lost_of_start>;
  makers["net_revenue_churn"] = make_net_revenue_churn;
  makers["net_revenue_retention"] = make_ratio<revenue_kept_net>;
  makers["gross_revenue_retention"] = make_gross_revenue_retention;
  makers["quick_ratio"] = make_quick_ratio;
  makers["revenue_movements"] = make_revenue_movements;
}

void bind_ledger(py::module_& module) {
  py::class_<ledger_facts, fact_source, std::shared_ptr<ledger_facts>>(module, "LedgerFacts")
      .def_property_readonly("window",
                             [](const ledger_facts& facts) {
                               return std::pair(facts.window().from().microseconds,
                                                facts.window().to().microseconds);
                             })
      .def("table", [](const ledger_facts& facts) {
        const py::gil_scoped_release released;
        return facts.table();
      });
  py::class_<ledger, std::shared_ptr<ledger>>(module, "Ledger")
      .def_property_readonly("customers", [](const ledger& l) { return l.all.customers(); })
      .def_property_readonly("rows", [](const ledger& l) { return l.all.rows(); })
      .def_property_readonly("unknown_customer",
                             [](const ledger& l) { return l.all.unknown_customer(); })
      .def_property_readonly("left_out", [](const ledger& l) { return l.all.left_out(); })
      .def_property_readonly("replaced", [](const ledger& l) { return l.all.replaced(); })
      .def(
          "in_window",
          [](std::shared_ptr<ledger> l, std::int64_t from, std::int64_t to) {
            return std::make_shared<ledger_facts>(std::move(l), period(instant{from}, instant{to}));
          },
          py::arg("start"), py::arg("end"));
  module.def(
      "read_ledger",
      [](const column& customer, const column& at, const column& level,
         const keyword_arguments& given) {
        settings all("read_ledger", given);
        ledger_rule rule;
        if (all.word("bad", {"refuse", "leave out"}) == "leave out") {
          rule.bad = bad_ledger_rows::leave_out;
        }
        if (all.word("duplicates", {"bad row", "last wins"}) == "last wins") {
          rule.duplicates = same_instant::last_wins;
        }
        if (all.has("observed_until"))
          rule.observed_until = instant{all.whole("observed_until", 0)};
        const int minor_units = static_cast<int>(all.whole("minor_units", 0));
        all.finish();
        const py::gil_scoped_release released;
        return read(customer, at, level, minor_units, rule);
      },
      py::arg("customer"), py::arg("at"), py::arg("level"), py::arg("settings"));
}

}  // namespace crmetrics::python
