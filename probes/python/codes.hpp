// SPDX-License-Identifier: Apache-2.0
// The codes of the area python.*, each explained in docs/findings/python.md.
#pragma once

#include <array>

#include "agent/core/finding.hpp"

namespace sparkwarden::probes::python::codes {

// --- the interpreter, beside the driver's ---
inline constexpr Code kInterpreterMissing{
    "python.interpreter.missing",
    Severity::error,
    "no Python interpreter was found where PySpark would start one",
    "java.io.IOException: Cannot run program \"python3\": error=2, No such file or directory",
    "install Python in this image, or set PYSPARK_PYTHON to the interpreter that is there"};
inline constexpr Code kImplementationDiffers{
    "python.implementation.differs",
    Severity::error,
    "driver and executor run different implementations of Python",
    "functions pickled by one cannot be loaded by the other: TypeError or a crash in "
    "cloudpickle.loads",
    "use the same Python in both images"};
inline constexpr Code kMinorDiffers{
    "python.version.minor-differs",
    Severity::error,
    "driver and executor run different minor versions of Python",
    "[PYTHON_VERSION_MISMATCH] Python in worker has different version than that in driver, PySpark "
    "cannot run with different minor versions.",
    "build both images on the same Python minor version, or point PYSPARK_PYTHON and "
    "PYSPARK_DRIVER_PYTHON at the same one"};
inline constexpr Code kMicroDiffers{
    "python.version.micro-differs",
    Severity::warning,
    "driver and executor run different patch releases of Python",
    "Spark allows it; cloudpickle promises to work only between exactly equal versions",
    "build both images on the same Python release"};
inline constexpr Code kAbiDiffers{
    "python.abi.differs",
    Severity::error,
    "driver and executor run differently built Pythons (free-threaded, debug)",
    "ImportError for compiled packages, or a crash when a pickled function is loaded",
    "use the same build of Python in both images"};
inline constexpr Code kMachineDiffers{
    "python.machine.differs",
    Severity::error,
    "driver and executor run on different processor architectures",
    "compiled packages and --archives environments of one do not load on the other: wrong ELF "
    "class "
    "or \"cannot open shared object file\"",
    "build a multi-architecture image, or schedule both on one architecture with a nodeSelector"};

// --- pyspark, as it is really imported ---
inline constexpr Code kPysparkDiffers{
    "python.pyspark.differs",
    Severity::error,
    "driver and executor import different versions of pyspark",
    "the worker cannot read what the driver sends: EOFException, "
    "\"java.io.EOFException ... Python worker exited unexpectedly (crashed)\", or AttributeError",
    "use images of the same Spark release; a pip-installed pyspark does not count where "
    "$SPARK_HOME/python/lib/pyspark.zip exists"};
inline constexpr Code kPysparkMissing{
    "python.pyspark.missing",
    Severity::error,
    "the driver has pyspark and this executor has none",
    "ModuleNotFoundError: No module named 'pyspark'",
    "put Spark's python directory ($SPARK_HOME/python/lib/pyspark.zip) into the executor image"};
inline constexpr Code kPy4jDiffers{
    "python.py4j.differs",
    Severity::error,
    "driver and executor have different versions of py4j",
    "the two images hold different Spark builds, and the worker cannot read what the driver sends",
    "use images of the same Spark release"};
inline constexpr Code kCloudpickleDiffers{
    "python.cloudpickle.differs",
    Severity::error,
    "the cloudpickle inside pyspark differs between driver and executor",
    "functions pickled by the driver fail to load in the worker: AttributeError or TypeError in "
    "cloudpickle.loads",
    "use images of the same Spark release"};

// --- packages, beside the driver's ---
inline constexpr Code kPackageMissing{
    "python.package.missing",
    Severity::warning,
    "the driver has a package that this executor lacks",
    "ModuleNotFoundError in cloudpickle.loads, as soon as a UDF uses it",
    "install the package in the executor image"};
inline constexpr Code kPackageDiffers{
    "python.package.differs",
    Severity::info,
    "driver and executor have different versions of a package",
    "objects pickled with one version may not load with the other",
    "install the same version in both images"};
inline constexpr Code kPackageExtra{"python.package.extra",
                                    Severity::info,
                                    "this executor has a package that its driver lacks",
                                    "nothing, unless results of its types flow back to the driver",
                                    "install the same packages in both images"};
inline constexpr Code kPackageContent{
    "python.package.content-differs",
    Severity::warning,
    "driver and executor have one version of a package with different content",
    "a function that exists on one side only: AttributeError: Can't get attribute ... on <module "
    "...>",
    "install the package from the same wheel or commit in both images"};

// --- one environment by itself ---
inline constexpr Code kPythonBelowFloor{
    "python.version.below-floor",
    Severity::warning,
    "the interpreter is older than this Spark release supports",
    "SyntaxError or ImportError from pyspark itself, as soon as a module uses what is new",
    "build the image on a newer Python, or use an older Spark"};
inline constexpr Code kBelowFloor{
    "python.package.below-floor",
    Severity::error,
    "a package is older than this Spark release accepts",
    "[UNSUPPORTED_PACKAGE_VERSION] ... must be installed; however, your version is ...",
    "install a newer version of the package"};
inline constexpr Code kTooNew{"python.package.too-new",
                              Severity::error,
                              "a package is newer than this Spark release can work with",
                              "AttributeError: `np.NaN` was removed in the NumPy 2.0 release.",
                              "install numpy<2, or use Spark 4.0 or newer"};
inline constexpr Code kDuplicate{
    "python.package.duplicate",
    Severity::warning,
    "two versions of one package stand in one directory",
    "the files on disk are a mix, and which version is told depends on the file system",
    "remove both (`pip uninstall` twice) and install the package once"};
inline constexpr Code kLeftover{
    "python.package.leftover",
    Severity::warning,
    "an interrupted pip left a half-removed package",
    "WARNING: Ignoring invalid distribution ...",
    "delete the directories whose names begin with ~ and install the package again"};
inline constexpr Code kNoMetadata{
    "python.package.no-metadata",
    Severity::warning,
    "a package's metadata is missing or names neither package nor version",
    "importlib.metadata.PackageNotFoundError or a version of None for a package that is there",
    "install the package again"};
inline constexpr Code kVersionConflict{
    "python.package.version-conflict",
    Severity::warning,
    "a package's directory and its METADATA tell different names or versions",
    "pip and importlib.metadata disagree about what is installed",
    "install the package again"};
inline constexpr Code kInvalidVersion{
    "python.package.invalid-version",
    Severity::warning,
    "a package's version is not one that PEP 440 knows",
    "pip 24.1 and newer: InvalidVersion: Invalid version; `pip list` fails as a whole",
    "install a release of the package with a valid version"};
inline constexpr Code kDynamicPath{
    "python.path.dynamic",
    Severity::info,
    "a .pth file runs code when Python starts",
    "it can change what import finds, and an inventory of files cannot tell how",
    "know what it does, or remove it from the image"};

// --- could not look ---
inline constexpr Code kInventoryAbsent{
    "python.inventory.absent",
    std::nullopt,
    "there is neither a Spark process to look at nor a manifest.json",
    "",
    "run `sparkwarden wait --manifest` in the Spark image as an init container, or share the pod's "
    "process namespace"};
inline constexpr Code kInventoryNotPermitted{
    "python.inventory.not-permitted",
    std::nullopt,
    "this process may not look at the Spark process or at manifest.json",
    "",
    "run the agent with the user and group of the Spark container"};
inline constexpr Code kInventoryIncomplete{
    "python.inventory.incomplete",
    std::nullopt,
    "a part of the Python installation could not be read or followed",
    "",
    "run the agent with the user and group of the Spark container, or name the interpreter in "
    "`probes.python.interpreter`"};
inline constexpr Code kInventoryUnfinished{
    "python.inventory.unfinished",
    std::nullopt,
    "the scan did not end within the probe's deadline",
    "",
    "see whether the image lies on a file system that hangs, "
    "or raise `probes.python.deadline`"};
inline constexpr Code kInventoryUnreadable{
    "python.inventory.unreadable",
    std::nullopt,
    "the inventory is not what it should be",
    "",
    "write manifest.json with the same release of sparkwarden that reads it"};
inline constexpr Code kInventoryBusy{
    "python.inventory.busy",
    std::nullopt,
    "an earlier scan hangs and cannot be ended",
    "",
    "find the file system that hangs; the node may need a restart"};
inline constexpr Code kDriverNoManifest{
    "python.driver.no-manifest",
    std::nullopt,
    "there is no inventory of the driver's Python to compare with",
    "",
    "run the agent in the driver pod too, with an inventory of its own"};

inline constexpr std::array kCodes{kInterpreterMissing,
                                   kImplementationDiffers,
                                   kMinorDiffers,
                                   kMicroDiffers,
                                   kAbiDiffers,
                                   kMachineDiffers,
                                   kPysparkDiffers,
                                   kPysparkMissing,
                                   kPy4jDiffers,
                                   kCloudpickleDiffers,
                                   kPackageMissing,
                                   kPackageDiffers,
                                   kPackageExtra,
                                   kPackageContent,
                                   kPythonBelowFloor,
                                   kBelowFloor,
                                   kTooNew,
                                   kDuplicate,
                                   kLeftover,
                                   kNoMetadata,
                                   kVersionConflict,
                                   kInvalidVersion,
                                   kDynamicPath,
                                   kInventoryAbsent,
                                   kInventoryNotPermitted,
                                   kInventoryIncomplete,
                                   kInventoryUnfinished,
                                   kInventoryUnreadable,
                                   kInventoryBusy,
                                   kDriverNoManifest};

}  // namespace sparkwarden::probes::python::codes
