#pragma once

#include <crmetrics/combinators/detail/linked_part.hpp>
#include <crmetrics/concepts.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/core/time_span.hpp>
#include <crmetrics/derive/contact_shard.hpp>
#include <crmetrics/derive/link_contacts.hpp>
#include <crmetrics/detail/bulk.hpp>
#include <crmetrics/time/instant.hpp>
#include <crmetrics/time/period.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace crmetrics {

/// Settings of `linked` that rarely matter.
struct linked_options {
  contact_shard shard = {};
  /// No contact that is open across the border of two spans of time stays open for longer. A state
  /// that begins at a border keeps the contacts of its first `longest_open` and window, for
  /// contacts of the state before to be repeated by; without a limit it keeps them all.
  std::optional<time_span> longest_open = {};
};

/// A metric over the user's own contacts, linked on the way: event by event, in parts, merged.
///
/// What is settled goes into the metric at once; what later contacts can still change waits, so
/// that memory stays bounded: the contacts of the last window, and those whose window is not over.
/// States are split by customer, by time, or both (`contact_shard`); merging two that took the same
/// contacts throws, and neighbouring spans are joined: what waited at their border is linked as if
/// they had been one. In any order and any split the result is that of `link_contacts`, exactly.
/// Streams of parts of the customers are observed from the first contact of all to the last.
///
/// Without a span in its shard a state takes contacts in the order of their opening; with one, in
/// any order within it. The observation ends at the last contact, or at `observe_until`.
template <class Contact, class Fields, any_metric M>
class linked_metric {
 public:
  static constexpr merge_exactness exactness = M::exactness;
  static constexpr shard_constraint sharding = shard_constraint::time_contiguous;

  linked_metric(Fields fields, const within& window, M metric, linked_options options)
      : fields_(std::move(fields)),
        window_(window),
        options_(options),
        settled_(std::move(metric)),
        tried_(settled_.fresh()) {
    options_.shard.require_valid();
    detail::require_window<Fields>("linked", window_);
    if (options_.longest_open && (options_.longest_open->microseconds < 0 ||
                                  options_.longest_open->microseconds > detail::farthest_contact)) {
      throw invalid_setting("linked: longest_open must be 0 to 73,000 years long");
    }
    static_assert(std::equality_comparable<Contact>,
                  "crmetrics: linked<Contact>: partial states keep contacts and compare them: give "
                  "Contact bool operator==(const Contact&) const = default");
    if (options_.shard.opened) {
      part& own = parts_.emplace_back();
      own.shard = options_.shard;
      own.span = *options_.shard.opened;
      own.known = own.span.from();
      own.own = true;
    }
  }

  auto name() const { return settled_.name(); }
  convention_text convention() const { return settled_.convention(); }

  /// @throws bad_input for a contact outside of the shard, out of order without a span of time, or
  ///         resolved before it was opened; what the metric throws for one it cannot take
  void update(const Contact& contact) {
    const std::int64_t opened = screened(contact);
    // What the metric refuses (an agent off the roster) is refused now, and not once it is settled.
    tried_.update(linked_contact<lone_contact>(lone_contact{*this, contact}, 0));
    part& to = part_of(opened);
    if (to.grows && !to.took) to.span = period(instant{opened}, instant{opened});
    to.contacts.push_back(contact);
    to.counted.push_back(false);
    to.took = true;
    to.last = (std::max)(to.last, opened);
    if (to.grows) to.grow(instant{opened});
    // Settling looks at all that wait: done when they have doubled, it costs O(1) a contact.
    if (to.contacts.size() >= next_settling_ && to.known > to.span.from()) settle(to);
  }
  /// All rows or none. @throws bad_input naming each bad row
  template <class Range>
  void update_many(const Range& contacts, std::string_view field = {}) {
    linked_metric next = *this;
    detail::update_row_by_row(next, contacts, field, [](linked_metric& m) {
      return [&m](const Contact& contact) { m.update(contact); };
    }).throw_if_any();
    *this = std::move(next);
  }

  /// All contacts opened before this instant have been given; earlier ones are refused from now on.
  /// A state without a span is observed up to here; one with a span may forget what is settled.
  void observe_until(instant end) {
    if (!closed_ && own_part() == nullptr && !options_.shard.opened) {
      part_of((std::min)(end, next_part(nullptr)).microseconds);
    }
    for (part& p : parts_) {
      if (p.grows) p.grow((std::max)(p.span.to(), (std::min)(end, next_part(&p))));
      p.known = (std::max)(p.known, (std::min)(end, p.span.to()));
      settle(p);
    }
    join();
  }

  /// @throws definition_mismatch where both took contacts of the same part and time
  linked_metric& merge(const linked_metric& other) {
    linked_metric next = *this;
    if (!(next.window_ == other.window_) ||
        next.options_.longest_open != other.options_.longest_open ||
        next.options_.shard.seed != other.options_.shard.seed ||
        next.options_.shard.count != other.options_.shard.count) {
      throw definition_mismatch(std::string(name()) +
                                ": contacts that were linked, or split, by two rules");
    }
    for (const part& p : other.parts_) next.add(p);
    next.settled_.merge(other.settled_);
    next.join();
    *this = std::move(next);
    return *this;
  }
  linked_metric fresh() const { return {fields_, window_, settled_.fresh(), options_}; }

  auto result(confidence_level level = {}) const {
    M all = settled_;
    for (const part& p : parts_) {
      const auto linked = link(p);
      for (const auto& contact : linked) {
        if (!p.counted[contact.row()]) all.update(contact);
      }
    }
    return all.result(level);
  }

  /// How many contacts wait at the borders.
  std::size_t waiting() const {
    std::size_t sum = 0;
    for (const part& p : parts_) sum += p.contacts.size();
    return sum;
  }

  friend bool operator==(const linked_metric& a, const linked_metric& b) {
    return a.settled_form().same(b.settled_form());
  }

 private:
  // One contact that is linked with nothing.
  struct lone_contact {
    using fields_type = Fields;
    const linked_metric& all;
    const Contact& only;
    const Fields& fields() const { return all.fields_; }
    const Contact& contact(std::size_t) const { return only; }
    contact_fact fact(std::size_t) const {
      const bool known = !detail::is_unknown_key(detail::read_role(all.fields_.customer, only));
      const bool anchored = all.times_of(only).anchor != detail::linkable_contact::no_anchor;
      unsigned flags = known ? unsigned{detail::known_customer} : 0U;
      if (known && anchored) flags |= detail::anchored;
      bool failed = false;
      if constexpr (Fields::has_failed) {
        failed = static_cast<bool>(detail::read_role(all.fields_.failed, only));
      }
      return {detail::rule_of<Fields>(all.window_), static_cast<std::uint8_t>(flags),
              time_span{known && anchored ? 0 : -1}, failed};
    }
  };
  using part = detail::linked_part<Contact>;

  detail::contact_times times_of(const Contact& contact) const {
    return detail::read_times(fields_, contact, window_.after);
  }

  // The instant of opening of a contact that can be taken.
  std::int64_t screened(const Contact& contact) const {
    const detail::contact_times times = times_of(contact);
    if (times.flaw != detail::contact_flaw::none) {
      problem p = detail::contact_problem(times, 0);
      p.row = 0;
      throw bad_input(std::move(p));
    }
    const auto refuse = [&](const char* reason) {
      throw bad_input(problem{"opened", 0, std::to_string(times.opened) + " us", reason});
    };
    const contact_shard& shard = options_.shard;
    if (shard.opened && !shard.opened->contains(instant{times.opened})) {
      refuse("outside of the time of this shard");
    }
    const part* own = own_part();
    // Merged: what it would take may be what the others took, or lie on a border that is settled.
    if (closed_ || (own != nullptr && own->joined) ||
        (!shard.opened && instant{times.opened} >= next_part(own))) {
      refuse("given to a state that was merged with others");
    }
    if (own != nullptr) {
      if (instant{times.opened} < own->known) {
        refuse("earlier than the contact before, or than the observation");
      }
    }
    const auto& customer = detail::read_role(fields_.customer, contact);
    using customer_type = std::remove_cvref_t<decltype(detail::held(customer))>;
    static_assert(detail::whole_key<customer_type> || detail::text_key<customer_type>,
                  "crmetrics: linked: a customer is a whole number, an enumerator or a text, which "
                  "can be dealt to parts; link_contacts takes anything with an order");
    if (!detail::is_unknown_key(customer) && !shard.takes(detail::held(customer))) {
      throw bad_input(problem{"customer", 0, detail::shown_key(detail::held(customer)),
                              "of another part of customers"});
    }
    return times.opened;
  }
  const part* own_part() const {
    for (const part& p : parts_) {
      if (p.own) return &p;
    }
    return nullptr;
  }
  // Where the first other part of the same customers begins: a stream cannot grow into it.
  instant next_part(const part* stream) const {
    const std::uint32_t index = stream == nullptr ? options_.shard.index : stream->shard.index;
    instant first{INT64_MAX};
    for (const part& p : parts_) {
      if (&p != stream && p.shard.index == index) first = (std::min)(first, p.span.from());
    }
    return first;
  }
  part& part_of(std::int64_t opened) {
    for (part& p : parts_) {
      if (p.own) return p;
    }
    part first;
    first.shard = options_.shard;
    first.span = period(instant{opened}, instant{opened});
    first.known = instant{opened};
    first.begins = true;
    first.grows = true;
    first.own = true;
    return parts_.emplace_back(std::move(first));
  }

  // Streams of parts of the customers are observed as one: from the first contact of any of them
  // to the last.
  instant beginning_of(const part& p) const {
    instant first = p.span.from();
    if (!p.begins) return first;
    for (const part& other : parts_) {
      if (other.begins && other.took) first = (std::min)(first, other.span.from());
    }
    return first;
  }
  std::int64_t end_of(const part& p) const {
    std::int64_t end = bounded(p.span.to());
    if (!p.grows) return end;
    for (const part& other : parts_) {
      if (!other.grows) continue;
      // Not the last that waits: unknown callers and what is settled end the observation, too.
      end = (std::max)({end, bounded(other.span.to()), bounded(instant{other.last}) + 1});
    }
    return end;
  }
  // Near enough that no sum with a window leaves 64 bits; all contacts are nearer.
  static constexpr std::int64_t bounded(instant t) {
    constexpr std::int64_t far = std::int64_t{1} << 62;
    return (std::clamp)(t.microseconds, -far, far);
  }

  auto link(const part& p) const {
    const std::int64_t from = bounded(beginning_of(p));
    link_options options;
    options.keep_spans = true;
    return link_contacts(p.contacts, fields_, window_,
                         period(instant{from}, instant{(std::max)(from, end_of(p))}), options);
  }

  // Counts what nothing can change any more, and forgets what nobody needs any more.
  void settle(part& p) {
    const std::int64_t length = window_.span.microseconds;
    const std::int64_t from = bounded(p.span.from());
    const std::int64_t to = bounded(p.known);
    // Another part of the customers may have begun earlier.
    const bool is_beginning = p.begins && options_.shard.count == 1;
    const std::size_t n = p.contacts.size();
    std::vector<bool> kept(n);
    std::vector<detail::linked_place> places;
    {
      const auto linked = link(p);
      for (const auto& contact : linked) {
        const std::size_t row = contact.row();
        if (!contact.known_customer()) {
          if (!p.counted[row]) settled_.update(contact);
          p.counted[row] = true;
          continue;
        }
        const detail::contact_times times = times_of(p.contacts[row]);
        const bool knows_before =
            (is_beginning || !contact.short_look_back()) && (p.grows || times.opened < to);
        const bool knows_after = !contact.anchored() || times.anchor < to - length;
        if (!p.counted[row] && knows_before && knows_after) {
          settled_.update(contact);
          p.counted[row] = true;
        }
        const bool may_repeat_earlier =
            !p.begins && (!options_.longest_open ||
                          times.opened - from <= length + options_.longest_open->microseconds);
        const bool may_be_followed = to - times.opened <= length;
        kept[row] = !p.counted[row] || may_repeat_earlier || may_be_followed;
        places.push_back({linked.key(row), times.opened, row});
      }
      detail::keep_neighbours(
          places, length, p.counted, [&](std::size_t row) { return times_of(p.contacts[row]); },
          kept);
    }
    const std::size_t next = p.keep(kept);
    if (next != places.size()) p.complete = false;
    next_settling_ = (std::max<std::size_t>)(1'024, 2 * next);
  }
  std::int64_t opened_of(const Contact& contact) const {
    return to_instant(detail::held(detail::read_role(fields_.opened, contact))).microseconds;
  }

  void add(const part& p) {
    // A state that took nothing is the identity also where another took the same span; it may go
    // on with that one, but not with a larger one.
    bool takes_over = !p.joined && p.shard == options_.shard && own_part() == nullptr;
    std::erase_if(parts_, [&](const part& own) {
      if (own.took || !p.covers(own)) return false;
      if (own.own && !p.joined && p.shard == own.shard) takes_over = true;
      if (own.own && !takes_over) closed_ = true;
      return true;
    });
    for (part& own : parts_) {
      if (own.shard.index != p.shard.index) continue;
      if (!p.took && own.covers(p)) return;
      if (own.grows && p.grows && !(own.took && p.took)) {  // one has only been observed
        const bool was_own = own.own;
        const instant end = (std::max)(own.span.to(), p.span.to());
        if (!own.took) own = p;
        own.own = was_own;
        if (own.took) own.grow(end);
        if (!own.took) own.span = period(end, end), own.known = end;
        return;
      }
      if (own.overlaps(p)) {
        throw definition_mismatch(std::string(name()) +
                                  ": two states took contacts of the same time and customers, or "
                                  "one without a span of time does not come first");
      }
    }
    parts_.push_back(p);
    parts_.back().own = takes_over && !closed_;
  }
  // Joins neighbours: [a, b) and [b, c) become [a, c).
  void join() {
    std::sort(parts_.begin(), parts_.end(), [](const part& a, const part& b) {
      return std::pair(a.shard.index, a.span.from()) < std::pair(b.shard.index, b.span.from());
    });
    std::vector<part> joined;
    for (part& p : parts_) {
      part* left = joined.empty() ? nullptr : &joined.back();
      if (left == nullptr || left->shard.index != p.shard.index ||
          left->span.to() != p.span.from()) {
        joined.push_back(std::move(p));
        continue;
      }
      if (!p.complete) require_short(*left, p.span.from());
      left->append(p);
    }
    parts_ = std::move(joined);
    for (part& p : parts_) {
      if (!p.own || p.joined) p.known = p.span.to();  // nobody can add to it
      settle(p);
    }
  }
  // The part on the right forgot contacts: none of the left may need them.
  void require_short(const part& left, instant border) const {
    if (!options_.longest_open) return;
    for (std::size_t i = 0; i != left.contacts.size(); ++i) {
      const std::int64_t anchor = times_of(left.contacts[i]).anchor;
      if (left.counted[i] || anchor == detail::linkable_contact::no_anchor) continue;
      if (anchor - bounded(border) > options_.longest_open->microseconds) {
        throw bad_input(problem{"resolved", 0, std::to_string(anchor) + " us",
                                "open across the border of two states for longer than "
                                "longest_open"});
      }
    }
  }

  linked_metric settled_form() const {
    linked_metric copy = *this;
    for (part& p : copy.parts_) {
      p.sort_by_time([this](const Contact& c) { return opened_of(c); });
      p.known = p.span.to();
      copy.settle(p);
    }
    return copy;
  }
  bool same(const linked_metric& other) const {
    if (!(window_ == other.window_ && options_.shard.seed == other.options_.shard.seed &&
          options_.shard.count == other.options_.shard.count &&
          options_.longest_open == other.options_.longest_open && settled_ == other.settled_ &&
          parts_.size() == other.parts_.size())) {
      return false;
    }
    for (std::size_t i = 0; i != parts_.size(); ++i) {
      if (!parts_[i].same_as(other.parts_[i])) return false;
    }
    return true;
  }

  [[no_unique_address]] Fields fields_;
  within window_;
  linked_options options_;
  M settled_;
  M tried_;  ///< for its refusals
  std::vector<part> parts_;
  bool closed_ = false;  ///< its own part has become part of another state's: takes no more
  std::size_t next_settling_ = 1'024;
};

/// Makes a `linked_metric` of the user's own contacts: `linked<call>(fields, within{days{7}},
/// together(fcr{}, repeat_contact{}))`.
template <class Contact, class Fields, any_metric M>
linked_metric<Contact, Fields, M> linked(Fields fields, const within& window, M metric,
                                         linked_options options = {}) {
  return {std::move(fields), window, std::move(metric), options};
}

}  // namespace crmetrics
