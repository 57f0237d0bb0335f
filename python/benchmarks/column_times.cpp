// The times that the Python package is compared with: the C++ library on the same columns, which
// are read from files of raw values. Prints milliseconds of the processor, the fastest of
// five.

#include <crmetrics/combinators/by.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/metrics/nps.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iterator>
#include <limits>
#include <vector>

namespace {

template <class T>
std::vector<T> column(const char* path) {
  std::ifstream in(path, std::ios::binary | std::ios::ate);
  std::vector<T> out(static_cast<std::size_t>(in.tellg()) / sizeof(T));
  in.seekg(0);
  in.read(reinterpret_cast<char*>(out.data()),
          static_cast<std::streamsize>(out.size() * sizeof(T)));
  return out;
}

template <class F>
double milliseconds(const F& f) {
  double fastest = (std::numeric_limits<double>::max)();
  for (int i = 0; i != 5; ++i) {
    const auto begin = std::clock();
    f();
    const auto took = static_cast<double>(std::clock() - begin);
    fastest = std::min(fastest, took * 1e3 / CLOCKS_PER_SEC);
  }
  return fastest;
}

}  // namespace

int main(int, char** argv) {
  const auto bytes = column<std::int8_t>(argv[1]);
  const auto wholes = column<std::int64_t>(argv[2]);
  double sum = 0;
  std::printf("%f\n", milliseconds([&] {
                crmetrics::nps nps;
                nps.update_many(bytes);
                sum += nps.result().value();
              }));
  std::printf("%f\n", milliseconds([&] {
                crmetrics::nps nps;
                nps.update_many(wholes);
                sum += nps.result().value();
              }));
  return sum == 0;
}
