#pragma once

#include <crmetrics/core/direction.hpp>
#include <crmetrics/core/error.hpp>
#include <crmetrics/core/estimate.hpp>
#include <crmetrics/detail/definition_hash.hpp>
#include <crmetrics/scorecard/detail/absent_rule.hpp>

#include <concepts>
#include <span>
#include <string>
#include <string_view>

/// What the parts of a scorecard need of their policies. Policies are small value types; whoever
/// writes another one needs nothing else of the library.
namespace crmetrics {

/// Turns a native value into points, 0 to 100 (more where it has a cap above 1). Depends on nothing
/// but the value: whoever else is listed changes nobody's score.
template <class N>
concept normaliser = std::copyable<N> && std::equality_comparable<N> &&
                     requires(const N& n, double raw, detail::definition_hash& hash,
                              problem_list& problems, std::string_view part) {
                       { n.score(raw) } -> std::same_as<double>;
                       { n.slope(raw) } -> std::same_as<double>;
                       { n.direction() } -> std::same_as<direction>;
                       n.validate(problems, part);
                       n.describe(hash);
                     };

/// True of every policy whose outcome depends on who else is listed: curves fitted on a reference
/// set, priors fitted to peers, weights taken from data; and of cards that hold such a curve or
/// prior. Weights come into a card only when they are frozen.
template <class P>
concept reference_dependent = requires { requires P::reference_dependent; };

/// Multiplies a score by a factor in [0, 1] that depends on another component's value.
template <class C>
concept correction = std::copyable<C> && std::equality_comparable<C> &&
                     requires(const C& c, double raw, detail::definition_hash& hash,
                              problem_list& problems, std::string_view part) {
                       { c.factor(raw) } -> std::same_as<double>;
                       c.validate(problems, part);
                       c.describe(hash);
                     };

/// Decides whether a veto fires on an estimate that has a value.
template <class T>
concept veto_trigger = std::copyable<T> && std::equality_comparable<T> &&
                       requires(const T& t, const estimate& e, detail::definition_hash& hash,
                                problem_list& problems, std::string_view part) {
                         { t.fires(e) } -> std::same_as<bool>;
                         t.validate(problems, part);
                         t.describe(hash);
                       };

/// What a veto that fired does: the highest total it leaves. With a member
/// `band_left(const bands&, std::size_t by_total)` it also says which band is the best one left.
template <class E>
concept veto_effect = std::copyable<E> && std::equality_comparable<E> &&
                      requires(const E& e, detail::definition_hash& hash, problem_list& problems,
                               std::string_view part) {
                        { e.highest_total() } -> std::same_as<double>;
                        e.validate(problems, part);
                        e.describe(hash);
                      };

/// Draws the estimate of a small group towards a prior before it is scored. Gives an estimate whose
/// value lies between the prior and what was measured, with the standard error that belongs to it;
/// and by `slope` how much of one unit more that is measured it lets through, 0 to 1.
template <class S>
concept shrinking = std::copyable<S> && std::equality_comparable<S> &&
                    requires(const S& s, const estimate& e, detail::definition_hash& hash,
                             problem_list& problems, std::string_view part) {
                      { s.shrink(e) } -> std::same_as<estimate>;
                      { s.slope(e) } -> std::same_as<double>;
                      s.validate(problems, part);
                      s.describe(hash);
                    };

/// What happens to components without a score.
template <class P>
concept absent_policy = std::copyable<P> && std::equality_comparable<P> &&
                        requires(const P& p, problem_list& problems, std::string_view part) {
                          { p.rule() } -> std::same_as<detail::absent_rule>;
                          p.validate(problems, part);
                        };

/// How siblings become one score. `combine` gets weights that sum to 1 and fills the derivative of
/// the mean for each score (0 where there is none), so that contributions are score x derivative,
/// which sum to the mean because every mean here grows with its scores in proportion (Euler).
/// Laws: the mean lies between the lowest and the highest score, and never falls where a score
/// rises. A score of weight 0 counts for nothing; a score of 0 is no error.
template <class A>
concept combining =
    std::copyable<A> && std::equality_comparable<A> &&
    requires(const A& a, std::span<const double> in, std::span<double> out,
             detail::definition_hash& hash, problem_list& problems, std::string_view part) {
      { a.combine(in, in, out) } -> std::same_as<double>;
      a.validate(problems, part);
      a.describe(hash);
    };

namespace detail {

constexpr void note(problem_list& problems, std::string_view part, double value,
                    std::string_view reason) {
  problems.add({std::string(part), 0, shown(value), std::string(reason)});
}

}  // namespace detail
}  // namespace crmetrics
