# House rules for every target: one folder is one library; warnings are errors; floating point is
# strict, because the bits of a decision must not depend on compiler or processor.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release)
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()
find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_link_options(-fuse-ld=mold)
endif()

add_library(proofmark_house INTERFACE)
target_compile_options(proofmark_house INTERFACE
  -Wall -Wextra -Wno-missing-field-initializers -Wshadow -Wnon-virtual-dtor -Wimplicit-fallthrough -Werror
  -ffp-contract=off -fno-fast-math)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 warns falsely of overlapping copies in `"text" + std::string` (GCC bug 105651).
  target_compile_options(proofmark_house INTERFACE -Wno-restrict)
endif()
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  # libstdc++ 12's own std::stable_sort uses what it declares deprecated.
  target_compile_options(proofmark_house INTERFACE -Wno-deprecated-declarations)
endif()
target_include_directories(proofmark_house INTERFACE ${CMAKE_SOURCE_DIR})

set(PROOFMARK_SANITIZE "" CACHE STRING "Sanitizers for every target, such as address,undefined or thread")
if(PROOFMARK_SANITIZE)
  add_compile_options(-fsanitize=${PROOFMARK_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -O1)
  add_link_options(-fsanitize=${PROOFMARK_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # With sanitizers GCC 12 takes the alternatives of a moved std::variant for uninitialised; the sanitizers themselves
    # find what is really so.
    add_compile_options(-Wno-maybe-uninitialized)
  endif()
endif()

# proofmark_library(NAME SOURCES … [PUBLIC …] [PRIVATE …]): one folder, one target. PUBLIC names rooms
# whose headers this room's headers use; third parties belong under PRIVATE.
function(proofmark_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC proofmark_house ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
endfunction()

# proofmark_test(NAME SOURCES … [LIBS …]): a GoogleTest program that ctest runs as one test.
function(proofmark_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE proofmark_house ${ARG_LIBS} GTest::gtest GTest::gtest_main)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  target_compile_definitions(${name} PRIVATE PROOFMARK_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
    PROOFMARK_BINARY_DIR="${CMAKE_BINARY_DIR}")
  add_test(NAME ${name} COMMAND ${name})
endfunction()

# proofmark_prefer_static(VARIABLE NAME): the archive where Debian has one, else the shared library. Every shared library
# costs each start of the program its relocations and look-ups: a third of a millisecond and more.
function(proofmark_prefer_static variable name)
  find_library(${variable} NAMES lib${name}.a ${name} REQUIRED)
endfunction()

# Links an imported target's archive where there is one beside its shared library.
function(proofmark_imported_archive target name)
  find_library(PROOFMARK_ARCHIVE_${name} NAMES lib${name}.a)
  if(NOT PROOFMARK_ARCHIVE_${name})
    return()
  endif()
  if(target MATCHES "^PkgConfig::")
    set_target_properties(${target} PROPERTIES INTERFACE_LINK_LIBRARIES ${PROOFMARK_ARCHIVE_${name}})
  else()
    set_target_properties(${target} PROPERTIES IMPORTED_LOCATION ${PROOFMARK_ARCHIVE_${name}}
      IMPORTED_LOCATION_RELEASE ${PROOFMARK_ARCHIVE_${name}})
  endif()
endfunction()

find_package(fmt REQUIRED)
add_library(proofmark_fmt STATIC ${CMAKE_CURRENT_LIST_DIR}/fmt_archive.cpp)

# proofmark_few_libraries(TARGET): the C++ library linked in, whose thousands of symbols are looked up by name at each
# start otherwise. A sanitizer wants the one that it knows.
function(proofmark_few_libraries target)
  if(NOT PROOFMARK_SANITIZE)
    target_link_options(${target} PRIVATE -static-libstdc++ -static-libgcc)
  endif()
endfunction()
