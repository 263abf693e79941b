#include "native.h"

namespace bench {
namespace {

constexpr int n = 4096;

// Accelerations, or, with the sign and mass of the row, the gradient of the potential: the same sums in closed form.
void attract(const float* x, const float* y, const float* z, const float* mass, bool gradient, float* out) {
  constexpr int rows = lanes == 16 ? 4 : 2;  // that share what is loaded of a column
#pragma omp parallel for schedule(static)
  for (int i = 0; i < n; i += rows) {
    Vector xi[rows], yi[rows], zi[rows], ax[rows] = {}, ay[rows] = {}, az[rows] = {};
    for (int q = 0; q < rows; ++q) {
      xi[q] = all(x[i + q]);
      yi[q] = all(y[i + q]);
      zi[q] = all(z[i + q]);
    }
    for (int j = 0; j < n; j += lanes) {
      const Vector xj = load(x + j), yj = load(y + j), zj = load(z + j), mj = load(mass + j);
#pragma GCC unroll 4
      for (int q = 0; q < rows; ++q) {
        const Vector dx = xj - xi[q], dy = yj - yi[q], dz = zj - zi[q], r2 = dx * dx + dy * dy + dz * dz + 1e-2f;
        Vector r = rsqrt_estimate(r2);
        r = r * (1.5f - 0.5f * r2 * r * r);  // a step of Newton's method
        const Vector pull = mj * r * r * r;
        ax[q] += dx * pull;
        ay[q] += dy * pull;
        az[q] += dz * pull;
      }
    }
    for (int q = 0; q < rows; ++q) {
      const float scale = gradient ? -mass[i + q] : 1;
      out[3 * (i + q)] = scale * sum(ax[q]);
      out[3 * (i + q) + 1] = scale * sum(ay[q]);
      out[3 * (i + q) + 2] = scale * sum(az[q]);
    }
  }
}

Workload pulls(std::string name, bool gradient) {
  return {std::move(name), "N4096", [gradient] {
    const Floats position = uniform(1, 3 * n), mass = uniform(2, n, 0.5, 1.5), x(n), y(n), z(n), out(3 * n);
    for (int i = 0; i < n; ++i) {
      x[i] = position[3 * i];
      y[i] = position[3 * i + 1];
      z[i] = position[3 * i + 2];
    }
    return prepared([=] { attract(x, y, z, mass, gradient, out); }, [=] { return magnitude(out); });
  }};
}

}  // namespace

Workloads particles() { return {pulls("nbody", false), pulls("nbody_grad", true)}; }

}  // namespace bench
