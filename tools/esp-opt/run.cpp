#include "run.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <sstream>

#include "espalier/ir/element_text.h"
#include "espalier/ir/error.h"
#include "espalier/ir/eval.h"
#include "espalier/runtime/buffer.h"
#include "transform.h"

namespace espalier::opt {
namespace {

// splitmix64, Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.
std::uint64_t mixed(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15;
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
  x = (x ^ x >> 27) * 0x94d049bb133111eb;
  return x ^ x >> 31;
}

template <class T> T element_of(std::uint64_t bits) {
  if constexpr (std::is_same_v<T, bool>) return (bits & 1) != 0;
  else if constexpr (std::is_floating_point_v<T>) return static_cast<T>(static_cast<double>(bits % 1024) / 512 - 1);
  else if constexpr (std::is_signed_v<T>) return static_cast<T>(static_cast<int>(bits % 15) - 5);
  else return static_cast<T>(bits % 10);
}

ir::Literal literal_of(ir::Type type, std::vector<std::byte> bytes) { return {type, std::make_shared<const std::vector<std::byte>>(std::move(bytes))}; }

ir::Literal hashed(ir::Type type, std::uint64_t input, std::uint64_t seed) {
  std::vector<std::byte> bytes(static_cast<std::size_t>(type.nbytes()));
  const std::uint64_t stream = mixed(mixed(seed) ^ input);
  const bool done = ir::visit_dtype(type.dtype(), [&]<class T>() {
    for (std::size_t i = 0; i * sizeof(T) < bytes.size(); ++i) {
      const T value = element_of<T>(mixed(stream + i));
      std::memcpy(bytes.data() + i * sizeof(T), &value, sizeof(T));
    }
  });
  if (!done) throw DTypeError("--run", "input " + std::to_string(input) + " is " + type.str() + ", for which no values can be drawn", "give it with --input");
  return literal_of(type, std::move(bytes));
}

// "[1, 2.5]" or "1": elements as the text of a constant has them.
class ValueReader {
 public:
  ValueReader(std::string_view text, ir::Type type, std::size_t input) : text_(text), type_(type), input_(input) {}

  ir::Literal read() {
    std::vector<std::byte> bytes;
    std::byte one[16];
    const std::size_t width = ir::byte_size(type_.dtype()), size = static_cast<std::size_t>(type_.nbytes());
    if (take("[")) {
      if (!take("]")) {
        do {
          element(one);
          bytes.insert(bytes.end(), one, one + width);
        } while (take(","));
        if (!take("]")) fail("has no ']' after its elements");
      }
      if (bytes.size() != size) fail("has " + std::to_string(bytes.size() / width) + " elements");
    } else {
      element(one);
      bytes.resize(size);
      for (std::size_t at = 0; at < size; at += width) std::memcpy(bytes.data() + at, one, width);
    }
    if (!text_.empty()) fail("goes on with '" + std::string(text_.substr(0, 12)) + "'");
    return literal_of(type_, std::move(bytes));
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw ArgumentError("--input", "the value of input " + std::to_string(input_) + ", " + type_.str() + ", " + what,
                        "write [1, 2.5], the elements in row-major order, or one number for all of them");
  }
  void skip() { text_.remove_prefix(std::min(text_.find_first_not_of(" \n\t"), text_.size())); }
  bool take(std::string_view word) {
    skip();
    if (!text_.starts_with(word)) return false;
    text_.remove_prefix(word.size());
    skip();
    return true;
  }
  void element(std::byte* into) {
    skip();
    const std::size_t read = ir::read_element(text_, type_.dtype(), into);
    if (read == 0) fail("has '" + std::string(text_.substr(0, 12)) + "' where an element should be");
    text_.remove_prefix(read);
    skip();
  }

  std::string_view text_;
  ir::Type type_;
  std::size_t input_;
};

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
  if constexpr (std::is_floating_point_v<T>) {
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
  const bool done = ir::visit_dtype(a.type.dtype(), [&]<class T>() {
    for (std::size_t i = 0; i * sizeof(T) < a.bytes->size(); ++i) {
      T x, y;
      std::memcpy(&x, a.bytes->data() + i * sizeof(T), sizeof(T));
      std::memcpy(&y, b.bytes->data() + i * sizeof(T), sizeof(T));
      const double d = difference(x, y);
      if (d <= largest.difference) continue;
      const double scale = std::fabs(static_cast<double>(x));
      largest = {d, std::max(largest.relative, std::isfinite(scale) ? d / std::max(1.0, scale) : d), i};
    }
  });
  if (!done && *a.bytes != *b.bytes) largest = {std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity(), 0};
  return largest;
}

}  // namespace

std::vector<ir::Literal> inputs_of(const ir::Graph& graph, const Options& options) {
  if (options.inputs.size() > graph.n_inputs) {
    throw ArgumentError("--input", std::to_string(options.inputs.size()) + " values for " + std::to_string(graph.n_inputs) + " inputs", "give one value per input, in order");
  }
  std::vector<ir::Literal> values;
  for (std::size_t i = 0; i < graph.n_inputs; ++i) {
    const ir::Type type = graph.types[i];
    values.push_back(i < options.inputs.size() ? ValueReader(options.inputs[i], type, i).read() : hashed(type, i, options.seed));
  }
  return values;
}

codegen::CompileOptions compile_options(const ir::Graph& graph, const Options& options) {
  return {.donated = flags(options.donate, graph.n_inputs, "--donate"), .target = options.target, .parallel = !options.serial};
}

std::vector<ir::Literal> evaluate(const ir::Graph& graph, const std::vector<ir::Literal>& inputs) {
  std::vector<ir::View> views;
  for (const ir::Literal& input : inputs) views.push_back({input.type, input.data()});
  return ir::eval(graph, views);
}

std::vector<ir::Literal> run_compiled(const ir::Graph& graph, const std::vector<ir::Literal>& inputs, const Options& options) {
  const runtime::Executable code = codegen::compiler().compile(graph, compile_options(graph, options));
  std::vector<runtime::BufferRef> buffers;  // machine code wants 64-byte alignment, and may write into what is donated
  std::vector<void*> input_data, output_data;
  const auto allocate = [&](std::int64_t bytes) { return buffers.emplace_back(runtime::Buffer::allocate(static_cast<std::size_t>(bytes)))->data(); };
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

Comparison compare(const ir::Graph& graph, const std::vector<ir::Literal>& evaluated, const std::vector<ir::Literal>& compiled) {
  Comparison all;
  std::ostringstream text;
  for (std::size_t o = 0; o < evaluated.size(); ++o) {
    const Largest largest = largest_difference(evaluated[o], compiled[o]);
    text << heading(graph, o);
    if (largest.difference == 0) {
      text << ": equal\n";
    } else {
      const auto element = [&](const ir::Literal& value) {
        std::string written;
        ir::write_element(written, value.type.dtype(), value.bytes->data() + largest.at * ir::byte_size(value.type.dtype()));
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
