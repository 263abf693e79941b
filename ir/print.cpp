#include "espalier/ir/print.h"

#include <charconv>

#include "espalier/ir/attr_fields.h"
#include "espalier/ir/element_text.h"

namespace espalier::ir {
namespace {

// Appends to one string; nested graphs (never nodes) recurse, two spaces further in.
class Printer {
 public:
  explicit Printer(PrintOptions options) : options_(options) {}

  void graph(const Graph& graph, int indent) {
    text += "graph(";
    for (Value i = 0; i < graph.n_inputs; ++i) {
      if (i != 0) text += ", ";
      value(i);
      text += ": ";
      type(graph.types[i]);
    }
    text += ") {\n";
    for (const Node& n : graph.nodes) {
      text.append(indent + 2, ' ');
      node(graph, n, indent + 2);
      text += '\n';
    }
    text.append(indent + 2, ' ');
    text += "return";
    values(graph.outputs, " ");
    text += '\n';
    text.append(indent, ' ');
    text += '}';
  }

  std::string text;

 private:
  void node(const Graph& graph, const Node& node, int indent) {
    for (std::uint32_t r = 0; r < node.n_results; ++r) {
      if (r != 0) text += ", ";
      value(node.first_result + r);
    }
    if (node.n_results != 0) text += ' ';
    text += "= ";
    text += name(node.op);
    values(graph.operands_of(node), " ");
    std::visit([&](const auto& a) { attrs(a, indent); }, graph.attrs_of(node));
    for (std::uint32_t r = 0; r < node.n_results; ++r) {
      text += r == 0 ? " : " : ", ";
      type(graph.types[node.first_result + r]);
    }
    if (options_.locations && node.loc.line != 0) {
      text += "  # ";
      text += node.loc.file;
      text += ':';
      number(node.loc.line);
    }
  }

  void attrs(std::monostate, int) {}
  template <class A> void attrs(const A& a, int indent) {
    const char* before = " {";
    for_each_field(a, [&](const char* field_name, const auto& value) {
      text += before;
      text += field_name;
      text += '=';
      indent_ = indent;
      field(value);
      before = ", ";
    });
    text += '}';
  }

  void field(DType dtype) { text += name(dtype); }
  void field(bool flag) { text += flag ? "true" : "false"; }
  void field(int n) { number(n); }
  void field(std::int64_t n) { number(n); }
  void field(Type t) { type(t); }
  void field(const Shape& shape) { field(shape.extents()); }
  void field(const Ints& ints) {
    text += '[';
    for (std::size_t i = 0; i < ints.size(); ++i) {
      if (i != 0) text += ',';
      number(ints[i]);
    }
    text += ']';
  }
  void field(const Literal& literal) {
    const bool scalar = literal.type.ndim() == 0;
    const std::size_t width = byte_size(literal.type.dtype());
    if (!scalar) text += '[';
    for (std::size_t at = 0; at < literal.bytes->size(); at += width) {
      if (at != 0) text += ", ";
      write_element(text, literal.type.dtype(), literal.bytes->data() + at);
    }
    if (!scalar) text += ']';
  }
  void field(const std::string& word) {
    constexpr char digits[] = "0123456789abcdef";
    text += '"';
    for (const char c : word) {
      const auto code = static_cast<unsigned char>(c);
      if (c == '"' || c == '\\') {
        text += '\\';
        text += c;
      } else if (code < 0x20 || code >= 0x7f) {
        text += "\\x";
        text += digits[code >> 4];
        text += digits[code & 15];
      } else {
        text += c;
      }
    }
    text += '"';
  }
  void field(const GraphRef& body) {
    const int indent = indent_;
    graph(*body, indent);
    indent_ = indent;
  }
  void field(const std::vector<GraphRef>& branches) { in_brackets(branches); }
  void field(const std::vector<std::string>& words) { in_brackets(words); }
  void field(const std::vector<Type>& types) { in_brackets(types); }
  template <class T> void in_brackets(const std::vector<T>& items) {
    text += '[';
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (i != 0) text += ", ";
      field(items[i]);
    }
    text += ']';
  }
  template <class E>
    requires std::is_enum_v<E>
  void field(E e) { text += spelling(e); }

  void type(Type t) {
    text += name(t.dtype());
    field(t.shape());
  }
  void value(Value v) {
    text += '%';
    number(v);
  }
  void values(std::span<const Value> list, const char* before) {
    for (Value v : list) {
      text += before;
      value(v);
      before = ", ";
    }
  }
  template <class T> void number(T n) {
    char digits[24];
    text.append(digits, std::to_chars(digits, digits + sizeof digits, n).ptr);
  }

  PrintOptions options_;
  int indent_ = 0;
};

}  // namespace

std::string print(const Graph& graph, PrintOptions options) {
  Printer printer(options);
  printer.graph(graph, 0);
  printer.text += '\n';
  return std::move(printer.text);
}

}  // namespace espalier::ir
