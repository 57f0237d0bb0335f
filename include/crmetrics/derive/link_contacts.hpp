#pragma once

#include <crmetrics/core/error.hpp>
#include <crmetrics/derive/contact_fact.hpp>
#include <crmetrics/derive/contact_fields.hpp>
#include <crmetrics/derive/contact_rule.hpp>
#include <crmetrics/derive/detail/contact_table.hpp>
#include <crmetrics/derive/detail/fact_iterator.hpp>
#include <crmetrics/derive/detail/link_rows.hpp>
#include <crmetrics/derive/detail/on_threads.hpp>
#include <crmetrics/time/instant.hpp>
#include <crmetrics/time/period.hpp>

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <ranges>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace crmetrics {

/// What becomes of contacts that cannot be: resolved before they were opened, or opened after the
/// observation ended.
enum class bad_contacts : std::uint8_t {
  refuse,    ///< `bad_input` with every one of them
  leave_out  ///< left out on both sides, and counted
};

namespace detail {

/// @throws invalid_setting for a window that these contacts cannot have
template <class Fields>
void require_window(const char* who, const within& window) {
  if (window.after == anchor::resolved && !Fields::has_resolved) {
    throw invalid_setting(
        std::string(who) +
        ": windows begin at the resolution, so the role .resolved is needed (or within{.span = "
        "..., .after = anchor::opened})");
  }
  if (window.span.microseconds < 0 || window.span.microseconds > farthest_contact) {
    throw invalid_setting(std::string(who) + ": the window must be 0 to 73,000 years long");
  }
}

/// How contacts with these roles are linked.
template <class Fields>
constexpr contact_rule rule_of(const within& w) {
  return {w.span,
          w.after,
          w.last_instant,
          w.simultaneous,
          Fields::has_issue     ? subject::customer_and_issue
          : Fields::has_related ? subject::customer_and_relation
                                : subject::customer,
          Fields::has_failed};
}

/// The last instant that belongs to it.
constexpr instant last_of(const period& p) noexcept {
  return {p.to().microseconds - (p.to().microseconds == INT64_MIN ? 0 : 1)};
}

}  // namespace detail

/// How `link_contacts` goes about it; none of it changes a result.
struct link_options {
  bad_contacts bad = bad_contacts::refuse;
  bool keep_spans = false;  ///< for `fcr_kaplan_meier`: 8 bytes a contact more
  unsigned threads = 1;
};

/// One contact after linking: the facts, and the way back to the user's own row.
template <class Linked>
class linked_contact : public contact_fact {
 public:
  linked_contact(const Linked& all, std::size_t row)
      : contact_fact(all.fact(row)), all_(&all), row_(row) {}

  /// Its number in the input.
  std::size_t row() const noexcept { return row_; }
  /// The user's own contact; for columns, the number of its row.
  decltype(auto) contact() const { return all_->contact(row_); }
  /// Who took it.
  decltype(auto) agent() const {
    static_assert(Linked::fields_type::has_agent,
                  "crmetrics: these contacts were linked without the role .agent");
    return detail::read_role_of(all_->fields().agent,
                                [this]() -> decltype(auto) { return contact(); });
  }
  /// Who resolved it.
  decltype(auto) resolver() const {
    static_assert(Linked::fields_type::has_resolver,
                  "crmetrics: these contacts were linked without the role .resolver");
    return detail::read_role_of(all_->fields().resolver,
                                [this]() -> decltype(auto) { return contact(); });
  }

 private:
  const Linked* all_;
  std::size_t row_;
};

/// Contacts after linking, one `linked_contact` for each row of the input, in its order. Made by
/// `link_contacts`. Refers to the input, which must live as long.
template <class Rows, class Fields>
class linked_contacts {
 public:
  using fields_type = Fields;
  using value_type = linked_contact<linked_contacts>;
  using iterator = detail::fact_iterator<linked_contacts>;

  iterator begin() const { return {*this, 0}; }
  iterator end() const { return {*this, size()}; }
  std::size_t size() const noexcept { return flags_.size(); }
  value_type operator[](std::size_t row) const { return {*this, row}; }

  const contact_rule& rule() const noexcept { return rule_; }
  /// In which all contacts are known; it ends after the last instant that was observed.
  period observed() const {
    const std::int64_t last = (std::min)(until_.microseconds, INT64_MAX - 1);
    return period(from_, (std::max)(instant{last + 1}, from_));
  }
  const Fields& fields() const noexcept { return table_.fields(); }
  /// Rows that were left out because they cannot be; see `bad_contacts`.
  std::uint64_t left_out() const noexcept { return left_out_; }
  decltype(auto) contact(std::size_t row) const { return table_.row(row); }
  /// A number that contacts of one customer and issue share, for known customers.
  std::uint64_t key(std::size_t row) const { return table_.key(row); }
  contact_fact fact(std::size_t row) const {
    return {rule_, flags_[row], time_span{spans_.empty() ? -1 : spans_[row]}, table_.failed(row)};
  }

  /// The facts that occur, without spans, each with the number of rows that have it: what the
  /// shares (`fcr`, `repeat_contact`) observe, in fewer steps. O(n)
  std::vector<std::pair<contact_fact, std::uint64_t>> counted() const {
    constexpr std::size_t all_flags = 256;
    // Turn by turn: rows beside each other often have the same flags, and one addition would wait
    // for the other.
    std::array<std::array<std::uint64_t, 2 * all_flags>, 4> counts{};
    const std::size_t n = size();
    for (std::size_t row = 0; row != n; ++row) {
      ++counts[row % counts.size()][flags_[row] + (table_.failed(row) ? all_flags : 0)];
    }
    std::vector<std::pair<contact_fact, std::uint64_t>> out;
    for (std::size_t i = 0; i != 2 * all_flags; ++i) {
      std::uint64_t rows = 0;
      for (const auto& some : counts) rows += some[i];
      const auto flags = static_cast<std::uint8_t>(i % all_flags);
      if (rows != 0) out.push_back({{rule_, flags, time_span{-1}, i >= all_flags}, rows});
    }
    return out;
  }

  /// One fact for each known customer. O(n log n)
  std::vector<customer_fact> customers() const {
    std::vector<std::pair<std::uint64_t, bool>> contacts;
    contacts.reserve(size());
    for (std::size_t row = 0; row != size(); ++row) {
      if (fact(row).known_customer()) {
        contacts.emplace_back(table_.customer(row), fact(row).follows());
      }
    }
    std::sort(contacts.begin(), contacts.end());
    std::vector<customer_fact> out;
    for (std::size_t i = 0; i != contacts.size(); ++i) {
      if (i == 0 || contacts[i].first != contacts[i - 1].first) out.push_back({rule_, 0, 0});
      ++out.back().contacts;
      out.back().repeats += contacts[i].second ? 1U : 0U;
    }
    return out;
  }

  /// Chains of contacts that each follow the one before, ordered by their first row; a contact
  /// without a repeat is a chain of one. O(n log n)
  /// @throws invalid_setting where contacts are related by a predicate, which makes trees
  std::vector<contact_chain> chains() const {
    if (rule_.about == subject::customer_and_relation) {
      throw invalid_setting("chains: contacts that are related by a predicate need not be chains");
    }
    std::vector<place> places;
    places.reserve(size());
    for (std::size_t row = 0; row != size(); ++row) {
      if (!fact(row).known_customer()) continue;
      places.push_back({table_.key(row), table_.opened(row), row});
    }
    std::sort(places.begin(), places.end());
    std::vector<contact_chain> out;
    for (std::size_t i = 0; i != places.size(); ++i) {
      const bool same_key = i != 0 && places[i].key == places[i - 1].key;
      const bool same_instant = same_key && places[i].opened == places[i - 1].opened;
      // A duplicate belongs to the chain of the contact that it doubles.
      const bool goes_on = same_key && (same_instant || fact(places[i].row).follows());
      if (!goes_on) out.push_back({rule_, places[i].row, 0, 0, false});
      contact_chain& chain = out.back();
      chain.last_row = places[i].row;
      ++chain.length;
      // No contact is opened after it, and none farther away than half of 64 bits.
      const std::int64_t until = (std::min)(until_.microseconds, 2 * detail::farthest_contact - 1);
      chain.closed = rule_.span.microseconds <= until - places[i].opened;
    }
    std::sort(out.begin(), out.end(), [](const contact_chain& a, const contact_chain& b) {
      return a.first_row < b.first_row;
    });
    return out;
  }

  /// What `link_contacts` calls.
  linked_contacts(Rows rows, Fields fields, const within& window, std::optional<instant> from,
                  instant until, const link_options& options)
      : rule_(detail::rule_of<Fields>(window)),
        options_(options),
        table_(std::move(rows), std::move(fields), window.after),
        flags_(table_.size()),
        spans_(options.keep_spans ? table_.size() : 0, -1) {
    detail::require_window<Fields>("link_contacts", window);
    const detail::row_shares shares(size(), options.threads);
    const detail::contact_ranges ranges = screen(until, shares);
    const instant first = ranges.empty() ? until : instant{ranges.first_opened};
    from_ = from.value_or((std::min)(first, instant{first_unknown_}));
    until_ = until;
    if (ranges.empty()) return;
    if (detail::packed_contacts::can_hold(ranges)) {
      link_as<detail::packed_contacts>(ranges, shares);
    } else {
      link_as<detail::wide_contacts>(ranges, shares);
    }
  }

 private:
  struct place {
    std::uint64_t key;
    std::int64_t opened;
    std::size_t row;
    friend auto operator<=>(const place&, const place&) = default;
  };
  using table = detail::contact_table<Rows, Fields>;

  /// What one thread finds out about its share of the rows.
  struct screened {
    detail::contact_ranges times;
    detail::key_ranges keys;
    problem_list problems;
    std::int64_t first_unknown = INT64_MAX;  ///< the first opening of unknown callers
    std::uint64_t left_out = 0;
  };
  screened screen(instant until, std::size_t begin, std::size_t end) {
    screened out;
    // Beside the result: the marks, as bytes, might be any part of it.
    detail::contact_ranges times;
    detail::key_ranges keys;
    std::uint8_t* const flags = flags_.data();
    for (std::size_t i = begin; i != end; ++i) {
      detail::contact_times t = table_.times(i);
      if (t.flaw == detail::contact_flaw::none && t.opened > until.microseconds) {
        t.flaw = detail::contact_flaw::opened_too_late;
      }
      if (t.flaw != detail::contact_flaw::none) [[unlikely]] {
        if (options_.bad == bad_contacts::refuse) out.problems.add(contact_problem(t, i));
        ++out.left_out;
        flags[i] = detail::bad_row;
        continue;
      }
      if (!table_.known(i)) {
        out.first_unknown = (std::min)(out.first_unknown, t.opened);
        continue;
      }
      times.add(t.opened, t.anchor);
      keys.add(table_.key_ranges(i));
      flags[i] = detail::known_customer;
    }
    out.times = times;
    out.keys = keys;
    return out;
  }
  /// Marks the rows that can be linked, reports or counts those that cannot be.
  detail::contact_ranges screen(instant until, const detail::row_shares& shares) {
    std::vector<screened> found(shares.threads());
    detail::on_threads(shares.threads(), [&](unsigned t) {
      found[t] = screen(until, shares.first(t), shares.last(t));
    });
    screened all;
    for (const screened& f : found) {
      all.times.add(f.times);
      all.keys.add(f.keys);
      all.problems.add(f.problems);
      left_out_ += f.left_out;
      first_unknown_ = (std::min)(first_unknown_, f.first_unknown);
    }
    all.problems.throw_if_any();
    table_.fit(all.keys);
    all.times.rows = size();
    all.times.key_bits = table_.key_bits();
    return all.times;
  }

  struct reader {
    const linked_contacts& all;
    detail::linkable_contact contact(std::size_t i) const { return all.table_.contact(i); }
    static constexpr bool by_predicate = Fields::has_related;
    bool related(std::uint64_t earlier, std::uint64_t later) const {
      return all.table_.related(earlier, later);
    }
  };

  template <class Codec>
  void link_as(const detail::contact_ranges& ranges, const detail::row_shares& shares) {
    detail::link_window window;
    window.length = rule_.span.microseconds;
    window.includes_last = rule_.last_instant;
    window.includes_simultaneous = rule_.simultaneous;
    window.observed_from = from_.microseconds;
    window.observed_until = until_.microseconds;
    const reader contacts{*this};
    detail::row_linker<Codec, reader>(
        contacts, ranges, window, {flags_.data(), spans_.empty() ? nullptr : spans_.data()}, shares)
        .run();
  }

  contact_rule rule_;
  link_options options_;
  table table_;
  std::vector<std::uint8_t> flags_;
  std::vector<std::int64_t> spans_;
  instant from_;
  instant until_;                           ///< the last instant that was observed
  std::int64_t first_unknown_ = INT64_MAX;  ///< the first opening of unknown callers
  std::uint64_t left_out_ = 0;
};

/// Finds out, for each contact, whether the same customer came back (FCR) and whether it came back
/// for an earlier one (repeat contact): `link_contacts(calls, fields, within{days{7}}, until)`.
///
/// Contacts in any order, as rows of the user's own type; see `contact_fields` for the roles.
/// `until` is the end of the observation: a window that goes beyond it is not over, so whether that
/// contact will be repeated is pending. Contacts of unknown customers are linked with nothing and
/// say so. The result refers to the input.
///
/// Errors: `bad_input` naming every row that was resolved before it was opened or opened after
/// `until` (or they are left out and counted; see `link_options`); `invalid_setting` without the
/// role that the window needs. Cost: O(n) where no key has most of the contacts, a third of the
/// time that sorting them takes; beside the input 17 bytes a contact where the ranges of numbers
/// and times allow it, else 33, and 8 more with spans; texts are numbered first. Which thread does
/// what never changes a result.
template <std::ranges::random_access_range Rows, class Fields>
  requires(!Fields::of_columns)
auto link_contacts(Rows&& rows, Fields fields, const within& window, instant until,
                   const link_options& options = {}) {
  using view = std::views::all_t<Rows>;
  return linked_contacts<view, Fields>(std::views::all(std::forward<Rows>(rows)), std::move(fields),
                                       window, std::nullopt, until, options);
}
/// The same with the beginning of the observation: contacts of its first window may follow others
/// that nobody knows of, and say so. Without it, the first contact is the beginning. As every
/// period, [from, to): a contact at `to` is outside, and the last instant observed is that before.
template <std::ranges::random_access_range Rows, class Fields>
  requires(!Fields::of_columns)
auto link_contacts(Rows&& rows, Fields fields, const within& window, const period& observed,
                   const link_options& options = {}) {
  using view = std::views::all_t<Rows>;
  return linked_contacts<view, Fields>(std::views::all(std::forward<Rows>(rows)), std::move(fields),
                                       window, observed.from(), detail::last_of(observed), options);
}
/// Contacts as columns: every role is a random-access range with one element a row.
/// @throws bad_input naming each column of another length than the first
template <class Fields>
  requires(Fields::of_columns)
auto link_contacts(Fields fields, const within& window, instant until,
                   const link_options& options = {}) {
  auto rows = detail::row_numbers(detail::rows_of(fields));
  return linked_contacts<decltype(rows), Fields>(rows, std::move(fields), window, std::nullopt,
                                                 until, options);
}
template <class Fields>
  requires(Fields::of_columns)
auto link_contacts(Fields fields, const within& window, const period& observed,
                   const link_options& options = {}) {
  auto rows = detail::row_numbers(detail::rows_of(fields));
  return linked_contacts<decltype(rows), Fields>(rows, std::move(fields), window, observed.from(),
                                                 detail::last_of(observed), options);
}

}  // namespace crmetrics
