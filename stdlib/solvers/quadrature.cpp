#include "espalier/stdlib/solvers/quadrature.h"

#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"

namespace espalier::solvers::detail {
namespace {

// A. S. Kronrod, "Nodes and weights of quadrature formulas", 1965: those above 0, the largest first, then 0.
const std::vector<double> nodes_15{0.991455371120812639206854697526329, 0.949107912342758524526189684047851, 0.864864423359769072789712788640926, 0.741531185599394439863864773280788,
                                   0.586087235467691130294144691258, 0.405845151377397166906606412076961, 0.207784955007898467600689403773245, 0};
const std::vector<double> weights_15{0.022935322010529224963732008058970, 0.063092092629978553290700663189204, 0.104790010322250183839876322541518, 0.140653259715525918745189590510238,
                                     0.169004726639267902826583426598550, 0.190350578064785409913256402421014, 0.204432940075298892414161999234649, 0.209482141084727828012999174891714};
const std::vector<double> nodes_21{0.995657163025808080735527280689003, 0.973906528517171720077964012084452, 0.930157491355708226001207180059508, 0.865063366688984510732096688423493,
                                   0.780817726586416897063717578345042, 0.679409568299024406234327365114874, 0.562757134668604683339000099272694, 0.433395394129247190799265943165784,
                                   0.294392862701460198131126603103866, 0.148874338981631210884826001129720, 0};
const std::vector<double> weights_21{0.011694638867371874278064396062192, 0.032558162307964727478818972459390, 0.054755896574351996031381300244580, 0.075039674810919952767043140916190,
                                     0.093125454583697605535065465083366, 0.109387158802297641899210590325805, 0.123491976262065851077958109831074, 0.134709217311473325928054001771707,
                                     0.142775938577060080797094273138717, 0.147739104901338491374841515972068, 0.149445554002916905664936468389821};

// Both sides of 0: a node's mirror image has its sign changed, its weight has not.
Array mirrored(const std::vector<double>& half, double sign) {
  std::vector<double> all;
  for (double x : half) all.push_back(sign * x);
  for (std::size_t i = half.size() - 1; i-- > 0;) all.push_back(half[i]);
  return Array(all);
}

}  // namespace

Array quad(const FlatFunction& f, const Array& a, const Array& b, const QuadOptions& o) {
  if (o.order != 15 && o.order != 21) throw ArgumentError("quad", "the order is " + std::to_string(o.order), "rules of 15 and of 21 points are there");
  if (o.intervals < 1) throw ArgumentError("quad", "the interval is cut into " + std::to_string(o.intervals) + " pieces", "one or more are integrated");
  if (a.ndim() != 0 || b.ndim() != 0) {
    ShapeError error("quad", "the ends have shapes " + a.shape().str() + " and " + b.shape().str(), "an interval goes from one number to another; vmap integrates over several");
    error.shapes = {a.shape(), b.shape()};
    throw error;
  }
  const DType dtype = ir::is_floating(promote(a.dtype(), b.dtype())) ? promote(a.dtype(), b.dtype()) : default_dtype();
  const Array from = a.as(dtype), half = (b.as(dtype) - from) / (2 * static_cast<double>(o.intervals));
  const Array nodes = mirrored(o.order == 15 ? nodes_15 : nodes_21, -1).as(dtype), weights = mirrored(o.order == 15 ? weights_15 : weights_21, 1).as(dtype);
  const Array middles = 2 * arange(o.intervals).as(dtype) + 1;
  const Array points = from + half * ravel(expand_dims(middles, 1) + nodes);
  const Array values = vmap(f)(points);
  return half * tensordot(tile(weights, o.intervals).as(values.dtype()), values, 1);
}

}  // namespace espalier::solvers::detail
