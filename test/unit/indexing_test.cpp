// Indexing and updates.
#include "numpy_rows.h"

#include <gtest/gtest.h>

namespace {

using namespace espalier;
using namespace espalier::numpy_rows;

const Row rows[] = {
    {"i[1]", [] { return i()[1]; }, "i32[3] [3 4 5]"},
    {"i[-1]", [] { return i()[-1]; }, "i32[3] [3 4 5]"},
    {"i[0:1]", [] { return i()[slice(0, 1)]; }, "i32[1,3] [[0 1 2]]"},
    {"i[:1]", [] { return i()[slice(1)]; }, "i32[1,3] [[0 1 2]]"},
    {"i[1:]", [] { return i()[slice(1, none)]; }, "i32[1,3] [[3 4 5]]"},
    {"i[:]", [] { return i()[slice()]; }, "i32[2,3] [[0 1 2]\n [3 4 5]]"},
    {"i[::2]", [] { return i()[slice(none, none, 2)]; }, "i32[1,3] [[0 1 2]]"},
    {"i[::-1]", [] { return i()[slice(none, none, -1)]; }, "i32[2,3] [[3 4 5]\n [0 1 2]]"},
    {"i[5:]", [] { return i()[slice(5, none)]; }, "i32[0,3] []"},
    {"i[None]", [] { return i()[newaxis]; }, "i32[1,2,3] [[[0 1 2]\n  [3 4 5]]]"},
    {"i[...]", [] { return i()[ellipsis]; }, "i32[2,3] [[0 1 2]\n [3 4 5]]"},
    {"np.arange(6)[1:5:2]", [] { return arange(6)[slice(1, 5, 2)]; }, "i32[2] [1 3]"},
    {"np.arange(6)[-3:-1]", [] { return arange(6)[slice(-3, -1)]; }, "i32[2] [3 4]"},
    {"np.arange(6)[4:0:-2]", [] { return arange(6)[slice(4, 0, -2)]; }, "i32[2] [4 2]"},
    {"np.arange(6)[:2:-1]", [] { return arange(6)[slice(none, 2, -1)]; }, "i32[3] [5 4 3]"},
    {"np.arange(6)[-2::-3]", [] { return arange(6)[slice(-2, none, -3)]; }, "i32[2] [4 1]"},
    {"np.arange(6)[7:2]", [] { return arange(6)[slice(7, 2)]; }, "i32[0] []"},
    {"np.arange(6)[-99:99]", [] { return arange(6)[slice(-99, 99)]; }, "i32[6] [0 1 2 3 4 5]"},
    {"np.arange(6)[99::-4]", [] { return arange(6)[slice(99, none, -4)]; }, "i32[2] [5 1]"},
    {"np.arange(6)[3:3]", [] { return arange(6)[slice(3, 3)]; }, "i32[0] []"},
    {"np.arange(6)[::3]", [] { return arange(6)[slice(none, none, 3)]; }, "i32[2] [0 3]"},
    {"i[1,2]", [] { return i()[{1, 2}]; }, "i32[] 5"},
    {"i[0,-1]", [] { return i()[{0, -1}]; }, "i32[] 2"},
    {"i[1,:]", [] { return i()[{1, slice()}]; }, "i32[3] [3 4 5]"},
    {"i[:,1]", [] { return i()[{slice(), 1}]; }, "i32[2] [1 4]"},
    {"i[...,1]", [] { return i()[{ellipsis, 1}]; }, "i32[2] [1 4]"},
    {"i[1,...]", [] { return i()[{1, ellipsis}]; }, "i32[3] [3 4 5]"},
    {"i[...,None]", [] { return i()[{ellipsis, newaxis}]; }, "i32[2,3,1] [[[0]\n  [1]\n  [2]]\n\n [[3]\n  [4]\n  [5]]]"},
    {"i[None,1]", [] { return i()[{newaxis, 1}]; }, "i32[1,3] [[3 4 5]]"},
    {"i[:,None,1:]", [] { return i()[{slice(), newaxis, slice(1, none)}]; }, "i32[2,1,2] [[[1 2]]\n\n [[4 5]]]"},
    {"i[::-1,::2]", [] { return i()[{slice(none, none, -1), slice(none, none, 2)}]; }, "i32[2,2] [[3 5]\n [0 2]]"},
    {"i[0:0,1]", [] { return i()[{slice(0, 0), 1}]; }, "i32[0] []"},
    {"i[None,...,None,0]", [] { return i()[{newaxis, ellipsis, newaxis, 0}]; }, "i32[1,2,1] [[[0]\n  [3]]]"},
    {"t[1,1:,::2]", [] { return t()[{1, slice(1, none), slice(none, none, 2)}]; }, "i32[2,2] [[16 18]\n [20 22]]"},
    {"t[...,-1]", [] { return t()[{ellipsis, -1}]; }, "i32[2,3] [[ 3  7 11]\n [15 19 23]]"},
    {"t[0,...,3]", [] { return t()[{0, ellipsis, 3}]; }, "i32[3] [ 3  7 11]"},
    {"t[:,-1,None,3:0:-1]", [] { return t()[{slice(), -1, newaxis, slice(3, 0, -1)}]; }, "i32[2,1,3] [[[11 10  9]]\n\n [[23 22 21]]]"},
    {"t[1,2,3]", [] { return t()[{1, 2, 3}]; }, "i32[] 23"},
    {"i[1]", [] { return i()[Array(1)]; }, "i32[3] [3 4 5]"},
    {"i[1]", [] { return i()[Array(1).as(i64)]; }, "i32[3] [3 4 5]"},
    {"i[1]", [] { return i()[Array(-1).as(i8)]; }, "i32[3] [3 4 5]"},
    {"i[1]", [] { return i()[Array(9).as(i32)]; }, "i32[3] [3 4 5]"},
    {"i[0]", [] { return i()[Array(-9).as(i32)]; }, "i32[3] [0 1 2]"},
    {"i[1,2]", [] { return i()[{Array(1).as(u8), Array(2).as(u8)}]; }, "i32[] 5"},
    {"i[:,1]", [] { return i()[{slice(), argmin(v())}]; }, "i32[2] [1 4]"},
    {"i[1,::-1]", [] { return i()[{Array(1).as(i32), slice(none, none, -1)}]; }, "i32[3] [5 4 3]"},
    {"t[1,:,2]", [] { return t()[{Array(1).as(i32), ellipsis, Array(2).as(i32)}]; }, "i32[3] [14 18 22]"},
    {"t[0,1:,None,3]", [] { return t()[{0, slice(1, none), newaxis, Array(3).as(i32)}]; }, "i32[2,1] [[ 7]\n [11]]"},
    {"i[0:1,0]", [] { return i()[{slice(0, 1), Array(-3).as(i32)}]; }, "i32[1] [0]"},
    {"put(i,np.s_[1],9)", [] { return i().at(1).set(9); }, "i32[2,3] [[0 1 2]\n [9 9 9]]"},
    {"put(i,np.s_[-1],[7,8,9])", [] { return i().at(-1).set(Array{7, 8, 9}); }, "i32[2,3] [[0 1 2]\n [7 8 9]]"},
    {"put(i,np.s_[0,1],9)", [] { return i().at(0, 1).set(9); }, "i32[2,3] [[0 9 2]\n [3 4 5]]"},
    {"put(i,np.s_[:,1],[8,9])", [] { return i().at(slice(), 1).set(Array{8, 9}); }, "i32[2,3] [[0 8 2]\n [3 9 5]]"},
    {"put(i,np.s_[...,0],-1)", [] { return i().at(ellipsis, 0).set(-1); }, "i32[2,3] [[-1  1  2]\n [-1  4  5]]"},
    {"put(i,np.s_[:,::2],[[6,7],[8,9]])", [] { return i().at(slice(), slice(none, none, 2)).set(Array({{6, 7}, {8, 9}})); },
     "i32[2,3] [[6 1 7]\n [8 4 9]]"},
    {"put(i,np.s_[:,::-1],[7,8,9])", [] { return i().at(slice(), slice(none, none, -1)).set(Array{7, 8, 9}); }, "i32[2,3] [[9 8 7]\n [9 8 7]]"},
    {"put(i,np.s_[::-1,::-2],[[6,7],[8,9]])", [] { return i().at(slice(none, none, -1), slice(none, none, -2)).set(Array({{6, 7}, {8, 9}})); },
     "i32[2,3] [[9 1 8]\n [7 4 6]]"},
    {"put(i,np.s_[0:0],9)", [] { return i().at(slice(0, 0)).set(9); }, "i32[2,3] [[0 1 2]\n [3 4 5]]"},
    {"put(i,np.s_[:],5)", [] { return i().at(slice()).set(5); }, "i32[2,3] [[5 5 5]\n [5 5 5]]"},
    {"put(i,np.s_[1,1:],2.9)", [] { return i().at(1, slice(1, none)).set(2.9); }, "i32[2,3] [[0 1 2]\n [3 2 2]]"},
    {"put(i,np.s_[1,2],9)", [] { return i().at(Array(1).as(i32), Array(2).as(i32)).set(9); }, "i32[2,3] [[0 1 2]\n [3 4 9]]"},
    {"put(i,np.s_[:,2],[8,9])", [] { return i().at(slice(), Array(2)).set(Array{8, 9}); }, "i32[2,3] [[0 1 8]\n [3 4 9]]"},
    {"put(f,np.s_[1],f[1]+2)", [] { return f().at(1).add(2); }, "f32[2,3] [[ 1.5  -2.    0.25]\n [ 6.    2.    1.5 ]]"},
    {"put(f,np.s_[:,0],f[:,0]*3)", [] { return f().at(slice(), 0).multiply(3); }, "f32[2,3] [[ 4.5  -2.    0.25]\n [12.    0.   -0.5 ]]"},
    {"put(f,np.s_[0],f[0]/2)", [] { return f().at(0).divide(2); }, "f32[2,3] [[ 0.75  -1.     0.125]\n [ 4.     0.    -0.5  ]]"},
    {"put(i,np.s_[0],np.minimum(i[0],1))", [] { return i().at(0).min(1); }, "i32[2,3] [[0 1 1]\n [3 4 5]]"},
    {"put(i,np.s_[:,1:],np.maximum(i[:,1:],3))", [] { return i().at(slice(), slice(1, none)).max(3); }, "i32[2,3] [[0 3 3]\n [3 4 5]]"},
    {"i[1]", [] { return i().at(1).get(); }, "i32[3] [3 4 5]"},
    {"i[:,1]", [] { return i().at(slice(), 1).get(); }, "i32[2] [1 4]"},
    {"put(f,np.s_[0],-f[0])", [] { return f().at(0).apply([](Array x) { return -x; }); }, "f32[2,3] [[-1.5   2.   -0.25]\n [ 4.    0.   -0.5 ]]"},
    {"put(i,np.s_[...,-1],[[8],[9]][0])", [] { return i().at(ellipsis, -1).set(8); }, "i32[2,3] [[0 1 8]\n [3 4 8]]"},
    {"i", [] { return i().at(Array(9).as(i32)).set(9); }, "i32[2,3] [[0 1 2]\n [3 4 5]]"},
    {"i", [] { return i().at(slice(), Array(-4).as(i32)).add(1); }, "i32[2,3] [[0 1 2]\n [3 4 5]]"},
    {"i", [] { return i().at(Array(0).as(i32), Array(3).as(i32)).set(9); }, "i32[2,3] [[0 1 2]\n [3 4 5]]"},
    {"put(i,np.s_[1],9)", [] { return i().at(Array(-1).as(i8)).set(9); }, "i32[2,3] [[0 1 2]\n [9 9 9]]"},
    {"np.arange(300)[299]", [] { return arange(300)[Array(-1).as(i8)]; }, "i32[] 299"},
    {"np.arange(300)[200]", [] { return arange(300)[Array(200).as(u8)]; }, "i32[] 200"},
    {"np.arange(300)[-1:]", [] { return dynamic_index(arange(300), Array(-1).as(i8)); }, "i32[1] [299]"},
    {"put(t,np.s_[1,:,::3],-t[1,:,::3])", [] { return t().at(1, slice(), slice(none, none, 3)).multiply(-1); },
     "i32[2,3,4] [[[  0   1   2   3]\n  [  4   5   6   7]\n  [  8   9  10  11]]\n\n [[-12  13  14 -15]\n  [-16  17  18 -19]\n  [-20  21  22 -23]]]"},
    // index arrays
    {"i[[1,0,1]]", [] { return i()[Array{1, 0, 1}]; }, "i32[3,3] [[3 4 5]\n [0 1 2]\n [3 4 5]]"},
    {"i[[[-1],[0]]]", [] { return i()[Array({{-1}, {0}})]; }, "i32[2,1,3] [[[3 4 5]]\n\n [[0 1 2]]]"},
    {"i[:,[2,0]]", [] { return i()[{slice(), Array{2, 0}}]; }, "i32[2,2] [[2 0]\n [5 3]]"},
    {"i[...,[2,0]]", [] { return i()[{ellipsis, Array({2, 0}, i8)}]; }, "i32[2,2] [[2 0]\n [5 3]]"},
    {"i[[1,0],[2,1]]", [] { return i()[{Array{1, 0}, Array({2, 1}, u8)}]; }, "i32[2] [5 1]"},
    {"i[[[1],[0]],[2,0]]", [] { return i()[{Array({{1}, {0}}), Array{2, 0}}]; }, "i32[2,2] [[5 3]\n [2 0]]"},
    {"i[-1,[-1,0]]", [] { return i()[{-1, Array{-1, 0}}]; }, "i32[2] [5 3]"},
    {"i[np.int32(1),[2,0]]", [] { return i()[{Array(1), Array{2, 0}}]; }, "i32[2] [5 3]"},
    {"t[[1,0],:,[3,0]]", [] { return t()[{Array{1, 0}, slice(), Array{3, 0}}]; }, "i32[2,3] [[15 19 23]\n [ 0  4  8]]"},
    {"t[:,[2,0],[3,1]]", [] { return t()[{slice(), Array{2, 0}, Array{3, 1}}]; }, "i32[2,2] [[11  1]\n [23 13]]"},
    {"t[0,:,[1,2]]", [] { return t()[{0, slice(), Array{1, 2}}]; }, "i32[2,3] [[ 1  5  9]\n [ 2  6 10]]"},
    {"t[0,[1,2],::2]", [] { return t()[{0, Array{1, 2}, slice(none, none, 2)}]; }, "i32[2,2] [[ 4  6]\n [ 8 10]]"},
    {"t[1:,[2],3:0:-1]", [] { return t()[{slice(1, none), Array{2}, slice(3, 0, -1)}]; }, "i32[1,1,3] [[[23 22 21]]]"},
    {"t[[0],None,1]", [] { return t()[{Array{0}, newaxis, 1}]; }, "i32[1,1,4] [[[4 5 6 7]]]"},
    {"t[None,[1],[2],None]", [] { return t()[{newaxis, Array{1}, Array{2}, newaxis}]; }, "i32[1,1,1,4] [[[[20 21 22 23]]]]"},
    {"e[[]]", [] { return e()[zeros({0}, i32)]; }, "f32[0,3] []"},
    {"e[:,[2,0]]", [] { return e()[{slice(), Array{2, 0}}]; }, "f32[0,2] []"},
    {"b[[1,1]]", [] { return b()[Array{1, 1}]; }, "bool[2,3] [[False False  True]\n [False False  True]]"},
    {"i[[2,-3]] clipped", [] { return i()[Array{2, -3}]; }, "i32[2,3] [[3 4 5]\n [0 1 2]]"},
    {"i.at[[2,0]].get(mode='clip')", [] { return i().at(Array{2, 0}).get({.mode = AtMode::clip}); }, "i32[2,3] [[3 4 5]\n [0 1 2]]"},
    {"i.at[[2,0]].get(mode='wrap')", [] { return i().at(Array{2, 1}).get({.mode = AtMode::wrap}); }, "i32[2,3] [[0 1 2]\n [3 4 5]]"},
    {"f.at[[2,-1]].get(mode='fill')", [] { return f().at(Array{2, -1}).get({.mode = AtMode::fill_or_drop}); }, "f32[2,3] [[ nan  nan  nan]\n [ 4.   0.  -0.5]]"},
    {"i.at[[2,0]].get(mode='fill',fill_value=7)", [] { return i().at(Array{2, 0}).get({.mode = AtMode::fill_or_drop, .fill = 7}); }, "i32[2,3] [[7 7 7]\n [0 1 2]]"},
    {"u.at[[3,1]].get(mode='fill')", [] { return u().at(Array{3, 1}).get({.mode = AtMode::fill_or_drop}); }, "u8[2] [255   7]"},
    {"s.at[3].get(mode='fill')", [] { return s().at(Array(3)).get({.mode = AtMode::fill_or_drop}); }, "i8[] -128"},
    // masks
    {"i[i>2]", [] { return i()[Array({{false, false, false}, {true, true, true}})]; }, "i32[3] [3 4 5]"},
    {"i[[True,False]]", [] { return i()[Array{true, false}]; }, "i32[1,3] [[0 1 2]]"},
    {"i[:,[True,False,True]]", [] { return i()[{slice(), Array{true, false, true}}]; }, "i32[2,2] [[0 2]\n [3 5]]"},
    {"t[1,b[0]]", [] { return t()[{1, Array{true, false, true}}]; }, "i32[2,4] [[12 13 14 15]\n [20 21 22 23]]"},
    {"t[b,[1,2,3]]", [] { return t()[{b(), Array{1, 2, 3}}]; }, "i32[3] [ 1 10 23]"},
    {"i[i>9]", [] { return i()[Array({{false, false, false}, {false, false, false}})]; }, "i32[0] []"},
    // changes at index arrays
    {"put(i,np.s_[[0,0]],[[1,1,1],[2,2,2]])", [] { return i().at(Array{0, 0}).set(Array({{1, 1, 1}, {2, 2, 2}})); }, "i32[2,3] [[2 2 2]\n [3 4 5]]"},
    {"put(i,np.s_[[1,0],[2,1]],[8,9])", [] { return i().at(Array{1, 0}, Array{2, 1}).set(Array{8, 9}); }, "i32[2,3] [[0 9 2]\n [3 4 8]]"},
    {"put(i,np.s_[:,[2,0]],[[6],[7]])", [] { return i().at(slice(), Array{2, 0}).set(Array({{6}, {7}})); }, "i32[2,3] [[6 1 6]\n [7 4 7]]"},
    {"np.add.at(i,[0,0],1)", [] { return i().at(Array{0, 0}).add(1); }, "i32[2,3] [[2 3 4]\n [3 4 5]]"},
    {"np.add.at(i,np.s_[:,[2,2]],[10,20])", [] { return i().at(slice(), Array{2, 2}).add(Array{10, 20}); }, "i32[2,3] [[ 0  1 32]\n [ 3  4 35]]"},
    {"np.multiply.at(i,[1,1],3)", [] { return i().at(Array{1, 1}).multiply(3); }, "i32[2,3] [[ 0  1  2]\n [27 36 45]]"},
    {"np.divide.at(f,np.s_[[0,0],[0,1]],2)", [] { return f().at(Array{0, 0}, Array{0, 1}).divide(2); }, "f32[2,3] [[ 0.75 -1.    0.25]\n [ 4.    0.   -0.5 ]]"},
    {"np.minimum.at(i,np.s_[[0,1]],[[1],[3]])", [] { return i().at(Array{0, 1}).min(Array({{1}, {3}})); }, "i32[2,3] [[0 1 1]\n [3 3 3]]"},
    {"np.maximum.at(i,np.s_[[0,0],[0,0]],[7,3])", [] { return i().at(Array{0, 0}, Array{0, 0}).max(Array{7, 3}); }, "i32[2,3] [[7 1 2]\n [3 4 5]]"},
    {"put(i,np.s_[[0,1],1:],9)", [] { return i().at(Array{0, 1}, slice(1, none)).set(9); }, "i32[2,3] [[0 9 9]\n [3 9 9]]"},
    {"np.add.at(i,np.s_[[0,0],::-2],[1,2])", [] { return i().at(Array{0, 0}, slice(none, none, -2)).add(Array{1, 2}); }, "i32[2,3] [[4 1 4]\n [3 4 5]]"},
    {"put(t,np.s_[1,::2,[3,0]],-1)[1]", [] { return t().at(1, slice(none, none, 2), Array{3, 0}).set(-1)[1]; }, "i32[3,4] [[-1 13 14 -1]\n [16 17 18 19]\n [-1 21 22 -1]]"},
    {"put(i,np.s_[1,::2],9)", [] { return i().at(Array(1).as(i32), slice(none, none, 2)).set(9); }, "i32[2,3] [[0 1 2]\n [9 4 9]]"},
    {"put(i,np.s_[i>2],9)", [] { return i().at(i() > 2).set(9); }, "i32[2,3] [[0 1 2]\n [9 9 9]]"},
    {"put(i,np.s_[i>2],[7,8,9])", [] { return i().at(Array({{false, false, false}, {true, true, true}})).set(Array{7, 8, 9}); }, "i32[2,3] [[0 1 2]\n [7 8 9]]"},
    {"i.at[[2,0]].set(9)", [] { return i().at(Array{2, 0}).set(9); }, "i32[2,3] [[9 9 9]\n [3 4 5]]"},
    {"i.at[[2,0]].add(1,mode='clip')", [] { return i().at(Array{2, 0}).add(1, {.mode = AtMode::clip}); }, "i32[2,3] [[1 2 3]\n [4 5 6]]"},
    {"i.at[9].set(9,mode='clip')", [] { return i().at(Array(9)).set(9, {.mode = AtMode::clip}); }, "i32[2,3] [[0 1 2]\n [9 9 9]]"},
    {"put(i,np.s_[[1,1]],-i[[1,1]])", [] { return i().at(Array{1, 1}).apply([](Array x) { return -x; }); }, "i32[2,3] [[ 0  1  2]\n [-3 -4 -5]]"},
    // what indices take
    {"np.take(i,[5,0])", [] { return take(i(), Array{5, 0}); }, "i32[2] [5 0]"},
    {"np.take(i,[[2],[0]],axis=1)", [] { return take(i(), Array({{2}, {0}}), {.axis = 1}); }, "i32[2,2,1] [[[2]\n  [0]]\n\n [[5]\n  [3]]]"},
    {"np.take(i,-1,axis=0)", [] { return take(i(), -1, {.axis = 0}); }, "i32[3] [3 4 5]"},
    {"np.take(i,[7,-7],mode='wrap')", [] { return take(i(), Array{7, -7}, {.mode = AtMode::wrap}); }, "i32[2] [1 5]"},
    {"jnp.take(f,[1,9],axis=1)", [] { return take(f(), Array{1, 9}, {.axis = 1}); }, "f32[2,2] [[-2. nan]\n [ 0. nan]]"},
    {"np.take_along_axis(f,np.argsort(f,1),1)", [] { return take_along_axis(f(), argsort(f(), {.axis = 1}), 1); }, "f32[2,3] [[-2.    0.25  1.5 ]\n [-0.5   0.    4.  ]]"},
    {"np.take_along_axis(i,[[1,0,1]],0)", [] { return take_along_axis(i(), Array({{1, 0, 1}}), 0); }, "i32[1,3] [[3 1 5]]"},
    {"np.put_along_axis(i,[[2],[0]],9,1)", [] { return put_along_axis(i(), Array({{2}, {0}}), 9, 1); }, "i32[2,3] [[0 1 9]\n [9 4 5]]"},
};

class Indexing : public testing::TestWithParam<Row> {};

TEST_P(Indexing, SaysWhatNumPySays) { EXPECT_EQ(said_by_us(GetParam().ours()), GetParam().said); }

TEST_P(Indexing, RecordsItsOpsAtTheUsersLine) { EXPECT_EQ(recorded_elsewhere(GetParam()), ""); }

INSTANTIATE_TEST_SUITE_P(All, Indexing, testing::ValuesIn(rows), [](const auto& test) { return name_of(test.param, test.index); });

// Complex numbers are taken, put and added up in both of their parts.
TEST(IndexingOfComplexNumbers, TakesBothParts) {
  const Array re{1., 2., 3.}, im{10., 20., 30.}, x = complex(re, im), at{2, 0, 2};
  const auto parts = [](const Array& z, const Array& r, const Array& i) {
    EXPECT_EQ(said_by_us(real(z)), said_by_us(r)) << to_string(z);
    EXPECT_EQ(said_by_us(imag(z)), said_by_us(i)) << to_string(z);
  };
  const auto run = [&](auto f) { return f(x); };
  parts(run([&](Array z) { return take(z, at); }), take(re, at), take(im, at));
  parts(run([&](Array z) { return z.at(at).add(z); }), re.at(at).add(re), im.at(at).add(im));
  parts(run([&](Array z) { return z.at(Array{1, 0}).set(z.at(Array{0, 1}).get()); }), re.at(Array{1, 0}).set(re.at(Array{0, 1}).get()), im.at(Array{1, 0}).set(im.at(Array{0, 1}).get()));
  EXPECT_THROW((void)x.at(at).max(x), DTypeError);
}

}  // namespace
