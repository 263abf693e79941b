#include "espalier/stdlib/losses/sequence.h"

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform/control.h"

namespace espalier::losses {
namespace {

using espalier::detail::called_at;
using metrics::detail::floating;

[[noreturn]] void throw_shapes(const std::string& what, const Array& a, const Array& b, const char* hint) {
  ShapeError error("ctc_loss", what + " of shapes " + a.shape().str() + " and " + b.shape().str() + " do not match", hint);
  error.shapes = {a.shape(), b.shape()};
  throw error;
}

void require(const Array& logits, const Array& labels, const CtcOptions& options) {
  if (logits.ndim() != 3 || labels.ndim() != 2 || labels.shape(0) != logits.shape(0)) throw_shapes("logits and labels", logits, labels, "give logits [batch, frames, classes] and labels [batch, length]");
  if (!ir::is_integer(labels.dtype())) {
    DTypeError error("ctc_loss", "the labels are " + std::string(ir::name(labels.dtype())) + ", not integers", "convert them with .as(ep::i32)");
    error.dtypes = {labels.dtype()};
    throw error;
  }
  if (options.blank < 0 || options.blank >= logits.shape(2)) {
    throw ArgumentError("ctc_loss", "the blank is " + std::to_string(options.blank) + ", and there are " + std::to_string(logits.shape(2)) + " classes", "it is one of the classes");
  }
  const Shape frames{logits.shape(0), logits.shape(1)};
  if (!options.logit_paddings.is_nothing() && options.logit_paddings.shape() != frames) throw_shapes("logits and logit_paddings", logits, options.logit_paddings, "there is one padding per frame: [batch, frames]");
  if (!options.label_paddings.is_nothing() && options.label_paddings.shape() != labels.shape()) throw_shapes("labels and label_paddings", labels, options.label_paddings, "there is one padding per label");
}

}  // namespace

Array ctc_loss(Operand given_logits, Operand given_labels, CtcOptions options) {
  return called_at(given_logits.where, [&] {
    require(given_logits.array, given_labels.array, options);
    const Array logits = floating(given_logits.array), ids = metrics::detail::class_ids(given_labels.array);
    const std::int64_t batch = logits.shape(0), frames = logits.shape(1), length = ids.shape(1), states = 2 * length + 1;
    const Array padded = options.label_paddings.is_nothing() ? zeros(ids.shape(), bool_) : options.label_paddings != 0;
    // The states of a path: a blank, the first label, a blank, …, the last label, a blank.
    const Array labels = where(padded, options.blank, ids), blanks = full({batch, length, 1}, options.blank, ids.dtype());
    const Array classes = concatenate({full({batch, 1}, options.blank, ids.dtype()), reshape(concatenate({expand_dims(labels, -1), blanks}, {.axis = -1}), {batch, 2 * length})}, {.axis = 1});
    const Array log_p = take_along_axis(log_softmax(logits), broadcast_to(expand_dims(classes, 1), {batch, frames, states}), -1);

    const auto behind = [&](const Array& x, std::int64_t by, const Array& filler) {
      const std::int64_t kept = std::max<std::int64_t>(states - by, 0);
      return concatenate({broadcast_to(filler, {batch, states - kept}), x[{slice(), slice(0, kept)}]}, {.axis = 1});
    };
    const Array nowhere = full({1, 1}, options.log_epsilon, logits.dtype()), blank = full({1, 1}, options.blank, ids.dtype());
    // The blank between two labels may be left out unless they are equal.
    const Array skips = (classes != options.blank) & (classes != behind(classes, 2, blank)) & (iota({states}, 0) >= 2);
    const auto step = [&](Array at, std::pair<Array, Array> frame) {
      const Array from = logaddexp(logaddexp(at, behind(at, 1, nowhere)), where(skips, behind(at, 2, nowhere), options.log_epsilon));
      return std::pair{where(expand_dims(frame.second, -1), at, from + frame.first), nothing};
    };
    const Array start = broadcast_to(where(iota({states}, 0) == 0, 0, full({}, options.log_epsilon, logits.dtype())), {batch, states});
    const Array no_frame = options.logit_paddings.is_nothing() ? zeros({batch, frames}, bool_) : options.logit_paddings != 0;
    const Array end = scan(step, start, std::pair{moveaxis(log_p, 1, 0), moveaxis(no_frame, 1, 0)}).first;

    const Array count = expand_dims(sum((~padded).as(i32), 1), -1), state = iota({states}, 0);
    const Array on_blank = sum(where(state == 2 * count, end, 0), 1), on_label = sum(where(state == 2 * count - 1, end, 0), 1);
    return -logaddexp(on_blank, where(squeeze(count, {.axis = -1}) == 0, options.log_epsilon, on_label));
  });
}

}  // namespace espalier::losses
