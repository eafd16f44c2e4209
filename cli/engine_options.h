// `--engine --threads --cpu --codegen-level --no-cache`, the same for every command that runs an engine.
#pragma once

#include <CLI/CLI.hpp>

#include "runtime/engine/engine.h"

namespace proofmark::cli {

void add_engine_options(CLI::App& command, engine::Options& options);

}  // namespace proofmark::cli
