// Laying the page out: columns padded by code points, prose wrapped at kWidth.
#include "cli/report.h"

#include <algorithm>
#include <array>

#include "cli/report_rows.h"

namespace proofmark::cli {
namespace {

constexpr std::size_t kWidth = 100;

std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string padded(const std::string& text, std::size_t width) {
  return text + std::string(width - std::min(width, code_points(text)), ' ');
}

// The end of the word that begins at `begin`; a number keeps its unit ("95 %", "10 ppm").
std::size_t word_end(const std::string& text, std::size_t begin) {
  std::size_t end = std::min(text.find(' ', begin), text.size());
  while (text.compare(end, 2, " %") == 0 || text.compare(end, 4, " ppm") == 0)
    end = std::min(text.find(' ', end + 1), text.size());
  return end;
}

// Words onto lines of at most kWidth code points, each indented.
std::string wrapped(const std::string& text, const std::string& indent) {
  std::string lines, line;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = word_end(text, begin);
    const std::string word = text.substr(begin, end - begin);
    if (!line.empty() && indent.size() + code_points(line) + 1 + code_points(word) > kWidth) {
      lines += indent + line + "\n";
      line.clear();
    }
    line += (line.empty() ? "" : " ") + word;
    begin = end + 1;
  }
  return line.empty() ? lines : lines + indent + line + "\n";
}

using Cells = std::array<std::string, 8>;
constexpr std::array<const char*, 8> kHeadings{"objective", "verdict",    "estimate", "bounds",
                                               "required",  "confidence", "rows",     ""};

Cells cells_of(const ReportRow& row) {
  return {std::string(static_cast<std::size_t>(row.level) * 2, ' ') + row.name,
          row.verdict_text,
          row.estimate,
          row.bounds,
          row.required,
          row.confidence,
          row.rows,
          row.plot};
}

std::array<std::size_t, 8> widths_of(const Page& page) {
  std::array<std::size_t, 8> widths{};
  for (std::size_t i = 0; i < widths.size(); ++i) widths[i] = code_points(kHeadings[i]);
  for (const ObjectiveSection& section : page.objectives)
    for (const ReportRow& row : section.rows) {
      const Cells cells = cells_of(row);
      for (std::size_t i = 0; i < cells.size(); ++i) widths[i] = std::max(widths[i], code_points(cells[i]));
    }
  return widths;
}

const char* colour_of(judgement::Verdict verdict) {
  switch (verdict) {
    case judgement::Verdict::pass:
      return "\x1b[32m";
    case judgement::Verdict::fail:
      return "\x1b[31m";
    case judgement::Verdict::inconclusive:
    case judgement::Verdict::no_data:
      return "\x1b[33m";
  }
  return "";
}

const char* colour_of(plan::Decision decision) {
  switch (decision) {
    case plan::Decision::certify:
      return "\x1b[1;32m";
    case plan::Decision::deny:
    case plan::Decision::revoke:
      return "\x1b[1;31m";
    case plan::Decision::hold:
      return "\x1b[1;33m";
  }
  return "";
}

std::string coloured(const std::string& text, const char* colour, bool on) {
  return on && !text.empty() ? colour + text + "\x1b[0m" : text;
}

std::string table_line(const Cells& cells, const std::array<std::size_t, 8>& widths, const char* verdict_colour,
                       bool colour) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string cell = padded(cells[i], widths[i]);
    line += (i == 0 ? "" : "  ") + (i == 1 ? coloured(cell, verdict_colour, colour) : cell);
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

// ---------------------------------------------------------------- Markdown

// Prose for Markdown: what a label may hold must not become a link, an image, HTML or a new cell. Text between
// backticks is left alone but for the cell border; unpaired backticks are escaped too.
std::string markdown_prose(const std::string& text) {
  const bool paired = std::count(text.begin(), text.end(), '`') % 2 == 0;
  bool code = false;
  std::string safe;
  for (const char c : text) {
    if (c == '`' && paired) code = !code;
    const bool special = std::string_view("\\*_[]<>#~!").find(c) != std::string_view::npos || (c == '`' && !paired);
    if (c == '|' || (!code && special)) safe += '\\';
    safe += c;
  }
  return safe;
}

std::string markdown_row(const ReportRow& row) {
  const std::string verdict = row.level == 0 ? "**" + row.verdict_text + "**" : row.verdict_text;
  std::string line =
      "| " + std::string(row.level == 0 ? "" : "&nbsp;&nbsp;") + markdown_prose(row.name) + " | " + verdict;
  for (const std::string& cell : {row.estimate, row.bounds, row.required, row.confidence, row.rows})
    line += " | " + markdown_prose(cell);
  return line + " | " + (row.plot.empty() ? "" : "`" + row.plot + "`") + " |\n";
}

}  // namespace

std::string report_text(const plan::Plan& plan, const plan::Facts& facts, const judgement::Verdicts& verdicts,
                        const ReportOptions& options) {
  Page page = page_of(plan, facts, verdicts);
  if (!options.note.empty()) page.stream_notes.push_back(printable(options.note));
  const std::array<std::size_t, 8> widths = widths_of(page);
  std::string text = page.title + "\n" + wrapped(page.about, "") + "\n";
  Cells headings;
  std::copy(kHeadings.begin(), kHeadings.end(), headings.begin());
  text += table_line(headings, widths, "", false);
  for (const ObjectiveSection& section : page.objectives) {
    for (const ReportRow& row : section.rows)
      text += table_line(cells_of(row), widths, colour_of(row.verdict), options.colour);
    if (!section.hidden.empty()) text += "  " + section.hidden + "\n";
    text += wrapped(section.because, "    ");
    for (const std::string& note : section.notes) text += wrapped(note, "    ");
  }
  if (!page.stream_notes.empty()) text += "\n";
  for (const std::string& note : page.stream_notes) text += wrapped(note, "");
  text += "\n" + coloured(page.decision_text, colour_of(page.decision), options.colour) + "\n" +
          wrapped(page.because, "    ");
  return text + wrapped("bound: " + page.bound, "    ") + wrapped("denial's bound: " + page.denial, "    ");
}

std::string report_markdown(const plan::Plan& plan, const plan::Facts& facts, const judgement::Verdicts& verdicts,
                            const ReportOptions& options) {
  Page page = page_of(plan, facts, verdicts);
  if (!options.note.empty()) page.stream_notes.push_back(printable(options.note));
  std::string text = "### " + markdown_prose(page.title) + " → " + page.decision_text + "\n\n" +
                     markdown_prose(page.about) +
                     "\n\n| objective | verdict | estimate | bounds | required | confidence | rows | |\n"
                     "|---|---|---|---|---|---|---|---|\n";
  for (const ObjectiveSection& section : page.objectives)
    for (const ReportRow& row : section.rows) text += markdown_row(row);
  text += "\n";
  for (const ObjectiveSection& section : page.objectives) {
    text += "- " + markdown_prose(section.rows.front().name) + ": " + markdown_prose(section.because) + "\n";
    if (!section.hidden.empty()) text += "  - " + section.hidden + "\n";
    for (const std::string& note : section.notes) text += "  - " + markdown_prose(note) + "\n";
  }
  for (const std::string& note : page.stream_notes) text += "- " + markdown_prose(note) + "\n";
  return text + "\n**" + page.decision_text + "**: " + markdown_prose(page.because) +
         "\n\nBound: " + markdown_prose(page.bound) + "\n\nDenial's bound: " + markdown_prose(page.denial) + "\n";
}

}  // namespace proofmark::cli
