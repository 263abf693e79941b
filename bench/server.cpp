#include "server.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <iostream>
#include <optional>
#include <sstream>
#include <stdexcept>

namespace bench {
namespace {

// A sample is at least this long, so that the clock's own cost does not count: short calls are repeated within one.
constexpr double sample_seconds = 2e-4;
constexpr int samples_per_turn = 50;

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out + '"';
}

std::string object(const char* key, const std::string& value) {
  std::string out = "{\"";
  return out.append(key).append("\":").append(value).append("}");
}

std::string number(double value) {
  if (!std::isfinite(value)) return "null";
  std::ostringstream out;
  out.precision(9);
  out << value;
  return out.str();
}

class Session {
 public:
  explicit Session(const Workloads& workloads) : workloads_(workloads) {}

  std::string answer(const std::string& request) {
    std::istringstream words(request);
    std::string verb;
    words >> verb;
    if (verb == "list") return list();
    if (std::size_t index; verb == "prepare" && words >> index && index < workloads_.size()) return prepare(workloads_[index]);
    if (double budget; verb == "measure" && words >> budget && prepared_) return measure(budget);
    throw std::invalid_argument("not a request: " + request);
  }

 private:
  std::string list() const {
    std::string out;
    for (const Workload& w : workloads_) out.append(out.empty() ? "[" : ",").append("[").append(quoted(w.name)).append(",").append(quoted(w.size)).append("]");
    return out.append("]");
  }

  std::string prepare(const Workload& workload) {
    prepared_.reset();  // the memory of the one before is free first
    prepared_ = workload.prepare();
    calls_ = 1;
    while (calls_ < 10'000'000) {  // enough calls to fill a sample; which also warms up
      const double taken = prepared_->seconds(calls_);
      if (taken >= sample_seconds) break;
      calls_ = std::max(2 * calls_, static_cast<std::int64_t>(static_cast<double>(calls_) * sample_seconds / std::max(taken, 1e-9)));
    }
    return object("check", number(prepared_->check()));
  }

  std::string measure(double budget) {
    std::string samples;
    const auto add = [&](double taken) {
      if (!samples.empty()) samples += ",";
      samples += number(1e3 * taken / static_cast<double>(calls_));
    };
    double spent = prepared_->seconds(calls_);  // the caches held another program's data
    if (spent > budget) add(spent);             // which a slow call does not feel
    for (int i = 0; samples.empty() || (spent < budget && i < samples_per_turn); ++i) {
      const double taken = prepared_->seconds(calls_);
      add(taken);
      spent += taken;
    }
    return object("ms", "[" + samples + "]");
  }

  const Workloads& workloads_;
  std::optional<Prepared> prepared_;
  std::int64_t calls_ = 1;
};

}  // namespace

int serve(const Workloads& workloads) {
  Session session(workloads);
  for (std::string request; std::getline(std::cin, request);) {
    std::string answer;
    try {
      answer = session.answer(request);
    } catch (const std::exception& error) {
      answer = object("error", quoted(error.what()));
    }
    std::cout << answer << std::endl;
  }
  return 0;
}

}  // namespace bench
