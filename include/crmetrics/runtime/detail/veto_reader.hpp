#pragma once

#include <crmetrics/runtime/card_spec.hpp>
#include <crmetrics/runtime/detail/known_metric.hpp>
#include <crmetrics/runtime/detail/spec_fields.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crmetrics::detail {

/// Reads one veto.
class veto_reader {
 public:
  veto_reader(const known_metrics& metrics, const spec_fields& fields,
              const std::vector<band_spec>& bands)
      : metrics_(metrics), fields_(fields), sink_(fields.sink()), bands_(bands) {}

  std::optional<veto_spec> read(const json_value& v) const {
    if (!fields_.object(v, objects::veto)) return std::nullopt;
    veto_spec out;
    const known_metric* metric = nullptr;
    if (const json_value* m = fields_.required(v, "metric")) {
      if (const auto name = fields_.name(*m)) {
        out.metric = *name;
        const auto found = metrics_.find(*name);
        if (found == metrics_.end()) {
          sink_.add("E02", *m, "no metric of this name", nearest_hint(*name, ids_of(metrics_)));
        } else {
          metric = &found->second;
        }
      }
    }
    const json_value* above = v.find("above");
    const json_value* below = v.find("below");
    const json_value* limit = above != nullptr ? above : below;
    out.above = above != nullptr;
    if (limit == nullptr) {
      sink_.add("E24", v, "the threshold is missing", "\"above\" or \"below\"", "above");
    } else if (above != nullptr && below != nullptr) {
      sink_.add("E23", *below, "a veto has one threshold", "write two vetoes");
    }
    if (const json_value* e = v.find("evidence")) {
      read_evidence(*e, out);
      if (out.by == veto_spec::evidence::budget) check_budget(*e, out, limit, metric);
    }
    if (const json_value* e = fields_.required(v, "effect")) read_effect(*e, out);
    if (limit == nullptr) return out;
    const auto threshold = fields_.in_unit(*limit, metric == nullptr ? nullptr : metric->entry);
    if (threshold) {
      out.threshold = *threshold;
      if (metric != nullptr) check_threshold(*limit, out, *metric);
    }
    return out;
  }

 private:
  using kind = json_value::kind;

  void read_evidence(const json_value& v, veto_spec& out) const {
    if (v.is(kind::text)) {
      if (v.text == "lower_bound") {
        out.by = veto_spec::evidence::lower_bound;
      } else if (v.text != "point") {
        sink_.add("E23", v, "must be \"point\", {\"lower_bound\": level} or {\"budget\": events}");
      }
      return;
    }
    if (!one_of(v, objects::evidence)) return;
    if (const json_value* l = v.find("lower_bound")) {
      out.by = veto_spec::evidence::lower_bound;
      out.level = fields_.level(*l).value_or(out.level);
    } else if (const json_value* b = v.find("budget")) {
      out.by = veto_spec::evidence::budget;
      out.budget = fields_.count(*b).value_or(0);
    }
  }

  // Events are counted on the bad side only: of nine solved cases in ten a budget of three is no
  // breach, and of a mean there is nothing to count.
  void check_budget(const json_value& v, const veto_spec& out, const json_value* limit,
                    const known_metric* metric) const {
    if (limit != nullptr && !out.above) {
      sink_.add("E23", v, "a budget of bad events needs \"above\", not \"below\"",
                "count what goes wrong, such as error_rate");
      return;
    }
    if (metric == nullptr || metric->entry == nullptr) return;
    const bool share = metric->entry->unit == unit::fraction;
    if (share && metric->settled == better::lower) return;
    if (metric->settled == better::higher) return;  // told at the threshold
    sink_.add("E17", v,
              "a budget counts bad events, and " + metric->spec.id +
                  " is no share of which lower is better",
              "leave it out, or count what goes wrong, such as error_rate");
  }

  void read_effect(const json_value& v, veto_spec& out) const {
    if (v.is(kind::text)) {
      out.then = veto_spec::effect::zero;
      if (v.text != "zero") {
        sink_.add("E23", v,
                  "must be \"zero\", {\"cap\": points}, {\"drop_bands\": how many} or "
                  "{\"block_band\": name}");
      }
      return;
    }
    if (!one_of(v, objects::effect)) return;
    if (const json_value* c = v.find("cap")) {
      out.then = veto_spec::effect::cap;
      const auto points = fields_.points(*c);
      out.cap = points.value_or(decimal{});
      if (points && !is_below(*points, {100, 0})) {
        sink_.add("W15", *c, "no total is higher: the veto takes nothing", "leave it out");
      }
    } else if (const json_value* d = v.find("drop_bands")) {
      out.then = veto_spec::effect::drop_bands;
      out.bands = fields_.count(*d, 1).value_or(1);
      if (bands_.empty()) {
        sink_.add("E24", *d, "the card has no bands");
      } else if (bands_.size() == 1) {
        sink_.add("W15", *d, "the card has one band: there is none to fall to", "leave it out");
      } else if (out.bands >= bands_.size()) {
        sink_.add("W15", *d,
                  "of " + std::to_string(bands_.size()) + " bands none falls by more than " +
                      std::to_string(bands_.size() - 1),
                  "write " + std::to_string(bands_.size() - 1));
      }
    } else if (const json_value* b = v.find("block_band")) {
      out.then = veto_spec::effect::block_band;
      const auto name = fields_.name(*b);
      if (!name) return;
      out.band = *name;
      std::vector<std::string_view> names;
      for (const band_spec& band : bands_) names.emplace_back(band.name);
      if (!names.empty() && names.back() == *name) {
        sink_.add("E02", *b, "is the lowest band: there is none below it");
        return;
      }
      for (const std::string_view known : names) {
        if (known == *name) return;
      }
      sink_.add("E02", *b, "no band of this name", nearest_hint(*name, names));
    }
  }
  bool one_of(const json_value& v, const spec_object& grammar) const {
    if (!fields_.object(v, grammar)) return false;
    if (v.items.size() == 1) return true;
    sink_.add(v.items.empty() ? "E24" : "E23", v, "must have exactly one key");
    return false;
  }

  // Who meets the target must not be stopped by the veto.
  void check_threshold(const json_value& at, const veto_spec& veto,
                       const known_metric& metric) const {
    const better worse = veto.above ? better::lower : better::higher;
    const metric_spec& m = metric.spec;
    const auto wrong = [&](const quantity& target) {
      return veto.above ? is_below(veto.threshold, target) : is_below(target, veto.threshold);
    };
    const auto* line = std::get_if<linear_spec>(&m.score);
    const better settled = metric.settled;
    if ((settled == better::lower || settled == better::higher) && settled != worse) {
      sink_.add(
          "E17", at,
          "the veto would fire on good results: " + text_of(settled) + " is better for " + m.id);
    } else if (m.target && wrong(m.target->value)) {
      sink_.add("E17", at,
                "the veto would fire on results that meet the target " + m.target->value.text());
    } else if (line != nullptr && wrong(line->target)) {
      sink_.add("E17", at,
                "the veto would fire on results that meet the target " + line->target.text() +
                    " of the score");
    }
    if (metric.entry == nullptr) return;
    const unit of = metric.entry->unit;
    if (of != unit::fraction && of != unit::net_fraction) return;
    // In hundredths, as written.
    const decimal end{veto.above ? 100 : of == unit::fraction ? 0 : -100, 0};
    const decimal threshold = veto.threshold.canonical();
    if (veto.above ? is_at_most(end, threshold) : is_at_most(threshold, end)) {
      sink_.add("W15", at, "no value is beyond it: the veto never fires", "leave it out");
    }
    if (of != unit::fraction) return;
    // A budget of 0 is a point: the first event is over it.
    const bool of_one = veto.by == veto_spec::evidence::point ||
                        (veto.by == veto_spec::evidence::budget && veto.budget == 0);
    if (!veto.above || !of_one) return;
    // One event in min_n: 100 / min_n per cent above the threshold.
    const int128 n = m.min_n == 0 ? 1 : static_cast<int128>(m.min_n);
    if (n * veto.threshold.number.digits < 100 * veto.threshold.number.scale()) {
      sink_.add("W07", at,
                "with " + std::to_string(m.min_n == 0 ? 1 : m.min_n) +
                    " observations a single event fires the veto",
                "raise min_n, or take the evidence \"lower_bound\" or {\"budget\": events}");
    }
  }

  const known_metrics& metrics_;
  const spec_fields& fields_;
  diagnostic_sink& sink_;
  const std::vector<band_spec>& bands_;
};

}  // namespace crmetrics::detail
