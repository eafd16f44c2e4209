// POSIX files: what the standard streams cannot say is whether the bytes reached the disk.
#include "runtime/snapshot/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <cstdio>
#include <cstring>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "runtime/json/utf8.h"
#include "runtime/snapshot/manifest.h"
#include "runtime/snapshot/opened_files.h"
#include "runtime/snapshot/problem_codes.h"

namespace proofmark::snapshot {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kWorthAThread = std::size_t{256} << 10;

Diagnostic write_problem(const fs::path& file, std::string_view doing, int error) {
  return file_problem(code::kOutputFailed, file.string(), "cannot " + std::string(doing) + ": " + std::strerror(error),
                      "check the directory, its permissions and the free space");
}

Status sync_directory(const fs::path& directory) {
  const int descriptor = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return write_problem(directory, "open the directory", errno);
  const int error = ::fsync(descriptor) == 0 ? 0 : errno;
  ::close(descriptor);
  if (error != 0) return write_problem(directory, "sync the directory", error);
  return Done{};
}

// 0, or errno.
int write_all(int descriptor, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return 0;
}

}  // namespace

// Copying into the kernel's pages takes as long as hashing: a thread does it meanwhile, in order, and the disk begins
// to write before the last byte is there.
class OutputFile::Writer {
 public:
  explicit Writer(int descriptor) : descriptor_(descriptor), thread_([this] { run(); }) {}
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer() { end(); }

  void write(std::vector<std::byte> bytes) {
    std::unique_lock lock(mutex_);
    moved_on_.wait(lock, [&] { return waiting_bytes_ < kMostWaiting; });
    waiting_bytes_ += bytes.size();
    waiting_.push_back(std::move(bytes));
    lock.unlock();
    more_.notify_one();
  }
  // Everything is written, or this errno came in its way.
  int end() {
    {
      const std::scoped_lock lock(mutex_);
      ended_ = true;
    }
    more_.notify_one();
    if (thread_.joinable()) thread_.join();
    return error_;
  }

 private:
  static constexpr std::size_t kMostWaiting = std::size_t{8} << 20;

  void run() {
    std::unique_lock lock(mutex_);
    for (;;) {
      more_.wait(lock, [&] { return ended_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      const std::vector<std::byte> bytes = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      if (error_ == 0) error_ = write_all(descriptor_, bytes);
      ::sync_file_range(descriptor_, 0, 0, SYNC_FILE_RANGE_WRITE);  // a hint: finish() will wait for less
      lock.lock();
      waiting_bytes_ -= bytes.size();
      moved_on_.notify_one();
    }
  }

  int descriptor_;
  int error_ = 0;  // the thread's until it has ended
  std::mutex mutex_;
  std::condition_variable more_, moved_on_;
  std::deque<std::vector<std::byte>> waiting_;
  std::size_t waiting_bytes_ = 0;
  bool ended_ = false;
  std::thread thread_;
};

OutputFile::OutputFile(fs::path file, int descriptor, Lasting lasting)
    : file_(std::move(file)), descriptor_(descriptor), lasting_(lasting) {}

Result<OutputFile> OutputFile::create(const fs::path& file, Lasting lasting) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor < 0) return write_problem(file, "create the file", errno);
  return OutputFile(file, descriptor, lasting);
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : file_(std::move(other.file_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      lasting_(other.lasting_),
      error_(other.error_),
      writer_(std::move(other.writer_)),
      position_(other.position_),
      digest_(std::move(other.digest_)),
      digest_ns_(other.digest_ns_) {}

OutputFile::~OutputFile() {
  writer_.reset();
  if (descriptor_ >= 0) ::close(descriptor_);
}

void OutputFile::hash(std::span<const std::byte> bytes) {
  Stopwatch watch;
  digest_.update(bytes);
  digest_ns_ += watch.lap_ns();
  position_ += bytes.size();
}

void OutputFile::write(std::span<const std::byte> bytes) {
  hash(bytes);
  if (writer_ != nullptr) return writer_->write({bytes.begin(), bytes.end()});
  if (error_ == 0) error_ = write_all(descriptor_, bytes);
}

void OutputFile::write_beside(std::vector<std::byte> bytes) {
  if (writer_ == nullptr && bytes.size() < kWorthAThread) return write(bytes);
  if (writer_ == nullptr) writer_ = std::make_unique<Writer>(descriptor_);
  hash(bytes);
  writer_->write(std::move(bytes));
}

Result<WrittenFile> OutputFile::finish() {
  if (writer_ != nullptr) {
    const int failed = writer_->end();
    if (error_ == 0) error_ = failed;
    writer_.reset();
  }
  if (error_ == 0 && lasting_ == Lasting::yes && ::fsync(descriptor_) != 0) error_ = errno;
  if (::close(std::exchange(descriptor_, -1)) != 0 && error_ == 0) error_ = errno;
  if (error_ != 0) return write_problem(file_, "write the file", error_);
  return WrittenFile{digest_.finish(), position_, digest_ns_};
}

namespace {

// The innermost snapshot that a directory of this name would lie in, wherever links lead.
std::optional<fs::path> snapshot_around(const fs::path& target) {
  std::error_code error;
  const fs::path place = fs::weakly_canonical(fs::absolute(target, error), error);
  if (error) return std::nullopt;  // making it will say why
  for (fs::path folder = place; folder.has_relative_path();) {
    folder = folder.parent_path();
    if (!fs::is_regular_file(folder / kManifestFile, error)) continue;
    const auto manifest = open_manifest(folder);
    if (manifest && read_manifest(manifest->text(), "")) return folder;
  }
  return std::nullopt;
}

}  // namespace

Result<OutputDirectory> OutputDirectory::create(const fs::path& name, Lasting lasting) {
  fs::path target = name.lexically_normal();
  if (!target.has_filename()) target = target.parent_path();  // "out/" means "out"
  std::error_code error;
  const fs::file_status status = fs::symlink_status(target, error);
  if (fs::exists(status)) {
    const bool empty = fs::is_directory(status) && fs::is_empty(target, error) && !error;
    if (!fs::is_directory(status))
      return file_problem(code::kOutputExists, name.string(),
                          "there is a file of this name, and a snapshot is a directory", "name a new directory");
    if (!empty)
      return file_problem(code::kOutputExists, name.string(), "the output directory exists already and is not empty",
                          "a snapshot is never changed: name a new directory, or remove this one first");
  }
  if (const auto around = snapshot_around(target))
    return file_problem(code::kOutputInside, name.string(),
                        "the output directory lies in the snapshot " + json::in_backticks(around->string()),
                        "name a directory outside of it: a snapshot holds only what its manifest names");
  return make_for(target, lasting);
}

Result<OutputDirectory> OutputDirectory::make_for(const fs::path& target, Lasting lasting) {
  const fs::path parent = target.has_parent_path() ? target.parent_path() : fs::path(".");
  for (int attempt = 0; attempt < 1000; ++attempt) {
    const fs::path temporary = parent / ("." + target.filename().string() + ".making-" + std::to_string(::getpid()) +
                                         "-" + std::to_string(attempt));
    if (::mkdir(temporary.c_str(), 0777) == 0) return OutputDirectory(target, temporary, lasting);
    if (errno != EEXIST) return write_problem(temporary.parent_path(), "create a directory here", errno);
  }
  return write_problem(parent, "create a directory here", EEXIST);
}

OutputDirectory::OutputDirectory(OutputDirectory&& other) noexcept
    : name_(std::move(other.name_)), temporary_(std::move(other.temporary_)), lasting_(other.lasting_) {
  other.temporary_.clear();
}

OutputDirectory::~OutputDirectory() {
  std::error_code ignored;
  if (!temporary_.empty()) fs::remove_all(temporary_, ignored);
}

Result<OutputDirectory> OutputDirectory::beside(const fs::path& name) {
  if (::access(name.c_str(), W_OK) != 0) return write_problem(name, "replace the snapshot", errno);
  auto directory = make_for(name, Lasting::yes);
  if (!directory) return directory;
  std::error_code error;
  const auto permissions = fs::status(name, error).permissions();
  if (!error) fs::permissions(directory->path(), permissions, error);
  if (error) return write_problem(directory->path(), "set the permissions", error.value());
  return directory;
}

Status OutputDirectory::sync() const {
  std::error_code error;
  for (auto at = fs::recursive_directory_iterator(temporary_, error); !error && at != fs::end(at);
       at.increment(error)) {
    if (!at->is_directory(error) || error) continue;
    if (auto synced = sync_directory(at->path()); !synced) return synced;
  }
  if (error) return write_problem(temporary_, "list the directory", error.value());
  return sync_directory(temporary_);
}

Status OutputDirectory::publish() {
  if (lasting_ == Lasting::yes)
    if (auto synced = sync(); !synced) return synced;
  // rename(2) replaces an empty directory in one step, and refuses one that has been filled meanwhile.
  if (::rename(temporary_.c_str(), name_.c_str()) != 0)
    return write_problem(name_, "give the snapshot its name", errno);
  temporary_.clear();
  if (lasting_ == Lasting::no) return Done{};
  return sync_directory(name_.has_parent_path() ? name_.parent_path() : fs::path("."));
}

// At no instant is there no snapshot of this name, and whoever has opened the old one goes on reading it: its files are
// gone from the directory, not from the disk.
Status OutputDirectory::replace(const fs::path& name) {
  if (auto synced = sync(); !synced) return synced;
  if (::renameat2(AT_FDCWD, temporary_.c_str(), AT_FDCWD, name.c_str(), RENAME_EXCHANGE) != 0) {
    if (errno != EINVAL && errno != ENOSYS) return write_problem(name, "replace the snapshot", errno);
    return file_problem(code::kOutputFailed, name.string(),
                        "this file system cannot swap two directories in one step, so the snapshot was left as it is",
                        "write the longer snapshot to a new directory with `--out`");
  }
  return sync_directory(name.has_parent_path() ? name.parent_path() : fs::path("."));
}

}  // namespace proofmark::snapshot
