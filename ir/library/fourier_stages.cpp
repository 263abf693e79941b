#include "espalier/ir/library/fourier_stages.h"

#include <utility>

// Vectors longer than the machine's are passed inside of this file alone, where everything is inlined.
#pragma GCC diagnostic ignored "-Wpsabi"

#define INLINE [[gnu::always_inline]] inline

namespace espalier::ir::fourier {
namespace {

template <class T> struct Complex {
  Lanes<T> re, im;
};
template <class T> INLINE Complex<T> sum(const Complex<T>& a, const Complex<T>& b) { return {a.re + b.re, a.im + b.im}; }
template <class T> INLINE Complex<T> difference(const Complex<T>& a, const Complex<T>& b) { return {a.re - b.re, a.im - b.im}; }
template <class T> INLINE Complex<T> scaled(const Complex<T>& a, T s) { return {a.re * s, a.im * s}; }
template <class T> INLINE Complex<T> by_minus_i(const Complex<T>& a) { return {a.im, -a.re}; }
template <class T> INLINE Complex<T> times(const Complex<T>& a, T re, T im) { return {a.re * re - a.im * im, a.re * im + a.im * re}; }

// Transforms of `radix` elements where they are.
template <class T> INLINE void butterfly(Complex<T> (&a)[2]) {
  const Complex<T> b = difference(a[0], a[1]);
  a[0] = sum(a[0], a[1]);
  a[1] = b;
}
template <class T> INLINE void butterfly(Complex<T> (&a)[3]) {
  constexpr T half_root_3 = static_cast<T>(0.866025403784438646763723170752936183L);
  const Complex<T> s = sum(a[1], a[2]), d = scaled(by_minus_i(difference(a[1], a[2])), half_root_3);
  const Complex<T> m = difference(a[0], scaled(s, T(0.5)));
  a[0] = sum(a[0], s);
  a[1] = sum(m, d);
  a[2] = difference(m, d);
}
template <class T> INLINE void butterfly(Complex<T> (&a)[4]) {
  const Complex<T> p = sum(a[0], a[2]), q = difference(a[0], a[2]), r = sum(a[1], a[3]), s = by_minus_i(difference(a[1], a[3]));
  a[0] = sum(p, r);
  a[1] = sum(q, s);
  a[2] = difference(p, r);
  a[3] = difference(q, s);
}
template <class T> INLINE void butterfly(Complex<T> (&a)[5]) {
  constexpr T c1 = static_cast<T>(0.309016994374947424102293417182819059L), c2 = static_cast<T>(-0.809016994374947424102293417182819059L);
  constexpr T s1 = static_cast<T>(0.951056516295153572116439333379382143L), s2 = static_cast<T>(0.587785252292473129168705954639072769L);
  const Complex<T> p = sum(a[1], a[4]), q = sum(a[2], a[3]), r = by_minus_i(difference(a[1], a[4])), s = by_minus_i(difference(a[2], a[3]));
  const Complex<T> m = sum(a[0], sum(scaled(p, c1), scaled(q, c2))), n = sum(a[0], sum(scaled(p, c2), scaled(q, c1)));
  const Complex<T> u = sum(scaled(r, s1), scaled(s, s2)), v = difference(scaled(r, s2), scaled(s, s1));
  a[0] = sum(a[0], sum(p, q));
  a[1] = sum(m, u);
  a[4] = difference(m, u);
  a[2] = sum(n, v);
  a[3] = difference(n, v);
}

template <class T> struct Side {
  Lanes<T>*re, *im;
  INLINE Complex<T> at(std::int64_t k) const { return {re[k], im[k]}; }
  INLINE void put(std::int64_t k, const Complex<T>& a) const {
    re[k] = a.re;
    im[k] = a.im;
  }
};

template <int radix, class T> INLINE void stage(const Plan<T>& plan, const Stage& stage, Side<T> x, Side<T> y) {
  const T *re = plan.re.data() + stage.twiddles, *im = plan.im.data() + stage.twiddles;
  for (std::int64_t p = 0; p < stage.rest; ++p, re += radix - 1, im += radix - 1) {
    for (std::int64_t q = 0; q < stage.stride; ++q) {
      Complex<T> a[radix];
      for (int k = 0; k < radix; ++k) a[k] = x.at(q + stage.stride * (p + stage.rest * k));
      butterfly(a);
      const std::int64_t to = q + stage.stride * radix * p;
      y.put(to, a[0]);
      for (int k = 1; k < radix; ++k) y.put(to + stage.stride * k, times(a[k], re[k - 1], im[k - 1]));
    }
  }
}

// Any other radix, by the definition.
template <class T> INLINE void stage_by_definition(const Plan<T>& plan, const Stage& stage, Side<T> x, Side<T> y) {
  const int radix = stage.radix;
  const T *re = plan.re.data() + stage.twiddles, *im = plan.im.data() + stage.twiddles;
  const T *cos = plan.cos[static_cast<std::size_t>(radix)].data(), *sin = plan.sin[static_cast<std::size_t>(radix)].data();
  for (std::int64_t p = 0; p < stage.rest; ++p, re += radix - 1, im += radix - 1) {
    for (std::int64_t q = 0; q < stage.stride; ++q) {
      const std::int64_t from = q + stage.stride * p, to = q + stage.stride * radix * p, step = stage.stride * stage.rest;
      for (int j = 0; j < radix; ++j) {
        Complex<T> total = x.at(from);
        for (int k = 1; k < radix; ++k) total = sum(total, times(x.at(from + step * k), cos[j * k % radix], sin[j * k % radix]));
        y.put(to + stage.stride * j, j == 0 ? total : times(total, re[j - 1], im[j - 1]));
      }
    }
  }
}

template <class T> INLINE bool run(const Plan<T>& plan, Side<T> x, Side<T> y) {
  bool swapped = false;
  for (const Stage& s : plan.stages) {
    switch (s.radix) {
      case 2: stage<2>(plan, s, x, y); break;
      case 3: stage<3>(plan, s, x, y); break;
      case 4: stage<4>(plan, s, x, y); break;
      case 5: stage<5>(plan, s, x, y); break;
      default: stage_by_definition(plan, s, x, y);
    }
    std::swap(x, y);
    swapped = !swapped;
  }
  return swapped;
}

template <class T> bool run_anywhere(const Plan<T>& plan, Side<T> x, Side<T> y) { return run(plan, x, y); }
#ifdef __x86_64__
template <class T> [[gnu::target("avx2,fma")]] bool run_avx2(const Plan<T>& plan, Side<T> x, Side<T> y) { return run(plan, x, y); }
template <class T> [[gnu::target("avx512f,avx512dq,avx512vl,fma")]] bool run_avx512(const Plan<T>& plan, Side<T> x, Side<T> y) { return run(plan, x, y); }
#endif

template <class T> bool (*best_of_machine())(const Plan<T>&, Side<T>, Side<T>) {
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) return run_avx512<T>;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return run_avx2<T>;
#endif
  return run_anywhere<T>;
}

}  // namespace

template <class T> bool run_stages(const Plan<T>& plan, Lanes<T>* x_re, Lanes<T>* x_im, Lanes<T>* spare_re, Lanes<T>* spare_im) {
  static const auto best = best_of_machine<T>();
  return best(plan, {x_re, x_im}, {spare_re, spare_im});
}

template bool run_stages(const Plan<float>&, Lanes<float>*, Lanes<float>*, Lanes<float>*, Lanes<float>*);
template bool run_stages(const Plan<double>&, Lanes<double>*, Lanes<double>*, Lanes<double>*, Lanes<double>*);

}  // namespace espalier::ir::fourier
