#include "registry.hpp"

#include <crmetrics/accumulators/rate.hpp>
#include <crmetrics/accumulators/ratio.hpp>
#include <crmetrics/intervals/poisson_exact.hpp>
#include <crmetrics/metrics/given.hpp>

#include <functional>

namespace crmetrics::python {

namespace {

using state = std::unique_ptr<any_state>;

/// Reads one row out of some columns, which must be asked for in ascending order.
class row_reader {
 public:
  explicit row_reader(const std::vector<column>& columns) {
    for (const column& c : columns) {
      rows_.emplace_back(c);
      require_rows(c, columns.front());
    }
  }
  const std::string& name(std::size_t c) const { return rows_[c].name(); }
  std::optional<double> real(std::size_t c, std::int64_t row) { return real_of(rows_[c].at(row)); }
  std::optional<std::int64_t> whole(std::size_t c, std::int64_t row) {
    const number x = rows_[c].at(row);
    const auto whole = whole_of(x);
    if (!whole && x.index() != 0) {
      throw bad_input({rows_[c].name(), 0, text_of(x), "not a whole number"});
    }
    return whole;
  }

 private:
  std::vector<number_rows> rows_;
};

/// A metric that reads several columns side by side: numerator and denominator.
/// `Row` makes an observation of a row.
template <class M, class Row>
class row_state final : public metric_state<row_state<M, Row>, M, report<M>> {
  using base = metric_state<row_state, M, report<M>>;
  using base::metric_;
  using base::report_;

 public:
  using base::base;
  std::unique_ptr<any_state> with(M metric) const {
    return std::make_unique<row_state>(std::move(metric), report_);
  }

  std::unique_ptr<any_state> observed(const std::vector<column>& values,
                                      const column* weights) const override {
    M next = metric_.fresh();
    feed(values, weights, [&](std::int64_t) -> M& { return next; });
    return with(std::move(next));
  }
  grouped_findings by(const std::vector<column>& values, const column* weights,
                      composite_keys& keys, confidence_level level) const override {
    feeding::groups<M> groups(metric_.fresh());
    feed(values, weights, [&](std::int64_t row) -> M& {
      std::uint32_t number = 0;
      keys.read(row, 1, &number);
      groups.grow(keys.size());
      return groups.cells[number];
    });
    return results_of<M>(groups, report_, level);
  }

 private:
  template <class Cell>
  void feed(const std::vector<column>& values, const column* weights, const Cell& cell) const {
    if (values.size() < Row::at_least || values.size() > Row::at_most) {
      throw py::type_error(this->name() + " takes " + Row::columns);
    }
    if (weights != nullptr && !weighable) throw py::type_error(this->name() + " takes no weights");
    row_reader rows(values);
    std::optional<number_rows> weight;
    if (weights != nullptr) {
      require_rows(*weights, values.front());
      weight.emplace(*weights);
    }
    problem_list problems;
    feeding::each_row(
        static_cast<std::size_t>(values.front().rows), 0, "", problems, [&](std::size_t row) {
          const auto i = static_cast<std::int64_t>(row);
          if (weight) {
            if constexpr (weighable) {
              const auto w = feeding::weight_at<frequency_weight>(*weight, i, problems);
              if (w) cell(i).update(Row::read(rows, i, values.size()), *w);
            }
          } else {
            cell(i).update(Row::read(rows, i, values.size()));
          }
        });
    problems.throw_if_any();
  }
  static constexpr bool weighable =
      requires(M m) { m.update(typename Row::type{}, frequency_weight{}); };
};

/// Two whole numbers: ratio_pair, rate_pair.
template <class Pair>
struct pair_row {
  using type = std::optional<Pair>;
  static constexpr std::size_t at_least = 2;
  static constexpr std::size_t at_most = 2;
  static constexpr const char* columns =
      std::same_as<Pair, ratio_pair> ? "numerator and denominator" : "events and exposure";
  static type read(row_reader& rows, std::int64_t row, std::size_t) {
    const auto above = rows.whole(0, row);
    const auto below = rows.whole(1, row);
    if (!above || !below) return std::nullopt;
    return Pair{*above, *below};
  }
};
struct figure_row {
  using type = std::optional<figure>;
  static constexpr std::size_t at_least = 2;
  static constexpr std::size_t at_most = 3;
  static constexpr const char* columns = "value, n, and the standard error where it is known";
  static std::optional<figure> read(row_reader& rows, std::int64_t row, std::size_t columns) {
    const auto value = rows.real(0, row);
    if (!value) return std::nullopt;
    const auto n = rows.whole(1, row);
    if (!n || *n < 1) {
      throw bad_input({rows.name(1), 0, n ? std::to_string(*n) : "missing",
                       "a figure needs the n behind it, at least 1"});
    }
    figure f{*value, static_cast<std::uint64_t>(*n), {}};
    if (columns == 3) f.standard_error = rows.real(2, row);
    return f;
  }
};

template <class Row, class M>
state make_rows(M metric, report<M> result = own_result<M>) {
  return std::make_unique<row_state<M, Row>>(std::move(metric), result);
}

state make_ratio(settings&) { return make_rows<pair_row<ratio_pair>>(ratio()); }
state make_given(settings&) { return make_rows<figure_row>(given()); }
state make_rate(settings& given) {
  const std::string interval = given.word("interval", {"Poisson score", "Poisson exact"});
  per of;
  of.scale = given.whole("per", 1, std::int64_t{1} << 53, 1);
  const py::object exposure = given.get("exposure");
  if (!exposure.is_none()) of.exposure = fixed_text<40>(py::str(exposure).cast<std::string>());
  const rate plain(of);
  if (interval == "Poisson exact") {
    return make_rows<pair_row<rate_pair>, rate>(plain, [](const rate& m, confidence_level level) {
      const basic_rate<events_per_exposure, poisson_exact> exact(m.setting());
      return crmetrics::from_bytes(exact, crmetrics::to_bytes(m)).result(level);
    });
  }
  return make_rows<pair_row<rate_pair>>(plain);
}

}  // namespace

void add_pair_metrics(state_makers& makers) {
  makers["ratio"] = make_ratio;
  makers["rate"] = make_rate;
  makers["given"] = make_given;
}

}  // namespace crmetrics::python
