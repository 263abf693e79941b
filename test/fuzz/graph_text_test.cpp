// Graph text that nobody would write: every text either is a valid graph, which prints and reads back equal, or a FormatError
// that says where. Texts are printed random graphs, and these after small, deterministic damage. And the page that says what a
// text may hold.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>

#include "../unit/data_file.h"
#include "../unit/random_graph.h"
#include "espalier/ir/attr_fields.h"
#include "espalier/ir/builder.h"
#include "espalier/ir/error.h"
#include "espalier/ir/print.h"

namespace espalier::test {
namespace {

using namespace ir;

Graph some_graph(std::uint64_t seed) {
  RandomGraphOptions options;
  options.nodes = 4 + static_cast<int>(seed % 20);
  options.nesting = static_cast<int>(seed % 4);
  options.dtypes = {bool_, i8, i16, i32, i64, u8, u16, u32, u64, f16, bf16, f32, f64, c64, c128};
  options.any_dtype = true;
  options.max_size = 40;
  return random_graph(seed, options);
}

// ---- what is printed reads back --------------------------------------------------------------------------------------

class RandomText : public testing::TestWithParam<int> {};

TEST_P(RandomText, ReadsBackEqual) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    const Graph graph = some_graph(static_cast<std::uint64_t>(GetParam()) * 1000 + seed);
    ASSERT_EQ(verify(graph), "");
    const std::string text = print(graph);
    const Graph again = parse(text);
    EXPECT_TRUE(again == graph) << text;
    EXPECT_EQ(hash(again), hash(graph)) << text;
    EXPECT_EQ(print(again), text);
    const std::string located = print(graph, {.locations = true});
    EXPECT_EQ(print(parse(located), {.locations = true}), located);
  }
}

TEST_P(RandomText, CanonicalFormIsReachedInOneStep) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    const Graph graph = some_graph(static_cast<std::uint64_t>(GetParam()) * 1000 + seed);
    const Graph once = canonical(graph), twice = canonical(once);
    EXPECT_EQ(verify(once), "");
    EXPECT_TRUE(once == twice) << print(graph);
    EXPECT_EQ(hash(once), hash(twice));
    EXPECT_TRUE(canonical(parse(print(graph))) == once);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomText, testing::Range(0, 5));

TEST(ElementText, EveryPatternOfSixteenBitsReadsBack) {
  std::vector<std::uint16_t> patterns(65536);
  std::iota(patterns.begin(), patterns.end(), std::uint16_t{0});
  for (DType dtype : {f16, bf16, i16, u16}) {
    Builder b;
    const Value all = b.add(Op::constant, {}, ConstantAttrs{literal(Type(dtype, {65536}), patterns.data())});
    const Graph graph = b.finish({&all, 1});
    EXPECT_TRUE(parse(print(graph)) == graph) << name(dtype);
  }
}

// ---- damage ----------------------------------------------------------------------------------------------------------

// Words that a text is made of, and numbers at the edges of every integer type and of the parser's own bounds.
constexpr std::string_view words[] = {
    "%", "=", ":", ",", "{", "}", "[", "]", "(", ")", "-", "\"", "\\x", "#", "\n",
    "graph(", "return", "true", "nan", "inf", "1e999", "f32", "c128[", "bool", "call", "scan", "cond", "add", "constant {value=",
    "0", "-1", "1.5", "127", "256", "65536", "2147483647", "2147483648", "4294967295", "4294967296",
    "1099511627776", "1099511627777", "-1099511627776", "9223372036854775807", "-9223372036854775808",
    "18446744073709551615", "18446744073709551616", "99999999999999999999999999", std::string_view("\0", 1), "\xff\xfe"};

class Damage {
 public:
  explicit Damage(std::uint64_t seed) : random_(seed) {}

  std::string operator()(std::string text) {
    for (int n = 1 + below(3); n > 0; --n) once(text);
    return text;
  }

 private:
  std::size_t below(std::size_t n) { return n == 0 ? 0 : static_cast<std::size_t>(random_() % n); }
  // The extent of a run of digits that begins at or after a random place; empty if there is none.
  std::pair<std::size_t, std::size_t> some_number(const std::string& text) {
    const auto begin = text.find_first_of("0123456789", below(text.size()));
    if (begin == text.npos) return {0, 0};
    return {begin, std::min(text.find_first_not_of("0123456789", begin), text.size()) - begin};
  }
  void once(std::string& text) {
    const std::size_t at = below(text.size() + 1), other = below(text.size() + 1);
    const std::string_view word = words[below(std::size(words))];
    switch (below(9)) {
      case 0: text.erase(at, 1 + below(4)); break;
      case 1: text.insert(at, word); break;
      case 2: text.replace(at, std::min(word.size(), text.size() - at), word); break;
      case 3: {
        const auto [begin, length] = some_number(text);
        text.replace(begin, length, word);
        break;
      }
      case 4: {
        const auto [begin, length] = some_number(text);
        const auto [from, size] = some_number(text);
        text.replace(begin, length, text.substr(from, size));
        break;
      }
      case 5: text.resize(at); break;
      case 6: text.insert(at, text.substr(other, below(80))); break;
      case 7: {  // a line twice, or not at all
        const auto line = text.rfind('\n', at), end = text.find('\n', at);
        if (line == text.npos || end == text.npos) break;
        if (below(2) == 0) text.insert(end, text.substr(line, end - line));
        else text.erase(line, end - line);
        break;
      }
      case 8:
        if (at < text.size()) text[at] = static_cast<char>(random_());
        break;
    }
  }

  std::mt19937_64 random_;
};

// The property of every text. True if the text is a graph.
bool is_graph_or_says_why(const std::string& text) {
  Graph graph;
  try {
    graph = parse(text);
  } catch (const FormatError& error) {
    EXPECT_GE(error.offset, 0);
    EXPECT_LE(error.offset, static_cast<std::int64_t>(text.size()));
    EXPECT_TRUE(std::string_view(error.what()).starts_with("graph text:")) << error.what();
    return false;
  }
  EXPECT_EQ(verify(graph), "") << text;
  const Graph again = parse(print(graph));
  EXPECT_TRUE(again == graph) << text;
  return true;
}

class DamagedText : public testing::TestWithParam<int> {};

TEST_P(DamagedText, IsAGraphOrAFormatError) {
  int graphs = 0, errors = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const std::uint64_t number = static_cast<std::uint64_t>(GetParam()) * 1000 + seed;
    const std::string text = print(some_graph(number));
    Damage damage(number);
    for (int round = 0; round < 40; ++round) {
      const std::string damaged = damage(text);
      SCOPED_TRACE(damaged);
      ++(is_graph_or_says_why(damaged) ? graphs : errors);
      if (HasFailure()) return;
    }
  }
  // If damage always broke the text, or never did, only one half of the property would be tested: of either outcome there is at
  // least one in a hundred.
  EXPECT_GT(100 * graphs, graphs + errors);
  EXPECT_GT(100 * errors, graphs + errors);
}

TEST_P(DamagedText, EveryPrefixIsAnError) {
  const std::string text = print(some_graph(static_cast<std::uint64_t>(GetParam())));
  for (std::size_t length = 0; length + 1 < text.size(); ++length) {
    EXPECT_FALSE(is_graph_or_says_why(text.substr(0, length))) << length << "\n"
                                                               << text;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, DamagedText, testing::Range(0, 10));

// ---- absurd texts, one by one ----------------------------------------------------------------------------------------

struct Absurd {
  std::string text, message;
};

std::string nested(int depth) {
  std::string text;
  for (int i = 0; i < depth; ++i) text += "graph() { = call {name=\"f\", body=";
  text += "graph() { return }";
  for (int i = 0; i < depth; ++i) text += "} return }";
  return text;
}

TEST(AbsurdText, SaysWhatIsWrongAndWhere) {
  const Absurd rows[] = {
      {"", "graph text:1:1: expected 'graph', found the end"},
      {"graph", "graph text:1:6: expected '(', found the end"},
      {"graph() { return", "graph text:1:17: expected '}', found the end"},
      {"graph() { return } graph", "graph text:1:20: expected the end of the text, found 'graph'"},
      {"graph(%1: f32[]) { return }", "graph text:1:8: values are numbered in order: expected %0"},
      {"graph(%0: f31[]) { return }", "graph text:1:11: expected a dtype, found 'f31[]) { ret'"},
      {"graph(%0: f32[-1]) { return }", "graph text:1:14: extents must not be negative"},
      {"graph(%0: f32[1099511627777]) { return }", "graph text:1:15: the number is beyond 2^40"},
      {"graph(%0: f32[99999999999999999999]) { return }", "graph text:1:15: the number is out of range"},
      {"graph(%0: f32[1048576,1048577]) { return }", "graph text:1:14: the shape has more than 2^40 elements"},
      {"graph(%0: f32[1048576,1048576]) { return }", "graph text:1:11: the value is larger than 2^40 bytes"},
      {"graph() {\n  return %0\n}", "graph text:2:11: %0 is not defined before its use"},
      {"graph() {\n  return %4294967296\n}", "graph text:2:11: the number is out of range"},
      {"graph(%0: f32[]) {\n  %1 = sine %0 : f32[]\n", "graph text:2:8: no op is named 'sine'\n  docs/ops.md lists the ops"},
      {"graph(%0: f32[]) {\n  %1 = add %0 : f32[]\n", "graph text:2:8: add: takes 2 operands, not 1"},
      {"graph(%0: f32[2], %1: f32[3]) {\n  %2 = add %0, %1 : f32[2]\n",
       "graph text:2:8: add: shapes f32[2] and f32[3] do not match\n  broadcast one to the shape of the other"},
      {"graph(%0: f32[2]) {\n  %1 = neg %0 : f32[3]\n", "graph text:2:8: neg makes f32[2], declared is f32[3]"},
      {"graph(%0: f32[2]) {\n  %1, %2 = neg %0 : f32[2], f32[2]\n", "graph text:2:3: neg makes 1 result, 2 are named"},
      {"graph(%0: f32[2]) {\n  %1 = compare %0, %0 {direction=near} : bool[2]\n", "graph text:2:34: expected one of: eq ne lt le gt ge, found 'near} : bool'"},
      {"graph() {\n  %0 = constant {value=[1, 2]} : f32[3]\n", "graph text:2:24: 2 elements for f32[3]"},
      {"graph() {\n  %0 = constant {value=[]} : f32[1000000000]\n", "graph text:2:24: 0 elements for f32[1000000000]"},
      {"graph() {\n  %0 = constant {value=300} : u8[]\n", "graph text:2:24: expected a value of u8, found '300} : u8[]'"},
      {"graph() {\n  %0 = iota {type=f32[2], axis=-1} : f32[2]\n", "graph text:2:32: the number must not be negative"},
      {"graph() {\n  %0 = iota {type=f32[2], axis=2147483648} : f32[2]\n", "graph text:2:32: the number is out of range"},
      {"graph(%0: f32[8388608], %1: f32[]) {\n  %2 = pad %0, %1 {low=[1099511627776], high=[1099511627776], interior=[1099511627776]} : f32[8388608]\n",
       "graph text:2:8: pad: axis 0 of f32[8388608] padded by (1099511627776, 1099511627776) is longer than any memory"},
      {nested(200), "graph text:1:6601: graphs nest more than 200 deep"},
  };
  for (const Absurd& row : rows) {
    SCOPED_TRACE(row.text.substr(0, 200));
    try {
      parse(row.text);
      ADD_FAILURE() << "was read";
    } catch (const FormatError& error) {
      EXPECT_EQ(std::string(error.what()), row.message);
    }
  }
}

TEST(AbsurdText, DeepNestingThatIsAllowedReadsBack) { EXPECT_TRUE(is_graph_or_says_why(nested(199))); }

TEST(AbsurdText, NamesTheFileItIsGiven) {
  try {
    parse("graph() {\n retourn }", "loss.esp");
    ADD_FAILURE() << "was read";
  } catch (const FormatError& error) {
    EXPECT_EQ(std::string(error.what()), "loss.esp:2:2: expected '%', found 'retourn }'");
    EXPECT_EQ(error.path, "loss.esp");
    EXPECT_EQ(error.offset, 11);
  }
}

// A text of a million characters of one kind is refused at once, not after filling memory or the stack.
TEST(AbsurdText, LongRunsAreRefused) {
  for (const char* run : {"(", "[", "{", "%0,", "graph(", "\"", "#", "1", "return ", "[[", "\\x41"}) {
    for (const char* before : {"", "graph(", "graph() {", "graph() { return ", "graph() { %0 = constant {value=", "graph(%0: f32[",
                               "graph() { = call {name=\""}) {
      std::string text = before;
      for (int i = 0; i < 100000; ++i) text += run;
      EXPECT_FALSE(is_graph_or_says_why(text)) << before << run;
    }
  }
}

// The cells of a row of docs/ops.md, by the name of its op.
std::map<std::string, std::vector<std::string>> rows_of_page() {
  std::map<std::string, std::vector<std::string>> rows;
  std::ifstream file = test::data_file("../../docs/ops.md");
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("| `")) continue;
    std::vector<std::string> cells;
    std::istringstream rest(line.substr(1));
    for (std::string cell; std::getline(rest, cell, '|');) cells.push_back(cell.size() > 2 ? cell.substr(1, cell.size() - 2) : "");
    rows[cells[0].substr(1, cells[0].size() - 2)] = cells;
  }
  return rows;
}

TEST(OpsPage, HasTheOperandsAndAttributesOfEveryRow) {
  const auto page = rows_of_page();
  for (int row = 0; row < op_count; ++row) {
    const Op op(static_cast<std::uint8_t>(row));
    const auto at = page.find(std::string(name(op)));
    ASSERT_NE(at, page.end()) << name(op);
    std::string fields;
    const Attrs attrs = blank_attrs(op);
    std::visit([&](const auto& a) { for_each_field(a, [&](const char* field, const auto&) { fields += (fields.empty() ? "" : ", ") + std::string(field); }); }, attrs);
    EXPECT_EQ(at->second[2], fields) << name(op);
    if (family(op) == Family::control) continue;  // whose bodies say what they take
    Count operands = 0;
    std::istringstream list(at->second[1]);
    for (std::string operand; std::getline(list, operand, ',');) {
      if (operand.ends_with("…")) operands.or_more = true;
      else ++operands.number;
    }
    EXPECT_EQ(operands.number, info(op).operands.number) << name(op);
    EXPECT_EQ(operands.or_more, info(op).operands.or_more) << name(op);
  }
}

}  // namespace
}  // namespace espalier::test
