#pragma once

#include <crmetrics/concepts.hpp>
#include <crmetrics/core/error.hpp>

#include <concepts>
#include <exception>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

namespace crmetrics {

namespace detail {

// Carries an error out of the range itself past update_many, which would take it for a bad row.
struct range_failure {
  std::exception_ptr cause;
};

// The one pass through a range that cannot be walked while const, such as a filter view, or whose
// iterators cannot be copied. All iterators stand for the one place that has been reached.
template <class Iterator, class Sentinel>
class one_pass {
 public:
  one_pass(Iterator first, Sentinel last) : place_{std::move(first), std::move(last)} {}

  class iterator;
  struct sentinel {};

  iterator begin() const { return iterator(place_); }
  sentinel end() const { return {}; }

 private:
  struct place {
    Iterator at;
    Sentinel last;
  };
  mutable place place_;

 public:
  class iterator {
   public:
    explicit iterator(place& reached) : reached_(&reached) {}
    decltype(auto) operator*() const { return *reached_->at; }
    iterator& operator++() {
      try {
        ++reached_->at;
      } catch (const bad_input&) {
        throw range_failure{std::current_exception()};
      }
      return *this;
    }
    bool operator!=(sentinel) const { return !(reached_->at == reached_->last); }

   private:
    place* reached_;
  };
};

template <class Range>
concept iterable = requires(Range& range) {
  std::begin(range);
  std::end(range);
};

// Ranges that update_many may take as they are.
template <class Range>
concept iterable_while_const = iterable<const Range> && requires(const Range& range) {
  requires std::copy_constructible<decltype(std::begin(range))>;
};

}  // namespace detail

/// The end of a pipeline, see `into`.
template <any_metric M>
class into_metric {
 public:
  into_metric(M metric, std::string_view field) : metric_(std::move(metric)), field_(field) {}

  /// @throws bad_input naming each row that cannot be taken, counted where the pipeline ends
  template <class Range>
    requires detail::iterable<Range>
  friend M operator|(Range&& range, into_metric to) {
    to.read(range);
    return std::move(to.metric_);
  }

 private:
  template <class Range>
  void read(Range& range) {
    // A container goes in as it is: a column keeps its fast way.
    if constexpr (detail::iterable_while_const<Range>) {
      metric_.update_many(range, field_);
    } else {
      try {
        metric_.update_many(detail::one_pass(std::begin(range), std::end(range)), field_);
      } catch (const detail::range_failure& failure) {
        std::rethrow_exception(failure.cause);
      }
    }
  }

  M metric_;
  std::string_view field_;
};

/// Feeds a range into a metric and returns the metric: `scores | into(nps{})`,
/// `surveys | std::views::filter(f) | into(by(&survey::agent, on(&survey::rating, csat{})))`.
///
/// All rows or none, as `update_many`, which it calls; the metric may hold data already. Any range:
/// a container, an array, views of the standard library or of range-v3, ranges that can be read
/// once only. `field` names the rows in messages. Costs what the loop costs.
template <any_metric M>
into_metric<M> into(M metric, std::string_view field = {}) {
  return {std::move(metric), field};
}

}  // namespace crmetrics
