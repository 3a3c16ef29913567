# Everything that is not our own comes from the distribution's packages.
find_package(Threads REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(CLI11 CONFIG REQUIRED)
find_package(spdlog CONFIG REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(xxhash REQUIRED IMPORTED_TARGET libxxhash)
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(utf8proc REQUIRED IMPORTED_TARGET libutf8proc)
pkg_check_modules(avahi REQUIRED IMPORTED_TARGET avahi-client)

# Debian's Asio has neither a CMake config nor a .pc file: compile its implementation once, here.
find_path(ASIO_INCLUDE_DIR asio.hpp REQUIRED)
set(asio_source "${CMAKE_BINARY_DIR}/asio_impl.cpp")
file(CONFIGURE OUTPUT "${asio_source}" CONTENT "#include <version>\n#include <asio/impl/src.hpp>\n")
add_library(asio STATIC "${asio_source}")
target_include_directories(asio SYSTEM PUBLIC "${ASIO_INCLUDE_DIR}")
target_compile_definitions(asio PUBLIC
  ASIO_STANDALONE ASIO_SEPARATE_COMPILATION ASIO_NO_DEPRECATED
  # Two translation units may disagree about aligned allocation otherwise (mismatched new/delete).
  ASIO_DISABLE_STD_ALIGNED_ALLOC
  # clang does not find std coroutines by itself.
  ASIO_HAS_CO_AWAIT=1 ASIO_HAS_STD_COROUTINE=1)
target_compile_options(asio PRIVATE -w)
target_link_libraries(asio PUBLIC Threads::Threads)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
  # A false alarm once coroutines are inlined: gcc sees Asio's frame operator new in part only.
  target_compile_options(asio INTERFACE -Wno-mismatched-new-delete)
endif()

if(SLUICE_TESTS)
  find_package(Catch2 REQUIRED)
endif()
