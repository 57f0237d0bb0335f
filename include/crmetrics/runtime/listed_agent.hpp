#pragma once

#include <string>

namespace crmetrics {

/// Somebody whose card is evaluated.
struct listed_agent {
  std::string id;    ///< as the tables name the owner of a row
  std::string name;  ///< as it is shown; empty: the id
  std::string team;  ///< the weights of the spec's override "team:NAME", where there is one
  std::string post;  ///< one of the spec's posts; empty: the card without a post

  friend bool operator==(const listed_agent&, const listed_agent&) = default;
};

}  // namespace crmetrics
