#include <crmetrics/combinators/then.hpp>
#include <crmetrics/io/bad_bytes.hpp>
#include <crmetrics/io/state_bytes.hpp>

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "../../fuzz/hostile_states.hpp"

namespace {

using namespace crmetrics;
using hostile::bytes;
using hostile::examine;
using hostile::outcome;

bytes raw(std::initializer_list<int> values) {
  bytes out;
  for (const int v : values) out.push_back(static_cast<std::byte>(v));
  return out;
}

/// A payload of 64-bit words.
bytes words(std::initializer_list<std::uint64_t> values) {
  bytes out(8 * values.size());
  std::size_t at = 0;
  for (const std::uint64_t v : values) {
    hostile::set_u64(out, at, v);
    at += 8;
  }
  return out;
}

std::uint64_t bits(double x) { return std::bit_cast<std::uint64_t>(x); }

template <class M>
std::string refusal(const M& prototype, std::span<const std::byte> message) {
  try {
    static_cast<void>(from_bytes(prototype, message));
  } catch (const bad_bytes& e) {
    return e.what();
  }
  return "accepted";
}

template <class M>
std::string refusal_of_payload(const M& prototype, const bytes& payload) {
  return refusal(prototype, hostile::forged(prototype, payload));
}

template <class F>
void for_each_state(F&& f) {
  std::apply([&](const auto&... state) { (f(state), ...); }, hostile::states());
}

// --- the layout -------------------------------------------------------------------------------

TEST(state_bytes, nps_byte_by_byte) {
  nps m;
  m.update(10);
  m.update(10);
  m.update(7);
  m.update(0, frequency_weight{258});
  m.update(std::nullopt);
  const bytes expected = raw({
      0x89, 'C',  'R',  'M',                           // magic
      1,    0,                                         // layout version
      0,    0,                                         // flags
      0x24, 0x68, 0x40, 0xdf, 0x83, 0x05, 0x7b, 0x64,  // hash of the definition
      3,    0,    0,    0,    'N',  'P',  'S',         // name
      40,   0,    0,    0,    0,    0,    0,    0,     // length of the payload
      2,    1,    0,    0,    0,    0,    0,    0,     // detractors
      1,    0,    0,    0,    0,    0,    0,    0,     // passives
      2,    0,    0,    0,    0,    0,    0,    0,     // promoters
      1,    0,    0,    0,    0,    0,    0,    0,     // missing
      0,    0,    0,    0,    0,    0,    0,    0,     // invalid
  });
  bytes all = to_bytes(m);
  ASSERT_EQ(all.size(), 75u);
  EXPECT_LT(all.size(), 130u);
  const bytes checksum(all.end() - 4, all.end());
  all.resize(all.size() - 4);
  EXPECT_EQ(all, expected);
  hostile::set_u32(all, 0, detail::crc_32(expected));
  EXPECT_EQ(bytes(all.begin(), all.begin() + 4), checksum);
}

TEST(state_bytes, checksum_and_hash_are_the_published_ones) {
  // The check value of CRC-32/ISO-HDLC in the catalogue of parametrised CRC algorithms
  // (https://reveng.sourceforge.io/crc-catalogue), and the test vectors of FNV-1a (RFC 9923).
  const std::string digits = "123456789";
  EXPECT_EQ(detail::crc_32(std::as_bytes(std::span(digits))), 0xcbf43926u);
  const auto hash = [](std::string_view text) {
    detail::fnv1a h;
    h(text);
    return h.value();
  };
  EXPECT_EQ(hash(""), 0xcbf29ce484222325u);
  EXPECT_EQ(hash("a"), 0xaf63dc4c8601ec8cu);
  EXPECT_EQ(hash("foobar"), 0x85944171f73967e8u);
}

TEST(state_bytes, every_state_comes_back) {
  for_each_state([](const auto& state) {
    const bytes message = to_bytes(state);
    EXPECT_TRUE(from_bytes(state, message) == state);
    EXPECT_TRUE(from_bytes(state.fresh(), message) == state);
    EXPECT_TRUE(from_bytes(state, to_bytes(state.fresh())) == state.fresh());
    EXPECT_EQ(examine(state, message), outcome::accepted);
    EXPECT_FALSE(state == state.fresh());
  });
}

TEST(state_bytes, order_of_events_and_of_groups_does_not_show) {
  std::vector<hostile::event> events = hostile::events();
  auto forwards = by(&hostile::event::agent, on(&hostile::event::score, nps{}));
  auto backwards = forwards.fresh();
  for (const auto& e : events) forwards.update(e);
  for (auto e = events.rbegin(); e != events.rend(); ++e) backwards.update(*e);
  EXPECT_EQ(to_bytes(forwards), to_bytes(backwards));
}

// --- definitions ------------------------------------------------------------------------------

TEST(state_bytes, definition_tells_apart_what_does_not_merge) {
  using hostile::event;
  const auto score = on(&event::score, nps{});
  const auto at = &event::at;
  const auto agents = [&](std::vector<std::string> keys, unknown_key policy) {
    return state_definition(by(&event::agent, score, roster<std::string>(std::move(keys), policy)));
  };
  const std::vector<std::string> definitions = {
      state_definition(nps{}),
      state_definition(basic_nps<scale_1_10>{}),
      state_definition(basic_nps<scale_0_10, adjusted_wald, missing::as_passive>{}),
      state_definition(basic_nps<scale_0_10, adjusted_wald, missing::reject>{}),
      state_definition(basic_nps<scale_0_10, adjusted_wald, missing::skip, invalid::count>{}),
      state_definition(
          basic_nps<scale_0_10, adjusted_wald, missing::skip, invalid::reject, weighted_count>{}),
      state_definition(csat{}),
      state_definition(basic_csat<rating_scale<1, 5>, min_max>{}),
      state_definition(basic_csat<rating_scale<1, 7>>{}),
      state_definition(ordinal<rating_scale<1, 5>>{}),
      state_definition(proportion{}),
      state_definition(error_rate{}),
      state_definition(share_within{seconds{30}}),
      state_definition(share_within{microseconds{30'000'001}}),
      state_definition(mean{}),
      state_definition(integer_mean{}),
      state_definition(duration{}),
      state_definition(handle_time{}),
      state_definition(where(&event::kept, score, "dropped")),
      state_definition(where(&event::kept, score, "tests")),
      state_definition(by(&event::agent, score)),
      state_definition(by(&event::score, score)),
      state_definition(by(&event::desk, score)),
      state_definition(by(&event::desk, score, dense_ids{2})),
      state_definition(by(&event::desk, score, dense_ids{3})),
      state_definition(by(&event::desk, score, dense_ids{3, unknown_key::count})),
      agents({"ann"}, unknown_key::reject),
      agents({"ann", "bob"}, unknown_key::reject),
      agents({"ann", "bob"}, unknown_key::count),
      agents({"ann\"] [\"bob"}, unknown_key::reject),
      state_definition(over(iso_weeks(), at, score)),
      state_definition(over(tumbling(days{7}), at, score)),
      state_definition(over(tumbling(days{7}, {1}), at, score)),
      state_definition(over(tumbling(microseconds{604'800'000'001}), at, score)),
      state_definition(over(calendar_months{1}, at, score)),
      state_definition(over(calendar_months{3}, at, score)),
      state_definition(together(score, on(&event::score, csat{}))),
      state_definition(together(on(&event::score, csat{}), score)),
      state_definition(together(score, score)),
      state_definition(together(together(score, score))),
  };
  EXPECT_EQ(std::set<std::string>(definitions.begin(), definitions.end()).size(),
            definitions.size());
  std::set<std::uint64_t> hashes;
  for (const std::string& definition : definitions) {
    detail::fnv1a hash;
    hash(definition);
    hashes.insert(hash.value());
  }
  EXPECT_EQ(hashes.size(), definitions.size());
}

TEST(state_bytes, definition_leaves_out_what_only_reads_the_state) {
  const nps plain;
  EXPECT_EQ(state_definition(plain), state_definition(basic_nps<scale_0_10, net_score>{}));
  EXPECT_EQ(state_definition(plain), state_definition(on(&hostile::event::score, plain)));
  EXPECT_EQ(state_definition(plain),
            state_definition(then(plain, [](const estimate& e) { return e; })));
  nps some;
  some.update(9);
  EXPECT_EQ(state_definition(plain), state_definition(some));
}

TEST(state_bytes, another_definition_is_a_mismatch_that_shows_both) {
  share_within within(seconds{30});
  within.update(12);
  try {
    static_cast<void>(from_bytes(share_within(seconds{31}), to_bytes(within)));
    FAIL() << "read a share within 30 s as one within 31 s";
  } catch (const definition_mismatch& e) {
    const std::string text = e.what();
    EXPECT_NE(text.find("expected share within limit(within 31 s){u64 u64 u64 u64}"),
              std::string::npos)
        << text;
    EXPECT_NE(text.find("found \"share within limit\""), std::string::npos) << text;
  }
  EXPECT_THROW(static_cast<void>(from_bytes(csat{}, to_bytes(nps{}))), definition_mismatch);
  EXPECT_THROW(static_cast<void>(from_bytes(basic_nps<scale_1_10>{}, to_bytes(nps{}))),
               definition_mismatch);

  // The right hash under a wrong name.
  bytes renamed = to_bytes(nps{});
  renamed[20] = std::byte{'X'};
  hostile::repair_checksum(renamed);
  EXPECT_THROW(static_cast<void>(from_bytes(nps{}, renamed)), definition_mismatch);
}

// --- damaged bytes ----------------------------------------------------------------------------

TEST(state_bytes, every_flipped_bit_is_refused) {
  for_each_state([](const auto& state) {
    bytes message = to_bytes(state);
    for (std::byte& b : message) {
      const std::byte kept = b;
      for (int bit = 0; bit != 8; ++bit) {
        b = kept ^ static_cast<std::byte>(1 << bit);
        EXPECT_EQ(examine(state, message), outcome::refused) << &b - message.data() << "." << bit;
      }
      b = kept;
    }
  });
}

TEST(state_bytes, every_truncation_and_every_addition_is_refused) {
  for_each_state([](const auto& state) {
    const bytes message = to_bytes(state);
    for (std::size_t size = 0; size != message.size(); ++size) {
      bytes cut(message.begin(), message.begin() + static_cast<std::ptrdiff_t>(size));
      EXPECT_EQ(examine(state, cut), outcome::refused) << size;
      hostile::repair_checksum(cut);
      EXPECT_EQ(examine(state, cut), outcome::refused) << size << ", checksum repaired";
    }
    for (const std::size_t more : {1u, 4u, 8u, 100u}) {
      bytes longer = message;
      longer.resize(message.size() + more);
      EXPECT_EQ(examine(state, longer), outcome::refused) << more;
      hostile::repair_checksum(longer);
      EXPECT_EQ(examine(state, longer), outcome::refused) << more << ", checksum repaired";
    }
  });
}

// With the checksum repaired a change of the payload can be a state; then it has to be one that
// works. In the header nothing can be changed.
TEST(state_bytes, every_flipped_bit_under_a_right_checksum) {
  int accepted = 0;
  for_each_state([&](const auto& state) {
    bytes message = to_bytes(state);
    const std::size_t payload = hostile::payload_at(message);
    for (std::size_t i = 0; i != message.size() - 4; ++i) {
      const std::byte kept = message[i];
      for (int bit = 0; bit != 8; ++bit) {
        message[i] = kept ^ static_cast<std::byte>(1 << bit);
        hostile::repair_checksum(message);
        const outcome got = examine(state, message);
        if (i < payload) {
          EXPECT_NE(got, outcome::accepted) << "header byte " << i << " bit " << bit;
        }
        accepted += got == outcome::accepted;
      }
      message[i] = kept;
    }
  });
  EXPECT_GT(accepted, 1000);
}

// Any eight bytes can be a count or a length: put large and small numbers everywhere.
TEST(state_bytes, lengths_that_grow) {
  constexpr std::uint64_t top = (std::numeric_limits<std::uint64_t>::max)();
  for_each_state([&](const auto& state) {
    const bytes message = to_bytes(state);
    for (std::size_t at = 0; at + 12 <= message.size(); ++at) {
      for (const std::uint64_t x :
           {top, top - 7, top / 2, top / 2 + 1, top / 8, std::uint64_t{1} << 32,
            std::uint64_t{message.size()}, std::uint64_t{5}, std::uint64_t{0}}) {
        bytes changed = message;
        hostile::set_u64(changed, at, x);
        hostile::repair_checksum(changed);
        static_cast<void>(examine(state, changed));
        if (at + 16 <= message.size()) {
          hostile::set_u32(changed, at, static_cast<std::uint32_t>(x));
          hostile::repair_checksum(changed);
          static_cast<void>(examine(state, changed));
        }
      }
    }
  });
}

TEST(state_bytes, payloads_cut_and_extended_under_a_right_header) {
  for_each_state([](const auto& state) {
    const bytes message = to_bytes(state);
    const std::span whole = std::span(message).subspan(hostile::payload_at(message));
    const bytes payload(whole.begin(), whole.end() - 4);
    for (std::size_t size = 0; size != payload.size(); ++size) {
      EXPECT_EQ(examine(state, hostile::forged(state, std::span(payload).first(size))),
                outcome::refused)
          << size;
    }
    bytes longer = payload;
    longer.resize(payload.size() + 8);
    EXPECT_EQ(examine(state, hostile::forged(state, longer)), outcome::refused);
    EXPECT_EQ(examine(state, hostile::forged(state, payload)), outcome::accepted);
  });
}

TEST(state_bytes, says_what_is_wrong) {
  const nps m;
  EXPECT_EQ(refusal(m, {}), "state bytes: they do not begin with 89 43 52 4D");
  const std::string text = "score\n9\n";
  EXPECT_EQ(refusal(m, std::as_bytes(std::span(text))),
            "state bytes: they do not begin with 89 43 52 4D");

  bytes newer = to_bytes(m);
  newer[4] = std::byte{2};
  hostile::repair_checksum(newer);
  EXPECT_EQ(refusal(m, newer),
            "state bytes: at byte 6: layout version 2, this library reads up to 1");
  bytes flags = to_bytes(m);
  flags[6] = std::byte{1};
  hostile::repair_checksum(flags);
  EXPECT_EQ(refusal(m, flags), "state bytes: at byte 8: flags that this library does not know");

  bytes damaged = to_bytes(m);
  damaged[40] = std::byte{1};
  EXPECT_EQ(refusal(m, damaged), "state bytes: damaged: the checksum is another");
  bytes cut = to_bytes(m);
  cut.pop_back();
  EXPECT_EQ(refusal(m, cut),
            "state bytes: at byte 31: a payload of 40 bytes and the checksum should follow, 43 "
            "bytes do");
  EXPECT_EQ(refusal_of_payload(m, words({1, 2, 3, 4})),
            "state bytes: at byte 63: it ends early: 8 more bytes asked for, 0 there");
  EXPECT_EQ(refusal_of_payload(m, words({1, 2, 3, 4, 0, 6})),
            "state bytes: at byte 71: more payload than fields");
}

// --- states that cannot be --------------------------------------------------------------------

TEST(state_bytes, impossible_counts) {
  using as_passive = basic_nps<scale_0_10, adjusted_wald, missing::as_passive>;
  using as_failure = basic_proportion<share_of_successes, wilson, missing::as_failure>;
  using limit_as_failure = basic_share_within<wilson, missing::as_failure>;
  using rejecting = basic_nps<scale_0_10, adjusted_wald, missing::reject>;
  const std::string impossible = "no observations lead to this state";

  // Invalid answers of a metric that refuses them; missing ones likewise.
  EXPECT_NE(refusal_of_payload(nps{}, words({1, 2, 3, 4, 5})).find(impossible), std::string::npos);
  EXPECT_EQ(refusal_of_payload(nps{}, words({1, 2, 3, 4, 0})), "accepted");
  EXPECT_NE(refusal_of_payload(rejecting{}, words({1, 2, 3, 4, 0})).find(impossible),
            std::string::npos);
  // A count at which the next update could leave 64 bits.
  constexpr std::uint64_t most = (std::numeric_limits<std::int64_t>::max)();
  EXPECT_EQ(refusal_of_payload(nps{}, words({1, most, 3, 4, 0})), "accepted");
  EXPECT_NE(refusal_of_payload(nps{}, words({1, most + 1, 3, 4, 0})), "accepted");
  // More missing than what missing counts as.
  EXPECT_EQ(refusal_of_payload(as_passive{}, words({0, 4, 0, 5, 0})),
            "state bytes: at byte 71: NPS: no observations lead to this state");
  EXPECT_EQ(refusal_of_payload(as_passive{}, words({0, 5, 0, 5, 0})), "accepted");
  EXPECT_NE(refusal_of_payload(as_failure{}, words({9, 4, 5, 0})), "accepted");
  EXPECT_EQ(refusal_of_payload(as_failure{}, words({9, 5, 5, 0})), "accepted");
  EXPECT_NE(refusal_of_payload(limit_as_failure{seconds{1}}, words({9, 4, 5, 0})), "accepted");
  EXPECT_EQ(refusal_of_payload(limit_as_failure{seconds{1}}, words({9, 5, 5, 0})), "accepted");
}

TEST(state_bytes, impossible_sampling_weights) {
  using sampled =
      basic_proportion<share_of_successes, wilson, missing::skip, invalid::reject, weighted_count>;
  const auto with = [](std::uint64_t n, double sum, double squares) {
    return refusal_of_payload(sampled{}, words({n, bits(sum), bits(squares), 0, 0, 0, 0, 0}));
  };
  EXPECT_EQ(with(2, 3.5, 8.5), "accepted");
  EXPECT_EQ(with(2, 0, 0), "accepted");
  EXPECT_NE(with(2, -3.5, 8.5), "accepted");
  EXPECT_NE(with(2, 3.5, -8.5), "accepted");
  EXPECT_NE(with(std::uint64_t{1} << 63, 3.5, 8.5), "accepted");
  EXPECT_NE(with(2, 0, 8.5), "accepted");
  EXPECT_NE(with(0, 3.5, 8.5), "accepted");
  EXPECT_NE(with(2, std::numeric_limits<double>::quiet_NaN(), 8.5), "accepted");
  EXPECT_NE(with(2, 3.5, std::numeric_limits<double>::quiet_NaN()), "accepted");
}

TEST(state_bytes, impossible_real_moments) {
  const auto with = [](std::uint64_t n, double mean_value, double m2) {
    return refusal_of_payload(mean{}, words({n, bits(mean_value), bits(m2), 0, 0}));
  };
  EXPECT_EQ(with(2, -3.5, 8.5), "accepted");
  EXPECT_EQ(with(0, 0, 0), "accepted");
  EXPECT_NE(with(0, 1, 0), "accepted");
  EXPECT_NE(with(std::uint64_t{1} << 63, 1, 1), "accepted");
  EXPECT_NE(with(0, 0, 1), "accepted");
  EXPECT_NE(with(1, 5, 0.5), "accepted") << "one value does not spread";
  EXPECT_NE(with(2, 5, -0.5), "accepted");
  EXPECT_NE(with(2, std::numeric_limits<double>::infinity(), 1), "accepted");
  EXPECT_NE(with(2, std::numeric_limits<double>::quiet_NaN(), 1), "accepted");
  EXPECT_NE(with(2, 5, std::numeric_limits<double>::quiet_NaN()), "accepted");
}

TEST(state_bytes, impossible_integer_moments) {
  constexpr std::uint64_t minus = ~std::uint64_t{0};
  constexpr std::uint64_t most = (std::numeric_limits<std::int64_t>::max)();
  const auto with = [](std::uint64_t n, std::uint64_t sum_low, std::uint64_t sum_high,
                       std::uint64_t squares_low, std::uint64_t squares_high) {
    return refusal_of_payload(integer_mean{},
                              words({n, sum_low, sum_high, squares_low, squares_high, 0, 0}));
  };
  EXPECT_EQ(with(0, 0, 0, 0, 0), "accepted");
  EXPECT_NE(with(0, 1, 0, 0, 0), "accepted");
  EXPECT_NE(with(0, 0, 0, 1, 0), "accepted");
  EXPECT_EQ(with(3, 6, 0, 12, 0), "accepted") << "2, 2, 2";
  EXPECT_NE(with(3, 6, 0, 11, 0), "accepted") << "a negative variance";
  EXPECT_EQ(with(3, minus - 5, minus, 12, 0), "accepted") << "-2, -2, -2";
  EXPECT_NE(with(3, minus - 5, minus, 11, 0), "accepted");
  EXPECT_EQ(with(2, minus, minus, 1, 0), "accepted") << "0, -1";
  EXPECT_NE(with(2, minus, minus, 0, 0), "accepted");
  EXPECT_EQ(with(most, most, 0, most, 0), "accepted") << "as many ones as can be";
  EXPECT_NE(with(most + 1, 0, 0, 0, 0), "accepted") << "more than 2^63 - 1 values";
  EXPECT_NE(with(1, 0, most, 0, most), "accepted") << "a value of more than 64 bits";
  EXPECT_NE(with(1, 0, std::uint64_t{1} << 63, minus, minus), "accepted");
  EXPECT_NE(with(2, 0, 0, 1, std::uint64_t{1} << 63), "accepted") << "squares of 65-bit values";
  EXPECT_EQ(with(2, 0, 0, 0, std::uint64_t{1} << 61), "accepted") << "-2^62 twice, once negated";
  EXPECT_EQ(with(2, 0, minus, 0, std::uint64_t{1} << 63), "accepted") << "-2^63 twice";
  EXPECT_NE(with(2, 0, minus, minus, most), "accepted") << "a negative variance again";

  // Time spans are not negative.
  EXPECT_NE(refusal_of_payload(duration{}, words({3, minus - 5, minus, 12, 0, 0, 0})), "accepted");
  EXPECT_EQ(refusal_of_payload(duration{}, words({3, 6, 0, 12, 0, 0, 0})), "accepted");
}

TEST(state_bytes, integer_moments_at_the_ends_of_their_range) {
  constexpr std::int64_t least = (std::numeric_limits<std::int64_t>::min)();
  constexpr std::int64_t most = (std::numeric_limits<std::int64_t>::max)();
  const std::vector<std::vector<std::int64_t>> samples = {{least},
                                                          {most},
                                                          {least, least},
                                                          {most, most},
                                                          {least, most},
                                                          {least, 0, 0},
                                                          {most, -1},
                                                          {least, least, most},
                                                          {0, 0, 0},
                                                          {-1, 0},
                                                          {1, 0},
                                                          {-1, 1},
                                                          {most, most, most},
                                                          {least, least, least},
                                                          {7, -9, 1, 1},
                                                          {most - 1, most}};
  for (const auto& sample : samples) {
    integer_mean m;
    for (const std::int64_t x : sample) m.update(x);
    EXPECT_EQ(examine(m, to_bytes(m)), outcome::accepted) << sample.front();
  }
}

TEST(state_bytes, impossible_figures) {
  const auto with = [](std::uint64_t n, double value, double spread, std::uint64_t without) {
    return refusal_of_payload(given{}, words({n, bits(value), bits(spread), without, 0}));
  };
  EXPECT_EQ(with(12, 71.5, 225, 0), "accepted");
  EXPECT_NE(with(0, 71.5, 0, 0), "accepted");
  EXPECT_NE(with(0, 0, 225, 0), "accepted");
  EXPECT_NE(with(12, 71.5, -225, 0), "accepted");
  EXPECT_NE(with(12, 71.5, 225, 13), "accepted");
  EXPECT_NE(with(12, std::numeric_limits<double>::quiet_NaN(), 225, 0), "accepted");
}

TEST(state_bytes, impossible_tables) {
  using hostile::event;
  const auto open = by(&event::score, on(&event::kept, occurrences{}));
  const auto cell = [](std::uint64_t yes) { return words({yes, 0, 0, 0}); };
  const auto table = [&](std::uint64_t unknown, std::uint64_t count,
                         std::vector<std::int64_t> keys) {
    bytes payload = cell(0);
    const auto append = [&](const bytes& more) {
      payload.insert(payload.end(), more.begin(), more.end());
    };
    append(words({unknown, count}));
    for (const std::int64_t key : keys) {
      append(words({static_cast<std::uint64_t>(key)}));
      append(cell(1));
    }
    return payload;
  };
  EXPECT_EQ(refusal_of_payload(open, table(0, 3, {-5, 2, 9})), "accepted");
  EXPECT_NE(refusal_of_payload(open, table(0, 2, {2, 2})).find("ascending"), std::string::npos);
  EXPECT_NE(refusal_of_payload(open, table(0, 2, {2, -5})).find("ascending"), std::string::npos);
  EXPECT_NE(refusal_of_payload(open, table(0, 2, {2})), "accepted");
  EXPECT_NE(refusal_of_payload(open, table(0, 1, {2, 3})), "accepted");
  EXPECT_NE(refusal_of_payload(open, table(1, 1, {2})), "accepted") << "nothing is unknown to it";
  EXPECT_NE(refusal_of_payload(open, table(0, std::uint64_t{1} << 60, {2}))
                .find("a count larger than what is left"),
            std::string::npos);
  EXPECT_NE(refusal_of_payload(open, table(0, 1, {std::int64_t{1} << 31})).find("too large"),
            std::string::npos)
      << "the key is an int";

  const auto listed = [](unknown_key policy) {
    return by(&event::score, on(&event::kept, occurrences{}), roster<int>({2, 9}, policy));
  };
  const auto counting = listed(unknown_key::count);
  EXPECT_EQ(refusal_of_payload(counting, table(4, 2, {2, 9})), "accepted");
  EXPECT_NE(refusal_of_payload(counting, table(4, 2, {2, 8})), "accepted");
  EXPECT_NE(refusal_of_payload(counting, table(4, 1, {2})), "accepted");
  EXPECT_NE(refusal_of_payload(counting, table(4, 3, {2, 9, 10})), "accepted");
  EXPECT_NE(refusal_of_payload(listed(unknown_key::reject), table(4, 2, {2, 9})), "accepted");

  // Periods that no instant of a calendar lies in.
  const auto weekly = over(iso_weeks(), &event::at, on(&event::kept, occurrences{}));
  EXPECT_EQ(refusal_of_payload(weekly, table(0, 2, {-3, 2800})), "accepted");
  EXPECT_NE(refusal_of_payload(weekly, table(0, 1, {std::int64_t{1} << 62})), "accepted");
  EXPECT_NE(refusal_of_payload(weekly, table(0, 1, {-(std::int64_t{1} << 62)})), "accepted");
}

// --- what a metric may keep -------------------------------------------------------------------

enum class colour : std::int16_t { red = -3, blue = 5 };

/// Every kind of field there is.
struct everything {
  static constexpr merge_exactness exactness = merge_exactness::exact;
  static constexpr shard_constraint sharding = shard_constraint::any;

  std::uint8_t small = 0;
  std::int32_t whole = 0;
  bool flag = false;
  colour paint = colour::red;
  double real = 0;
  std::string text;
  std::optional<double> perhaps;
  std::array<std::uint16_t, 2> pair_of = {};
  std::vector<std::pair<std::uint64_t, std::uint64_t>> buckets;
  std::vector<double> values;
  std::vector<share_within> limits;
  std::map<std::string, std::int64_t> sums;
  std::map<std::pair<int, bool>, share_within> nested;

  static constexpr std::string_view name() { return "everything"; }
  convention_text convention() const { return "one of each"; }
  everything& merge(const everything&) { return *this; }
  everything fresh() const { return {}; }
  estimate result(confidence_level = {}) const { return {}; }
  friend bool operator==(const everything&, const everything&) = default;

  void serialize(auto& archive) {
    const share_within prototype(seconds{30});
    archive.setting("a setting");
    archive(small), archive(whole), archive(flag), archive(paint), archive(real), archive(text);
    archive(perhaps), archive(pair_of);
    archive.array(buckets), archive.array(values), archive.array(limits, prototype);
    archive.map(sums), archive.map(nested, prototype);
  }
};

everything filled() {
  everything e;
  e.small = 255;
  e.whole = -7;
  e.flag = true;
  e.paint = colour::blue;
  e.real = -0.0;
  e.text = std::string("a\0\xc3\xa4", 4);
  e.perhaps = 0.1;
  e.pair_of = {1, 65535};
  e.buckets = {{1, 2}, {3, 4}};
  e.values = {1.5, -2.5};
  e.limits.assign(2, share_within(seconds{30}));
  e.limits[1].update(31);
  e.sums = {{"", 1}, {"b", -1}};
  e.nested.emplace(std::pair(-1, true), share_within(seconds{30}));
  return e;
}

TEST(state_bytes, every_kind_of_field) {
  static_assert(any_metric<everything>);
  const std::string within = "share within limit(within 30 s){u64 u64 u64 u64}";
  EXPECT_EQ(state_definition(everything{}),
            "everything(one of each){[\"a setting\"] u64 i64 flag i64 f64 text optional(f64) u64 "
            "u64 array(u64 u64) array(f64) array(" +
                within + ") map(text i64) map(i64 flag " + within + ")}");
  const everything e = filled();
  const everything back = from_bytes(everything{}, to_bytes(e));
  EXPECT_TRUE(back == e);
  EXPECT_TRUE(std::signbit(back.real));
  EXPECT_EQ(to_bytes(back), to_bytes(e));
  EXPECT_EQ(examine(everything{}, to_bytes(everything{})), outcome::accepted);
}

TEST(state_bytes, every_kind_of_field_damaged) {
  const everything e = filled();
  bytes message = to_bytes(e);
  const std::size_t payload = hostile::payload_at(message);
  const auto with = [&](std::size_t at, std::uint64_t x) {
    bytes changed = message;
    hostile::set_u64(changed, payload + at, x);
    hostile::repair_checksum(changed);
    return refusal(e, changed);
  };
  EXPECT_EQ(with(0, 254), "accepted");
  EXPECT_NE(with(0, 256).find("too large"), std::string::npos) << "a byte";
  EXPECT_EQ(with(8, std::uint64_t{7}), "accepted");
  EXPECT_NE(with(8, std::uint64_t{1} << 31).find("too large"), std::string::npos) << "an int32";
  EXPECT_NE(with(17, 40'000).find("too large"), std::string::npos) << "an enumeration of 16 bits";
  bytes flag = message;
  flag[payload + 16] = std::byte{2};
  hostile::repair_checksum(flag);
  EXPECT_NE(refusal(e, flag).find("a flag that is neither 0 nor 1"), std::string::npos);

  for (std::size_t i = payload; i != message.size() - 4; ++i) {
    const std::byte kept = message[i];
    for (int bit = 0; bit != 8; ++bit) {
      message[i] = kept ^ static_cast<std::byte>(1 << bit);
      hostile::repair_checksum(message);
      static_cast<void>(examine(e, message));
    }
    message[i] = kept;
  }
}

// --- metrics that take their definition from what they observe ---------------------------------

constexpr contact_rule week{.span = days{7}};

// Who reads must know the definition: a prototype with the same rule, or with the first contact of
// the same kind; one without a rule, or with another, reads nothing.
TEST(state_bytes, the_rule_of_linked_contacts_is_in_the_definition) {
  const auto check = [](auto adopted, auto with_rule, auto without, auto other) {
    const bytes message = to_bytes(adopted);
    EXPECT_EQ(from_bytes(with_rule, message), adopted);
    EXPECT_EQ(from_bytes(adopted, message), adopted);
    EXPECT_THROW(from_bytes(without, message), definition_mismatch);
    EXPECT_THROW(from_bytes(other, message), definition_mismatch);
    EXPECT_EQ(from_bytes(without, to_bytes(without)), without);
  };
  const contact_rule month{.span = days{30}};
  check(hostile::seen(fcr{}, hostile::fact(7, 9)), fcr(week), fcr{}, fcr(month));
  check(hostile::seen(fcr_kaplan_meier{}, hostile::fact(7, 9)), fcr_kaplan_meier(week),
        fcr_kaplan_meier{}, fcr_kaplan_meier(month));
  check(hostile::seen(repeat_contact{}, hostile::fact(17, 9)), repeat_contact(week),
        repeat_contact{}, repeat_contact(month));
  check(hostile::seen(repeat_customers{}, customer_fact{week, 3, 1}), repeat_customers(week),
        repeat_customers{}, repeat_customers(month));
  EXPECT_EQ(
      state_definition(fcr(week)),
      "FCR(no repeat within 7 d of resolution, too recent is pending){u64 u64 u64 u64 u64 u64}");
  EXPECT_EQ(state_definition(fcr_kaplan_meier(week)),
            "FCR(no repeat within 7 d of resolution, Kaplan-Meier){array(i64 u64) array(i64 u64) "
            "u64 u64 u64}");
}

// Every setting of the rule is told by the convention.
TEST(state_bytes, two_rules_have_two_definitions) {
  std::set<std::string> definitions;
  int rules = 0;
  for (const time_span span :
       {time_span{0}, time_span{1}, time_span(seconds{1}), time_span(days{7})}) {
    for (const anchor after : {anchor::resolved, anchor::opened}) {
      for (const bool last : {false, true}) {
        for (const bool simultaneous : {false, true}) {
          for (const subject about :
               {subject::customer, subject::customer_and_issue, subject::customer_and_relation}) {
            for (const bool failures : {false, true}) {
              const contact_rule rule{span, after, last, simultaneous, about, failures};
              EXPECT_TRUE(fcr(rule).convention().fits()) << fcr(rule).convention().view();
              EXPECT_TRUE(basic_fcr<naive_maturity>(rule).convention().fits());
              EXPECT_TRUE(basic_repeat_contact<full_look_back>(rule).convention().fits());
              definitions.insert(state_definition(fcr(rule)));
              ++rules;
            }
          }
        }
      }
    }
  }
  EXPECT_EQ(definitions.size(), static_cast<std::size_t>(rules));
}

struct credited {
  int agent;
  contact_fact fact;
};

// A group that took its rule from its contacts would come back without it.
TEST(state_bytes, groups_need_the_rule_in_their_prototype) {
  const std::vector<credited> contacts{{1, hostile::fact(7, 9)}, {2, hostile::fact(15, 9)}};
  const auto check = [&](auto adopting, auto ruled) {
    adopting.update_many(contacts);
    ruled.update_many(contacts);
    try {
      static_cast<void>(to_bytes(adopting));
      ADD_FAILURE() << "written";
    } catch (const definition_mismatch& e) {
      EXPECT_STREQ(e.what(),
                   "state bytes: a group of FCR took its definition (no repeat within 7 d of "
                   "resolution, too recent is pending) from its events: make the metric with it, "
                   "such as fcr{linked.rule()}");
    }
    EXPECT_EQ(from_bytes(ruled.fresh(), to_bytes(ruled)), ruled);
  };
  const auto of_fact = [](fcr m) { return on(&credited::fact, m); };
  check(by(&credited::agent, of_fact(fcr{})), by(&credited::agent, of_fact(fcr(week))));
  check(by(&credited::agent, of_fact(fcr{}), dense_ids{4}),
        by(&credited::agent, of_fact(fcr(week)), dense_ids{4}));
  check(by(&credited::agent, of_fact(fcr{}), roster<int>({1, 2})),
        by(&credited::agent, of_fact(fcr(week)), roster<int>({1, 2})));
}

TEST(state_bytes, impossible_linked_contacts) {
  const std::uint64_t too_many = std::uint64_t{INT64_MAX} + 1;
  EXPECT_NE(refusal_of_payload(fcr(week), words({1, 2, too_many, 4, 5, 6})), "accepted");
  EXPECT_EQ(refusal_of_payload(fcr(week), words({1, 2, 3, 4, 5, 6})), "accepted");
  EXPECT_NE(refusal_of_payload(repeat_contact(week), words({1, 2, 3, too_many, 5})), "accepted");
  // Short look-backs are counted only where they are left out.
  EXPECT_NE(refusal_of_payload(repeat_contact(week), words({1, 2, 3, 4, 5})), "accepted");
  EXPECT_EQ(refusal_of_payload(basic_repeat_contact<full_look_back>(week), words({1, 2, 3, 4, 5})),
            "accepted");
  EXPECT_NE(refusal_of_payload(basic_fcr<naive_maturity>(week), words({1, 2, 3, 4, 5, 6})),
            "accepted");

  const fcr_kaplan_meier km(week);
  EXPECT_EQ(refusal_of_payload(km, words({1, 5, 2, 1, 9, 1, 0, 0, 0})), "accepted");
  EXPECT_NE(refusal_of_payload(km, words({1, UINT64_MAX, 2, 0, 0, 0, 0})), "accepted") << "-1 us";
  EXPECT_NE(refusal_of_payload(km, words({2, 5, 2, 5, 1, 0, 0, 0, 0})), "accepted") << "5 twice";
  EXPECT_NE(refusal_of_payload(km, words({1, 5, 0, 0, 0, 0, 0})), "accepted") << "never";
  const auto length = static_cast<std::uint64_t>(week.span.microseconds);
  EXPECT_EQ(refusal_of_payload(km, words({1, length, 2, 1, length, 1, 0, 0, 0})), "accepted");
  EXPECT_NE(refusal_of_payload(km, words({1, length + 1, 2, 0, 0, 0, 0})), "accepted");
  EXPECT_NE(refusal_of_payload(km, words({0, 1, length + 1, 2, 0, 0, 0})), "accepted");
}

}  // namespace
