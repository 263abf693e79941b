#include "run.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <sstream>

#include "espalier/ir/element_text.h"
#include "espalier/ir/error.h"
#include "espalier/ir/eval.h"
#include "espalier/ir/half.h"
#include "espalier/ir/simplify.h"
#include "espalier/runtime/buffer.h"
#include "transform.h"

namespace espalier::opt {
namespace {

std::string elements_text(const ir::Literal& value) {
  constexpr std::size_t shown = 100;
  const std::size_t width = ir::byte_size(value.type.dtype()), count = value.bytes->size() / width;
  if (value.type.ndim() == 0) {
    std::string text;
    ir::write_element(text, value.type.dtype(), value.bytes->data());
    return text;
  }
  std::string text = "[";
  for (std::size_t i = 0; i < std::min(count, shown); ++i) {
    if (i != 0) text += ", ";
    ir::write_element(text, value.type.dtype(), value.bytes->data() + i * width);
  }
  if (count > shown) text += ", and " + std::to_string(count - shown) + " more";
  return text + "]";
}

std::string heading(const ir::Graph& graph, std::size_t output) {
  const ir::Value v = graph.outputs[output];
  return "%" + std::to_string(v) + ": " + graph.type_of(v).str();
}

// Equal values (any two NaNs are) differ by nothing; what is not finite differs from all else by infinity.
template <class T> double difference(T a, T b) {
  if constexpr (ir::is_real<T>) {
    if (a == b || (std::isnan(a) && std::isnan(b))) return 0;
    const double d = std::fabs(static_cast<double>(a) - static_cast<double>(b));
    return std::isfinite(d) ? d : std::numeric_limits<double>::infinity();
  } else {
    return std::fabs(static_cast<double>(a) - static_cast<double>(b));
  }
}

struct Largest {
  double difference = 0, relative = 0;  // relative to max(1, |a|)
  std::size_t at = 0;
};
Largest largest_difference(const ir::Literal& a, const ir::Literal& b) {
  Largest largest;
  const std::size_t parts = ir::is_complex(a.type.dtype()) ? 2 : 1;  // which differ each by itself
  const bool done = ir::visit_real(ir::part_of(a.type.dtype()), [&]<class T>() {
    for (std::size_t i = 0; i * sizeof(T) < a.bytes->size(); ++i) {
      T x, y;
      std::memcpy(&x, a.bytes->data() + i * sizeof(T), sizeof(T));
      std::memcpy(&y, b.bytes->data() + i * sizeof(T), sizeof(T));
      const double d = difference(x, y);
      if (d <= largest.difference) continue;
      const double scale = std::fabs(static_cast<double>(x));
      largest = {d, std::max(largest.relative, std::isfinite(scale) ? d / std::max(1.0, scale) : d), i / parts};
    }
  });
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (!done && *a.bytes != *b.bytes) largest = {infinity, infinity, 0};
  return largest;
}

}  // namespace

codegen::CompileOptions compile_options(const ir::Graph& graph, const Options& options) {
  const auto donated = flags(options.donate, graph.n_inputs, "--donate");
  return {.donated = donated, .target = options.target, .parallel = !options.serial, .debug_info = options.debug_info};
}

std::vector<ir::Literal> evaluate(const ir::Graph& graph, const std::vector<ir::Literal>& inputs) {
  std::vector<ir::View> views;
  for (const ir::Literal& input : inputs) views.push_back({input.type, input.data()});
  return ir::eval(graph, views);
}

std::vector<ir::Literal> run_compiled(const ir::Graph& graph, const std::vector<ir::Literal>& inputs,
                                      const Options& options) {
  const runtime::Executable code = codegen::compiler().compile(ir::simplify(graph), compile_options(graph, options));
  std::vector<runtime::BufferRef> buffers;  // machine code wants 64-byte alignment, and may write into what is donated
  std::vector<void*> input_data, output_data;
  const auto allocate = [&](std::int64_t bytes) {
    return buffers.emplace_back(runtime::Buffer::allocate(static_cast<std::size_t>(bytes)))->data();
  };
  for (const ir::Literal& input : inputs) {
    input_data.push_back(allocate(input.type.nbytes()));
    std::memcpy(input_data.back(), input.data(), input.bytes->size());
  }
  const auto types = graph.output_types();
  for (ir::Type type : types) output_data.push_back(allocate(type.nbytes()));
  code(input_data.data(), output_data.data());
  std::vector<ir::Literal> outputs;
  for (std::size_t o = 0; o < types.size(); ++o) outputs.push_back(ir::literal(types[o], output_data[o]));
  return outputs;
}

std::string outputs_text(const ir::Graph& graph, const std::vector<ir::Literal>& outputs) {
  std::string text;
  for (std::size_t o = 0; o < outputs.size(); ++o) text += heading(graph, o) + " = " + elements_text(outputs[o]) + "\n";
  return text;
}

Comparison compare(const ir::Graph& graph, const std::vector<ir::Literal>& evaluated,
                   const std::vector<ir::Literal>& compiled) {
  Comparison all;
  std::ostringstream text;
  for (std::size_t o = 0; o < evaluated.size(); ++o) {
    const Largest largest = largest_difference(evaluated[o], compiled[o]);
    text << heading(graph, o);
    if (largest.difference == 0) {
      text << ": equal\n";
    } else {
      const DType dtype = evaluated[o].type.dtype();
      const auto element = [&](const ir::Literal& value) {
        std::string written;
        ir::write_element(written, dtype, value.bytes->data() + largest.at * ir::byte_size(dtype));
        return written;
      };
      text << ": largest difference " << largest.difference << " at element " << largest.at << ", evaluated "
           << element(evaluated[o]) << ", compiled " << element(compiled[o]) << "\n";
    }
    all.worst = std::max(all.worst, largest.relative);
  }
  all.text = text.str();
  return all;
}

}  // namespace espalier::opt
