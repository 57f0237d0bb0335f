#include "cells.hpp"
#include "facts.hpp"
#include "spans.hpp"

#include <crmetrics/derive/purchases.hpp>
#include <crmetrics/metrics/clv.hpp>
#include <crmetrics/metrics/historical_clv.hpp>

#include <pybind11/stl.h>

#include <optional>
#include <ranges>
#include <string>
#include <utility>

namespace crmetrics::python {

namespace {

constexpr std::string_view unfit_money = "not a whole number of minor units in 64 bits";

/// Purchases in order, customer by customer. The segment is the customer's first row.
class purchase_facts final : public facts_of<customer_purchases> {
 public:
  using history = purchase_history<std::uint32_t>;

  purchase_facts(column customer, history all)
      : customer_(std::move(customer)), all_(std::move(all)) {}

  const history& all() const { return all_; }
  std::size_t size() const override { return all_.size(); }
  std::int64_t rows() const override { return customer_.rows; }
  void read(std::size_t first, std::span<customer_purchases> out) const override {
    for (std::size_t i = 0; i != out.size(); ++i) out[i] = all_[first + i];
  }
  read_groups groups(composite_keys& keys) const override {
    auto of_row = std::make_shared<std::vector<std::uint32_t>>(static_cast<std::size_t>(rows()));
    keys.read(0, rows(), of_row->data());
    return [this, of_row](std::size_t first, std::size_t n, std::uint32_t* out) {
      for (std::size_t i = 0; i != n; ++i) out[i] = (*of_row)[all_[first + i].segment];
    };
  }
  std::shared_ptr<arrow_table> table() const {
    auto out = std::make_shared<arrow_table>();
    std::vector<std::uint32_t> speakers;
    speakers.reserve(size());
    for (const auto& fact : all_) speakers.push_back(fact.segment);
    add_cells(*out, customer_, speakers);
    auto& count = out->column("purchases", "L");
    auto& amount = out->column("amount", "l");
    auto& first = out->column("first", "tsu:UTC");
    auto& last = out->column("last", "tsu:UTC");
    for (const auto& fact : all_) {
      count.add(std::uint64_t{fact.purchases.size()});
      amount.add(undiscounted().value_of(fact, fact.purchases.size()));
      first.add(fact.purchases.front().at.microseconds);
      last.add(fact.purchases.back().at.microseconds);
    }
    return out;
  }

 private:
  column customer_;
  history all_;
};

std::shared_ptr<purchase_facts> read(const column& customer, const column& at, const column& amount,
                                     int minor_units, const purchase_rule& rule) {
  role_columns roles;
  roles.add("customer", customer);
  roles.add("at", at, "too far from 1970 for microseconds in 64 bits");
  roles.add("amount", amount, unfit_money);
  roles.require_equal_rows();
  const column customers = as_whole_keys(customer);
  const column instants = as_microseconds(at, too_far::is_missing);
  const column amounts = as_minor_units(amount, minor_units);
  const auto rows = static_cast<std::uint64_t>(customer.rows);
  if (rows >= UINT32_MAX) throw overflow("read_purchases: more than 2^32 - 2 rows");
  auto all = roles.named([&] {
    return read_purchases(purchase_fields{.customer = key_cells(customers),
                                          .at = time_cells(instants),
                                          .amount = money_cells(amounts),
                                          .segment = std::views::iota(
                                              std::uint32_t{0}, static_cast<std::uint32_t>(rows))},
                          rule);
  });
  return std::make_shared<purchase_facts>(customer, std::move(all));
}

/// Customers in periods: the margin, and whether they were there in the next one.
class period_facts final : public facts_of<std::optional<customer_period>> {
 public:
  period_facts(const column& margin, const column& retained, int minor_units) {
    role_columns roles;
    roles.add("margin", margin, unfit_money);
    roles.add("retained", retained);
    roles.require_equal_rows();
    margin_ = as_minor_units(margin, minor_units);
    roles.require_fit("margin", margin_);
    retained_ = as_flags(retained);
  }
  std::size_t size() const override { return static_cast<std::size_t>(margin_.rows); }
  std::int64_t rows() const override { return margin_.rows; }
  void read(std::size_t first, std::span<std::optional<customer_period>> out) const override {
    const cell_memory margins(margin_);
    const cell_memory flags(retained_);
    for (std::size_t i = 0; i != out.size(); ++i) {
      const std::size_t row = first + i;
      out[i].reset();
      if (!margins.there(row)) continue;
      out[i] = customer_period{margins.wide(row), std::nullopt};
      if (flags.there(row)) out[i]->retained = flags.flag(row);
    }
  }

 private:
  column margin_;
  column retained_;
};

// ---- metrics

using state = std::unique_ptr<any_state>;

time_unit unit_from(const std::string& word) {
  return word == "day"     ? time_unit::day
         : word == "week"  ? time_unit::week
         : word == "month" ? time_unit::month
                           : time_unit::year;
}

/// A `DiscountRate` of Python: kind, rate, per, times.
std::optional<discount_rate> discount_from(settings& given) {
  const py::object object = given.get("discount");
  if (object.is_none()) return std::nullopt;
  const auto kind = object.attr("kind").cast<std::string>();
  const auto rate = object.attr("rate").cast<double>();
  const time_unit per = unit_from(object.attr("per").cast<std::string>());
  if (kind == "none") return discount_rate::none();
  if (kind == "nominal") {
    return discount_rate::annual_nominal(rate, object.attr("times").cast<int>());
  }
  if (kind == "continuous") return discount_rate::continuous(rate, per);
  return discount_rate::per_period(rate, per);
}

state make_clv(settings& given) {
  const auto discount = discount_from(given);
  if (!discount) given.refuse("discount is needed: \"10% a year\", or DiscountRate.none()");
  clv_terms terms{.discount = *discount};
  terms.period = unit_from(given.word("per", {"year", "month", "week", "day"}));
  const std::string paid = given.word("paid", {"start", "middle", "end"});
  terms.timing = paid == "start"    ? payment_timing::start
                 : paid == "middle" ? payment_timing::middle
                                    : payment_timing::end;
  if (given.word("first", {"now", "after renewal"}) == "after renewal") {
    terms.first = first_payment::after_renewal;
  }
  if (given.has("payments")) {
    const std::int64_t payments = given.whole("payments", 0);
    if (payments < 1 || payments > 1'000'000) given.refuse("payments must be 1 to 1,000,000");
    terms.horizon = static_cast<std::uint32_t>(payments);
  }
  terms.acquisition_cost = given.whole("acquisition_cost", 0);
  const int minor_units = static_cast<int>(given.whole("minor_units", 0));
  return make_fact_state<std::optional<customer_period>>(
      clv(terms), [minor_units](const std::vector<column>& values) {
        if (values.size() != 2) throw py::type_error("CLV takes two columns: margin, retained");
        return std::make_shared<const period_facts>(values[0], values[1], minor_units);
      });
}

state make_historical_clv(settings& given) {
  const auto discount = discount_from(given);
  std::optional<time_span> age;
  if (given.has("age")) age = to_span(given.get("age"), "age");
  if (discount) {
    return make_fact_state<customer_purchases>(
        basic_historical_clv<discounted>(discounted{*discount}, age));
  }
  return make_fact_state<customer_purchases>(historical_clv(undiscounted(), age));
}

}  // namespace

void add_purchase_metrics(state_makers& makers) {
  makers["clv"] = make_clv;
  makers["historical_clv"] = make_historical_clv;
}

void bind_purchases(py::module_& module) {
  py::class_<purchase_facts, fact_source, std::shared_ptr<purchase_facts>>(module, "PurchaseFacts")
      .def_property_readonly("unknown_customer",
                             [](const purchase_facts& f) { return f.all().unknown_customer(); })
      .def_property_readonly("left_out", [](const purchase_facts& f) { return f.all().left_out(); })
      .def_property_readonly("ignored_refunds",
                             [](const purchase_facts& f) { return f.all().ignored_refunds(); })
      .def_property_readonly("rows", [](const purchase_facts& f) { return f.all().rows(); })
      .def("table", [](const purchase_facts& f) {
        const py::gil_scoped_release released;
        return f.table();
      });
  module.def(
      "read_purchases",
      [](const column& customer, const column& at, const column& amount,
         const keyword_arguments& given) {
        settings all("read_purchases", given);
        purchase_rule rule;
        if (all.word("bad", {"refuse", "leave out"}) == "leave out") {
          rule.bad = bad_purchase_rows::leave_out;
        }
        const std::string refunds = all.word("refunds", {"own event", "ignore", "bad row"});
        if (refunds == "ignore") rule.negative = refunds::ignore;
        if (refunds == "bad row") rule.negative = refunds::bad_row;
        if (all.has("observed_until"))
          rule.observed_until = instant{all.whole("observed_until", 0)};
        const int minor_units = static_cast<int>(all.whole("minor_units", 0));
        all.finish();
        const py::gil_scoped_release released;
        return read(customer, at, amount, minor_units, rule);
      },
      py::arg("customer"), py::arg("at"), py::arg("amount"), py::arg("settings"));
}

}  // namespace crmetrics::python
