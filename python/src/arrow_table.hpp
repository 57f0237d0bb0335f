#pragma once

#include <pybind11/pybind11.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crmetrics::python {

namespace py = pybind11;

/// A table that is handed to others as an Arrow stream of one batch.
class arrow_table {
 public:
  /// A column that is being filled; all must be of one length in the end.
  class filled {
   public:
    filled(std::string name, std::string format)
        : name_(std::move(name)), format_(std::move(format)) {
      if (format_ == "u") ends_.push_back(0);
    }

    /// A number of the width that the format says.
    template <class T>
    void add(T value) {
      const std::size_t at = bytes_.size();
      bytes_.resize(at + sizeof(T));
      std::memcpy(bytes_.data() + at, &value, sizeof(T));
      mark(true);
    }
    template <class T>
    void add(const std::optional<T>& value) {
      if (value) {
        add(*value);
      } else {
        bytes_.resize(bytes_.size() + sizeof(T));
        mark(false);
      }
    }
    /// Yes or no, one bit each.
    void add_flag(bool value) {
      if (rows_ % 8 == 0) bytes_.push_back(0);
      if (value) bytes_.back() = static_cast<char>(bytes_.back() | (1 << (rows_ % 8)));
      mark(true);
    }
    void add_no_flag() {
      if (rows_ % 8 == 0) bytes_.push_back(0);
      mark(false);
    }
    void add_text(std::string_view text) {
      bytes_.insert(bytes_.end(), text.begin(), text.end());
      ends_.push_back(static_cast<std::int32_t>(bytes_.size()));
      mark(true);
    }
    void add_no_text() {
      ends_.push_back(ends_.back());
      mark(false);
    }
    std::int64_t rows() const { return rows_; }

   private:
    friend class arrow_table;
    friend struct exporter;
    void mark(bool valid) {
      if (rows_ % 8 == 0) valid_.push_back(0);
      if (valid) {
        valid_.back() = static_cast<std::uint8_t>(valid_.back() | (1U << (rows_ % 8)));
      } else {
        ++missing_;
      }
      ++rows_;
    }

    std::string name_;
    std::string format_;
    std::vector<char> bytes_;
    std::vector<std::int32_t> ends_;
    std::vector<std::uint8_t> valid_;
    std::int64_t rows_ = 0;
    std::int64_t missing_ = 0;
    const void* buffers_[3] = {};
  };

  /// Formats are those of the C data interface: l, L, g, u, b, tsu:UTC ...
  filled& column(std::string name, std::string format) {
    columns_.push_back(std::make_unique<filled>(std::move(name), std::move(format)));
    return *columns_.back();
  }
  bool has(std::string_view name) const {
    return std::ranges::any_of(columns_, [&](const auto& c) { return c->name_ == name; });
  }
  std::int64_t rows() const { return columns_.empty() ? 0 : columns_.front()->rows(); }

  /// `__arrow_c_stream__` and `__arrow_c_schema__`; the table lives as long as what was given out.
  static py::capsule stream(std::shared_ptr<const arrow_table> table);
  static py::capsule schema(std::shared_ptr<const arrow_table> table);

 private:
  friend struct exporter;
  std::vector<std::unique_ptr<filled>> columns_;
};

}  // namespace crmetrics::python
