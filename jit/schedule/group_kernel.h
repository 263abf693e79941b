#pragma once
// Groups: the same elementwise work on many arrays of any lengths, such as the leaves of a tree that an optimizer renews, as one kernel.
#include <optional>
#include <string>
#include <vector>

#include "espalier/jit/schedule/loop_kernel.h"

namespace espalier::codegen {

/// A group's body is its members side by side, each the graph `member` at a length of its own. Its code is that of one member, called
/// with a table of tasks; no code grows with the number of members.
struct GroupKernel {
  ir::Graph member;                   ///< over arrays of one axis, as long as the longest member, and numbers
  LoopKernel loops;                   ///< how a member is computed; a CPU's
  std::vector<bool> shared;           ///< per input of `member`: whether all members read the same one, which is a number
  std::vector<std::int64_t> lengths;  ///< per member: elements of its arrays
  std::int64_t most_elements = 1;     ///< of a task: whole vectors
  bool threads = false;               ///< whether its tasks are split over threads

  std::size_t n_shared() const;  ///< inputs of the body that all members read; they come first
  std::size_t n_own() const;     ///< inputs of each member, which follow member by member
  std::int64_t width() const { return std::get<LoopShape>(loops.mapping).width; }
  /// A part of a member that one task computes.
  struct Task {
    std::size_t member = 0;
    std::int64_t first = 0, last = 0;  ///< elements
  };
  std::vector<Task> tasks() const;
};

/// A body of a loop kernel as what a member may be, with arrays of one axis: if it is elementwise work on arrays of one shape and on
/// numbers, and reads and writes no array in another order.
std::optional<ir::Graph> as_member(const ir::Graph& body, const LoopKernel& kernel);
/// A member at another length.
ir::Graph resized(const ir::Graph& member, std::int64_t length);
/// The plan of a group; `member` at any length.
GroupKernel plan_group(const ir::Graph& member, std::vector<bool> shared, std::vector<std::int64_t> lengths, const Target& target);
/// The members side by side: inputs that all read, then those of each; results of each. Its aliases, from those of one member.
ir::Graph joined(const GroupKernel& group);
std::vector<int> joined(const GroupKernel& group, const std::vector<int>& aliases);

/// Groups are made of calls (group_calls.h), never of a body alone: CompileError.
GroupKernel plan_group_kernel(const ir::Graph& body, const Target& target);
/// What is wrong with it, or "".
std::string verify(const ir::Graph& body, const GroupKernel& kernel);
/// "loops: 1000 by 32; 200 members of 40 to 1000; 200 tasks of at most 4096".
std::string describe(const GroupKernel& kernel);

}  // namespace espalier::codegen
