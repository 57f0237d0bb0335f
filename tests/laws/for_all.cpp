#include "laws/for_all.hpp"

#include <rapidcheck.h>

#include <cstdlib>
#include <ostream>
#include <sstream>
#include <utility>

namespace crmetrics::laws {

std::ostream& operator<<(std::ostream& out, const draw& d) {
  static constexpr const char* names[] = {"", "missing ", "nan ", "inf ", "outside ", "fraction "};
  return out << names[static_cast<int>(d.kind)] << d.x << '/' << d.pick;
}

std::ostream& operator<<(std::ostream& out, const step& s) {
  static constexpr const char* names[] = {"update", "weighted", "update_many", "merge"};
  out << names[static_cast<int>(s.what)];
  if (s.what == step::call::weighted) out << " #" << s.weight;
  out << '(';
  for (std::size_t i = 0; i != s.events.size(); ++i) out << (i == 0 ? "" : ", ") << s.events[i];
  return out << ')';
}

std::ostream& operator<<(std::ostream& out, const sample& s) {
  const auto show = [&](const char* name, const program& p) {
    out << name << ":";
    for (const step& each : p) out << ' ' << each << ';';
    out << '\n';
  };
  show("a", s.a), show("b", s.b), show("c", s.c);
  return out;
}

std::ostream& operator<<(std::ostream& out, const tape& t) {
  std::size_t used = t.draws_.size();
  while (used != 0 && t.draws_[used - 1] == 0) --used;
  for (std::size_t i = 0; i != used; ++i) out << (i == 0 ? "" : ", ") << t.draws_[i];
  return out;
}

namespace {

rc::Gen<kind> any_kind() {
  return rc::gen::weightedElement<kind>({{20, kind::valid},
                                         {3, kind::no_value},
                                         {2, kind::not_a_number},
                                         {1, kind::infinite},
                                         {1, kind::outside},
                                         {1, kind::fraction}});
}

rc::Gen<draw> draw_of(rc::Gen<kind> kinds) {
  return rc::gen::build<draw>(rc::gen::set(&draw::kind, std::move(kinds)),
                              rc::gen::set(&draw::x, rc::gen::inRange(0, 1'000'001)),
                              rc::gen::set(&draw::pick, rc::gen::inRange<std::size_t>(0, 1000)));
}

rc::Gen<program> program_of(const rc::Gen<kind>& kinds) {
  const auto events = rc::gen::scale(
      0.1, rc::gen::container<std::vector<draw>>(rc::gen::scale(10, draw_of(kinds))));
  const auto any_step = rc::gen::build<step>(
      rc::gen::set(&step::what, rc::gen::element(step::call::update, step::call::weighted,
                                                 step::call::update_many, step::call::merge)),
      rc::gen::set(&step::weight, rc::gen::inRange<std::size_t>(0, 100)),
      rc::gen::set(&step::events, events));
  return rc::gen::scale(0.08, rc::gen::container<program>(rc::gen::scale(12.5, any_step)));
}

rc::Gen<program> any_program() {
  const auto one = rc::gen::map(draw_of(any_kind()),
                                [](draw d) { return program{step{step::call::update, 0, {d}}}; });
  return rc::gen::weightedOneOf<program>(
      {{8, program_of(any_kind())},
       {1, rc::gen::just(program{})},
       {2, one},
       {1, program_of(rc::gen::element(kind::no_value, kind::not_a_number))},
       {4, program_of(rc::gen::just(kind::valid))}});
}

std::uint64_t seed() {
  const char* given = std::getenv("CRMETRICS_LAW_SEED");
  return given == nullptr ? 20'250'401 : std::strtoull(given, nullptr, 10);
}

template <class Property>
std::string checked(int cases, const Property& property) {
  rc::detail::TestParams params;
  params.seed = seed();
  params.maxSuccess = cases;
  const auto result = rc::detail::checkTestable(property, rc::detail::TestMetadata(), params);
  if (result.template is<rc::detail::SuccessResult>()) return {};
  std::ostringstream text;
  rc::detail::printResultMessage(result, text);
  return text.str();
}

}  // namespace

std::string for_all(int cases, const std::function<void(const sample&)>& law) {
  const auto any_sample = rc::gen::build<sample>(rc::gen::set(&sample::a, any_program()),
                                                 rc::gen::set(&sample::b, any_program()),
                                                 rc::gen::set(&sample::c, any_program()));
  return checked(cases, [&] {
    const sample s = *any_sample;
    law(s);
  });
}

std::string for_all_tapes(int cases, std::size_t length, const std::function<void(tape)>& law) {
  using numbers = std::vector<std::uint32_t>;
  const auto tapes = rc::gen::map(
      rc::gen::resize(
          rc::kNominalSize,
          rc::gen::container<numbers>(length, rc::gen::inRange<std::uint32_t>(0, 4'294'967'295u))),
      [](numbers n) { return tape(std::move(n)); });
  return checked(cases, [&] { law(*tapes); });
}

}  // namespace crmetrics::laws
