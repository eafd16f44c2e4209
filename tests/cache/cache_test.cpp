// Kept bytes come back whole or not at all, whatever happens to the file, the folder or another writer.
#include "runtime/cache/cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include <thread>

#include "tests/cache/scratch_folder.h"

namespace proofmark::cache {
namespace {

using proofmark::testing::file_bytes;
using proofmark::testing::put_bytes;
using proofmark::testing::ScratchFolder;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

Key key_of(const std::string& part) {
  return std::move(Key("object").add(part));
}

class CacheTest : public ::testing::Test {
 protected:
  fs::path folder() const { return scratch_.path() / "cache"; }
  Cache cache() const { return Cache(folder().string()); }
  fs::path file() const { return folder() / ("object-" + key_of("shape").hex()); }
  void keep() const { ASSERT_EQ(cache().keep(key_of("shape"), content_), ""); }
  void expect_refused(const std::string& why) const {
    const Found found = cache().find(key_of("shape"));
    EXPECT_FALSE(found.bytes);
    EXPECT_THAT(found.refused, HasSubstr(why));
  }
  void expect_mended() const {
    keep();
    EXPECT_EQ(cache().find(key_of("shape")).bytes, content_);
  }

  ScratchFolder scratch_;
  const std::string content_ = std::string("machine\0code\n", 13);
};

TEST_F(CacheTest, KeepsAndFinds) {
  EXPECT_FALSE(cache().find(key_of("shape")).bytes);
  EXPECT_FALSE(fs::exists(folder())) << "looking makes no folder";
  keep();
  EXPECT_EQ(cache().find(key_of("shape")).bytes, content_);
  EXPECT_FALSE(cache().find(key_of("another")).bytes);
  EXPECT_FALSE(cache().find(Key("plan").add("shape")).bytes);
  ASSERT_EQ(cache().keep(key_of("nothing"), ""), "");
  EXPECT_EQ(cache().find(key_of("nothing")).bytes, "");
}

TEST_F(CacheTest, IsPrivateWhateverTheUmask) {
  const mode_t before = umask(0);
  keep();
  umask(before);
  struct stat status{};
  ASSERT_EQ(stat(folder().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0700U);
  ASSERT_EQ(stat(file().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0600U);
}

TEST_F(CacheTest, KeysAreListsNotTexts) {
  EXPECT_NE(Key("object").add("ab").add("c").hex(), Key("object").add("a").add("bc").hex());
  EXPECT_NE(Key("object").add("").hex(), Key("object").hex());
}

TEST_F(CacheTest, RefusesEveryFlippedBit) {
  keep();
  const std::string sound = file_bytes(file());
  for (std::size_t bit = 0; bit < sound.size() * 8; ++bit) {
    std::string damaged = sound;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    put_bytes(file(), damaged);
    ASSERT_FALSE(cache().find(key_of("shape")).bytes) << "bit " << bit;
  }
  expect_mended();
}

TEST_F(CacheTest, RefusesEveryTruncationAndAddition) {
  keep();
  const std::string sound = file_bytes(file());
  for (std::size_t length = 0; length < sound.size(); ++length) {
    put_bytes(file(), sound.substr(0, length));
    ASSERT_FALSE(cache().find(key_of("shape")).bytes) << length;
  }
  put_bytes(file(), sound + "x");
  expect_refused("damaged");
  expect_mended();
}

TEST_F(CacheTest, RefusesAnotherEntryUnderThisName) {
  keep();
  ASSERT_EQ(cache().keep(key_of("other"), "other code"), "");
  fs::rename(folder() / ("object-" + key_of("other").hex()), file());
  expect_refused("damaged");
  expect_mended();
}

TEST_F(CacheTest, RefusesFilesThatOthersMayUse) {
  keep();
  for (const mode_t mode : {0640U, 0604U, 0620U, 0602U, 0666U}) {
    ASSERT_EQ(chmod(file().c_str(), mode), 0);
    expect_refused("others than its owner");
  }
  expect_mended();
}

TEST_F(CacheTest, RefusesAFolderThatOthersMayUse) {
  keep();
  for (const mode_t mode : {0755U, 0770U, 0701U}) {
    ASSERT_EQ(chmod(folder().c_str(), mode), 0);
    expect_refused("others than its owner");
    EXPECT_THAT(cache().keep(key_of("shape"), "x"), HasSubstr("others than its owner"));
    EXPECT_THAT(cache().list().refused, HasSubstr("others than its owner"));
    EXPECT_THAT(cache().clear().refused, HasSubstr("others than its owner"));
  }
  ASSERT_EQ(chmod(folder().c_str(), 0700), 0);
  EXPECT_EQ(cache().find(key_of("shape")).bytes, content_);
}

TEST_F(CacheTest, RefusesWhatBelongsToAnotherUser) {
  if (geteuid() != 0) GTEST_SKIP() << "only the superuser can give files away";
  keep();
  ASSERT_EQ(chown(file().c_str(), 12345, 12345), 0);
  expect_refused("another user");
  expect_mended();
  ASSERT_EQ(chown(folder().c_str(), 12345, 12345), 0);
  expect_refused("another user");
}

TEST_F(CacheTest, FollowsNoLinks) {
  keep();
  const fs::path elsewhere = scratch_.path() / "elsewhere";
  fs::rename(file(), elsewhere);
  fs::create_symlink(elsewhere, file());
  expect_refused("cannot be opened");
  fs::remove(file());
  fs::create_hard_link(elsewhere, file());
  expect_refused("second name");
  expect_mended();
  EXPECT_TRUE(fs::is_regular_file(fs::symlink_status(file())));
  EXPECT_EQ(fs::hard_link_count(elsewhere), 1U) << "keeping must not write through a link";

  const fs::path real = scratch_.path() / "real";
  fs::rename(folder(), real);
  fs::create_directory_symlink(real, folder());
  expect_refused("no folder");
}

TEST_F(CacheTest, RefusesAFolderWithinOneThatOthersMayUse) {
  keep();
  const Cache within((folder() / "facts").string(), folder().string());
  ASSERT_EQ(within.keep(key_of("shape"), content_), "");
  EXPECT_EQ(within.find(key_of("shape")).bytes, content_);
  ASSERT_EQ(chmod(folder().c_str(), 0777), 0);
  EXPECT_FALSE(within.find(key_of("shape")).bytes);
  const auto refused = HasSubstr("around it is not used: others than its owner");
  EXPECT_THAT(within.find(key_of("shape")).refused, refused);
  EXPECT_THAT(within.keep(key_of("other"), "x"), refused);
  EXPECT_THAT(within.refused(), refused);
  EXPECT_THAT(within.list().refused, refused);
  EXPECT_THAT(within.clear().refused, refused);
  ASSERT_EQ(chmod(folder().c_str(), 0700), 0);
  EXPECT_EQ(within.find(key_of("shape")).bytes, content_);
}

TEST_F(CacheTest, MakesAFolderWithinOneThatIsNotThere) {
  const Cache within((folder() / "facts").string(), folder().string());
  ASSERT_EQ(within.keep(key_of("shape"), content_), "");
  EXPECT_EQ(within.find(key_of("shape")).bytes, content_);
  EXPECT_EQ(cache().refused(), "") << "the folder around it is as private";
}

// The superuser may remove anything: as another user, for a moment.
TEST_F(CacheTest, SaysWhatCannotBeCleared) {
  constexpr uid_t kSomebody = 12345;
  keep();
  const bool superuser = geteuid() == 0;
  for (const fs::path& mine : {scratch_.path(), folder(), file()})
    ASSERT_TRUE(!superuser || chown(mine.c_str(), kSomebody, static_cast<gid_t>(-1)) == 0);
  ASSERT_EQ(chmod(folder().c_str(), 0500), 0);
  ASSERT_TRUE(!superuser || seteuid(kSomebody) == 0);
  const Cache::Cleared cleared = cache().clear();
  ASSERT_TRUE(!superuser || seteuid(0) == 0);
  EXPECT_EQ(cleared.refused, "");
  EXPECT_EQ(cleared.entries, 0U);
  EXPECT_THAT(cleared.left, HasSubstr("cannot be removed: Permission denied"));
  ASSERT_EQ(chmod(folder().c_str(), 0700), 0);
}

TEST_F(CacheTest, DoesNotWaitForAPipe) {
  keep();
  fs::remove(file());
  ASSERT_EQ(mkfifo(file().c_str(), 0600), 0);
  expect_refused("no plain file");
  expect_mended();
}

TEST_F(CacheTest, GoesOnWithoutAFolder) {
  EXPECT_FALSE(Cache("").find(key_of("shape")).bytes);
  EXPECT_NE(Cache("").keep(key_of("shape"), "x"), "");
  EXPECT_TRUE(Cache("").list().entries.empty());
  const Cache nowhere("/proc/no/such/folder");
  EXPECT_FALSE(nowhere.find(key_of("shape")).bytes);
  EXPECT_THAT(nowhere.keep(key_of("shape"), "x"), HasSubstr("cannot be made"));
  put_bytes(folder(), "a file");
  expect_refused("no folder");
}

TEST_F(CacheTest, TwoWritersLeaveWholeEntries) {
  std::vector<std::thread> writers;
  for (int writer = 0; writer < 4; ++writer)
    writers.emplace_back([&, writer] {
      const std::string content(20'000, static_cast<char>('a' + writer));
      for (int round = 0; round < 100; ++round) {
        EXPECT_EQ(cache().keep(key_of("shape"), content), "");
        const Found found = cache().find(key_of("shape"));
        ASSERT_TRUE(found.bytes) << found.refused;
        EXPECT_EQ(found.bytes->find_first_not_of(found.bytes->front()), std::string::npos);
      }
    });
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(cache().list().entries.size(), 1U);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder()), {}), 1);
}

TEST_F(CacheTest, AKilledWriterDoesNoHarm) {
  keep();
  const std::string large(std::size_t{8} << 20, 'x');
  for (int round = 0; round < 20; ++round) {
    const pid_t writer = fork();
    if (writer == 0) {
      for (;;) (void)cache().keep(key_of("shape"), large);
    }
    usleep(static_cast<useconds_t>(1000 * (round + 1)));
    kill(writer, SIGKILL);
    waitpid(writer, nullptr, 0);
    const Found found = cache().find(key_of("shape"));
    ASSERT_TRUE(found.bytes) << found.refused;
    EXPECT_TRUE(*found.bytes == content_ || *found.bytes == large);
  }
  EXPECT_EQ(cache().clear().refused, "");
  EXPECT_TRUE(fs::is_empty(folder())) << "what killed writers left is cleared too";
}

TEST_F(CacheTest, ListsAndClearsItsOwnOnly) {
  keep();
  ASSERT_EQ(cache().keep(Key("plan").add("p"), "plan"), "");
  put_bytes(folder() / "notes.txt", "mine");
  const Cache::Contents contents = cache().list();
  ASSERT_EQ(contents.entries.size(), 2U);
  EXPECT_EQ(contents.entries[0].kind, "object");
  EXPECT_EQ(contents.entries[1].kind, "plan");
  EXPECT_EQ(cache().clear().entries, 2U);
  EXPECT_TRUE(cache().list().entries.empty());
  EXPECT_TRUE(fs::exists(folder() / "notes.txt"));
}

TEST_F(CacheTest, ForgetsTheLongestUnused) {
  constexpr int kMany = 1500;
  for (int i = 0; i < kMany; ++i) ASSERT_EQ(cache().keep(key_of(std::to_string(i)), "x"), "");
  EXPECT_LT(cache().list().entries.size(), 1200U);
  EXPECT_TRUE(cache().find(key_of(std::to_string(kMany - 1))).bytes);
}

class Environment : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"PROOFMARK_CACHE", "XDG_CACHE_HOME", "HOME"}) unsetenv(name);
  }
};

TEST_F(Environment, SaysWhere) {
  EXPECT_EQ(users_folder(), "");
  setenv("HOME", "relative", 1);
  EXPECT_EQ(users_folder(), "");
  setenv("HOME", "/home/somebody", 1);
  EXPECT_EQ(users_folder(), "/home/somebody/.cache/proofmark");
  setenv("XDG_CACHE_HOME", "not/absolute", 1);
  EXPECT_EQ(users_folder(), "/home/somebody/.cache/proofmark");
  setenv("XDG_CACHE_HOME", "/var/cache", 1);
  EXPECT_EQ(users_folder(), "/var/cache/proofmark");
  setenv("PROOFMARK_CACHE", "/somewhere", 1);
  EXPECT_EQ(users_folder(), "/somewhere");
  setenv("PROOFMARK_CACHE", "/some/link//", 1);
  EXPECT_EQ(users_folder(), "/some/link") << "behind a slash the system would follow it";
  setenv("PROOFMARK_CACHE", "/", 1);
  EXPECT_EQ(users_folder(), "/");
  setenv("PROOFMARK_CACHE", "", 1);
  EXPECT_EQ(users_folder(), "");
}

}  // namespace
}  // namespace proofmark::cache
