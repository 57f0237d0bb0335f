#pragma once

#include "settings.hpp"
#include "state.hpp"

#include <crmetrics/intervals/adjusted_wald.hpp>
#include <crmetrics/intervals/agresti_coull.hpp>
#include <crmetrics/intervals/clopper_pearson.hpp>
#include <crmetrics/intervals/jeffreys.hpp>
#include <crmetrics/intervals/wald.hpp>
#include <crmetrics/intervals/wilson.hpp>

#include <memory>
#include <string>

namespace crmetrics::python {

/// Calls make<Interval>() for the setting `interval` of a metric that is a share.
template <class Make>
std::unique_ptr<any_state> with_share_interval(settings& given, const Make& make) {
  const std::string interval =
      given.word("interval", {"Wilson", "Wilson with continuity correction", "Jeffreys",
                              "Clopper-Pearson", "Agresti-Coull", "adjusted Wald", "Wald"});
  if (interval == "Wilson with continuity correction") {
    return make.template operator()<wilson_corrected>();
  }
  if (interval == "Jeffreys") return make.template operator()<jeffreys>();
  if (interval == "Clopper-Pearson") return make.template operator()<clopper_pearson>();
  if (interval == "Agresti-Coull") return make.template operator()<agresti_coull>();
  if (interval == "adjusted Wald") return make.template operator()<adjusted_wald>();
  if (interval == "Wald") return make.template operator()<wald>();
  return make.template operator()<wilson>();
}

}  // namespace crmetrics::python
