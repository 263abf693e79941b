// A graph's text, read back. The text is not trusted: ids, arity, attributes and types are all checked, nesting and
// sizes are bounded, and nothing is allocated that the text does not pay for with its own length.
#include <algorithm>
#include <charconv>
#include <mutex>
#include <set>

#include "espalier/ir/attr_fields.h"
#include "espalier/ir/builder.h"
#include "espalier/ir/effects.h"
#include "espalier/ir/element_text.h"
#include "espalier/ir/error.h"
#include "espalier/ir/print.h"

namespace espalier::ir {
namespace {

constexpr int max_nesting = 200;
constexpr std::int64_t max_bytes = std::int64_t{1} << 40;  // of one value
constexpr std::size_t max_axes = 64;

// File names of parsed locations, kept for the life of the process: a Loc holds a pointer only.
const char* interned(std::string_view file) {
  static std::mutex lock;
  static auto& names = *new std::set<std::string, std::less<>>;
  const std::lock_guard guard(lock);
  const auto found = names.find(file);
  return (found != names.end() ? found : names.emplace(file).first)->c_str();
}

class Parser {
 public:
  Parser(std::string_view text, std::string_view file) : text_(text), file_(file) {}

  Graph document() {
    Graph graph = this->graph();
    skip();
    if (at_ != text_.size()) fail("the end of the text");
    return graph;
  }

 private:
  [[noreturn]] void fail(const std::string& expected) const {
    std::string found(text_.substr(at_, 12));
    found.resize(std::min(found.find('\n'), found.size()));
    for (char& c : found) c = c >= 0x20 && c < 0x7f ? c : '?';
    fail_at(at_, "expected " + expected + ", found " + (at_ < text_.size() ? "'" + found + "'" : "the end"));
  }
  [[noreturn]] void fail_at(std::size_t at, const std::string& sentence, const std::string& hint = "") const {
    const auto before = text_.substr(0, at);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const auto column = at - (before.rfind('\n') + 1) + 1;  // npos + 1 is the beginning
    FormatError error("", file_ + ":" + std::to_string(line) + ":" + std::to_string(column) + ": " + sentence, hint);
    error.path = file_;
    error.offset = static_cast<std::int64_t>(at);
    throw error;
  }

  // -- words ---------------------------------------------------------------------------------------------------
  void skip() {  // blanks and comments
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '#') at_ = std::min(text_.find('\n', at_), text_.size() - 1);
      else if (c != ' ' && c != '\n' && c != '\t' && c != '\r') return;
    }
  }
  bool take(std::string_view word) {
    skip();
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }
  void expect(std::string_view word) {
    if (!take(word)) fail("'" + std::string(word) + "'");
  }
  std::string_view identifier(const char* what) {
    skip();
    const std::size_t begin = at_;
    auto in_word = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
    while (at_ < text_.size() && in_word(text_[at_])) ++at_;
    if (at_ == begin) fail(what);
    return text_.substr(begin, at_ - begin);
  }
  template <class T> T number(const char* what) {
    skip();
    T n = 0;
    const auto [end, failure] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), n);
    if (failure == std::errc::result_out_of_range) fail_at(at_, "the number is out of range");
    if (failure != std::errc()) fail(what);
    at_ = static_cast<std::size_t>(end - text_.data());
    return n;
  }
  template <class E> E enumerator(std::span<const std::string_view> words) {
    skip();
    const std::size_t begin = at_;
    const auto word = identifier("a kind");
    std::string all;
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (words[i] == word) return static_cast<E>(i);
      all += (i == 0 ? "" : " ") + std::string(words[i]);
    }
    at_ = begin;
    fail("one of: " + all);
  }

  // -- fields of attributes --------------------------------------------------------------------------------------
  void field(DType& dtype) {
    skip();
    const std::size_t begin = at_;
    const auto word = identifier("a dtype");
    for (int i = 0; i < dtype_count; ++i) {
      dtype = static_cast<DType>(i);
      if (name(dtype) == word) return;
    }
    at_ = begin;
    fail("a dtype");
  }
  void field(bool& flag) {
    flag = take("true");
    if (!flag && !take("false")) fail("true or false");
  }
  void field(int& n) {
    skip();
    const std::size_t begin = at_;
    n = number<int>("a number");
    if (n < 0) fail_at(begin, "the number must not be negative");
  }
  void field(std::int64_t& n) { n = bounded(); }
  void field(Type& t) { t = type(); }
  void field(Ints& ints) {
    ints.clear();
    expect("[");
    if (take("]")) return;
    do {
      if (ints.size() == max_axes) fail("']': lists of axes have at most 64 entries");
      ints.push_back(bounded());
    } while (take(","));
    expect("]");
  }
  void field(Shape& shape) {
    skip();
    const std::size_t begin = at_;
    Ints extents;
    field(extents);
    std::int64_t size = 1;
    for (auto e : extents) {
      if (e < 0) fail_at(begin, "extents must not be negative");
      if (e != 0 && size > max_bytes / e) fail_at(begin, "the shape has more than 2^40 elements");
      size *= e;
    }
    shape = Shape(std::move(extents));
  }
  void field(std::string& word) {
    expect("\"");
    for (;; ++at_) {
      if (at_ == text_.size() || static_cast<unsigned char>(text_[at_]) < 0x20) fail("'\"'");
      if (text_[at_] == '"') break;
      if (text_[at_] != '\\') {
        word += text_[at_];
      } else if (text_.substr(at_).starts_with("\\\"") || text_.substr(at_).starts_with("\\\\")) {
        word += text_[++at_];
      } else {
        unsigned code = 0;
        const auto digits = text_.substr(at_, 4);
        if (digits.size() != 4 || digits[1] != 'x' || std::from_chars(digits.data() + 2, digits.data() + 4, code, 16).ptr != digits.data() + 4) fail("an escape");
        word += static_cast<char>(code);
        at_ += 3;
      }
    }
    ++at_;
  }
  void field(GraphRef& body) { body = std::make_shared<const Graph>(graph()); }
  void field(std::vector<GraphRef>& branches) { in_brackets(branches); }
  void field(std::vector<std::string>& words) { in_brackets(words); }
  void field(std::vector<Type>& types) { in_brackets(types); }
  template <class T> void in_brackets(std::vector<T>& items) {
    expect("[");
    if (take("]")) return;
    do field(items.emplace_back());
    while (take(","));
    expect("]");
  }
  // A literal's text is read when its type is known, which is written behind it.
  void field(Literal&) {
    skip();
    literal_at_ = at_;
    const std::size_t end = text_.find('}', at_);
    if (end == std::string_view::npos) fail("a literal and '}'");
    at_ = end;
  }
  template <class E>
    requires std::is_enum_v<E>
  void field(E& e) { e = enumerator<E>(spellings(E{})); }

  // Sums and differences of such numbers do not overflow.
  std::int64_t bounded() {
    skip();
    const std::size_t begin = at_;
    const auto n = number<std::int64_t>("an integer");
    if (n > max_bytes || n < -max_bytes) fail_at(begin, "the number is beyond 2^40");
    return n;
  }

  Attrs attrs(Op op) {
    Attrs attrs = blank_attrs(op);
    std::visit([&](auto& a) {
      const char* before = "{";
      for_each_field(a, [&](const char* field_name, auto& value) {
        expect(before);
        expect(field_name);
        expect("=");
        constexpr bool counts_from_end = std::is_same_v<std::remove_cvref_t<decltype(a)>, FourierAttrs> && std::is_same_v<std::remove_cvref_t<decltype(value)>, int>;
        if constexpr (counts_from_end) value = number<int>("a number");
        else field(value);
        before = ",";
      });
    }, attrs);
    if (attrs.index() != 0) expect("}");
    return attrs;
  }

  // -- values ----------------------------------------------------------------------------------------------------
  Type type() {
    skip();
    const std::size_t begin = at_;
    DType dtype{};
    Shape shape;
    field(dtype);
    field(shape);
    check_size(begin, dtype, shape.size());
    return Type(dtype, shape);
  }
  void check_size(std::size_t at, DType dtype, std::int64_t size) const {
    if (size > max_bytes / static_cast<std::int64_t>(byte_size(dtype))) fail_at(at, "the value is larger than 2^40 bytes");
  }
  Value value(std::size_t defined) {
    expect("%");
    const std::size_t begin = at_;
    const auto v = number<Value>("the number of a value");
    if (v >= defined) fail_at(begin, "%" + std::to_string(v) + " is not defined before its use");
    return v;
  }
  void definition(std::size_t id) {
    expect("%");
    const std::size_t begin = at_;
    if (number<Value>("the number of a value") != id) fail_at(begin, "values are numbered in order: expected %" + std::to_string(id));
  }
  void values(std::vector<Value>& list, std::size_t defined) {
    skip();
    if (at_ == text_.size() || text_[at_] != '%') return;
    do list.push_back(value(defined));
    while (take(","));
  }

  Literal literal(Type type) {
    const std::size_t end = at_, width = byte_size(type.dtype());
    at_ = literal_at_;
    auto bytes = std::make_shared<std::vector<std::byte>>();
    auto element = [&] {
      skip();
      std::byte data[16];
      const std::size_t read = read_element(text_.substr(at_), type.dtype(), data);
      if (read == 0) fail("a value of " + std::string(name(type.dtype())));
      at_ += read;
      bytes->insert(bytes->end(), data, data + width);
    };
    if (type.ndim() == 0) {
      element();
    } else {
      expect("[");
      if (!take("]")) {
        do element();
        while (take(","));
        expect("]");
      }
    }
    expect("}");
    if (bytes->size() != static_cast<std::size_t>(type.nbytes())) {
      fail_at(literal_at_, std::to_string(bytes->size() / width) + " elements for " + type.str());
    }
    at_ = end;
    return {type, std::move(bytes)};
  }

  // `# file:line` behind a node on its own line. Other comments are blanks.
  Loc location() {
    std::size_t begin = at_;
    while (begin < text_.size() && text_[begin] == ' ') ++begin;
    if (!text_.substr(begin).starts_with("# ")) return {};
    const auto comment = text_.substr(begin + 2, text_.find('\n', begin) - begin - 2);
    const auto colon = comment.rfind(':');
    if (colon == std::string_view::npos) return {};
    std::uint32_t line = 0;
    const char* end = comment.data() + comment.size();
    const auto read = std::from_chars(comment.data() + colon + 1, end, line);
    if (read.ec != std::errc() || read.ptr != end) return {};
    return {interned(comment.substr(0, colon)), line};
  }

  // -- nodes and graphs --------------------------------------------------------------------------------------------
  void node(Graph& graph) {
    skip();
    const std::size_t begin = at_;
    Node node;
    node.first_operand = static_cast<std::uint32_t>(graph.operands.size());
    node.first_result = static_cast<Value>(graph.types.size());
    std::uint32_t n_results = 0;
    if (!take("=")) {
      do definition(node.first_result + n_results++);
      while (take(","));
      expect("=");
    }
    skip();
    const std::size_t op_at = at_;
    const auto word = identifier("an op");
    const auto op = op_named(word);
    if (!op) fail_at(op_at, "no op is named '" + std::string(word.substr(0, 40)) + "'", "docs/ops.md lists the ops");
    node.op = *op;
    values(graph.operands, graph.types.size());
    node.n_operands = static_cast<std::uint32_t>(graph.operands.size()) - node.first_operand;
    Attrs node_attrs = attrs(*op);
    const std::vector<Type> declared = result_types(n_results);
    if (const Count made = info(*op).results; !made.admits(n_results)) {
      fail_at(begin, std::string(name(*op)) + " makes " + std::to_string(made.number) + (made.number == 1 ? " result, " : " results, ") + std::to_string(n_results) + " are named");
    }
    if (*op == Op::constant) std::get<ConstantAttrs>(node_attrs).value = literal(declared[0]);
    node.loc = location();

    std::vector<Type> inferred;
    try {
      inferred = infer(*op, node_attrs, operand_types(graph, node));
    } catch (const Error& error) {
      fail_at(op_at, error.op + ": " + error.message, error.hint);
    }
    if (inferred != declared) {
      fail_at(op_at, std::string(name(*op)) + " makes " + list(inferred) + ", declared is " + list(declared));
    }
    for (Type t : inferred) check_size(op_at, t.dtype(), t.size());
    node.n_results = n_results;
    node.effect = has_effect(*op, node_attrs);
    graph.types.insert(graph.types.end(), inferred.begin(), inferred.end());
    if (node_attrs.index() != 0) {
      node.attrs = static_cast<std::uint32_t>(graph.attrs.size());
      graph.attrs.push_back(std::move(node_attrs));
    }
    graph.nodes.push_back(node);
  }
  static std::string list(const std::vector<Type>& types) {
    std::string text;
    for (Type t : types) text += (text.empty() ? "" : ", ") + t.str();
    return text.empty() ? "nothing" : text;
  }
  std::vector<Type> result_types(std::uint32_t count) {
    std::vector<Type> types;
    types.reserve(std::min<std::uint32_t>(count, 16));
    for (std::uint32_t r = 0; r < count; ++r) {
      expect(r == 0 ? ":" : ",");
      types.push_back(type());
    }
    return types;
  }
  std::span<const Type> operand_types(const Graph& graph, const Node& node) {
    operand_types_.clear();
    for (Value v : graph.operands_of(node)) operand_types_.push_back(graph.types[v]);
    return operand_types_;
  }

  Graph graph() {
    skip();
    if (++nesting_ > max_nesting) fail_at(at_, "graphs nest more than " + std::to_string(max_nesting) + " deep");
    Graph graph;
    expect("graph");
    expect("(");
    if (!take(")")) {
      do {
        definition(graph.n_inputs++);
        expect(":");
        graph.types.push_back(type());
      } while (take(","));
      expect(")");
    }
    expect("{");
    while (!take("return")) node(graph);
    values(graph.outputs, graph.types.size());
    expect("}");
    --nesting_;
    return graph;
  }

  std::string_view text_;
  std::string file_;
  std::size_t at_ = 0, literal_at_ = 0;
  int nesting_ = 0;
  std::vector<Type> operand_types_;
};

}  // namespace

Graph parse(std::string_view text, std::string_view file) { return Parser(text, file).document(); }

}  // namespace espalier::ir
