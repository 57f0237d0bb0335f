#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/derive/contact_fields.hpp>
#include <crmetrics/derive/contact_rule.hpp>
#include <crmetrics/derive/detail/contact_flags.hpp>
#include <crmetrics/derive/detail/contact_keys.hpp>
#include <crmetrics/derive/detail/packed_contact.hpp>
#include <crmetrics/derive/roles.hpp>
#include <crmetrics/time/instant.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <ranges>
#include <string>
#include <type_traits>
#include <utility>

namespace crmetrics::detail {

/// Why a contact cannot be.
enum class contact_flaw : std::uint8_t {
  none,
  never_opened,
  opened_too_far,
  resolved_too_early,
  resolved_too_far,
  opened_too_late
};

/// Half of 64 bits, 73,000 years: differences of times within it cannot overflow.
inline constexpr std::int64_t farthest_contact = std::int64_t{1} << 61;

/// The times of one contact; the anchor of one that was resolved too early or too far away is when
/// it was resolved.
struct contact_times {
  std::int64_t opened = 0;
  std::int64_t anchor = linkable_contact::no_anchor;
  contact_flaw flaw = contact_flaw::none;
};

/// Half of 64 bits away or farther: a time of another type that no instant can hold is there, too.
template <class T>
[[gnu::always_inline]] inline std::int64_t microseconds_of(const T& t) {
  using type = std::remove_cvref_t<T>;
  if constexpr (std::same_as<type, instant>) {
    return t.microseconds;
  } else if constexpr (std::signed_integral<type>) {
    return static_cast<std::int64_t>(t);
  } else {
    try {
      return to_instant(t).microseconds;
    } catch (const bad_input&) {
      return INT64_MAX;
    }
  }
}

/// Reads the times of one contact.
template <class Fields, class Row>
[[gnu::always_inline]] inline contact_times read_times(const Fields& fields, const Row& row,
                                                       anchor after) {
  contact_times out;
  const auto& opened = read_role(fields.opened, row);
  if (is_missing(opened)) {
    out.flaw = contact_flaw::never_opened;
    return out;
  }
  out.opened = microseconds_of(held(opened));
  if (out.opened > farthest_contact || out.opened < -farthest_contact) {
    out.flaw = contact_flaw::opened_too_far;
  }
  if constexpr (Fields::has_resolved) {
    const auto& resolved = read_role(fields.resolved, row);
    if (!is_missing(resolved)) {
      out.anchor = microseconds_of(held(resolved));
      if (out.anchor > farthest_contact) out.flaw = contact_flaw::resolved_too_far;
      if (out.anchor < out.opened) out.flaw = contact_flaw::resolved_too_early;
    }
  }
  if (after == anchor::opened && out.flaw == contact_flaw::none) out.anchor = out.opened;
  return out;
}

/// What is wrong with a contact, in words; an instant is shown as microseconds since 1970.
inline problem contact_problem(const contact_times& t, std::size_t row) {
  const auto bad = [row](const char* field, std::int64_t at, const char* why) {
    return problem{field, row + 1, at == INT64_MAX ? "" : std::to_string(at) + " us", why};
  };
  constexpr const char* too_far = "more than 73,000 years away";
  switch (t.flaw) {
    case contact_flaw::never_opened:
      return {"opened", row + 1, "missing", "every contact was opened at some time"};
    case contact_flaw::resolved_too_early:
      return bad("resolved", t.anchor, "before it was opened");
    case contact_flaw::resolved_too_far:
      return bad("resolved", t.anchor, too_far);
    case contact_flaw::opened_too_late:
      return bad("opened", t.opened, "after the observation ended");
    case contact_flaw::opened_too_far:
    case contact_flaw::none:
      break;
  }
  return bad("opened", t.opened, too_far);
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
  detail::key_ranges key_ranges(std::size_t i) const { return keys_.ranges(rows_, i); }
  void fit(const detail::key_ranges& ranges) { keys_.fit(ranges); }
  unsigned key_bits() const noexcept { return keys_.bits(); }
  std::uint64_t key(std::size_t i) const { return keys_.at(rows_, i); }
  std::uint64_t customer(std::size_t i) const { return keys_.customer(rows_, i); }
  /// 0 where it is missing, which no row has that can be linked.
  std::int64_t opened(std::size_t i) const {
    const auto& r = row(i);  // held here: a view may make its rows on the fly
    const auto& at = read_role(fields_.opened, r);
    return is_missing(at) ? 0 : microseconds_of(held(at));
  }
  /// `no_anchor` where nobody resolved it.
  std::int64_t resolved(std::size_t i) const {
    if constexpr (Fields::has_resolved) {
      const auto& r = row(i);
      const auto& at = read_role(fields_.resolved, r);
      if (!is_missing(at)) return microseconds_of(held(at));
    }
    return linkable_contact::no_anchor;
  }
  bool failed(std::size_t i) const {
    if constexpr (Fields::has_failed) {
      return static_cast<bool>(read_role(fields_.failed, row(i)));
    } else {
      return false;
    }
  }
  /// Of a row that can be linked, which is not looked at again.
  linkable_contact contact(std::size_t i) const {
    const std::int64_t at = opened(i);
    return {key(i), at, after_ == anchor::opened ? at : resolved(i), i};
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

}  // namespace crmetrics::detail
