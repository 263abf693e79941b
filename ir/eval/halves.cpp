// Ops on f16 and bf16: the same op in f32, its result rounded once.
#include <vector>

#include "espalier/ir/convert.h"
#include "espalier/ir/eval/rules.h"
#include "espalier/ir/half.h"

namespace espalier::ir::evaluate {
namespace {

DType single(DType t) { return is_half(t) ? f32 : t; }

void convert(const View& x, DType to, void* out) {
  const bool known = visit_real(x.type.dtype(), [&]<class From>() {
    const auto number = [&](std::int64_t i) {
      const From value = static_cast<const From*>(x.data)[i];
      if constexpr (std::is_arithmetic_v<From>) return value;
      else return static_cast<float>(value);
    };
    const auto store = [&]<class To>() {
      for (std::int64_t i = 0, n = x.type.size(); i < n; ++i) {
        if constexpr (std::is_arithmetic_v<To> || is_complex_type<To>) static_cast<To*>(out)[i] = scalar::convert<To>(number(i));
        else static_cast<To*>(out)[i] = To(number(i));
      }
    };
    if (!visit_real(to, store)) visit_complex(to, store);
  });
  if (known) return;
  visit_complex(x.type.dtype(), [&]<class From>() {  // of which all but complex numbers take the real part
    visit_real(to, [&]<class To>() {
      for (std::int64_t i = 0, n = x.type.size(); i < n; ++i) {
        const auto real = static_cast<const From*>(x.data)[i].real();
        if constexpr (std::is_arithmetic_v<To>) static_cast<To*>(out)[i] = scalar::convert<To>(real);
        else static_cast<To*>(out)[i] = To(real);
      }
    });
  });
}

// The neighbour of x on the way to y: their bits without the sign count the numbers from zero on.
template <class H> void nextafter(const View& x, const View& y, void* out) {
  for (std::int64_t i = 0, n = x.type.size(); i < n; ++i) {
    H from = static_cast<const H*>(x.data)[i];
    const H to = static_cast<const H*>(y.data)[i];
    const float a = from, b = to;
    if (std::isnan(a) || std::isnan(b)) from = H(std::numeric_limits<float>::quiet_NaN());
    else if (a == b) from = to;
    else if (a == 0) from.bits = static_cast<std::uint16_t>((to.bits & 0x8000) | 1);
    else from.bits = static_cast<std::uint16_t>(from.bits + ((a < b) == (a > 0) ? 1 : -1));
    static_cast<H*>(out)[i] = from;
  }
}

// Arrays as evaluation takes them, in f32 where they were halves.
struct Widened {
  std::vector<std::vector<float>> memory;
  std::vector<View> views;
};
Widened widened(Views in) {
  Widened out;
  for (const View& x : in) {
    if (!is_half(x.type.dtype())) {
      out.views.push_back(x);
      continue;
    }
    out.memory.emplace_back(static_cast<std::size_t>(x.type.size()));
    convert(x, f32, out.memory.back().data());
    out.views.push_back({x.type.with(f32), out.memory.back().data()});
  }
  return out;
}

}  // namespace

bool computes_in_halves(Op op, const Attrs& attrs, Views in) {
  if (info(op).moves) return false;
  for (const View& x : in)
    if (is_half(x.type.dtype())) return true;
  if (const auto* a = std::get_if<ConvertAttrs>(&attrs)) return is_half(a->to);
  if (const auto* a = std::get_if<DotAttrs>(&attrs)) return is_half(a->result);
  if (const auto* a = std::get_if<ConvAttrs>(&attrs)) return is_half(a->result);
  if (const auto* a = std::get_if<IotaAttrs>(&attrs)) return is_half(a->type.dtype());
  return false;
}

void in_single(Op op, const Attrs& attrs, Views in, std::span<void* const> outputs) {
  std::vector<Type> types;
  for (const View& x : in) types.push_back(x.type);
  const std::vector<Type> results = infer(op, attrs, types);
  if (op == Op::convert) return convert(in[0], results[0].dtype(), outputs[0]);
  if (op == Op::nextafter) return results[0].dtype() == f16 ? nextafter<Float16>(in[0], in[1], outputs[0]) : nextafter<BFloat16>(in[0], in[1], outputs[0]);

  Attrs wide = attrs;
  if (DType* sums = accumulation(wide)) *sums = single(*sums);
  if (auto* a = std::get_if<PrecisionAttrs>(&wide)) a->exponent_bits = exponent_bits_in_single(in[0].type.dtype(), a->exponent_bits);
  DType counted = f32;
  if (auto* a = std::get_if<IotaAttrs>(&wide)) a->type = a->type.with(counted = i64);  // whose numbers have no end that matters
  const Widened operands = widened(in);
  std::vector<std::vector<std::byte>> memory;
  std::vector<void*> out;
  for (std::size_t r = 0; r < results.size(); ++r) {
    memory.emplace_back(static_cast<std::size_t>(results[r].size()) * byte_size(counted));
    out.push_back(is_half(results[r].dtype()) ? memory.back().data() : outputs[r]);
  }
  apply(op, wide, operands.views, out);
  for (std::size_t r = 0; r < results.size(); ++r) {
    if (is_half(results[r].dtype())) convert({results[r].with(counted), out[r]}, results[r].dtype(), outputs[r]);
  }
}

}  // namespace espalier::ir::evaluate
