#pragma once
// Curves as pictures: where their lines and labels lie, and the two formats.
#include <string>
#include <vector>

namespace espalier::detail {

/// A curve: points in the order of x; those that are not finite break it.
struct Curve {
  std::string name;
  std::vector<double> x, y;
};

/// Numbers that are read easily, 1, 2 or 5 times a power of ten apart, that lie between two others: at most about `most`.
std::vector<double> ticks(double least, double largest, int most);
/// A tick's number: "0.25", "1e-05".
std::string tick_text(double value);

/// The picture as SVG: a panel with axes, ticks, grid, curves and a legend.
std::string curves_svg(const std::vector<Curve>& curves, const std::string& x_name);
/// The picture as PNG: the same panel; names of curves stand only in the SVG, since letters would need a font.
std::string curves_png(const std::vector<Curve>& curves);

}  // namespace espalier::detail
