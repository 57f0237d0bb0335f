# Install rules and the package files. One export set a component, so that
# find_package(crmetrics) alone neither reads nor looks for what a component needs.
include(CMakePackageConfigHelpers)

set(crmetrics_package_dir "${CMAKE_INSTALL_DATADIR}/cmake/crmetrics")

foreach(component IN ITEMS crmetrics boost range_v3 spec)
  if(component STREQUAL "crmetrics")
    set(target crmetrics)
    set(export_set crmetrics-targets)
  else()
    set(target crmetrics_${component})
    set(export_set crmetrics-${component}-targets)
  endif()
  install(TARGETS ${target} EXPORT ${export_set} FILE_SET HEADERS)
  install(EXPORT ${export_set} NAMESPACE crmetrics:: DESTINATION "${crmetrics_package_dir}")
endforeach()

configure_package_config_file(
  "${CMAKE_CURRENT_LIST_DIR}/crmetrics-config.cmake.in"
  "${PROJECT_BINARY_DIR}/crmetrics-config.cmake"
  INSTALL_DESTINATION "${crmetrics_package_dir}"
  NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(
  "${PROJECT_BINARY_DIR}/crmetrics-config-version.cmake"
  COMPATIBILITY SameMinorVersion
  ARCH_INDEPENDENT)
install(FILES "${PROJECT_BINARY_DIR}/crmetrics-config.cmake"
              "${PROJECT_BINARY_DIR}/crmetrics-config-version.cmake"
        DESTINATION "${crmetrics_package_dir}")
