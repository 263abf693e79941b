#pragma once
// Buffer: reference-counted memory with its header in front, drawn from a pool.
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace espalier::runtime {

/// A block of host memory, 64-byte aligned, shared by reference count. Blocks come from a process-wide pool of free
/// blocks by size class (a lock-free stack per thread, see buffer.cpp), so a steady program allocates nothing; blocks of
/// 4 MiB and more ask for huge pages.
class Buffer {
 public:
  /// A reference to uninitialised memory of at least `bytes` bytes.
  static class BufferRef allocate(std::size_t bytes);

  void* data() { return reinterpret_cast<std::byte*>(this) + header_bytes; }
  const void* data() const { return reinterpret_cast<const std::byte*>(this) + header_bytes; }
  /// Bytes usable, at least those asked for.
  std::size_t capacity() const { return capacity_; }
  /// True if nobody else holds a reference: the memory may be written or given away.
  bool sole() const { return references_.load(std::memory_order_acquire) == 1; }
  /// Notes that a view of the memory was handed out, which counts no reference: from now on the memory may be read but
  /// neither written nor given away.
  void lend() const { lent_.store(true, std::memory_order_relaxed); }
  bool lent() const { return lent_.load(std::memory_order_relaxed); }
  /// From now on `let_go` counts: while it stays the same, every reference that there is now is where it was.
  void watch() const { watched_.store(true, std::memory_order_relaxed); }
  /// How often a reference has been assigned to, moved from or destroyed.
  std::uint32_t let_go() const { return let_go_.load(std::memory_order_acquire); }

  static constexpr std::size_t header_bytes = 64;

 private:
  friend class BufferRef;
  Buffer() = default;
  void retain() { references_.fetch_add(1, std::memory_order_relaxed); }
  void release() {
    note_let_go();
    // A sole owner needs no read-modify-write: nobody else can be counting.
    if (sole() || references_.fetch_sub(1, std::memory_order_acq_rel) == 1) recycle(this);
  }
  void note_let_go() const {
    if (watched_.load(std::memory_order_relaxed)) count_let_go();
  }
  void note_assigned() const {
    if (watched_.load(std::memory_order_relaxed)) let_go_.fetch_add(1, std::memory_order_release);
  }
  void count_let_go() const;
  static void recycle(Buffer* buffer) noexcept;

  std::atomic<std::int64_t> references_{1};
  std::size_t capacity_ = 0;
  std::uint32_t size_class_ = 0;
  mutable std::atomic<bool> lent_{false}, watched_{false};
  mutable std::atomic<std::uint32_t> let_go_{0};
};

/// While it lives, references that this thread moves or destroys do not count as let go: they are copies of the library's own, such as
/// those that a trace makes of what it meets. What is assigned to counts all the same.
class OwnReferences {
 public:
  OwnReferences();
  ~OwnReferences();
  OwnReferences(const OwnReferences&) = delete;
  OwnReferences& operator=(const OwnReferences&) = delete;
  /// Whether one lives on this thread.
  static bool are_made();
};

/// A counted pointer to a Buffer; may be empty.
class BufferRef {
 public:
  BufferRef() = default;
  explicit BufferRef(Buffer* adopted) : buffer_(adopted) {}
  BufferRef(const BufferRef& other) : buffer_(other.buffer_) {
    if (buffer_) buffer_->retain();
  }
  BufferRef(BufferRef&& other) noexcept : buffer_(std::exchange(other.buffer_, nullptr)) {
    if (buffer_) buffer_->note_let_go();
  }
  BufferRef& operator=(BufferRef other) noexcept {
    if (buffer_) buffer_->note_assigned();
    std::swap(buffer_, other.buffer_);
    return *this;
  }
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"  // g++ 12 destroys all alternatives of a variant in its mind
#endif
  ~BufferRef() {
    if (buffer_) buffer_->release();
  }
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
  Buffer* get() const { return buffer_; }
  Buffer* operator->() const { return buffer_; }
  explicit operator bool() const { return buffer_ != nullptr; }

 private:
  Buffer* buffer_ = nullptr;
};

}  // namespace espalier::runtime
