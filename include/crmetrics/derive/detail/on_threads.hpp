#pragma once

#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace crmetrics::detail {

/// Runs f(0) .. f(n - 1) at the same time, f(0) in the calling thread; the first exception comes
/// back when all have ended.
template <class F>
void on_threads(unsigned n, F&& f) {
  std::exception_ptr failed;
  std::mutex guard;
  const auto run = [&](unsigned i) {
    try {
      f(i);
    } catch (...) {
      const std::lock_guard lock(guard);
      if (!failed) failed = std::current_exception();
    }
  };
  std::vector<std::jthread> others;
  others.reserve(n);
  for (unsigned i = 1; i < n; ++i) others.emplace_back(run, i);
  run(0);
  others.clear();  // joins
  if (failed) std::rethrow_exception(failed);
}

}  // namespace crmetrics::detail
