# The targets a user links, and which header belongs to which.
#
#   crmetrics::crmetrics  standard library only
#   crmetrics::boost      adds Boost (headers only)
#   crmetrics::range_v3   adds range-v3
#   crmetrics::spec       adds the reader of spec files, by Boost.JSON (headers only; one file of the
#                         program includes <boost/json/src.hpp>, or links Boost::json)
#
# A component lists its headers as globs below include/crmetrics; whatever no component claims is
# standard library only (tests/headers proves it). The outside library is a name here, found by the
# package file or by the user's own find_package: a user of NPS is never asked for Boost.

set(crmetrics_boost_globs
    "adapters/boost_*.hpp" "intervals/clopper_pearson.hpp"
    "intervals/detail/beta_quantile.hpp" "intervals/detail/boost_math_policy.hpp"
    "intervals/funnel_limits.hpp" "intervals/jeffreys.hpp" "intervals/poisson_exact.hpp"
    "io/state_bytes.hpp" "io/detail/state_*.hpp")
set(crmetrics_range_v3_globs "adapters/range_v3.hpp")
set(crmetrics_spec_globs "runtime/spec_parser.hpp" "runtime/table_roles.hpp"
                         "runtime/detail/json_reader.hpp" "io/table_columns.hpp"
                         "io/table_events.hpp")

set(crmetrics_include_dir "${PROJECT_SOURCE_DIR}/include")

# Absolute paths of all headers that match the given globs.
function(crmetrics_glob_headers out)
  list(TRANSFORM ARGN PREPEND "${crmetrics_include_dir}/crmetrics/")
  file(GLOB headers CONFIGURE_DEPENDS ${ARGN})
  set(${out} "${headers}" PARENT_SCOPE)
endfunction()

crmetrics_glob_headers(crmetrics_boost_headers ${crmetrics_boost_globs})
crmetrics_glob_headers(crmetrics_range_v3_headers ${crmetrics_range_v3_globs})
crmetrics_glob_headers(crmetrics_spec_headers ${crmetrics_spec_globs})
file(GLOB_RECURSE crmetrics_headers CONFIGURE_DEPENDS "${crmetrics_include_dir}/crmetrics/*.hpp")
list(REMOVE_ITEM crmetrics_headers ${crmetrics_boost_headers} ${crmetrics_range_v3_headers}
     ${crmetrics_spec_headers})

# The interface target crmetrics::<export_name> with its headers; the rest is what it links.
function(crmetrics_add_target target export_name headers)
  add_library(${target} INTERFACE)
  add_library(crmetrics::${export_name} ALIAS ${target})
  set_target_properties(
    ${target} PROPERTIES EXPORT_NAME ${export_name}
                         VERIFY_INTERFACE_HEADER_SETS ${CRMETRICS_BUILD_TESTS})
  target_compile_features(${target} INTERFACE cxx_std_20)
  target_sources(${target} INTERFACE FILE_SET HEADERS BASE_DIRS "${crmetrics_include_dir}" FILES
                                     ${headers})
  target_link_libraries(${target} INTERFACE ${ARGN})
endfunction()

crmetrics_add_target(crmetrics crmetrics "${crmetrics_headers}")
crmetrics_add_target(crmetrics_boost boost "${crmetrics_boost_headers}" crmetrics Boost::headers)
crmetrics_add_target(crmetrics_range_v3 range_v3 "${crmetrics_range_v3_headers}" crmetrics
                     range-v3::range-v3)
crmetrics_add_target(crmetrics_spec spec "${crmetrics_spec_headers}" crmetrics Boost::headers)

# Links to `target` the components that the includes of `source` ask for.
function(crmetrics_link_components target source)
  file(STRINGS "${source}" includes REGEX "^ *#include")
  target_link_libraries(${target} PRIVATE crmetrics::crmetrics)
  foreach(component IN ITEMS boost range_v3 spec)
    set(needed FALSE)
    foreach(header IN LISTS crmetrics_${component}_headers)
      cmake_path(RELATIVE_PATH header BASE_DIRECTORY "${crmetrics_include_dir}")
      string(FIND "${includes}" "<${header}>" position)
      if(NOT position EQUAL -1)
        set(needed TRUE)
      endif()
    endforeach()
    if(needed
       OR (component STREQUAL "boost" AND includes MATCHES "<boost/")
       OR (component STREQUAL "range_v3" AND includes MATCHES "<range/v3/"))
      target_link_libraries(${target} PRIVATE crmetrics::${component})
    endif()
  endforeach()
endfunction()
