#pragma once

#include <crmetrics/core/error.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

// What the tests of policies ask about bad settings and bad input.
namespace problems {

/// What the call says as it throws; empty where it does not.
template <class F>
std::string said_by(const F& call) {
  try {
    static_cast<void>(call());
  } catch (const crmetrics::bad_input& e) {
    return e.what();
  }
  return {};
}

/// All that `validate` finds; empty where nothing is wrong.
template <class Policy>
std::string of(const Policy& policy) {
  return said_by([&] {
    crmetrics::problem_list found;
    policy.validate(found, "part");
    found.throw_if_any();
    return 0;
  });
}

inline void expect_part(const std::string& text, std::string_view part) {
  EXPECT_NE(text.find(part), std::string::npos) << "no \"" << part << "\" in: " << text;
}

}  // namespace problems
