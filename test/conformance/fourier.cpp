// Fourier transforms, as jax.numpy.fft names them.
#include "espalier/dsl/fft.h"

#include "program.h"

namespace espalier::conformance {
namespace {

using P = const Arrays&;

std::string norm_of(const Json& a) { return a.contains("norm") && !a.at("norm").is_null() ? a.at("norm").get<std::string>() : "backward"; }

template <Array (*f)(Operand, fft::FftOptions)> Arrays line(const Json& a, P x) {
  const std::string norm = norm_of(a);
  fft::FftOptions o{.axis = a.value("axis", -1), .norm = norm};
  if (a.contains("n") && !a.at("n").is_null()) o.n = a.at("n").get<std::int64_t>();
  return {f(x[0], o)};
}
template <class Options, Array (*f)(Operand, Options)> Arrays lines(const Json& a, P x) {
  const std::string norm = norm_of(a);
  Options o{.norm = norm};
  if (a.contains("s") && !a.at("s").is_null()) o.s = a.at("s").get<std::vector<std::int64_t>>();
  if (a.contains("axes") && !a.at("axes").is_null()) o.axes = a.at("axes").get<std::vector<int>>();
  return {f(x[0], o)};
}

}  // namespace

const Rules& fourier_rules() {
  static const Rules rules{
      {"fft", line<fft::fft>},
      {"ifft", line<fft::ifft>},
      {"rfft", line<fft::rfft>},
      {"irfft", line<fft::irfft>},
      {"hfft", line<fft::hfft>},
      {"ihfft", line<fft::ihfft>},
      {"fft2", lines<fft::Fft2Options, fft::fft2>},
      {"ifft2", lines<fft::Fft2Options, fft::ifft2>},
      {"rfft2", lines<fft::Fft2Options, fft::rfft2>},
      {"fftn", lines<fft::FftnOptions, fft::fftn>},
      {"ifftn", lines<fft::FftnOptions, fft::ifftn>},
      {"rfftn", lines<fft::FftnOptions, fft::rfftn>},
      {"irfftn", lines<fft::FftnOptions, fft::irfftn>},
      {"fftshift", [](const Json&, P x) { return Arrays{fft::fftshift(x[0])}; }},
      {"ifftshift", [](const Json&, P x) { return Arrays{fft::ifftshift(x[0])}; }},
      {"fftfreq", [](const Json& a, P) { return Arrays{fft::fftfreq(a.at("n").get<std::int64_t>(), a.at("d").get<double>(), {.dtype = f64})}; }},
      {"rfftfreq", [](const Json& a, P) { return Arrays{fft::rfftfreq(a.at("n").get<std::int64_t>(), a.at("d").get<double>(), {.dtype = f64})}; }},
  };
  return rules;
}

}  // namespace espalier::conformance
