#pragma once
// How much of a thread's stack is used. Code that recurses as deep as the user's data or functions asks before it goes deeper:
// a stack that overflows ends the process, where no error can be thrown.
namespace espalier::runtime {

/// True if more than half of this thread's stack is used. The other half is for what follows: destructors, copies, the
/// compiler. False on a stack that the thread did not start with (a fiber's), of which nothing is known.
bool stack_is_low();

}  // namespace espalier::runtime
