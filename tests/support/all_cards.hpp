#pragma once

#include <crmetrics/runtime/card_from_spec.hpp>
#include <crmetrics/runtime/card_spec.hpp>

#include <string>
#include <vector>

namespace crmetrics::test {

/// Makes the cards of every version for every team that has other weights and every post.
inline void make_all_cards(const card_spec& spec) {
  for (const version_spec& v : spec.versions) {
    std::vector<std::string> teams = {""};
    std::vector<std::string> posts = {""};
    for (const override_spec& o : v.rules.overrides) teams.push_back(o.who);
    for (const post_spec& p : v.rules.posts) posts.push_back(p.name);
    for (const std::string& who : teams) {
      for (const std::string& post : posts) {
        static_cast<void>(card_from_spec(v.rules, {.who = who, .post = post}).result());
      }
    }
  }
}

}  // namespace crmetrics::test
