#pragma once

#include <crmetrics/core/direction.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/core/estimate.hpp>
#include <crmetrics/core/label.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/scorecard/bands.hpp>
#include <crmetrics/scorecard/concepts.hpp>
#include <crmetrics/scorecard/detail/card_checker.hpp>
#include <crmetrics/scorecard/detail/part_rules.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

/// The policies of a scorecard behind one type each, for cards that are made at run time. Any type
/// that satisfies the concept goes in, also a user's own; equal are those whose descriptions are.
namespace crmetrics {

namespace detail {

/// What all erased policies have in common.
struct erased_policy {
  virtual ~erased_policy() = default;
  virtual void validate(problem_list& problems, std::string_view part) const = 0;
  virtual void describe(definition_hash& hash) const = 0;
};

template <class Base, class P>
struct held_policy : Base {
  explicit held_policy(P p) : policy(std::move(p)) {}
  void validate(problem_list& problems, std::string_view part) const override {
    policy.validate(problems, part);
  }
  void describe(definition_hash& hash) const override { policy.describe(hash); }
  P policy;
};

/// Of the set that a policy was fitted on; 0 where it is fixed.
template <class P>
constexpr std::uint64_t reference_of(const P& policy) {
  if constexpr (requires { policy.reference(); }) {
    return policy.reference();
  } else {
    return 0;
  }
}

/// Shares one unchanging policy among copies.
template <class Base>
class policy_handle {
 public:
  void validate(problem_list& problems, std::string_view part) const {
    held_->validate(problems, part);
  }
  void describe(definition_hash& hash) const { held_->describe(hash); }
  friend bool operator==(const policy_handle& a, const policy_handle& b) {
    return a.held_ == b.held_ || a.described() == b.described();
  }

 protected:
  explicit policy_handle(std::shared_ptr<const Base> held) : held_(std::move(held)) {}
  const Base& held() const noexcept { return *held_; }

 private:
  std::uint64_t described() const {
    definition_hash hash;
    held_->describe(hash);
    return hash.value();
  }
  std::shared_ptr<const Base> held_;
};

struct erased_curve : erased_policy {
  virtual double score(double raw) const = 0;
  virtual double slope(double raw) const = 0;
  virtual crmetrics::direction direction() const = 0;
  virtual std::uint64_t reference() const = 0;
  virtual std::optional<kink> kink_within(double low, double high) const = 0;
  virtual void check_unit(card_checker& checker, label part, crmetrics::unit metric) const = 0;
};
struct erased_correction : erased_policy {
  virtual double factor(double raw) const = 0;
  virtual double slope(double raw) const = 0;
  virtual std::optional<std::pair<double, double>> range() const = 0;
};
struct erased_shrinkage : erased_policy {
  virtual estimate shrink(const estimate& e) const = 0;
  virtual double slope(const estimate& e) const = 0;
  virtual std::uint64_t reference() const = 0;
};
struct erased_trigger : erased_policy {
  virtual bool fires(const estimate& e) const = 0;
  virtual void check_unit(card_checker& checker, label part, crmetrics::unit metric) const = 0;
};
struct erased_effect : erased_policy {
  virtual void validate_in(const bands& grades, problem_list& problems,
                           std::string_view part) const = 0;
  virtual double highest_total() const = 0;
  virtual std::size_t band_left(const bands& grades, std::size_t by_total) const = 0;
};
struct erased_mean : erased_policy {
  virtual double combine(std::span<const double> weights, std::span<const double> scores,
                         std::span<double> gradient) const = 0;
};

}  // namespace detail

/// Any normaliser.
class dynamic_curve : public detail::policy_handle<detail::erased_curve> {
 public:
  template <class N>
    requires(!std::same_as<N, dynamic_curve>) && normaliser<N>
  explicit dynamic_curve(N curve) : policy_handle(std::make_shared<model<N>>(std::move(curve))) {}

  double score(double raw) const { return held().score(raw); }
  double slope(double raw) const { return held().slope(raw); }
  crmetrics::direction direction() const { return held().direction(); }
  /// Of the set that it was fitted on; 0 where it is fixed.
  std::uint64_t reference() const { return held().reference(); }
  std::optional<kink> kink_within(double low, double high) const {
    return held().kink_within(low, high);
  }
  void check_unit(detail::card_checker& checker, label part, crmetrics::unit metric) const {
    held().check_unit(checker, part, metric);
  }

 private:
  template <class N>
  struct model final : detail::held_policy<detail::erased_curve, N> {
    using detail::held_policy<detail::erased_curve, N>::held_policy;
    double score(double raw) const override { return this->policy.score(raw); }
    double slope(double raw) const override { return this->policy.slope(raw); }
    crmetrics::direction direction() const override { return this->policy.direction(); }
    std::uint64_t reference() const override { return detail::reference_of(this->policy); }
    std::optional<kink> kink_within(double low, double high) const override {
      if constexpr (requires { this->policy.kink_within(low, high); }) {
        return this->policy.kink_within(low, high);
      } else {
        return std::nullopt;
      }
    }
    void check_unit(detail::card_checker& checker, label part,
                    crmetrics::unit metric) const override {
      checker.unit(part, metric, this->policy);
    }
  };
};

/// Any correction.
class dynamic_correction : public detail::policy_handle<detail::erased_correction> {
 public:
  template <class C>
    requires(!std::same_as<C, dynamic_correction>) && correction<C>
  explicit dynamic_correction(C rule)
      : policy_handle(std::make_shared<model<C>>(std::move(rule))) {}

  double factor(double raw) const { return held().factor(raw); }
  double slope(double raw) const { return held().slope(raw); }
  /// From where to where the corrector has an effect, where the correction says so.
  std::optional<std::pair<double, double>> range() const { return held().range(); }

 private:
  template <class C>
  struct model final : detail::held_policy<detail::erased_correction, C> {
    using detail::held_policy<detail::erased_correction, C>::held_policy;
    double factor(double raw) const override { return this->policy.factor(raw); }
    double slope(double raw) const override {
      if constexpr (requires {
                      { this->policy.slope(raw) } -> std::same_as<double>;
                    }) {
        return this->policy.slope(raw);
      } else {
        return detail::numeric_slope([this](double x) { return this->policy.factor(x); }, raw);
      }
    }
    std::optional<std::pair<double, double>> range() const override {
      if constexpr (requires { this->policy.start, this->policy.full; }) {
        return std::pair(this->policy.start, this->policy.full);
      } else {
        return std::nullopt;
      }
    }
  };
};

/// Any shrinkage.
class dynamic_shrinkage : public detail::policy_handle<detail::erased_shrinkage> {
 public:
  template <class S>
    requires(!std::same_as<S, dynamic_shrinkage>) && shrinking<S>
  explicit dynamic_shrinkage(S rule) : policy_handle(std::make_shared<model<S>>(std::move(rule))) {}

  estimate shrink(const estimate& e) const { return held().shrink(e); }
  double slope(const estimate& e) const { return held().slope(e); }
  /// Of the peers that it was fitted to; 0 where it is fixed.
  std::uint64_t reference() const { return held().reference(); }

 private:
  template <class S>
  struct model final : detail::held_policy<detail::erased_shrinkage, S> {
    using detail::held_policy<detail::erased_shrinkage, S>::held_policy;
    estimate shrink(const estimate& e) const override { return this->policy.shrink(e); }
    double slope(const estimate& e) const override { return this->policy.slope(e); }
    std::uint64_t reference() const override { return detail::reference_of(this->policy); }
  };
};

/// Any trigger of a veto. Carries the level at which the evidence is to be measured.
class dynamic_trigger : public detail::policy_handle<detail::erased_trigger> {
 public:
  template <class T>
    requires(!std::same_as<T, dynamic_trigger>) && veto_trigger<T>
  explicit dynamic_trigger(T rule) : policy_handle(std::make_shared<model<T>>(rule)) {
    if constexpr (requires { rule.level; }) level_ = rule.level;
    if constexpr (requires { rule.better(); }) better_ = rule.better();
    if constexpr (requires { rule.threshold; }) limits_.first = rule.threshold;
    if constexpr (requires { rule.allowed; }) limits_.second = rule.allowed;
  }

  bool fires(const estimate& e) const { return held().fires(e); }
  /// The level that it asks for; the report's where it asks for none.
  std::optional<confidence_level> level_asked() const noexcept { return level_; }
  /// Threshold and allowance, where it has them.
  const std::pair<std::optional<double>, std::optional<std::uint64_t>>& limits() const noexcept {
    return limits_;
  }
  /// Of which side is better where this breaches; none where it does not say.
  std::optional<crmetrics::direction> better() const noexcept { return better_; }
  void check_unit(detail::card_checker& checker, label part, crmetrics::unit metric) const {
    held().check_unit(checker, part, metric);
  }

 private:
  template <class T>
  struct model final : detail::held_policy<detail::erased_trigger, T> {
    using detail::held_policy<detail::erased_trigger, T>::held_policy;
    bool fires(const estimate& e) const override { return this->policy.fires(e); }
    void check_unit(detail::card_checker& checker, label part,
                    crmetrics::unit metric) const override {
      checker.unit(part, metric, this->policy);
    }
  };
  std::optional<confidence_level> level_;
  std::optional<crmetrics::direction> better_;
  std::pair<std::optional<double>, std::optional<std::uint64_t>> limits_;
};

/// Any effect of a veto.
class dynamic_effect : public detail::policy_handle<detail::erased_effect> {
 public:
  template <class E>
    requires(!std::same_as<E, dynamic_effect>) && veto_effect<E>
  explicit dynamic_effect(E rule) : policy_handle(std::make_shared<model<E>>(std::move(rule))) {}

  void validate_in(const bands& grades, problem_list& problems, std::string_view part) const {
    held().validate_in(grades, problems, part);
  }
  double highest_total() const { return held().highest_total(); }
  std::size_t band_left(const bands& grades, std::size_t by_total) const {
    return held().band_left(grades, by_total);
  }

 private:
  template <class E>
  struct model final : detail::held_policy<detail::erased_effect, E> {
    using detail::held_policy<detail::erased_effect, E>::held_policy;
    void validate_in(const bands& grades, problem_list& problems,
                     std::string_view part) const override {
      if constexpr (requires { this->policy.validate_in(grades, problems, part); }) {
        this->policy.validate_in(grades, problems, part);
      }
    }
    double highest_total() const override { return this->policy.highest_total(); }
    std::size_t band_left(const bands& grades, std::size_t by_total) const override {
      if constexpr (requires { this->policy.band_left(grades, by_total); }) {
        return this->policy.band_left(grades, by_total);
      } else {
        return by_total;
      }
    }
  };
};

/// Any way to combine siblings.
class dynamic_aggregation : public detail::policy_handle<detail::erased_mean> {
 public:
  template <class A>
    requires(!std::same_as<A, dynamic_aggregation>) && combining<A>
  explicit dynamic_aggregation(A how) : policy_handle(std::make_shared<model<A>>(std::move(how))) {}

  double combine(std::span<const double> weights, std::span<const double> scores,
                 std::span<double> gradient) const {
    return held().combine(weights, scores, gradient);
  }

 private:
  template <class A>
  struct model final : detail::held_policy<detail::erased_mean, A> {
    using detail::held_policy<detail::erased_mean, A>::held_policy;
    double combine(std::span<const double> weights, std::span<const double> scores,
                   std::span<double> gradient) const override {
      return this->policy.combine(weights, scores, gradient);
    }
  };
};

}  // namespace crmetrics
