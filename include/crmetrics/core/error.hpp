#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
#include <utility>

namespace crmetrics {

/// Base of every exception that the library throws.
class error : public std::exception {
 public:
  explicit error(std::string message) : message_(std::move(message)) {}
  const char* what() const noexcept override { return message_.c_str(); }

 private:
  std::string message_;
};

/// A setting that makes no sense: floor equal to target, a negative weight, a level of 1.7.
class invalid_setting : public error {
  using error::error;
};

/// Two states of different definitions were to be merged or read back; the text shows both.
class definition_mismatch : public error {
  using error::error;
};

/// A value was asked of an estimate that has none.
class no_value : public error {
  using error::error;
};

/// A count or an exact sum left the range of its integer.
class overflow : public error {
  using error::error;
};

namespace detail {

/// A number as a person wrote it, in up to 15 digits; std::to_string makes 1e-7 a plain zero.
constexpr std::string shown(double x) {
  if (__builtin_is_constant_evaluated()) return "?";  // a compiler shows the throw, not the text
  char text[32] = {};
  __builtin_snprintf(text, sizeof text, "%.15g", x);
  return text;
}

}  // namespace detail

/// One thing wrong with one piece of input.
struct problem {
  std::string field;      ///< the column, setting or metric
  std::uint64_t row = 0;  ///< 1-based; 0 where there is no row
  std::string value;      ///< as it was found
  std::string reason;     ///< what is wrong with it
};

/// All problems of one input, in the order found. Keeps the first 100, counts them all.
class problem_list {
 public:
  static constexpr std::size_t kept_at_most = 100;

  constexpr problem_list() = default;
  constexpr problem_list(const problem_list& other) { *this = other; }
  constexpr problem_list(problem_list&& other) noexcept
      : kept_(std::exchange(other.kept_, nullptr)),
        size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)),
        total_(std::exchange(other.total_, 0)) {}
  constexpr problem_list& operator=(const problem_list& other) {
    if (this != &other) {
      problem_list copy;
      for (const problem& p : other) copy.add(p);
      copy.total_ = other.total_;
      swap(copy);
    }
    return *this;
  }
  constexpr problem_list& operator=(problem_list&& other) noexcept {
    swap(other);
    return *this;
  }
  constexpr ~problem_list() { delete[] kept_; }

  constexpr void add(problem&& p) {
    ++total_;
    if (size_ == kept_at_most) return;
    if (size_ == capacity_) grow();
    kept_[size_++] = std::move(p);
  }
  constexpr void add(const problem& p) { add(problem(p)); }
  /// Appends another list; its own count goes on.
  constexpr void add(const problem_list& other) {
    for (const problem& p : other) add(p);
    total_ += other.total_ - other.size_;
  }

  constexpr const problem* begin() const noexcept { return kept_; }
  constexpr const problem* end() const noexcept { return kept_ + size_; }
  constexpr problem* begin() noexcept { return kept_; }
  constexpr problem* end() noexcept { return kept_ + size_; }
  constexpr std::uint64_t total() const noexcept { return total_; }
  constexpr bool empty() const noexcept { return total_ == 0; }

  /// One line a problem: `row 3: score: value "11": outside 0 to 10`.
  std::string text() const {
    std::string out = std::to_string(total_) + (total_ == 1 ? " problem" : " problems");
    for (const problem& p : *this) {
      out += "\n  ";
      if (p.row != 0) out += "row " + std::to_string(p.row) + ": ";
      if (!p.field.empty()) out += p.field + ": ";
      if (!p.value.empty()) out += "value \"" + p.value + "\": ";
      out += p.reason;
    }
    if (total_ > size_) out += "\n  and " + std::to_string(total_ - size_) + " more";
    return out;
  }

  constexpr void throw_if_any() const;

 private:
  constexpr void grow() {
    const std::size_t capacity = capacity_ == 0 ? 4 : capacity_ * 2;
    auto* more = new problem[capacity];
    for (std::size_t i = 0; i != size_; ++i) more[i] = std::move(kept_[i]);
    delete[] kept_;
    kept_ = more;
    capacity_ = capacity;
  }
  constexpr void swap(problem_list& other) noexcept {
    std::swap(kept_, other.kept_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
    std::swap(total_, other.total_);
  }

  // An array of our own: <vector> would cost every metric header more than this.
  problem* kept_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
  std::uint64_t total_ = 0;
};

/// Input that cannot be taken. Nothing of the rejected call has been taken.
class bad_input : public error {
 public:
  explicit bad_input(problem_list problems)
      : error(problems.text()), problems_(std::move(problems)) {}
  explicit bad_input(problem one) : bad_input(list_of(std::move(one))) {}

  const problem_list& problems() const noexcept { return problems_; }

 private:
  static problem_list list_of(problem one) {
    problem_list list;
    list.add(std::move(one));
    return list;
  }

  problem_list problems_;
};

constexpr void problem_list::throw_if_any() const {
  if (!empty()) throw bad_input(*this);
}

}  // namespace crmetrics
