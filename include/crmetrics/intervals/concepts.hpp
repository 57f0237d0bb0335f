#pragma once

#include <crmetrics/core/confidence_level.hpp>
#include <crmetrics/core/interval.hpp>

#include <concepts>
#include <string_view>
#include <type_traits>

namespace crmetrics {

/// A method that turns a sample into an interval. A method is a tag: an empty type with a name
/// (shown in every result) and a static `bounds`; a metric takes it as a template argument.
///
/// `bounds` stays inside the range of the parameter ([0, 1] for a share, [-1, 1] for a net share),
/// mirrors when the sample is mirrored, grows with the level, and gives the whole range for a
/// sample of nothing.
template <class I, class Sample>
concept interval_for = std::is_empty_v<I> && std::regular<I> &&
                       requires(const Sample& sample, confidence_level level) {
                         { I::name } -> std::convertible_to<std::string_view>;
                         { I::bounds(sample, level) } -> std::same_as<interval>;
                       };

}  // namespace crmetrics
