// ELF64 for x86-64: section headers, one symbol table, relocations with addends.
#include "runtime/engine/native_object.h"

#include <elf.h>
#include <sys/mman.h>

#include <cstdint>
#include <cstring>
#include <optional>
#include <vector>

namespace proofmark::engine {
namespace {

constexpr std::size_t kMostBytes = 64U << 20;
constexpr std::size_t kMostAlignment = 4096;
constexpr std::size_t kPage = 4096;

struct Bad {
  std::string why;
};

// The object file. Everything is copied out, so that its bytes need no alignment.
class File {
 public:
  explicit File(std::string_view bytes) : bytes_(bytes) {
    const auto header = read<Elf64_Ehdr>(0);
    if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_ident[EI_CLASS] != ELFCLASS64 ||
        header.e_ident[EI_DATA] != ELFDATA2LSB || header.e_type != ET_REL || header.e_machine != EM_X86_64)
      throw Bad{"it is no relocatable x86-64 object"};
    if (header.e_shentsize != sizeof(Elf64_Shdr)) throw Bad{"its section headers have a foreign size"};
    for (std::size_t i = 0; i < header.e_shnum; ++i)
      sections_.push_back(read<Elf64_Shdr>(header.e_shoff + i * sizeof(Elf64_Shdr)));
  }

  const std::vector<Elf64_Shdr>& sections() const { return sections_; }
  const Elf64_Shdr& section(std::size_t index) const {
    if (index >= sections_.size()) throw Bad{"it names a section that is not there"};
    return sections_[index];
  }
  std::string_view content(const Elf64_Shdr& section) const {
    if (section.sh_offset > bytes_.size() || section.sh_size > bytes_.size() - section.sh_offset)
      throw Bad{"a section lies outside the file"};
    return bytes_.substr(section.sh_offset, section.sh_size);
  }
  template <typename Entry>
  std::vector<Entry> entries(const Elf64_Shdr& section) const {
    const std::string_view bytes = content(section);
    if (section.sh_entsize != sizeof(Entry) || bytes.size() % sizeof(Entry) != 0)
      throw Bad{"a table has a foreign entry size"};
    std::vector<Entry> entries(bytes.size() / sizeof(Entry));
    if (!entries.empty()) std::memcpy(entries.data(), bytes.data(), bytes.size());
    return entries;
  }
  std::string_view name(const Elf64_Shdr& strings, std::size_t offset) const {
    const std::string_view all = content(strings);
    const std::size_t end = offset < all.size() ? all.find('\0', offset) : std::string_view::npos;
    if (end == std::string_view::npos) throw Bad{"a name lies outside its table"};
    return all.substr(offset, end - offset);
  }

 private:
  template <typename T>
  T read(std::uint64_t offset) const {
    if (offset > bytes_.size() || bytes_.size() - offset < sizeof(T)) throw Bad{"it is cut short"};
    T value;
    std::memcpy(&value, bytes_.data() + offset, sizeof(T));
    return value;
  }

  std::string_view bytes_;
  std::vector<Elf64_Shdr> sections_;
};

// Where each section that occupies memory goes.
struct Layout {
  std::vector<std::optional<std::size_t>> offsets;
  std::size_t bytes = 0;
};

Layout lay_out(const File& file) {
  Layout layout;
  for (const Elf64_Shdr& section : file.sections()) {
    layout.offsets.emplace_back();
    if ((section.sh_flags & SHF_ALLOC) == 0) continue;
    if ((section.sh_flags & (SHF_WRITE | SHF_TLS)) != 0 && section.sh_size > 0) throw Bad{"it has writable data"};
    const std::size_t alignment = section.sh_addralign == 0 ? 1 : section.sh_addralign;
    if (alignment > kMostAlignment || (alignment & (alignment - 1)) != 0)
      throw Bad{"a section has a foreign alignment"};
    if (section.sh_size > kMostBytes) throw Bad{"it is too large"};
    layout.bytes = (layout.bytes + alignment - 1) / alignment * alignment;
    layout.offsets.back() = layout.bytes;
    layout.bytes += section.sh_size;
    if (layout.bytes > kMostBytes) throw Bad{"it is too large"};
  }
  layout.bytes = (layout.bytes + kPage - 1) / kPage * kPage;
  if (layout.bytes == 0) throw Bad{"it holds no code"};
  return layout;
}

class Linker {
 public:
  Linker(const File& file, const Layout& layout, std::byte* memory) : file_(file), layout_(layout), memory_(memory) {}

  void link() {
    for (std::size_t i = 0; i < file_.sections().size(); ++i) {
      const Elf64_Shdr& section = file_.sections()[i];
      if (layout_.offsets[i] && section.sh_type != SHT_NOBITS) {
        const std::string_view content = file_.content(section);
        if (!content.empty()) std::memcpy(memory_ + *layout_.offsets[i], content.data(), content.size());
      }
    }
    for (const Elf64_Shdr& section : file_.sections()) {
      if (section.sh_type == SHT_REL) throw Bad{"it has relocations without addends"};
      if (section.sh_type == SHT_RELA) relocate(section);
    }
  }

  std::byte* find(std::string_view name) const {
    for (const Elf64_Shdr& section : file_.sections()) {
      if (section.sh_type != SHT_SYMTAB) continue;
      for (const Elf64_Sym& symbol : file_.entries<Elf64_Sym>(section))
        if (ELF64_ST_TYPE(symbol.st_info) == STT_FUNC &&
            file_.name(file_.section(section.sh_link), symbol.st_name) == name)
          return address(symbol);
    }
    throw Bad{"it has no function `" + std::string(name) + "`"};
  }

 private:
  std::byte* address(const Elf64_Sym& symbol) const {
    const std::size_t index = symbol.st_shndx;
    if (index == SHN_UNDEF || index >= layout_.offsets.size() || !layout_.offsets[index])
      throw Bad{"it needs a symbol that it does not define"};
    if (symbol.st_value > file_.sections()[index].sh_size) throw Bad{"a symbol lies outside its section"};
    return memory_ + *layout_.offsets[index] + symbol.st_value;
  }

  void relocate(const Elf64_Shdr& table) const {
    const std::size_t target = table.sh_info;
    if (target >= layout_.offsets.size() || !layout_.offsets[target]) return;  // of debugging sections
    const auto symbols = file_.entries<Elf64_Sym>(file_.section(table.sh_link));
    for (const Elf64_Rela& relocation : file_.entries<Elf64_Rela>(table)) {
      const std::size_t index = ELF64_R_SYM(relocation.r_info);
      if (index >= symbols.size()) throw Bad{"a relocation names a symbol that is not there"};
      apply(relocation, file_.sections()[target], memory_ + *layout_.offsets[target], address(symbols[index]));
    }
  }

  static void apply(const Elf64_Rela& relocation, const Elf64_Shdr& section, std::byte* base, const std::byte* symbol) {
    const auto type = ELF64_R_TYPE(relocation.r_info);
    const bool relative32 = type == R_X86_64_PC32 || type == R_X86_64_PLT32;
    if (!relative32 && type != R_X86_64_64 && type != R_X86_64_PC64) throw Bad{"it has a relocation of a foreign kind"};
    const std::size_t width = relative32 ? sizeof(std::int32_t) : sizeof(std::int64_t);
    if (relocation.r_offset > section.sh_size || section.sh_size - relocation.r_offset < width)
      throw Bad{"a relocation lies outside its section"};
    std::byte* place = base + relocation.r_offset;
    const auto value = reinterpret_cast<std::uintptr_t>(symbol) + static_cast<std::uint64_t>(relocation.r_addend);
    const std::uint64_t distance = value - reinterpret_cast<std::uintptr_t>(place);
    const std::uint64_t written = type == R_X86_64_64 ? value : distance;
    if (relative32 && static_cast<std::int64_t>(distance) != static_cast<std::int32_t>(distance))
      throw Bad{"a relocation does not reach"};
    std::memcpy(place, &written, width);  // little-endian: the low half first
  }

  const File& file_;
  const Layout& layout_;
  std::byte* memory_;
};

}  // namespace

std::unique_ptr<const NativeObject> NativeObject::load(std::string_view object, std::string& problem) {
  try {
    const File file(object);
    const Layout layout = lay_out(file);
    void* memory = mmap(nullptr, layout.bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw Bad{"there is no memory for it"};
    std::unique_ptr<NativeObject> loaded(new NativeObject(memory, layout.bytes));
    Linker linker(file, layout, static_cast<std::byte*>(memory));
    linker.link();
    loaded->kernel_ = reinterpret_cast<proofmark_kernel>(linker.find(PROOFMARK_KERNEL_SYMBOL));
    if (mprotect(memory, layout.bytes, PROT_READ | PROT_EXEC) != 0) throw Bad{"the system forbids new code"};
    return loaded;
  } catch (const Bad& bad) {
    problem = "the compiled object was refused: " + bad.why;
    return nullptr;
  }
}

NativeObject::~NativeObject() {
  munmap(memory_, bytes_);
}

}  // namespace proofmark::engine
