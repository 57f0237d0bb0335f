#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <stdexcept>
#include <string>
#include <vector>

// What the laws are fed with: random sequences of calls, drawn and shrunk by RapidCheck. The draws
// are plain numbers that say nothing of a metric, so that RapidCheck is compiled once; each metric
// makes its own events of them.
namespace crmetrics::laws {

/// A law that does not hold; its text says which, and shows both sides.
struct law_broken : std::runtime_error {
  using std::runtime_error::runtime_error;
};

enum class kind { valid, no_value, not_a_number, infinite, outside, fraction };

/// One observation, before a metric has made an event of it.
struct draw {
  laws::kind kind = laws::kind::valid;
  int x = 0;             ///< 0 to 1,000,000, small where RapidCheck begins and where it shrinks
  std::size_t pick = 0;  ///< chooses keys, times and the like
};

/// One call, or one call for each event.
struct step {
  enum class call { update, weighted, update_many, merge };
  call what = call::update;
  std::size_t weight = 0;  ///< index into the metric's list of weights
  std::vector<draw> events;
};

using program = std::vector<step>;

/// Three programs that are to be merged in every way; they differ much in size and in kind: none,
/// one event, everything missing, nothing wrong, everything mixed.
struct sample {
  program a, b, c;
};

std::ostream& operator<<(std::ostream& out, const draw& d);
std::ostream& operator<<(std::ostream& out, const step& s);
std::ostream& operator<<(std::ostream& out, const sample& s);

/// Numbers for laws whose spec is a set of numbers: drawn one after the other, zeros at the end.
class tape {
 public:
  explicit tape(std::vector<std::uint32_t> draws) : draws_(std::move(draws)) {}

  std::uint32_t next() { return at_ < draws_.size() ? draws_[at_++] : 0; }
  /// A whole number from low to high; low once the tape is at its end.
  int whole(int low, int high) {
    return low + static_cast<int>(next() % static_cast<std::uint32_t>(high - low + 1));
  }
  /// A number from low to high; one of three is one of eleven equal steps, the ends included.
  double real(double low, double high) {
    const std::uint32_t x = next();
    const double share = x % 3 == 0 ? (x / 3 % 11) / 10.0 : static_cast<double>(x) / 4294967295.0;
    return low + (high - low) * share;
  }
  bool chance(int one_in) { return whole(1, one_in) == one_in; }
  friend std::ostream& operator<<(std::ostream& out, const tape& t);

 private:
  std::vector<std::uint32_t> draws_;
  std::size_t at_ = 0;
};

/// Runs the law on so many random samples. Empty where it always held, else the smallest
/// counterexample that was found. The seed is fixed, so that a run can be repeated; the environment
/// variable CRMETRICS_LAW_SEED sets another.
std::string for_all(int cases, const std::function<void(const sample&)>& law);
std::string for_all_tapes(int cases, std::size_t length, const std::function<void(tape)>& law);

}  // namespace crmetrics::laws
