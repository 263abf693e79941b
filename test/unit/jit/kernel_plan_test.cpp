// What is decided of a kernel beside its loops: plans of products, launch mappings, places of kept values, walks. Those that are spoilt
// on purpose are found by the verifier that runs once for every kernel; every product of the sizes below passes it for every target.
#include <gtest/gtest.h>

#include <functional>

#include "espalier/ir/builder.h"
#include "espalier/ir/error.h"
#include "espalier/ir/print.h"
#include "espalier/jit/schedule/kernel.h"

namespace espalier::test {
namespace {

using namespace codegen;

Target cpu(int bits, int registers) {
  Target target;
  target.vector_bits = bits;
  target.vector_registers = registers;
  return target;
}
Target gpu() {
  Target target;
  target.kind = Target::Kind::gpu;
  return target;
}
Contraction row_major(std::int64_t m, std::int64_t n, std::int64_t k) {
  return {.batch = 1, .m = m, .n = n, .k = k, .a = {m * k, k, 1}, .b = {k * n, n, 1}, .c = {m * n, n, 1}};
}

TEST(ProductPlans, CoverTheProductOnEveryTarget) {
  for (const Target& target : {cpu(512, 32), cpu(256, 16), cpu(128, 16)}) {
    for (std::int64_t m : {1, 2, 3, 6, 17, 250, 1000}) {
      for (std::int64_t n : {1, 2, 7, 64, 129, 1500}) {
        for (std::int64_t k : {0, 1, 9, 64, 513, 2100}) {
          for (int layout = 0; layout < 4; ++layout) {
            for (DType sum : {f32, f64, i8}) {
              Contraction p = row_major(m, n, k);
              if ((layout & 1) != 0) p.a = {m * k, 1, m};
              if ((layout & 2) != 0) p.b = {k * n, 1, k};
              p.a_type = p.b_type = p.sum_type = sum;
              EXPECT_EQ(verify(p, plan_contraction(p, target)), "") << m << "x" << n << "x" << k << " layout " << layout << " of " << ir::name(sum);
              EXPECT_EQ(verify(p, launch_tiles(p)), "");
            }
          }
        }
      }
    }
  }
}

struct Spoilt {
  const char* what;
  std::function<void(ContractionPlan&)> spoil;
};
void expect_found(const Contraction& p, ContractionPlan::Form form, const std::vector<Spoilt>& all) {
  const ContractionPlan good = plan_contraction(p, cpu(256, 16));
  ASSERT_EQ(good.form, form);
  ASSERT_EQ(verify(p, good), "");
  for (const Spoilt& one : all) {
    ContractionPlan plan = good;
    one.spoil(plan);
    EXPECT_NE(verify(p, plan), "") << one.what;
  }
}

TEST(SpoiltProductPlans, OfTilesAreFound) {
  const std::vector<Spoilt> all = {
      {"a panel left out", [](ContractionPlan& p) { --p.panels; }},
      {"a panel too many", [](ContractionPlan& p) { ++p.panels; }},
      {"vectors of no width", [](ContractionPlan& p) { p.lanes = 0; }},
      {"a tile wider than its panel", [](ContractionPlan& p) { ++p.vectors; }},
      {"a block of rows left out", [](ContractionPlan& p) { --p.row_blocks; }},
      {"blocks that cut tiles", [](ContractionPlan& p) { ++p.block_rows; }},
      {"a pass left out", [](ContractionPlan& p) { --p.depth_blocks; }},
      {"unrolled beyond a pass", [](ContractionPlan& p) { p.unroll = 11; }},
      {"no panels at a time", [](ContractionPlan& p) { p.chunk_panels = 0; }},
      {"B read where it does not lie", [](ContractionPlan& p) { p.pack_b = false; }},
      {"rows of A on top of each other", [](ContractionPlan& p) { p.pack_a = true, p.a_row = 3; }},
      {"too little room for sums", [](ContractionPlan& p) { p.level_bytes /= 2; }},
      {"too little room for B", [](ContractionPlan& p) { p.b_bytes = 64; }},
      {"too little scratch", [](ContractionPlan& p) { p.scratch_bytes = p.b_bytes; }},
      {"blocks of sums that do not nest", [](ContractionPlan& p) { p.blocks = {2, 4}; }},
  };
  Contraction p = row_major(1000, 520, 2100);
  p.b = {2100 * 520, 1, 2100};  // contiguous along k, so that it is packed
  expect_found(p, ContractionPlan::Form::tile, all);
}

// The windows of a convolution over so many examples of size x size, with channels, a kernel of size `taps` and features.
ir::Graph windows_product(std::int64_t examples, std::int64_t size, std::int64_t channels, std::int64_t taps, std::int64_t features) {
  ir::Builder b;
  const auto x = b.input(ir::Type(f32, {examples, size, size, channels})), w = b.input(ir::Type(f32, {taps, taps, channels, features}));
  const auto windows = b.add(ir::Op::windows, {x}, ir::WindowsAttrs{{1, 2}, {taps, taps}, {1, 1}, {1, 1}});
  const ir::Value product = b.add(ir::Op::dot, {windows, w}, ir::DotAttrs{{}, {}, {4, 5, 3}, {0, 1, 2}, f32});
  return b.finish({&product, 1});
}

TEST(ProductPlans, CoverWindowsOnEveryTarget) {
  for (const Target& target : {cpu(512, 32), cpu(256, 16), cpu(128, 16)}) {
    for (std::int64_t size : {3, 8, 30}) {
      for (std::int64_t channels : {1, 3, 64, 521}) {
        for (std::int64_t features : {1, 6, 64, 300}) {
          const Product product = product_of(windows_product(2, size, channels, 3, features), true);
          EXPECT_EQ(verify(product.contraction, plan_contraction(product.contraction, target)), "") << size << " with " << channels << " channels, " << features << " features";
        }
      }
    }
  }
}

TEST(SpoiltProductPlans, OfWindowsAreFound) {
  const Contraction forwards = product_of(windows_product(4, 30, 64, 3, 64), true).contraction;
  ASSERT_TRUE(forwards.a_windows);
  expect_found(forwards, ContractionPlan::Form::tile,
               {{"windows read as if they were lines", [](ContractionPlan& p) { p.pack_a = false; }},
                {"windows packed across their runs", [](ContractionPlan& p) { p.a_by_rows = false; }},
                {"a pass that ends within a run", [](ContractionPlan& p) { p.depth -= 4, p.depth_blocks = 1 + (576 - 1) / p.depth; }},
                {"another form", [](ContractionPlan& p) { p.form = ContractionPlan::Form::sweep; }}});
  const Contraction turned = exchanged(forwards);
  EXPECT_NE(verify(turned, [&] { ContractionPlan p = plan_contraction(turned, cpu(256, 16)); return p.pack_b = false, p; }()), "");
  ir::Graph body = windows_product(4, 30, 64, 3, 64);
  ContractionKernel kernel = plan_contraction_kernel(body, cpu(256, 16));
  EXPECT_EQ(verify(body, kernel), "");
  --kernel.product.contraction.a_windows->row[0].extent;
  EXPECT_NE(verify(body, kernel), "");
}

TEST(SpoiltProductPlans, OfStreamsAreFound) {
  Contraction dots = row_major(2, 300, 4000);
  dots.a = {8000, 1, 2}, dots.b = {1200000, 1, 4000};
  expect_found(dots, ContractionPlan::Form::dot,
               {{"rows left out", [](ContractionPlan& p) { p.rows = 1; }},
                {"A read where it does not lie", [](ContractionPlan& p) { p.pack_a = false; }},
                {"too little scratch", [](ContractionPlan& p) { p.scratch_bytes = 64; }},
                {"blocks of sums that do not nest", [](ContractionPlan& p) { p.panel_sums.blocks = {8, 8}; }},
                {"the same of single columns", [](ContractionPlan& p) { p.column_sums.blocks = {0}; }},
                {"another form", [](ContractionPlan& p) { p.form = ContractionPlan::Form::sweep; }}});
  expect_found(row_major(2, 3000, 4000), ContractionPlan::Form::sweep,
               {{"rows left out", [](ContractionPlan& p) { p.rows = 1; }},
                {"rows of sums on top of each other", [](ContractionPlan& p) { p.sums_row = 2999; }},
                {"too little room for a level", [](ContractionPlan& p) { p.sums_bytes = p.level_bytes; }},
                {"too little scratch", [](ContractionPlan& p) { p.scratch_bytes = 64; }}});
}

constexpr const char* softmax = R"(graph(%0: f32[64,100]) {
  %1 = reduce %0 {kind=max, axes=[1]} : f32[64]
  %2 = broadcast %1 {shape=[64,100], dims=[0]} : f32[64,100]
  %3 = sub %0, %2 : f32[64,100]
  %4 = exp %3 : f32[64,100]
  %5 = reduce %4 {kind=sum, axes=[1]} : f32[64]
  %6 = broadcast %5 {shape=[64,100], dims=[0]} : f32[64,100]
  %7 = div %4, %6 : f32[64,100]
  return %7
}
)";

TEST(SpoiltLoopKernels, AreFound) {
  const ir::Graph body = ir::parse(softmax);
  const LoopKernel good = plan_loop_kernel(body, cpu(256, 16));
  ASSERT_EQ(verify(body, good), "");
  ASSERT_EQ(good.kept.size(), 1U);
  const auto problem = [&](auto&& spoil) {
    LoopKernel kernel = good;
    spoil(kernel);
    return verify(body, kernel);
  };
  EXPECT_NE(problem([](LoopKernel& k) { k.loops.vector_loop = 5; }), "");
  EXPECT_NE(problem([](LoopKernel& k) { std::get<LoopShape>(k.mapping).tasks = 2; }), "");
  EXPECT_NE(problem([](LoopKernel& k) { std::get<LoopShape>(k.mapping).sum_blocks = {{2, 4}}; }).find("do not nest"), std::string::npos);
  EXPECT_NE(problem([](LoopKernel& k) { std::get<LoopShape>(k.mapping).sum_blocks = {{}, {}}; }), "");
  EXPECT_NE(problem([](LoopKernel& k) { std::get<LoopShape>(k.mapping).join_blocks = {0}; }), "");
  EXPECT_NE(problem([](LoopKernel& k) { k.kept[0].value = 3; }).find("is not kept"), std::string::npos);
  EXPECT_NE(problem([](LoopKernel& k) { k.kept[0].elements = 99; }).find("no room"), std::string::npos);
  EXPECT_NE(problem([](LoopKernel& k) { k.kept[0].output = 0; }).find("not its own"), std::string::npos);
}

TEST(SpoiltStreams, AreFound) {
  Target without_cache = cpu(256, 16);
  without_cache.l3_bytes = 0;
  const auto scaled = [](const char* shape) { return ir::parse("graph(%0: f32[" + std::string(shape) + "]) {\n  %1 = mul %0, %0 : f32[" + shape + "]\n  return %1\n}\n"); };
  const ir::Graph body = scaled("8,64");
  const LoopKernel good = plan_loop_kernel(body, without_cache);
  ASSERT_EQ(good.streamed, std::vector<std::size_t>{0});
  EXPECT_EQ(verify(body, good), "");
  EXPECT_TRUE(plan_loop_kernel(body, cpu(256, 16)).streamed.empty());
  LoopKernel kernel = good;
  kernel.streamed = {1};
  EXPECT_NE(verify(body, kernel), "");
  kernel = good;
  std::get<LoopShape>(kernel.mapping).width = 8, std::get<LoopShape>(kernel.mapping).tasks = 64;
  EXPECT_NE(verify(body, kernel).find("parts of lines"), std::string::npos);
  // Rows of an odd length, beside a row that is repeated, begin within a line; a softmax that is read back stays in the caches.
  const ir::Graph odd = ir::parse("graph(%0: f32[8,65], %1: f32[65]) {\n  %2 = broadcast %1 {shape=[8,65], dims=[1]} : f32[8,65]\n  %3 = mul %0, %2 : f32[8,65]\n  return %3\n}\n");
  EXPECT_TRUE(plan_loop_kernel(odd, without_cache).streamed.empty());
}

TEST(SpoiltLaunches, AreFound) {
  const ir::Graph body = ir::parse(softmax);
  const LoopKernel good = plan_loop_kernel(body, gpu());
  ASSERT_EQ(verify(body, good), "");
  EXPECT_TRUE(good.kept.empty());  // no output holds it, and threads have no room
  const auto problem = [&](auto&& spoil) {
    LoopKernel kernel = good;
    spoil(std::get<PointLaunch>(kernel.mapping));
    return verify(body, kernel);
  };
  EXPECT_NE(problem([](PointLaunch& l) { --l.blocks; }), "");
  EXPECT_NE(problem([](PointLaunch& l) { l.points = 3; }), "");
  EXPECT_NE(problem([](PointLaunch& l) { l.workers = 2048; }), "");
  EXPECT_NE(problem([](PointLaunch& l) { l.workers = 16; }), "");
  EXPECT_NE(problem([](PointLaunch& l) { l.sum_blocks = {1, 1}; }), "");
  const Contraction p = row_major(100, 100, 100);
  TileLaunch tiles = launch_tiles(p);
  EXPECT_EQ(verify(p, tiles), "");
  --tiles.row_tiles;
  EXPECT_NE(verify(p, tiles), "");
  ++tiles.row_tiles;
  tiles.sum_blocks = {2, 4};
  EXPECT_NE(verify(p, tiles), "");
}

TEST(SpoiltWalks, AreFound) {
  const ir::Graph body = ir::parse("graph(%0: f32[3,1000]) {\n  %1 = cumulative %0 {kind=sum, axis=1, reverse=false} : f32[3,1000]\n  return %1\n}\n");
  for (const Target& target : {cpu(256, 16), gpu()}) {
    const CumulativeKernel good = plan_cumulative_kernel(body, target);
    EXPECT_EQ(verify(body, good), "");
    CumulativeKernel kernel = good;
    kernel.axis = 0;
    EXPECT_NE(verify(body, kernel), "");
    kernel = good;
    kernel.blocks = {64, 512};
    EXPECT_NE(verify(body, kernel), "");
    kernel = good;
    if (auto* launch = std::get_if<Launch>(&kernel.walk)) launch->threads = 1;
    else std::get<WalkLanes>(kernel.walk).lanes = 3;
    EXPECT_NE(verify(body, kernel), "");
  }
}

TEST(SpoiltScatters, AreFound) {
  const ir::Graph body = ir::parse(R"(graph(%0: f32[100,32], %1: f32[50,32], %2: i32[50]) {
  %3 = scatter_reduce %0, %1, %2 {kind=sum, offset_dims=[1], collapsed_slice_dims=[0], start_index_map=[0], operand_batching_dims=[], start_indices_batching_dims=[], outside=drop, unique=false} : f32[100,32]
  return %3
}
)");
  for (const Target& target : {cpu(256, 16), gpu()}) {
    const ScatterKernel good = plan_scatter_kernel(body, target);
    ASSERT_EQ(verify(body, good), "");
    const auto problem = [&](auto&& spoil) {
      ScatterKernel kernel = good;
      spoil(kernel);
      return verify(body, kernel);
    };
    EXPECT_NE(problem([](ScatterKernel& k) { k.windows = 0; }), "");
    EXPECT_NE(problem([](ScatterKernel& k) { std::swap(k.apart, k.in_order); }).find("may meet"), std::string::npos);
    EXPECT_NE(problem([](ScatterKernel& k) { k.apart = {0, 1}, k.in_order = {}; }).find("may meet"), std::string::npos);
    EXPECT_NE(problem([](ScatterKernel& k) { k.in_order = {}; }).find("left out"), std::string::npos);
    EXPECT_NE(problem([](ScatterKernel& k) { k.in_order = {0, 1}; }), "");
    EXPECT_NE(problem([](ScatterKernel& k) {
      if (auto* launch = std::get_if<Launch>(&k.walk)) launch->threads = 1;
      else std::get<WalkLanes>(k.walk).lanes = 3;
    }),
              "");
  }
}

TEST(SpoiltLibraryPlans, AreFound) {
  ir::Builder b;
  const ir::Value a = b.input(ir::Type(f64, {64, 20, 20}));
  const ir::Value l = b.add(ir::Op::cholesky, {a}, ir::LibraryAttrs{});
  const ir::Graph body = b.finish({&l, 1});
  const LibraryKernel good = plan_library_kernel(body, cpu(256, 16));
  EXPECT_EQ(verify(body, good), "");
  EXPECT_EQ(describe(good), "calls espalier_cholesky_f64(20) for 64 problems");
  for (const auto& spoil : {std::function<void(LibraryKernel&)>([](LibraryKernel& k) { --k.call.problems; }), {[](LibraryKernel& k) { k.call.sizes[0] = 19; }}, {[](LibraryKernel& k) { k.call.function = nullptr; }}}) {
    LibraryKernel kernel = good;
    spoil(kernel);
    EXPECT_NE(verify(body, kernel), "");
  }
  EXPECT_THROW(plan_library_kernel(body, gpu()), CompileError);
}

// ---- groups ---------------------------------------------------------------------------------------------------------------

TEST(SpoiltGroups, AreFound) {
  const ir::Graph member = ir::parse("graph(%0: f32[], %1: f32[64], %2: f32[64]) {\n  %3 = broadcast %0 {shape=[64], dims=[]} : f32[64]\n  %4 = mul %2, %3 : f32[64]\n  %5 = sub %1, %4 : f32[64]\n  return %5\n}\n");
  const GroupKernel good = plan_group(member, {true, false, false}, {1000, 5, 9000, 64}, cpu(256, 16));
  const ir::Graph body = joined(good);
  ASSERT_EQ(verify(body, good), "");
  EXPECT_EQ(body.n_inputs, 1 + 4 * 2U);
  EXPECT_EQ(good.tasks().size(), 3 + 3U);  // 9000 elements are three tasks
  EXPECT_EQ(joined(good, {1}), (std::vector<int>{1, 3, 5, 7}));
  const std::vector<std::pair<const char*, std::function<void(GroupKernel&)>>> all = {
      {"a member left out", [](GroupKernel& g) { g.lengths.pop_back(); }},
      {"a member cut short", [](GroupKernel& g) { --g.lengths[0]; }},
      {"a member of nothing", [](GroupKernel& g) { g.lengths[1] = 0; }},
      {"members in another order", [](GroupKernel& g) { std::swap(g.lengths[0], g.lengths[2]); }},
      {"an array that all read", [](GroupKernel& g) { g.shared[1] = true; }},
      {"a number that each has for itself", [](GroupKernel& g) { g.shared[0] = false; }},
      {"a task that ends within a vector", [](GroupKernel& g) { ++g.most_elements; }},
      {"tasks of nothing", [](GroupKernel& g) { g.most_elements = 0; }},
      {"other work", [](GroupKernel& g) { g.member.nodes.back().op = ir::Op(ir::Binary::add); }},
      {"vectors along no loop", [](GroupKernel& g) { g.loops.loops.vector_loop = -1; }},
  };
  for (const auto& [what, spoil] : all) {
    GroupKernel group = good;
    spoil(group);
    EXPECT_NE(verify(body, group), "") << what;
  }
}

}  // namespace
}  // namespace espalier::test
