#include "inputs.h"

#include <algorithm>
#include <cstring>

#include "espalier/ir/element_text.h"
#include "espalier/ir/error.h"
#include "espalier/ir/half.h"

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
  else if constexpr (ir::is_real<T>) return static_cast<T>(static_cast<double>(bits % 1024) / 512 - 1);
  else if constexpr (std::is_signed_v<T>) return static_cast<T>(static_cast<int>(bits % 15) - 5);
  else return static_cast<T>(bits % 10);
}

ir::Literal literal_of(ir::Type type, std::vector<std::byte> bytes) {
  return {type, std::make_shared<const std::vector<std::byte>>(std::move(bytes))};
}

ir::Literal hashed(ir::Type type, std::uint64_t input, std::uint64_t seed) {
  std::vector<std::byte> bytes(static_cast<std::size_t>(type.nbytes()));
  const std::uint64_t stream = mixed(mixed(seed) ^ input);
  const bool done = ir::visit_real(ir::part_of(type.dtype()), [&]<class T>() {
    for (std::size_t i = 0; i * sizeof(T) < bytes.size(); ++i) {
      const T value = element_of<T>(mixed(stream + i));
      std::memcpy(bytes.data() + i * sizeof(T), &value, sizeof(T));
    }
  });
  if (!done) {
    const std::string which = "input " + std::to_string(input) + " is " + type.str();
    throw DTypeError("--run", which + ", for which no values can be drawn", "give it with --input");
  }
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

}  // namespace

std::vector<ir::Literal> inputs_of(const ir::Graph& graph, const Options& options) {
  if (options.inputs.size() > graph.n_inputs) {
    const std::string given = std::to_string(options.inputs.size()) + " values";
    throw ArgumentError("--input", given + " for " + std::to_string(graph.n_inputs) + " inputs", "give one per input, in order");
  }
  std::vector<ir::Literal> values;
  for (std::size_t i = 0; i < graph.n_inputs; ++i) {
    const ir::Type type = graph.types[i];
    const bool given = i < options.inputs.size();
    values.push_back(given ? ValueReader(options.inputs[i], type, i).read() : hashed(type, i, options.seed));
  }
  return values;
}

}  // namespace espalier::opt
