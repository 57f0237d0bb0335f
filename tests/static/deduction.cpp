#include <crmetrics/combinators/by.hpp>
#include <crmetrics/combinators/on.hpp>
#include <crmetrics/combinators/over.hpp>
#include <crmetrics/metrics/nps.hpp>

#include <concepts>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

// Which key `by` finds in a key function, without a template argument. Compiling is the test.
namespace {

namespace crm = crmetrics;

struct survey {
  int score = 0;
  int agent = 0;
  const std::string team;
  std::optional<std::string> queue;
  std::uint8_t desk = 0;

  int get_agent() const { return agent; }
  int get_agent_quietly() const noexcept { return agent; }
  const std::string& get_team() const { return team; }
  std::optional<int> maybe_agent() const noexcept { return agent; }
};
int agent_of(const survey& s) { return s.agent; }
int agent_of_quietly(const survey& s) noexcept { return s.agent; }

constexpr auto nps_of_survey = crm::on(&survey::score, crm::nps{});

template <class Key, class KeyOf>
constexpr bool gives(KeyOf key_of) {
  using grouped = decltype(crm::by(key_of, nps_of_survey));
  using table_key =
      std::remove_cvref_t<decltype(std::declval<const grouped&>().result().rows.front().key)>;
  return std::same_as<table_key, Key> && crm::metric<grouped, survey>;
}

static_assert(gives<int>(&survey::agent));
static_assert(gives<std::uint8_t>(&survey::desk));
static_assert(gives<std::string>(&survey::team), "const goes");
static_assert(gives<std::string>(&survey::queue), "an empty optional is no key");
static_assert(gives<int>(&survey::get_agent));
static_assert(gives<int>(&survey::get_agent_quietly));
static_assert(gives<std::string>(&survey::get_team), "a reference goes");
static_assert(gives<int>(&survey::maybe_agent));
static_assert(gives<int>(&agent_of));
static_assert(gives<int>(&agent_of_quietly));
static_assert(gives<int>([](const survey& s) { return s.agent; }));
static_assert(gives<int>([](const survey& s) noexcept { return s.agent; }));
static_assert(gives<std::string>([](const survey& s) -> const std::string& { return s.team; }));
static_assert(gives<std::pair<std::string, int>>([](const survey& s) {
  return std::pair(s.team, s.agent);
}));

// A function of several event types says which key it gives.
constexpr auto any_agent = [](const auto& event) { return event.agent; };
static_assert(crm::metric<decltype(crm::by<long>(any_agent, nps_of_survey)), survey>);

// The table names the key where it is given.
static_assert(
    crm::metric<decltype(crm::by(&survey::agent, nps_of_survey, crm::dense_ids(9))), survey>);
static_assert(
    crm::metric<decltype(crm::by(&survey::team, nps_of_survey, crm::roster<std::string>({"a"}))),
                survey>);
static_assert(!crm::any_metric<crm::dense_ids>);

// Factories need no template argument.
static_assert(std::same_as<decltype(crm::on(&survey::score, crm::nps{})),
                           crm::projected<int survey::*, crm::nps>>);

}  // namespace
