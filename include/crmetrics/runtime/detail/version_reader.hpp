#pragma once

#include <crmetrics/runtime/card_spec.hpp>
#include <crmetrics/runtime/detail/metric_reader.hpp>
#include <crmetrics/runtime/detail/rules_reader.hpp>
#include <crmetrics/runtime/detail/spec_fields.hpp>
#include <crmetrics/runtime/detail/spec_path.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crmetrics::detail {

/// The metrics as values, in the order of the file.
inline std::vector<metric_spec> in_order(const json_value& node, const known_metrics& known) {
  std::vector<metric_spec> out;
  out.reserve(known.size());
  for (std::size_t i = 0; i != node.keys.size(); ++i) {
    const auto found = known.find(node.keys[i]);
    if (found == known.end()) continue;
    if (found->second.node == &node.items[i]) out.push_back(found->second.spec);
  }
  return out;
}

/// Reads the dated versions: works bases and changes in, reads the rules, compares the dates.
class version_reader {
 public:
  version_reader(const json_value& metrics, const metric_catalogue& catalogue,
                 const spec_fields& fields)
      : fields_(fields), sink_(fields.sink()), metrics_(catalogue, fields) {
    root_metrics_ = std::make_shared<read_metrics>();
    root_metrics_->node = metrics;
    root_metrics_->known = metrics_.read(root_metrics_->node);
  }
  std::vector<metric_spec> metrics() const {
    return in_order(root_metrics_->node, root_metrics_->known);
  }

  std::vector<version_spec> read(const json_value& versions, std::string_view grain) {
    if (!fields_.is(versions, kind::array, "a list of versions")) return {};
    if (versions.items.empty()) sink_.add("E24", versions, "must have at least one version");
    entries_.resize(versions.items.size());
    for (std::size_t i = 0; i != entries_.size(); ++i) {
      entries_[i].node = &versions.items[i];
      read_head(entries_[i], grain);
    }
    for (entry& e : entries_) settle(e);
    check_dates();
    if (!sink_.has("E")) report_idle();  // a metric that is spelt wrong elsewhere is not idle
    std::vector<version_spec> out;
    for (entry& e : entries_) out.push_back(std::move(e.spec));
    return out;
  }

 private:
  using kind = json_value::kind;

  // The known metrics point into the node.
  struct read_metrics {
    json_value node;
    known_metrics known;
  };
  enum class state { fresh, open, settled, failed };
  struct entry {
    const json_value* node = nullptr;
    version_spec spec;
    bool has_from = false;
    bool dated = false;  ///< and its end is right, too
    state at = state::fresh;
    json_value rules;  ///< with base and changes worked in
    std::shared_ptr<read_metrics> metrics;
  };

  void read_head(entry& e, std::string_view grain) {
    const json_value& v = *e.node;
    if (!fields_.object(v, objects::version)) {
      e.at = state::failed;
      return;
    }
    version_spec& out = e.spec;
    if (const json_value* f = fields_.required(v, "from")) {
      if (const auto d = fields_.date(*f)) {
        out.from = *d, e.has_from = e.dated = true;
        check_grain(*f, *d, grain);
      }
    }
    if (const json_value* t = v.find("to"); t != nullptr && !t->is(kind::null)) {
      if (const auto d = fields_.date(*t)) {
        out.to = *d;
        check_grain(*t, *d, grain);
        if (e.dated && *d <= out.from) {
          sink_.add("E21", *t, "must lie after from");
          e.dated = false;
        }
      } else {
        e.dated = false;
      }
    }
    if (const json_value* n = v.find("note")) out.note = fields_.text(*n).value_or("");
    if (const json_value* a = v.find("approved")) out.approved = fields_.text(*a).value_or("");
  }
  // A period that begins before a border and ends after it lies in no single version.
  void check_grain(const json_value& at, const date& d, std::string_view grain) {
    const bool week = floor_div(days_since_epoch(d) + 3, 7) * 7 != days_since_epoch(d) + 3;
    const bool inside = grain == "week"      ? week
                        : grain == "month"   ? d.day != 1
                        : grain == "quarter" ? d.day != 1 || d.month % 3 != 1
                        : grain == "year"    ? d.day != 1 || d.month != 1
                                             : false;
    if (inside) {
      sink_.add("E11", at, "lies inside a " + std::string(grain) + ", which then has two versions");
    }
  }

  void settle(entry& e) {
    if (e.at != state::fresh) return;
    e.at = state::open;
    const json_value& v = *e.node;
    const json_value* base = v.find("base");
    const json_value* set = v.find("set");
    if (base == nullptr) {
      if (set != nullptr)
        sink_.add("E24", v, "changes need the version that they change", {}, "base");
      e.rules = json_value::object();
      e.rules.begin = v.begin, e.rules.end = v.end;
      for (std::size_t i = 0; i != v.items.size(); ++i) {
        if (is_head(v.keys[i]) || tree_reader::is_repeated(v, i)) continue;
        e.rules.put(v.keys[i], v.items[i]);
        e.rules.key_begins.push_back(v.key_begins[i]);
      }
      e.metrics = root_metrics_;
    } else {
      entry* from = find_base(e, *base);
      for (std::size_t i = 0; i != v.items.size(); ++i) {
        if (is_head(v.keys[i]) || !objects::version.has(v.keys[i])) continue;
        sink_.add("E23", v.key_begins[i], "a version with a base changes it by set",
                  "write \"set\": {\"" + v.keys[i] + "\": ...}");
      }
      if (from == nullptr) {
        e.at = state::failed;
        e.metrics = root_metrics_;
        if (set != nullptr) change(e, *set);
        return;
      }
      e.rules = from->rules;
      e.metrics = from->metrics;
      if (set != nullptr) change(e, *set);
    }
    if (base != nullptr) sink_.set_label(" (version from " + date_text(e.spec.from) + ")");
    e.spec.rules = rules_reader(e.metrics->known, fields_).read(e.rules);
    sink_.set_label("");
    e.spec.rules.metrics = in_order(e.metrics->node, e.metrics->known);
    e.at = state::settled;
  }

  static bool is_head(std::string_view key) noexcept {
    return key == "from" || key == "to" || key == "note" || key == "approved" || key == "base" ||
           key == "set";
  }

  entry* find_base(entry& e, const json_value& base) {
    const auto date = fields_.date(base);
    if (!date) return nullptr;
    e.spec.base = *date;
    entry* found = nullptr;
    bool all_known = true;
    std::vector<std::string> known;
    for (entry& other : entries_) {
      if (&other == &e) continue;
      all_known = all_known && other.has_from;
      if (!other.has_from) continue;
      known.push_back(date_text(other.spec.from));
      if (other.spec.from == *date) found = found == nullptr ? &other : found;
    }
    if (found == nullptr) {
      if (!all_known) return nullptr;  // it may be the one whose date could not be read
      sink_.add("E19", base, "no version begins on this day",
                nearest_hint(date_text(*date), known));
      return nullptr;
    }
    if (found->at == state::open) {
      sink_.add("E19", base, "the bases go round");
      return nullptr;
    }
    settle(*found);
    return found->at == state::settled ? found : nullptr;
  }

  static void read_set(const json_value& set, version_spec& out) {
    for (std::size_t i = 0; i != set.items.size(); ++i) {
      if (!tree_reader::is_repeated(set, i)) out.set.push_back({set.keys[i], set.items[i]});
    }
  }

  void change(entry& e, const json_value& set) {
    if (!fields_.is(set, kind::object, "an object of paths and values")) return;
    read_set(set, e.spec);
    std::vector<std::optional<spec_path>> paths;
    bool changes_metrics = false;
    for (std::size_t i = 0; i != set.items.size(); ++i) {
      paths.push_back(path_from(set.keys[i]));
      if (!paths.back()) {
        sink_.add("E19", set.key_begins[i], "is no path",
                  "write groups.satisfaction.weight, veto[0].above or groups[\"a.b\"].of");
      } else {
        changes_metrics = changes_metrics || paths.back()->front().key == "metrics";
      }
    }
    std::shared_ptr<read_metrics> own;
    if (changes_metrics) {
      own = std::make_shared<read_metrics>();
      own->node = e.metrics->node;
    }
    for (std::size_t i = 0; i != set.items.size(); ++i) {
      if (!paths[i] || tree_reader::is_repeated(set, i)) continue;
      for (std::size_t j = 0; j != paths.size(); ++j) {
        if (j == i || !paths[j] || set.keys[i] == set.keys[j]) continue;
        if (leads_to(*paths[j], *paths[i]) &&
            (*paths[i] != *paths[j] || set.keys[j] < set.keys[i])) {
          sink_.add("E20", set.key_begins[i], "is set by " + set.keys[j] + " too");
        }
      }
      // Without a base there are only the metrics of the file to look into.
      const bool blind = e.at == state::failed;
      if (blind && paths[i]->front().key != "metrics") continue;
      spec_path path = *paths[i];
      json_value* at = &e.rules;
      if (path.front().key == "metrics") {
        at = &own->node;
        path.erase(path.begin());
      } else if (path.size() == 1 && objects::version.has(path[0].key) && !is_head(path[0].key) &&
                 e.rules.find(path[0].key) == nullptr) {
        // What the base leaves at its default can be set as a whole.
        e.rules.put(path[0].key, set.items[i]);
        e.rules.key_begins.push_back(set.key_begins[i]);
        continue;
      }
      for (const path_step& step : path) {
        json_value* next = step_down(*at, step);
        if (next == nullptr && !blind) {
          sink_.add("E19", set.key_begins[i],
                    "the base has no " +
                        (step.index ? "[" + std::to_string(*step.index) + "]" : step.key) +
                        " there",
                    nearest_hint(step.key, at->keys));
        }
        at = next;
        if (at == nullptr) break;
      }
      if (at != nullptr) *at = set.items[i];
    }
    if (own != nullptr) {
      sink_.set_label(" (version from " + date_text(e.spec.from) + ")");
      own->known = metrics_.read(own->node);
      sink_.set_label("");
      e.metrics = own;
    }
  }

  // What is said of a metric that no version uses for it.
  void report_idle() const {
    std::set<std::string_view> weighed;
    std::set<std::string_view> used;
    const auto see = [&](const std::vector<part_spec>& parts, const auto& self) -> void {
      for (const part_spec& part : parts) {
        if (part.is_group) {
          self(part.of, self);
        } else {
          weighed.insert(part.name);
        }
      }
    };
    for (const entry& e : entries_) {
      if (e.at != state::settled) return;
      const crmetrics::card_rules& rules = e.spec.rules;
      see(rules.groups, see);
      for (const post_spec& p : rules.posts) see(p.groups, see);
      for (const veto_spec& v : rules.vetoes) used.insert(v.metric);
      for (const bonus_spec& b : rules.bonus) used.insert(b.event);
      for (const metric_spec& m : rules.metrics) {
        if (m.correct_by) used.insert(m.correct_by->metric);
      }
    }
    for (const auto& [id, metric] : root_metrics_->known) {
      if (weighed.contains(id)) continue;
      if (!used.contains(id)) {
        sink_.add("W15", *metric.node, "no version uses this metric", "leave it out");
        continue;
      }
      for (const char* key : {"correct_by", "shrink", "target"}) {
        const json_value* there = metric.node->find(key);
        if (there == nullptr || (there->is(kind::text) && there->text == "none")) continue;
        sink_.add("W15", *there,
                  std::string(key) + " is only for weighted metrics, and this one never is",
                  "leave it out");
      }
    }
  }

  void check_dates() {
    std::vector<const entry*> sorted;
    for (const entry& e : entries_) {
      if (e.dated) sorted.push_back(&e);
    }
    std::sort(sorted.begin(), sorted.end(), [](const entry* a, const entry* b) {
      return a->spec.from != b->spec.from ? a->spec.from < b->spec.from : a->node < b->node;
    });
    std::size_t longest = 0;  // of those so far: a version may end before one that began earlier
    for (std::size_t i = 1; i < sorted.size(); ++i) {
      const version_spec& v = sorted[i]->spec;
      const version_spec& last = sorted[i - 1]->spec;
      const version_spec& before = !last.to || v.from < *last.to ? last : sorted[longest]->spec;
      const std::optional<date>& end = sorted[longest]->spec.to;
      if (end && (!v.to || *end < *v.to)) longest = i;
      const json_value& at = *sorted[i]->node->find("from");
      const std::string name = "the version from " + date_text(before.from);
      if (!before.to) {
        sink_.add("E09", at, name + " has no end before this", "give it a \"to\"");
      } else if (sorted[i]->spec.from < *before.to) {
        sink_.add("E09", at, name + " ends only on " + date_text(*before.to));
      } else if (*before.to < sorted[i]->spec.from) {
        sink_.add("E10", at, name + " ends on " + date_text(*before.to) + " already");
      }
    }
  }

  const spec_fields& fields_;
  diagnostic_sink& sink_;
  metric_reader metrics_;
  std::shared_ptr<read_metrics> root_metrics_;
  std::vector<entry> entries_;
};

}  // namespace crmetrics::detail
