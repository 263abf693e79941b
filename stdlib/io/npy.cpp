#include "espalier/stdlib/io/npy.h"

#include "espalier/stdlib/io/input_file.h"
#include "espalier/stdlib/io/npy_format.h"
#include "espalier/stdlib/io/output_file.h"

namespace espalier::io {

void save_npy(Operand x, const std::filesystem::path& path) {
  const HeldBytes held = held_bytes(x.array, "save_npy", x.where);
  const std::string header = npy_header(held.array.dtype(), held.array.shape(), "save_npy", x.where);
  OutputFile file("save_npy", path, x.where);
  file.write({reinterpret_cast<const std::uint8_t*>(header.data()), header.size()});
  file.write(held.bytes);
  file.commit();
}

Array read_npy(const std::filesystem::path& path, Where where) {
  const InputFile file("read_npy", path, where);
  ByteSource source = file.source(0, file.size());
  return read_npy_array(source, where);
}

}  // namespace espalier::io
