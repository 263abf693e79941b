#pragma once
// Runs a program's kernels with the evaluator, so that what is tested is the schedule and nothing behind it.
#include <algorithm>
#include <cstring>
#include <list>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "espalier/ir/eval.h"
#include "espalier/ir/print.h"
#include "program_run.h"

namespace espalier::test {

class EvaluatedKernels {
 public:
  std::byte* room(std::int64_t bytes) { return rooms_.emplace_back(static_cast<std::size_t>(bytes) + 1, std::byte{0xA5}).data(); }
  std::byte* constant(std::size_t, const ir::Literal& literal) {
    std::byte* at = room(literal.type.nbytes());
    if (!literal.bytes->empty()) std::memcpy(at, literal.data(), literal.bytes->size());
    return at;
  }
  /// std::runtime_error where the kernel would go wrong in the place of an operand.
  void launch(std::uint32_t, const codegen::Kernel& kernel, const Pointers& operands, const Pointers& results) {
    std::vector<ir::View> views;
    for (std::size_t i = 0; i < operands.size(); ++i) views.push_back({kernel.body.type_of(static_cast<ir::Value>(i)), operands[i]});
    const std::vector<ir::Literal> values = ir::eval(kernel.body, views);
    if (!codegen::updates(kernel.kind())) {
      for (std::size_t r = 0; r < results.size(); ++r) {
        if (kernel.aliases[r] >= 0 && operands[static_cast<std::size_t>(kernel.aliases[r])] == results[r]) write_in_place(kernel, views, values, r);
      }
    }
    for (std::size_t r = 0; r < results.size(); ++r)
      if (!values[r].bytes->empty()) std::memcpy(results[r], values[r].data(), values[r].bytes->size());
  }

 private:
  // A kernel that writes result r over an operand computes its elements in any order: whichever comes last finds all others
  // of the operand gone. So what depends on one element of the operand must not depend on another, and r's own element
  // lies where that one lay.
  void write_in_place(const codegen::Kernel& kernel, const std::vector<ir::View>& views, const std::vector<ir::Literal>& values, std::size_t r) {
    const auto alias = static_cast<std::size_t>(kernel.aliases[r]);
    const ir::Type type = views[alias].type;
    if (type.size() == 0) return;
    const std::size_t width = width_of(type), at = random_() % static_cast<std::size_t>(type.size()) * width;
    std::vector<std::byte> others_gone(static_cast<std::size_t>(type.nbytes()), std::byte{1}), one_gone(others_gone.size());
    const auto* operand = static_cast<const std::byte*>(views[alias].data);
    std::memcpy(others_gone.data() + at, operand + at, width);
    std::memcpy(one_gone.data(), operand, one_gone.size());
    std::memset(one_gone.data() + at, 1, width);
    const auto last = evaluated_with(kernel, views, alias, others_gone), first = evaluated_with(kernel, views, alias, one_gone);
    for (std::size_t o = 0; o < values.size(); ++o) {
      const std::size_t step = width_of(values[o].type);
      for (std::size_t i = 0; i < values[o].bytes->size(); i += step) {
        const auto changed = [&](const ir::Literal& now) { return std::memcmp(now.bytes->data() + i, values[o].bytes->data() + i, step) != 0; };
        if (changed(last[o]) && (changed(first[o]) || (o == r && i == at))) {
          throw std::runtime_error("result " + std::to_string(o) + " of a kernel reads elements of operand " + std::to_string(alias) + " that result " + std::to_string(r) + " has overwritten: " + ir::print(kernel.body));
        }
      }
    }
  }
  static std::size_t width_of(ir::Type type) { return static_cast<std::size_t>(type.nbytes() / std::max<std::int64_t>(type.size(), 1)); }
  static std::vector<ir::Literal> evaluated_with(const codegen::Kernel& kernel, std::vector<ir::View> views, std::size_t operand, const std::vector<std::byte>& data) {
    views[operand].data = data.data();
    return ir::eval(kernel.body, views);
  }

  std::list<std::vector<std::byte>> rooms_;
  std::mt19937_64 random_{1};
};

}  // namespace espalier::test
