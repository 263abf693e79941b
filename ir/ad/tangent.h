#pragma once
// Tangent: a derivative that may be absent. An absent one is zero, symbolically: it costs nothing and makes nothing.
#include "espalier/ir/expr.h"

namespace espalier::ir {

struct Tangent {
  Expr expr;
  bool present = false;
  Tangent() = default;
  Tangent(Expr e) : expr(e), present(true) {}
};

inline Tangent operator-(Tangent t) { return t.present ? Tangent(-t.expr) : t; }
inline Tangent operator*(Tangent t, Expr x) { return t.present ? Tangent(t.expr * x) : t; }
inline Tangent operator*(Expr x, Tangent t) { return t.present ? Tangent(x * t.expr) : t; }
inline Tangent operator*(Tangent t, double x) { return t.present ? Tangent(t.expr * x) : t; }
inline Tangent operator/(Tangent t, Expr x) { return t.present ? Tangent(t.expr / x) : t; }
inline Tangent operator+(Tangent a, Tangent b) { return !a.present ? b : (!b.present ? a : Tangent(a.expr + b.expr)); }
inline Tangent operator-(Tangent a, Tangent b) { return !b.present ? a : (!a.present ? -b : Tangent(a.expr - b.expr)); }

/// The tangent, or zeros of the type where it is absent.
inline Expr instantiate(Builder& b, Tangent t, Type type) { return t.present ? t.expr : full(b, type, 0); }

}  // namespace espalier::ir
