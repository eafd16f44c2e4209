// Laying out an excerpt.
//
// Marks are first brought down to single lines (a mark over many lines becomes one on its first and one on its last),
// then each line is drawn with one row of underlines; the text of the rightmost mark stands behind its underline, the
// others hang below on a `|`, from right to left, so that no two texts meet.
#include "compiler/source/excerpt.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "compiler/source/display_width.h"
#include "runtime/json/utf8.h"

namespace proofmark::source {
namespace {

constexpr std::size_t kWidestLine = 160, kContext = 50;

struct LineMark {
  std::size_t begin = 0, end = 0;  // bytes in the line
  std::string text;
  bool primary = false;
};

// A line, cut down to what fits: where the cut text begins and ends, in bytes.
struct Cut {
  std::string_view text;
  std::size_t begin = 0;
  bool left = false, right = false;
};

std::size_t character_start(std::string_view text, std::size_t at) {
  while (at > 0 && at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) --at;
  return std::min(at, text.size());
}

Cut cut(std::string_view line, std::size_t wanted_begin, std::size_t wanted_end) {
  if (line.size() <= kWidestLine) return {line};
  std::size_t begin = wanted_begin > kContext ? wanted_begin - kContext : 0;
  std::size_t end =
      std::min(line.size(), std::max(begin + kWidestLine / 2, std::min(wanted_end + kContext, begin + kWidestLine)));
  begin = character_start(line, begin);
  end = character_start(line, end);
  return {line.substr(begin, end - begin), begin, begin > 0, end < line.size()};
}

// The columns of a mark on the screen, right of the gutter; at least one wide.
struct Columns {
  std::size_t begin = 0, end = 0;
};

Columns columns(const Cut& cut, std::size_t begin, std::size_t end) {
  const auto at = [&](std::size_t byte) {
    const std::size_t clamped = byte < cut.begin ? 0 : std::min(byte - cut.begin, cut.text.size());
    return (cut.left ? 1 : 0) + display_width(cut.text.substr(0, clamped));
  };
  const std::size_t first = at(begin);
  return {first, std::max(first + 1, at(end))};
}

std::string shown(const Cut& cut) {
  return (cut.left ? "…" : "") + without_tabs(cut.text) + (cut.right ? "…" : "");
}

// A line of the file behind its number.
std::string numbered(std::size_t gutter, std::uint64_t number, const Cut& part, const Palette& palette) {
  std::string row = gutter_line(gutter, number, palette) + " " + shown(part);
  while (row.back() == ' ') row.pop_back();
  return row + "\n";
}

class LineDrawing {
 public:
  LineDrawing(std::vector<LineMark> marks, Cut cut, std::string mark_colour, const Palette& palette)
      : marks_(std::move(marks)), cut_(cut), mark_colour_(std::move(mark_colour)), palette_(palette) {
    std::sort(marks_.begin(), marks_.end(), [](const LineMark& a, const LineMark& b) {
      return std::tie(a.begin, a.primary, a.end, a.text) < std::tie(b.begin, b.primary, b.end, b.text);
    });
    for (const LineMark& mark : marks_) columns_.push_back(columns(cut_, mark.begin, mark.end));
  }

  // The rows below the line, each without its gutter.
  std::vector<std::string> rows() const {
    std::vector<std::string> rows{
        underlines() + (marks_.back().text.empty() ? "" : " " + coloured(marks_.back(), marks_.back().text))};
    for (std::size_t i = marks_.size() - 1; i-- > 0;) {
      if (marks_[i].text.empty()) continue;
      rows.push_back(hanging(i + 1, {}));
      rows.push_back(hanging(i, coloured(marks_[i], marks_[i].text)));
    }
    return rows;
  }

 private:
  std::string coloured(const LineMark& mark, const std::string& text) const {
    return (mark.primary ? mark_colour_ : palette_.accent) + text + palette_.off;
  }

  // Secondary underlines first, the primary one over them.
  std::string underlines() const {
    std::size_t width = 0;
    for (const Columns& each : columns_) width = std::max(width, each.end);
    std::string row(width, ' ');
    for (const bool primary : {false, true})
      for (std::size_t i = 0; i < marks_.size(); ++i)
        if (marks_[i].primary == primary)
          std::fill(row.begin() + static_cast<std::ptrdiff_t>(columns_[i].begin),
                    row.begin() + static_cast<std::ptrdiff_t>(columns_[i].end), primary ? '^' : '-');
    if (palette_.off.empty()) return row;
    std::string painted;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (row[i] != ' ' && (i == 0 || row[i] != row[i - 1])) painted += row[i] == '^' ? mark_colour_ : palette_.accent;
      painted += row[i];
      if (row[i] != ' ' && (i + 1 == row.size() || row[i] != row[i + 1])) painted += palette_.off;
    }
    return painted;
  }

  // A `|` under each of the first `count` marks that still has something to say, then `text` under the next one.
  std::string hanging(std::size_t count, const std::string& text) const {
    std::string row;
    std::size_t width = 0;
    const auto reach = [&](std::size_t column) {
      if (column > width) row.append(column - width, ' '), width = column;
    };
    for (std::size_t i = 0; i < count; ++i) {
      if (marks_[i].text.empty() || columns_[i].begin < width) continue;
      reach(columns_[i].begin);
      row += coloured(marks_[i], "|");
      ++width;
    }
    if (text.empty()) return row;
    reach(columns_[count].begin);
    return row + text;
  }

  std::vector<LineMark> marks_;
  std::vector<Columns> columns_;
  Cut cut_;
  std::string mark_colour_;
  const Palette& palette_;
};

using MarksByLine = std::map<std::uint32_t, std::vector<LineMark>>;

MarksByLine by_line(const SourceFile& file, const std::vector<Mark>& marks) {
  MarksByLine lines;
  for (const Mark& mark : marks) {
    const Place& place = mark.place;
    if (place.line == 0) continue;
    const auto start_of = [&](std::uint32_t line) {
      return static_cast<std::size_t>(file.line(line).data() - file.text().data());
    };
    const std::size_t begin = place.begin - std::min<std::size_t>(place.begin, start_of(place.line));
    if (place.end_line <= place.line) {
      const std::size_t end =
          std::max<std::size_t>(begin, place.end - std::min<std::size_t>(place.end, start_of(place.line)));
      lines[place.line].push_back({begin, end, mark.text, mark.primary});
      continue;
    }
    const std::size_t end = place.end - std::min<std::size_t>(place.end, start_of(place.end_line));
    const std::string_view last = file.line(place.end_line);
    const std::size_t indentation = std::min(last.size(), last.find_first_not_of(" \t"));
    lines[place.line].push_back({begin, file.line(place.line).size(), "from here", mark.primary});
    lines[place.end_line].push_back(
        {std::min(indentation, end), end, mark.text.empty() ? "to here" : "to here: " + mark.text, mark.primary});
  }
  return lines;
}

}  // namespace

std::string gutter_line(std::size_t gutter, std::uint64_t number, const Palette& palette) {
  std::string digits = number == 0 ? std::string() : std::to_string(number);
  digits.insert(0, gutter - std::min(gutter, digits.size()), ' ');
  return palette.accent + digits + " |" + palette.off;
}

std::string excerpt(const SourceFile& file, const std::vector<Mark>& marks, std::size_t gutter,
                    const std::string& mark_colour, const Palette& palette) {
  std::string text;
  std::uint32_t previous = 0;
  for (auto& [number, line_marks] : by_line(file, marks)) {
    if (previous != 0 && number == previous + 2)
      text += numbered(gutter, previous + 1, cut(file.line(previous + 1), 0, 0), palette);
    if (previous != 0 && number > previous + 2) text += palette.accent + "..." + palette.off + "\n";
    std::size_t begin = line_marks.front().begin, end = line_marks.front().end;
    for (const LineMark& mark : line_marks)
      if (mark.primary) begin = mark.begin, end = mark.end;
    const Cut part = cut(file.line(number), begin, end);
    text += numbered(gutter, number, part, palette);
    for (const std::string& marked : LineDrawing(line_marks, part, mark_colour, palette).rows())
      text += gutter_line(gutter, 0, palette) + " " + marked + "\n";
    previous = number;
  }
  return text;
}

std::string mended(const SourceFile& file, const Edit& edit, std::size_t gutter, const Palette& palette) {
  const Place& place = edit.place;
  const std::string_view first = file.line(place.line), last = file.line(place.end_line);
  const auto first_start = static_cast<std::size_t>(first.data() - file.text().data());
  const auto last_end = static_cast<std::size_t>(last.data() - file.text().data()) + last.size();
  const std::size_t begin = std::max<std::size_t>(place.begin, first_start),
                    end = std::min<std::size_t>(place.end, last_end);
  const std::string after(file.text().substr(end, last_end - end));
  std::string rest = std::string(file.text().substr(first_start, begin - first_start)) + edit.replacement + after;
  std::size_t new_begin = begin - first_start, new_end = new_begin + edit.replacement.size();
  std::string text;
  for (std::uint64_t number = place.line;; ++number) {  // a replacement may have lines of its own
    const std::size_t length = std::min(rest.find('\n'), rest.size());
    const std::string line = rest.substr(0, length);
    const Cut part = cut(line, new_begin, std::min(new_end, length));
    text += numbered(gutter, number, part, palette);
    if (std::min(new_end, length) > new_begin) {
      const Columns added = columns(part, new_begin, std::min(new_end, length));
      text += gutter_line(gutter, 0, palette) + " " + std::string(added.begin, ' ') + palette.mend +
              std::string(added.end - added.begin, '+') + palette.off + "\n";
    }
    if (length == rest.size()) return text;
    rest.erase(0, length + 1);
    new_begin = 0;
    new_end = new_end > length + 1 ? new_end - length - 1 : 0;
  }
}

}  // namespace proofmark::source
