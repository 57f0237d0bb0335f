// Any bytes as a spec file: no crash, and what is taken prints and reads back the same, and is a
// card.
#include <crmetrics/runtime/spec_parser.hpp>
#include <crmetrics/runtime/spec_printer.hpp>

#include <support/all_cards.hpp>

#include <boost/json/src.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

// A spec in which the bytes of the fuzzer replace a piece.
constexpr std::string_view whole = R"json({ "spec": "scorecard/1", "id": "f", "grain": "month",
 "metrics": { "a": { "use": "csat", "min_n": 20, "target": ">= 80%", "score": { "linear": { "floor": "50%", "target": "90%" } } },
  "b": { "use": "aht.mean", "score": { "steps": { "edges": ["5m", "10m"], "points": [100, 50, 0] } },
         "correct_by": { "metric": "c", "start": "8%", "full": "18%" } },
  "c": { "use": "repeat_contact(7d)" } },
 "versions": [ { "from": "2025-01-01", "to": "2025-04-01", "total": 100,
   "groups": { "g": { "weight": 60, "of": { "a": 1 } },
               "h": { "weight": 40, "weights": { "ahp": { "order": ["b"], "judgements": [[1]] } }, "of": ["b"] } },
   "posts": { "p": { "not_applicable": ["b"], "weights": { "g": 100 } } },
   "veto": [{ "metric": "c", "above": "20%", "evidence": { "budget": 2 }, "effect": { "block_band": "A" } }],
   "bands": [["A", 85], ["B", 0]] },
  { "from": "2025-04-01", "base": "2025-01-01", "set": { "groups[\"g\"].of.a": 2, "metrics.a.min_n": 30 } } ] })json";

void check(std::string_view text) {
  const crmetrics::parsed_spec parsed = crmetrics::parse_card_spec(text);
  if (!parsed.ok()) return;
  if (!(crmetrics::card_spec_from(crmetrics::to_spec_text(parsed.spec)) == parsed.spec))
    std::abort();
  crmetrics::test::make_all_cards(parsed.spec);  // what it throws is a fault
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check(bytes);
  if (size < 3) return 0;
  // The first two bytes say where, the third how much of the whole goes.
  const std::size_t at = (data[0] * 256u + data[1]) % whole.size();
  std::string text(whole.substr(0, at));
  text += bytes.substr(3);
  text += whole.substr((std::min)(whole.size(), at + data[2] % 32));
  check(text);
  return 0;
}
