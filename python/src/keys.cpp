#include "keys.hpp"

#include "blocks.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace crmetrics::python {

namespace {

// Whole numbers this close together are numbered by their distance from the lowest, and by a table
// where they are this close: the first is faster, and costs a state for each number between.
constexpr std::int64_t dense_at_most = std::int64_t{1} << 16;
constexpr std::int64_t table_at_most = std::int64_t{1} << 22;

bool is_whole(kind k) {
  return (k >= kind::i8 && k <= kind::u64) || k == kind::days || k == kind::instants ||
         k == kind::spans || k == kind::bits || k == kind::bytes_as_bool;
}

// Bytes of a whole number as it is stored.
std::size_t width_of(kind k) {
  return with_stored(k, []<class T>(T) { return sizeof(T); });
}

// Calls f with a function that gives the key of a row.
template <class F>
void with_reader(kind k, const chunk& part, const F& f) {
  if (k == kind::bits) {
    f([&part](std::int64_t row) { return std::int64_t{part.bit(row) ? 1 : 0}; });
    return;
  }
  with_stored(k, [&]<class T>(T) {
    const T* values = stored<T>(part);
    f([values](std::int64_t row) { return static_cast<std::int64_t>(values[row]); });
  });
}

// Smallest and largest value of a chunk, in the type in which they are stored: a loop that reads at
// the speed of memory. Keys without a sign are their 64 bits, as everywhere here.
std::pair<std::int64_t, std::int64_t> range_of(kind k, const chunk& part) {
  if (part.rows == 0) {
    return {(std::numeric_limits<std::int64_t>::max)(), (std::numeric_limits<std::int64_t>::min)()};
  }
  if (k == kind::bits) return {0, 1};
  return with_stored(k == kind::u64 ? kind::i64 : k, [&]<class T>(T) {
    const T* values = stored<T>(part);
    T low = (std::numeric_limits<T>::max)();
    T high = (std::numeric_limits<T>::min)();
    for (std::int64_t row = 0; row != part.rows; ++row) {
      low = values[row] < low ? values[row] : low;
      high = values[row] > high ? values[row] : high;
    }
    return std::pair(static_cast<std::int64_t>(low), static_cast<std::int64_t>(high));
  });
}

}  // namespace

bool has_whole_keys(const column& keys) { return is_whole(keys.type); }

key_numbers::key_numbers(const column& keys) : keys_(&keys) {
  if (!is_whole(keys.type) && !keys.is_text() && keys.type != kind::null) {
    throw py::type_error("column \"" + keys.name +
                         "\": groups are whole numbers, texts, dates or " + "times, not " +
                         keys.type_text());
  }
  if (!is_whole(keys.type) || keys.is_dictionary()) return;
  std::int64_t low = (std::numeric_limits<std::int64_t>::max)();
  std::int64_t high = (std::numeric_limits<std::int64_t>::min)();
  for (const chunk& part : keys.chunks) {
    // Values of missing rows may be anything, and cost room at most.
    const auto [first, last] = range_of(keys.type, part);
    low = (std::min)(low, first);
    high = (std::max)(high, last);
  }
  std::int64_t reach = 0;
  if (low > high || __builtin_sub_overflow(high, low, &reach)) return;
  if (reach < dense_at_most) {
    dense_ = true;
    low_ = low;
    next_ = static_cast<std::uint32_t>(reach) + 2;
  } else if (reach < table_at_most) {
    low_ = low;
    table_.assign(static_cast<std::size_t>(reach) + 1, 0);
  }
}

std::uint32_t key_numbers::number_of(std::int64_t key) {
  const auto [at, added] = by_whole_.try_emplace(key, next_);
  if (added) {
    wholes_.push_back(key);
    ++next_;
  }
  return at->second;
}

std::uint32_t key_numbers::number_of(std::string_view key) {
  const auto at = by_text_.find(key);
  if (at != by_text_.end()) return at->second;
  by_text_.emplace(std::string(key), next_);
  texts_.emplace_back(key);
  return next_++;
}

void key_numbers::read_dictionary(const chunk& part, std::int64_t from, std::int64_t n,
                                  std::uint32_t* out) {
  const column& entries = *part.dictionary;
  if (dictionary_ != part.dictionary.get()) {
    dictionary_ = part.dictionary.get();
    by_entry_.assign(static_cast<std::size_t>(entries.rows), 0);
    // In the order of the entries: whether one is used is not asked, for groups without rows are
    // left out of the results.
    const chunk& all = entries.chunks.front();
    for (std::int64_t i = 0; i != entries.rows; ++i) {
      if (!all.valid(i)) continue;
      auto& number = by_entry_[static_cast<std::size_t>(i)];
      if (entries.type == kind::null) {
        continue;
      } else if (entries.is_text()) {
        number = number_of(text_at(entries, all, i));
      } else {
        with_reader(entries.type, all, [&](const auto& key) { number = number_of(key(i)); });
      }
    }
  }
  with_reader(part.index, part, [&](const auto& index) {
    for (std::int64_t i = 0; i != n; ++i) {
      const bool valid = part.valid(from + i);
      out[i] = valid ? by_entry_[static_cast<std::size_t>(index(from + i))] : 0;
    }
  });
}

void key_numbers::read(std::size_t chunk_number, std::int64_t from, std::int64_t n,
                       std::uint32_t* out) {
  const chunk& part = keys_->chunks[chunk_number];
  if (part.dictionary) return read_dictionary(part, from, n, out);
  if (keys_->type == kind::null) {
    std::fill_n(out, n, 0U);
    return;
  }
  if (keys_->is_text()) {
    for (std::int64_t i = 0; i != n; ++i) {
      out[i] = part.valid(from + i) ? number_of(text_at(*keys_, part, from + i)) : 0;
    }
    return;
  }
  with_reader(keys_->type, part, [&](const auto& key) {
    if (dense_) {
      // In 32 bits, which loses nothing, for the difference fits into them.
      const auto below = static_cast<std::uint32_t>(low_ - 1);
      for (std::int64_t i = 0; i != n; ++i) {
        out[i] = static_cast<std::uint32_t>(key(from + i)) - below;
      }
      for (std::int64_t i = 0; part.validity != nullptr && i != n; ++i) {
        if (!part.valid(from + i)) out[i] = 0;
      }
      return;
    }
    if (table_.empty()) {
      for (std::int64_t i = 0; i != n; ++i) {
        out[i] = part.valid(from + i) ? number_of(key(from + i)) : 0;
      }
      return;
    }
    std::uint32_t* const table = table_.data();
    const std::int64_t low = low_;
    bool new_ones = false;
    for (std::int64_t i = 0; i != n; ++i) {
      out[i] = table[key(from + i) - low];
      new_ones = new_ones || out[i] == 0;
    }
    if (!new_ones && part.validity == nullptr) return;
    for (std::int64_t i = 0; i != n; ++i) {
      if (!part.valid(from + i)) {
        out[i] = 0;
        continue;
      }
      const std::int64_t k = key(from + i);
      std::uint32_t& number = table[k - low];
      if (number == 0) {
        number = next_++;
        wholes_.push_back(k);
      }
      out[i] = number;
    }
  });
}

stored_key key_numbers::key_at(std::size_t chunk_number, std::int64_t row) const {
  const chunk& part = keys_->chunks[chunk_number];
  if (part.dictionary || !is_whole(keys_->type) || keys_->type == kind::bits) return {};
  const std::size_t width = width_of(keys_->type);
  return {static_cast<const char*>(part.values) + static_cast<std::size_t>(row) * width, width};
}

composite_keys::composite_keys(const std::vector<column>& columns) {
  parts_.reserve(columns.size());
  rows_ = columns.front().rows;
  for (const column& c : columns) {
    require_rows(c, columns.front());
    parts_.emplace_back(c);
  }
  pairs_.resize(columns.size() - 1);
}

void composite_keys::read_part(cursor& at, std::int64_t from, std::int64_t n, std::uint32_t* out) {
  const auto& chunks = at.numbers.keys().chunks;
  while (n > 0) {
    while (from >= at.before + chunks[at.chunk].rows) at.before += chunks[at.chunk++].rows;
    const std::int64_t here = from - at.before;
    const std::int64_t take = (std::min)(n, chunks[at.chunk].rows - here);
    at.numbers.read(at.chunk, here, take, out);
    from += take;
    n -= take;
    out += take;
  }
}

stored_key composite_keys::next_keys(std::int64_t from) const {
  const cursor& at = parts_.front();
  const auto& chunks = at.numbers.keys().chunks;
  const std::int64_t here = from - at.before;
  if (at.chunk == chunks.size() || here >= chunks[at.chunk].rows) return {};
  return at.numbers.key_at(at.chunk, here);
}

void composite_keys::rewind() {
  for (cursor& at : parts_) {
    at.chunk = 0;
    at.before = 0;
  }
}

void composite_keys::read(std::int64_t from, std::int64_t n, std::uint32_t* out) {
  read_part(parts_[0], from, n, out);
  std::vector<std::uint32_t> next;
  for (std::size_t i = 1; i != parts_.size(); ++i) {
    next.resize(static_cast<std::size_t>(n));
    read_part(parts_[i], from, n, next.data());
    pairs& both = pairs_[i - 1];
    for (std::int64_t row = 0; row != n; ++row) {
      const std::uint32_t right = next[static_cast<std::size_t>(row)];
      if (out[row] == 0 || right == 0) {
        out[row] = 0;
        continue;
      }
      const auto key = (static_cast<std::uint64_t>(out[row]) << 32) | right;
      const auto [at, added] =
          both.numbers.try_emplace(key, static_cast<std::uint32_t>(both.of.size()));
      if (added) both.of.emplace_back(out[row], right);
      out[row] = at->second;
    }
  }
}

std::int64_t key_numbers::whole(std::uint32_t number) const {
  return dense_ ? low_ - 1 + number : wholes_[number];
}

std::uint32_t composite_keys::size() const {
  return pairs_.empty() ? parts_[0].numbers.size()
                        : static_cast<std::uint32_t>(pairs_.back().of.size());
}

std::uint32_t composite_keys::in_part(std::uint32_t number, std::size_t i) const {
  for (std::size_t level = pairs_.size(); level != 0; --level) {
    if (i == level) return pairs_[level - 1].of[number].second;
    number = pairs_[level - 1].of[number].first;
  }
  return number;
}

std::vector<std::uint32_t> composite_keys::ordered() const {
  std::vector<std::uint32_t> numbers(size() - 1);
  std::iota(numbers.begin(), numbers.end(), 1U);
  std::sort(numbers.begin(), numbers.end(), [&](std::uint32_t a, std::uint32_t b) {
    for (std::size_t i = 0; i != parts_.size(); ++i) {
      const key_numbers& part = parts_[i].numbers;
      const std::uint32_t x = in_part(a, i);
      const std::uint32_t y = in_part(b, i);
      if (x == y) continue;
      if (!has_whole_keys(part.keys())) return part.text(x) < part.text(y);
      if (part.keys().type == kind::u64) {
        return static_cast<std::uint64_t>(part.whole(x)) <
               static_cast<std::uint64_t>(part.whole(y));
      }
      return part.whole(x) < part.whole(y);
    }
    return false;
  });
  return numbers;
}

}  // namespace crmetrics::python
