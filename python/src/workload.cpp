#include "workload.hpp"

#include <crmetrics/workload/csv.hpp>
#include <crmetrics/workload/service_desk.hpp>

#include <cstdint>
#include <filesystem>
#include <string>

namespace crmetrics::python {

void bind_workload(py::module_& module) {
  module.def(
      "write_workload",
      [](const std::string& folder, std::uint64_t seed) {
        workload::service_desk_settings s;
        s.seed = seed;
        workload::write_csv(workload::generate(s), std::filesystem::path(folder));
      },
      py::arg("folder"), py::arg("seed"));
}

}  // namespace crmetrics::python
