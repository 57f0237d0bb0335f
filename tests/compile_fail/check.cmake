# cmake -D settings=... -D source=... -D mode=fail|twin -P check.cmake
#
# A case begins with
#   // EXPECT: <regular expression>
#   // WITHIN: <number>       optional: the match must lie within that many lines of the output
# With mode "fail" the compiler must refuse it, and what it prints must match. With mode "twin" the
# same file must compile with CRMETRICS_TWIN defined, which proves that nothing else is wrong in it.
cmake_minimum_required(VERSION 3.25)
include("${settings}")

# A NOTICE keeps its lines as they are; the text of a FATAL_ERROR is wrapped.
macro(report reason)
  message(NOTICE "${source}: ${reason}")
  message(FATAL_ERROR "see above")
endmacro()

file(READ "${source}" text)
if(NOT text MATCHES "^// EXPECT: ([^\n]+)\n(// WITHIN: ([0-9]+)\n)?")
  report("the first line is not \"// EXPECT: <regular expression>\"")
endif()
set(expected "${CMAKE_MATCH_1}")
set(within "${CMAKE_MATCH_3}")

set(command "${compiler}" -std=c++20 -fsyntax-only)
foreach(folder IN LISTS folders)
  list(APPEND command "-I${folder}")
endforeach()
if(mode STREQUAL "twin")
  list(APPEND command -DCRMETRICS_TWIN)
endif()
execute_process(
  COMMAND ${command} "${source}"
  RESULT_VARIABLE result
  OUTPUT_VARIABLE output
  ERROR_VARIABLE output)

if(mode STREQUAL "twin")
  if(NOT result EQUAL 0)
    report("the twin does not compile\n${output}")
  endif()
  return()
endif()

if(result EQUAL 0)
  report("compiled, though it must be refused")
endif()

set(searched "${output}")
if(within)
  set(end 0)
  foreach(line RANGE 1 ${within})
    string(SUBSTRING "${output}" ${end} -1 rest)
    string(FIND "${rest}" "\n" length)
    if(length EQUAL -1)
      break()
    endif()
    math(EXPR end "${end} + ${length} + 1")
  endforeach()
  string(SUBSTRING "${output}" 0 ${end} searched)
endif()
if(NOT searched MATCHES "${expected}")
  report("refused, but not for the expected reason\nexpected: ${expected}\nprinted:\n${output}")
endif()
