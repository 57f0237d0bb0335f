#pragma once

#include "cells.hpp"
#include "facts.hpp"
#include "settings.hpp"

#include <crmetrics/derive/link_contacts.hpp>

#include <memory>
#include <optional>
#include <vector>

namespace crmetrics::python {

/// Contacts after linking, whatever roles their columns played.
class linked_source : public facts_of<contact_fact> {
 public:
  virtual const contact_rule& rule() const = 0;
  virtual period observed() const = 0;
  virtual std::uint64_t left_out() const = 0;
  virtual bool has_spans() const = 0;
  virtual std::vector<contact_chain> chains() const = 0;
  /// Who made contact: as the user gave it, and as keys.
  virtual const column& customers() const = 0;
  virtual key_cells customer_keys() const = 0;
};

struct link_settings {
  within window;
  std::optional<instant> from;
  std::optional<instant> until;  ///< not given: the latest opening or resolution that can be
  link_options options;
};
/// Links contacts by columns of the user.
/// @param resolved, issue, failed may be null
/// @throws bad_input naming column, row and value of every contact that cannot be
std::shared_ptr<linked_source> link(const column& customer, const column& opened,
                                    const column* resolved, const column* issue,
                                    const column* failed, const link_settings& how);

/// The customers of linked contacts, in the order in which they first made contact.
class linked_customers final : public facts_of<customer_fact> {
 public:
  explicit linked_customers(std::shared_ptr<const linked_source> linked);

  std::size_t size() const override { return facts_.size(); }
  std::int64_t rows() const override { return linked_->rows(); }
  void read(std::size_t first, std::span<customer_fact> out) const override;
  read_groups groups(composite_keys& keys) const override;
  std::shared_ptr<arrow_table> table() const;

 private:
  std::shared_ptr<const linked_source> linked_;
  std::vector<crmetrics::detail::key_number> customer_of_;  ///< by row
  std::vector<customer_fact> facts_;
  std::vector<std::uint32_t> first_rows_;
};

/// As keyword arguments of the metrics that take a rule.
keyword_arguments settings_of(const contact_rule& rule);

}  // namespace crmetrics::python
