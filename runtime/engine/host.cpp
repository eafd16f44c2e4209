// CPUID as it comes, less what differs from core to core; ELF notes.
#include "runtime/engine/host.h"

#include <cpuid.h>
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstring>

namespace proofmark::engine {
namespace {

constexpr std::uint32_t kCoreNumber = 0xff000000;  // of leaf 1, EBX
constexpr std::uint32_t kSavesRegisters = 1U << 27U;

void add(std::string& text, std::uint32_t value) {
  for (unsigned shift = 0; shift < 32; shift += 4) text += "0123456789abcdef"[(value >> shift) & 15U];
}

// A virtual machine may leave its processor for each question: none is asked twice.
void add_leaf(std::string& text, std::uint32_t last, std::uint32_t leaf, std::uint32_t subleaf) {
  std::array<std::uint32_t, 4> registers{};
  if (leaf <= last) __cpuid_count(leaf, subleaf, registers[0], registers[1], registers[2], registers[3]);
  if (leaf == 1) registers[1] &= ~kCoreNumber;
  for (const std::uint32_t value : registers) add(text, value);
}

bool saves_registers() {
  std::uint32_t eax = 0, ebx = 0, ecx = 0, edx = 0;
  return __get_cpuid(1, &eax, &ebx, &ecx, &edx) != 0 && (ecx & kSavesRegisters) != 0;
}

constexpr std::uint64_t kMostNoteBytes = 4096;

class File {
 public:
  explicit File(const std::string& name) : descriptor_(open(name.c_str(), O_RDONLY | O_CLOEXEC)) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  template <typename T>
  bool read_at(std::uint64_t offset, T* into, std::size_t bytes = sizeof(T)) const {
    return pread(descriptor_, into, bytes, static_cast<off_t>(offset)) == static_cast<ssize_t>(bytes);
  }

 private:
  int descriptor_;
};

std::size_t padded(std::size_t bytes) {
  return (bytes + 3) / 4 * 4;
}

std::string id_among(std::string_view notes) {
  constexpr std::string_view kOwner("GNU\0", 4);
  while (notes.size() >= sizeof(Elf64_Nhdr)) {
    Elf64_Nhdr note;
    std::memcpy(&note, notes.data(), sizeof note);
    notes.remove_prefix(sizeof note);
    const std::size_t owner = padded(note.n_namesz), content = padded(note.n_descsz);
    if (owner > notes.size() || content > notes.size() - owner) return {};
    if (note.n_type == NT_GNU_BUILD_ID && notes.substr(0, note.n_namesz) == kOwner)
      return std::string(notes.substr(owner, note.n_descsz));
    notes.remove_prefix(owner + content);
  }
  return {};
}

}  // namespace

std::string processor_identity() {
  constexpr std::uint32_t kExtended = 0x80000000;
  const std::uint32_t last = __get_cpuid_max(0, nullptr), last_extended = __get_cpuid_max(kExtended, nullptr);
  std::string text;
  for (const auto& [leaf, subleaf] : {std::pair(0U, 0U),
                                      {1U, 0U},
                                      {7U, 0U},
                                      {7U, 1U},
                                      {0xdU, 0U},
                                      {0xdU, 1U},
                                      {0x19U, 0U},
                                      {0x1eU, 1U},
                                      {0x24U, 0U},
                                      {0x80000001U, 0U},
                                      {0x80000008U, 0U}})
    add_leaf(text, leaf >= kExtended ? last_extended : last, leaf, subleaf);
  std::uint32_t low = 0, high = 0;
  if (saves_registers()) __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  add(text, low);
  add(text, high);
  return text;
}

std::string own_build_id() {
  std::string id;
  dl_iterate_phdr(
      [](dl_phdr_info* info, std::size_t, void* into) {
        for (std::size_t i = 0; i < info->dlpi_phnum; ++i) {
          const ElfW(Phdr)& part = info->dlpi_phdr[i];
          if (part.p_type != PT_NOTE) continue;
          const auto* notes = reinterpret_cast<const char*>(info->dlpi_addr + part.p_vaddr);
          *static_cast<std::string*>(into) = id_among({notes, part.p_memsz});
          if (!static_cast<std::string*>(into)->empty()) break;
        }
        return 1;  // the program itself comes first
      },
      &id);
  return id;
}

std::string build_id(const std::string& library) {
  const File file(library);
  Elf64_Ehdr header;
  if (!file.read_at(0, &header) || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
      header.e_phentsize != sizeof(Elf64_Phdr))
    return {};
  for (std::size_t i = 0; i < header.e_phnum; ++i) {
    Elf64_Phdr part;
    if (!file.read_at(header.e_phoff + i * sizeof part, &part)) return {};
    if (part.p_type != PT_NOTE || part.p_filesz > kMostNoteBytes) continue;
    std::string notes(part.p_filesz, '\0');
    if (!file.read_at(part.p_offset, notes.data(), notes.size())) return {};
    if (std::string id = id_among(notes); !id.empty()) return id;
  }
  return {};
}

}  // namespace proofmark::engine
