#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/derive/contact_fields.hpp>
#include <crmetrics/derive/contact_rule.hpp>
#include <crmetrics/derive/detail/contact_flags.hpp>
#include <crmetrics/derive/detail/contact_keys.hpp>
#include <crmetrics/derive/detail/packed_contact.hpp>
#include <crmetrics/derive/roles.hpp>
#include <crmetrics/time/instant.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <ranges>
#include <string>
#include <utility>

namespace crmetrics::detail {

/// The times of one contact, and why it cannot be, if it cannot.
struct contact_times {
  std::int64_t opened = 0;
  std::int64_t anchor = linkable_contact::no_anchor;
  const char* problem = nullptr;
  const char* field = nullptr;
  std::int64_t value = 0;
  bool missing = false;  ///< there is no value
};

/// Half of 64 bits, 73,000 years: differences of times within it cannot overflow.
inline constexpr std::int64_t farthest_contact = std::int64_t{1} << 61;

/// Reads the times of one contact.
template <class Fields, class Row>
contact_times read_times(const Fields& fields, const Row& row, anchor after) {
  contact_times out;
  const auto bad = [&out](const char* field, std::int64_t value, const char* problem) {
    out.field = field;
    out.value = value;
    out.problem = problem;
    return out;
  };
  const auto& opened = read_role(fields.opened, row);
  if (is_missing(opened)) {
    out.missing = true;
    return bad("opened", 0, "every contact was opened at some time");
  }
  out.opened = to_instant(held(opened)).microseconds;
  if constexpr (Fields::has_resolved) {
    const auto& resolved = read_role(fields.resolved, row);
    if (!is_missing(resolved)) {
      const std::int64_t at = to_instant(held(resolved)).microseconds;
      if (at < out.opened) return bad("resolved", at, "before it was opened");
      if (at > farthest_contact) return bad("resolved", at, "more than 73,000 years away");
      out.anchor = at;
    }
  }
  if (after == anchor::opened) out.anchor = out.opened;
  if (out.opened > farthest_contact || out.opened < -farthest_contact) {
    return bad("opened", out.opened, "more than 73,000 years away");
  }
  return out;
}

/// The user's rows or columns, read by role.
template <class Rows, class Fields>
class contact_table {
 public:
  contact_table(Rows rows, Fields fields, anchor after)
      : rows_(std::move(rows)),
        fields_(std::move(fields)),
        keys_(fields_, rows_, static_cast<std::size_t>(std::ranges::size(rows_))),
        after_(after) {}

  std::size_t size() const { return static_cast<std::size_t>(std::ranges::size(rows_)); }
  const Fields& fields() const noexcept { return fields_; }
  decltype(auto) row(std::size_t i) const {
    return std::ranges::begin(rows_)[static_cast<std::ptrdiff_t>(i)];
  }
  bool known(std::size_t i) const { return keys_.known(rows_, i); }
  std::uint64_t key(std::size_t i) const { return keys_.at(rows_, i); }
  std::uint64_t customer(std::size_t i) const { return keys_.customer(rows_, i); }
  /// 0 where it is missing, which no row has that can be linked.
  std::int64_t opened(std::size_t i) const {
    const auto& r = row(i);  // held here: a view may make its rows on the fly
    const auto& at = read_role(fields_.opened, r);
    return is_missing(at) ? 0 : to_instant(held(at)).microseconds;
  }
  bool failed(std::size_t i) const {
    if constexpr (Fields::has_failed) {
      return static_cast<bool>(read_role(fields_.failed, row(i)));
    } else {
      return false;
    }
  }
  linkable_contact contact(std::size_t i) const {
    const contact_times t = times(i);
    return {key(i), t.opened, t.anchor, i};
  }

  /// Whether the later contact is about the same as the earlier one, by the user's predicate.
  bool related(std::size_t earlier, std::size_t later) const {
    if constexpr (Fields::has_related) {
      return static_cast<bool>(fields_.related(row(earlier), row(later)));
    } else {
      return true;
    }
  }

  contact_times times(std::size_t i) const { return read_times(fields_, row(i), after_); }

 private:
  Rows rows_;
  Fields fields_;
  contact_keys<Fields, Rows> keys_;
  anchor after_;
};

/// An instant as messages show it: microseconds since 1970.
inline problem contact_problem(const contact_times& t, std::size_t row) {
  return {t.field, row + 1, t.missing ? "missing" : std::to_string(t.value) + " us", t.problem};
}

}  // namespace crmetrics::detail
