#pragma once

namespace crmetrics::detail {

// Sums of squares need more than 64 bits to stay exact. __extension__ keeps -Wpedantic quiet about
// a type that g++ and clang both have on every 64-bit platform.
__extension__ typedef __int128 int128;
__extension__ typedef unsigned __int128 uint128;

}  // namespace crmetrics::detail
