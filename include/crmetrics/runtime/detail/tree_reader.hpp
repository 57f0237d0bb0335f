#pragma once

#include <crmetrics/runtime/card_spec.hpp>
#include <crmetrics/runtime/detail/ahp_judgements.hpp>
#include <crmetrics/runtime/detail/known_metric.hpp>
#include <crmetrics/runtime/detail/mean_reader.hpp>
#include <crmetrics/runtime/detail/spec_fields.hpp>

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crmetrics::detail {

/// A weighted metric where it stands in the file.
struct leaf_place {
  std::string metric;
  const json_value* node = nullptr;
};

/// Reads trees of weights.
class tree_reader {
 public:
  tree_reader(const known_metrics& metrics, const spec_fields& fields)
      : metrics_(metrics), fields_(fields), sink_(fields.sink()) {}

  /// Whether a key stood before in the same object, which was reported when the JSON was read.
  static bool is_repeated(const json_value& object, std::size_t i) {
    const auto last = object.keys.begin() + static_cast<std::ptrdiff_t>(i);
    return std::find(object.keys.begin(), last, *last) != last;
  }

  /// The object `groups`; its leaves are added to `leaves` in the order of the tree.
  std::vector<part_spec> read(const json_value& groups, const weighting_spec& weights,
                              std::vector<leaf_place>& leaves) const {
    std::vector<part_spec> out;
    if (!fields_.is(groups, kind::object, "an object of groups")) return out;
    if (groups.items.empty()) sink_.add("E24", groups, "must name at least one group");
    for (std::size_t i = 0; i != groups.items.size(); ++i) {
      if (is_repeated(groups, i)) continue;
      out.push_back(read_group(groups.keys[i], groups.items[i], weights.how == fixed, leaves));
    }
    check_sum(groups, out, weights);
    report_twice(leaves);
    std::set<std::string_view> names;
    for (const leaf_place& leaf : leaves) {
      names.insert(leaf.metric);
      // Its corrector is a part of the card, too.
      const auto found = metrics_.find(leaf.metric);
      if (found != metrics_.end() && found->second.spec.correct_by) {
        names.insert(found->second.spec.correct_by->metric);
      }
    }
    report_names(groups, out, names);
    return out;
  }

  /// `weights`: "equal" or judgements.
  weighting_spec read_weighting(const json_value& v) const {
    weighting_spec out;
    if (v.is(kind::text)) {
      if (v.text == "equal") {
        out.how = weighting_spec::method::equal;
      } else {
        sink_.add("E23", v, "must be \"equal\" or an object with judgements");
      }
      return out;
    }
    if (!fields_.object(v, objects::weights)) return out;
    const json_value* ahp = fields_.required(v, "ahp");
    if (ahp == nullptr || !fields_.object(*ahp, objects::ahp)) return out;
    out.how = weighting_spec::method::ahp;
    if (const json_value* o = fields_.required(*ahp, "order")) {
      out.order = fields_.names(*o).value_or(std::vector<std::string>());
      for (std::size_t i = 0; i != o->items.size(); ++i) {
        const json_value& name = o->items[i];
        const auto last = o->items.begin() + static_cast<std::ptrdiff_t>(i);
        if (std::find(o->items.begin(), last, name) != last) {
          sink_.add("E18", name, "is in the order twice");
        }
      }
    }
    if (const json_value* c = ahp->find("max_cr")) {
      out.max_cr = fields_.share(*c).value_or(out.max_cr);
    }
    auto table = random_index::saaty_1980;
    if (const json_value* r = ahp->find("random_index")) {
      if (const auto which = fields_.word(*r, random_index_words)) {
        table = static_cast<random_index>(*which);
      }
    }
    out.random_index = random_index_words[static_cast<std::size_t>(table)];
    const json_value* judgements = fields_.required(*ahp, "judgements");
    if (judgements != nullptr) read_judgements(*judgements, out, table);
    // Nothing is computed of judgements that are not there.
    if (out.judgements.size() != out.order.size() || out.order.empty()) {
      out.how = weighting_spec::method::equal;
    }
    return out;
  }

  /// Children that a matrix of judgements must name, each once.
  void check_order(const json_value& weights, const weighting_spec& by,
                   const std::vector<part_spec>& parts) const {
    const json_value* ahp = weights.find("ahp");
    const json_value* order = ahp == nullptr ? nullptr : ahp->find("order");
    if (order == nullptr) return;
    named_weights named;
    for (const std::string& name : by.order) named.emplace_back(name, decimal{1, 0});
    check_names(*order, named, parts, "judgements");
  }

  /// {"satisfaction": 30, ...}: names each of the groups, and their total is met.
  named_weights read_named(const json_value& v, const std::vector<part_spec>& groups,
                           const std::optional<decimal>& total, std::string_view whose) const {
    named_weights out;
    if (!fields_.is(v, kind::object, "an object of weights")) return out;
    bool readable = true;
    for (std::size_t i = 0; i != v.items.size(); ++i) {
      if (is_repeated(v, i)) continue;
      const auto w = weight(v.items[i]);
      readable = readable && w.has_value();
      out.emplace_back(v.keys[i], w.value_or(decimal{}));
    }
    check_names(v, out, groups, whose);
    if (!readable) return out;
    decimal_sum sum;
    for (const auto& [name, w] : out) sum.add(w);
    check_total(v, sum, total);
    return out;
  }

 private:
  using kind = json_value::kind;
  static constexpr weighting_spec::method fixed = weighting_spec::method::fixed;

  std::optional<decimal> weight(const json_value& v) const {
    if (v.is(kind::text) || v.is(kind::null)) {
      sink_.add("E03", v, "the weight is not a number");
      return std::nullopt;
    }
    const auto w = fields_.number(v);
    if (w && w->digits < 0) {
      sink_.add("E03", v, "the weight is negative: a better result would lower the total");
      return std::nullopt;
    }
    return w;
  }

  part_spec read_group(const std::string& name, const json_value& v, bool weighed,
                       std::vector<leaf_place>& leaves) const {
    part_spec out;
    out.name = name;
    out.is_group = true;
    if (name.empty()) sink_.add("E23", v, "a group needs a name");
    if (!fields_.object(v, objects::group)) return out;
    if (const json_value* w = v.find("weight")) {
      if (!weighed) {
        sink_.add("E23", *w, "is not read here: the weights come from a method", "leave it out");
      }
      out.weight = weighed ? weight(*w).value_or(decimal{}) : decimal{1, 0};
    } else if (weighed) {
      fields_.required(v, "weight");
    }
    if (const json_value* p = v.find("perspective")) {
      out.perspective = fields_.name(*p).value_or("");
    }
    if (const json_value* t = v.find("total")) out.total = fields_.number(*t);
    if (const json_value* w = v.find("weights")) out.weights = read_weighting(*w);
    if (const json_value* a = v.find("aggregate")) out.aggregate = read_mean(*a, fields_);
    const json_value* of = fields_.required(v, "of");
    if (of == nullptr) return out;
    if (of->is(kind::array)) {
      if (out.weights.how == fixed) {
        sink_.add("E23", *of, "a list of metrics needs \"weights\"",
                  "write {\"csat\": 60, \"nps\": 40} or \"weights\": \"equal\"");
      }
      for (const json_value& item : of->items) {
        if (const auto id = fields_.name(item)) add_leaf(out, *id, item, {1, 0}, leaves);
      }
    } else if (fields_.is(*of, kind::object, "an object of metrics and groups")) {
      for (std::size_t i = 0; i != of->items.size(); ++i) {
        if (is_repeated(*of, i)) continue;
        const json_value& item = of->items[i];
        if (item.is(kind::object)) {
          out.of.push_back(read_group(of->keys[i], item, out.weights.how == fixed, leaves));
          continue;
        }
        if (out.weights.how != fixed) {
          sink_.add("E23", item, "is not read here: the weights come from a method",
                    "write the metrics as a list");
        }
        const auto w = weight(item);
        add_leaf(out, of->keys[i], item,
                 out.weights.how == fixed ? w.value_or(decimal{}) : decimal{1, 0}, leaves);
      }
    }
    if (out.of.empty()) sink_.add("E24", *of, "the group has no metrics");
    check_sum(*of, out.of, out.weights);
    if (out.weights.how == fixed) {
      decimal_sum sum;
      for (const part_spec& p : out.of) sum.add(p.weight);
      check_total(*of, sum, out.total);
    } else if (const json_value* w = v.find("weights")) {
      check_order(*w, out.weights, out.of);
    }
    return out;
  }
  void add_leaf(part_spec& group, const std::string& id, const json_value& at, decimal w,
                std::vector<leaf_place>& leaves) const {
    const auto found = metrics_.find(id);
    if (found == metrics_.end()) {
      sink_.add("E02", at, "no metric \"" + id + "\"", nearest_hint(id, ids_of(metrics_)));
    } else if (found->second.node->find("score") == nullptr) {
      sink_.add("E24", *found->second.node, "a weighted metric needs a score", {}, "score");
    }
    part_spec leaf;
    leaf.name = id, leaf.weight = w;
    group.of.push_back(std::move(leaf));
    leaves.push_back({id, &at});
  }

  void check_sum(const json_value& at, const std::vector<part_spec>& parts,
                 const weighting_spec& by) const {
    if (by.how != fixed || parts.empty()) return;
    decimal_sum sum;
    for (const part_spec& p : parts) sum.add(p.weight);
    if (sum.is_zero()) sink_.add("E03", at, "no weight is above 0");
  }
  void check_total(const json_value& at, const decimal_sum& sum,
                   const std::optional<decimal>& total) const {
    if (total && !sum.equals(*total)) {
      sink_.add("E04", at,
                "the weights add up to " + sum.text() + ", not to " + exact_text(*total));
    }
  }

 public:
  /// The top groups against the declared total.
  void check_top_total(const json_value& at, const std::vector<part_spec>& groups,
                       const std::optional<decimal>& total) const {
    decimal_sum sum;
    for (const part_spec& p : groups) sum.add(p.weight);
    check_total(at, sum, total);
  }

 private:
  void check_names(const json_value& at, const named_weights& named,
                   const std::vector<part_spec>& parts, std::string_view whose) const {
    std::vector<std::string_view> names;
    for (const part_spec& p : parts) names.emplace_back(p.name);
    const bool by_key = at.is(kind::object);
    for (std::size_t i = 0; i != at.items.size(); ++i) {
      if (!by_key && !at.items[i].is(kind::text)) continue;
      const std::string& name = by_key ? at.keys[i] : at.items[i].text;
      if (std::find(names.begin(), names.end(), name) != names.end()) continue;
      sink_.add("E12", by_key ? at.key_begins[i] : at.items[i].begin,
                "no part of this name is weighed here", nearest_hint(name, names));
    }
    std::string omitted;
    std::vector<std::string_view> sorted = names;
    std::sort(sorted.begin(), sorted.end());
    for (const std::string_view name : sorted) {
      const auto is_it = [&](const auto& n) { return n.first == name; };
      if (std::none_of(named.begin(), named.end(), is_it)) {
        omitted += (omitted.empty() ? "" : ", ") + std::string(name);
      }
    }
    if (!omitted.empty()) {
      sink_.add("E12", at,
                "the " + std::string(whose) + " must name each part; left out: " + omitted);
    }
  }

  void read_judgements(const json_value& v, weighting_spec& by, random_index table) const {
    if (!fields_.is(v, kind::array, "a matrix: a list of rows")) return;
    const std::size_t n = by.order.size();
    bool readable = true;
    for (const json_value& row : v.items) {
      by.judgements.emplace_back();
      if (!fields_.is(row, kind::array, "a row: a list of judgements")) {
        readable = false;
        continue;
      }
      for (const json_value& cell : row.items) {
        const auto j = read_judgement(cell);
        readable = readable && j.has_value();
        by.judgements.back().push_back(j.value_or(judgement{}));
      }
    }
    const auto right_size = [n](const auto& row) { return row.size() == n; };
    const auto& rows = by.judgements;
    if (n == 0 || n > 15 || rows.size() != n ||
        !std::all_of(rows.begin(), rows.end(), right_size)) {
      sink_.add("E18", v,
                "must be square, with a row and a column for each of 1 to 15 names in order");
      by.how = weighting_spec::method::equal;  // nothing is computed of it
      return;
    }
    if (!readable) {
      by.how = weighting_spec::method::equal;
      return;
    }
    bool consistent = true;
    for (std::size_t i = 0; i != n; ++i) {
      for (std::size_t j = i; j != n; ++j) {
        if (reciprocal(rows[i][j], rows[j][i])) continue;
        consistent = false;
        sink_.add("E18", v.items[j].items[i],
                  i == j ? "the diagonal must be 1"
                         : "must be the reciprocal of row " + std::to_string(i + 1) + ", column " +
                               std::to_string(j + 1),
                  i == j ? "" : "write \"1/3\" for a third");
      }
    }
    if (!consistent) {
      by.how = weighting_spec::method::equal;
      return;
    }
    const double ratio = judged(rows, table).consistency_ratio;
    if (ratio > by.max_cr.to_double()) {
      const auto thousandths = static_cast<std::int64_t>(ratio * 1000 + 0.5);
      sink_.add("E18", v,
                "consistency ratio " + exact_text({thousandths, 3}) + " (" +
                    std::string(random_index_words[static_cast<std::size_t>(table)]) +
                    ") is above " + exact_text(by.max_cr),
                "judge again the pairs that contradict each other");
    }
  }
  std::optional<judgement> read_judgement(const json_value& v) const {
    judgement out;
    if (v.is(kind::number)) {
      const auto n = fields_.number(v);
      if (n && n->digits > 0) {
        out.numerator = *n;
        return out;
      }
    } else if (v.is(kind::text)) {
      const std::size_t slash = v.text.find('/');
      const std::string_view text = v.text;
      const auto a = decimal_from(text.substr(0, slash)).value;
      const auto b = slash == text.npos ? std::optional(decimal{1, 0})
                                        : decimal_from(text.substr(slash + 1)).value;
      if (a && b && a->digits > 0 && b->digits > 0) return judgement{shortest(*a), shortest(*b)};
    }
    sink_.add("E18", v, "a judgement is a number above 0 or a fraction, such as \"1/3\"");
    return std::nullopt;
  }

  // Parts of a card are told apart by name: a group is called like nothing else.
  void report_names(const json_value& groups, const std::vector<part_spec>& parts,
                    std::set<std::string_view>& names) const {
    for (std::size_t i = 0; i != groups.keys.size(); ++i) {
      const auto part = std::find_if(parts.begin(), parts.end(), [&](const part_spec& p) {
        return p.is_group && p.name == groups.keys[i];
      });
      if (part == parts.end() || is_repeated(groups, i)) continue;
      if (!part->name.empty() && !names.insert(part->name).second) {
        sink_.add("E20", groups.key_begins[i], "another part of the card has this name",
                  "give the group a name of its own");
      }
      const json_value* of = groups.items[i].find("of");
      if (of != nullptr && of->is(kind::object)) report_names(*of, part->of, names);
    }
  }
  void report_twice(const std::vector<leaf_place>& leaves) const {
    std::map<std::string_view, std::vector<const json_value*>> places;
    for (const leaf_place& leaf : leaves) places[leaf.metric].push_back(leaf.node);
    for (const auto& [metric, nodes] : places) {
      if (nodes.size() < 2) continue;
      std::string message;
      append_quoted(message, metric);
      message += " is weighted " + std::to_string(nodes.size()) + " times in one card";
      for (const json_value* node : nodes) sink_.add("E13", *node, message, "keep one of them");
    }
  }

  const known_metrics& metrics_;
  const spec_fields& fields_;
  diagnostic_sink& sink_;
};

}  // namespace crmetrics::detail
