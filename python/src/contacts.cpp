#include "contacts.hpp"

#include "share_intervals.hpp"
#include "spans.hpp"

#include <crmetrics/derive/detail/customer_numbers.hpp>
#include <crmetrics/metrics/fcr.hpp>
#include <crmetrics/metrics/fcr_kaplan_meier.hpp>
#include <crmetrics/metrics/repeat_contact.hpp>
#include <crmetrics/metrics/repeat_customers.hpp>

#include <pybind11/stl.h>

#include <algorithm>
#include <new>
#include <string>
#include <utility>

namespace crmetrics::python {

namespace {

using crmetrics::detail::key_number;
using crmetrics::detail::nobody;

/// The columns of contacts, as they are read.
class contact_columns {
 public:
  contact_columns(const column& customer, const column& opened, const column* resolved,
                  const column* issue, const column* failed)
      : given_customer_(customer) {
    customer_ = as_whole_keys(customer);
    opened_ = as_needed_microseconds(opened);
    if (resolved != nullptr) resolved_ = as_microseconds(*resolved, too_far::is_the_farthest);
    if (issue != nullptr) issue_ = as_issue_keys(*issue);
    if (failed == nullptr) return;
    failed_ = as_flags(*failed);
    role_columns::require_all(*failed_,
                              "every contact failed or did not: fill it with False "
                              "where nothing is known of a failure");
  }

  const column& given_customer() const { return given_customer_; }
  std::int64_t rows() const { return given_customer_.rows; }
  key_cells customers() const { return key_cells(customer_); }
  needed_time_cells opened() const { return needed_time_cells(opened_); }
  time_cells resolved() const { return resolved_ ? time_cells(*resolved_) : time_cells(rows()); }
  const std::optional<column>& issue() const { return issue_; }
  const std::optional<column>& failed() const { return failed_; }

  /// The latest opening or resolution that can be.
  instant last() const {
    constexpr instant farthest{crmetrics::detail::farthest_contact};
    instant out{-farthest.microseconds};
    for (const instant at : opened()) {
      if (at <= farthest) out = (std::max)(out, at);
    }
    for (const auto& at : resolved()) {
      if (at && *at <= farthest) out = (std::max)(out, *at);
    }
    return out.microseconds == -farthest.microseconds ? instant{} : out;
  }

 private:
  column given_customer_;
  column customer_;
  column opened_;
  std::optional<column> resolved_;
  std::optional<column> issue_;
  std::optional<column> failed_;
};

template <class Linked>
class linked_as final : public linked_source {
 public:
  linked_as(contact_columns columns, Linked linked, bool has_spans)
      : columns_(std::move(columns)), linked_(std::move(linked)), has_spans_(has_spans) {}

  std::size_t size() const override { return linked_.size(); }
  std::int64_t rows() const override { return columns_.rows(); }
  void read(std::size_t first, std::span<contact_fact> out) const override {
    // In place: of a copy the stores would be read back before they are done.
    for (std::size_t i = 0; i != out.size(); ++i) {
      ::new (static_cast<void*>(&out[i])) contact_fact(linked_.fact(first + i));
    }
  }
  std::optional<std::vector<std::pair<contact_fact, std::uint64_t>>> counted() const override {
    return linked_.counted();
  }
  const contact_rule& rule() const override { return linked_.rule(); }
  period observed() const override { return linked_.observed(); }
  std::uint64_t left_out() const override { return linked_.left_out(); }
  bool has_spans() const override { return has_spans_; }
  std::vector<contact_chain> chains() const override { return linked_.chains(); }
  const column& customers() const override { return columns_.given_customer(); }
  key_cells customer_keys() const override { return columns_.customers(); }

 private:
  contact_columns columns_;
  Linked linked_;
  bool has_spans_;
};

template <class Issue, class Failed>
std::shared_ptr<linked_source> link_as(contact_columns& columns, const role_columns& roles,
                                       const Issue& issue, const Failed& failed,
                                       const link_settings& how) {
  const contact_fields fields{.customer = columns.customers(),
                              .opened = columns.opened(),
                              .resolved = columns.resolved(),
                              .issue = issue,
                              .failed = failed};
  const instant until = how.until ? *how.until : columns.last();
  const auto link = [&] {
    if (!how.from) return link_contacts(fields, how.window, until, how.options);
    if (until < *how.from) throw invalid_setting("observed_until is before observed_from");
    const std::int64_t end = (std::min)(until.microseconds, INT64_MAX - 1) + 1;
    return link_contacts(fields, how.window, period(*how.from, instant{end}), how.options);
  };
  auto linked = roles.named(link);
  using as = linked_as<decltype(linked)>;
  return std::make_shared<as>(std::move(columns), std::move(linked), how.options.keep_spans);
}

}  // namespace

std::shared_ptr<linked_source> link(const column& customer, const column& opened,
                                    const column* resolved, const column* issue,
                                    const column* failed, const link_settings& how) {
  role_columns roles;
  roles.add("customer", customer);
  roles.add("opened", opened, "", "every contact was opened at some time");
  if (resolved != nullptr) roles.add("resolved", *resolved);
  if (issue != nullptr) roles.add("issue", *issue);
  if (failed != nullptr) roles.add("failed", *failed);
  roles.require_equal_rows();
  if (how.window.after == anchor::resolved && resolved == nullptr) {
    throw invalid_setting(
        "link_contacts: windows begin at the resolution, so the column resolved is needed (or "
        "after=\"opened\")");
  }
  contact_columns columns(customer, opened, resolved, issue, failed);
  const auto with_issue = [&](const auto& cells) {
    return columns.failed() ? link_as(columns, roles, cells, flag_cells(*columns.failed()), how)
                            : link_as(columns, roles, cells, no_role{}, how);
  };
  return columns.issue() ? with_issue(issue_cells(*columns.issue())) : with_issue(no_role{});
}

namespace {

anchor anchor_from(settings& given) {
  return given.word("after", {"resolved", "opened"}) == "opened" ? anchor::opened
                                                                 : anchor::resolved;
}

link_settings link_settings_from(settings& given) {
  link_settings how;
  const py::object window = given.get("window");
  if (!window.is_none()) how.window.span = to_span(window, "window");
  how.window.after = anchor_from(given);
  how.window.last_instant = given.flag("last_instant", true);
  how.window.simultaneous = given.flag("simultaneous", false);
  if (given.has("observed_from")) how.from = instant{given.whole("observed_from", 0)};
  if (given.has("observed_until")) how.until = instant{given.whole("observed_until", 0)};
  if (given.word("bad", {"refuse", "leave out"}) == "leave out") {
    how.options.bad = bad_contacts::leave_out;
  }
  how.options.keep_spans = given.flag("keep_spans", false);
  const std::int64_t threads = given.whole("threads", 1);
  if (threads < 1 || threads > 1'024) given.refuse("threads must be 1 to 1024");
  how.options.threads = static_cast<unsigned>(threads);
  return how;
}

std::shared_ptr<arrow_table> table_of_facts(const linked_source& linked) {
  auto out = std::make_shared<arrow_table>();
  using test = bool (contact_fact::*)() const noexcept;
  constexpr std::pair<const char*, test> tests[] = {
      {"left_out", &contact_fact::left_out},
      {"known_customer", &contact_fact::known_customer},
      {"anchored", &contact_fact::anchored},
      {"mature", &contact_fact::mature},
      {"repeated", &contact_fact::repeated},
      {"follows", &contact_fact::follows},
      {"short_look_back", &contact_fact::short_look_back},
      {"simultaneous", &contact_fact::simultaneous},
      {"failed", &contact_fact::failed},
  };
  std::vector<arrow_table::filled*> columns;
  for (const auto& [name, is] : tests) columns.push_back(&out->column(name, "b"));
  auto* span = linked.has_spans() ? &out->column("span", "tDu") : nullptr;
  contact_fact fact;
  for (std::size_t row = 0; row != linked.size(); ++row) {
    linked.read(row, {&fact, 1});
    for (std::size_t i = 0; i != columns.size(); ++i)
      columns[i]->add_flag((fact.*tests[i].second)());
    if (span == nullptr) continue;
    const std::int64_t watched = fact.span().microseconds;
    span->add(watched < 0 ? std::nullopt : std::optional(watched));
  }
  return out;
}

std::shared_ptr<arrow_table> table_of_chains(const linked_source& linked) {
  auto out = std::make_shared<arrow_table>();
  auto& first = out->column("first_row", "L");
  auto& last = out->column("last_row", "L");
  auto& length = out->column("length", "L");
  auto& closed = out->column("closed", "b");
  for (const contact_chain& chain : linked.chains()) {
    first.add(chain.first_row);
    last.add(chain.last_row);
    length.add(chain.length);
    closed.add_flag(chain.closed);
  }
  return out;
}

// ---- metrics

constexpr std::pair<subject, const char*> subjects[] = {
    {subject::customer, "customer"},
    {subject::customer_and_issue, "customer and issue"},
    {subject::customer_and_relation, "customer and relation"},
};

/// The rule that was given, or an unknown one, which the first contacts decide.
contact_rule rule_from(settings& given) {
  contact_rule rule;
  const py::object window = given.get("window");
  rule.after = anchor_from(given);
  rule.last_instant = given.flag("last_instant", true);
  rule.simultaneous = given.flag("simultaneous", false);
  rule.other_failures = given.flag("other_failures", false);
  const std::string about =
      given.word("about", {subjects[0].second, subjects[1].second, subjects[2].second});
  for (const auto& [what, name] : subjects) {
    if (about == name) rule.about = what;
  }
  if (window.is_none()) {
    if (!(rule == contact_rule())) given.refuse("a rule needs its window");
    return rule;
  }
  rule.span = to_span(window, "window");
  if (rule.span.microseconds < 0 || rule.span.microseconds > crmetrics::detail::farthest_contact) {
    given.refuse("the window must be 0 to 73,000 years long");
  }
  return rule;
}

using state = std::unique_ptr<any_state>;

state make_fcr(settings& given) {
  const contact_rule rule = rule_from(given);
  const auto with = [&]<class Maturity>() {
    return with_share_interval(given, [&]<class Interval>() {
      return make_fact_state<contact_fact, basic_fcr<Maturity, Interval>>(
          basic_fcr<Maturity, wilson>(rule));
    });
  };
  return given.word("maturity", {"drop immature", "naive"}) == "naive"
             ? with.template operator()<naive_maturity>()
             : with.template operator()<drop_immature>();
}

state make_fcr_kaplan_meier(settings& given) {
  return make_fact_state<contact_fact>(fcr_kaplan_meier(rule_from(given)));
}

state make_repeat_contact(settings& given) {
  const contact_rule rule = rule_from(given);
  const auto with = [&]<class LookBack>() {
    return with_share_interval(given, [&]<class Interval>() {
      return make_fact_state<contact_fact, basic_repeat_contact<LookBack, Interval>>(
          basic_repeat_contact<LookBack, wilson>(rule));
    });
  };
  return given.word("look_back", {"any", "full"}) == "full"
             ? with.template operator()<full_look_back>()
             : with.template operator()<any_look_back>();
}

state make_repeat_customers(settings& given) {
  const contact_rule rule = rule_from(given);
  return with_share_interval(given, [&]<class Interval>() {
    return make_fact_state<customer_fact, basic_repeat_customers<Interval>>(
        basic_repeat_customers<wilson>(rule));
  });
}

}  // namespace

linked_customers::linked_customers(std::shared_ptr<const linked_source> linked)
    : linked_(std::move(linked)) {
  const key_cells keys = linked_->customer_keys();
  const std::size_t customers = crmetrics::detail::number_customers(
      linked_->size(), [](std::size_t row) { return row; },
      [&](std::size_t row) { return keys[row]; }, customer_of_);
  std::vector<key_number> numbers(customers, nobody);  // in the order of the first contact
  contact_fact fact;
  for (std::size_t row = 0; row != linked_->size(); ++row) {
    linked_->read(row, {&fact, 1});
    if (!fact.known_customer()) {
      customer_of_[row] = nobody;
      continue;
    }
    key_number& number = numbers[customer_of_[row]];
    if (number == nobody) {
      number = static_cast<key_number>(facts_.size());
      facts_.push_back({linked_->rule(), 0, 0});
      first_rows_.push_back(static_cast<std::uint32_t>(row));
    }
    customer_of_[row] = number;
    ++facts_[number].contacts;
    facts_[number].repeats += fact.follows() ? 1U : 0U;
  }
}

void linked_customers::read(std::size_t first, std::span<customer_fact> out) const {
  std::copy_n(facts_.begin() + static_cast<std::ptrdiff_t>(first), out.size(), out.begin());
}

read_groups linked_customers::groups(composite_keys& keys) const {
  auto group_of = std::make_shared<std::vector<std::uint32_t>>(facts_.size());
  problem_list problems;
  for (std::size_t row = 0; row != customer_of_.size(); ++row) {
    std::uint32_t group = 0;
    keys.read(static_cast<std::int64_t>(row), 1, &group);
    const key_number customer = customer_of_[row];
    if (customer == nobody) continue;
    const std::uint32_t first = first_rows_[customer];
    if (row == first) (*group_of)[customer] = group;
    if ((*group_of)[customer] == group) continue;
    const auto at = static_cast<std::int64_t>(row);
    const column& by = keys.part(0).keys();
    problems.add({by.name, row + 1, shown_cell(by, at),
                  "customer " + shown_cell(linked_->customers(), at) +
                      " is in another group in row " + std::to_string(first + 1) +
                      ": a customer counts once"});
  }
  problems.throw_if_any();
  return [group_of](std::size_t first, std::size_t n, std::uint32_t* out) {
    std::copy_n(group_of->begin() + static_cast<std::ptrdiff_t>(first), n, out);
  };
}

std::shared_ptr<arrow_table> linked_customers::table() const {
  auto out = std::make_shared<arrow_table>();
  add_cells(*out, linked_->customers(), first_rows_);
  auto& contacts = out->column("contacts", "L");
  auto& repeats = out->column("repeats", "L");
  for (const customer_fact& fact : facts_) {
    contacts.add(fact.contacts);
    repeats.add(fact.repeats);
  }
  return out;
}

keyword_arguments settings_of(const contact_rule& rule) {
  keyword_arguments out;
  out["window"] = py::module_::import("datetime").attr("timedelta")(0, 0, rule.span.microseconds);
  out["after"] = rule.after == anchor::opened ? "opened" : "resolved";
  out["last_instant"] = rule.last_instant;
  out["simultaneous"] = rule.simultaneous;
  for (const auto& [what, name] : subjects) {
    if (rule.about == what) out["about"] = name;
  }
  out["other_failures"] = rule.other_failures;
  return out;
}

void add_contact_metrics(state_makers& makers) {
  makers["fcr"] = make_fcr;
  makers["fcr_kaplan_meier"] = make_fcr_kaplan_meier;
  makers["repeat_contact"] = make_repeat_contact;
  makers["repeat_customers"] = make_repeat_customers;
}

void bind_contacts(py::module_& module) {
  py::class_<linked_customers, fact_source, std::shared_ptr<linked_customers>>(module,
                                                                               "LinkedCustomers")
      .def("table", &linked_customers::table);
  py::class_<linked_source, fact_source, std::shared_ptr<linked_source>>(module, "LinkedContacts")
      .def_property_readonly("rule",
                             [](const linked_source& linked) { return settings_of(linked.rule()); })
      .def_property_readonly("rule_text",
                             [](const linked_source& linked) {
                               convention_text text;
                               linked.rule().describe(text);
                               return std::string(text.view());
                             })
      .def_property_readonly("observed",
                             [](const linked_source& linked) {
                               const period p = linked.observed();
                               return std::pair(p.from().microseconds, p.to().microseconds);
                             })
      .def_property_readonly("left_out", &linked_source::left_out)
      .def_property_readonly("has_spans", &linked_source::has_spans)
      .def("customers",
           [](std::shared_ptr<linked_source> linked) {
             const py::gil_scoped_release released;
             return std::make_shared<linked_customers>(std::move(linked));
           })
      .def("chains",
           [](const linked_source& linked) {
             const py::gil_scoped_release released;
             return table_of_chains(linked);
           })
      .def("table", [](const linked_source& linked) {
        const py::gil_scoped_release released;
        return table_of_facts(linked);
      });
  module.def(
      "link_contacts",
      [](const column& customer, const column& opened, const column* resolved, const column* issue,
         const column* failed, const keyword_arguments& given) {
        settings all("link_contacts", given);
        const link_settings how = link_settings_from(all);
        all.finish();
        const py::gil_scoped_release released;
        return link(customer, opened, resolved, issue, failed, how);
      },
      py::arg("customer"), py::arg("opened"), py::arg("resolved").none(true),
      py::arg("issue").none(true), py::arg("failed").none(true), py::arg("settings"));
}

}  // namespace crmetrics::python
