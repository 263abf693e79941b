// PTX's text as a machine's kernels: each instruction a closure over a thread.
#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstring>
#include <regex>
#include <sstream>
#include <stdexcept>

#include "ptx_arithmetic.h"
#include "ptx_thread.h"

namespace espalier::test {
namespace {

using namespace ptx;

[[noreturn]] void fail(const std::string& message) { throw std::runtime_error(message); }

std::vector<std::string> split(const std::string& text, char by) {
  std::vector<std::string> parts;
  std::string part;
  int depth = 0;
  for (char c : text) {
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    if (c == by && depth == 0) {
      parts.push_back(part);
      part.clear();
    } else if (c != ' ' && c != '\t') {
      part += c;
    }
  }
  if (!part.empty()) parts.push_back(part);
  return parts;
}

Kind kind_of(const std::string& suffix) {
  if (suffix == "pred") return {'p', 1};
  return {suffix[0], std::stoi(suffix.substr(1))};
}
bool is_kind(const std::string& s) { return s == "pred" || (s.size() >= 2 && std::strchr("busf", s[0]) != nullptr && std::isdigit(static_cast<unsigned char>(s[1])) != 0); }

std::byte* checked(const std::vector<Span>& arrays, std::uint64_t address, std::int64_t bytes) {
  auto* at = reinterpret_cast<std::byte*>(address);
  for (const Span& array : arrays)
    if (at >= array.data && at + bytes <= array.data + array.bytes) return at;
  fail("an access of " + std::to_string(bytes) + " bytes outside the launch's arrays");
}

}  // namespace

// Turns text into closures over a thread.
class PtxMachine::Reader {
 public:
  explicit Reader(Kernel& kernel) : kernel_(kernel) {}

  void body(const std::vector<std::string>& lines) {
    std::unordered_map<std::string, std::size_t> labels;
    std::vector<std::pair<std::size_t, std::string>> jumps;
    for (std::string line : lines) {
      if (const auto colon = line.find(':'); colon != std::string::npos && line[0] == '$') {
        labels[line.substr(0, colon)] = kernel_.code.size();
        continue;
      }
      if (line[0] == '.') {
        declaration(line);
        continue;
      }
      Instruction i{line, {}};
      if (line[0] == '@') {
        const auto space = line.find(' ');
        i.negated = line[1] == '!';
        i.predicate = slot(line.substr(i.negated ? 2 : 1, space - (i.negated ? 2 : 1)));
        line = line.substr(space + 1);
      }
      const auto space = line.find_first_of(" \t");
      const std::string op = line.substr(0, space);
      const auto operands = split(space == std::string::npos ? "" : line.substr(space + 1), ',');
      if (op == "bra" || op == "bra.uni") {
        jumps.emplace_back(kernel_.code.size(), operands[0]);
        i.run = [](Thread&) { return Next::jump; };
      } else {
        i.run = instruction(split(op, '.'), operands);
      }
      kernel_.code.push_back(std::move(i));
    }
    for (const auto& [at, label] : jumps) kernel_.code[at].target = labels.at(label);
  }

 private:
  using Run = std::function<Next(Thread&)>;

  int slot(const std::string& name) { return kernel_.registers.emplace(name, static_cast<int>(kernel_.registers.size())).first->second; }

  void declaration(const std::string& line) {
    static const std::regex shared(R"(\.shared \.align (\d+) \.b8 ([\w$]+)\[(\d+)\])");
    std::smatch match;
    if (!std::regex_search(line, match, shared)) return;  // registers are counted as they come
    const std::int64_t align = std::stol(match[1]);
    kernel_.shared_bytes = (kernel_.shared_bytes + align - 1) / align * align;
    kernel_.shared[match[2]] = kernel_.shared_bytes;
    kernel_.shared_bytes += std::stol(match[3]);
  }

  Value operand(const std::string& text) {
    if (text == "%tid.x") return [](Thread& t) { return t.id; };
    if (text == "%ctaid.x") return [](Thread& t) { return t.block; };
    if (text[0] == '%') return [s = slot(text)](Thread& t) { return t.registers[s]; };
    std::uint64_t number = 0;
    if (text.starts_with("0f") || text.starts_with("0d")) number = std::stoull(text.substr(2), nullptr, 16);
    else if (std::isdigit(static_cast<unsigned char>(text[0])) != 0) number = std::stoull(text, nullptr, 0);
    else if (text[0] == '-') number = static_cast<std::uint64_t>(std::stoll(text, nullptr, 0));
    else if (const auto found = kernel_.shared.find(text); found != kernel_.shared.end()) number = static_cast<std::uint64_t>(found->second);
    else fail("unknown operand " + text);
    return [number](Thread&) { return number; };
  }
  // "[base+offset]"
  Value address(const std::string& text) {
    const std::string inner = text.substr(1, text.size() - 2);
    const auto plus = inner.find('+');
    const Value base = operand(inner.substr(0, plus));
    const std::int64_t offset = plus == std::string::npos ? 0 : std::stoll(inner.substr(plus + 1));
    return [base, offset](Thread& t) { return base(t) + static_cast<std::uint64_t>(offset); };
  }

  // A result computed from operands.
  template <class F> Run computed(const std::string& result, Kind kind, F f) {
    return [s = slot(result), kind, f](Thread& t) {
      t.registers[s] = f(t) & kind.mask();
      return Next::step;
    };
  }

  Run instruction(const std::vector<std::string>& op, const std::vector<std::string>& x) {
    const std::string& name = op[0];
    auto has = [&](const char* word) { return std::find(op.begin(), op.end(), word) != op.end(); };
    std::vector<Kind> kinds;
    for (std::size_t i = 1; i < op.size(); ++i)
      if (is_kind(op[i])) kinds.push_back(kind_of(op[i]));
    const Kind k = kinds.empty() ? Kind{} : kinds[0];
    if (name == "ret") return [](Thread&) { return Next::exit; };
    if (name == "bar") return [](Thread&) { return Next::barrier; };
    if (name == "ld" || name == "st") return access(op, x, k);
    if (name == "shfl") {
      const Value value = operand(x[1]), offset = operand(x[2]);
      return [value, offset, s = slot(x[0])](Thread& t) {
        t.offered = value(t);
        t.partner = static_cast<int>(t.id ^ offset(t));
        t.take = [s](Thread& self, std::uint64_t brought) { self.registers[s] = brought; };
        return Next::shuffle;
      };
    }
    if (name == "cvta") return computed(x[0], k, operand(x[1]));
    if (name == "mov") return move(x, k);
    const Value a = operand(x[1]), b = x.size() > 2 ? operand(x[2]) : a, c = x.size() > 3 ? operand(x[3]) : a;
    if (name == "setp") return computed(x[0], {'p', 1}, [r = op[1], k, a, b](Thread& t) { return std::uint64_t{compare(r, k, a(t), b(t))}; });
    if (name == "selp") return computed(x[0], k, [a, b, c](Thread& t) { return c(t) != 0 ? a(t) : b(t); });
    // Results narrower than their register fill it, with the sign or with zeros.
    if (name == "cvt") return computed(x[0], {}, [mode = op[1], to = kinds[0], from = kinds[1], a](Thread& t) { return converted(mode, to, from, a(t)); });
    if (name == "fma") {
      return computed(x[0], k, [k, a, b, c](Thread& t) {
        if (k.bits == 32) return real_bits(std::fma(static_cast<float>(as_real(a(t), 32)), static_cast<float>(as_real(b(t), 32)), static_cast<float>(as_real(c(t), 32))), 32);
        return real_bits(std::fma(as_real(a(t), k.bits), as_real(b(t), k.bits), as_real(c(t), k.bits)), k.bits);
      });
    }
    if (name == "mul" && has("wide")) return computed(x[0], {'b', 2 * k.bits}, [k, a, b](Thread& t) { return product(k, a(t), b(t)); });
    if (name == "mad" && has("wide")) return computed(x[0], {'b', 2 * k.bits}, [k, a, b, c](Thread& t) { return product(k, a(t), b(t)) + c(t); });
    if (name == "mul" && has("hi")) {
      return computed(x[0], k, [k, a, b](Thread& t) {
        if (k.bits < 64) return product(k, a(t), b(t)) >> k.bits;
        if (k.letter == 's') return static_cast<std::uint64_t>((static_cast<__int128>(static_cast<std::int64_t>(a(t))) * static_cast<std::int64_t>(b(t))) >> 64);
        return static_cast<std::uint64_t>((static_cast<unsigned __int128>(a(t)) * b(t)) >> 64);
      });
    }
    if (name == "mad") return computed(x[0], k, [a, b, c](Thread& t) { return a(t) * b(t) + c(t); });
    if (name == "shf") {
      if (!has("l") || !has("wrap")) fail("only shf.l.wrap");
      return computed(x[0], k, [a, b, c](Thread& t) {
        const auto shift = c(t) & 31;
        return shift == 0 ? b(t) : (b(t) << shift) | (as_unsigned(a(t), 32) >> (32 - shift));
      });
    }
    if (name == "bfe") {  // a field of bits
      return computed(x[0], k, [k, a, b, c](Thread& t) {
        const std::uint64_t from = b(t) & 255, length = c(t) & 255;
        if (length == 0 || from + length > static_cast<std::uint64_t>(k.bits)) fail("a field beyond the word");
        const std::uint64_t field = as_unsigned(as_unsigned(a(t), k.bits) >> from, static_cast<int>(length));
        return k.letter == 's' ? static_cast<std::uint64_t>(as_signed(field, static_cast<int>(length))) : field;
      });
    }
    if (name == "prmt") {  // four of the eight bytes of two words; the upper bit of a selector repeats its byte's sign
      if (op.size() > 2) fail("only prmt.b32");
      return computed(x[0], k, [a, b, c](Thread& t) {
        const std::uint64_t bytes = as_unsigned(a(t), 32) | (as_unsigned(b(t), 32) << 32), selectors = c(t);
        std::uint64_t result = 0;
        for (int i = 0; i < 4; ++i) {
          const std::uint64_t selector = selectors >> (4 * i) & 15, byte = bytes >> (8 * (selector & 7)) & 255;
          result |= ((selector & 8) == 0 ? byte : (byte >= 128 ? std::uint64_t{255} : std::uint64_t{0})) << (8 * i);
        }
        return result;
      });
    }
    if (name == "neg") return computed(x[0], k, [k, a](Thread& t) { return k.letter == 'f' ? a(t) ^ (std::uint64_t{1} << (k.bits - 1)) : 0 - a(t); });
    if (name == "abs") {
      return computed(x[0], k, [k, a](Thread& t) {
        if (k.letter == 'f') return a(t) & ~(std::uint64_t{1} << (k.bits - 1));
        const std::int64_t s = as_signed(a(t), k.bits);
        return s < 0 ? 0 - static_cast<std::uint64_t>(s) : static_cast<std::uint64_t>(s);
      });
    }
    if (name == "not") return computed(x[0], k, [a](Thread& t) { return ~a(t); });
    if (name == "sqrt") return computed(x[0], k, [k, a](Thread& t) { return in_format(k.bits, a(t), 0, [](auto v, auto) { return std::sqrt(v); }); });
    if (name == "rcp") return computed(x[0], k, [k, a](Thread& t) { return in_format(k.bits, a(t), 0, [](auto v, auto) { return 1 / v; }); });
    if (name == "popc") return computed(x[0], {'b', 32}, [k, a](Thread& t) { return static_cast<std::uint64_t>(std::popcount(as_unsigned(a(t), k.bits))); });
    if (name == "clz") return computed(x[0], {'b', 32}, [k, a](Thread& t) { return static_cast<std::uint64_t>(std::countl_zero(as_unsigned(a(t), k.bits)) - (64 - k.bits)); });
    for (const char* known : {"add", "sub", "mul", "div", "rem", "min", "max", "and", "or", "xor", "shl", "shr", "copysign"}) {
      if (name == known) return computed(x[0], k, [name, nan = has("NaN"), k, a, b](Thread& t) { return arithmetic(name, nan, k, a(t), b(t)); });
    }
    fail("unknown instruction " + name);
  }

  static std::uint64_t product(Kind k, std::uint64_t x, std::uint64_t y) {
    if (k.letter == 's') return static_cast<std::uint64_t>(as_signed(x, k.bits) * as_signed(y, k.bits));
    return as_unsigned(x, k.bits) * as_unsigned(y, k.bits);
  }

  Run move(const std::vector<std::string>& x, Kind k) {
    auto halves = [](const std::string& text) { return split(text.substr(1, text.size() - 2), ','); };
    const int half = k.bits / 2;
    if (x[0][0] == '{') {
      const auto to = halves(x[0]);
      const Value from = operand(x[1]);
      const int low = to[0] == "_" ? -1 : slot(to[0]), high = to[1] == "_" ? -1 : slot(to[1]);
      return [=](Thread& t) {
        const std::uint64_t v = from(t);
        if (low >= 0) t.registers[low] = as_unsigned(v, half);
        if (high >= 0) t.registers[high] = as_unsigned(v >> half, half);
        return Next::step;
      };
    }
    if (x[1][0] == '{') {
      const auto from = halves(x[1]);
      const Value low = operand(from[0]), high = operand(from[1]);
      return computed(x[0], k, [=](Thread& t) { return as_unsigned(low(t), half) | high(t) << half; });
    }
    return computed(x[0], k, operand(x[1]));
  }

  Run access(const std::vector<std::string>& op, const std::vector<std::string>& x, Kind k) {
    const bool load = op[0] == "ld";
    if (op[1] == "param") {
      static const std::regex number(R"(_param_(\d+))");
      std::smatch match;
      std::regex_search(x[1], match, number);
      return computed(x[0], k, [i = std::stoul(match[1])](Thread& t) { return reinterpret_cast<std::uint64_t>(t.arrays->at(i).data); });
    }
    if (op[1] != "global" && op[1] != "shared") fail("no state space " + op[1]);
    const bool shared = op[1] == "shared";
    const Value where = address(load ? x[1] : x[0]);
    const std::int64_t bytes = k.bits / 8;
    auto find = [where, shared, bytes](Thread& t) {
      const std::uint64_t at = where(t);
      if (!shared) return checked(*t.arrays, at, bytes);
      if (at + static_cast<std::uint64_t>(bytes) > t.shared->size()) fail("an access outside shared memory");
      return t.shared->data() + at;
    };
    if (load) {
      return [find, bytes, k, s = slot(x[0])](Thread& t) {
        std::uint64_t v = 0;
        std::memcpy(&v, find(t), static_cast<std::size_t>(bytes));
        t.registers[s] = k.letter == 's' ? static_cast<std::uint64_t>(as_signed(v, k.bits)) : v;
        return Next::step;
      };
    }
    return [find, bytes, value = operand(x[1])](Thread& t) {
      const std::uint64_t v = value(t);
      std::memcpy(find(t), &v, static_cast<std::size_t>(bytes));
      return Next::step;
    };
  }

  Kernel& kernel_;
};

PtxMachine::PtxMachine(std::string_view text) {
  static const std::regex entry(R"(\.visible \.entry (\w+)\()"), limit(R"(\.maxntid (\d+))");
  static const std::regex global(R"(\.global \.align \d+ \.b8 (\w+)\[(\d+)\](?: = \{(.*)\})?)");
  std::istringstream in{std::string(text)};
  Kernel* kernel = nullptr;
  std::vector<std::string> lines;
  bool inside = false;
  for (std::string line; std::getline(in, line);) {
    if (const auto comment = line.find("//"); comment != std::string::npos) line.resize(comment);
    const auto first = line.find_first_not_of(" \t");
    if (first == std::string::npos) continue;
    line = line.substr(first, line.find_last_not_of(" \t;") - first + 1);
    std::smatch match;
    if (std::regex_search(line, match, entry)) {
      kernel = &kernels_[match[1]];
    } else if (std::regex_search(line, match, limit)) {
      kernel->max_threads = std::stol(match[1]);
    } else if (line == "{") {
      inside = true;
      lines.clear();
    } else if (line == "}") {
      Reader(*kernel).body(lines);
      inside = false;
    } else if (inside) {
      lines.push_back(line);
    } else if (std::regex_search(line, match, global)) {
      std::vector<std::byte> bytes(std::stoul(match[2]));
      std::size_t i = 0;
      for (const std::string& b : split(match[3], ',')) bytes.at(i++) = static_cast<std::byte>(std::stoi(b));
      globals_[match[1]] = std::move(bytes);
    }
  }
}

}  // namespace espalier::test
