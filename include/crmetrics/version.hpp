#pragma once

// The version, as macros because a version is what preprocessor lines ask for. CMake reads these
// three lines: they are the only place where the number is written.

/// Changes when a definition or an interface changes so that old code breaks.
#define CRMETRICS_VERSION_MAJOR 0
/// Changes when something is added; while the major version is 0, also when something breaks.
#define CRMETRICS_VERSION_MINOR 1
/// Changes with corrections.
#define CRMETRICS_VERSION_PATCH 0
