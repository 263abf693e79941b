#include "espalier/stdlib/metrics/aux_values.h"

namespace espalier::metrics {
namespace detail {

std::vector<Mean> no_means(std::size_t count) { return std::vector<Mean>(count); }

std::pair<Array, std::vector<Mean>> aux_updated(const char* who, const std::vector<std::string>& names, const std::vector<Mean>& means, const Logs& values,
                                                double samples, Where where) {
  return espalier::detail::called_at(where, [&] {
    Array total = zeros({}, default_dtype());
    std::vector<Mean> next = means;
    for (std::size_t i = 0; i < names.size(); ++i) {
      const auto found = values.find(names[i]);
      if (found == values.end() || found->second.is_nothing()) {
        MissingValue error(who, "its inputs have no value for `" + names[i] + "` in `aux_values`", "give {\"" + names[i] + "\", value}, or take the name out of the group");
        error.path = ".aux_values[\"" + names[i] + "\"]";
        throw error;
      }
      const Array value = floating(found->second), each = mean(value);
      total = total + each;
      next[i] = next[i].with(value.ndim() == 0 ? Weighed{value.as(f64) * samples, samples} : weighed(who, Operand(value, where), {}));
    }
    return std::pair{total, next};
  });
}

Logs aux_logs(const std::vector<std::string>& names, const std::vector<Mean>& means, Where where) {
  Logs logs;
  for (std::size_t i = 0; i < names.size(); ++i) logs[free_name(logs, names[i])] = means[i].compute(where);
  return logs;
}

}  // namespace detail

Array AuxLosses::total_loss(Where where) const {
  return espalier::detail::called_at(where, [&] {
    Array total = zeros({}, default_dtype());
    for (const Mean& mean : means) total = total + mean.compute();
    return total;
  });
}

}  // namespace espalier::metrics
