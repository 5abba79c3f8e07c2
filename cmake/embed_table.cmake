# Writes OUT: the text of TABLE as what spark_keys_table() returns.
file(READ ${TABLE} body)
file(WRITE ${OUT} "// Generated from probes/config/data; edit there.\n#include \"probes/config/spark_keys.hpp\"\n\nnamespace sparkwarden::probes::config {\nstd::string_view spark_keys_table() {\n  return R\"table(${body})table\";\n}\n}  // namespace sparkwarden::probes::config\n")
