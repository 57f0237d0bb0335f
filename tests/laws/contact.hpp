#pragma once

#include <crmetrics/metrics/given.hpp>
#include <crmetrics/time/instant.hpp>

#include "laws/events.hpp"
#include "laws/for_all.hpp"

#include <cstdint>
#include <optional>
#include <string>

// The event of the combinators: keys, a time and values that may each be missing or wrong.
namespace crmetrics::laws {

struct contact {
  std::optional<int> agent;
  std::string team;
  int desk = 0;
  std::optional<instant> at;
  std::optional<double> rating;
  std::optional<double> score;
  std::optional<double> seconds;
  std::optional<double> value;
  std::optional<bool> failed;
  bool handled = true;
  figure reported;

  std::optional<int> handled_by() const noexcept { return agent; }
};

inline contact contact_of(const draw& d) {
  contact c;
  if (d.pick % 7 != 0) c.agent = static_cast<int>(d.pick % 6) - 1;
  c.team = std::string(d.pick % 4, 'x');
  c.desk = static_cast<int>(d.pick % 11) - 1;
  if (d.pick % 9 != 0) {
    c.at = instant{(static_cast<std::int64_t>(d.pick) - 500) * 86'400'000'000 + d.x};
  }
  c.rating = answer<1, 5>(d);
  c.score = answer<0, 10>(d);
  c.seconds = seconds_spent(d);
  c.value = real_number(d);
  c.failed = yes_no(d);
  c.handled = d.x % 3 != 0;
  c.reported = {.value = d.x / 1e4, .n = d.pick + 1, .standard_error = .5};
  return c;
}

struct of_contacts {
  static contact event(const draw& d) { return contact_of(d); }
};

}  // namespace crmetrics::laws
