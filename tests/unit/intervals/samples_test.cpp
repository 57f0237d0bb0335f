#include <crmetrics/intervals/samples.hpp>

#include <crmetrics/intervals/adjusted_wald.hpp>
#include <crmetrics/intervals/agresti_coull.hpp>
#include <crmetrics/intervals/clopper_pearson.hpp>
#include <crmetrics/intervals/jeffreys.hpp>
#include <crmetrics/intervals/net_score.hpp>
#include <crmetrics/intervals/poisson_exact.hpp>
#include <crmetrics/intervals/poisson_score.hpp>
#include <crmetrics/intervals/student_t.hpp>
#include <crmetrics/intervals/wald.hpp>
#include <crmetrics/intervals/wilson.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace {

using namespace crmetrics;

template <class Sample>
std::string problems_of(const Sample& sample) {
  try {
    require_valid(sample);
    return "";
  } catch (const bad_input& e) {
    return e.what();
  }
}

TEST(samples, that_can_be_are_taken) {
  EXPECT_EQ(problems_of(binomial_sample{0, 0}), "");
  EXPECT_EQ(problems_of(binomial_sample{3.5, 3.5}), "");
  EXPECT_EQ(problems_of(net_sample{0, 0, 0}), "");
  EXPECT_EQ(problems_of(mean_sample{0, -3, 0}), "");
  EXPECT_EQ(problems_of(poisson_sample{0, 0}), "");
}

TEST(samples, all_problems_are_named_at_once) {
  const std::string text = problems_of(net_sample{-1, NAN, INFINITY});
  EXPECT_EQ(text,
            "3 problems\n"
            "  negatives: value \"-1.000000\": must be finite and not negative\n"
            "  neutrals: value \"nan\": must be finite and not negative\n"
            "  positives: value \"inf\": must be finite and not negative");
  EXPECT_NE(problems_of(binomial_sample{3, 2}).find("more than the 2.000000 trials"),
            std::string::npos);
  EXPECT_NE(problems_of(mean_sample{3, INFINITY, -1}).find("2 problems"), std::string::npos);
  EXPECT_NE(problems_of(poisson_sample{3, 0}).find("no exposure"), std::string::npos);
}

TEST(samples, every_method_refuses_what_cannot_be) {
  const auto refuses = [](auto method, const auto& sample) {
    EXPECT_THROW(decltype(method)::bounds(sample, confidence_level{}), bad_input)
        << decltype(method)::name;
  };
  for (const binomial_sample& s : {binomial_sample{3, 2}, binomial_sample{-1, 2},
                                   binomial_sample{NAN, 2}, binomial_sample{1, INFINITY}}) {
    refuses(wald{}, s);
    refuses(adjusted_wald{}, s);
    refuses(agresti_coull{}, s);
    refuses(wilson{}, s);
    refuses(wilson_corrected{}, s);
    refuses(clopper_pearson{}, s);
    refuses(jeffreys{}, s);
  }
  for (const net_sample& s : {net_sample{-1, 2, 3}, net_sample{1, NAN, 3}}) {
    refuses(wald{}, s);
    refuses(adjusted_wald{}, s);
    refuses(net_score{}, s);
  }
  refuses(student_t{}, mean_sample{3, NAN, 1});
  refuses(poisson_score{}, poisson_sample{3, 0});
  refuses(poisson_exact{}, poisson_sample{-3, 1});
}

}  // namespace
