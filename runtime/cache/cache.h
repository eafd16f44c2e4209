// What one run made and another can use: compiled kernels, checked plans. A folder of the user's, and nobody else's.
//
// A cache may only ever save time. So whatever is found is doubted: the folder and the file must belong to this user
// and be closed to everybody else, no symlink is followed, and an entry carries its kind, its key and a SHA-256 over
// all of it. Anything that is not exactly as it was kept is as good as absent; whoever asked makes it anew. Entries are
// written to a file of their own and renamed into place, so that two writers, or one that is killed, leave whole
// entries or none. Where no folder can be had (no home, read-only, somebody else's) everything goes on without one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace proofmark::cache {

// $PROOFMARK_CACHE; else $XDG_CACHE_HOME/proofmark; else ~/.cache/proofmark. Empty: there is none ($PROOFMARK_CACHE is
// set to nothing, or no home is known).
std::string users_folder();

// The name under which something is kept: a digest of all that it depends on.
class Key {
 public:
  explicit Key(std::string_view kind);  // "object", "plan": lower-case letters; part of the digest
  Key& add(std::string_view part);      // length and bytes: no two lists of parts are the same
  const std::string& kind() const { return kind_; }
  std::string hex() const;  // 64 digits

 private:
  std::string kind_, parts_;
};

struct Found {
  std::optional<std::string> bytes;
  std::string refused;  // why what lies there was not used; empty: used, or nothing lies there
};

struct Entry {
  std::string name, kind;
  std::uint64_t bytes = 0;
};

class Cache {
 public:
  // `around`: the folder in which it lies, which then must be as private; empty: that is nobody's concern.
  explicit Cache(std::string folder, std::string around = {})
      : folder_(std::move(folder)), around_(std::move(around)) {}

  const std::string& folder() const { return folder_; }
  Found find(const Key& key) const;
  // Why it could not be kept; empty: it was. Makes the folder when it is not there.
  std::string keep(const Key& key, std::string_view bytes) const;

  // Why nothing is found or kept: the folder is another's, open to others, or cannot be opened; empty: it is used, or
  // is not there yet, or there is none.
  std::string refused() const;

  struct Contents {
    std::vector<Entry> entries;  // by name
    std::string refused;         // why the folder is not used; empty: it is, or is not there
  };
  Contents list() const;
  // Removes every entry and whatever broken-off writers left; nothing else in the folder is touched.
  struct Cleared {
    std::size_t entries = 0;  // that were removed
    std::uint64_t bytes = 0;
    std::string refused;
    std::string left;  // why something is still there; empty: all is gone
  };
  Cleared clear() const;

 private:
  std::string folder_, around_;
};

}  // namespace proofmark::cache
