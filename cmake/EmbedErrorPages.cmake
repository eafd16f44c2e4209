# Turns docs/errors/PM*.md into one C++ table: -DPAGES=<dir> -DOUT=<file>. The pages are the only list of codes.
file(GLOB pages ${PAGES}/PM*.md)
list(SORT pages)
set(rows "")
foreach(page IN LISTS pages)
  get_filename_component(code ${page} NAME_WE)
  file(READ ${page} text)
  # A literal of MSVC's or the standard's minimum length is not a limit for the compilers we use.
  string(APPEND rows "    {\"${code}\", R\"~page~(${text})~page~\"},\n")
endforeach()
file(WRITE ${OUT}.new "// Generated from docs/errors. Do not edit.\n#include \"cli/error_pages.h\"\n\nnamespace proofmark::cli {\n\nconst std::vector<ErrorPage>& error_pages() {\n  static const std::vector<ErrorPage> pages = {\n${rows}  };\n  return pages;\n}\n\n}  // namespace proofmark::cli\n")
file(COPY_FILE ${OUT}.new ${OUT} ONLY_IF_DIFFERENT)
