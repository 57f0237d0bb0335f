#include <crmetrics/runtime/spec_diff.hpp>
#include <crmetrics/runtime/spec_parser.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

namespace crm = crmetrics;

TEST(spec_diff, what_a_version_changed_and_nothing_else) {
  std::string text = R"json({ "spec": "scorecard/1", "id": "desk",
    "metrics": { "nps": { "use": "nps", "score": { "linear": { "floor": "0", "target": "+50" } } },
                 "csat": { "use": "csat", "score": { "linear": { "floor": "50%", "target": "90%" } } } },
    "versions": [
      { "from": "2025-01-01", "to": "2025-04-01",
        "groups": { "voice": { "weight": 60, "of": { "nps": 1 } },
                    "rest": { "weight": 40, "of": { "csat": 1 } } },
        "bands": [["good", 75], ["fair", 0]] },
      { "from": "2025-04-01", "base": "2025-01-01",
        "set": { "groups.voice.weight": 55, "groups.rest.weight": 45,
                 "bands": [["good", 80], ["fair", 0]] } } ] })json";
  const crm::card_spec s = crm::card_spec_from(text);
  const auto& old = s.versions[0].rules;
  const auto& now = s.versions[1].rules;
  EXPECT_TRUE(crm::spec_diff(old, old).empty());
  const auto changes = crm::spec_diff(old, now);
  ASSERT_EQ(changes.size(), 3u);
  EXPECT_EQ(changes[0].text(), "groups.voice.weight: 60 -> 55");
  EXPECT_EQ(changes[1].text(), "groups.rest.weight: 40 -> 45");
  EXPECT_EQ(changes[2].path, "bands");
  const auto back = crm::spec_diff(now, old);
  ASSERT_EQ(back.size(), 3u);
  EXPECT_EQ(back[0].text(), "groups.voice.weight: 55 -> 60");
}

TEST(spec_diff, what_came_and_what_went) {
  crm::card_rules old;
  crm::metric_spec nps;
  nps.id = "nps", nps.use = "nps";
  old.metrics = {nps};
  crm::card_rules now = old;
  nps.id = "csat", nps.use = "csat";
  now.metrics = {nps};
  now.missing.how = crm::missing_spec::method::fail;
  const auto changes = crm::spec_diff(old, now);
  std::string all;
  for (const auto& c : changes) all += c.text() + "\n";
  EXPECT_NE(all.find("metrics.nps: {"), std::string::npos) << all;
  EXPECT_NE(all.find("} -> nothing"), std::string::npos) << all;
  EXPECT_NE(all.find("metrics.csat: nothing -> {"), std::string::npos) << all;
  EXPECT_NE(all.find("missing"), std::string::npos) << all;
  EXPECT_TRUE(crm::spec_diff(now, now).empty());
}

}  // namespace
