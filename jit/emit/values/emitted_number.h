#pragma once
// The numbers of number.h as code being generated: whole vectors (or single values) of MLIR.
#include "espalier/jit/emit/math/number.h"
#include "espalier/jit/emit/values/numbers.h"

namespace espalier::codegen::math {

/// One truth value per lane.
struct EmittedMask {
  CodeBuilder* b;
  mlir::Value value;
  friend EmittedMask operator&(EmittedMask x, EmittedMask y) { return {x.b, mlir::arith::AndIOp::create(*x.b, x.value, y.value)}; }
  friend EmittedMask operator|(EmittedMask x, EmittedMask y) { return {x.b, mlir::arith::OrIOp::create(*x.b, x.value, y.value)}; }
  friend EmittedMask operator!(EmittedMask x) { return {x.b, mlir::arith::XOrIOp::create(*x.b, x.value, constant_int(*x.b, x.value.getType(), -1))}; }
};

template <class T> struct EmittedReal;

/// Signed integers; T is std::int32_t or std::int64_t.
template <class T> struct EmittedInteger {
  using real = EmittedReal<std::conditional_t<sizeof(T) == 4, float, double>>;
  using mask = EmittedMask;
  using widened = EmittedInteger<std::int64_t>;
  using narrowed = EmittedInteger<std::int32_t>;
  using Self = EmittedInteger;
  CodeBuilder* b;
  mlir::Value value;

  template <class O> static Self of(Self x, Self y) { return {x.b, O::create(*x.b, x.value, y.value)}; }
  static EmittedMask compare(mlir::arith::CmpIPredicate p, Self x, Self y) { return {x.b, mlir::arith::CmpIOp::create(*x.b, p, x.value, y.value)}; }
  friend Self operator+(Self x, Self y) { return of<mlir::arith::AddIOp>(x, y); }
  friend Self operator-(Self x, Self y) { return of<mlir::arith::SubIOp>(x, y); }
  friend Self operator*(Self x, Self y) { return of<mlir::arith::MulIOp>(x, y); }
  friend Self operator&(Self x, Self y) { return of<mlir::arith::AndIOp>(x, y); }
  friend Self operator|(Self x, Self y) { return of<mlir::arith::OrIOp>(x, y); }
  friend Self operator^(Self x, Self y) { return of<mlir::arith::XOrIOp>(x, y); }
  friend Self operator<<(Self x, Self y) { return of<mlir::arith::ShLIOp>(x, y); }
  friend Self operator>>(Self x, Self y) { return of<mlir::arith::ShRSIOp>(x, y); }
  friend Self shift_right_logical(Self x, Self y) { return of<mlir::arith::ShRUIOp>(x, y); }
  friend EmittedMask operator<(Self x, Self y) { return compare(mlir::arith::CmpIPredicate::slt, x, y); }
  friend EmittedMask operator==(Self x, Self y) { return compare(mlir::arith::CmpIPredicate::eq, x, y); }
  friend Self select(EmittedMask m, Self x, Self y) { return {x.b, mlir::arith::SelectOp::create(*x.b, m.value, x.value, y.value)}; }
  friend Self constant(Self like, std::int64_t c) { return {like.b, constant_int(*like.b, like.value.getType(), c)}; }
  mlir::Type as_type(mlir::Type element) const { return like(value.getType(), element); }
  mlir::Type real_type() const { return sizeof(T) == 4 ? as_type(b->getF32Type()) : as_type(b->getF64Type()); }
  friend real as_real(Self x) { return {x.b, mlir::arith::BitcastOp::create(*x.b, x.real_type(), x.value)}; }
  friend real to_real(Self x) { return {x.b, mlir::arith::SIToFPOp::create(*x.b, x.real_type(), x.value)}; }
  friend widened widen(Self x) { return {x.b, mlir::arith::ExtSIOp::create(*x.b, x.as_type(x.b->getI64Type()), x.value)}; }
  friend narrowed narrow(Self x) { return {x.b, mlir::arith::TruncIOp::create(*x.b, x.as_type(x.b->getI32Type()), x.value)}; }
};

/// Real numbers; T is float or double.
template <class T> struct EmittedReal {
  using scalar = T;
  using integer = EmittedInteger<std::conditional_t<sizeof(T) == 4, std::int32_t, std::int64_t>>;
  using mask = EmittedMask;
  using widened = EmittedReal<double>;
  using narrowed = EmittedReal<float>;
  using Self = EmittedReal;
  CodeBuilder* b;
  mlir::Value value;

  template <class O> static Self of(Self x) { return {x.b, O::create(*x.b, x.value)}; }
  template <class O> static Self of(Self x, Self y) { return {x.b, O::create(*x.b, x.value, y.value)}; }
  static EmittedMask compare(mlir::arith::CmpFPredicate p, Self x, Self y) { return {x.b, mlir::arith::CmpFOp::create(*x.b, p, x.value, y.value)}; }
  friend Self operator+(Self x, Self y) { return of<mlir::arith::AddFOp>(x, y); }
  friend Self operator-(Self x, Self y) { return of<mlir::arith::SubFOp>(x, y); }
  friend Self operator*(Self x, Self y) { return of<mlir::arith::MulFOp>(x, y); }
  friend Self operator/(Self x, Self y) { return of<mlir::arith::DivFOp>(x, y); }
  friend Self operator-(Self x) { return of<mlir::arith::NegFOp>(x); }
  friend Self fma(Self x, Self y, Self z) { return {x.b, mlir::math::FmaOp::create(*x.b, x.value, y.value, z.value)}; }
  friend Self sqrt(Self x) { return of<mlir::math::SqrtOp>(x); }
  friend Self abs(Self x) { return of<mlir::math::AbsFOp>(x); }
  friend Self floor(Self x) { return of<mlir::math::FloorOp>(x); }
  friend Self rint(Self x) { return of<mlir::math::RoundEvenOp>(x); }
  friend EmittedMask operator<(Self x, Self y) { return compare(mlir::arith::CmpFPredicate::OLT, x, y); }
  friend EmittedMask operator<=(Self x, Self y) { return compare(mlir::arith::CmpFPredicate::OLE, x, y); }
  friend EmittedMask operator>(Self x, Self y) { return compare(mlir::arith::CmpFPredicate::OGT, x, y); }
  friend EmittedMask operator>=(Self x, Self y) { return compare(mlir::arith::CmpFPredicate::OGE, x, y); }
  friend EmittedMask operator==(Self x, Self y) { return compare(mlir::arith::CmpFPredicate::OEQ, x, y); }
  friend EmittedMask operator!=(Self x, Self y) { return compare(mlir::arith::CmpFPredicate::UNE, x, y); }
  friend Self select(EmittedMask m, Self x, Self y) { return {x.b, mlir::arith::SelectOp::create(*x.b, m.value, x.value, y.value)}; }
  mlir::Type as_type(mlir::Type element) const { return like(value.getType(), element); }
  mlir::Type integer_type() const { return sizeof(T) == 4 ? as_type(b->getI32Type()) : as_type(b->getI64Type()); }
  friend integer as_integer(Self x) { return {x.b, mlir::arith::BitcastOp::create(*x.b, x.integer_type(), x.value)}; }
  friend integer to_integer(Self x) { return {x.b, mlir::arith::FPToSIOp::create(*x.b, x.integer_type(), x.value)}; }
  friend Self constant(Self like, double c) { return {like.b, constant_float(*like.b, like.value.getType(), c)}; }
  friend widened widen(Self x) { return {x.b, mlir::arith::ExtFOp::create(*x.b, x.as_type(x.b->getF64Type()), x.value)}; }
  friend narrowed narrow(Self x) { return {x.b, mlir::arith::TruncFOp::create(*x.b, x.as_type(x.b->getF32Type()), x.value)}; }
};

/// Whether any lane holds, as one i1.
inline mlir::Value any_lane(CodeBuilder& b, mlir::Value mask) {
  if (!mlir::isa<mlir::VectorType>(mask.getType())) return mask;
  return mlir::vector::ReductionOp::create(b, mlir::vector::CombiningKind::OR, mask);
}

template <class... T, class F> std::tuple<T...> where_any(EmittedMask m, std::tuple<T...> common, F rare) {
  CodeBuilder& b = *m.b;
  llvm::SmallVector<mlir::Type> types;
  llvm::SmallVector<mlir::Value> usual;
  std::apply([&](const auto&... x) { ((types.push_back(x.value.getType()), usual.push_back(x.value)), ...); }, common);
  auto branch = mlir::scf::IfOp::create(b, types, any_lane(b, m.value), true);
  {
    mlir::OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(branch.thenBlock());
    llvm::SmallVector<mlir::Value> results;
    const std::tuple<T...> made = rare();
    [&]<std::size_t... i>(std::index_sequence<i...>) {
      (results.push_back(select(m, std::get<i>(made), std::get<i>(common)).value), ...);
    }(std::index_sequence_for<T...>{});
    mlir::scf::YieldOp::create(b, results);
    b.setInsertionPointToStart(branch.elseBlock());
    mlir::scf::YieldOp::create(b, usual);
  }
  unsigned next = 0;
  return std::tuple<T...>{T{m.b, branch.getResult(next++)}...};
}

template <class... T, class Condition, class Step>
std::tuple<T...> iterate_while(std::tuple<T...> start, Condition condition, Step step) {
  CodeBuilder& b = *std::get<0>(start).b;
  llvm::SmallVector<mlir::Type> types;
  llvm::SmallVector<mlir::Value> initial;
  std::apply([&](const auto&... x) { ((types.push_back(x.value.getType()), initial.push_back(x.value)), ...); }, start);
  auto state_of = [&](mlir::ValueRange values) {
    unsigned next = 0;
    return std::tuple<T...>{T{&b, values[next++]}...};
  };
  auto loop = mlir::scf::WhileOp::create(
      b, types, initial,
      [&](mlir::OpBuilder& inner, mlir::Location, mlir::ValueRange values) {
    mlir::OpBuilder::InsertionGuard guard(b);
    b.restoreInsertionPoint(inner.saveInsertionPoint());
    const EmittedMask go = std::apply(condition, state_of(values));
    mlir::scf::ConditionOp::create(b, any_lane(b, go.value), values);
  },
      [&](mlir::OpBuilder& inner, mlir::Location, mlir::ValueRange values) {
    mlir::OpBuilder::InsertionGuard guard(b);
    b.restoreInsertionPoint(inner.saveInsertionPoint());
    const auto state = state_of(values);
    const EmittedMask go = std::apply(condition, state);
    const std::tuple<T...> moved = std::apply(step, state);
    llvm::SmallVector<mlir::Value> next;
    [&]<std::size_t... i>(std::index_sequence<i...>) {
      (next.push_back(select(go, std::get<i>(moved), std::get<i>(state)).value), ...);
    }(std::index_sequence_for<T...>{});
    mlir::scf::YieldOp::create(b, next);
  });
  return state_of(loop.getResults());
}

}  // namespace espalier::codegen::math
