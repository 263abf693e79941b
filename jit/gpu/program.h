#pragma once
// A program for NVIDIA's GPUs, as text: nothing here runs it.
#include <string>

#include "espalier/jit/schedule/schedule.h"
#include "espalier/jit/target.h"

namespace espalier::codegen {

/// The GPUs that programs are made for. Both functions below take a program that was planned for it.
Target gpu_target();

/// The program in MLIR: an entry for the host, which launches kernels in order, and a `gpu.module` with one function per
/// distinct kernel. Loops and branches are the host's. Pointers are of the GPU's memory; of its process the entry asks
/// `void espalier_device_copy(void* to, const void* from, int64_t bytes)` and `int32_t espalier_device_read(const void*)`. With
/// `locations` it shows where the user wrote what.
std::string print_gpu(const Program& program, bool locations = false);

/// The kernels in PTX, and constants as data. Needs no library of NVIDIA's; any GPU from sm_80 on can run it. With `lines` it has
/// `.loc` directives, from which NVIDIA's tools know the user's lines.
std::string emit_ptx(const Program& program, bool lines = false);

}  // namespace espalier::codegen
