// CSV by RFC 4180: quoting, line ends, nulls, and for every bad record its place and reason.
#include <gtest/gtest.h>

#include <random>

#include "runtime/snapshot/csv_rows.h"
#include "runtime/snapshot/ingest.h"
#include "runtime/snapshot/row_sink.h"
#include "tests/snapshot/support.h"

namespace proofmark::snapshot {
namespace {

using namespace testing_support;
using plan::FieldType;
using Lines = std::vector<std::string>;
using Values = std::vector<std::optional<std::string>>;

ColumnSpec spec(std::string source, FieldType type, plan::Rational scale = 1) {
  return {std::move(source), type, scale, false, false};
}

Lines problems(std::string_view text, std::vector<ColumnSpec> columns = {}) {
  const TemporaryDirectory directory;
  const auto created = create_one(directory.write("t.csv", text), directory.path() / "out", std::move(columns));
  Lines lines;
  if (created) return lines;
  for (const Diagnostic& problem : created.problems()) lines.push_back(first_problem({problem}));
  return lines;
}

struct Read {
  TemporaryDirectory directory;
  std::optional<Snapshot> snapshot;
  const Stream& stream() const { return snapshot->streams()[0]; }
};

void read(Read& result, std::string_view text, std::vector<ColumnSpec> columns = {}) {
  const auto created =
      create_one(result.directory.write("t.csv", text), result.directory.path() / "out", std::move(columns));
  ASSERT_TRUE(static_cast<bool>(created)) << first_problem(created.problems());
  auto snapshot = Snapshot::open(result.directory.path() / "out");
  ASSERT_TRUE(static_cast<bool>(snapshot)) << first_problem(snapshot.problems());
  const auto verified = verify_everything(*snapshot);
  ASSERT_TRUE(static_cast<bool>(verified)) << first_problem(verified.problems());
  result.snapshot = std::move(*snapshot);
}

TEST(Csv, QuotingAndLineEnds) {
  Read result;
  read(result, "\xEF\xBB\xBF\"na\"\"me\",v\r\n\"a,\"\"b\"\"\r\nc\",1\r\n\"\",2\n\r\nplain,\"3\"\nlast,4");
  EXPECT_EQ(values_of(result.stream(), "na\"me"), (Values{"a,\"b\"\r\nc", std::nullopt, "plain", "last"}));
  EXPECT_EQ(values_of(result.stream(), "v"), (Values{"1", "2", "3", "4"}));
  EXPECT_EQ(result.stream().find("v")->physical, Physical::u8);
}

TEST(Csv, OneColumnKeepsBlankLinesAsNulls) {
  Read result;
  read(result, "v\n1\n\n3\n");
  EXPECT_EQ(values_of(result.stream(), "v"), (Values{"1", std::nullopt, "3"}));
}

TEST(Csv, InferenceLooksAtEveryCell) {
  Read result;
  read(result,
       "int,real,mixed,zip,plus,bool,time,nan,big,blank\n"
       "1,1,1,024,+1,true,2026-01-31T12:00:00Z,NaN,99999999999999999999,\n"
       "-2,0.5,x,100,2,False,2026-01-31T12:00:01Z,1.25,1,\n");
  const std::pair<std::string_view, FieldType> types[] = {{"int", FieldType::integer},    {"real", FieldType::real},
                                                          {"mixed", FieldType::label},    {"zip", FieldType::label},
                                                          {"plus", FieldType::label},     {"bool", FieldType::boolean},
                                                          {"time", FieldType::timestamp}, {"nan", FieldType::real},
                                                          {"big", FieldType::label},      {"blank", FieldType::label}};
  for (const auto& [name, type] : types) EXPECT_EQ(result.stream().find(name)->type, type) << name;
  EXPECT_EQ(values_of(result.stream(), "mixed"), (Values{"1", "x"}));
  EXPECT_EQ(values_of(result.stream(), "zip"), (Values{"024", "100"}));
  EXPECT_EQ(values_of(result.stream(), "nan"), (Values{std::nullopt, "1.25"}));
  EXPECT_EQ(values_of(result.stream(), "blank"), (Values{std::nullopt, std::nullopt}));
  EXPECT_TRUE(result.stream().find("blank")->dictionary.empty());
}

TEST(Csv, ManyDistinctStringsAreText) {
  std::string text = "few,many\n";
  for (int i = 0; i < 400; ++i) text += "f" + std::to_string(i % 100) + ",m" + std::to_string(i % 101) + "\n";
  Read result;
  read(result, text);
  EXPECT_EQ(result.stream().find("few")->type, FieldType::label);  // 100 <= 400 / 4
  EXPECT_EQ(result.stream().find("many")->type, FieldType::text);
  EXPECT_EQ(values_of(result.stream(), "many")[399], "m96");
}

TEST(Csv, MoreLabelsThanACodeHoldsAreText) {
  std::string text = "id\n";
  for (int round = 0; round < 5; ++round)
    for (int i = 0; i < 65'537; ++i) text += "id" + std::to_string(i) + "\n";
  Read result;
  read(result, text);
  EXPECT_EQ(result.stream().find("id")->type, FieldType::text);
  EXPECT_EQ(value_at(*result.stream().find("id"), 65'537 * 5 - 1), "id65536");
  Read declared;
  read(declared, text, {spec("id", FieldType::label)});
  EXPECT_EQ(declared.stream().find("id")->physical, Physical::u32);
  EXPECT_EQ(value_at(*declared.stream().find("id"), 65'537 * 5 - 1), "id65536");
}

TEST(Csv, BadRecordsAreLocated) {
  const std::vector<ColumnSpec> specs{spec("a", FieldType::integer), spec("b", FieldType::label)};
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"1", "t.csv:2:1 PM0807 the record has 1 cell, the header has 2 cells"},
      {"1,x,y,z", "t.csv:2:1 PM0807 the record has 4 cells, the header has 2 cells"},
      {"1,x\"y", "t.csv:2:4 PM0806 a quote stands inside a cell that does not start with one"},
      {"1,\"x\"y", "t.csv:2:6 PM0806 a cell goes on behind its closing quote"},
      {"\"é\nx\",x", "t.csv:2:1 PM0808 column `a` is of type int, found `é␣x`"},
      {"024,x", "t.csv:2:1 PM0808 column `a` is of type int, found `024`"},
      {" 1,x", "t.csv:2:1 PM0808 column `a` is of type int, found ` 1`"},
      {"1,\xFF", "t.csv:2:3 PM0811 the record is not valid UTF-8"},
  };
  for (const auto& [record, wanted] : cases) {
    const Lines found = problems("a,b\n" + std::string(record) + "\n2,y\n", specs);
    ASSERT_EQ(found.size(), 2U) << record;
    EXPECT_EQ(found[0], wanted);
  }
  EXPECT_EQ(problems("a,b\n1,\"x\n\ny\"\n\n1,\"\"\"\"\nx,y\n", specs).at(0),
            "t.csv:7:1 PM0808 column `a` is of type int, found `x`");
}

TEST(Csv, HeadersThatCannotBe) {
  EXPECT_EQ(problems("").at(0), "PM0805 the file is empty");
  EXPECT_EQ(problems("a,,b\n1,2,3\n").at(0), "t.csv:1:3 PM0815 column 2 of the header has no name");
  EXPECT_EQ(problems("a,\"a\"\n1,2\n").at(0), "t.csv:1:3 PM0815 the header names `a` twice");
  EXPECT_EQ(problems("a;b\n1;2\n").at(0), "t.csv:1:1 PM0815 the header has one column, `a;b`");
  EXPECT_EQ(problems("a,b\"c\n1,2\n").at(0),
            "t.csv:1:4 PM0815 a quote stands inside a cell that does not start with one");
  EXPECT_EQ(problems("a,\xFF\n1,2\n").at(0), "t.csv:1:3 PM0815 the header is not valid UTF-8");
  EXPECT_EQ(problems("a,b\n1,2\n3,\"4\n\n").at(0), "t.csv:3:1 PM0806 the file ends inside a quoted cell");
}

TEST(Csv, MissingColumnsAreNamedWithTheirNeighbour) {
  const Lines found =
      problems("status,regoin\n200,eu\n", {spec("region", FieldType::label), spec("trace", FieldType::text)});
  EXPECT_EQ(found, (Lines{"PM0814 column `region` of stream `s` is nowhere in the file",
                          "PM0814 column `trace` of stream `s` is nowhere in the file"}));
  const TemporaryDirectory directory;
  const auto created = create_one(directory.write("t.csv", "status,regoin\n200,eu\n"), directory.path() / "out",
                                  {spec("region", FieldType::label)});
  EXPECT_EQ(created.problems()[0].help, "did you mean `regoin`?");
}

TEST(Csv, OptionalColumnsThatAreAbsentAreNull) {
  ColumnSpec trace = spec("trace", FieldType::text);
  trace.optional = true;
  Read result;
  read(result, "status\n200\n", {spec("status", FieldType::integer), trace});
  EXPECT_EQ(values_of(result.stream(), "trace"), (Values{std::nullopt}));
}

TEST(Csv, AHeaderAloneIsAStreamWithoutRows) {
  const TemporaryDirectory directory;
  const auto created = create_one(directory.write("t.csv", "a,b\n"), directory.path() / "out");
  ASSERT_TRUE(static_cast<bool>(created));
  ASSERT_EQ(created->warnings.size(), 1U);
  EXPECT_EQ(created->warnings[0].code, "PM0823");
  const auto snapshot = Snapshot::open(directory.path() / "out");
  ASSERT_TRUE(static_cast<bool>(snapshot)) << first_problem(snapshot.problems());
  EXPECT_EQ(snapshot->streams()[0].rows, 0U);
  EXPECT_EQ(snapshot->streams()[0].columns.size(), 2U);
  EXPECT_FALSE(snapshot->as_of());
}

struct ReadRecords {
  Lines rows, bad;
  std::uint64_t lines = 0;
};

ReadRecords read_records(const std::string& text, const Layout& layout, const std::vector<int>& slots) {
  const std::string padded = text + std::string(64, '\0');
  ReadRecords read;
  PartSink sink(layout);
  BadRows bad;
  parse_csv(std::string_view(padded).substr(0, text.size()), slots, sink, bad, read.lines);
  read.rows = rows_of(sink.take());
  for (const Diagnostic& problem : bad.diagnostics("t", Severity::error))
    read.bad.push_back(std::to_string(problem.primary.place.line) + " " + problem.code + " " + problem.message);
  return read;
}

// Records without quotes go a shorter way.
TEST(Csv, QuotesAroundAPlainCellNeverShow) {
  const Layout layout = Layout::of({{"n", FieldType::integer, Reading::whole},
                                    {"d", FieldType::duration, Reading::whole, Scale(plan::Rational(1000))},
                                    {"r", FieldType::real, Reading::real},
                                    {"f", FieldType::boolean, Reading::boolean},
                                    {"l", FieldType::label, Reading::label},
                                    {"x", FieldType::text, Reading::text},
                                    {"t", FieldType::timestamp, Reading::time_text}});
  const std::vector<int> slots = {0, 1, kNoSlot, 2, 3, 4, 5, 6};
  const std::string_view good[] = {"7", "12345678", "any", "0.5", "true", "label", "text", "2026-01-31T12:00:00Z"};
  const std::string_view others[] = {"",
                                     "0",
                                     "-12",
                                     "01",
                                     "-",
                                     "1.5",
                                     "1e3",
                                     "12345678901234567",
                                     "9223372036854775807",
                                     "-9223372036854775808",
                                     "12345678901234567890",
                                     "NaN",
                                     "False",
                                     "eight888",
                                     "sixteen letters.",
                                     "more than sixteen letters",
                                     "a\rb",
                                     "\xC3\xA9",
                                     "\xC3"};
  std::mt19937_64 random(29);
  std::size_t rows = 0, bad = 0;
  for (int round = 0; round < 1500; ++round) {
    std::string plain, quoted;
    for (int record = 0; record < 20; ++record) {
      const std::size_t cells = random() % 40 == 0 ? random() % 10 + 1 : slots.size();
      for (std::size_t cell = 0; cell < cells; ++cell) {
        // Bytes that are no UTF-8 are rare: with one in it the text is read in the long way.
        const std::string_view other = others[random() % (std::size(others) - (random() % 20 == 0 ? 0 : 1))],
                               text = cell < slots.size() && random() % 24 != 0 ? good[cell] : other;
        if (cell != 0) plain += ",", quoted += ",";
        plain += text;
        const bool blank_line = cells == 1 && text.empty();  // which is no record, while `""` is one
        quoted += blank_line ? "" : '"' + std::string(text) + '"';
      }
      const std::string_view end = random() % 8 == 0 ? "\r\n" : "\n";
      plain += end;
      quoted += end;
    }
    const ReadRecords one = read_records(plain, layout, slots), other = read_records(quoted, layout, slots);
    ASSERT_EQ(one.rows, other.rows) << plain;
    ASSERT_EQ(one.bad, other.bad) << plain;
    ASSERT_EQ(one.lines, other.lines) << plain;
    rows += one.rows.size();
    bad += one.bad.size();
  }
  EXPECT_GT(rows, 10'000U);
  EXPECT_GT(bad, 2'000U);
}

TEST(Csv, PiecesNeverShow) {
  const TemporaryDirectory directory;
  std::mt19937_64 random(5);
  std::string text = "id,text,n\r\n";
  for (int i = 0; i < 2000; ++i) {
    text += std::to_string(i) + ",";
    switch (random() % 5) {
      case 0:
        text += "\"quoted, \"\"twice\"\"\n over lines\"";
        break;
      case 1:
        text += "\"\"";
        break;
      case 2:
        text += "bad\"quote";
        break;
      case 3:
        text += "\"bad\"behind";
        break;
      default:
        text += "plain" + std::to_string(random() % 9);
    }
    text += random() % 50 == 0 ? "\r\n" : "," + std::to_string(random() % 1000) + (random() % 2 == 0 ? "\r\n" : "\n");
  }
  StreamSource source{"s",
                      directory.write("t.csv", text),
                      {spec("id", FieldType::integer), spec("text", FieldType::text), spec("n", FieldType::integer)},
                      {}};
  const auto whole = ingest(source, {1 << 24, 1});
  ASSERT_TRUE(static_cast<bool>(whole)) << first_problem(whole.problems());
  ASSERT_GT(whole->bad.count(), 100U);
  for (const std::size_t chunk : {1UL, 17UL, 100UL, 5000UL}) {
    const auto pieces = ingest(source, {chunk, 2});
    ASSERT_TRUE(static_cast<bool>(pieces)) << first_problem(pieces.problems());
    EXPECT_EQ(std::get<IntegerData>(pieces->table.columns[0].values),
              std::get<IntegerData>(whole->table.columns[0].values));
    EXPECT_EQ(std::get<TextData>(pieces->table.columns[1].values).bytes,
              std::get<TextData>(whole->table.columns[1].values).bytes);
    EXPECT_EQ(pieces->bad.count(), whole->bad.count());
    const auto shown = pieces->bad.diagnostics("t", Severity::error),
               expected = whole->bad.diagnostics("t", Severity::error);
    for (std::size_t i = 0; i < shown.size(); ++i) EXPECT_EQ(first_problem({shown[i]}), first_problem({expected[i]}));
  }
}

TEST(Csv, ACompressedFileIsKnownHoweverFewBytesComeAtOnce) {
  const TemporaryDirectory directory;
  for (const std::string_view begin : {"\x28\xB5\x2F\xFDrest\n", "\x1F\x8Brest\n"}) {
    const StreamSource source{"s", directory.write("t.csv", begin), {}, {}};
    for (const std::size_t chunk : {std::size_t{1}, std::size_t{1} << 20}) {
      const auto read = ingest(source, {chunk, 1});
      ASSERT_FALSE(static_cast<bool>(read));
      EXPECT_NE(first_problem(read.problems()).find("and its name does not say so"), std::string::npos);
    }
  }
}

TEST(Csv, RecordsAreAtMostSixteenMebibytes) {
  const std::string long_cell(std::size_t{17} << 20, 'x');
  EXPECT_EQ(problems("a,b\n1,y\n2," + long_cell + "\n3,y\n").at(0), "t.csv:3:1 PM0812 a record is longer than 16 MiB");
  EXPECT_EQ(problems("a,b\n1,y\n2,\"" + long_cell).at(0), "t.csv:3:1 PM0812 a record is longer than 16 MiB");
  const std::string fitting(std::size_t{256} << 10, 'x');
  EXPECT_TRUE(problems("a,b\n1," + fitting + "\n").empty());
  EXPECT_EQ(problems("a,b\n1," + fitting + "x\n").at(0),
            "t.csv:2:3 PM0810 column `b` holds a text of 262145 bytes, 262144 are allowed");
}

}  // namespace
}  // namespace proofmark::snapshot
