# Embeds docs/findings/*.md: `explain` prints the same text that the documentation shows.
function(sparkwarden_embed_finding_pages target)
  file(GLOB pages CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/docs/findings/*.md)
  set(out ${PROJECT_BINARY_DIR}/generated/finding_pages.cpp)
  add_custom_command(
    OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} "-DPAGES=${pages}" -DOUT=${out} -P ${PROJECT_SOURCE_DIR}/cmake/embed_pages.cmake
    DEPENDS ${pages} ${PROJECT_SOURCE_DIR}/cmake/embed_pages.cmake
    VERBATIM)
  target_sources(${target} PRIVATE ${out})
endfunction()
