// What every command shares: how diagnostics reach a person or a machine, and which exit code follows.
#pragma once

#include <span>
#include <string>

#include "compiler/source/source_file.h"
#include "runtime/diagnostic/diagnostic.h"
#include "runtime/plan/plan.h"

namespace proofmark::cli {

enum class Exit : int {
  fine = 0,  // certify, or nothing to complain of
  deny = 1,  // deny; a test that failed
  hold = 2,
  revoke = 3,
  usage = 64,    // the command line, a parameter
  invalid = 65,  // a policy or data; a transcript that does not verify
  missing_input = 66,
  internal = 70,  // our bug
  io = 74,
};

enum class Format { text, json, markdown };

struct Console {
  Format format = Format::text;
  bool quiet = false;
  bool warnings_are_output = false;  // of `check`: the diagnostics are what it prints
  bool policy_warnings = true;       // not of `test`: they are for whoever checks or evaluates the policy

  // Diagnostics to stderr as text, or as one JSON document to stdout when the format is JSON.
  void report(const Diagnostics& diagnostics, std::span<const source::SourceFile* const> files = {}) const;
};

bool colour_on(int descriptor);  // a terminal, and NO_COLOR is not set

Exit exit_for(plan::Decision decision);
Exit exit_for(const Diagnostics& diagnostics);  // of the first error; fine when there is none
// The worse of two: internal, I/O, missing, invalid, usage, revoke, deny, hold, fine.
Exit worse(Exit a, Exit b);

// Whole text to a descriptor; a short write is PM0708.
Status write_out(int descriptor, std::string_view text);
// The exit code of a run whose output may have got lost: then it is `io`, for what nobody could read was not said.
Exit after_output(Exit exit);
// Whole text to a file by way of a temporary sibling, so that a reader never sees half of it.
Status write_file(const std::string& path, std::string_view text);

}  // namespace proofmark::cli
