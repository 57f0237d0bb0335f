#pragma once

#include <crmetrics/workload/detail/people.hpp>
#include <crmetrics/workload/detail/streams.hpp>
#include <crmetrics/workload/detail/tables.hpp>
#include <crmetrics/workload/records.hpp>
#include <crmetrics/workload/samplers.hpp>
#include <crmetrics/workload/settings.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

namespace crmetrics::workload::detail {

// Follows every issue from its first contact through its repeats to the end of observation.
class contact_generator {
 public:
  contact_generator(const service_desk_settings& settings, const staff& desk,
                    const clientele& clients)
      : settings_(settings),
        desk_(desk),
        clients_(clients),
        start_hour_(std::int64_t{settings.start_day} * 24),
        end_((std::int64_t{settings.start_day} + settings.days) * day_seconds),
        customers_(contact_weights(clients)) {
    std::array<std::vector<std::uint64_t>, team_count> loads;
    for (std::size_t i = 0; i != desk.agents.size(); ++i) {
      const auto team = static_cast<std::size_t>(desk.agents[i].team);
      members_[team].push_back(i);
      loads[team].push_back(desk.load[i]);
    }
    for (const auto& load : loads) teams_.emplace_back(load);
    for (std::size_t c = 0; c != channel_count; ++c) {
      std::vector<std::uint64_t> hours;
      for (std::int64_t h = 0; h != std::int64_t{settings.days} * 24; ++h) {
        hours.push_back(opening_weight(c, start_hour_ + h));
      }
      hours_.emplace_back(hours);
    }
    for (const agent_truth& t : desk.truth) {
      for (std::size_t c = 0; c != channel_count; ++c) {
        handle_.push_back(handle_table(t.handle_percent, c));
        response_.push_back(response_table(t.response_percent, c));
      }
      const std::vector<std::uint64_t> answers(t.csat_ppm.begin(), t.csat_ppm.end());
      csat_.emplace_back(answers);
    }
    for (const auto& row : nps_given_csat) nps_.emplace_back(row);
  }

  // Contacts in the order they were opened, surveys in the order of their contacts.
  std::pair<std::vector<contact>, std::vector<survey>> run() {
    for (std::uint32_t issue = 1; issue <= settings_.issues; ++issue) follow(issue);

    std::vector<std::uint32_t> order(drafts_.size());
    for (std::uint32_t i = 0; i != order.size(); ++i) order[i] = i;
    std::ranges::sort(order, [this](std::uint32_t a, std::uint32_t b) {
      return std::tuple(drafts_[a].record.opened, a) < std::tuple(drafts_[b].record.opened, b);
    });
    std::vector<std::uint32_t> id_of(drafts_.size());
    for (std::uint32_t place = 0; place != order.size(); ++place) id_of[order[place]] = place + 1;

    std::pair<std::vector<contact>, std::vector<survey>> out;
    out.first.reserve(drafts_.size());
    for (const std::uint32_t i : order) {
      draft& d = drafts_[i];
      d.record.id = id_of[i];
      if (d.repeat) d.record.repeat_of = id_of[i - 1];  // a chain lies together
      out.first.push_back(d.record);
      if (d.answer) {
        d.answer->contact = d.record.id;
        out.second.push_back(*d.answer);
      }
    }
    return out;
  }

 private:
  struct draft {
    contact record;
    bool repeat = false;
    std::optional<survey> answer;
  };

  static discrete_sampler contact_weights(const clientele& clients) {
    std::vector<std::uint64_t> weights;
    weights.reserve(clients.truth.size());
    for (const customer_truth& t : clients.truth) weights.push_back(t.contact_weight);
    return discrete_sampler(weights);
  }

  void follow(std::uint32_t issue) {
    random_stream random = record_stream(settings_, stream_kind::issue, issue);
    random_stream answers = record_stream(settings_, stream_kind::survey, issue);
    std::size_t channel = channels_.sample(random);
    const std::size_t topic = topics_.sample(random);
    const bool unknown = random.chance(settings_.unknown_ppm);
    const customer& who = clients_.customers[customers_.sample(random)];
    std::int64_t opened =
        (start_hour_ + static_cast<std::int64_t>(hours_[channel].sample(random))) * hour_seconds;
    opened += random.between(0, hour_seconds - 1);

    for (bool repeat = false; opened < end_; repeat = true) {
      const std::size_t by = agent_on_duty(random, static_cast<std::size_t>(who.team), opened);
      const agent_truth& truth = desk_.truth[by];
      const std::size_t row = by * channel_count + channel;
      const std::int64_t response = response_[row].sample(random);
      const std::int64_t handled = handle_[row].sample(random);
      const std::optional<std::int64_t> taken = resolution(random, truth, response + handled);

      draft d;
      d.repeat = repeat;
      if (!unknown) d.record.customer = who.id;
      d.record.agent = desk_.agents[by].id;
      d.record.channel = static_cast<channel_kind>(channel);
      d.record.topic = static_cast<topic_kind>(topic);
      d.record.issue = issue;
      d.record.opened = opened * second;
      if (opened + response < end_) {
        d.record.first_response = (opened + response) * second;
        d.record.handle_time = handled * second;
      }
      const bool resolved = taken && opened + *taken < end_;
      const std::int64_t done = resolved ? opened + *taken : end_;
      if (resolved) {
        d.record.resolved = done * second;
        d.answer = answer(answers, by, done);
      }
      drafts_.push_back(d);

      if (!resolved || unknown) return;
      const std::uint64_t fate = random.below(1'000'000);
      const std::uint64_t soon = truth.repeat_by_topic_ppm[topic];
      const std::uint64_t late = late_repeat_ppm(truth, static_cast<topic_kind>(topic));
      if (fate >= soon + late) return;
      channel = channels_.sample(random);
      opened = done + gap(random, fate < soon ? soon_gap_ : late_gap_, channel, done);
    }
  }

  // Who is not there yet is drawn again: the rest keep their proportions.
  std::size_t agent_on_duty(random_stream& random, std::size_t team, std::int64_t opened) const {
    for (;;) {
      const std::size_t by = members_[team][teams_[team].sample(random)];
      if (desk_.agents[by].joined_day <= opened / day_seconds) return by;
    }
  }

  // Seconds from opening to resolution; within 24 h there is always room for response and handling.
  std::optional<std::int64_t> resolution(random_stream& random, const agent_truth& truth,
                                         std::int64_t least) const {
    const std::uint64_t fate = random.below(1'000'000);
    if (fate < truth.resolved_24h_ppm) {
      return least + (day_seconds - least) * position_.sample(random) / 1'000'000;
    }
    if (fate < 1'000'000 - truth.unresolved_ppm) return day_seconds + late_.sample(random);
    return std::nullopt;
  }

  // A gap that ends in the hours of the channel, in proportion to their weight; after 64 attempts
  // the last one stands. Every attempt lies in the window, so the repeat probability is not
  // touched.
  static std::int64_t gap(random_stream& random, const quantile_sampler& table, std::size_t channel,
                          std::int64_t from) {
    std::int64_t seconds = 0;
    for (int attempt = 0; attempt != 64; ++attempt) {
      seconds = table.sample(random);
      if (random.below(most_weight) < opening_weight(channel, (from + seconds) / hour_seconds)) {
        break;
      }
    }
    return seconds;
  }

  // Draws the same numbers whether the survey comes back or not.
  std::optional<survey> answer(random_stream& random, std::size_t by, std::int64_t resolved) const {
    const bool comes_back = random.chance(settings_.survey_ppm);
    const std::int64_t answered = resolved + delay_.sample(random);
    const std::size_t csat = csat_[by].sample(random);
    const bool skips_csat = random.chance(settings_.skipped_ppm);
    const std::size_t nps = nps_[csat].sample(random);
    const bool skips_nps = random.chance(settings_.skipped_ppm);
    if (!comes_back || answered >= end_) return std::nullopt;
    survey s;
    s.agent = desk_.agents[by].id;
    s.answered = answered * second;
    if (!skips_csat) s.csat = static_cast<std::int32_t>(csat) + 1;
    if (!skips_nps) s.nps = static_cast<std::int32_t>(nps);
    return s;
  }

  const service_desk_settings& settings_;
  const staff& desk_;
  const clientele& clients_;
  std::int64_t start_hour_;
  std::int64_t end_;  // seconds
  discrete_sampler customers_;
  discrete_sampler channels_{std::span<const std::uint64_t>(channel_share)};
  discrete_sampler topics_{std::span<const std::uint64_t>(topic_share)};
  std::array<std::vector<std::size_t>, team_count> members_;
  std::vector<discrete_sampler> teams_;
  std::vector<discrete_sampler> hours_;     // by channel
  std::vector<discrete_sampler> csat_;      // by agent
  std::vector<discrete_sampler> nps_;       // by satisfaction
  std::vector<quantile_sampler> handle_;    // by agent and channel
  std::vector<quantile_sampler> response_;  // by agent and channel
  quantile_sampler position_ = position_table();
  quantile_sampler late_ = late_table();
  quantile_sampler soon_gap_ = repeat_gap_table();
  quantile_sampler late_gap_ = late_repeat_gap_table();
  quantile_sampler delay_ = survey_delay_table();
  std::vector<draft> drafts_;
};

}  // namespace crmetrics::workload::detail
