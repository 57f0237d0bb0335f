# crmetrics_warnings: linked by our own tests, examples and benchmarks, never by users.
add_library(crmetrics_warnings INTERFACE)
target_compile_options(crmetrics_warnings INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow
                                                    -Wsign-conversion -Werror)
