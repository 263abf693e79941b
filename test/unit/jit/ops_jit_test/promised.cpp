// The bounds of compiled code that the table's rows hold are those of docs/ops.md.
#include <gtest/gtest.h>

#include <sstream>

#include "../../data_file.h"
#include "../../ops/table.h"

namespace espalier::test {
namespace {

TEST(Ops, AreAsAccurateAsThePagePromises) {
  std::ifstream file = data_file("../../docs/ops.md");
  const std::string page(std::istreambuf_iterator<char>(file), {});
  int promised = 0;
  for (ir::Op op : all_ops()) {
    const Row& row = row_of(op);
    if (!row.promised) continue;
    ++promised;
    std::ostringstream line;
    line << "\n| " << ir::name(op) << " | " << row.compiled.f32 << " | " << row.compiled.f64 << " |";
    EXPECT_NE(page.find(line.str()), std::string::npos) << line.str();
  }
  EXPECT_GE(promised, 28);
}

}  // namespace
}  // namespace espalier::test
