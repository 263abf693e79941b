#include <cmath>

#include "native.h"

namespace bench {
namespace {

constexpr int side = 1024, most = 256, rows = 100'000, columns = 16;

double newton(double start) {
  double x = start, step = 1;
  while (std::fabs(step) > 1e-14) {
    step = (x * x - 2) / (6 * x);
    x -= step;
  }
  return x;
}

// Points in groups of four registers: a group is done when its last point has escaped.
struct Mandelbrot {
  static constexpr int group = 4 * lanes;
  Floats a{side}, b{side};
  Memory<std::int32_t> counts{side * side};

  Mandelbrot() {
    for (int i = 0; i < side; ++i) {
      const float step = static_cast<float>(i) * static_cast<float>(2.6 / (side - 1));
      a[i] = step - 2.0f;
      b[i] = step - 1.3f;
    }
  }
  void run() {
#pragma omp parallel for schedule(dynamic, 8)
    for (int r = 0; r < side; ++r) {
      for (int c = 0; c < side; c += group) {
        alignas(64) float x[group] = {}, y[group] = {};
        alignas(64) std::int32_t n[group] = {};
        for (int t = 0; t < most; ++t) {
          std::int32_t alive = 0;
#pragma omp simd reduction(+ : alive)
          for (int q = 0; q < group; ++q) {
            const float xx = x[q] * x[q], yy = y[q] * y[q], xy = x[q] * y[q];
            const std::int32_t in = xx + yy <= 4 ? 1 : 0;
            n[q] += in;
            alive += in;
            x[q] = in ? xx - yy + a[c + q] : x[q];
            y[q] = in ? 2 * xy + b[r] : y[q];
          }
          if (alive == 0) break;
        }
        std::copy_n(n, group, counts + static_cast<std::size_t>(r) * side + c);
      }
    }
  }
};

struct Updates {
  Floats start{uniform(1, rows* columns)}, table{rows * columns};
  Memory<std::int32_t> places{integer_values(2, rows, rows)};
  void run() {
    std::copy_n(start.get(), rows * columns, table.get());
    for (int i = 0; i < rows; ++i) {
      float* row = table + static_cast<std::size_t>(places[i]) * columns;
#pragma omp simd
      for (int j = 0; j < columns; ++j) row[j] = row[j] * 0.5f + 1;
    }
  }
};

}  // namespace

Workloads control() {
  Workloads found;
  found.push_back({"while_newton", "f64 scalar", [] {
    const auto result = std::make_shared<double>();
    const auto start = std::make_shared<volatile double>(30.0);
    return prepared([=] { *result = newton(*start); }, [=] { return std::abs(*result); });
  }});
  found.push_back({"mandelbrot", "1024 max256", [] {
    const auto m = std::make_shared<Mandelbrot>();
    return prepared([=] { m->run(); }, [=] { return magnitude(m->counts); });
  }});
  found.push_back({"loop_update", "100000 rows of 16", [] {
    const auto u = std::make_shared<Updates>();
    return prepared([=] { u->run(); }, [=] { return magnitude(u->table); });
  }});
  return found;
}

}  // namespace bench
