// How a file must be read so that its rows can join those of a stream.
#pragma once

#include <vector>

#include "runtime/snapshot/create.h"
#include "runtime/snapshot/ingest.h"
#include "runtime/snapshot/manifest.h"

namespace proofmark::snapshot {

// Each source with all columns of its stream, in the stream's order. Refused: streams that are not there; columns that
// a policy reads otherwise than the snapshot did; columns of which nobody says the unit.
Result<std::vector<StreamSource>> matching_sources(const Manifest& manifest, const std::vector<StreamSource>& given);

// That no file with rows is in the snapshot already, or given twice.
Status check_files_are_new(const Manifest& manifest, const std::vector<StreamSource>& sources,
                           const std::vector<Ingested>& ingested);

}  // namespace proofmark::snapshot
