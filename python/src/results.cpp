#include "results.hpp"

#include "state_object.hpp"

#include <crmetrics/intervals/comparison.hpp>
#include <crmetrics/intervals/difference.hpp>
#include <crmetrics/io/ranking_text.hpp>
#include <crmetrics/io/text.hpp>
#include <crmetrics/runtime/interned.hpp>

#include <pybind11/stl.h>
#include <pybind11/typing.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace crmetrics::python {

namespace {

std::string text_of(std::string_view s) { return std::string(s); }

std::optional<double> value_of(const estimate& e) {
  return e.has_value() ? std::optional(e.value()) : std::nullopt;
}

std::map<std::string, std::uint64_t> excluded_of(const estimate& e) {
  std::map<std::string, std::uint64_t> out;
  for (const auto& [cause, count] : e.excluded()) out[text_of(cause.view())] = count;
  return out;
}

std::optional<std::pair<double, double>> interval_of(const std::optional<interval>& i) {
  if (!i) return std::nullopt;
  return std::pair(i->low, i->high);
}

std::optional<std::pair<std::int64_t, std::int64_t>> exact_of(const estimate& e) {
  if (!e.exact().known()) return std::nullopt;
  return std::pair(e.exact().numerator, e.exact().denominator);
}

bool equal(const estimate& a, const estimate& b) {
  const auto same = [&](auto member) { return std::invoke(member, a) == std::invoke(member, b); };
  return same(&estimate::name) && same(&estimate::convention) && same(&estimate::method) &&
         same(&estimate::unit) && same(&estimate::direction) && same(&estimate::status) &&
         value_of(a) == value_of(b) && same(&estimate::standard_error) &&
         interval_of(a.interval()) == interval_of(b.interval()) &&
         a.level().value() == b.level().value() && same(&estimate::n) &&
         same(&estimate::effective_n) && exact_of(a) == exact_of(b) && same(&estimate::missing) &&
         same(&estimate::invalid) && same(&estimate::pending) && same(&estimate::excluded);
}

using parts_tuple = py::typing::Tuple<py::object, py::ellipsis>;

// What pickle keeps: texts, enumerators by their numbers, counts.
parts_tuple parts_of(const estimate& e) {
  const estimate_parts& p = e.parts();
  std::vector<std::pair<std::string, std::uint64_t>> excluded;
  for (const auto& [cause, count] : p.excluded) excluded.emplace_back(text_of(cause.view()), count);
  return py::make_tuple(
      text_of(p.name), text_of(e.convention()), text_of(p.method), static_cast<int>(p.unit),
      static_cast<int>(p.direction), static_cast<int>(p.status), p.value, p.standard_error,
      interval_of(p.interval), p.level.value(), p.n, p.effective_n,
      std::pair(p.exact.numerator, p.exact.denominator), p.missing, p.invalid, p.pending, excluded);
}
estimate estimate_from(const parts_tuple& parts) {
  if (parts.size() != 17) throw py::value_error("not an estimate");
  using real = std::optional<double>;
  using whole = std::uint64_t;
  estimate_parts p;
  p.name = interned(parts[0].cast<std::string>()).view();
  p.convention = convention_text(parts[1].cast<std::string>());
  p.method = interned(parts[2].cast<std::string>()).view();
  p.unit = static_cast<unit>(parts[3].cast<int>());
  p.direction = static_cast<direction>(parts[4].cast<int>());
  p.status = static_cast<status>(parts[5].cast<int>());
  p.value = parts[6].cast<double>();
  p.standard_error = parts[7].cast<real>();
  if (const auto ends = parts[8].cast<std::optional<std::pair<double, double>>>()) {
    p.interval = interval{ends->first, ends->second};
  }
  p.level = level_of(parts[9].cast<double>());
  p.n = parts[10].cast<whole>(), p.effective_n = parts[11].cast<double>();
  const auto exact = parts[12].cast<std::pair<std::int64_t, std::int64_t>>();
  p.exact = {exact.first, exact.second};
  p.missing = parts[13].cast<whole>(), p.invalid = parts[14].cast<whole>();
  p.pending = parts[15].cast<whole>();
  for (const auto& [cause, count] :
       parts[16].cast<std::vector<std::pair<std::string, std::uint64_t>>>()) {
    p.excluded.add(interned(cause), count);
  }
  return estimate(p);
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace

std::string format_of(const column& keys) {
  switch (keys.type) {
    case kind::bits:
    case kind::bytes_as_bool:
      return "b";
    case kind::u64:
      return "L";
    case kind::days:
      return "tdD";
    case kind::instants:
      return std::string("ts") +
             (keys.ticks == 1           ? "s"
              : keys.ticks == 1'000     ? "m"
              : keys.ticks == 1'000'000 ? "u"
                                        : "n") +
             ":" + keys.zone;
    case kind::spans:
      return std::string("tD") + (keys.ticks == 1           ? "s"
                                  : keys.ticks == 1'000     ? "m"
                                  : keys.ticks == 1'000'000 ? "u"
                                                            : "n");
    case kind::text:
    case kind::large_text:
    case kind::text_view:
      return "u";
    default:
      return "l";
  }
}

group_table::group_table(const composite_keys& keys, grouped_findings findings)
    : total_(std::move(findings.total)) {
  for (std::size_t i = 0; i != keys.columns(); ++i) {
    const column& c = keys.part(i).keys();
    const column& values = c.is_dictionary() ? *c.chunks.front().dictionary : c;
    key_names_.push_back(free_name(c.name));
    keys_.push_back({format_of(values), values.type, values.ticks, values.zone, {}, {}});
  }
  for (const std::uint32_t number : keys.ordered()) {
    if (number >= findings.by_number.size() || !findings.by_number[number]) continue;
    rows_.push_back(*findings.by_number[number]);
    for (std::size_t i = 0; i != keys_.size(); ++i) {
      const std::uint32_t in_part = keys.in_part(number, i);
      if (keys_[i].format == "u") {
        keys_[i].texts.push_back(keys.part(i).text(in_part));
      } else {
        keys_[i].wholes.push_back(keys.part(i).whole(in_part));
      }
    }
  }
  without_key_ = findings.by_number.front();
}

std::string group_table::free_name(std::string name) const {
  arrow_table results;
  add_estimates(results, {});
  while (results.has(name) || std::ranges::find(key_names_, name) != key_names_.end()) {
    name += "_key";
  }
  return name;
}

py::object group_table::key(std::size_t row) const {
  const auto one = [&](const key_column& c) -> py::object {
    if (c.format == "u") return py::str(c.texts[row]);
    const std::int64_t x = c.wholes[row];
    if (c.format == "b") return py::bool_(x != 0);
    if (c.format == "L") return py::int_(static_cast<std::uint64_t>(x));
    const py::module_ datetime = py::module_::import("datetime");
    if (c.type == kind::days) {
      return datetime.attr("date").attr("fromordinal")(x + 719'163);
    }
    if (c.type != kind::spans && c.type != kind::instants) return py::int_(x);
    // Rounded down, as Python knows no less than microseconds.
    const std::int64_t rest = ((x % c.ticks) + c.ticks) % c.ticks;
    const std::int64_t micros =
        c.ticks > 1'000'000 ? rest / (c.ticks / 1'000'000) : rest * (1'000'000 / c.ticks);
    const std::int64_t seconds = x / c.ticks - (x % c.ticks < 0 ? 1 : 0);
    const py::object since = datetime.attr("timedelta")(0, seconds, micros);
    if (c.type == kind::spans) return since;
    py::object zone = py::none();
    if (!c.zone.empty()) zone = datetime.attr("timezone").attr("utc");
    return datetime.attr("datetime")(1970, 1, 1, py::arg("tzinfo") = zone) + since;
  };
  if (keys_.size() == 1) return one(keys_.front());
  py::tuple out(keys_.size());
  for (std::size_t i = 0; i != keys_.size(); ++i) out[i] = one(keys_[i]);
  return out;
}

void add_estimates(arrow_table& table, const std::vector<const estimate*>& estimates) {
  auto& value = table.column("value", "g");
  auto& low = table.column("low", "g");
  auto& high = table.column("high", "g");
  auto& error = table.column("standard_error", "g");
  auto& n = table.column("n", "L");
  auto& effective = table.column("effective_n", "g");
  auto& status = table.column("status", "u");
  auto& missing = table.column("missing", "L");
  auto& invalid = table.column("invalid", "L");
  auto& pending = table.column("pending", "L");
  auto& excluded = table.column("excluded", "L");
  auto& unit = table.column("unit", "u");
  auto& level = table.column("level", "g");
  auto& method = table.column("method", "u");
  auto& metric = table.column("metric", "u");
  auto& convention = table.column("convention", "u");
  for (const estimate* e : estimates) {
    value.add(value_of(*e));
    low.add(e->interval() ? std::optional(e->interval()->low) : std::nullopt);
    high.add(e->interval() ? std::optional(e->interval()->high) : std::nullopt);
    error.add(e->standard_error());
    n.add(e->n());
    effective.add(e->effective_n());
    status.add_text(to_string(e->status()));
    missing.add(e->missing());
    invalid.add(e->invalid());
    pending.add(e->pending());
    excluded.add(e->excluded().total());
    unit.add_text(to_string(e->unit()));
    level.add(e->level().value());
    method.add_text(e->method());
    metric.add_text(e->name());
    convention.add_text(e->convention());
  }
}

std::shared_ptr<const arrow_table> group_table::table() const {
  auto out = std::make_shared<arrow_table>();
  for (std::size_t i = 0; i != keys_.size(); ++i) {
    const key_column& c = keys_[i];
    if (c.format == "b") {  // yes and no as a text, for keys are names
      auto& keys = out->column(key_names_[i], "u");
      for (const std::int64_t x : c.wholes) keys.add_text(x != 0 ? "true" : "false");
    } else if (c.format == "u") {
      auto& keys = out->column(key_names_[i], "u");
      for (const std::string& x : c.texts) keys.add_text(x);
    } else if (c.format == "tdD") {
      auto& keys = out->column(key_names_[i], c.format);
      for (const std::int64_t x : c.wholes) keys.add(static_cast<std::int32_t>(x));
    } else {
      auto& keys = out->column(key_names_[i], c.format);
      for (const std::int64_t x : c.wholes) keys.add(x);
    }
  }
  const auto all = [&]<class Kind>(const Kind&) {
    std::vector<const Kind*> rows;
    for (const finding& each : rows_) rows.push_back(&std::get<Kind>(each));
    return rows;
  };
  if (const auto* report = std::get_if<movements_report>(&total_)) {
    add_movements(*out, all(*report));
  } else {
    add_estimates(*out, all(estimate()));
  }
  return out;
}

namespace {

/// Columns of plain Python values: name, format ("u", "l" or "g") and the values, with None.
py::capsule record_table(
    const std::vector<std::tuple<std::string, std::string, py::typing::List<py::object>>>&
        columns) {
  auto table = std::make_shared<arrow_table>();
  for (const auto& [name, format, values] : columns) {
    auto& out = table->column(name, format);
    for (const py::handle x : values) {
      if (format == "u") {
        x.is_none() ? out.add_no_text() : out.add_text(py::str(x).cast<std::string>());
      } else if (format == "g") {
        out.add(x.is_none() ? std::nullopt : std::optional(x.cast<double>()));
      } else {
        out.add(x.is_none() ? std::nullopt : std::optional(x.cast<std::int64_t>()));
      }
    }
  }
  return arrow_table::stream(table);
}

}  // namespace

void bind_results(py::module_& module) {
  module.def("record_table", &record_table, py::arg("columns"));
  py::class_<estimate>(module, "Estimate",
                       "A number with its doubt and its definition: what `result()` of a metric "
                       "gives. `value` is None where there is none, never 0.")
      .def_property_readonly("name", [](const estimate& e) { return text_of(e.name()); })
      .def_property_readonly("value", &value_of)
      .def_property_readonly("status",
                             [](const estimate& e) { return text_of(to_string(e.status())); })
      .def_property_readonly("interval",
                             [](const estimate& e) { return interval_of(e.interval()); })
      .def_property_readonly("standard_error", &estimate::standard_error)
      .def_property_readonly("level", [](const estimate& e) { return e.level().value(); })
      .def_property_readonly("method", [](const estimate& e) { return text_of(e.method()); })
      .def_property_readonly("convention",
                             [](const estimate& e) { return text_of(e.convention()); })
      .def_property_readonly("unit", [](const estimate& e) { return text_of(to_string(e.unit())); })
      .def_property_readonly("direction",
                             [](const estimate& e) { return text_of(to_string(e.direction())); })
      .def_property_readonly("n", &estimate::n)
      .def_property_readonly("effective_n", &estimate::effective_n)
      .def_property_readonly("exact", &exact_of)
      .def_property_readonly("missing", &estimate::missing)
      .def_property_readonly("invalid", &estimate::invalid)
      .def_property_readonly("pending", &estimate::pending)
      .def_property_readonly("excluded", &excluded_of)
      .def("to_dict",
           [](const estimate& e) {
             py::typing::Dict<py::str, py::object> out;
             out["metric"] = text_of(e.name());
             out["value"] = value_of(e);
             out["interval"] = interval_of(e.interval());
             out["standard_error"] = e.standard_error();
             out["n"] = e.n();
             out["effective_n"] = e.effective_n();
             out["status"] = text_of(to_string(e.status()));
             out["missing"] = e.missing();
             out["invalid"] = e.invalid();
             out["pending"] = e.pending();
             out["excluded"] = excluded_of(e);
             out["unit"] = text_of(to_string(e.unit()));
             out["direction"] = text_of(to_string(e.direction()));
             out["level"] = e.level().value();
             out["method"] = text_of(e.method());
             out["convention"] = text_of(e.convention());
             return out;
           })
      .def(
          "__arrow_c_stream__",
          [](const estimate& e, const py::object&) {
            auto table = std::make_shared<arrow_table>();
            add_estimates(*table, {&e});
            return arrow_table::stream(table);
          },
          py::arg("requested_schema") = py::none())
      .def(
          "__eq__",
          [](const estimate& e, const py::object& other) {
            return py::isinstance<estimate>(other) && equal(e, other.cast<const estimate&>());
          },
          py::arg("other"))
      .def("__hash__",
           [](const estimate& e) {
             return py::hash(py::make_tuple(text_of(e.name()), e.n(), value_of(e)));
           })
      .def(py::pickle(&parts_of, &estimate_from))
      .def("__str__", [](const estimate& e) { return to_text(e); })
      .def("__repr__", [](const estimate& e) { return "<" + to_text(e) + ">"; })
      .def("_repr_html_", [](const estimate& e) {
        const std::string all = to_text(e);
        const std::string value = value_text(e);
        return "<span title=\"" + escaped(e.convention()) + "\"><strong>" + escaped(e.name()) +
               " " + escaped(value) + "</strong>" +
               escaped(std::string_view(all).substr(
                   (std::min)(all.size(), e.name().size() + 1 + value.size()))) +
               "</span>";
      });

  py::class_<compared>(module, "Difference",
                       "A signed difference of two independent results, a - b.")
      .def_property_readonly("value",
                             [](const compared& d) {
                               return d.what.has_value() ? std::optional(d.what.value())
                                                         : std::nullopt;
                             })
      .def_property_readonly("status",
                             [](const compared& d) { return text_of(to_string(d.what.status())); })
      .def_property_readonly("interval",
                             [](const compared& d) { return interval_of(d.what.interval()); })
      .def_property_readonly("standard_error",
                             [](const compared& d) { return d.what.standard_error(); })
      .def_property_readonly("p_value", [](const compared& d) { return d.what.p_value(); })
      .def_property_readonly("level", [](const compared& d) { return d.what.level().value(); })
      .def_property_readonly("method", [](const compared& d) { return text_of(d.what.method()); })
      .def_property_readonly("unit", [](const compared& d) { return text_of(to_string(d.of)); })
      .def_property_readonly("n_a", [](const compared& d) { return d.what.n_a(); })
      .def_property_readonly("n_b", [](const compared& d) { return d.what.n_b(); })
      .def("__repr__",
           [](const compared& d) { return "<difference " + to_text(d.what, d.of) + ">"; });
  module.def(
      "compare",
      [](const estimate& a, const estimate& b, double level) {
        return compared{compare(a, b, confidence_level(level)), a.unit()};
      },
      py::arg("a"), py::arg("b"), py::arg("level") = .95);

  py::class_<group_table>(module, "GroupTable")
      .def("__len__", &group_table::size)
      .def("key", &group_table::key, py::arg("row"))
      .def(
          "at", [](const group_table& t, std::size_t row) { return t.at(row); }, py::arg("row"))
      .def_property_readonly("without_key", &group_table::without_key)
      .def_property_readonly("total", &group_table::total)
      .def_property_readonly("key_names", &group_table::key_names)
      .def(
          "__arrow_c_stream__",
          [](const group_table& t, const py::object&) { return arrow_table::stream(t.table()); },
          py::arg("requested_schema") = py::none())
      .def("__arrow_c_schema__",
           [](const group_table& t) { return arrow_table::schema(t.table()); });
}

}  // namespace crmetrics::python
