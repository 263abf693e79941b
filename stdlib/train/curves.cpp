#include "espalier/stdlib/train/curves.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <limits>

#include "espalier/stdlib/train/png.h"

namespace espalier::detail {
namespace {

constexpr int width = 720, height = 440, left = 70, right = 20, top = 20, bottom = 50;
// The colours of Okabe and Ito, which the colour-blind tell apart.
constexpr std::array<std::uint32_t, 7> colours{0x0072b2, 0xd55e00, 0x009e73, 0xcc79a7, 0xe69f00, 0x56b4e9, 0x000000};

/// Where data lie in the picture.
struct Panel {
  double x0 = 0, x1 = 1, y0 = 0, y1 = 1;

  explicit Panel(const std::vector<Curve>& curves) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    double least_x = infinity, largest_x = -infinity, least_y = infinity, largest_y = -infinity;
    for (const Curve& curve : curves) {
      for (std::size_t i = 0; i < curve.x.size(); ++i) {
        if (!std::isfinite(curve.y[i])) continue;
        least_x = std::min(least_x, curve.x[i]), largest_x = std::max(largest_x, curve.x[i]);
        least_y = std::min(least_y, curve.y[i]), largest_y = std::max(largest_y, curve.y[i]);
      }
    }
    if (least_x > largest_x) return;  // there is no point
    const double more_x = largest_x > least_x ? 0 : 0.5, more_y = largest_y > least_y ? 0.04 * (largest_y - least_y) : std::max(0.5, std::abs(least_y) / 2);
    x0 = least_x - more_x, x1 = largest_x + more_x, y0 = least_y - more_y, y1 = largest_y + more_y;
  }
  double across(double x) const { return left + (x - x0) / (x1 - x0) * (width - left - right); }
  double down(double y) const { return height - bottom - (y - y0) / (y1 - y0) * (height - top - bottom); }
};

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '<') out += "&lt;";
    else if (c == '&') out += "&amp;";
    else out += c;
  }
  return out;
}
std::string colour_text(std::size_t i) {
  char text[8];
  std::snprintf(text, sizeof(text), "#%06x", colours[i % colours.size()]);
  return text;
}
std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.1f", value);
  return text;
}

/// Runs of finite points of a curve.
template <class F> void each_run(const Curve& curve, F&& f) {
  std::vector<std::size_t> run;
  for (std::size_t i = 0; i <= curve.x.size(); ++i) {
    if (i < curve.x.size() && std::isfinite(curve.y[i])) run.push_back(i);
    else if (!run.empty()) f(run), run.clear();
  }
}

/// Digits of 3 x 5 points, a row of three bits each from the top.
std::uint16_t glyph(char c) {
  switch (c) {
    case '0': return 0b111101101101111;
    case '1': return 0b010110010010111;
    case '2': return 0b111001111100111;
    case '3': return 0b111001111001111;
    case '4': return 0b101101111001001;
    case '5': return 0b111100111001111;
    case '6': return 0b111100111101111;
    case '7': return 0b111001001001001;
    case '8': return 0b111101111101111;
    case '9': return 0b111101111001111;
    case '.': return 0b000000000000010;
    case '-': return 0b000000111000000;
    case '+': return 0b000010111010000;
    case 'e': return 0b011101111100011;
    default: return 0;
  }
}

/// A picture of dots.
class Canvas {
 public:
  void dot(int x, int y, std::uint32_t colour) {
    if (x < 0 || y < 0 || x >= width || y >= height) return;
    for (int c = 0; c < 3; ++c) pixels_[static_cast<std::size_t>((y * width + x) * 3 + c)] = static_cast<std::uint8_t>(colour >> (16 - 8 * c));
  }
  void line(double x0, double y0, double x1, double y1, std::uint32_t colour, int thickness) {
    const int steps = 1 + static_cast<int>(std::ceil(std::max(std::abs(x1 - x0), std::abs(y1 - y0))));
    for (int i = 0; i <= steps; ++i) {
      const double t = static_cast<double>(i) / steps;
      for (int a = 0; a < thickness; ++a) {
        for (int b = 0; b < thickness; ++b) dot(static_cast<int>(std::lround(x0 + t * (x1 - x0))) + a, static_cast<int>(std::lround(y0 + t * (y1 - y0))) + b, colour);
      }
    }
  }
  /// A number that ends at x, its top at y.
  void number(int x, int y, const std::string& text) {
    int at = x - 8 * static_cast<int>(text.size());
    for (const char c : text) {
      for (int bit = 0; bit < 15; ++bit) {
        if ((glyph(c) >> (14 - bit) & 1) != 0) line(at + 2 * (bit % 3), y + 2 * (bit / 3), at + 2 * (bit % 3), y + 2 * (bit / 3), 0x333333, 2);
      }
      at += 8;
    }
  }
  std::string png() const { return png_bytes(pixels_, height, width, 3); }

 private:
  std::vector<std::uint8_t> pixels_ = std::vector<std::uint8_t>(static_cast<std::size_t>(width * height * 3), 255);
};

}  // namespace

std::vector<double> ticks(double least, double largest, int most) {
  const double raw = (largest - least) / most, power = std::pow(10, std::floor(std::log10(raw)));
  double step = 10 * power;
  for (const double factor : {5., 2., 1.}) {
    if (factor * power >= raw) step = factor * power;
  }
  std::vector<double> values;
  for (double i = std::ceil(least / step); i * step <= largest * (1 + 1e-12) + 1e-300; ++i) values.push_back(i * step + 0.);  // no -0
  return values;
}

std::string tick_text(double value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.6g", std::abs(value) < 1e-300 ? 0. : value);
  return text;
}

std::string curves_svg(const std::vector<Curve>& curves, const std::string& x_name) {
  const Panel panel(curves);
  const std::string w = std::to_string(width), h = std::to_string(height);
  std::string svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + w + "\" height=\"" + h + "\" viewBox=\"0 0 " + w + " " + h + "\" font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"" + w + "\" height=\"" + h + "\" fill=\"white\"/>\n";
  const auto line = [&](double xa, double ya, double xb, double yb, const char* stroke) {
    svg += "<line x1=\"" + number(xa) + "\" y1=\"" + number(ya) + "\" x2=\"" + number(xb) + "\" y2=\"" + number(yb) + "\" stroke=\"";
    svg.append(stroke).append("\"/>\n");
  };
  const auto label = [&](double x, double y, const char* anchor, const std::string& text) {
    svg += "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" text-anchor=\"";
    svg.append(anchor).append("\">").append(escaped(text)).append("</text>\n");
  };
  for (const double x : ticks(panel.x0, panel.x1, 8)) {
    line(panel.across(x), top, panel.across(x), height - bottom, "#e5e5e5");
    label(panel.across(x), height - bottom + 18, "middle", tick_text(x));
  }
  for (const double y : ticks(panel.y0, panel.y1, 6)) {
    line(left, panel.down(y), width - right, panel.down(y), "#e5e5e5");
    label(left - 8, panel.down(y) + 4, "end", tick_text(y));
  }
  line(left, top, left, height - bottom, "#333333");
  line(left, height - bottom, width - right, height - bottom, "#333333");
  label((left + width - right) / 2., height - 10, "middle", x_name);
  for (std::size_t i = 0; i < curves.size(); ++i) {
    each_run(curves[i], [&](const std::vector<std::size_t>& run) {
      svg += "<polyline fill=\"none\" stroke-width=\"2\" stroke=\"" + colour_text(i) + "\" points=\"";
      for (const std::size_t k : run) svg += number(panel.across(curves[i].x[k])) + "," + number(panel.down(curves[i].y[k])) + " ";
      svg += "\"/>\n";
    });
    const double y = top + 16 + 18. * static_cast<double>(i);
    svg += "<rect x=\"" + number(width - right - 150) + "\" y=\"" + number(y - 9) + "\" width=\"18\" height=\"4\" fill=\"" + colour_text(i) + "\"/>\n";
    label(width - right - 126, y - 3, "start", curves[i].name);
  }
  return svg + "</svg>\n";
}

std::string curves_png(const std::vector<Curve>& curves) {
  const Panel panel(curves);
  Canvas canvas;
  for (const double x : ticks(panel.x0, panel.x1, 8)) {
    canvas.line(panel.across(x), top, panel.across(x), height - bottom, 0xe5e5e5, 1);
    canvas.number(static_cast<int>(panel.across(x)) + 4 * static_cast<int>(tick_text(x).size()), height - bottom + 10, tick_text(x));
  }
  for (const double y : ticks(panel.y0, panel.y1, 6)) {
    canvas.line(left, panel.down(y), width - right, panel.down(y), 0xe5e5e5, 1);
    canvas.number(left - 6, static_cast<int>(panel.down(y)) - 5, tick_text(y));
  }
  canvas.line(left, top, left, height - bottom, 0x333333, 1);
  canvas.line(left, height - bottom, width - right, height - bottom, 0x333333, 1);
  for (std::size_t i = 0; i < curves.size(); ++i) {
    each_run(curves[i], [&](const std::vector<std::size_t>& run) {
      for (std::size_t k = 0; k < run.size(); ++k) {
        const std::size_t a = run[k == 0 ? 0 : k - 1], b = run[k];
        canvas.line(panel.across(curves[i].x[a]), panel.down(curves[i].y[a]), panel.across(curves[i].x[b]), panel.down(curves[i].y[b]), colours[i % colours.size()], 2);
      }
    });
  }
  return canvas.png();
}

}  // namespace espalier::detail
