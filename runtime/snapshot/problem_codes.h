// The stable codes of everything that can be wrong with telemetry files and snapshots. Each has a page in docs/errors.
#pragma once

#include <string_view>

namespace proofmark::snapshot::code {

// Telemetry files
inline constexpr std::string_view kSourceMissing = "PM0801";      // exit 66
inline constexpr std::string_view kSourceUnreadable = "PM0802";   // exit 74
inline constexpr std::string_view kSourceFormat = "PM0803";       // suffix, or not a file
inline constexpr std::string_view kSourceCompression = "PM0804";  // truncated or damaged .gz, .zst
inline constexpr std::string_view kSourceEmpty = "PM0805";
inline constexpr std::string_view kRowSyntax = "PM0806";  // no JSON object, or no CSV record
inline constexpr std::string_view kRowCells = "PM0807";   // wrong number of cells
inline constexpr std::string_view kCellType = "PM0808";
inline constexpr std::string_view kCellPrecision = "PM0809";  // not a whole number of base units
inline constexpr std::string_view kCellRange = "PM0810";
inline constexpr std::string_view kRowEncoding = "PM0811";  // not UTF-8
inline constexpr std::string_view kRowTooLong = "PM0812";
inline constexpr std::string_view kBadRows = "PM0813";  // the total
inline constexpr std::string_view kColumnMissing = "PM0814";
inline constexpr std::string_view kHeader = "PM0815";
inline constexpr std::string_view kTimeColumn = "PM0816";
inline constexpr std::string_view kRowsSkipped = "PM0817";    // warning
inline constexpr std::string_view kColumnLeftOut = "PM0818";  // warning
inline constexpr std::string_view kStreamName = "PM0819";
inline constexpr std::string_view kOutputExists = "PM0820";
inline constexpr std::string_view kOutputFailed = "PM0821";    // exit 74
inline constexpr std::string_view kTooMuch = "PM0822";         // rows or columns
inline constexpr std::string_view kNoRows = "PM0823";          // warning
inline constexpr std::string_view kNegativeValues = "PM0824";  // warning
inline constexpr std::string_view kAppendSchema = "PM0826";    // the snapshot's columns were read otherwise
inline constexpr std::string_view kFileTwice = "PM0827";
inline constexpr std::string_view kNoSuchStream = "PM0828";
inline constexpr std::string_view kAppendTotals = "PM0829";  // counters or histograms
inline constexpr std::string_view kCount = "PM0845";         // of events, that is none
inline constexpr std::string_view kBuckets = "PM0846";       // of a histogram, that are none
inline constexpr std::string_view kSampleTwice = "PM0847";   // of one series at one time
inline constexpr std::string_view kOutputInside = "PM0848";  // another snapshot
inline constexpr std::string_view kLateSeries = "PM0849";    // warning
inline constexpr std::string_view kNotTheSum = "PM0850";     // of a row that a policy checks

// Snapshots
inline constexpr std::string_view kSnapshotMissing = "PM0830";     // exit 66
inline constexpr std::string_view kSnapshotUnreadable = "PM0831";  // exit 74
inline constexpr std::string_view kManifest = "PM0832";
inline constexpr std::string_view kFileMissing = "PM0833";
inline constexpr std::string_view kArrowDamaged = "PM0834";
inline constexpr std::string_view kArrowCompression = "PM0835";
inline constexpr std::string_view kArrowBigEndian = "PM0836";
inline constexpr std::string_view kArrowType = "PM0837";
inline constexpr std::string_view kArrowUnaligned = "PM0838";
inline constexpr std::string_view kArrowDisagrees = "PM0839";  // with the manifest
inline constexpr std::string_view kChunkDigest = "PM0840";
inline constexpr std::string_view kChunkContents = "PM0841";  // codes, offsets, order, null counts
inline constexpr std::string_view kFileDigest = "PM0842";
inline constexpr std::string_view kStrayFile = "PM0843";
inline constexpr std::string_view kZoneMap = "PM0844";

}  // namespace proofmark::snapshot::code
