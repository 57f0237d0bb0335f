#pragma once

#include <cstdint>
#include <string_view>

namespace crmetrics {

/// The nine sample quantiles in use, numbered as in Hyndman and Fan 1996, The American Statistician
/// 50(4), 361-365, https://doi.org/10.2307/2684934; the names are those of NumPy.
///
/// Of sorted values x(1) .. x(n), quantile p is (1 - g) x(j) + g x(j+1). With h the position below,
/// j = floor(h) and g is what is left of h (types 4 to 9), or what the line says (1 to 3); x(0) is
/// x(1) and x(n+1) is x(n). All lie between near neighbours, which is far apart where data are few:
/// the 0.9 quantile of 1, 2, .., 9, 100 is 9, 54.5 or 90.9.
enum class quantile_type : std::uint8_t {
  inverted_cdf = 1,           ///< h = n p; x(j) where h is whole, else x(j+1)
  averaged_inverted_cdf,      ///< h = n p; mean of x(j) and x(j+1) where h is whole, else x(j+1)
  closest_observation,        ///< h = n p - 1/2; x(j) where h is whole and j even, else x(j+1)
  interpolated_inverted_cdf,  ///< h = n p
  hazen,                      ///< h = n p + 1/2
  weibull,                    ///< h = (n + 1) p; SPSS, Minitab, Excel PERCENTILE.EXC
  linear,           ///< h = (n - 1) p + 1; R, NumPy, pandas, Excel PERCENTILE: the default
  median_unbiased,  ///< h = (n + 1/3) p + 1/3; the one that Hyndman and Fan advise
  normal_unbiased   ///< h = (n + 1/4) p + 3/8
};

constexpr std::string_view to_string(quantile_type type) noexcept {
  switch (type) {
    case quantile_type::inverted_cdf:
      return "inverted cdf";
    case quantile_type::averaged_inverted_cdf:
      return "averaged inverted cdf";
    case quantile_type::closest_observation:
      return "closest observation";
    case quantile_type::interpolated_inverted_cdf:
      return "interpolated inverted cdf";
    case quantile_type::hazen:
      return "hazen";
    case quantile_type::weibull:
      return "weibull";
    case quantile_type::linear:
      return "linear";
    case quantile_type::median_unbiased:
      return "median unbiased";
    case quantile_type::normal_unbiased:
      return "normal unbiased";
  }
  return "?";
}

}  // namespace crmetrics
