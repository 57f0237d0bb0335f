#pragma once

#include <compare>
#include <cstddef>
#include <iterator>
#include <utility>

namespace crmetrics::detail {

/// A place in facts that are made when looked at: `Facts` has `operator[]`, `value_type`.
template <class Facts>
class fact_iterator {
 public:
  using iterator_concept = std::random_access_iterator_tag;
  using iterator_category = std::input_iterator_tag;
  using value_type = typename Facts::value_type;
  using difference_type = std::ptrdiff_t;
  using reference = value_type;
  using pointer = void;

  fact_iterator() = default;
  fact_iterator(const Facts& facts, std::size_t i) : facts_(&facts), i_(i) {}
  value_type operator*() const { return (*facts_)[i_]; }
  value_type operator[](difference_type n) const { return *(*this + n); }
  fact_iterator& operator++() { return *this += 1; }
  fact_iterator& operator--() { return *this -= 1; }
  fact_iterator operator++(int) { return std::exchange(*this, *this + 1); }
  fact_iterator operator--(int) { return std::exchange(*this, *this - 1); }
  fact_iterator& operator+=(difference_type n) {
    i_ = static_cast<std::size_t>(static_cast<difference_type>(i_) + n);
    return *this;
  }
  fact_iterator& operator-=(difference_type n) { return *this += -n; }
  friend fact_iterator operator+(fact_iterator a, difference_type n) { return a += n; }
  friend fact_iterator operator+(difference_type n, fact_iterator a) { return a += n; }
  friend fact_iterator operator-(fact_iterator a, difference_type n) { return a -= n; }
  friend difference_type operator-(fact_iterator a, fact_iterator b) {
    return static_cast<difference_type>(a.i_) - static_cast<difference_type>(b.i_);
  }
  friend bool operator==(fact_iterator a, fact_iterator b) { return a.i_ == b.i_; }
  friend auto operator<=>(fact_iterator a, fact_iterator b) { return a.i_ <=> b.i_; }

 private:
  const Facts* facts_ = nullptr;
  std::size_t i_ = 0;
};

}  // namespace crmetrics::detail
