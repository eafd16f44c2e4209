// One JSON object a line: what is taken, and for every bad line its place and reason.
#include <gtest/gtest.h>
#include <simdjson.h>

#include <random>

#include "runtime/snapshot/ingest.h"
#include "runtime/snapshot/ndjson_rows.h"
#include "runtime/snapshot/row_sink.h"
#include "tests/snapshot/support.h"

namespace proofmark::snapshot {
namespace {

using namespace testing_support;
using plan::FieldType;
using Lines = std::vector<std::string>;

ColumnSpec spec(std::string source, FieldType type, plan::Rational scale = 1) {
  return {std::move(source), type, scale, false, false};
}

// Every problem of reading `text` as stream "s" with these columns, in order.
Lines problems(std::string_view text, std::vector<ColumnSpec> columns) {
  const TemporaryDirectory directory;
  const auto created = create_one(directory.write("t.ndjson", text), directory.path() / "out", std::move(columns));
  Lines lines;
  if (created) return lines;
  for (const Diagnostic& problem : created.problems()) lines.push_back(first_problem({problem}));
  EXPECT_FALSE(std::filesystem::exists(directory.path() / "out"));
  return lines;
}

TEST(Ndjson, BadLinesAreLocated) {
  const std::vector<ColumnSpec> a{spec("a", FieldType::integer)};
  const std::pair<std::string_view, std::string_view> lines[] = {
      {"{\"a\":1} x", "t.ndjson:1:9 PM0806 the line goes on after its object, found `x`"},
      {"{\"a\":1", "t.ndjson:1:7 PM0806 expected `,` or `}` after a member, found the end of the line"},
      {"[1]", "t.ndjson:1:1 PM0806 a row is a JSON object, found `[`"},
      {"{\"b\":tru}", "t.ndjson:1:6 PM0806 expected a JSON value, found `t`"},
      {"{\"b\":\"é\",\"a\":01}", "t.ndjson:1:14 PM0806 a number starts with a needless zero"},
      {"{\"b\":1.}", "t.ndjson:1:8 PM0806 expected a digit after the point, found `}`"},
      {"{\"b\":-}", "t.ndjson:1:7 PM0806 expected a digit after `-`, found `}`"},
      {"{\"b\":1e}", "t.ndjson:1:8 PM0806 expected a digit in the exponent, found `}`"},
      {"{\"b\":\"x}", "t.ndjson:1:6 PM0806 a string is not closed"},
      {"{\"b\":\"\t\"}", "t.ndjson:1:7 PM0806 a control character stands unescaped in a string"},
      {"{\"b\":\"\\q\"}", "t.ndjson:1:7 PM0806 unknown escape in a string"},
      {"{\"b\":\"\\u12g4\"}", "t.ndjson:1:11 PM0806 `\\u` needs four hexadecimal digits"},
      {"{\"b\":\"\\ud800\"}", "t.ndjson:1:7 PM0806 a surrogate stands alone in a string"},
      {"{\"b\":\"\\udc00\"}", "t.ndjson:1:7 PM0806 a surrogate stands alone in a string"},
      {"{\"b\":\"\\ud800\\u0041\"}", "t.ndjson:1:7 PM0806 a surrogate stands alone in a string"},
      {"{a:1}", "t.ndjson:1:2 PM0806 expected a key in double quotes, found `a`"},
      {"{\"a\" 1}", "t.ndjson:1:6 PM0806 expected `:` after a key, found `1`"},
      {"{\"a\":1,}", "t.ndjson:1:8 PM0806 expected a key in double quotes, found `}`"},
      {"{\"b\":[1 2]}", "t.ndjson:1:9 PM0806 expected `,` or `]` after an element, found `2`"},
      {"{\"a\":1,\"a\":1}", "t.ndjson:1:12 PM0806 the object gives column `a` twice"},
      {"{\"a\":\"x\"}", "t.ndjson:1:6 PM0808 column `a` is of type int, found the string `x`"},
      {"{\"a\":true}", "t.ndjson:1:6 PM0808 column `a` is of type int, found `true`"},
      {"{\"a\":[1]}", "t.ndjson:1:6 PM0808 column `a` is of type int, found an array"},
      {"{\"a\":{\"b\":1}}", "t.ndjson:1:6 PM0808 column `a` is of type int, found an object"},
      {"{\"a\":1.5}", "t.ndjson:1:6 PM0809 column `a` is of type int, and `1.5` is not a whole number"},
      {"{\"a\":9223372036854775808}",
       "t.ndjson:1:6 PM0810 `9223372036854775808` in column `a` is beyond what type int holds"},
      {"{\"b\":\"\xC3\x28\"}", "t.ndjson:1:7 PM0811 the line is not valid UTF-8"},
  };
  for (const auto& [line, wanted] : lines) {
    const Lines found = problems(line, a);
    ASSERT_EQ(found.size(), 2U) << line;
    EXPECT_EQ(found[0], wanted);
    EXPECT_EQ(found[1], "PM0813 1 row cannot be read");
  }
}

TEST(Ndjson, LinesAreCountedAcrossBlankAndBadOnes) {
  EXPECT_EQ(
      problems("{\"a\":1}\n\n \t\r\n{\"a\":}\n{\"a\":2}\r\n{\"a\":\"x\"}\n", {spec("a", FieldType::integer)}),
      (Lines{"t.ndjson:4:6 PM0806 expected a JSON value, found `}`",
             "t.ndjson:6:6 PM0808 column `a` is of type int, found the string `x`", "PM0813 2 rows cannot be read"}));
}

TEST(Ndjson, TwentyAreShownAndAllCounted) {
  std::string text;
  for (int i = 0; i < 50; ++i) text += i % 2 == 0 ? "{\"a\":1}\n" : "{\"a\":\"\"}\n";
  const Lines found = problems(text, {spec("a", FieldType::integer)});
  ASSERT_EQ(found.size(), 21U);
  EXPECT_EQ(found[19], "t.ndjson:40:6 PM0808 column `a` is of type int, found the string ``");
  EXPECT_EQ(found[20], "PM0813 25 rows cannot be read, the first 20 are shown");
}

TEST(Ndjson, TypesReadTheirValues) {
  const TemporaryDirectory directory;
  const std::string_view text =
      "{\"t\":\"1795335998.039\",\"d\":0.011,\"b\":2,\"r\":\"1.5\",\"l\":200,\"x\":true,\"f\":\"TRUE\",\"n\":{\"o\":{"
      "\"p\":7}}}\n"
      "{\"t\":1795335998,\"d\":\"1e-9\",\"b\":0.5,\"r\":\"NaN\",\"l\":\"\\u0041\\n\",\"x\":1.50,\"f\":false,\"n\":{"
      "\"o\":{}}}\n";
  const plan::Rational second = 1'000'000'000;
  const auto created =
      create_one(directory.write("t.jsonl", text), directory.path() / "out",
                 {spec("t", FieldType::timestamp, second), spec("d", FieldType::duration, second),
                  spec("b", FieldType::bytes, 1024), spec("r", FieldType::real), spec("l", FieldType::label),
                  spec("x", FieldType::text), spec("f", FieldType::boolean), spec("n.o.p", FieldType::integer)},
                 "t");
  ASSERT_TRUE(static_cast<bool>(created)) << first_problem(created.problems());
  const auto snapshot = Snapshot::open(directory.path() / "out");
  ASSERT_TRUE(static_cast<bool>(snapshot)) << first_problem(snapshot.problems());
  const Stream& s = snapshot->streams()[0];
  using Values = std::vector<std::optional<std::string>>;
  EXPECT_EQ(values_of(s, "t"), (Values{"1795335998000000000", "1795335998039000000"}));  // sorted
  EXPECT_EQ(values_of(s, "d"), (Values{"1", "11000000"}));
  EXPECT_EQ(values_of(s, "b"), (Values{"512", "2048"}));
  EXPECT_EQ(values_of(s, "r"), (Values{std::nullopt, "1.5"}));
  EXPECT_EQ(values_of(s, "l"), (Values{"A\n", "200"}));
  EXPECT_EQ(values_of(s, "x"), (Values{"1.50", "true"}));
  EXPECT_EQ(values_of(s, "f"), (Values{"false", "true"}));
  EXPECT_EQ(values_of(s, "n.o.p"), (Values{std::nullopt, "7"}));
}

TEST(Ndjson, TimesSayWhatIsWrong) {
  ColumnSpec time = spec("t", FieldType::timestamp);
  time.text_time = true;
  const std::pair<std::string_view, std::string_view> times[] = {
      {"\"2026-01-31T12:00:00\"",
       "PM0808 the time `2026-01-31T12:00:00` in column `t` has no offset, so it names no instant"},
      {"\"2026-02-31T12:00:00Z\"", "PM0808 the time `2026-02-31T12:00:00Z` in column `t` does not exist"},
      {"\"2016-12-31T23:59:60Z\"",
       "PM0810 the time `2016-12-31T23:59:60Z` in column `t` is a leap second, which a count of nanoseconds has no "
       "place for"},
      {"\"2026-01-31T12:00:00.1234567891Z\"",
       "PM0809 column `t` is of type timestamp, and `2026-01-31T12:00:00.1234567891Z` is below 1 ns"},
      {"\"3026-01-31T12:00:00Z\"", "PM0810 `3026-01-31T12:00:00Z` in column `t` is beyond what type timestamp holds"},
      {"1769860800", "PM0808 column `t` is of type timestamp, found the number `1769860800`"},
      {"\"noon\"", "PM0808 column `t` is of type timestamp, found the string `noon`"},
  };
  for (const auto& [value, wanted] : times)
    EXPECT_EQ(problems("{\"t\":" + std::string(value) + "}", {time}).at(0), "t.ndjson:1:6 " + std::string(wanted));
  EXPECT_EQ(problems("{\"t\":0.0000000001}", {spec("t", FieldType::timestamp, 1'000'000'000)}).at(0),
            "t.ndjson:1:6 PM0809 column `t` is of type timestamp, and `0.0000000001` is below 1 ns");
  EXPECT_EQ(problems("{\"t\":0.0001}", {spec("t", FieldType::bytes, 1024)}).at(0),
            "t.ndjson:1:6 PM0809 column `t` is of type bytes, and `0.0001` is not a whole number of bytes");
}

// Whether our parser and simdjson's strict one agree that a line is one JSON object.
TEST(Ndjson, AgreesWithSimdjsonOnRandomDamage) {
  const std::string_view seeds[] = {
      R"({"a":1,"b":[1,2,{"c":null}],"d":{"e":"x\n\u00e9\ud83d\ude00"},"f":-1.5e+3,"g":true,"h":false})",
      R"({"msec":1795335998.039,"id":"18-1","agent":"","status":200,"upstream":"127.0.0.1:28093","tags":[]})",
      R"( { "k" : [ [ ] , { } , "" , 0 ] , "é" : "€" } )"};
  const std::string_view pieces[] = {"\"", "\\", "{", "}", "[", "]",    ",",    ":",     "0",
                                     "-",  "e",  ".", "u", " ", "true", "\x01", "\\u12", "1"};
  std::mt19937_64 random(3);
  simdjson::dom::parser oracle;
  const Layout layout = Layout::of({});
  int good = 0;
  for (int i = 0; i < 60'000; ++i) {
    std::string line(seeds[random() % std::size(seeds)]);
    for (auto left = random() % 3; left > 0; --left) {
      const std::size_t at = random() % line.size();
      if (random() % 2 == 0)
        line.erase(at, 1 + random() % 3);
      else
        line.insert(at, pieces[random() % std::size(pieces)]);
      if (line.empty()) line = "{";
    }
    simdjson::dom::element element;
    const bool valid =
        oracle.parse(simdjson::padded_string(line)).get(element) == simdjson::SUCCESS && element.is_object();
    const bool utf8 = simdjson::validate_utf8(line.data(), line.size());
    const bool blank = line.find_first_not_of(' ') == std::string::npos;
    const std::string padded = line + "\n" + std::string(64, '\0');
    PartSink sink(layout);
    BadRows bad;
    std::uint64_t lines = 0;
    parse_ndjson(std::string_view(padded).substr(0, line.size() + 1), sink, bad, lines);
    if (blank) continue;
    ASSERT_EQ(bad.count() == 0, valid && utf8) << line;
    good += valid ? 1 : 0;
  }
  EXPECT_GT(good, 10'000);
}

// Lines that nearly repeat each other: other spaces, other orders, keys as escapes, keys within keys, long keys.
std::string similar_line(std::mt19937_64& random) {
  const std::string_view keys[] = {R"("a":)",
                                   R"("ab":)",
                                   R"("a" :)",
                                   R"("\u0061":)",
                                   R"("a.b":)",
                                   R"("abc\"":)",
                                   R"("abc":)",
                                   R"("key_of_thirty_two_characters__":)",
                                   R"("key_of_far_more_than_thirty_two_characters":)"};
  const std::string_view values[] = {"1",    "-2.5e3", R"("x")", R"("\u00e9")", "null", "[1,{\"a\":2}]", R"({"b":3})",
                                     "true", "{}",     "",       "[",           R"("")"};
  std::string line = "{";
  for (std::size_t member = 0, count = random() % 4; member <= count; ++member) {
    const std::size_t usual = member * 2;  // most lines have the keys in this order
    if (member != 0) line += ",";
    line += keys[random() % 4 == 0 ? random() % std::size(keys) : usual];
    line += values[random() % 4 == 0 ? random() % std::size(values) : member];
  }
  return line + "}\n";
}

TEST(Ndjson, WhatStoodInTheLineBeforeNeverShows) {
  std::vector<ColumnPlan> columns;
  for (const char* name : {"a", "ab", "a.b", "abc", "abc\"", "key_of_thirty_two_characters__"})
    columns.push_back({name, FieldType::text, Reading::text});
  const Layout layout = Layout::of(columns);
  std::mt19937_64 random(17);
  std::string all;
  std::vector<std::string> each(columns.size());
  std::uint32_t rows = 0;
  std::uint64_t bad_lines = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::string line = similar_line(random), padded = line + std::string(64, '\0');
    all += line;
    PartSink sink(layout);
    BadRows bad;
    std::uint64_t lines = 0;
    parse_ndjson(std::string_view(padded).substr(0, line.size()), sink, bad, lines);
    const ParsedPiece alone = sink.take();
    bad_lines += bad.count();
    rows += alone.rows;
    for (std::size_t c = 0; c < columns.size(); ++c)
      if (alone.rows != 0) each[c] += (alone.columns[c].valid[0] != 0 ? "=" : "-") + alone.columns[c].text_bytes + "\n";
  }
  PartSink sink(layout);
  BadRows bad;
  std::uint64_t lines = 0;
  const std::size_t size = all.size();
  all.append(64, '\0');
  parse_ndjson(std::string_view(all).substr(0, size), sink, bad, lines);
  const ParsedPiece together = sink.take();
  EXPECT_EQ(together.rows, rows);
  EXPECT_EQ(bad.count(), bad_lines);
  EXPECT_GT(rows, 5'000U);
  EXPECT_GT(bad_lines, 1'000U);
  for (std::size_t c = 0; c < columns.size(); ++c) {
    std::string texts;
    for (std::uint32_t row = 0; row < together.rows; ++row) {
      const std::uint64_t begin = row == 0 ? 0 : together.columns[c].text_ends[row - 1];
      texts += together.columns[c].valid[row] != 0 ? "=" : "-";
      texts += together.columns[c].text_bytes.substr(begin, together.columns[c].text_ends[row] - begin) + "\n";
    }
    EXPECT_EQ(texts, each[c]) << columns[c].name;
  }
}

Lines told(const BadRows& bad) {
  Lines lines;
  for (const Diagnostic& problem : bad.diagnostics("f", Severity::error))
    lines.push_back(first_problem({problem}) + " " + problem.help);
  return lines;
}

struct ReadLines {
  ParsedPiece piece;
  BadRows bad;
  std::uint64_t lines = 0;
};

ReadLines read_lines(const std::string& text, const Layout& layout) {
  const std::string padded = text + std::string(64, '\0');
  ReadLines read;
  PartSink sink(layout);
  parse_ndjson(std::string_view(padded).substr(0, text.size()), sink, read.bad, read.lines);
  read.piece = sink.take();
  return read;
}

// A line of one of six programs, with values that suit their columns most of the time, and now and then damaged.
std::string program_line(std::mt19937_64& random) {
  const std::string_view programs[] = {R"({"n":@,"d":@,"r":@,"f":@,"l":@,"o":{"x":@},"t":@})",
                                       R"({"n": @, "unasked": @, "d": @, "l": @})",
                                       R"({"o":{"deeper":{"unasked":@},"x":@},"n":@,"e":{}})",
                                       R"({"key_of_far_more_than_thirty_two_characters_":@,"n":@,"d":@})",
                                       R"( {"d":@ , "n":@ }	)",
                                       R"({"l":@})"};
  const std::string_view values[] = {"0",
                                     "7",
                                     "-12",
                                     "12345678",
                                     "123456789012345",
                                     "1234567890123456",
                                     "9223372036854775807",
                                     "-9223372036854775808",
                                     "12345678901234567890",
                                     "0.25",
                                     "1e3",
                                     "01",
                                     "-",
                                     "null",
                                     "true",
                                     "false",
                                     R"("")",
                                     R"("a")",
                                     R"("four")",
                                     R"("of eight")",
                                     R"("sixteen letters.")",
                                     R"("more than sixteen letters")",
                                     R"("\u00e9\n")",
                                     R"("12")",
                                     R"("2026-01-31T12:00:00Z")",
                                     "[1]",
                                     "{}"};
  std::string line;
  for (const char c : programs[random() % 8 < 6 ? random() % 2 : random() % std::size(programs)])
    line += c == '@' ? values[random() % (random() % 4 == 0 ? std::size(values) : 9)] : std::string_view(&c, 1);
  if (random() % 16 == 0) line.erase(random() % line.size(), 1);
  if (random() % 16 == 0) line.insert(random() % line.size(), 1, "\"\\,}x0 \xff"[random() % 8]);
  return line + (random() % 32 == 0 ? "\r\n" : "\n");
}

TEST(Ndjson, LinesOfOneShapeAreReadAsIfEachStoodAlone) {
  std::vector<ColumnPlan> columns = {{"n", FieldType::integer, Reading::whole},
                                     {"d", FieldType::duration, Reading::whole, Scale(plan::Rational(1000))},
                                     {"r", FieldType::real, Reading::real},
                                     {"f", FieldType::boolean, Reading::boolean},
                                     {"l", FieldType::label, Reading::label},
                                     {"o.x", FieldType::text, Reading::text},
                                     {"t", FieldType::timestamp, Reading::time_text}};
  columns[1].scale = Scale(*plan::Rational::make(1000, 7));
  for (const bool texts : {false, true}) {
    for (ColumnPlan& column : columns)
      if (texts) column = {column.name, FieldType::label, Reading::label_or_text};
    const Layout layout = Layout::of(columns);
    std::mt19937_64 random(23);
    std::size_t rows = 0;
    for (int round = 0; round < 600; ++round) {
      std::string all;
      Lines each;
      BadRows bad;
      for (std::uint64_t line = 0; line < 40; ++line) {
        const std::string text = program_line(random);
        all += text;
        ReadLines alone = read_lines(text, layout);
        ASSERT_EQ(alone.lines, 1U);
        for (std::string& row : rows_of(alone.piece)) each.push_back(std::move(row));
        bad.append(std::move(alone.bad), line);
      }
      const ReadLines together = read_lines(all, layout);
      ASSERT_EQ(together.lines, 40U);
      ASSERT_EQ(rows_of(together.piece), each) << all;
      ASSERT_EQ(told(together.bad), told(bad)) << all;
      rows += each.size();
    }
    EXPECT_GT(rows, texts ? 10'000U : 2'000U);
  }
}

TEST(Ndjson, PiecesAndThreadsNeverShow) {
  const TemporaryDirectory directory;
  std::string text;
  std::mt19937_64 random(11);
  for (int i = 0; i < 3000; ++i) {
    text += "{\"t\":" + std::to_string(1'000'000 - (random() % 1000) + i) + ",\"l\":\"v" +
            std::to_string(random() % 30) + "\"";
    if (random() % 5 == 0) text += ",\"n\":" + std::to_string(random() % 100);
    text += random() % 97 == 0 ? "]\n" : "}\n";
  }
  StreamSource source{"s", directory.write("t.ndjson", text), {}, {}};
  const auto whole = ingest(source, {1 << 24, 1});
  ASSERT_TRUE(static_cast<bool>(whole));
  const auto& labels = std::get<LabelData>(whole->table.columns[1].values);
  for (const std::size_t chunk : {64UL, 1000UL, 4096UL, 100'000UL}) {
    for (const unsigned threads : {1U, 2U, 7U}) {
      const auto pieces = ingest(source, {chunk, threads});
      ASSERT_TRUE(static_cast<bool>(pieces));
      EXPECT_EQ(pieces->table.rows, whole->table.rows);
      EXPECT_EQ(std::get<LabelData>(pieces->table.columns[1].values).codes, labels.codes);
      EXPECT_EQ(std::get<LabelData>(pieces->table.columns[1].values).dictionary, labels.dictionary);
      EXPECT_EQ(pieces->table.columns[2].valid, whole->table.columns[2].valid);
      const auto shown = pieces->bad.diagnostics("t", Severity::error),
                 expected = whole->bad.diagnostics("t", Severity::error);
      ASSERT_EQ(shown.size(), expected.size());
      for (std::size_t i = 0; i < shown.size(); ++i) EXPECT_EQ(first_problem({shown[i]}), first_problem({expected[i]}));
    }
  }
}

}  // namespace
}  // namespace proofmark::snapshot
