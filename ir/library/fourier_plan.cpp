#include "espalier/ir/library/fourier_plan.h"

#include <cmath>
#include <map>
#include <mutex>
#include <numbers>

#include "espalier/ir/library/fourier.h"

namespace espalier::ir::fourier {
namespace {

// What is made of a length, once. Callers keep references, so nothing is ever dropped: plans are few, and as small as their lines.
template <class Made, class Make> const Made& once(std::int64_t n, Make&& make) {
  static std::mutex lock;
  static std::map<std::int64_t, std::unique_ptr<const Made>>& made = *new std::map<std::int64_t, std::unique_ptr<const Made>>;
  {
    const std::lock_guard guard(lock);
    if (const auto found = made.find(n); found != made.end()) return *found->second;
  }
  auto fresh = std::make_unique<const Made>(make());  // not under the lock: a chirp needs a plan of another length
  const std::lock_guard guard(lock);
  return *made.emplace(n, std::move(fresh)).first->second;
}

}  // namespace

Root root(std::int64_t k, std::int64_t n) {
  // In the first octant both are computed from a small angle; the others are its mirror images.
  k %= n;
  if (k < 0) k += n;
  const bool lower = 2 * k > n;
  if (lower) k = n - k;
  const bool left = 4 * k > n;  // the angle is beyond a quarter turn: cos(pi - a) = -cos(a), and the sine is the same
  long double turns = left ? static_cast<long double>(n - 2 * k) / (2 * static_cast<long double>(n)) : static_cast<long double>(k) / static_cast<long double>(n);
  const bool steep = 8 * turns > 1;
  if (steep) turns = left ? static_cast<long double>(4 * k - n) / (4 * static_cast<long double>(n)) : static_cast<long double>(n - 4 * k) / (4 * static_cast<long double>(n));
  const long double angle = 2 * std::numbers::pi_v<long double> * turns;
  long double c = std::cos(angle), s = std::sin(angle);
  if (steep) std::swap(c, s);
  return {left ? -c : c, lower ? s : -s};
}

std::vector<int> radices(std::int64_t n) {
  std::vector<int> out;
  for (int radix : {4, 2, 3, 5}) {
    for (; n % radix == 0; n /= radix) out.push_back(radix);
  }
  for (int radix = 7; radix <= largest_radix; radix += 2) {
    for (; n % radix == 0; n /= radix) out.push_back(radix);
  }
  return n == 1 ? out : std::vector<int>();
}

template <class T> const Plan<T>& plan_of(std::int64_t n) {
  return once<Plan<T>>(n, [&] {
    Plan<T> plan{n, {}, {}, {}, std::vector<std::vector<T>>(largest_radix + 1), std::vector<std::vector<T>>(largest_radix + 1)};
    std::int64_t left = n, stride = 1;
    for (int radix : radices(n)) {
      const std::int64_t rest = left / radix;
      plan.stages.push_back({radix, rest, stride, plan.re.size()});
      for (std::int64_t p = 0; p < rest; ++p) {
        for (int j = 1; j < radix; ++j) {
          const Root w = root(p * j, left);
          plan.re.push_back(static_cast<T>(w.re));
          plan.im.push_back(static_cast<T>(w.im));
        }
      }
      if (radix > 5 && plan.cos[static_cast<std::size_t>(radix)].empty()) {
        for (int j = 0; j < radix; ++j) {
          const Root w = root(j, radix);
          plan.cos[static_cast<std::size_t>(radix)].push_back(static_cast<T>(w.re));
          plan.sin[static_cast<std::size_t>(radix)].push_back(static_cast<T>(w.im));
        }
      }
      left = rest;
      stride *= radix;
    }
    return plan;
  });
}

template <class T> const Split<T>& split_of(std::int64_t n) {
  return once<Split<T>>(n, [&] {
    Split<T> split{1, n, {}, {}, {}, {}};
    for (std::int64_t rows = 2; rows * rows <= n; ++rows)
      if (n % rows == 0) split.rows = rows;
    split.columns = n / split.rows;
    const auto add = [&](std::vector<T>& re, std::vector<T>& im, std::int64_t k) {
      for (std::int64_t c = 0; c < split.columns; ++c) {
        const Root w = root(k * c, n);
        re.push_back(static_cast<T>(w.re));
        im.push_back(static_cast<T>(w.im));
      }
    };
    for (std::int64_t k = 0; k < split.rows; k += Split<T>::low_rows) add(split.high_re, split.high_im, k);
    for (std::int64_t k = 0; k < std::min(split.rows, Split<T>::low_rows); ++k) add(split.low_re, split.low_im, k);
    return split;
  });
}

template <class T> const Chirp<T>& chirp_of(std::int64_t n) {
  return once<Chirp<T>>(n, [&] {
    Chirp<T> chirp{1, {}, {}, {}, {}};
    while (chirp.padded < 2 * n - 1) chirp.padded *= 2;
    const auto padded = static_cast<std::size_t>(chirp.padded);
    std::vector<T> b_re(padded), b_im(padded);
    std::int64_t square = 0;  // k^2 modulo 2 n, so that it never overflows
    for (std::int64_t k = 0; k < n; ++k) {
      const Root w = root(square, 2 * n);
      square = (square + 2 * k + 1) % (2 * n);
      chirp.re.push_back(static_cast<T>(w.re));
      chirp.im.push_back(static_cast<T>(w.im));
      for (const auto at : {static_cast<std::size_t>(k), static_cast<std::size_t>(chirp.padded - k) % padded}) {
        b_re[at] = static_cast<T>(w.re / static_cast<long double>(chirp.padded));
        b_im[at] = static_cast<T>(-w.im / static_cast<long double>(chirp.padded));
      }
    }
    chirp.spectrum_re.resize(padded);
    chirp.spectrum_im.resize(padded);
    transform<T>(chirp.padded, {1, 1}, false, {b_re.data(), b_im.data(), 1}, {chirp.spectrum_re.data(), chirp.spectrum_im.data(), 1});
    return chirp;
  });
}

template const Plan<float>& plan_of(std::int64_t);
template const Plan<double>& plan_of(std::int64_t);
template const Split<float>& split_of(std::int64_t);
template const Split<double>& split_of(std::int64_t);
template const Chirp<float>& chirp_of(std::int64_t);
template const Chirp<double>& chirp_of(std::int64_t);

}  // namespace espalier::ir::fourier
