#pragma once

/// Boost.Date_Time at the border: conversions of its types, and projections that take them. Reading
/// text is in adapters/boost_date_time_text.hpp.
#include <crmetrics/adapters/boost_date_time_convert.hpp>
#include <crmetrics/adapters/boost_date_time_projection.hpp>
