#pragma once

#include <string_view>

namespace crmetrics {

/// A name that lives as long as the program: component names, causes of exclusion. Made from a
/// literal, checked by the compiler, so that a result can carry it without copying or dangling.
class label {
 public:
  constexpr label() = default;
  /// Only constants convert: `"handle time"` does, `text.c_str()` does not compile.
  consteval label(const char* literal) : text_(literal) {}  // NOLINT
  /// For text whose owner outlives every result (a loaded definition). The caller's promise.
  static constexpr label of_static(std::string_view text) {
    label l;
    l.text_ = text;
    return l;
  }

  constexpr std::string_view view() const noexcept { return text_; }
  constexpr operator std::string_view() const noexcept { return text_; }  // NOLINT
  friend constexpr bool operator==(label, label) = default;

 private:
  std::string_view text_;
};

}  // namespace crmetrics
