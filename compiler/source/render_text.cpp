// Diagnostics for people.
//
// Message first, then the place, then the lines with every place marked that explains it, then what to do: the help in
// words and, when there is an edit, the line as it will be.
#include <algorithm>

#include "compiler/source/excerpt.h"
#include "compiler/source/render.h"

namespace proofmark::source {
namespace {

const SourceFile* find(std::span<const SourceFile* const> files, const std::string& name) {
  const auto found =
      std::find_if(files.begin(), files.end(), [&](const SourceFile* file) { return file->name() == name; });
  return found == files.end() ? nullptr : *found;
}

// A place that `file` really has: diagnostics may come from elsewhere.
bool lies_in(const Place& place, const SourceFile* file) {
  return file != nullptr && place.line >= 1 && place.end_line >= place.line && place.end_line <= file->line_count() &&
         place.begin <= place.end && place.end <= file->text().size();
}

std::string where(const Place& place) {
  return place.line == 0 ? place.file
                         : place.file + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
}

class Rendering {
 public:
  Rendering(const Diagnostic& diagnostic, std::span<const SourceFile* const> files, const Palette& palette)
      : diagnostic_(diagnostic), files_(files), palette_(palette) {
    const auto widen = [this](const Place& place) {
      if (lies_in(place, find(files_, place.file))) gutter_ = std::max(gutter_, std::to_string(place.end_line).size());
    };
    widen(diagnostic.primary.place);
    for (const Label& label : diagnostic.secondary) widen(label.place);
    if (diagnostic.edit) widen(diagnostic.edit->place);
  }

  std::string text() {
    const bool error = diagnostic_.severity == Severity::error;
    const std::string& colour = error ? palette_.error : palette_.warning;
    text_ = colour + (error ? "error[" : "warning[") + diagnostic_.code + "]" + palette_.off + palette_.strong + ": " +
            diagnostic_.message + palette_.off + "\n";
    if (!diagnostic_.primary.place.file.empty()) excerpts(colour);
    help();
    return std::move(text_);
  }

 private:
  // The primary file first, then each other file in order of appearance.
  void excerpts(const std::string& colour) {
    std::vector<std::string> names{diagnostic_.primary.place.file};
    for (const Label& label : diagnostic_.secondary)
      if (std::find(names.begin(), names.end(), label.place.file) == names.end()) names.push_back(label.place.file);
    for (const std::string& name : names) {
      const SourceFile* file = find(files_, name);
      std::vector<Mark> marks;
      const Place* head = nullptr;
      const auto take = [&](const Label& label, bool primary) {
        if (label.place.file != name) return;
        if (head == nullptr) head = &label.place;
        if (lies_in(label.place, file)) marks.push_back({label.place, label.text, primary});
      };
      take(diagnostic_.primary, true);
      for (const Label& label : diagnostic_.secondary) take(label, false);
      const bool first = name == names.front();
      text_ +=
          std::string(gutter_, ' ') + palette_.accent + (first ? "--> " : "::: ") + palette_.off + where(*head) + "\n";
      if (marks.empty()) continue;
      text_ += gutter_line(gutter_, 0, palette_) + "\n" + excerpt(*file, marks, gutter_, colour, palette_);
    }
  }

  void help() {
    const SourceFile* file = diagnostic_.edit ? find(files_, diagnostic_.edit->place.file) : nullptr;
    const bool shows_edit = diagnostic_.edit && lies_in(diagnostic_.edit->place, file);
    if (diagnostic_.help.empty() && !shows_edit) return;
    text_ +=
        palette_.mend + "help" + palette_.off + ": " + (diagnostic_.help.empty() ? "write" : diagnostic_.help) + "\n";
    if (shows_edit)
      text_ += gutter_line(gutter_, 0, palette_) + "\n" + mended(*file, *diagnostic_.edit, gutter_, palette_);
  }

  const Diagnostic& diagnostic_;
  std::span<const SourceFile* const> files_;
  const Palette& palette_;
  std::size_t gutter_ = 1;
  std::string text_;
};

}  // namespace

const Palette& palette(bool colour) {
  static const Palette kPlain;
  static const Palette kColours{"\x1b[1;31m", "\x1b[1;33m", "\x1b[34m", "\x1b[32m", "\x1b[1m", "\x1b[0m"};
  return colour ? kColours : kPlain;
}

std::string render_text(const Diagnostics& diagnostics, std::span<const SourceFile* const> files,
                        RenderOptions options) {
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics) {
    if (!text.empty()) text += "\n";
    text += Rendering(diagnostic, files, palette(options.colour)).text();
  }
  return text;
}

}  // namespace proofmark::source
