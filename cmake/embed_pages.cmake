# Writes OUT: one string_view per page in PAGES. GCC takes raw string literals of this size as they are.
set(text "// Generated from docs/findings; edit the pages there.\n#include \"agent/commands/finding_pages.hpp\"\n\n")
string(APPEND text "namespace sparkwarden::commands {\nnamespace {\nconstexpr std::string_view kPages[] = {\n")
foreach(page IN LISTS PAGES)
  file(READ ${page} body)
  string(APPEND text "    R\"page(${body})page\",\n")
endforeach()
string(APPEND text "};\n}  // namespace\n\nstd::span<const std::string_view> finding_pages() { return kPages; }\n}  // namespace sparkwarden::commands\n")
file(WRITE ${OUT} "${text}")
