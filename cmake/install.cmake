# `cmake --install`: both libraries, the public headers, and a package that find_package(espalier) finds.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/espalier)

install(TARGETS espalier EXPORT espalier-targets LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
if(ESPALIER_JIT)
  # Not exported: programs never link it. It finds the core beside itself, and LLVM where this build found it.
  set_target_properties(espalier-jit PROPERTIES INSTALL_RPATH "$ORIGIN" INSTALL_RPATH_USE_LINK_PATH ON)
  install(TARGETS espalier-jit LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
endif()

# "espalier/ir/graph.h" means the same in the tree and once installed. Of the compiler only compile.h is public.
install(DIRECTORY dsl ir runtime stdlib DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/espalier
        FILES_MATCHING PATTERN "*.h" PATTERN "*.def")
install(FILES espalier.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/espalier OPTIONAL)
install(FILES jit/compile.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/espalier/jit OPTIONAL)

install(EXPORT espalier-targets NAMESPACE espalier:: DESTINATION ${PACKAGE_DIR})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/espalier-config-version.cmake COMPATIBILITY SameMinorVersion)
configure_file(cmake/espalier-config.cmake.in ${CMAKE_BINARY_DIR}/espalier-config.cmake @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/espalier-config.cmake ${CMAKE_BINARY_DIR}/espalier-config-version.cmake
        DESTINATION ${PACKAGE_DIR})
