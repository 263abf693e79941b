#include "espalier/stdlib/metrics/class_counts.h"

#include <algorithm>

#include "espalier/dsl/ops/indexing.h"
#include "espalier/dsl/ops/sorting.h"

namespace espalier::metrics::detail {
namespace {

// bool [samples, num_classes]: which classes each sample is predicted to be of.
Array predicted_classes(const Counting& how, const Array& preds, const Array& target) {
  const Array classes = iota({how.num_classes}, 0);
  if (preds.shape() == target.shape()) return expand_dims(ravel(class_ids(preds)), -1) == classes;
  const std::int64_t scores = preds.shape(-1);
  if (scores != how.num_classes) {
    ShapeError error(how.who, "preds of shape " + preds.shape().str() + " have " + std::to_string(scores) + " scores, and num_classes is " + std::to_string(how.num_classes),
                     "the last axis of the preds is the classes");
    error.shapes = {preds.shape()};
    throw error;
  }
  const Array rows = reshape(preds, {target.size(), scores});
  if (how.top_k == 1) return expand_dims(argmax(rows, -1), -1) == classes;
  return any(expand_dims(top_k(rows, how.top_k).indices, -1) == classes, 1);
}

struct Marks {
  Array predicted, actual, weight;  // bool, bool, and weights that broadcast against them; the first axis is summed
};

Marks marks_of(const Counting& how, const Array& preds, const Array& target, const Array& weight) {
  if (are_yes_or_no(preds, target)) {
    const Array yes = said_yes(preds, how.threshold), is = target != 0;
    if (how.num_classes == 0) return {ravel(yes), ravel(is), ravel(weight)};
    if (preds.ndim() == 0 || preds.shape(-1) != how.num_classes) {
      ShapeError error(how.who, "preds of shape " + preds.shape().str() + " are yes or no, and num_classes is " + std::to_string(how.num_classes),
                       "the last axis of yes and no is the classes; without num_classes they are all of one; (preds > 0.5).as(ep::i32) makes ids of 0 and 1");
      error.shapes = {preds.shape(), target.shape()};
      throw error;
    }
    const Shape table{preds.size() / how.num_classes, how.num_classes};
    return {reshape(yes, table), reshape(is, table), reshape(weight, table)};
  }
  return {predicted_classes(how, preds, target), expand_dims(ravel(class_ids(target)), -1) == iota({how.num_classes}, 0), expand_dims(ravel(weight), -1)};
}

// Of class ids without their number: each sample is predicted to be of one class, or of top_k.
ClassCounts counted_together(const Counting& how, const Array& preds, const Array& target, const Array& weight) {
  const Array ids = class_ids(target);
  Array hit;
  double each = 1;
  if (preds.shape() == target.shape()) hit = class_ids(preds) == ids;
  else if (how.top_k == 1) hit = argmax(preds, -1) == ids;
  else {
    hit = any(top_k(preds, how.top_k).indices == expand_dims(ids, -1), -1);
    each = how.top_k;
  }
  const Array all = sum(weight);
  return {sum(where(hit, weight, 0)), each * all, all};
}

ClassCounts of_batch(const Counting& how, const Array& preds, const Array& target, const Array& sample_weight) {
  const bool of_ids = !are_yes_or_no(preds, target);
  if (how.average != Average::micro && how.num_classes <= 0) {
    throw ArgumentError(how.who, "the average is over classes, and num_classes is " + std::to_string(how.num_classes),
                        "say how many there are: " + std::string(how.who) + "{.num_classes = 10, .average = …}");
  }
  Array weight = ones(target.shape());
  if (!sample_weight.is_nothing()) weight = weight * aligned_weight(how.who, sample_weight, target.shape());
  if (how.ignore_index) weight = where(class_ids(target) == *how.ignore_index, 0, weight);
  if (of_ids && how.num_classes == 0) return counted_together(how, preds, target, weight);
  const Marks marks = marks_of(how, preds, target, weight);
  const auto gathered = [&](const Array& which) {
    const Array weights = where(which, marks.weight, 0);
    return how.average == Average::micro ? sum(weights) : sum(weights, 0);
  };
  return {gathered(marks.predicted & marks.actual), gathered(marks.predicted), gathered(marks.actual)};
}

// 0 where there is nothing.
Array share(const Array& part, const Array& whole) { return where(whole == 0, 0, part / where(whole == 0, 1, whole)); }

}  // namespace

ClassCounts no_counts(Average average, int num_classes) {
  const Shape shape = average == Average::micro ? Shape() : Shape(num_classes);
  return {zero_state(shape), zero_state(shape), zero_state(shape)};
}

ClassCounts counted(const ClassCounts& counts, const Counting& how, const Operand& preds, const Operand& target, const Array& sample_weight) {
  return espalier::detail::called_at(preds.where, [&] {
    require_discrete(how.who, target.array);
    if (preds.array.shape() != target.array.shape()) require_scores(how.who, preds.array, target.array);
    if (how.top_k <= 0 || (preds.array.ndim() > 0 && how.top_k > 1 && how.top_k > preds.array.shape(-1))) {
      throw ArgumentError(how.who, "top_k is " + std::to_string(how.top_k), "it is 1 or more, and at most the number of scores");
    }
    const ClassCounts batch = of_batch(how, preds.array, target.array, sample_weight);
    return ClassCounts{advanced(counts.right, batch.right), advanced(counts.predicted, batch.predicted), advanced(counts.actual, batch.actual)};
  });
}

Array averaged(const Array& parts, const Array& wholes, const ClassCounts& counts, Average average) {
  const Array each = share(parts, wholes);
  const auto mean_by = [&](const Array& weight) { return share(sum(each * weight), sum(weight)).as(default_dtype()); };
  switch (average) {
    case Average::micro:
    case Average::none: return each.as(default_dtype());
    case Average::macro: return mean_by((counts.predicted + counts.actual != 0).as(f64));
    case Average::weighted: return mean_by(counts.actual);
  }
  __builtin_unreachable();
}

void require_discrete(const char* who, const Array& target) {
  if (ir::is_integer(target.dtype()) || ir::is_bool(target.dtype())) return;
  DTypeError error(who, "the target is " + std::string(ir::name(target.dtype())) + ": it holds class ids, or yes and no",
                   "convert it with .as(ep::i32), or compare it with a threshold");
  error.dtypes = {target.dtype()};
  throw error;
}

void require_scores(const char* who, const Array& preds, const Array& target) {
  const Shape &p = preds.shape(), &t = target.shape();
  if (p.ndim() == t.ndim() + 1 && std::equal(t.begin(), t.end(), p.begin())) return;
  ShapeError error(who, "preds of shape " + p.str() + " and target of shape " + t.str() + " do not match",
                   "the target has the shape of the preds, or that shape without its last axis, the classes");
  error.shapes = {p, t};
  throw error;
}

bool are_yes_or_no(const Array& preds, const Array& target) { return preds.shape() == target.shape() && !ir::is_integer(preds.dtype()); }

Array said_yes(const Array& preds, double threshold) { return ir::is_bool(preds.dtype()) ? preds : preds >= threshold; }

}  // namespace espalier::metrics::detail
