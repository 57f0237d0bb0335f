// The time that linking through Python is compared with: the C++ library on rows of the same
// contacts, which are read from files of raw values. Prints milliseconds of the processor, the
// fastest of five.

#include <crmetrics/derive/link_contacts.hpp>
#include <crmetrics/metrics/fcr.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <limits>
#include <vector>

namespace {

std::vector<std::int64_t> column(const char* path) {
  std::ifstream in(path, std::ios::binary | std::ios::ate);
  std::vector<std::int64_t> out(static_cast<std::size_t>(in.tellg()) / sizeof(std::int64_t));
  in.seekg(0);
  in.read(reinterpret_cast<char*>(out.data()),
          static_cast<std::streamsize>(out.size() * sizeof(std::int64_t)));
  return out;
}

struct contact {
  std::int64_t customer;
  std::int64_t opened;
  std::int64_t resolved;
};

}  // namespace

int main(int, char** argv) {
  std::vector<contact> contacts;
  {
    const auto customer = column(argv[1]);
    const auto opened = column(argv[2]);
    const auto resolved = column(argv[3]);
    contacts.resize(customer.size());
    for (std::size_t i = 0; i != contacts.size(); ++i) {
      contacts[i] = {customer[i], opened[i], resolved[i]};
    }
  }
  const crmetrics::instant until{std::atoll(argv[4])};
  const crmetrics::contact_fields fields{
      .customer = &contact::customer, .opened = &contact::opened, .resolved = &contact::resolved};
  double fastest = (std::numeric_limits<double>::max)();
  double sum = 0;
  for (int i = 0; i != 5; ++i) {
    const auto begin = std::clock();
    crmetrics::fcr fcr;
    fcr.update_many(crmetrics::link_contacts(contacts, fields, crmetrics::within{}, until));
    const auto took = static_cast<double>(std::clock() - begin);
    fastest = std::min(fastest, took * 1e3 / CLOCKS_PER_SEC);
    sum += fcr.result().value();
  }
  std::printf("%f\n%.17g\n", fastest, sum / 5);
}
