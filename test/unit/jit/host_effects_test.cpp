// What programs do to the host: in order, as often as they say, evaluated and compiled alike, under every transform.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "espalier/dsl/debug.h"
#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"

namespace ep = espalier;

namespace {

using ep::Array;
using ep::f64;
using Log = std::vector<std::string>;

// What has happened in this process. A callback cannot hold a reference to what it writes in a function that is called as const.
Log& happened() {
  static Log log;
  return log;
}
void say(const char* what) {
  ep::debug::callback([what] { happened().push_back(what); });
}
void say(const char* what, Array x) {
  ep::debug::callback([what](Array v) { happened().push_back(what + std::string(" ") + ep::to_string(v)); }, x);
}
template <class F> Log log_of(F&& f) {
  happened().clear();
  (void)f();
  return std::move(happened());
}
// The same evaluated and compiled, twice in a row.
template <class F, class... A> Log log_of_both(F f, A... args) {
  const Log evaluated = log_of([&] { return f(args...); });
  const auto compiled = ep::jit(f);
  EXPECT_EQ(log_of([&] { return compiled(args...); }), evaluated);
  EXPECT_EQ(log_of([&] { return compiled(args...); }), evaluated) << "the second call";
  return evaluated;
}

TEST(Callback, ActsInOrderOnceForEachCall) {
  const auto f = [](Array x) {
    say("first", x);
    say("second");
    say("first", x);
    const Array y = x * 2;
    say("third", y);
    return x + 1;
  };
  EXPECT_EQ(log_of_both(f, Array(1.5)), (Log{"first 1.5", "second", "first 1.5", "third 3.0"}));
}

TEST(Callback, ActsInLoopsAndTheBranchThatIsTaken) {
  const auto f = [](Array x) {
    say("begins");
    const Array y = ep::fori_loop(0, 3, [](Array i, Array c) {
      say("outer", i);
      return ep::fori_loop(0, 2, [&](Array j, Array d) {
        return ep::cond(d > 2.0, [&](Array v) {
          say("large", v);
          return v - 1.0;
        }, [&](Array v) {
          say("small", j);
          return v + 1.0;
        }, d);
      }, c);
    }, x);
    say("ends", y);
    return y;
  };
  EXPECT_EQ(log_of_both(f, Array(1.0f)), (Log{"begins", "outer 0", "small 0", "small 1", "outer 1", "large 3.0", "small 1", "outer 2", "large 3.0", "small 1", "ends 3.0"}));
}

// Nothing of the loop is read, no iteration differs from another, and one branch does nothing: all of it happens.
TEST(Callback, IsKeptWhereNothingElseIs) {
  const auto f = [](Array x) {
    (void)ep::scan([&](Array c) {
      say("same", x);
      return std::pair{c, ep::nothing};
    }, Array(0.0f), ep::none, {.length = 2});
    (void)ep::cond(sum(x) > 0.0, [](Array v) {
      say("positive");
      return v * 0;
    }, [](Array v) { return v * 0; }, x);
    (void)ep::checkpoint([](Array v) {
      say("checkpoint");
      return v;
    })(x);
    (void)ep::jit([](Array v) {
      say("inner");
      return v;
    })(x);
    return x;
  };
  EXPECT_EQ(log_of_both(f, Array{1.f, 2.f}), (Log{"same [1. 2.]", "same [1. 2.]", "positive", "checkpoint", "inner"}));
}

TEST(Callback, ActsInWhileLoopsAndTheirConditions) {
  for (const int bound : {-1, 0, 2, 5}) {
    const auto f = [bound](Array x) {
      const auto asks = [](Array c) {
        say("asks", c);
        return c < 3.0;
      };
      const auto runs = [](Array c) {
        say("runs", c);
        return c + 1.0;
      };
      const Array y = bound < 0 ? ep::while_loop(asks, runs, x) : ep::while_loop(asks, runs, x, {.max_steps = bound});
      say("is", y);
      return y;
    };
    const Log log = log_of_both(f, Array(1.0f));
    if (bound == 0) EXPECT_EQ(log, (Log{"is 1.0"}));
    else if (bound == 2) EXPECT_EQ(log, (Log{"asks 1.0", "runs 1.0", "asks 2.0", "runs 2.0", "is 3.0"}));
    else EXPECT_EQ(log, (Log{"asks 1.0", "runs 1.0", "asks 2.0", "runs 2.0", "asks 3.0", "is 3.0"}));
  }
}

// Values that the loop has for the callback alone are not there where its condition is asked.
TEST(Callback, IsToldInAWhileLoopWhatNothingElseNeeds) {
  const auto f = [](Array x) {
    return ep::while_loop([](Array c) { return c < 3.0; }, [](Array c) {
      say("root", sqrt(c * c));
      return c + 1.0;
    }, x);
  };
  EXPECT_EQ(log_of_both(f, Array(1.0f)), (Log{"root 1.0", "root 2.0"}));
}

TEST(Callback, TakesTreesAndScalars) {
  struct Pair {
    Array a;
    std::vector<Array> rest;
  };
  const auto f = [](Array x) {
    ep::debug::callback([](const Pair& p, Array n, Array flag) {
      happened().push_back(ep::to_string(p.a) + " " + std::to_string(p.rest.size()) + " " + ep::to_string(p.rest[0]) + " " + ep::to_string(n) + " " + ep::to_string(flag) + " " + std::string(ep::ir::name(n.dtype())));
      EXPECT_FALSE(p.a.is_traced());
    }, Pair{x, {x * 2}}, 3, true);
    return x;
  };
  EXPECT_EQ(log_of_both(f, Array(1.0f)), (Log{"1.0 1 2.0 3 True i32"}));
}

TEST(Callback, TakesEveryDtype) {
  for (const ep::DType dtype : {ep::bool_, ep::i8, ep::u16, ep::i64, ep::f16, ep::bf16, ep::f32, ep::f64, ep::c64, ep::c128}) {
    const Array x = ep::ones({2, 3}, dtype);
    const auto f = [](Array x) {
      say("x", x);
      const Array y = ep::transpose(x);
      say("y", y);
      return y;
    };
    EXPECT_EQ(log_of_both(f, x), (Log{"x " + ep::to_string(x), "y " + ep::to_string(ep::transpose(x))})) << dtype;
  }
}

TEST(Vmap, ActsForEachExampleInOrder) {
  const auto f = [](Array x) {
    say("x", x);
    say("all");
    return x * 2;
  };
  EXPECT_EQ(log_of_both(ep::vmap(f), Array{1.f, 2.f, 3.f}), (Log{"x 1.0", "x 2.0", "x 3.0", "all"}));
  const auto chosen = [](Array x) {
    return ep::cond(x > 1.5, [](Array v) {
      say("large", v);
      say("yes");
      return v;
    }, [](Array v) {
      say("small", v);
      return -v;
    }, x);
  };
  EXPECT_EQ(log_of_both(ep::vmap(chosen), Array{1.f, 2.f, 3.f}), (Log{"small 1.0", "large 2.0", "yes", "large 3.0", "yes"}));
  const auto loops = [](Array x) {
    return ep::while_loop([](Array c) { return c < 3.0; }, [](Array c) {
      say("runs", c);
      return c + 1.0;
    }, x);
  };
  EXPECT_EQ(log_of_both(ep::vmap(loops), Array{2.f, 5.f, 1.f}), (Log{"runs 2.0", "runs 1.0", "runs 2.0"}));
  const auto scans = [](Array x) {
    return ep::fori_loop(0, 2, [](Array i, Array c) {
      say("c", c);
      return c + i;
    }, x);
  };
  EXPECT_EQ(log_of_both(ep::vmap(scans), Array{1.f, 7.f}), (Log{"c 1.0", "c 7.0", "c 1.0", "c 7.0"}));
}

TEST(Grad, ActsOnceForwards) {
  const auto loss = [](Array x) {
    say("x", x);
    const Array y = sin(x) * x;
    say("y", y > 0.0);
    return sum(y);
  };
  const Array x({1.0, 2.0}, f64);
  const Log once{"x [1. 2.]", "y [ True  True]"};
  EXPECT_EQ(log_of_both(loss, x), once);
  EXPECT_EQ(log_of_both(ep::grad(loss), x), once);
  EXPECT_EQ(log_of_both(ep::grad([&](Array v) { return sum(ep::grad(loss)(v)); }), x), once);
  EXPECT_EQ(log_of_both([&](Array v) { return ep::jvp(loss, v, v).second; }, x), once);
  EXPECT_EQ(log_of_both(ep::grad(ep::jit(loss)), x), once);
  EXPECT_EQ(log_of_both(ep::jacfwd(loss), x), once);
  EXPECT_EQ(log_of_both([&](Array v) { return std::get<0>(ep::value_and_grad(loss)(v)); }, x), once);
}

TEST(Grad, OfLoopsBranchesAndCheckpointsActsOnce) {
  const auto in_scan = [](Array x) {
    return sum(ep::fori_loop(0, 3, [](Array i, Array c) {
      say("i", i);
      return sin(c) * c;
    }, x));
  };
  const auto in_while = [](Array x) {
    return sum(ep::while_loop([](Array c) { return sum(c) < 20.0; }, [](Array c) {
      say("c", sum(c));
      return c * c + 1.0;
    }, x, {.max_steps = 7}));
  };
  const auto in_cond = [](Array x) {
    return sum(ep::cond(sum(x) > 0.0, [](Array v) {
      say("positive");
      return sin(v);
    }, [](Array v) { return v; }, x));
  };
  const auto in_checkpoint = [](Array x) {
    return sum(ep::checkpoint([](Array v) {
      say("v", v);
      const Array w = ep::fori_loop(0, 2, [](Array, Array c) {
        say("turn");
        return sin(c);
      }, v);
      return sin(w) * w;
    })(x));
  };
  const Array x({1.0, 2.0}, f64);
  EXPECT_EQ(log_of_both(ep::grad(in_scan), x), log_of_both(in_scan, x));
  EXPECT_EQ(log_of_both(ep::grad(in_while), x), log_of_both(in_while, x));
  EXPECT_EQ(log_of_both(ep::grad(in_cond), x), log_of_both(in_cond, x));
  EXPECT_EQ(log_of_both(ep::grad(in_checkpoint), x), log_of_both(in_checkpoint, x));
  EXPECT_EQ(log_of_both(in_checkpoint, x), (Log{"v [1. 2.]", "turn", "turn"}));
  EXPECT_EQ(log_of_both(ep::vmap(ep::grad([&](Array v) { return in_scan(ep::reshape(v, {1})); })), x), (Log{"i 0", "i 1", "i 2"}));
}

// The rule of a function acts where it is used; backwards too.
TEST(Grad, OfACustomRuleActsInTheRule) {
  const auto f = ep::custom_vjp([](Array x) {
    say("value");
    return x;
  }, [](Array x) {
    say("forward");
    return std::pair{x, x};
  }, [](Array x, Array g) {
    say("backward", g);
    return x * g;
  });
  EXPECT_EQ(log_of_both([&](Array x) { return f(x); }, Array(2.0, f64)), (Log{"value"}));
  EXPECT_EQ(log_of_both(ep::grad([&](Array x) { return 3.0 * f(x); }), Array(2.0, f64)), (Log{"forward", "backward 3.0"}));
}

TEST(Grad, RefusesToSendTangentsToTheHostBackwards) {
  const auto f = ep::custom_jvp([](Array x) { return x; }, [](Array x, Array dx) {
    say("dx", dx);
    return std::pair{x, dx};
  });
  EXPECT_EQ(log_of_both([&](Array x) { return ep::jvp([&](Array v) { return f(v); }, x, x * 2).second; }, Array(2.0, f64)), (Log{"dx 4.0"}));
  EXPECT_THROW((void)ep::grad([&](Array x) { return f(x); })(Array(2.0, f64)), ep::DifferentiationError);
  const auto asks = [](Array x) {
    return ep::while_loop([](Array c) {
      say("asks");
      return c < 3.0;
    }, [](Array c) { return c * 2; }, x, {.max_steps = 4});
  };
  EXPECT_THROW((void)ep::grad(asks)(Array(1.0, f64)), ep::DifferentiationError);
}

TEST(EvalShape, DoesNothing) {
  EXPECT_EQ(log_of([] { return ep::eval_shape([](Array x) {
                          say("x", x);
                          return x;
                        }, ep::abstract({3})); }), Log{});
}

// ---- errors ----------------------------------------------------------------------------------------------------------------

TEST(Callback, ThatThrowsEndsTheCallAndWhatFollowsIt) {
  struct Mine {
    int number;
  };
  const auto f = [](Array x) {
    return ep::fori_loop(0, 4, [](Array i, Array c) {
      say("i", i);
      ep::debug::callback([](Array n) {
        if (n.item<int>() == 1) throw Mine{n.item<int>()};
      }, i);
      say("after", i);
      return c + 1.0;
    }, x);
  };
  const auto compiled = ep::jit(f);
  for (int time = 0; time < 2; ++time) {
    const Log log = log_of([&] {
      try {
        (void)compiled(Array(1.0f));
        ADD_FAILURE() << "nothing is thrown";
      } catch (const Mine& mine) {
        EXPECT_EQ(mine.number, 1);
      }
      return 0;
    });
    EXPECT_EQ(log, (Log{"i 0", "after 0", "i 1"}));
  }
  EXPECT_THROW((void)log_of([&] { return f(Array(1.0f)); }), Mine);
  EXPECT_EQ(ep::jit([](Array x) { return x + 1; })(Array(1.0f)).item<float>(), 2) << "and other programs run";
}

// A callee may run other programs, which have memory of their own.
TEST(Callback, MayRunCompiledPrograms) {
  const auto inner = ep::jit([](Array x) {
    say("inner", sum(x));
    return sum(dot(x, x) + transpose(x));
  });
  const auto f = [inner](Array x) {
    const Array y = dot(x, x);
    ep::debug::callback([inner](Array v) { happened().push_back("gave " + ep::to_string(inner(v))); }, y);
    return sum(dot(y, x));
  };
  const Array x = ep::ones({8, 8});
  EXPECT_EQ(log_of_both(f, x), (Log{"inner 512.0", "gave 33280.0"}));
  EXPECT_EQ(ep::jit(f)(x).item<float>(), 4096);
}

Array positive_root(Array x) {
  ep::debug::check(x >= 0.0, "x is {:.2f}", x);
  return sqrt(x);
}

TEST(Check, ThrowsItsMessageAndPlace) {
  const unsigned line = __LINE__ - 5;
  const auto found = [&](auto&& f) {
    try {
      (void)f();
      ADD_FAILURE() << "the check holds";
    } catch (const ep::CheckError& error) {
      EXPECT_EQ(error.message, "x is -2.00");
      EXPECT_EQ(error.where.line(), line);
      EXPECT_NE(std::string(error.where.file_name()).find("host_effects_test.cpp"), std::string::npos);
    }
  };
  const Array bad({-2.0, -3.0}, f64);
  found([] { return positive_root(Array(-2.0, f64)); });
  found([] { return ep::jit(positive_root)(Array(-2.0, f64)); });
  found([] { return ep::jit(ep::grad(positive_root))(Array(-2.0, f64)); });
  found([&] { return ep::vmap(positive_root)(bad); });
  found([&] { return ep::jit(ep::vmap(positive_root))(bad); });
  found([&] { return ep::jit([](Array v) { return ep::scan([](Array c, Array x) { return std::pair{c + positive_root(x), x}; }, Array(0.0, f64), v).first; })(bad); });
  EXPECT_EQ(ep::jit(positive_root)(Array(4.0, f64)).item<double>(), 2);
}

TEST(Check, RefusesWhatIsNoPredicate) {
  EXPECT_THROW(ep::debug::check(Array{true, false}, "both"), ep::ShapeError);
  EXPECT_THROW(ep::debug::check(Array(1), "a number"), ep::DTypeError);
  EXPECT_THROW(ep::debug::check(true, "{}"), ep::ArgumentError);
  EXPECT_THROW((void)ep::jit([](Array x) {
    ep::debug::print("{:d}", x);
    return x;
  })(Array(1.5f)),
               ep::ArgumentError)
      << "when it is traced";
}

TEST(Print, WritesLines) {
  const auto f = ep::jit([](Array x) {
    ep::debug::print("x = {}, {:.2f}, {}", x, x / 3, "text");
    return x;
  });
  testing::internal::CaptureStdout();
  (void)f(Array(1.0f));
  ep::debug::print("{}", 3);
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "x = 1.0, 0.33, text\n3\n");
}

TEST(BreakpointIf, SaysItsPlaceWithoutADebugger) {
  testing::internal::CaptureStderr();
  (void)ep::jit([](Array x) {
    ep::debug::breakpoint_if(x > 1.0);
    return x;
  })(Array(2.0f));
  ep::debug::breakpoint_if(false);
  const std::string said = testing::internal::GetCapturedStderr();
  EXPECT_NE(said.find("host_effects_test.cpp:"), std::string::npos) << said;
  EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 1) << said;
}

TEST(Callback, LeavesDonationAlone) {
  const auto f = ep::jit([](Array x) {
    const Array y = x + 1;
    say("x", x);
    return y;
  });
  Array x = ep::zeros({2});
  EXPECT_EQ(log_of([&] { return f(std::move(x)); }), (Log{"x [0. 0.]"}));
}

}  // namespace
