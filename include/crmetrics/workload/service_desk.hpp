#pragma once

#include <crmetrics/workload/detail/commerce.hpp>
#include <crmetrics/workload/detail/contacts.hpp>
#include <crmetrics/workload/detail/people.hpp>
#include <crmetrics/workload/detail/samples.hpp>
#include <crmetrics/workload/records.hpp>
#include <crmetrics/workload/settings.hpp>
#include <crmetrics/workload/truth.hpp>

#include <cstdint>
#include <tuple>
#include <utility>
#include <vector>

namespace crmetrics::workload {

/// The records of a service desk over a period, and what they were drawn from.
struct service_desk {
  service_desk_settings settings;
  std::int64_t observed_from = 0;   ///< microseconds since the epoch
  std::int64_t observed_until = 0;  ///< the first instant that was not observed

  std::vector<agent> agents;                ///< by id
  std::vector<customer> customers;          ///< by id
  std::vector<contact> contacts;            ///< by time of opening, which is by id
  std::vector<survey> surveys;              ///< by contact
  std::vector<review> reviews;              ///< by time
  std::vector<check> checks;                ///< by time
  std::vector<knowledge_test> tests;        ///< by agent
  std::vector<renewal> renewals;            ///< by day due and customer
  std::vector<subscription> subscriptions;  ///< by month and customer
  std::vector<purchase> purchases;          ///< by time

  service_desk_truth truth;
};

/// Generates a service desk: equal settings give equal records on every platform, because only
/// whole numbers are used. docs/workload.md states every distribution.
///
/// Each agent, customer and issue has random streams of its own, so that a setting changes the
/// records it speaks of and leaves the others alone. Errors: `bad_input` with every setting that
/// makes no sense. Cost: about a tenth of a second for the default settings.
inline service_desk generate(const service_desk_settings& settings) {
  validate(settings);
  detail::staff staff = detail::hire(settings);
  detail::clientele clients = detail::acquire(settings, staff);

  service_desk desk;
  desk.settings = settings;
  desk.observed_from = settings.start_day * detail::day_seconds * detail::second;
  desk.observed_until =
      (std::int64_t{settings.start_day} + settings.days) * detail::day_seconds * detail::second;
  std::tie(desk.contacts, desk.surveys) = detail::contact_generator(settings, staff, clients).run();
  desk.reviews = detail::reviews_of(settings, staff);
  desk.checks = detail::checks_of(settings, staff);
  desk.tests = detail::tests_of(settings, staff);
  desk.purchases = detail::purchases_of(settings, clients);
  std::tie(desk.subscriptions, desk.renewals) = detail::ledgers_of(settings, staff, clients);
  desk.truth = {std::move(staff.truth), std::move(clients.truth), detail::movements};
  desk.agents = std::move(staff.agents);
  desk.customers = std::move(clients.customers);
  return desk;
}

}  // namespace crmetrics::workload
