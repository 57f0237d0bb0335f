#pragma once

#include <crmetrics/derive/contact_shard.hpp>
#include <crmetrics/derive/detail/contact_table.hpp>
#include <crmetrics/time/instant.hpp>
#include <crmetrics/time/period.hpp>

#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace crmetrics::detail {

/// Contacts of some customers and some time that wait in a `linked` metric for what may change what
/// is known of them.
template <class Contact>
struct linked_part {
  contact_shard shard;
  period span;           ///< contacts opened in it belong here
  instant known = {};    ///< all opened before have been given
  bool begins = false;   ///< nothing was opened before it
  bool grows = false;    ///< takes contacts in the order of opening; the last one is its end
  bool own = false;      ///< of this state: what it takes goes here
  bool joined = false;   ///< made of two: takes no more
  bool took = false;     ///< has ever taken a contact
  bool complete = true;  ///< nothing that an earlier part may need was dropped
  std::int64_t last = INT64_MIN;  ///< the last opening it took; where it grows, its end
  std::vector<Contact> contacts;
  std::vector<bool> counted;  ///< is in the metric already

  bool at_its_end() const { return grows && last == span.to().microseconds; }
  void grow(instant end) {
    span = period(span.from(), end);
    known = end;
  }
  bool covers(const linked_part& piece) const {
    return shard.index == piece.shard.index && span.from() <= piece.span.from() &&
           piece.span.to() <= span.to();
  }
  /// A stream ends with its last contact, which belongs to it: nothing may begin there.
  bool reaches(const linked_part& next) const {
    return grows && took && last == next.span.from().microseconds;
  }
  /// Whether they took contacts of the same time. A state without a span knows of nothing before
  /// it: only spans may come after it.
  bool overlaps(const linked_part& other) const {
    const auto before_the_beginning = [](const linked_part& a, const linked_part& b) {
      return a.begins && b.span.from() < a.span.to();
    };
    return (span.from() < other.span.to() && other.span.from() < span.to()) || reaches(other) ||
           other.reaches(*this) || (begins && other.begins) || before_the_beginning(*this, other) ||
           before_the_beginning(other, *this);
  }

  /// The part that begins where this one ends: [a, b) and [b, c) become [a, c).
  void append(const linked_part& right) {
    contacts.insert(contacts.end(), right.contacts.begin(), right.contacts.end());
    counted.insert(counted.end(), right.counted.begin(), right.counted.end());
    span = period(span.from(), right.span.to());
    known = right.span.to();
    complete = complete && right.complete;
    grows = false;
    joined = true;
    own = own || right.own;
    last = (std::max)(last, right.last);
    took = took || right.took;
  }
  /// Forgets contacts; gives the number of those that stay.
  std::size_t keep(const std::vector<bool>& kept) {
    std::size_t next = 0;
    for (std::size_t row = 0; row != kept.size(); ++row) {
      if (!kept[row]) continue;
      if (next != row) contacts[next] = std::move(contacts[row]);
      counted[next] = counted[row];
      ++next;
    }
    contacts.erase(contacts.begin() + static_cast<std::ptrdiff_t>(next), contacts.end());
    counted.resize(next);
    return next;
  }
  /// The order in which contacts came does not show, but for that of one instant.
  template <class OpenedOf>
  void sort_by_time(const OpenedOf& opened_of) {
    std::vector<std::pair<std::int64_t, std::size_t>> order;
    for (std::size_t i = 0; i != contacts.size(); ++i)
      order.emplace_back(opened_of(contacts[i]), i);
    std::sort(order.begin(), order.end());
    linked_part sorted = *this;
    for (std::size_t i = 0; i != order.size(); ++i) {
      sorted.contacts[i] = contacts[order[i].second];
      sorted.counted[i] = counted[order[i].second];
    }
    *this = std::move(sorted);
  }
  bool same_as(const linked_part& b) const {
    return span == b.span && shard.index == b.shard.index && begins == b.begins &&
           complete == b.complete && at_its_end() == b.at_its_end() && counted == b.counted &&
           contacts == b.contacts;
  }
};

/// A waiting contact among those of its customer and issue.
struct linked_place {
  std::uint64_t key;
  std::int64_t opened;
  std::size_t row;
  friend auto operator<=>(const linked_place&, const linked_place&) = default;
};

/// What waits is linked again later: everything it is linked with has to wait too.
template <class TimesOf>
void keep_neighbours(std::vector<linked_place>& places, std::int64_t length,
                     const std::vector<bool>& counted, const TimesOf& times_of,
                     std::vector<bool>& kept) {
  std::sort(places.begin(), places.end());
  for (std::size_t i = 0; i != places.size(); ++i) {
    if (counted[places[i].row]) continue;
    for (std::size_t j = i; j-- != 0;) {
      if (places[j].key != places[i].key || places[i].opened - places[j].opened > length) break;
      kept[places[j].row] = true;
    }
    const contact_times times = times_of(places[i].row);
    if (times.anchor == linkable_contact::no_anchor) continue;
    for (std::size_t j = i + 1; j != places.size(); ++j) {
      if (places[j].key != places[i].key || places[j].opened - times.anchor > length) break;
      kept[places[j].row] = true;
    }
  }
}

}  // namespace crmetrics::detail
