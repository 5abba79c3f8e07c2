# The libraries, each as one target of ours, so that static and dynamic builds differ only here.
find_package(PkgConfig REQUIRED)
if(SPARKWARDEN_STATIC)
  set(Boost_USE_STATIC_LIBS ON)
  set(OPENSSL_USE_STATIC_LIBS ON)
  set(ZLIB_USE_STATIC_LIBS ON)
endif()
find_package(Boost 1.81 REQUIRED COMPONENTS json url)
find_package(OpenSSL REQUIRED)
find_package(ZLIB REQUIRED)
find_package(fmt REQUIRED CONFIG)
find_package(CLI11 REQUIRED CONFIG)
find_package(Threads REQUIRED)

# A library that Debian ships as .so and .a but whose own CMake file knows the .so only.
function(sparkwarden_library name file header)
  string(TOUPPER ${name} upper)
  if(SPARKWARDEN_STATIC)
    find_library(SPARKWARDEN_${upper} lib${file}.a REQUIRED)
  else()
    find_library(SPARKWARDEN_${upper} ${file} REQUIRED)
  endif()
  find_path(SPARKWARDEN_${upper}_INCLUDE ${header} REQUIRED)
  add_library(sparkwarden_${name} UNKNOWN IMPORTED)
  set_target_properties(sparkwarden_${name} PROPERTIES
    IMPORTED_LOCATION ${SPARKWARDEN_${upper}}
    INTERFACE_INCLUDE_DIRECTORIES ${SPARKWARDEN_${upper}_INCLUDE})
endfunction()
sparkwarden_library(nfs nfs nfsc/libnfs.h)
sparkwarden_library(yaml_cpp yaml-cpp yaml-cpp/yaml.h)
sparkwarden_library(expat expat expat.h)

# spdlog's own header-only target links the shared fmt, which -static refuses.
find_path(SPARKWARDEN_SPDLOG_INCLUDE spdlog/spdlog.h REQUIRED)
add_library(sparkwarden_spdlog INTERFACE IMPORTED)
target_include_directories(sparkwarden_spdlog SYSTEM INTERFACE ${SPARKWARDEN_SPDLOG_INCLUDE})
target_compile_definitions(sparkwarden_spdlog INTERFACE SPDLOG_FMT_EXTERNAL FMT_HEADER_ONLY)
target_link_libraries(sparkwarden_spdlog INTERFACE fmt::fmt-header-only Threads::Threads)

# Asio without the pieces we do not use. BOOST_ASIO_SEPARATE_COMPILATION would save seconds per unit
# and cost a unit of its own; measured as a wash at this size.
add_library(sparkwarden_asio INTERFACE)
target_link_libraries(sparkwarden_asio INTERFACE Boost::headers Threads::Threads)
target_compile_definitions(sparkwarden_asio INTERFACE BOOST_ASIO_NO_DEPRECATED)

# prometheus-cpp: Debian ships the shared library only, so the static binary compiles core from the
# distribution's source package (scripts/fetch-prometheus-cpp.sh).
if(SPARKWARDEN_PROMETHEUS_SOURCE)
  file(GLOB prometheus_sources
    ${SPARKWARDEN_PROMETHEUS_SOURCE}/core/src/*.cc ${SPARKWARDEN_PROMETHEUS_SOURCE}/core/src/detail/*.cc)
  if(NOT prometheus_sources)
    message(FATAL_ERROR "no prometheus-cpp source in ${SPARKWARDEN_PROMETHEUS_SOURCE}; run scripts/fetch-prometheus-cpp.sh")
  endif()
  file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/generated/prometheus/detail/core_export.h
    CONTENT "#pragma once\n#define PROMETHEUS_CPP_CORE_EXPORT\n")
  add_library(sparkwarden_prometheus STATIC ${prometheus_sources})
  target_include_directories(sparkwarden_prometheus SYSTEM PUBLIC
    ${SPARKWARDEN_PROMETHEUS_SOURCE}/core/include ${PROJECT_BINARY_DIR}/generated)
  target_compile_options(sparkwarden_prometheus PRIVATE -ffunction-sections -fdata-sections)
else()
  find_package(prometheus-cpp REQUIRED CONFIG)
  add_library(sparkwarden_prometheus INTERFACE)
  target_link_libraries(sparkwarden_prometheus INTERFACE prometheus-cpp::core)
endif()
