#include <sstream>

#include "espalier/ir/print.h"
#include "espalier/jit/schedule/schedule.h"

namespace espalier::codegen {
namespace {

std::string name(const Schedule& s, Ref ref) {
  const std::string index = std::to_string(ref.index);
  switch (ref.kind) {
    case Ref::Kind::input: return "in" + index;
    case Ref::Kind::output: return "out" + index;
    case Ref::Kind::constant: return "const" + index;
    case Ref::Kind::temp: {
      const Temp& t = s.temps[ref.index];
      return "arena[" + std::to_string(t.offset) + ":+" + std::to_string(t.bytes) + "]";
    }
  }
  return {};
}
std::string names(const Schedule& s, const std::vector<Ref>& refs) {
  std::string text;
  for (std::size_t i = 0; i < refs.size(); ++i) text += (i ? ", " : "") + name(s, refs[i]);
  return text;
}

// " in_place=0,2": the carries that a loop keeps so; nothing where there are none.
std::string listed(const Loop& loop, CarryPlace place, const std::string& word) {
  std::string text;
  for (std::size_t c = 0; c < loop.places.size(); ++c)
    if (loop.places[c] == place) text += (text.empty() ? word + "=" : ",") + std::to_string(c);
  return text;
}

// Nesting is as deep as the user's loops and branches, so recursion is bounded.
void print(std::ostream& out, const Schedule& s, const std::string& indent) {
  out << indent << "arena " << s.arena_bytes << " bytes, lower bound " << s.lower_bound_bytes << "\n";
  for (const Step& step : s.steps) {
    if (const auto* call = std::get_if<Call>(&step)) {
      out << indent << names(s, call->results) << " = kernel" << call->kernel << "(" << names(s, call->operands) << ")\n";
    } else if (const auto* copy = std::get_if<Copy>(&step)) {
      out << indent << name(s, copy->to) << " = copy " << name(s, copy->from) << "\n";
    } else if (const auto* loop = std::get_if<Loop>(&step)) {
      out << indent << names(s, loop->results) << " = " << (loop->condition ? "while" : "loop");
      if (loop->length >= 0) out << (loop->condition ? " at most " : " ") << loop->length;
      out << (loop->reverse ? " reverse" : "") << " (" << names(s, loop->operands) << ") consts=" << loop->consts << " carries=" << loop->carries
          << listed(*loop, CarryPlace::in_place, " in_place") << listed(*loop, CarryPlace::copied, " copied") << " {\n";
      if (loop->condition) {
        out << indent << "  condition:\n";
        print(out, *loop->condition, indent + "    ");
        out << indent << "  body:\n";
      }
      print(out, *loop->body, indent + (loop->condition ? "    " : "  "));
      out << indent << "}\n";
    } else if (const auto* host = std::get_if<HostCall>(&step)) {
      out << indent << names(s, host->results) << (host->results.empty() ? "" : " = ") << "host" << host->callee << "(" << names(s, host->operands) << ")\n";
    } else if (const auto* branch = std::get_if<Branch>(&step)) {
      out << indent << names(s, branch->results) << " = branch " << name(s, branch->index) << " (" << names(s, branch->operands) << ") {\n";
      for (const auto& body : branch->branches) {
        out << indent << "  case:\n";
        print(out, *body, indent + "    ");
      }
      out << indent << "}\n";
    }
  }
  for (std::size_t o = 0; o < s.donations.size(); ++o) {
    if (s.donations[o] >= 0) out << indent << "out" << o << " may take the memory of in" << s.donations[o] << "\n";
  }
}

}  // namespace

std::string print(const Program& program) {
  std::ostringstream out;
  out << "schedule {\n";
  print(out, program.entry, "  ");
  out << "}\n";
  for (std::size_t h = 0; h < program.callees.size(); ++h) out << "host" << h << " \"" << program.callees[h].name << "\"\n";
  for (std::size_t k = 0; k < program.kernels.size(); ++k) {
    const Kernel& kernel = program.kernels[k];
    const auto* group = std::get_if<GroupKernel>(&kernel.plan);
    out << "kernel" << k << " " << name(kernel.kind()) << " " << ir::print(group != nullptr ? group->member : kernel.body, {.locations = true}) << "  " << describe(kernel.plan) << "\n\n";
  }
  return out.str();
}

}  // namespace espalier::codegen
