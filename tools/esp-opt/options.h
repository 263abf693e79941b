#pragma once
// The command line: steps in the order given, and what holds for all of them.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace espalier::opt {

/// Something done to the graph, or said about it.
struct Step {
  enum class Kind : std::uint8_t {
    grad,
    value_and_grad,
    vjp,
    jvp,
    linearize,
    transpose,
    vmap,             // derivatives and batching
    simplify,
    pass,
    verify,       // passes
    print,
    dot,
    hash,
    cost,
    table,
    lower,                                          // print something
    run,
    compare,                                                           // run it
  };
  Kind kind;
  std::string argument;  ///< what stands behind '=', or ""
  std::string name;      ///< as the user wrote it: "--grad"
};

struct Options {
  std::string file = "-";            ///< "-" is standard input
  std::vector<Step> steps;
  std::string wrt;                   ///< inputs of the derivatives that name none
  std::vector<std::string> inputs;   ///< values of the first inputs; the others are hashed
  std::uint64_t seed = 0;            ///< of the hashed inputs
  std::string target;                ///< as codegen::CompileOptions has it
  std::string donate;                ///< inputs whose memory outputs may take
  bool compiled = false;             ///< --run runs machine code
  bool serial = false;               ///< kernels are not split over threads
  bool locations = false;            ///< graphs print with `# file:line`
  bool debug_info = false;           ///< as codegen::CompileOptions has it
};

/// The command line read; nullopt after printing the help. ArgumentError for what it does not know.
std::optional<Options> parse_options(int argc, char** argv);

}  // namespace espalier::opt
