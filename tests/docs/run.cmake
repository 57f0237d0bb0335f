# cmake -D program=... -D expected=... -P run.cmake
# Runs a program; it must end with exit code 0 and, if a file is given, print what that holds.
execute_process(COMMAND "${program}" RESULT_VARIABLE result OUTPUT_VARIABLE output)
message(NOTICE "${output}")
if(NOT result EQUAL 0)
  message(FATAL_ERROR "ended with ${result}")
endif()
if(expected)
  file(READ "${expected}" wanted)
  if(NOT output STREQUAL wanted)
    message(NOTICE "but the page says:\n${wanted}")
    message(FATAL_ERROR "prints something else than the page says")
  endif()
endif()
