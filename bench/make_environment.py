# SPDX-License-Identifier: Apache-2.0
"""Fills a site-packages directory with distributions as they are found in the wild: METADATA of 2 to
40 KB, about 160 rows of RECORD each, always the same ones. The files that RECORD lists are not made:
nothing here reads them. Usage: make_environment.py SITE_PACKAGES COUNT"""
import pathlib
import random
import sys


def main(site: pathlib.Path, count: int) -> None:
    random.seed(1)
    for i in range(count):
        name = f"package_{i:04}"
        version = f"{random.randrange(9)}.{random.randrange(30)}.{random.randrange(12)}"
        info = site / f"{name}-{version}.dist-info"
        info.mkdir()
        text = "A line of a description, as long as such lines are in the average file.\n"
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {name.replace('_', '-')}\nVersion: {version}\n"
            "Summary: A package\nRequires-Python: >=3.8\n"
            + "Classifier: Programming Language :: Python :: 3\n" * 12
            + "\n" + text * random.randrange(20, 540))
        (info / "INSTALLER").write_text("pip\n")
        (info / "WHEEL").write_text("Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        rows = []
        for row in range(random.randrange(20, 240)):
            module = f"{name}/part_{row % 7}/module_{row:03}"
            rows.append(f"{module}.py,sha256={random.getrandbits(172):043x},{random.randrange(100000)}")
            if row % 4 == 0:
                rows.append(f"{name}/part_{row % 7}/__pycache__/module_{row:03}.cpython-311.pyc,,")
        rows += [f"{info.name}/METADATA,sha256={random.getrandbits(172):043x},9000",
                 f"{info.name}/INSTALLER,sha256={random.getrandbits(172):043x},4",
                 f"{info.name}/RECORD,,"]
        (info / "RECORD").write_text("\n".join(rows) + "\n")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), int(sys.argv[2]))
