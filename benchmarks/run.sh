#!/usr/bin/env bash
# Runs the benchmarks at -O2 and at -O3 -march=native, times the parsing of every public header, prints
# ratios, and writes docs/performance.md. Called by scripts/bench, which builds. Arguments: a filter.
# Without a filter the page is written; with one the ratios are only printed.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

filter=${1:-.}
work=build/bench/results
mkdir -p "$work"

run() { # program, file
    "$1" --benchmark_filter="$filter" --benchmark_repetitions=5 --benchmark_report_aggregates_only=false \
        --benchmark_enable_random_interleaving=true --benchmark_min_time=0.2 \
        --benchmark_format=csv 2>/dev/null >"$2"
}
# The fastest of the repetitions of each benchmark, in nanoseconds of CPU time: "name time".
fastest() {
    awk -F, '
        $1 ~ /^"?[a-z_0-9]+\// {
            name = $1; gsub(/"/, "", name)
            if (name ~ /_(mean|median|stddev|cv)$/) next
            # processor time; time on the clock where several threads work
            t = (name ~ /\/real_time$/ ? $3 : $4) * ($5 == "ms" ? 1e6 : $5 == "us" ? 1e3 : $5 == "s" ? 1e9 : 1)
            if (!(name in best) || t < best[name]) best[name] = t
        }
        END { for (name in best) print name, best[name] }' "$1"
}

run "$CRMETRICS_BENCH_O2" "$work/o2.csv"
run "$CRMETRICS_BENCH_NATIVE" "$work/native.csv"
fastest "$work/o2.csv" >"$work/o2.txt"
fastest "$work/native.csv" >"$work/native.txt"

# what; measured; compared with; how the ratio is read; budget
pairs='NPS on a column of bytes|column/nps/update_many|column/read|share of read bandwidth|>= 0.5 at -O2, 0.8 native
CSAT on a column of bytes|column/csat/update_many|column/read|share of read bandwidth|>= 0.5 at -O2, 0.8 native
NPS on a column, hand loop|column/nps/hand|column/read|share of read bandwidth|
NPS on a column of 32-bit numbers|column/nps_32_bits/update_many|column/nps_32_bits/hand|times the hand loop|<= 1.05
NPS on a column of doubles|column/nps_real/update_many|column/nps_real/hand|times the hand loop|<= 1.05
NPS event by event|column/nps/update|column/nps/hand|times the hand loop|
CSAT event by event|column/csat/update|column/csat/hand|times the hand loop|
NPS in a Boost accumulator_set|column/nps/boost_accumulators|column/nps/update|times update()|
CSAT by 10,000 agents, update_many|by_agent/csat/update_many|by_agent/csat/hand|times the hand loop|<= 1.05
the same with lambdas as projections|by_agent/csat/update_many_lambdas|by_agent/csat/hand|times the hand loop|<= 1.05
CSAT by 10,000 agents, event by event|by_agent/csat/update|by_agent/csat/hand|times the hand loop|<= 1.5
NPS by 10,000 agents, update_many|by_agent/nps/update_many|by_agent/nps/hand|times the hand loop|<= 1.05
NPS by 10,000 agents, event by event|by_agent/nps/update|by_agent/nps/hand|times the hand loop|<= 1.5
CSAT by agent in a sorted tree|by_agent/csat/ordered_keys|by_agent/csat/hand|times the hand loop|
merging 10,000 NPS states|merge/10000_nps/merge|merge/10000_nps/hand|times the hand loop|
a card over 1,000 agents takes 1,000,000 events|card/1000_agents/take_events/update_many|card/1000_agents/take_events/hand|times the hand loop|
1,000 cards evaluated, with intervals and explanation|card/1000_agents/evaluate/result|card/1000_agents/evaluate/hand|times point totals by hand|
10 million shuffled contacts linked|linkage/10m_shuffled/link/real_time|linkage/10m_shuffled/sort/real_time|times std::sort and one pass|
the same on two threads|linkage/10m_shuffled/link_two_threads/real_time|linkage/10m_shuffled/link/real_time|times one thread|<= 0.59
10 million contacts in order of opening|linkage/10m_in_order/link/real_time|linkage/10m_in_order/sort/real_time|times std::sort and one pass|
10 million contacts of 9,000 keys, shuffled|linkage/10m_few_keys_shuffled/link/real_time|linkage/10m_few_keys_shuffled/sort/real_time|times std::sort and one pass|
5 million rows of 10,000 agents scored in columns|evaluation/5m_rows/columns/threads:1/real_time|evaluation/5m_rows/events_by_number/real_time|times the loop over events|<= 0.2
the same on two threads|evaluation/5m_rows/columns/threads:2/real_time|evaluation/5m_rows/columns/threads:1/real_time|times one thread|
events by the name of their owner|evaluation/5m_rows/events_by_name/real_time|evaluation/5m_rows/events_by_number/real_time|times by number|
100 million shuffled contacts (CRMETRICS_BENCH_LARGE=1)|linkage/100m_shuffled/link/real_time|linkage/100m_shuffled/sort/real_time|times std::sort and one pass|<= 0.33
100 million on two threads|linkage/100m_shuffled/link_two_threads/real_time|linkage/100m_shuffled/link/real_time|times one thread|<= 0.59'

table() {
    echo '| what | compared as | -O2 | -O3 native | budget |'
    echo '| --- | --- | --- | --- | --- |'
    while IFS='|' read -r what measured base reading budget; do
        cell() {
            awk -v m="$measured" -v b="$base" -v r="$reading" '
                { t[$1] = $2 }
                END {
                    if (!(m in t) || !(b in t)) { print "-"; exit }
                    printf "%.2f", r ~ /^share/ ? t[b] / t[m] : t[m] / t[b]
                }' "$1"
        }
        echo "| $what | $reading | $(cell "$work/o2.txt") | $(cell "$work/native.txt") | $budget |"
    done <<<"$pairs"
}

# what; measured; budget: times of this machine, where a budget is a time
times='10,000 cards of 30 components evaluated|scorecard/10000_agents_30_leaves|<= 50 ms
the same with intervals of the components|scorecard/10000_agents_30_leaves/with_intervals|
the same with the standard error of the total (delta)|scorecard/10000_agents_30_leaves/delta|
10,000 reports explained|scorecard/10000_agents_30_leaves/explain|
10,000 cards by 4,000 draws on two threads|scorecard/10000_agents_30_leaves/4000_draws/threads/2/iterations:1/repeats:1/real_time|<= 20,000 ms
a spec of 200 components parsed|spec/200_leaves/parse|<= 5 ms'

absolute() {
    echo '| what | -O2, ms | -O3 native, ms | budget |'
    echo '| --- | --- | --- | --- |'
    while IFS='|' read -r what measured budget; do
        cell() {
            awk -v m="$measured" '$1 == m { t = $2 } END { if (t) printf "%.1f", t / 1e6; else print "-" }' "$1"
        }
        echo "| $what | $(cell "$work/o2.txt") | $(cell "$work/native.txt") | $budget |"
    done <<<"$times"
}

header_cost() {
    echo '| header | times `<vector>` + `<concepts>` | budget |'
    echo '| --- | --- | --- |'
    local include=(-Iinclude -isystem build/deps/usr/include)
    best_of() { # text of a program; milliseconds of processor time, which other programs disturb least
        local best="" i t TIMEFORMAT='%3U %3S'
        printf '%s\n' "$1" >"$work/header.cpp"
        for i in 1 2 3; do
            t=$({ time g++ -std=c++20 "${include[@]}" -fsyntax-only "$work/header.cpp"; } 2>&1 |
                awk 'END { printf "%d", ($1 + $2) * 1000 }')
            if [[ -z $best ]] || ((t < best)); then best=$t; fi
        done
        echo "$best"
    }
    local base
    base=$(best_of $'#include <vector>\n#include <concepts>')
    local header name budget
    for header in $(find include/crmetrics -name '*.hpp' -not -path '*/detail/*' | LC_ALL=C sort); do
        name=${header#include/}
        budget=""
        case $name in
        crmetrics/crmetrics.hpp) budget="<= 10" ;;
        crmetrics/metrics/*) budget="<= 2.5" ;;
        esac
        echo "| $name | $(awk -v a="$(best_of "#include <$name>")" -v b="$base" 'BEGIN { printf "%.2f", a / b }') | $budget |"
    done
}

table | tee "$work/ratios.md"
absolute | tee "$work/times.md"
[[ $filter == . ]] || exit 0
header_cost | tee "$work/headers.md"

{
    echo '# Performance'
    echo
    echo 'Written by `scripts/bench`; ratios of the fastest of five interleaved repetitions in one run,'
    echo 'never times of different runs. What is compared stands in `benchmarks/`.'
    echo
    echo "Machine: $(awk -F': ' '/model name/ { print $2; exit }' /proc/cpuinfo), $(nproc) cores; $(g++ --version | head -n 1);"
    echo "single thread; flags -O2 and -O3 -march=native, both with -ffp-contract=off. Google Benchmark is"
    echo 'the one that CMake found (Debian builds it without NDEBUG; the measured loops do not call it).'
    echo
    echo 'Read bandwidth is summing the column in 64-bit words, in the same run. A ratio against a hand loop'
    echo 'above 1 means slower than the loop by that factor. The evaluation by hand computes the point totals'
    echo 'only; the card also gives intervals, reasons, weights and contributions.'
    echo
    cat "$work/ratios.md"
    echo
    echo '## Times'
    echo
    echo 'Of this machine, where a budget is a time; the draws on the clock, the others of the processor.'
    echo
    cat "$work/times.md"
    echo
    echo '## Header cost'
    echo
    echo 'Processor time of `g++ -std=c++20 -fsyntax-only` of one header alone, best of three, relative to `<vector>` and'
    echo '`<concepts>`.'
    echo
    cat "$work/headers.md"
} >docs/performance.md
echo
echo "Written: docs/performance.md"
