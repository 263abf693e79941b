#include "espalier/ir/checks/report.h"

#include <numeric>

#include "espalier/ir/error.h"
#include "espalier/ir/host_function.h"

namespace espalier::ir::checks {
namespace {

std::string text_of(const std::vector<std::int64_t>& numbers) {
  std::string text = "[";
  for (std::size_t i = 0; i < numbers.size(); ++i) text += (i == 0 ? "" : ", ") + std::to_string(numbers[i]);
  return text + "]";
}
std::vector<std::int64_t> place_in(const Ints& extents, std::int64_t flat) {
  std::vector<std::int64_t> place(extents.size());
  for (std::size_t i = extents.size(); i-- > 0; flat /= extents[i]) place[i] = flat % extents[i];
  return place;
}

// Operands: the first bad element, counted row by row (the number of elements where none is bad), the iterations, and perhaps a number;
// each an i64, or one for each example of a batch.
class Reporter final : public HostFunction {
 public:
  Reporter(Suspect suspect, Type type, std::size_t loops, bool numbered)
      : suspect_(std::move(suspect)), type_(type), loops_(loops), numbered_(numbered) {}

  void call(const void* const* operands) const override {
    const std::int64_t examples = Shape(batch_).size();
    for (std::int64_t example = 0; example < examples; ++example) {
      const auto operand = [&](std::size_t i) { return static_cast<const std::int64_t*>(operands[i])[example]; };
      if (operand(0) < type_.size()) fail(example, operand);
    }
  }
  HostFunctionRef of_batch(std::int64_t size) const override {
    auto batched = std::make_shared<Reporter>(*this);
    batched->batch_.insert(batched->batch_.begin(), size);
    return batched;
  }

 private:
  template <class Operand> [[noreturn]] void fail(std::int64_t example, const Operand& operand) const {
    std::vector<std::int64_t> index = place_in(batch_, example), loops;
    for (std::int64_t i : place_in(type_.shape().extents(), operand(0))) index.push_back(i);
    for (std::size_t i = 0; i < loops_; ++i) loops.push_back(operand(1 + i));
    std::string text = numbered_ ? "index " + std::to_string(operand(1 + loops_)) + " " + suspect_.what : suspect_.what;
    if (!index.empty()) text += ", at " + text_of(index) + " of " + suspect_.among + whole().str();
    else if (suspect_.among.empty()) text += ", in " + type_.str();
    if (loops.size() == 1) text += ", in iteration " + std::to_string(loops[0]);
    else if (!loops.empty()) text += ", in iterations " + text_of(loops) + " of the loops around it";
    std::string hint = suspect_.hint;
    if (suspect_.loc.where.line() == 0 && suspect_.loc.line != 0) hint += "; it was written at " + std::string(suspect_.loc.file) + ":" + std::to_string(suspect_.loc.line);
    CheckError error(std::string(name(suspect_.op)), text, hint, suspect_.loc.where);
    error.check = suspect_.check;
    error.index = std::move(index);
    error.loops = std::move(loops);
    throw error;
  }
  Type whole() const {
    Ints extents = batch_;
    for (std::int64_t extent : type_.shape()) extents.push_back(extent);
    return type_.with(Shape(extents));
  }

  Suspect suspect_;
  Type type_;
  std::size_t loops_;
  bool numbered_;
  Ints batch_ = {};  // extents of the axes that transforms have put in front since
};

Expr element(Expr x, Expr flat) {
  if (x.ndim() == 0) return x;
  const Expr operands[] = {reshape(x, Shape{x.type().size()}), flat};
  return reshape(apply(Op::dynamic_slice, operands, DynamicSliceAttrs{Shape{1}}), Shape{});
}

std::string_view word(Check check) {
  constexpr std::pair<Check, std::string_view> words[] = {{Check::nan, "nan"}, {Check::bounds, "bounds"}, {Check::div, "div"}, {Check::overflow, "overflow"}};
  for (const auto& [one, text] : words)
    if (one == check) return text;
  return "none";
}

}  // namespace

void report(Builder& b, const Suspect& suspect, Expr bad, Type type, std::span<const Value> loops, Expr numbers) {
  const std::int64_t size = type.size();
  if (size == 0) return;
  const Type counted(size < INT32_MAX ? i32 : i64);
  Expr place = full(b, counted, 0);
  if (bad.ndim() != 0) place = reshape(iota(b, counted.with(Shape{size}), 0), bad.shape());
  Ints axes(static_cast<std::size_t>(bad.ndim()));
  std::iota(axes.begin(), axes.end(), 0);
  const Expr first = reduce(select(bad, place, full_like(place, static_cast<double>(size))), Reduction::min, axes);
  std::vector<Value> operands{convert(first, i64).value};
  operands.insert(operands.end(), loops.begin(), loops.end());
  const bool numbered = numbers.builder != nullptr;
  if (numbered) operands.push_back(convert(element(numbers, first), i64).value);
  const std::string words = std::string(word(suspect.check)) + " " + std::string(name(suspect.op));
  b.add(Op::host_call, operands, HostCallAttrs{words, false, std::make_shared<Reporter>(suspect, type, loops.size(), numbered)}, suspect.loc);
}

}  // namespace espalier::ir::checks
