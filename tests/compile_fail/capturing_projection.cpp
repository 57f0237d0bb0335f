// EXPECT: captureless lambda, a pointer to a member
// WITHIN: 10
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/metrics/handle_time.hpp>

namespace crm = crmetrics;

struct call {
  double talk, hold;
};

auto handled(double wrap_up) {
#ifdef CRMETRICS_TWIN
  static_cast<void>(wrap_up);
  return crm::on([](const call& c) { return c.talk + c.hold; }, crm::handle_time{});
#else
  return crm::on([wrap_up](const call& c) { return c.talk + c.hold + wrap_up; },
                 crm::handle_time{});
#endif
}
