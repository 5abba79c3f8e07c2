# SPDX-License-Identifier: Apache-2.0
"""Hostile and large configuration files: CPU time and peak memory of the agent's parsers beside a peer.

Both take turns on the same file; a peer ends after 5 s of CPU time. Usage: parsers.py PARSERS DIRECTORY
ROUNDS [PART OF A NAME]; prints a table.
"""
import os
import resource
import statistics
import sys

MIB = 1 << 20
DEEP = 100_000

YAML_PEER = ["/usr/bin/python3", "-c", "import sys, yaml\n"
             "for each in yaml.parse(open(sys.argv[1]), getattr(yaml, 'CLoader', yaml.Loader)): pass"]
JSON_PEER = ["/usr/bin/python3", "-c", "import sys, json; json.load(open(sys.argv[1]))"]
XML_PEER = ["xmllint", "--noout", "--huge"]
PROPERTIES_PEER = ["/usr/bin/python3", "-c", "import sys\n"
                   "d = dict(l.split(None, 1) for l in open(sys.argv[1]) if l.strip())"]


def laughs_yaml():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    for i in range(1, 10):
        lines.append(f"a{i}: &a{i} [" + ", ".join([f"*a{i - 1}"] * 10) + "]")
    return "\n".join(lines) + "\n"


def laughs_xml():
    entities = ['<!ENTITY a0 "xxxxxxxxxx">']
    for i in range(1, 10):
        entities.append(f'<!ENTITY a{i} "' + f"&a{i - 1};" * 10 + '">')
    return "<!DOCTYPE c [\n" + "\n".join(entities) + "]>\n<c>&a9;</c>\n"


def laughs_variables():
    values = ["<property name='v0' value='" + "x" * 1000 + "'/>"]
    for i in range(1, 3000):
        before = f"${{v{i - 1 if i % 20 else 0}}}"
        values.append(f"<property name='v{i}' value='{before}{before}'/>")
    return "<configuration>\n" + "\n".join(values) + "\n</configuration>\n"


def filled(line, around=("", "")):
    count = (MIB - 200) // len(line.format(0))
    return around[0] + "".join(line.format(i) for i in range(count)) + around[1]


def site(inner):
    return "<configuration>\n" + inner + "</configuration>\n"


def cases():
    return [
        ("core-site", "billion laughs", laughs_xml(), XML_PEER),
        ("core-site", "billion laughs, ${}", laughs_variables(), XML_PEER),
        ("core-site", "100,000 deep", "<a>" * DEEP + "</a>" * DEEP, XML_PEER),
        ("core-site", "one line, 1 MiB", site("<property name='a' value='" + "x" * MIB + "'/>"), XML_PEER),
        ("core-site", "one tag of 1 MiB of attributes",
         site("<property " + "".join(f"a{i}='x' " for i in range(90_000)) + "/>"), XML_PEER),
        ("core-site", "1 MiB of properties",
         site(filled("<property><name>a.{0}</name><value>1</value></property>\n")), XML_PEER),
        ("core-site", "1 MiB of values in pieces",
         site("<property><name>a</name><value>" + "x<i/>" * 200_000 + "</value></property>"), XML_PEER),
        ("spark-defaults", "one line, 1 MiB", "spark.a " + "x" * MIB, PROPERTIES_PEER),
        ("spark-defaults", "one line, not UTF-8, 1 MiB", "spark.a " + "\xc3" * MIB, None),
        ("spark-defaults", "one entry of 350,000 lines", "spark.a " + "x\\\n" * 349_000 + "x", None),
        ("spark-defaults", "1 MiB of entries", filled("spark.a.{0} 1\n"), PROPERTIES_PEER),
        ("spark-defaults", "1 MiB of backslashes", "spark.a " + "\\" * MIB, PROPERTIES_PEER),
        ("pod-template", "billion laughs", laughs_yaml(), YAML_PEER),
        ("pod-template", "100,000 deep, flow", "[" * DEEP + "]" * DEEP, YAML_PEER),
        ("pod-template", "100,000 deep, braces", "{a: " * DEEP + "1" + "}" * DEEP, YAML_PEER),
        ("pod-template", "100,000 deep, block", "- " * DEEP + "x\n", YAML_PEER),
        ("pod-template", "100,000 deep, keys", "? " * DEEP + "x\n", YAML_PEER),
        ("pod-template", "1,400 deep, indented",
         "".join(" " * i + "a:\n" for i in range(1400)), YAML_PEER),
        ("pod-template", "one line, 1 MiB", "a: " + "x" * MIB + "\n", YAML_PEER),
        ("pod-template", "one quoted line, 1 MiB", 'a: "' + "x" * MIB + '"\n', YAML_PEER),
        ("pod-template", "one line of 1 MiB, never a key", "[" + "x " * (MIB // 2) + "\n", YAML_PEER),
        ("pod-template", "1 MiB of entries", "spec:\n" + filled("  a{0}: 1\n"), YAML_PEER),
        ("pod-template", "1 MiB of items in one line", "spec: [" + "1, " * (MIB // 3) + "1]\n", YAML_PEER),
        ("pod-template", "1 MiB of colons", "a: " + ": " * (MIB // 2), YAML_PEER),
        ("pod-template", "1 MiB of anchors", filled("- &a{0} x\n"), YAML_PEER),
        ("pod-template", "1 MiB of comments", "a: 1\n" + "#\n" * (MIB // 2), YAML_PEER),
        ("pod-template", "1 MiB of quotes", '"' * MIB, YAML_PEER),
        ("pod-template", "1 MiB of ampersands", "& " * (MIB // 2), YAML_PEER),
        ("pod-template", "1 MiB of documents", "--- x\n" * (MIB // 6), YAML_PEER),
        ("pod-template", "1 MiB of tags", "! " * (MIB // 2), YAML_PEER),
        ("pod-template", "1 MiB of a block text", "a: |\n" + " x\n" * (MIB // 3), YAML_PEER),
        ("pod-template", "JSON, 100,000 deep", '{"a":' * DEEP + "1" + "}" * DEEP, JSON_PEER),
        ("pod-template", "JSON, one line, 1 MiB", '{"a":"' + "x" * MIB + '"}', JSON_PEER),
        ("pod-template", "JSON, 1 MiB of members",
         '{"spec":{' + filled('"a{0}":1,') + '"z":1}}', JSON_PEER),
        ("mountinfo", "one line, 1 MiB", "1 2 0:3 / /" + "x" * MIB + " rw - ext4 d rw\n", None),
        ("mountinfo", "1 MiB of fields", "1 2 0:3 / /x rw " + "s " * (MIB // 2) + "- ext4 d rw\n", None),
        ("mountinfo", "10,000 mounts", "".join(f"{i} 1 0:{i} / /mnt/{i} rw - ext4 d rw\n" for i in range(10_000)),
         None),
    ]


def write_all(directory, only):
    """Writes the files in a child: a process that it starts would else seem as large as this one."""
    reader, writer = os.pipe()
    if os.fork() == 0:
        with os.fdopen(writer, "w") as names:
            for number, (kind, name, text, peer) in enumerate(cases()):
                if only not in f"{kind} {name}":
                    continue
                path = os.path.join(directory, str(number))
                with open(path, "w", encoding="latin-1", newline="") as file:
                    file.write(text)
                print(repr((kind, name, path, peer)), file=names)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as names:
        return [eval(line) for line in names]  # what the lines above wrote


def measure(command, cpu_max=60):
    """CPU time in ms, peak resident in MiB, what it printed."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_max, cpu_max))
        os.dup2(writer, 1)
        os.dup2(writer, 2)
        os.execvp(command[0], command)
    os.close(writer)
    with os.fdopen(reader, "rb") as output:
        text = output.read().decode(errors="replace")
    _, status, usage = os.wait4(pid, 0)
    good = os.waitstatus_to_exitcode(status) >= 0
    return (usage.ru_utime + usage.ru_stime) * 1e3, usage.ru_maxrss / 1024, text if good else "CRASH"


def main():
    parsers, directory, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
    print("| | | CPU, ms | peak, MiB | peer, ms | ratio | what it says |\n|---|---|---|---|---|---|---|")
    for kind, name, path, peer in write_all(directory, sys.argv[4] if len(sys.argv) > 4 else ""):
        own, others = [], []
        for _ in range(rounds):
            own.append(measure([parsers, kind, path]))
            if peer:
                others.append(measure(peer + [path], cpu_max=5)[0])
        cpu = statistics.median(each[0] for each in own)
        peak = max(each[1] for each in own)
        peers = statistics.median(others) if others else 0
        theirs = f"{peers:.0f} | {cpu / peers:.2f}" if others else "- | -"
        says = own[0][2].strip().split("\n")[0]
        print(f"| {kind} | {name} | {cpu:.0f} | {peak:.0f} | {theirs} | {says} |", flush=True)


main()
