#pragma once

#include <crmetrics/runtime/card_spec.hpp>
#include <crmetrics/runtime/detail/spec_fields.hpp>

namespace crmetrics::detail {

/// Reads a mean: "arithmetic", or {"mean": "power", "p": -1, "zero": "gives_zero"}.
inline aggregate_spec read_mean(const json_value& v, const spec_fields& fields) {
  aggregate_spec out;
  const auto method = [&](const json_value& word) {
    out.how = static_cast<aggregate_spec::method>(fields.word(word, words::mean).value_or(0));
  };
  const json_value* p = nullptr;
  if (v.is(json_value::kind::text)) {
    method(v);
  } else {
    if (!fields.object(v, objects::mean)) return out;
    if (const json_value* m = fields.required(v, "mean")) method(*m);
    p = v.find("p");
    if (const json_value* z = v.find("zero")) {
      if (z->is(json_value::kind::text) && z->text == "gives_zero") {
        out.zero = aggregate_spec::zero_rule::gives_zero;
      } else if (z->find("raised_to") != nullptr) {
        fields.refused(objects::mean.name, "raised_to", z->begin);
        out.zero = aggregate_spec::zero_rule::gives_zero;  // something is said
      } else {
        fields.sink().add("E23", *z, "must be \"gives_zero\"");
      }
    }
  }
  if (out.how == aggregate_spec::method::power) {
    if (p == nullptr) {
      fields.sink().add("E24", v, "the power p is missing", "{\"mean\": \"power\", \"p\": 2}", "p");
    } else if (const auto n = fields.number(*p, -100, 100)) {
      out.power = *n;
    }
  } else if (p != nullptr) {
    fields.sink().add("E23", *p, "only the mean \"power\" has a p");
  }
  return out;
}

}  // namespace crmetrics::detail
