#pragma once
// The members of an aggregate, by structured bindings: C++20 cannot bind a pack, so there is one row per count.
namespace espalier::tree {

/// The most members an aggregate may have to be a tree.
inline constexpr int max_members = 64;

/// Calls f(m0, m1, …) with the members of a value of an aggregate that has `n` of them.
template <int n> struct Members;
template <> struct Members<0> {
  template <class T, class F> static constexpr decltype(auto) visit(T&, F&& f) { return f(); }
};
// clang-format off
template <> struct Members<1> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0] = t;
  return f(m0); } };
template <> struct Members<2> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1] = t;
  return f(m0, m1); } };
template <> struct Members<3> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2] = t;
  return f(m0, m1, m2); } };
template <> struct Members<4> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3] = t;
  return f(m0, m1, m2, m3); } };
template <> struct Members<5> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4] = t;
  return f(m0, m1, m2, m3, m4); } };
template <> struct Members<6> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5] = t;
  return f(m0, m1, m2, m3, m4, m5); } };
template <> struct Members<7> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6] = t;
  return f(m0, m1, m2, m3, m4, m5, m6); } };
template <> struct Members<8> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7); } };
template <> struct Members<9> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8); } };
template <> struct Members<10> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9); } };
template <> struct Members<11> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10); } };
template <> struct Members<12> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11); } };
template <> struct Members<13> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12); } };
template <> struct Members<14> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13); } };
template <> struct Members<15> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14); } };
template <> struct Members<16> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15); } };
template <> struct Members<17> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16); } };
template <> struct Members<18> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17); } };
template <> struct Members<19> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18); } };
template <> struct Members<20> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19); } };
template <> struct Members<21> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20); } };
template <> struct Members<22> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21); } };
template <> struct Members<23> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22); }
    };
template <> struct Members<24> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23]
    = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22,
    m23); } };
template <> struct Members<25> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
    m24] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22,
    m23, m24); } };
template <> struct Members<26> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
    m24, m25] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22,
    m23, m24, m25); } };
template <> struct Members<27> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
    m24, m25, m26] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22,
    m23, m24, m25, m26); } };
template <> struct Members<28> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
    m24, m25, m26, m27] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22,
    m23, m24, m25, m26, m27); } };
template <> struct Members<29> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
    m24, m25, m26, m27, m28] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22,
    m23, m24, m25, m26, m27, m28); } };
template <> struct Members<30> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
    m24, m25, m26, m27, m28, m29] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22,
    m23, m24, m25, m26, m27, m28, m29); } };
template <> struct Members<31> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
    m24, m25, m26, m27, m28, m29, m30] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22,
    m23, m24, m25, m26, m27, m28, m29, m30); } };
template <> struct Members<32> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
    m24, m25, m26, m27, m28, m29, m30, m31] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22,
    m23, m24, m25, m26, m27, m28, m29, m30, m31); } };
template <> struct Members<33> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
    m24, m25, m26, m27, m28, m29, m30, m31, m32] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22,
    m23, m24, m25, m26, m27, m28, m29, m30, m31, m32); } };
template <> struct Members<34> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
    m24, m25, m26, m27, m28, m29, m30, m31, m32, m33] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22,
    m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33); } };
template <> struct Members<35> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
    m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22,
    m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34); } };
template <> struct Members<36> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
    m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22,
    m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35); } };
template <> struct Members<37> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
    m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22,
    m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36); } };
template <> struct Members<38> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
    m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22,
    m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37); } };
template <> struct Members<39> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
    m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22,
    m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38); } };
template <> struct Members<40> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
    m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22,
    m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39); } };
template <> struct Members<41> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
    m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22,
    m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40); } };
template <> struct Members<42> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
    m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40, m41] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22,
    m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40, m41); } };
template <> struct Members<43> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
    m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22,
    m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42); } };
template <> struct Members<44> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
    m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22,
    m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43); } };
template <> struct Members<45> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
    m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22,
    m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44); }
    };
template <> struct Members<46> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
    m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22,
    m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44,
    m45); } };
template <> struct Members<47> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
    m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46]
    = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22,
    m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45,
    m46); } };
template <> struct Members<48> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
    m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46,
    m47] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22,
    m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45,
    m46, m47); } };
template <> struct Members<49> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
    m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46,
    m47, m48] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22,
    m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45,
    m46, m47, m48); } };
template <> struct Members<50> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
    m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46,
    m47, m48, m49] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22,
    m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45,
    m46, m47, m48, m49); } };
template <> struct Members<51> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
    m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46,
    m47, m48, m49, m50] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22,
    m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45,
    m46, m47, m48, m49, m50); } };
template <> struct Members<52> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
    m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46,
    m47, m48, m49, m50, m51] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22,
    m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45,
    m46, m47, m48, m49, m50, m51); } };
template <> struct Members<53> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
    m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46,
    m47, m48, m49, m50, m51, m52] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22,
    m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45,
    m46, m47, m48, m49, m50, m51, m52); } };
template <> struct Members<54> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
    m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46,
    m47, m48, m49, m50, m51, m52, m53] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22,
    m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45,
    m46, m47, m48, m49, m50, m51, m52, m53); } };
template <> struct Members<55> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
    m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46,
    m47, m48, m49, m50, m51, m52, m53, m54] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22,
    m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45,
    m46, m47, m48, m49, m50, m51, m52, m53, m54); } };
template <> struct Members<56> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
    m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46,
    m47, m48, m49, m50, m51, m52, m53, m54, m55] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22,
    m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45,
    m46, m47, m48, m49, m50, m51, m52, m53, m54, m55); } };
template <> struct Members<57> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
    m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46,
    m47, m48, m49, m50, m51, m52, m53, m54, m55, m56] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22,
    m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45,
    m46, m47, m48, m49, m50, m51, m52, m53, m54, m55, m56); } };
template <> struct Members<58> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
    m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46,
    m47, m48, m49, m50, m51, m52, m53, m54, m55, m56, m57] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22,
    m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45,
    m46, m47, m48, m49, m50, m51, m52, m53, m54, m55, m56, m57); } };
template <> struct Members<59> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
    m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46,
    m47, m48, m49, m50, m51, m52, m53, m54, m55, m56, m57, m58] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22,
    m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45,
    m46, m47, m48, m49, m50, m51, m52, m53, m54, m55, m56, m57, m58); } };
template <> struct Members<60> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
    m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46,
    m47, m48, m49, m50, m51, m52, m53, m54, m55, m56, m57, m58, m59] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22,
    m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45,
    m46, m47, m48, m49, m50, m51, m52, m53, m54, m55, m56, m57, m58, m59); } };
template <> struct Members<61> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
    m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46,
    m47, m48, m49, m50, m51, m52, m53, m54, m55, m56, m57, m58, m59, m60] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22,
    m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45,
    m46, m47, m48, m49, m50, m51, m52, m53, m54, m55, m56, m57, m58, m59, m60); } };
template <> struct Members<62> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
    m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46,
    m47, m48, m49, m50, m51, m52, m53, m54, m55, m56, m57, m58, m59, m60, m61] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22,
    m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45,
    m46, m47, m48, m49, m50, m51, m52, m53, m54, m55, m56, m57, m58, m59, m60, m61); } };
template <> struct Members<63> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
    m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46,
    m47, m48, m49, m50, m51, m52, m53, m54, m55, m56, m57, m58, m59, m60, m61, m62] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22,
    m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45,
    m46, m47, m48, m49, m50, m51, m52, m53, m54, m55, m56, m57, m58, m59, m60, m61, m62); } };
template <> struct Members<64> { template <class T, class F> static constexpr decltype(auto) visit(T& t, F&& f) {
  auto& [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22, m23,
    m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46,
    m47, m48, m49, m50, m51, m52, m53, m54, m55, m56, m57, m58, m59, m60, m61, m62, m63] = t;
  return f(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18, m19, m20, m21, m22,
    m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45,
    m46, m47, m48, m49, m50, m51, m52, m53, m54, m55, m56, m57, m58, m59, m60, m61, m62, m63); } };
// clang-format on

}  // namespace espalier::tree
