#include "espalier/runtime/buffer.h"

#include <sys/mman.h>
#include <sys/sysinfo.h>

#include <bit>
#include <cstdint>
#include <cstdlib>
#include <mutex>
#include <new>

namespace espalier::runtime {
namespace {

// Size classes are powers of two and their three-quarter points from 64 bytes on: at most a third is wasted.
constexpr std::uint32_t class_count = 96;
constexpr std::size_t huge_page = std::size_t{2} << 20;
constexpr std::size_t huge_threshold = std::size_t{4} << 20;
// A thread keeps at most this many bytes of free blocks in each size class.
constexpr std::size_t kept_bytes_per_class = std::size_t{256} << 20;

// All the memory there is, swap included.
std::size_t machine_bytes() {
  static const std::size_t bytes = [] {
    struct sysinfo machine{};
    return sysinfo(&machine) == 0 ? (std::size_t{machine.totalram} + machine.totalswap) * machine.mem_unit : SIZE_MAX;
  }();
  return bytes;
}

std::size_t class_bytes(std::uint32_t size_class) {
  const std::size_t base = std::size_t{64} << (size_class / 2);
  return size_class % 2 == 0 ? base : base + base / 2;
}
std::uint32_t class_of(std::size_t bytes) {
  if (bytes <= 64) return 0;
  const auto log = static_cast<std::uint32_t>(std::bit_width((bytes - 1) >> 6));  // smallest k with bytes <= 64 << k
  const std::size_t three_quarters = (std::size_t{64} << (log - 1)) + (std::size_t{32} << (log - 1));
  return bytes <= three_quarters ? 2 * log - 1 : 2 * log;
}

// Free blocks of a thread, linked through their first word. No lock: a block freed by another thread than the one that
// made it joins that thread's list.
struct FreeList {
  struct Link {
    Link* next;
  };
  Link* head[class_count] = {};
  std::size_t bytes[class_count] = {};
  std::size_t most_bytes = kept_bytes_per_class;
};

// A thread's list is reached through a pointer in static thread-local storage: one load, where a thread-local object in a
// library costs a call. Before the first use and after the thread's end it points to a list that takes nothing.
FreeList closed{.most_bytes = 0};
[[gnu::tls_model("initial-exec")]] thread_local FreeList* free_list = &closed;
[[gnu::tls_model("initial-exec")]] thread_local bool opened = false;

// Small blocks are cut from slabs: made one by one, each would leave a hole of its own size, and the system's allocator goes
// through all holes. A slab is never given back, so neither are its blocks: when their thread ends they wait for another.
constexpr std::uint32_t small_classes = 7;  // up to 512 bytes
constexpr std::size_t slab_bytes = std::size_t{64} << 10;

struct Orphans {
  std::mutex lock;
  FreeList::Link* head[small_classes] = {};

  static Orphans& get() {
    static Orphans& made = *new Orphans;  // never destroyed: threads may outlive main
    return made;
  }
  void add(std::uint32_t size_class, FreeList::Link* first, FreeList::Link* last) {
    const std::lock_guard guard(lock);
    last->next = std::exchange(head[size_class], first);
  }
};

void give(FreeList& list, std::uint32_t size_class, void* memory) {
  list.head[size_class] = new (memory) FreeList::Link{list.head[size_class]};
  list.bytes[size_class] += class_bytes(size_class);
}

// Gives the list of this thread free blocks of a small class.
void refill(std::uint32_t size_class) {
  FreeList::Link* waiting = nullptr;
  {
    Orphans& orphans = Orphans::get();
    const std::lock_guard guard(orphans.lock);
    waiting = std::exchange(orphans.head[size_class], nullptr);
  }
  if (waiting != nullptr) {
    while (waiting != nullptr) give(*free_list, size_class, std::exchange(waiting, waiting->next));
    return;
  }
  const std::size_t block = (class_bytes(size_class) + Buffer::header_bytes + 63) / 64 * 64;
  auto* slab = static_cast<std::byte*>(std::aligned_alloc(64, slab_bytes));
  if (slab == nullptr) throw std::bad_alloc();
  for (std::size_t end = slab_bytes / block * block; end != 0; end -= block) give(*free_list, size_class, slab + end - block);
}

struct OpenList {
  FreeList list;
  OpenList() { free_list = &list; }
  ~OpenList() {
    free_list = &closed;
    for (std::uint32_t size_class = 0; size_class < class_count; ++size_class) {
      FreeList::Link* link = list.head[size_class];
      if (size_class < small_classes) {
        while (link != nullptr) {
          FreeList::Link* one = std::exchange(link, link->next);
          Orphans::get().add(size_class, one, one);
        }
      }
      while (link != nullptr) std::free(std::exchange(link, link->next));
    }
  }
};
void open_list() {
  if (std::exchange(opened, true)) return;
  thread_local OpenList list;
}

}  // namespace

namespace {
[[gnu::tls_model("initial-exec")]] thread_local int own_references = 0;
}
OwnReferences::OwnReferences() { ++own_references; }
OwnReferences::~OwnReferences() { --own_references; }
bool OwnReferences::are_made() { return own_references > 0; }
void Buffer::count_let_go() const {
  if (own_references == 0) let_go_.fetch_add(1, std::memory_order_release);
}

BufferRef Buffer::allocate(std::size_t bytes) {
  const std::uint32_t size_class = class_of(bytes);
  if (size_class >= class_count) throw std::bad_alloc();
  const std::size_t capacity = class_bytes(size_class);
  void* memory = nullptr;
  if (auto*& head = free_list->head[size_class]; head != nullptr) {
    memory = std::exchange(head, head->next);
    free_list->bytes[size_class] -= capacity;
  } else {
    open_list();
    if (size_class < small_classes && free_list != &closed) {
      refill(size_class);
      return allocate(bytes);
    }
    if (bytes > machine_bytes()) throw std::bad_alloc();  // the system may promise more than it has, and end the process later
    const bool huge = capacity >= huge_threshold;
    const std::size_t align = huge ? huge_page : 64;
    const std::size_t total = (capacity + header_bytes + align - 1) / align * align;
    memory = std::aligned_alloc(align, total);
    if (memory == nullptr) throw std::bad_alloc();
    if (huge) madvise(memory, total, MADV_HUGEPAGE);
  }
  auto* buffer = new (memory) Buffer;
  buffer->capacity_ = capacity;
  buffer->size_class_ = size_class;
  return BufferRef(buffer);
}

void Buffer::recycle(Buffer* buffer) noexcept {
  const std::uint32_t size_class = buffer->size_class_;
  const std::size_t capacity = buffer->capacity_;
  buffer->~Buffer();
  if (size_class < small_classes) {
    if (free_list != &closed) return give(*free_list, size_class, buffer);
    auto* link = new (buffer) FreeList::Link{nullptr};
    return Orphans::get().add(size_class, link, link);
  }
  if (free_list->bytes[size_class] + capacity > free_list->most_bytes) return std::free(buffer);
  give(*free_list, size_class, buffer);
}

}  // namespace espalier::runtime
