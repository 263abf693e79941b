// The bytes of one member of a ZIP archive.
#include <zlib.h>

#include <algorithm>
#include <array>

#include "espalier/stdlib/io/zip_directory.h"

namespace espalier::io {
namespace {

/// Unzips raw deflate as it is asked for.
class Inflater {
 public:
  Inflater() {
    if (inflateInit2(&stream_, -MAX_WBITS) != Z_OK) throw std::bad_alloc();
  }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;

  /// Fills what it can from `source`, the compressed bytes; `fail` is called with the reason where they are not deflate.
  template <class Fail> std::size_t pull(ByteSource& source, std::span<std::uint8_t> bytes, const Fail& fail) {
    std::size_t got = 0;
    while (got < bytes.size() && !ended_) {
      if (stream_.avail_in == 0) {
        stream_.next_in = input_.data();
        stream_.avail_in = static_cast<uInt>(source.read(input_));
      }
      const auto room = static_cast<uInt>(std::min<std::size_t>(bytes.size() - got, 1u << 30));
      stream_.next_out = bytes.data() + got;
      stream_.avail_out = room;
      const int code = inflate(&stream_, Z_NO_FLUSH);
      got += room - stream_.avail_out;
      ended_ = code == Z_STREAM_END;
      if (code == Z_BUF_ERROR) fail("end too early");  // it was given all there is
      if (code != Z_OK && !ended_) fail(stream_.msg != nullptr ? stream_.msg : "are no deflate");
    }
    return got;
  }

 private:
  z_stream stream_{};
  std::array<std::uint8_t, 1 << 14> input_;
  bool ended_ = false;
};

}  // namespace

ByteSource open_member(const InputFile& file, const ZipMember& member) {
  const std::string part = "member \"" + member.name + "\"";
  const auto stored = std::make_shared<ByteSource>(file.source(member.begin, member.end));
  const auto inflater = member.deflated ? std::make_shared<Inflater>() : nullptr;
  return ByteSource(file.use(), part, 0, member.size, [=, use = file.use(), at = std::int64_t{0}, sum = crc32(0, nullptr, 0)](std::span<std::uint8_t> bytes) mutable {
    const auto fail = [&](const std::string& why) { fail_format(use, part, at, why, "get the file anew: this one is damaged"); };
    // No more than the directory says, so that it bounds what is unzipped.
    const std::span<std::uint8_t> wanted = bytes.first(std::min(bytes.size(), static_cast<std::size_t>(member.size - at)));
    const std::size_t got = inflater ? inflater->pull(*stored, wanted, [&](const std::string& why) { fail("the compressed data are corrupt or end too early (" + why + ")"); }) : stored->read(wanted);
    if (got > 0) sum = crc32_z(sum, bytes.data(), got);  // of no bytes it would be the first one
    at += static_cast<std::int64_t>(got);
    if (got < wanted.size()) fail("the member ends here, and the directory promises " + std::to_string(member.size) + " bytes");
    if (at == member.size && got < bytes.size() && sum != member.checksum) fail("the checksum is not that of the directory");
    return got;
  });
}

}  // namespace espalier::io
