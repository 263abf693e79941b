#include "espalier/stdlib/metrics/logs.h"

namespace espalier::metrics::detail {

std::string lower_snake_case(std::string_view type) {
  const auto upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  std::string name;
  for (std::size_t i = 0; i < type.size(); ++i) {
    if (upper(type[i]) && i > 0 && !upper(type[i - 1])) name += '_';
    name += upper(type[i]) ? static_cast<char>(type[i] - 'A' + 'a') : type[i];
  }
  return name;
}

std::string free_name(const Logs& logs, const std::string& name) {
  if (!logs.contains(name)) return name;
  int n = 2;
  while (logs.contains(name + std::to_string(n))) ++n;
  return name + std::to_string(n);
}

std::string log_name(const LeafInfo& info) {
  const std::size_t end = info.path.size();
  if (!info.path.ends_with("\"]")) return info.member;
  const std::size_t begin = info.path.rfind("[\"") + 2;
  return info.path.substr(begin, end - 2 - begin);
}

}  // namespace espalier::metrics::detail
