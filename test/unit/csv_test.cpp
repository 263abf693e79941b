// read_csv and save_csv: against files that numpy.savetxt wrote (../data/io/make.py), and NumPy's rules one by one.
#include <limits>

#include "data_file.h"
#include "espalier/dsl/ops.h"
#include "espalier/stdlib/io.h"
#include "files.h"

namespace ep = espalier;
using namespace ep::test;
using ep::io::Csv, ep::io::read_csv, ep::io::save_csv;

namespace {

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;
constexpr double inf = INFINITY, nan = NAN;

/// Bit for bit, but any NaN is as good as another.
bool same(const Numbers& a, const Numbers& b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](double x, double y) { return (std::isnan(x) && std::isnan(y)) || (x == y && std::signbit(x) == std::signbit(y)); });
}
void expect_table(const Csv& table, const Names& names, const ep::Shape& shape, const Numbers& numbers) {
  EXPECT_EQ(table.names, names);
  EXPECT_EQ(table.values.dtype(), ep::f64);
  EXPECT_EQ(table.values.shape(), shape);
  EXPECT_TRUE(same(table.values.to_vector<double>(), numbers)) << ep::to_string(table.values);
}
std::string golden(const std::string& name) { return data_path("io/csv/" + name + ".csv"); }
Csv read_text(std::string_view text, ep::io::ReadCsvOptions options = {}) { return read_csv(TemporaryFile(bytes_in(text)).path(), options); }

TEST(Csv, ReadsWhatNumPyWrites) {
  const Numbers numbers{1, -2.5, 1e300, nan, inf, -inf, 0.1, 5e-324, -0.0};
  expect_table(read_csv(golden("savetxt")), {"a", "b", "c"}, {3, 3}, numbers);
  expect_table(read_csv(golden("savetxt_plain"), {.header = false, .separator = ';'}), {}, {3, 3}, numbers);
  expect_table(read_csv(golden("quoted")), {"a, b", "say \"hi\"", "c"}, {2, 3}, {1, 2.5, nan, 4, 500, -0.5});
  const auto [names, values] = read_csv(golden("savetxt"));
  EXPECT_EQ(names.size(), 3u);
  EXPECT_EQ(values.shape(0), 3);
}

TEST(Csv, ReadsLinesAsNumPyDoes) {
  const struct {
    const char* name;
    std::string_view text;
    ep::Shape shape;
    Numbers numbers;
  } rows[] = {
      {"LF", "1,2\n3,4\n", {2, 2}, {1, 2, 3, 4}},
      {"CRLF", "1,2\r\n3,4\r\n", {2, 2}, {1, 2, 3, 4}},
      {"CR", "1,2\r3,4\r", {2, 2}, {1, 2, 3, 4}},
      {"no end of the last line", "1,2\n3,4", {2, 2}, {1, 2, 3, 4}},
      {"blank lines", "\n1,2\n\n   \n3,4\n\n", {2, 2}, {1, 2, 3, 4}},
      {"comments", "# a\n1,2 # b\n  # c\n3,4#d", {2, 2}, {1, 2, 3, 4}},
      {"spaces", "  1 , 2\t\n\t3,4  \n", {2, 2}, {1, 2, 3, 4}},
      {"empty fields", ",2\n3,\n,\n", {3, 2}, {nan, 2, 3, nan, nan, nan}},
      {"one column", "1\n2\n3\n", {3, 1}, {1, 2, 3}},
      {"one number", "7", {1, 1}, {7}},
      {"nothing", "", {0, 0}, {}},
      {"blank", "\n\n # x\n", {0, 0}, {}},
      {"byte order mark",
       "\xef\xbb\xbf"
       "1,2\n",
       {1, 2},
       {1, 2}},
      {"a quoted number", "\"1\", \"2\" \n3,\"\"\n", {2, 2}, {1, 2, 3, nan}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    expect_table(read_text(row.text, {.header = false}), {}, row.shape, row.numbers);
  }
  expect_table(read_text("1\t2\n3\t\n", {.header = false, .separator = '\t'}), {}, {2, 2}, {1, 2, 3, nan});
  expect_table(read_text("1 2\n3 4\n", {.header = false, .separator = ' '}), {}, {2, 2}, {1, 2, 3, 4});
}

TEST(Csv, ReadsNumbersAsPythonDoes) {
  const std::pair<const char*, double> rows[] = {
      {"0", 0},
      {"-0", -0.0},
      {"+1", 1},
      {"1.", 1},
      {".5", 0.5},
      {"-.5e+1", -5},
      {"1E5", 1e5},
      {"0.1", 0.1},
      {"1e-400", 0},
      {"-1e-400", -0.0},
      {"1e400", inf},
      {"-1e400", -inf},
      {"inf", inf},
      {"-Infinity", -inf},
      {"+INF", inf},
      {"NaN", nan},
      {"-nan", nan},
      {"007", 7},
      {"9007199254740993", 9007199254740992.0},
      {"2.2250738585072011e-308", 2.2250738585072011e-308},
      {"4.9406564584124654e-324", 5e-324},
      {"1.7976931348623157e308", std::numeric_limits<double>::max()},
  };
  for (const auto& [text, value] : rows) EXPECT_TRUE(same(read_text(text, {.header = false}).values.to_vector<double>(), {value})) << text;
}

TEST(Csv, ReadsHeadersAsNumPyDoes) {
  const std::pair<const char*, Names> rows[] = {
      {"a,b\n", {"a", "b"}},
      {"# a, b \n", {"a", "b"}},
      {"\"#a\",b # c\n", {"#a", "b # c"}},
      {"\n\na,\n", {"a", ""}},
      {"\"a\r\nb\",\"\"\n", {"a\nb", ""}},
      {"π,\"\"\"\"", {"π", "\""}},
      {"\xef\xbb\xbf"
       "a,a\n",
       {"a", "a"}},
  };
  for (const auto& [text, names] : rows) expect_table(read_text(text), names, {0, 2}, {});
}

TEST(Csv, SaysWhatIsWrong) {
  const Malformed with_header[] = {
      {"empty", {}, "line 1: the file has no header", 0},
      {"a field too many", bytes_in("a,b\n1,2\n\n3,4,5\n"), "byte 9: line 4: the row has 3 fields, and the first line has 2 fields", 9},
      {"a field too few", bytes_in("a,b\r\n1\r\n"), "line 2: the row has 1 field, and the first line has 2 fields", 5},
      {"a separator at the end", bytes_in("a,b\n1,2,\n"), "line 2: the row has 3 fields", 4},
      {"a word", bytes_in("a,b\n1,two\n"), "line 2: field 2, \"b\", is no number: \"two\"", 6},
      {"a word in a later line", bytes_in("a,\"b\nb\"\n1,2\n1, x \n"), "line 4: field 2, \"b\nb\", is no number: \"x\"", 15},
      {"another separator", bytes_in("a;b\n1;2\n"), "line 2: field 1, \"a;b\", is no number: \"1;2\""},
      {"a quote without end", bytes_in("a,b\n1,\"2\n3,4\n"), "line 2: a quote does not end", 6},
      {"a quote without end in the header", bytes_in("\"a,b\n1,2\n"), "line 1: a quote does not end", 0},
      {"text after a quote", bytes_in("a,b\n1,\"2\"3\n"), "line 2: text follows after a quote", 9},
      {"a comment after a quote in the header", bytes_in("\"a\" # b\n"), "line 1: text follows after a quote", 4},
  };
  expect_refused(with_header, [](const auto& path) { (void)read_csv(path); });
  const Malformed without[] = {
      {"a header", bytes_in("a,b\n1,2\n"), "line 1: field 1, is no number: \"a\"", 0},
      {"ragged", bytes_in("1,2\n3\n"), "line 2: the row has 1 field, and the first line has 2 fields", 4},
      {"two signs", bytes_in("+-1"), "is no number: \"+-1\""},
      {"hexadecimal", bytes_in("0x10"), "is no number"},
      {"an underscore", bytes_in("1_000"), "is no number"},
      {"half an exponent", bytes_in("1e"), "is no number"},
      {"a NaN with a number", bytes_in("nan(7)"), "is no number"},
      {"two numbers", bytes_in("1 2"), "is no number: \"1 2\""},
      {"a NUL", Bytes{'1', 0}, "is no number"},
      {"long text", Bytes(100000, 'x'), "is no number: \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…\""},
      {"text after a quoted number", bytes_in("\"3\"[0]"), "text follows after a quote", 3},
  };
  expect_refused(without, [](const auto& path) { (void)read_csv(path, {.header = false}); });
  for (const char separator : {'"', '\n', '\r', '#', '1', 'e', '.', '-', '+', '\0', '\xff'}) {
    EXPECT_NE(error_of<ep::ArgumentError>([&] { (void)read_text("a", {.separator = separator}); }).find("is what numbers, quotes, comments or lines are made of"), std::string::npos) << separator;
  }
  EXPECT_NE(error_of<ep::IoError>([] { (void)read_csv("/no/such/file"); }).find("No such file"), std::string::npos);
}

TEST(Csv, UnzipsNoMoreThanTheLimit) {
  std::string text = "a,b\n";
  for (int i = 0; i < 100000; ++i) text += "1,2\n";
  const Bytes zipped = gzipped(bytes_in(text));
  EXPECT_EQ(read_csv(TemporaryFile(zipped).path()).values.shape(0), 100000);
  EXPECT_NE(format_error(zipped, [](const auto& path) { (void)read_csv(path, {.max_unzipped_bytes = 100000}); }).find("expands to more than the 100000 bytes"), std::string::npos);
  EXPECT_EQ(read_csv(TemporaryFile(bytes_in(text)).path(), {.max_unzipped_bytes = 10}).values.shape(0), 100000) << "what is not gzipped expands to nothing";
  EXPECT_NE(format_error(Bytes(zipped.begin(), zipped.end() - 9), [](const auto& path) { (void)read_csv(path); }).find("corrupt or end too early"), std::string::npos);
}

TEST(Csv, WritesWhatReadsBackTheSame) {
  const TemporaryFolder folder;
  const auto written = [&](const ep::Array& x, ep::io::SaveCsvOptions options = {}) {
    save_csv(x, folder / "x", options);
    const Bytes bytes = bytes_of(folder / "x");
    return std::string(bytes.begin(), bytes.end());
  };
  EXPECT_EQ(written({{1, 2}, {3, 4}}), "1,2\n3,4\n");
  EXPECT_EQ(written({1.5, -0.1}), "1.5\n-0.1\n") << "rank 1 is a column";
  EXPECT_EQ(written({{true, false}}), "1,0\n");
  EXPECT_EQ(written(ep::Array{{18446744073709551615ull, 1ull}}), "18446744073709551615,1\n");
  EXPECT_EQ(written(ep::Array{{-128, 127}}.as(ep::i8)), "-128,127\n");
  EXPECT_EQ(written(ep::Array{{0.1, 0.2}}.as(ep::f64), {.names = {"a", "b"}, .separator = ';'}), "a;b\n0.10000000149011612;0.20000000298023224\n");
  EXPECT_EQ(written(ep::Array{{0.5, 1e10}}.as(ep::bf16)), "0.5,9999220736\n");
  EXPECT_EQ(written(ep::Array{{1e-300, INFINITY, -INFINITY}}), "0,inf,-inf\n") << "f32";
  EXPECT_EQ(written(ep::zeros({0, 2}), {.names = {"a", "b"}}), "a,b\n");

  const Numbers numbers{0.1, -0.0, inf, 5e-324, std::numeric_limits<double>::max(), nan, 1.0 / 3, 1e22, 123456789.125};
  const Csv table{{"plain", "with, \"quotes\"", "#"}, ep::Array(numbers, {3, 3})};
  save_csv(table, folder / "table");
  expect_table(read_csv(folder / "table"), table.names, {3, 3}, numbers);
  const Csv odd{{"", " a ", "line\nof two"}, table.values};
  save_csv(odd, folder / "table", {.separator = '\t'});
  expect_table(read_csv(folder / "table", {.separator = '\t'}), odd.names, {3, 3}, numbers);
  save_csv(Csv{{""}, ep::zeros({0, 1})}, folder / "table");
  expect_table(read_csv(folder / "table"), {""}, {0, 1}, {});

  std::vector<double> many(300000);
  for (std::size_t i = 0; i < many.size(); ++i) many[i] = std::sin(static_cast<double>(i));
  save_csv(ep::Array(many, {100000, 3}), folder / "many");
  EXPECT_TRUE(same(read_csv(folder / "many", {.header = false}).values.to_vector<double>(), many));
}

TEST(Csv, SaysWhatItCannotWrite) {
  const TemporaryFolder folder;
  const auto path = folder / "x";
  EXPECT_NE(error_of<ep::ShapeError>([&] { save_csv(2.0, path); }).find("shape [], and a table has rows and columns"), std::string::npos);
  EXPECT_NE(error_of<ep::ShapeError>([&] { save_csv(ep::zeros({2, 2, 2}), path); }).find("shape [2,2,2]"), std::string::npos);
  EXPECT_NE(error_of<ep::ShapeError>([&] { save_csv(ep::zeros({2, 0}), path); }).find("at least one column"), std::string::npos);
  EXPECT_NE(error_of<ep::ShapeError>([&] { save_csv(ep::zeros({2, 2}), path, {.names = {"a"}}); }).find("there are 1 names, and the array of shape [2,2] has 2 columns"), std::string::npos);
  EXPECT_NE(error_of<ep::DTypeError>([&] { save_csv(ep::zeros({2}, ep::c64), path); }).find("no complex numbers"), std::string::npos);
  EXPECT_NE(error_of<ep::ArgumentError>([&] { save_csv(ep::zeros({2}), path, {.separator = 'e'}); }).find("the separator 'e'"), std::string::npos);
  EXPECT_NE(error_of<ep::MissingValue>([&] { save_csv(ep::Array(), path); }).find("Nothing"), std::string::npos);
  EXPECT_NE(error_of<ep::MissingValue>([&] { save_csv(Csv{}, path); }).find("Nothing"), std::string::npos);
  EXPECT_EQ(folder.count(), 0);
}

}  // namespace
