#pragma once

#include <crmetrics/core/error.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crmetrics {

/// One problem of a spec file: what, where, and what to do.
struct diagnostic {
  std::string_view code;   ///< "E05"; one of `diagnostic_codes`
  std::string path;        ///< metrics.aht.score.linear.floor; empty for the whole file
  std::size_t line = 0;    ///< 1-based; 0 where there is no file
  std::size_t column = 0;  ///< 1-based, in characters
  std::string value;       ///< as written, shortened
  std::string message;
  std::string hint;  ///< what was perhaps meant; may be empty

  /// Whether it stops the use of the spec; else it is a warning.
  bool is_error() const noexcept { return code.substr(0, 1) != "W"; }
  /// One line: `E05 metrics.aht.score.linear.floor (line 7, column 9): "600s": floor equals
  /// target`.
  std::string text() const {
    std::string out(code);
    if (!path.empty()) out += " " + path;
    if (line != 0) {
      out += " (line " + std::to_string(line) + ", column " + std::to_string(column) + ")";
    }
    out += ": ";
    if (!value.empty()) out += value + ": ";
    out += message;
    if (!hint.empty()) out += "; " + hint;
    return out;
  }
  friend bool operator==(const diagnostic&, const diagnostic&) = default;
};

struct diagnostic_code {
  std::string_view code;
  std::string_view meaning;
};

/// All codes. E00 and E23 to E27 are about the file as such, the others about the card.
inline constexpr diagnostic_code diagnostic_codes[] = {
    {"E00", "not JSON"},
    {"E01", "unknown key"},
    {"E02", "unknown metric or group"},
    {"E03", "weight negative, not a number, or all zero"},
    {"E04", "weights do not meet the declared total"},
    {"E05", "floor equals target"},
    {"E06", "`better` contradicts floor and target"},
    {"E07", "unit mismatch"},
    {"E08", "bands overlap, leave a gap or miss the ends"},
    {"E09", "versions overlap"},
    {"E10", "versions leave a gap"},
    {"E11", "period not inside one version"},
    {"E12", "weights of a team or post name an unknown group or omit one"},
    {"E13", "metric weighted twice"},
    {"E14", "cycle of corrections or derived metrics"},
    {"E15", "mean that needs positive scores, and no rule for zero"},
    {"E16", "`min_n` on a metric without n"},
    {"E17", "veto threshold, bonus or deduction on the wrong side"},
    {"E18", "pairwise judgements not reciprocal or not consistent"},
    {"E19", "`set` path or base does not exist"},
    {"E20", "duplicate key"},
    {"E21", "date not ISO, or `to` not after `from`"},
    {"E22", "anonymity below 3"},
    {"E23", "wrong kind of value"},
    {"E24", "required key is missing"},
    {"E25", "number that loses digits"},
    {"E26", "value outside its range"},
    {"E27", "what no spec file can have"},
    {"W01", "two weighted metrics share a measure"},
    {"W02", "two metrics move together"},
    {"W04", "metric is weighted and also corrects another"},
    {"W05", "speed without a corrector"},
    {"W06", "effective weight under 2 % or over 50 %"},
    {"W07", "one event fires the veto"},
    {"W08", "more than 12 weighted metrics"},
    {"W09", "all in one band"},
    {"W10", "target never or always met"},
    {"W11", "definition changed: trend not comparable"},
    {"W12", "no table feeds a metric of the card"},
    {"W13", "open spans that count in no period"},
    {"W14", "causes to be left out that no row names"},
    {"W15", "written, and without effect"},
};

/// A spec with errors. `diagnostics()` has every problem of the file, warnings included;
/// `problems()` the errors as the library's other errors have them.
class bad_spec : public bad_input {
 public:
  explicit bad_spec(std::vector<diagnostic> list)
      : bad_input(errors_of(list)), diagnostics_(std::move(list)) {}

  const std::vector<diagnostic>& diagnostics() const noexcept { return diagnostics_; }

 private:
  static problem_list errors_of(const std::vector<diagnostic>& list) {
    problem_list problems;
    for (const diagnostic& d : list) {
      if (!d.is_error()) continue;
      std::string reason = std::string(d.code) + " " + d.message;
      if (!d.hint.empty()) reason += "; " + d.hint;
      const bool quoted = d.value.size() > 1 && d.value.front() == '"' && d.value.back() == '"';
      problems.add({d.path, d.line, quoted ? d.value.substr(1, d.value.size() - 2) : d.value,
                    std::move(reason)});
    }
    return problems;
  }

  std::vector<diagnostic> diagnostics_;
};

}  // namespace crmetrics
