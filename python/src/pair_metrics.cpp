#include "registry.hpp"

#include <crmetrics/accumulators/rate.hpp>
#include <crmetrics/accumulators/ratio.hpp>
#include <crmetrics/intervals/poisson_exact.hpp>
#include <crmetrics/metrics/given.hpp>

#include <functional>

namespace crmetrics::python {

namespace {

using state = std::unique_ptr<any_state>;

/// Reads one row out of some columns: whole numbers, reals, missing.
class row_reader {
 public:
  explicit row_reader(const std::vector<column>& columns) : columns_(&columns) {
    for (const column& c : columns) {
      if (!number_reader::takes(c) || c.is_dictionary()) {
        throw py::type_error("column \"" + c.name + "\": numbers are needed, not " + c.type_text());
      }
      if (c.rows != columns.front().rows) {
        throw py::value_error("column \"" + c.name + "\" has " + std::to_string(c.rows) +
                              " rows, \"" + columns.front().name + "\" has " +
                              std::to_string(columns.front().rows));
      }
      at_.push_back({0, 0});
    }
  }
  /// Rows must be asked for in ascending order.
  std::optional<double> real(std::size_t c, std::int64_t row) {
    std::optional<double> out;
    visit(c, row, [&](auto x) { out = static_cast<double>(x); });
    if (out && *out != *out) out.reset();
    return out;
  }
  std::optional<std::int64_t> whole(std::size_t c, std::int64_t row) {
    std::optional<std::int64_t> out;
    visit(c, row, [&](auto x) {
      if (crmetrics::detail::is_missing(x)) return;
      std::int64_t value = 0;
      if (!crmetrics::detail::read_whole(x, INT64_MIN, INT64_MAX, value)) {
        throw bad_input(
            {(*columns_)[c].name, 0, crmetrics::detail::text_of(x), "not a whole number"});
      }
      out = value;
    });
    return out;
  }

 private:
  struct place {
    std::size_t chunk;
    std::int64_t before;
  };
  template <class F>
  void visit(std::size_t c, std::int64_t row, const F& f) {
    const column& from = (*columns_)[c];
    place& at = at_[c];
    while (row >= at.before + from.chunks[at.chunk].rows) {
      at.before += from.chunks[at.chunk++].rows;
    }
    const chunk& part = from.chunks[at.chunk];
    const std::int64_t i = row - at.before;
    if (!part.valid(i)) return;
    switch (from.type) {
      case kind::i8:
        return f(stored<std::int8_t>(part)[i]);
      case kind::i16:
        return f(stored<std::int16_t>(part)[i]);
      case kind::i32:
        return f(stored<std::int32_t>(part)[i]);
      case kind::i64:
        return f(stored<std::int64_t>(part)[i]);
      case kind::u8:
        return f(stored<std::uint8_t>(part)[i]);
      case kind::u16:
        return f(stored<std::uint16_t>(part)[i]);
      case kind::u32:
        return f(stored<std::uint32_t>(part)[i]);
      case kind::u64:
        return f(stored<std::uint64_t>(part)[i]);
      case kind::f16:
        return f(from_half(stored<std::uint16_t>(part)[i]));
      case kind::f32:
        return f(static_cast<double>(stored<float>(part)[i]));
      case kind::f64:
        return f(stored<double>(part)[i]);
      case kind::decimal:
        return f(decimal_value(decimal_digits(from, part, i), from.scale));
      default:
        return;
    }
  }

  const std::vector<column>* columns_;
  std::vector<place> at_;
};

/// A metric that reads several columns side by side: numerator and denominator.
/// `Row` makes an observation of a row.
template <class M, class Row>
class row_state final : public any_state {
 public:
  row_state(M metric, report<M> result) : metric_(std::move(metric)), report_(result) {}

  std::unique_ptr<any_state> clone() const override { return with(metric_); }
  std::unique_ptr<any_state> fresh() const override { return with(metric_.fresh()); }
  std::string name() const override { return std::string(std::string_view(metric_.name())); }
  std::string convention() const override {
    const convention_text text = metric_.convention();
    return std::string(text.view());
  }
  std::string definition() const override { return state_definition(metric_); }

  void update_many(const std::vector<column>& values, const column* weights) override {
    std::vector<M> one(1, metric_.fresh());
    feed(values, weights, [&](std::int64_t) -> M& { return one[0]; });
    metric_.merge(one[0]);
  }
  grouped_findings by(const std::vector<column>& values, const column* weights,
                      composite_keys& keys, confidence_level level) const override {
    std::vector<M> cells(1, metric_.fresh());
    feed(values, weights, [&](std::int64_t row) -> M& {
      std::uint32_t number = 0;
      keys.read(row, 1, &number);
      if (number >= cells.size()) {
        cells.resize(keys.size(), metric_.fresh());
      }
      return cells[number];
    });
    grouped_findings out;
    out.by_number.resize(cells.size());
    const M empty = metric_.fresh();
    M total = empty;
    for (std::size_t i = 0; i != cells.size(); ++i) {
      if (cells[i] == empty) continue;
      total.merge(cells[i]);
      out.by_number[i] = report_(cells[i], level);
    }
    out.total = report_(total, level);
    return out;
  }

  void merge(const any_state& other) override {
    const auto* same = dynamic_cast<const row_state*>(&other);
    if (same == nullptr) {
      throw definition_mismatch(name() + " (" + convention() + ") and " + other.name() + " (" +
                                other.convention() + ") do not merge");
    }
    metric_.merge(same->metric_);
  }
  bool equals(const any_state& other) const override {
    const auto* same = dynamic_cast<const row_state*>(&other);
    return same != nullptr && same->metric_ == metric_;
  }
  finding result(confidence_level level) const override { return report_(metric_, level); }
  std::vector<std::byte> to_bytes() const override { return crmetrics::to_bytes(metric_); }
  std::unique_ptr<any_state> from_bytes(std::span<const std::byte> bytes) const override {
    return with(crmetrics::from_bytes(metric_, bytes));
  }

 private:
  std::unique_ptr<any_state> with(M metric) const {
    return std::make_unique<row_state>(std::move(metric), report_);
  }
  template <class Cell>
  static void feed(const std::vector<column>& values, const column* weights, const Cell& cell) {
    if (weights != nullptr) throw py::type_error("a metric of several columns takes no weights");
    if (values.size() < Row::at_least || values.size() > Row::at_most) {
      throw py::type_error(std::string("columns needed: ") + Row::columns);
    }
    row_reader rows(values);
    problem_list problems;
    feeding::each_row(static_cast<std::size_t>(values.front().rows), 0, "", problems,
                      [&](std::size_t row) {
                        const auto i = static_cast<std::int64_t>(row);
                        cell(i).update(Row::read(rows, i, values.size()));
                      });
    problems.throw_if_any();
  }

  M metric_;
  report<M> report_;
};

struct ratio_row {
  static constexpr std::size_t at_least = 2;
  static constexpr std::size_t at_most = 2;
  static constexpr const char* columns = "numerator and denominator";
  static std::optional<ratio_pair> read(row_reader& rows, std::int64_t row, std::size_t) {
    const auto above = rows.whole(0, row);
    const auto below = rows.whole(1, row);
    if (!above || !below) return std::nullopt;
    return ratio_pair{*above, *below};
  }
};
struct rate_row {
  static constexpr std::size_t at_least = 2;
  static constexpr std::size_t at_most = 2;
  static constexpr const char* columns = "events and exposure";
  static std::optional<rate_pair> read(row_reader& rows, std::int64_t row, std::size_t) {
    const auto events = rows.whole(0, row);
    const auto exposure = rows.whole(1, row);
    if (!events || !exposure) return std::nullopt;
    return rate_pair{*events, *exposure};
  }
};
struct figure_row {
  static constexpr std::size_t at_least = 2;
  static constexpr std::size_t at_most = 3;
  static constexpr const char* columns = "value, n, and the standard error where it is known";
  static std::optional<figure> read(row_reader& rows, std::int64_t row, std::size_t columns) {
    const auto value = rows.real(0, row);
    if (!value) return std::nullopt;
    const auto n = rows.whole(1, row);
    figure f{*value, n && *n > 0 ? static_cast<std::uint64_t>(*n) : 0, {}};
    if (columns == 3) f.standard_error = rows.real(2, row);
    return f;
  }
};

template <class Row, class M>
state make_rows(M metric, report<M> result = own_result<M>) {
  return std::make_unique<row_state<M, Row>>(std::move(metric), result);
}

state make_ratio(settings&) { return make_rows<ratio_row>(ratio()); }
state make_given(settings&) { return make_rows<figure_row>(given()); }
state make_rate(settings& given) {
  const std::string interval = given.word("interval", {"Poisson score", "Poisson exact"});
  per of;
  of.scale = static_cast<std::int64_t>(given.number("per", 1));
  const py::object exposure = given.get("exposure");
  if (!exposure.is_none()) of.exposure = fixed_text<40>(exposure.cast<std::string>());
  const rate plain(of);
  if (interval == "Poisson exact") {
    return make_rows<rate_row, rate>(plain, [](const rate& m, confidence_level level) {
      const basic_rate<events_per_exposure, poisson_exact> exact(m.setting());
      return crmetrics::from_bytes(exact, crmetrics::to_bytes(m)).result(level);
    });
  }
  return make_rows<rate_row>(plain);
}

}  // namespace

void add_pair_metrics(state_makers& makers) {
  makers["ratio"] = make_ratio;
  makers["rate"] = make_rate;
  makers["given"] = make_given;
}

}  // namespace crmetrics::python
