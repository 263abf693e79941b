#include "server.h"

#include <algorithm>
#include <exception>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <stdexcept>

namespace bench {
namespace {

using Json = nlohmann::json;  // writes null for what is not finite

// A sample is at least this long, so that the clock's own cost does not count: short calls are repeated within one.
constexpr double sample_seconds = 2e-4;
constexpr int samples_per_turn = 50;

class Session {
 public:
  explicit Session(const Workloads& workloads) : workloads_(workloads) {}

  Json answer(const std::string& request) {
    std::istringstream words(request);
    std::string verb;
    words >> verb;
    if (verb == "list") return list();
    if (std::size_t index; verb == "prepare" && words >> index && index < workloads_.size()) return prepare(workloads_[index]);
    if (double budget; verb == "measure" && words >> budget && prepared_) return measure(budget);
    throw std::invalid_argument("not a request: " + request);
  }

 private:
  Json list() const {
    Json rows = Json::array();
    for (const Workload& w : workloads_) rows.push_back({w.name, w.size});
    return rows;
  }

  Json prepare(const Workload& workload) {
    prepared_.reset();  // frees the memory of the one before
    prepared_ = workload.prepare();
    calls_ = 1;
    while (calls_ < 10'000'000) {  // enough calls to fill a sample; which also warms up
      const double taken = prepared_->seconds(calls_);
      if (taken >= sample_seconds) break;
      calls_ = std::max(2 * calls_, static_cast<std::int64_t>(static_cast<double>(calls_) * sample_seconds / std::max(taken, 1e-9)));
    }
    return {{"check", prepared_->check()}};
  }

  Json measure(double budget) {
    std::vector<double> samples;
    const auto add = [&](double taken) { samples.push_back(1e3 * taken / static_cast<double>(calls_)); };
    double spent = prepared_->seconds(calls_);  // warms the caches, which held another program's data
    if (spent > budget) add(spent);             // hardly matters to a slow call
    for (int i = 0; samples.empty() || (spent < budget && i < samples_per_turn); ++i) {
      const double taken = prepared_->seconds(calls_);
      add(taken);
      spent += taken;
    }
    return {{"ms", samples}};
  }

  const Workloads& workloads_;
  std::optional<Prepared> prepared_;
  std::int64_t calls_ = 1;
};

}  // namespace

int serve(const Workloads& workloads) {
  Session session(workloads);
  for (std::string request; std::getline(std::cin, request);) {
    Json answer;
    try {
      answer = session.answer(request);
    } catch (const std::exception& error) {
      answer = {{"error", error.what()}};
    }
    std::cout << answer.dump(-1, ' ', false, Json::error_handler_t::replace) << std::endl;
  }
  return 0;
}

}  // namespace bench
