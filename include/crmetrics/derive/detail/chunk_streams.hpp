#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <type_traits>
#include <vector>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace crmetrics::detail {

/// Memory in chunks of one size, given out and taken back; it lives as long as the pool. It comes
/// from the system in large pages where there are some: to get fresh small ones costs as much as
/// half of the work that is done in them.
class chunk_pool {
 public:
  static constexpr std::size_t chunk_bytes = 4'096;

  std::byte* take() {
    if (!free_.empty()) {
      std::byte* chunk = free_.back();
      free_.pop_back();
      return chunk;
    }
    if (next_ == end_) grow();
    std::byte* chunk = next_;
    next_ += chunk_bytes;
    return chunk;
  }
  void give_back(std::byte* chunk) { free_.push_back(chunk); }

 private:
  struct release {
    void operator()(std::byte* p) const noexcept {
      ::operator delete(p, std::align_val_t{chunk_bytes});
    }
  };

  // Slabs double, for little input needs little memory.
  void grow() {
    constexpr std::size_t largest = std::size_t{1} << 25U;
    const std::size_t bytes =
        (std::min)(largest, 4 * chunk_bytes << (std::min)(slabs_.size(), std::size_t{16}));
    slabs_.emplace_back(
        static_cast<std::byte*>(::operator new(bytes, std::align_val_t{chunk_bytes})));
    next_ = slabs_.back().get();
    end_ = next_ + bytes;
#if defined(__linux__)
    // Advice only: where it is refused, nothing changes.
    if (bytes == largest) static_cast<void>(::madvise(next_, bytes, MADV_HUGEPAGE));
#endif
  }

  std::vector<std::unique_ptr<std::byte, release>> slabs_;
  std::vector<std::byte*> free_;
  std::byte* next_ = nullptr;
  std::byte* end_ = nullptr;
};

/// Many sequences that grow at the same time, in chunks of a pool.
template <class T>
class chunk_streams {
  static_assert(std::is_trivially_copyable_v<T> && chunk_pool::chunk_bytes % sizeof(T) == 0);

 public:
  chunk_streams(chunk_pool& pool, std::size_t streams)
      : pool_(&pool), next_(streams, nullptr), chunks_(streams) {}

  void push_back(std::size_t stream, const T& x) {
    T* place = next_[stream];
    // At the end of a chunk, or before the first one.
    if (reinterpret_cast<std::uintptr_t>(place) % chunk_pool::chunk_bytes == 0) [[unlikely]] {
      place = next_chunk(stream);
    }
    *place = x;
    next_[stream] = place + 1;
    // What the next line of memory holds is on its way before it is needed.
    __builtin_prefetch(place + in_line, 1);
  }

  std::size_t size(std::size_t stream) const noexcept {
    const std::vector<T*>& chunks = chunks_[stream];
    if (chunks.empty()) return 0;
    return (chunks.size() - 1) * in_chunk + static_cast<std::size_t>(next_[stream] - chunks.back());
  }
  template <class F>
  void for_each(std::size_t stream, F&& f) const {
    const std::vector<T*>& chunks = chunks_[stream];
    for (std::size_t c = 0; c != chunks.size(); ++c) {
      const bool is_last = c + 1 == chunks.size();
      const T* const end = is_last ? next_[stream] : chunks[c] + in_chunk;
      // The chunks lie anywhere: while one is read, the next one is on its way, line by line.
      const std::ptrdiff_t ahead = is_last ? 0 : chunks[c + 1] - chunks[c];
      for (const T* x = chunks[c]; x != end;) {
        __builtin_prefetch(x + ahead);
        const T* const line_end = end - x < in_line ? end : x + in_line;
        for (; x != line_end; ++x) f(*x);
      }
    }
  }
  /// Gives the memory of a stream to a pool, which need not be the one that it came from.
  void clear(std::size_t stream, chunk_pool& pool) {
    for (T* chunk : chunks_[stream]) {
      pool.give_back(static_cast<std::byte*>(static_cast<void*>(chunk)));
    }
    chunks_[stream] = {};
    next_[stream] = nullptr;
  }

 private:
  static constexpr std::ptrdiff_t in_line = 64 / sizeof(T);
  static constexpr std::size_t in_chunk = chunk_pool::chunk_bytes / sizeof(T);

  [[gnu::noinline]] T* next_chunk(std::size_t stream) {
    T* chunk = static_cast<T*>(static_cast<void*>(pool_->take()));
    chunks_[stream].push_back(chunk);
    return chunk;
  }

  chunk_pool* pool_;
  std::vector<T*> next_;
  std::vector<std::vector<T*>> chunks_;
};

}  // namespace crmetrics::detail
