# Read by the other scripts: goes to the project's folder, and says how many jobs fit this machine.
# shellcheck shell=bash
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

# One job for each core, but no more than fit into memory at 1.2 GB each (g++ with Boost headers).
jobs() {
    local cores memory
    cores=$(nproc 2>/dev/null || echo 1)
    memory=$(awk '/^MemAvailable:/ { print int($2 / 1200000) }' /proc/meminfo 2>/dev/null || true)
    memory=${memory:-$cores}
    ((memory < cores)) && cores=$memory
    ((cores < 1)) && cores=1
    echo "$cores"
}
CMAKE_BUILD_PARALLEL_LEVEL=${CMAKE_BUILD_PARALLEL_LEVEL:-$(jobs)}
CTEST_PARALLEL_LEVEL=${CTEST_PARALLEL_LEVEL:-$CMAKE_BUILD_PARALLEL_LEVEL}
export CMAKE_BUILD_PARALLEL_LEVEL CTEST_PARALLEL_LEVEL

say() { printf '%s\n' "$*"; }
fail() {
    printf '%s\n' "$*" >&2
    exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }

# The clang-format of version 19, by whatever name it goes here.
clang_format() {
    local name
    for name in clang-format-19 clang-format; do
        if have "$name" && "$name" --version | grep -q 'version 19\.'; then
            echo "$name"
            return
        fi
    done
    return 1
}

# All C++ files of the project, one a line: those git knows or would add, else those that are there.
cpp_files() {
    if have git && git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
        git ls-files --cached --others --exclude-standard -- '*.hpp' '*.cpp' |
            while IFS= read -r file; do [[ ! -e $file ]] || printf '%s\n' "$file"; done
    else
        find . \( -name build -o -name '.?*' \) -prune -o \
            -type f \( -name '*.hpp' -o -name '*.cpp' \) -print
    fi | LC_ALL=C sort
}
