#pragma once

#include <boost/math/policies/policy.hpp>

namespace crmetrics::detail {

/// How the library calls Boost.Math: doubles are not promoted to long double. Five to seventeen
/// times faster, the same on platforms whose long double differs, and still good to 1e-12.
using boost_math_policy =
    boost::math::policies::policy<boost::math::policies::promote_float<false>,
                                  boost::math::policies::promote_double<false>>;

}  // namespace crmetrics::detail
