#pragma once

#include <crmetrics/runtime/card_spec.hpp>
#include <crmetrics/runtime/detail/card_advice.hpp>
#include <crmetrics/runtime/detail/known_metric.hpp>
#include <crmetrics/runtime/detail/mean_reader.hpp>
#include <crmetrics/runtime/detail/spec_fields.hpp>
#include <crmetrics/runtime/detail/tree_reader.hpp>
#include <crmetrics/runtime/detail/veto_reader.hpp>
#include <crmetrics/runtime/leaf_weights.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crmetrics::detail {

/// Reads the rules of one version, after its base and changes were worked in.
class rules_reader {
 public:
  rules_reader(const known_metrics& metrics, const spec_fields& fields)
      : metrics_(metrics), fields_(fields), sink_(fields.sink()), tree_(metrics, fields) {}

  crmetrics::card_rules read(const json_value& v) const {
    crmetrics::card_rules out;
    if (const json_value* t = v.find("total")) {
      out.total = fields_.number(*t);
      if (out.total && out.total->digits <= 0) sink_.add("E26", *t, "must be above 0");
    }
    if (const json_value* w = v.find("weights")) out.weights = tree_.read_weighting(*w);
    if (const json_value* a = v.find("aggregate")) read_aggregate(*a, out);
    if (const json_value* m = v.find("missing")) out.missing = read_missing(*m);
    std::vector<leaf_place> leaves;
    const json_value* groups = fields_.required(v, "groups");
    if (groups != nullptr) {
      out.groups = tree_.read(*groups, out.weights, leaves);
      if (const json_value* w = v.find("weights")) tree_.check_order(*w, out.weights, out.groups);
      if (out.weights.how == weighting_spec::method::fixed) {
        tree_.check_top_total(*groups, out.groups, out.total);
      } else if (out.total) {
        sink_.add("E23", *v.find("total"), "is not read here: the weights come from a method",
                  "leave it out");
      }
    }
    if (const json_value* o = v.find("override")) read_overrides(*o, out);
    const card_advice advice(metrics_, sink_);
    if (const json_value* p = v.find("posts")) read_posts(*p, out, v, advice);
    if (const json_value* b = v.find("bonus")) read_bonus(*b, out);
    if (const json_value* b = v.find("bands")) read_bands(*b, out);
    if (const json_value* l = v.find("veto")) {
      if (fields_.is(*l, kind::array, "a list of vetoes")) {
        const veto_reader vetoes(metrics_, fields_, out.bands);
        for (const json_value& item : l->items) {
          if (auto veto = vetoes.read(item)) out.vetoes.push_back(std::move(*veto));
        }
      }
    }
    if (const json_value* u = v.find("uncertainty")) out.uncertainty = read_uncertainty(*u);
    if (const json_value* r = v.find("rank")) out.rank = read_rank(*r, out);
    if (groups != nullptr && groups->is(kind::object)) {
      advice.leaves(*groups, leaves);
      advice.zeros(*groups, out.groups, out, v.find("aggregate"));
      advice.weights(leaves, out, "", "");
      for (const override_spec& o : out.overrides) advice.weights(leaves, out, o.who, "");
    }
    return out;
  }

 private:
  using kind = json_value::kind;

  void read_aggregate(const json_value& v, crmetrics::card_rules& out) const {
    if (v.is(kind::object)) {
      if (!fields_.object(v, objects::aggregate)) return;
      if (const json_value* leaf = v.find("leaf")) out.leaf = read_mean(*leaf, fields_);
      if (const json_value* top = v.find("top")) out.top = read_mean(*top, fields_);
    } else {
      out.leaf = out.top = read_mean(v, fields_);
    }
  }

  missing_spec read_missing(const json_value& v) const {
    missing_spec out;
    const auto policy = [&](const json_value& word) {
      out.how = static_cast<missing_spec::method>(fields_.word(word, words::missing).value_or(0));
    };
    if (v.is(kind::text)) {
      policy(v);
      return out;
    }
    if (!fields_.object(v, objects::missing)) return out;
    if (const json_value* p = fields_.required(v, "policy")) policy(*p);
    if (const json_value* p = v.find("points")) {
      out.neutral_points = fields_.points(*p).value_or(out.neutral_points);
      if (out.how != missing_spec::method::neutral) {
        sink_.add("E23", *p, "only the policy \"neutral\" has points");
        out.neutral_points = missing_spec().neutral_points;
      }
    }
    if (const json_value* c = v.find("min_coverage")) {
      out.min_coverage = fields_.share(*c).value_or(decimal{});
    }
    return out;
  }

  void read_overrides(const json_value& v, crmetrics::card_rules& out) const {
    if (!fields_.is(v, kind::object, "an object of overrides")) return;
    for (std::size_t i = 0; i != v.items.size(); ++i) {
      if (tree_reader::is_repeated(v, i)) continue;
      const std::string_view team = "team:";
      if (v.keys[i].empty()) {
        sink_.add("E23", v.items[i], "must say for whom it is");
      } else if (v.keys[i].size() <= team.size() || v.keys[i].compare(0, team.size(), team) != 0) {
        sink_.add("W15", v.key_begins[i], "is no team, and nobody else has weights of their own",
                  "write \"team:" + v.keys[i] + "\", or a post");
      }
      out.overrides.push_back(
          {v.keys[i], tree_.read_named(v.items[i], out.groups, out.total, "override")});
      require_weight(v.items[i], out, v.keys[i], "");
    }
  }

  void read_posts(const json_value& v, crmetrics::card_rules& out, const json_value& version,
                  const card_advice& advice) const {
    if (!fields_.is(v, kind::object, "an object of posts")) return;
    for (std::size_t i = 0; i != v.items.size(); ++i) {
      if (tree_reader::is_repeated(v, i)) continue;
      const json_value& item = v.items[i];
      post_spec post;
      post.name = v.keys[i];
      if (post.name.empty()) sink_.add("E23", item, "a post needs a name");
      if (!fields_.object(item, objects::post)) continue;
      const json_value* weights = item.find("weights");
      std::vector<leaf_place> leaves;
      if (const json_value* groups = item.find("groups")) {
        // Weights of its own, or the method of the card, weigh the groups of its own.
        weighting_spec by;
        const bool judged = out.weights.how == weighting_spec::method::ahp;
        if (weights != nullptr || out.weights.how != weighting_spec::method::fixed) {
          by.how = weighting_spec::method::equal;
        }
        if (judged && weights == nullptr) {
          sink_.add("E24", item, "the card's judgements do not know the groups of this post", {},
                    "weights");
        }
        post.groups = tree_.read(*groups, by, leaves);
        if (by.how == weighting_spec::method::fixed) {
          tree_.check_top_total(*groups, post.groups, out.total);
        }
        if (groups->is(kind::object)) {
          advice.leaves(*groups, leaves);
          advice.zeros(*groups, post.groups, out, version.find("aggregate"));
        }
      }
      const auto& tree = post.groups.empty() ? out.groups : post.groups;
      if (const json_value* n = item.find("not_applicable")) {
        post.not_applicable = read_not_applicable(*n, tree);
      }
      if (weights != nullptr) {
        post.weights =
            tree_.read_named(*weights, applicable(tree, post.not_applicable), out.total, "post");
      }
      out.posts.push_back(std::move(post));
      const std::string& name = out.posts.back().name;
      require_weight(item, out, "", name);
      for (const override_spec& o : out.overrides) require_weight(item, out, o.who, name);
      if (!leaves.empty()) advice.weights(leaves, out, "", out.posts.back().name);
    }
  }
  // What is left for a team or a post must weigh something, or there is no total.
  void require_weight(const json_value& at, const crmetrics::card_rules& rules,
                      std::string_view who, std::string_view post) const {
    if (sink_.has("E03") || sink_.has("E12") || sink_.has("E18")) return;
    const auto leaves = leaf_weights(rules, who, post);
    const auto weighs = [](const leaf_weight& leaf) { return leaf.weight > 0; };
    if (leaves.empty() || std::any_of(leaves.begin(), leaves.end(), weighs)) return;
    sink_.add("E03", at,
              "nothing that is left weighs anything" +
                  (who.empty() || post.empty() ? "" : " for " + std::string(who)));
  }
  static bool is_weighed(const std::vector<part_spec>& tree, std::string_view metric) {
    return std::any_of(tree.begin(), tree.end(), [&](const part_spec& part) {
      return part.is_group ? is_weighed(part.of, metric) : part.name == metric;
    });
  }
  std::vector<std::string> read_not_applicable(const json_value& v,
                                               const std::vector<part_spec>& tree) const {
    auto out = fields_.names(v).value_or(std::vector<std::string>());
    for (const json_value& item : v.items) {
      if (item.is(kind::text) && !item.text.empty() && !metrics_.contains(item.text)) {
        sink_.add("E02", item, "no metric of this name", nearest_hint(item.text, ids_of(metrics_)));
      } else if (item.is(kind::text) && !item.text.empty() && !tree.empty() &&
                 !is_weighed(tree, item.text)) {
        sink_.add("E12", item, "is not weighed for this post", "leave it out");
      }
    }
    if (!tree.empty() && applicable(tree, out).empty()) {
      sink_.add("E24", v, "nothing is left to be weighed");
    }
    return out;
  }

  void read_bonus(const json_value& v, crmetrics::card_rules& out) const {
    if (!fields_.is(v, kind::array, "a list of bonuses")) return;
    for (const json_value& item : v.items) {
      if (!fields_.object(item, objects::bonus)) continue;
      bonus_spec bonus;
      if (const json_value* e = fields_.required(item, "event")) {
        bonus.event = fields_.name(*e).value_or("");
      }
      if (const json_value* p = fields_.required(item, "points")) {
        const auto points = fields_.number(*p, -100, 100);
        bonus.points = points.value_or(decimal{});
        if (points && points->digits == 0) {
          sink_.add("W15", *p, "gives and takes nothing", "leave it out");
        }
      }
      if (const json_value* c = fields_.required(item, "cap")) {
        bonus.cap = fields_.points(*c).value_or(decimal{});
        if (bonus.cap.digits == 0 && c->is(kind::number)) {
          sink_.add("E26", *c, "must be above 0, or the event gives nothing");
        }
      }
      check_side(item, bonus);
      out.bonus.push_back(std::move(bonus));
    }
  }

  // Better results earn points, worse ones cost some.
  void check_side(const json_value& v, const bonus_spec& bonus) const {
    const auto m = metrics_.find(bonus.event);
    if (m == metrics_.end() || bonus.points.digits == 0) return;
    const bool gives = bonus.points.digits > 0;
    if (m->second.settled != (gives ? better::lower : better::higher)) return;
    sink_.add("E17", *v.find("points"),
              std::string(gives ? "the bonus would be for worse results of "
                                : "the points would be taken for better results of ") +
                  bonus.event);
  }

  void read_bands(const json_value& v, crmetrics::card_rules& out) const {
    if (!fields_.is(v, kind::array, "a list of bands, highest first")) return;
    bool readable = true;
    std::vector<const json_value*> nodes;
    for (const json_value& item : v.items) {
      band_spec band;
      const bool pair = item.is(kind::array) && item.items.size() == 2;
      if (!pair) sink_.add("E23", item, "must be a name and its lower bound", "write [\"A\", 85]");
      const auto name = pair ? fields_.name(item.items[0]) : std::nullopt;
      const auto from = pair ? fields_.number(item.items[1]) : std::nullopt;
      if (!name || !from) {
        readable = false;
        continue;
      }
      band.name = *name, band.from = *from;
      nodes.push_back(&item);
      if (is_below(band.from, {0, 0}) || is_below({100, 0}, band.from)) {
        sink_.add("E08", item.items[1], "totals lie in 0 to 100");
      }
      for (const band_spec& other : out.bands) {
        if (other.name == band.name) sink_.add("E08", item.items[0], "band named twice");
      }
      out.bands.push_back(std::move(band));
    }
    if (!readable) return;
    for (std::size_t i = 1; i < out.bands.size(); ++i) {
      if (is_at_most(out.bands[i - 1].from, out.bands[i].from)) {
        sink_.add("E08", nodes[i]->items[1],
                  "overlaps with " + out.bands[i - 1].name + ": bounds must fall");
      }
    }
    if (!out.bands.empty() && out.bands.back().from.digits != 0) {
      sink_.add("E08", v, "the lowest band must begin at 0, or totals would have none");
    }
    if (out.bands.size() > 12) sink_.add("E26", v, "has more than 12 bands");
  }

  uncertainty_spec read_uncertainty(const json_value& v) const {
    uncertainty_spec out;
    const auto method = [&](const json_value& word) {
      out.how =
          static_cast<uncertainty_spec::method>(fields_.word(word, words::uncertainty).value_or(0));
    };
    if (v.is(kind::text)) {
      method(v);
      return out;
    }
    if (!fields_.object(v, objects::uncertainty)) return out;
    if (const json_value* m = fields_.required(v, "method")) method(*m);
    for (const char* key : {"draws", "seed", "level"}) {
      const json_value* there = v.find(key);
      const bool used = out.how == uncertainty_spec::method::monte_carlo ||
                        (out.how == uncertainty_spec::method::delta && key[0] == 'l');
      if (there == nullptr || used || v.find("method") == nullptr) continue;
      sink_.add("W15", *there, std::string(key) + " is not looked at by this method",
                "leave it out");
    }
    if (const json_value* d = v.find("draws"))
      out.draws = fields_.count(*d, 100, 10'000'000).value_or(out.draws);
    if (const json_value* s = v.find("seed")) out.seed = fields_.count(*s).value_or(out.seed);
    if (const json_value* l = v.find("level")) out.level = fields_.level(*l).value_or(out.level);
    return out;
  }

  rank_spec read_rank(const json_value& v, const crmetrics::card_rules& rules) const {
    rank_spec out;
    if (!fields_.object(v, objects::rank)) return out;
    if (const json_value* t = v.find("ties")) {
      out.ties = static_cast<rank_spec::tie_rule>(fields_.word(*t, words::ties).value_or(0));
    }
    if (const json_value* k = v.find("keys")) {
      out.keys = fields_.names(*k).value_or(std::vector<std::string>());
      for (const json_value& item : k->items) {
        if (item.is(kind::text) && !item.text.empty() && !metrics_.contains(item.text)) {
          sink_.add("E02", item, "no metric of this name",
                    nearest_hint(item.text, ids_of(metrics_)));
        } else if (item.is(kind::text) && !item.text.empty() && !rules.groups.empty() &&
                   !is_weighed(rules.groups, item.text) &&
                   std::none_of(rules.posts.begin(), rules.posts.end(), [&](const post_spec& p) {
                     return is_weighed(p.groups, item.text);
                   })) {
          sink_.add("W15", item, "breaks no tie: it is not weighed, and has no score");
        }
      }
      if (out.ties != rank_spec::tie_rule::ordinal) {
        sink_.add("E23", *k, "only \"ordinal\" ranks break ties by keys");
      }
    }
    if (const json_value* c = v.find("min_coverage")) {
      out.min_coverage = fields_.share(*c).value_or(decimal{});
    }
    return out;
  }

  const known_metrics& metrics_;
  const spec_fields& fields_;
  diagnostic_sink& sink_;
  tree_reader tree_;
};

}  // namespace crmetrics::detail
