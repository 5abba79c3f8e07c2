# SPDX-License-Identifier: Apache-2.0
"""Asks PySpark's own functions: one JSON case a line on stdin, one JSON answer a line on stdout.

{"ask": "about"}                                    -> {"pyspark", "python"}
{"ask": "python-version", "driver": "3.10"}         -> what a worker of this Python says to a driver's
{"ask": "package", "name": "pandas", "version": v}  -> what a check says of version v; null: not installed

What a case raises is its answer: {"error": {"class", "message"}}. The version of a package is all that
these checks look at, so an empty module that carries it stands in for the package.
"""

import io
import json
import struct
import sys
import types

import pyspark
from pyspark import worker_util
from pyspark.sql.pandas import utils


def about(question):
    return {"pyspark": pyspark.__version__, "python": "%d.%d" % sys.version_info[:2]}


def python_version(question):
    sent = question["driver"].encode("utf-8")
    worker_util.check_python_version(io.BytesIO(struct.pack("!i", len(sent)) + sent))
    return {}


def package(question):
    name, version = question["name"], question["version"]
    sys.modules[name] = None  # an import of it fails, whatever is installed
    if version is not None:
        sys.modules[name] = types.ModuleType(name)
        sys.modules[name].__version__ = version
    try:
        getattr(utils, "require_minimum_%s_version" % name)()
    finally:
        del sys.modules[name]
    return {}


ANSWERERS = {"about": about, "python-version": python_version, "package": package}


def main():
    for line in sys.stdin:
        try:
            question = json.loads(line)
            answer = ANSWERERS[question["ask"]](question)
        except Exception as error:
            answer = {"error": {"class": type(error).__name__, "message": str(error)}}
        print(json.dumps(answer), flush=True)


main()
