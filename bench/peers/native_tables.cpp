#include "native.h"

namespace bench {
namespace {

constexpr std::size_t million = 1 << 20, rows = 100000, width = 16;

inline const float* row(const float* table, std::int32_t i) { return table + width * static_cast<std::size_t>(i); }
inline float* row(float* table, std::int32_t i) { return table + width * static_cast<std::size_t>(i); }

void gather(const float* table, const std::int32_t* numbers, float* out) {
#pragma omp parallel for schedule(static)
  for (std::size_t i = 0; i < million; ++i) {
    for (std::size_t q = 0; q < width; q += lanes) store(out + width * i + q, load(row(table, numbers[i]) + q));
  }
}
void scatter_add(const float* windows, const std::int32_t* numbers, float* table) {
  std::memset(table, 0, rows * width * sizeof(float));
  for (std::size_t i = 0; i < million; ++i) {
    float* to = row(table, numbers[i]);
    for (std::size_t q = 0; q < width; q += lanes) store(to + q, load(to + q) + load(windows + width * i + q));
  }
}
// Of the sum of squares of the rows: twice each row, as often as it was read.
void embedding_grad(const float* table, const std::int32_t* numbers, float* gradient) {
  std::memset(gradient, 0, rows * width * sizeof(float));
  for (std::size_t i = 0; i < million; ++i) {
    const float* from = row(table, numbers[i]);
    float* to = row(gradient, numbers[i]);
    for (std::size_t q = 0; q < width; q += lanes) store(to + q, load(to + q) + 2 * load(from + q));
  }
}

}  // namespace

Workloads tables() {
  const auto numbers = [] { return Memory<std::int32_t>(integer_values(2, million, rows)); };
  return {
      {"gather", "1M rows of 16 from 100kx16", [=] {
    const Floats table = uniform(1, rows * width), out(million * width);
    const auto at = numbers();
    return prepared([=] { gather(table, at, out); }, [=] { return magnitude(out); });
  }},
      {"scatter_add", "1M rows of 16 into 100kx16", [=] {
    const Floats windows = uniform(1, million * width), table(rows * width);
    const auto at = numbers();
    return prepared([=] { scatter_add(windows, at, table); }, [=] { return magnitude(table); });
  }},
      {"embedding_grad", "1M rows of 16 from 100kx16", [=] {
    const Floats table = uniform(1, rows * width), gradient(rows * width);
    const auto at = numbers();
    return prepared([=] { embedding_grad(table, at, gradient); }, [=] { return magnitude(gradient); });
  }},
  };
}

}  // namespace bench
