#include "tests/transcript/measured_policies.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "compiler/compile.h"
#include "runtime/engine/engine.h"
#include "runtime/snapshot/create.h"

namespace proofmark::transcript {
namespace {

namespace fs = std::filesystem;

std::string first_of(const Diagnostics& problems) {
  return problems.empty() ? "nothing" : problems.front().code + " " + problems.front().message;
}

Result<snapshot::Snapshot> made_up(const semantics::Test& test, const fs::path& folder) {
  snapshot::CreateOptions create;
  create.out = folder / "snapshot";
  create.as_of = test.as_of_ns;
  for (std::uint32_t i = 0; i < test.streams.size(); ++i) {
    const generators::StreamSpec& stream = test.streams[i];
    const fs::path file = folder / (stream.name + ".ndjson");
    std::ofstream(file) << generators::to_ndjson(stream, test.seed, i);
    snapshot::StreamSource source{.name = stream.name, .file = file, .columns = {}, .time_column = stream.time_column};
    for (const auto& column : stream.columns)
      source.columns.push_back(
          {.source = column.name, .type = column.type, .scale = 1, .text_time = false, .optional = true, .unit = {}});
    create.streams.push_back(std::move(source));
  }
  if (const auto created = snapshot::create(create); !created) return created.problems();
  return snapshot::Snapshot::open(create.out);
}

void measure(const Compilation& compilation, const semantics::Test& test, std::vector<Measured>& all) {
  const fs::path folder = fs::temp_directory_path() / ("proofmark-measured-" + std::to_string(getpid()));
  fs::create_directories(folder);
  const std::string name = compilation.file.basename() + ": " + test.name;
  const auto plan = plan_for(compilation, test.policy, test.bindings);
  ASSERT_TRUE(plan) << name << ": " << first_of(plan.problems());
  if (const auto snapshot = made_up(test, folder); snapshot) {
    engine::Options options;
    options.engine = engine::Options::Choice::interpreter;
    options.threads = 1;
    auto ran = engine::run(*plan, *snapshot, options);
    EXPECT_TRUE(ran) << name;
    if (ran) all.push_back({name, *plan, std::move(ran->facts)});
  } else {
    ADD_FAILURE() << name << ": " << first_of(snapshot.problems());
  }
  fs::remove_all(folder);
}

}  // namespace

std::vector<Measured> measured_policies(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.path().extension() == ".pmk") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::vector<Measured> all;
  for (const fs::path& path : files) {
    auto file = source::SourceFile::read(path.string());
    EXPECT_TRUE(file) << path;
    if (!file) continue;
    const Compilation compilation = compile(std::move(*file), {}, Stage::typed);
    for (const Diagnostic& one : compilation.diagnostics)
      EXPECT_NE(one.severity, Severity::error) << path << ": " << one.code << " " << one.message;
    for (const semantics::Test& test : compilation.tests)
      if (!test.streams.empty()) measure(compilation, test, all);
  }
  return all;
}

}  // namespace proofmark::transcript
