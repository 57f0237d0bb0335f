#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/derive/detail/customer_numbers.hpp>
#include <crmetrics/derive/roles.hpp>
#include <crmetrics/detail/input.hpp>
#include <crmetrics/time/detail/date_text.hpp>
#include <crmetrics/time/instant.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace crmetrics::detail {

/// What is read of one row.
struct dated_number {
  instant at;
  std::int64_t number = 0;
};

/// How a table is to be read.
struct table_rule {
  std::string_view number_name;  ///< of the role: "level", "amount"
  bool may_be_negative = false;
  bool leave_out = false;           ///< bad rows are left out and counted
  bool one_at_an_instant = false;   ///< two rows of one customer and instant are bad
  bool last_at_an_instant = false;  ///< of such rows the last one stays
  bool drop_negative = false;       ///< negative numbers are left out and counted
};

/// Segments by row, where that role is played.
template <class Segment>
struct segment_column {
  std::vector<Segment> values;
};
template <>
struct segment_column<no_role> {};

/// Rows of one customer after the other, each customer's in the order of time (rows of one instant
/// in that of the input): `Entry` is made from an instant and a number.
template <class Entry, class Segment>
struct customer_table {
  using segment_type = Segment;
  static constexpr bool has_segment = played_role<Segment>;

  std::vector<Entry> entries;
  std::vector<std::size_t> begins = {0};                   ///< of each customer's rows, and the end
  [[no_unique_address]] segment_column<Segment> segments;  ///< of each entry
  std::uint64_t rows = 0;
  std::uint64_t unknown = 0;   ///< rows of unknown customers
  std::uint64_t left_out = 0;  ///< bad rows
  std::uint64_t replaced = 0;  ///< rows that a later one of the same instant replaces
  std::uint64_t negative = 0;  ///< negative rows that the rule drops

  std::size_t customers() const noexcept { return begins.size() - 1; }
  std::span<const Entry> of(std::size_t customer) const {
    return {entries.data() + begins[customer], begins[customer + 1] - begins[customer]};
  }
};

/// Sorts rows into a `customer_table`: numbers the customers, counts, scatters, and sorts what each
/// customer has. O(n) where a customer has few rows or they come in order.
template <class Entry, class Rows, class Customer, class At, class Number, class Segment>
class table_reader {
  using row_type = std::remove_cvref_t<decltype(*std::ranges::begin(std::declval<const Rows&>()))>;
  template <class Role>
  struct value_of_role {
    using type = role_value<Role, row_type>;
  };
  template <class Role>
    requires(!played_role<Role>)
  struct value_of_role<Role> {
    using type = no_role;
  };
  using segment_type = typename value_of_role<Segment>::type;

 public:
  using table = customer_table<Entry, segment_type>;

  table_reader(const Rows& rows, const Customer& customer, const At& at, const Number& number,
               const Segment& segment, const table_rule& rule)
      : rows_(rows),
        customer_(customer),
        at_(at),
        number_(number),
        segment_(segment),
        rule_(rule) {}

  /// @throws bad_input naming every row that the rule refuses
  table read() {
    table out;
    const auto n = static_cast<std::size_t>(std::ranges::size(rows_));
    if (n >= nobody) throw overflow("more than 2^32 - 2 rows in one table");
    out.rows = n;
    const auto row = [this](std::size_t i) -> decltype(auto) { return this->row(i); };
    const auto key_of = [this](const auto& r) -> decltype(auto) { return read_role(customer_, r); };
    const std::size_t customers = number_customers(n, row, key_of, customers_);
    count(out, customers);
    place(out);
    tidy(out);
    if (!rule_.leave_out && (out.left_out != 0 || refused_twins_ != 0)) explain();
    out.left_out += refused_twins_;
    return out;
  }

 private:
  decltype(auto) row(std::size_t i) const {
    return std::ranges::begin(rows_)[static_cast<std::ptrdiff_t>(i)];
  }

  /// Why a row cannot be taken.
  enum class fault : std::uint8_t { none, no_time, far_time, no_number, no_whole, negative };
  static std::string_view text_of_fault(fault f) {
    switch (f) {
      case fault::no_time:
        return "no time";
      case fault::far_time:
        return "too far from 1970 for microseconds in 64 bits";
      case fault::no_number:
        return "no value";
      case fault::no_whole:
        return "not a whole number of minor units in 64 bits";
      default:
        return "negative";
    }
  }
  fault fault_of(const row_type& r, dated_number& out) const {
    decltype(auto) at = read_role(at_, r);
    if (is_missing_time(at)) return fault::no_time;
    try {
      out.at = to_instant(held(at));
    } catch (const bad_input&) {
      return fault::far_time;
    }
    decltype(auto) number = read_role(number_, r);
    static_assert(number_input<std::remove_cvref_t<decltype(number)>>,
                  "crmetrics: levels and amounts are whole numbers of minor units");
    if (is_missing(number)) return fault::no_number;
    if (!read_whole(number, INT64_MIN, INT64_MAX, out.number)) return fault::no_whole;
    if (out.number < 0 && !rule_.may_be_negative) return fault::negative;
    return fault::none;
  }
  template <class T>
  static constexpr bool is_missing_time(const T& at) {
    if constexpr (is_optional<T>) {
      return !at.has_value();
    } else {
      return false;
    }
  }

  void count(table& out, std::size_t customers) {
    counts_.assign(customers + 1, 0);
    dated_number read;
    for (std::size_t i = 0; i != customers_.size(); ++i) {
      if (const key_number soon = ahead(i, place_ahead); soon != nobody) {
        __builtin_prefetch(&counts_[soon], 1);
      }
      key_number& c = customers_[i];
      if (c == nobody) {
        ++out.unknown;
        continue;
      }
      decltype(auto) r = row(i);
      if (fault_of(r, read) != fault::none) {
        ++out.left_out;
        c = nobody;
      } else if (rule_.drop_negative && read.number < 0) {
        ++out.negative;
        c = nobody;
      } else {
        ++counts_[c];
      }
    }
  }
  void place(table& out) {
    std::size_t sum = 0;
    for (std::size_t& c : counts_) sum += std::exchange(c, sum);
    out.entries.resize(sum);
    if constexpr (table::has_segment) order_.resize(sum);
    dated_number read;
    std::vector<std::size_t>& next = counts_;
    for (std::size_t i = 0; i != customers_.size(); ++i) {
      if (const key_number soon = ahead(i, counter_ahead); soon != nobody) {
        __builtin_prefetch(&next[soon], 1);
      }
      if (const key_number soon = ahead(i, place_ahead); soon != nobody) {
        __builtin_prefetch(&out.entries[next[soon]], 1);
      }
      if (customers_[i] == nobody) continue;
      decltype(auto) r = row(i);
      fault_of(r, read);
      const std::size_t to = next[customers_[i]]++;
      out.entries[to] = Entry{read.at, read.number};
      if constexpr (table::has_segment) order_[to] = static_cast<std::uint32_t>(i);
    }
  }

  // Rows come in any order, so each one's counter and place lie anywhere: what a row some way ahead
  // needs is fetched while this one is done.
  static constexpr std::size_t place_ahead = 16;
  static constexpr std::size_t counter_ahead = 32;
  key_number ahead(std::size_t i, std::size_t rows) const {
    return i + rows < customers_.size() ? customers_[i + rows] : nobody;
  }

  // After `place` each counter stands at the end of its customer. What stays moves forward.
  void tidy(table& out) {
    std::size_t kept = 0;
    std::size_t begin = 0;
    out.begins.clear();
    out.begins.reserve(counts_.size() + 1);
    out.begins.push_back(0);
    for (const std::size_t end : counts_) {
      if (end == begin) continue;
      sort(out, begin, end);
      for (std::size_t i = begin; i != end; ++i) {
        const bool twin = i + 1 != end && out.entries[i].at == out.entries[i + 1].at;
        if (twin && rule_.last_at_an_instant) {
          ++out.replaced;
          continue;
        }
        if (i != begin && rule_.one_at_an_instant && out.entries[i].at == out.entries[i - 1].at) {
          ++refused_twins_;
          continue;
        }
        if (kept != i) out.entries[kept] = out.entries[i];
        if constexpr (table::has_segment) order_[kept] = order_[i];
        ++kept;
      }
      begin = end;
      out.begins.push_back(kept);
    }
    out.entries.resize(kept);
    if constexpr (table::has_segment) {
      out.segments.values.reserve(kept);
      for (std::size_t i = 0; i != kept; ++i) {
        decltype(auto) r = row(order_[i]);
        out.segments.values.push_back(read_role(segment_, r));
      }
    }
  }
  void sort(table& out, std::size_t begin, std::size_t end) {
    Entry* first = out.entries.data() + begin;
    Entry* last = out.entries.data() + end;
    if (std::is_sorted(first, last, earlier<Entry>)) return;
    if constexpr (table::has_segment) {
      segmented_.clear();
      for (std::size_t i = begin; i != end; ++i) segmented_.push_back({out.entries[i], order_[i]});
      scratch_.resize(segmented_.size());
      sort_in_place(segmented_.data(), segmented_.data() + segmented_.size(), scratch_.data());
      for (std::size_t i = begin; i != end; ++i) {
        out.entries[i] = segmented_[i - begin].entry;
        order_[i] = segmented_[i - begin].row;
      }
    } else {
      if (end - begin > static_cast<std::size_t>(few))
        scratch_.resize((std::max)(scratch_.size(), end - begin));
      sort_in_place(first, last, scratch_.data());
    }
  }
  struct with_row {
    Entry entry;
    std::uint32_t row = 0;
  };
  static instant time_of(const Entry& e) { return e.at; }
  static instant time_of(const with_row& e) { return e.entry.at; }
  template <class T>
  static bool earlier(const T& a, const T& b) {
    return time_of(a) < time_of(b);
  }
  // Stable. Our own, because std::stable_sort of libstdc++ 12 calls what the standard deprecates,
  // and allocates for each customer.
  static constexpr std::ptrdiff_t few = 24;
  template <class T>
  static void sort_in_place(T* first, T* last, T* scratch) {
    if (last - first <= few) {
      for (T* next = first + 1; next < last; ++next) {
        const T moved = *next;
        T* hole = next;
        for (; hole != first && earlier(moved, hole[-1]); --hole) *hole = hole[-1];
        *hole = moved;
      }
      return;
    }
    T* middle = first + (last - first) / 2;
    sort_in_place(first, middle, scratch);
    sort_in_place(middle, last, scratch);
    if (!earlier(*middle, middle[-1])) return;
    T* end = std::merge(first, middle, middle, last, scratch, earlier<T>);
    std::copy(scratch, end, first);
  }

  // Only where something is refused: goes over all rows once more and says of each what is wrong.
  [[noreturn]] void explain() const {
    const auto key_of = [this](const auto& r) -> decltype(auto) { return read_role(customer_, r); };
    std::vector<key_number> numbers;
    number_customers(
        customers_.size(), [this](std::size_t i) -> decltype(auto) { return this->row(i); }, key_of,
        numbers);
    std::map<std::pair<key_number, instant>, std::size_t> first_rows;
    problem_list problems;
    dated_number read;
    for (std::size_t i = 0; i != numbers.size(); ++i) {
      if (numbers[i] == nobody) continue;
      decltype(auto) r = row(i);
      const fault why = fault_of(r, read);
      if (why == fault::no_time || why == fault::far_time) {
        problems.add({"at", i + 1, "", std::string(text_of_fault(why))});
        continue;
      }
      if (why != fault::none) {
        problems.add({std::string(rule_.number_name), i + 1, text_of(read_role(number_, r)),
                      std::string(text_of_fault(why))});
        continue;
      }
      if (!rule_.one_at_an_instant) continue;
      const auto [it, added] = first_rows.try_emplace({numbers[i], read.at}, i + 1);
      if (added) continue;
      problems.add({"at", i + 1, std::string(text_of_instant(read.at).view()),
                    "customer " + shown_key(held(read_role(customer_, r))) +
                        " has another row of this instant, row " + std::to_string(it->second)});
    }
    throw bad_input(std::move(problems));
  }

  const Rows& rows_;
  const Customer& customer_;
  const At& at_;
  const Number& number_;
  const Segment& segment_;
  table_rule rule_;
  std::vector<key_number> customers_;
  std::vector<std::size_t> counts_;
  std::vector<std::uint32_t> order_;
  std::vector<with_row> segmented_;
  std::vector<std::conditional_t<table::has_segment, with_row, Entry>> scratch_;
  std::uint64_t refused_twins_ = 0;
};

}  // namespace crmetrics::detail
