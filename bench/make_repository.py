# SPDX-License-Identifier: Apache-2.0
"""Makes the configuration that bench/lint.sh checks: DIRECTORY/one is one large application (1,000
lines of spark-defaults.conf, 200 properties of core-site.xml, a pod template and a workload), and
DIRECTORY/many holds COUNT applications of a usual size. Always the same ones.
Usage: make_repository.py DIRECTORY COUNT"""
import pathlib
import random
import sys

TEMPLATE = """apiVersion: v1
kind: Pod
spec:
  securityContext: {runAsUser: 185, fsGroup: 185}
  containers:
    - name: spark-kubernetes-executor
      volumeMounts:
        - {name: checkpoints, mountPath: /mnt/checkpoints}
        - {name: scratch, mountPath: /scratch}
  volumes:
    - name: checkpoints
      nfs: {server: 10.10.0.10, path: /volume1/checkpoints}
    - name: scratch
      emptyDir: {}
"""

WORKLOAD = """apiVersion: apps/v1
kind: StatefulSet
metadata: {name: connect}
spec:
  template:
    spec:
      containers:
        - name: spark
          command: [/opt/spark/sbin/start-connect-server.sh]
          args: [--conf, spark.executor.instances=4, --conf, spark.driver.host=$(POD_IP)]
"""


def defaults(lines: int) -> str:
    text = ("spark.kubernetes.executor.podTemplateFile /opt/spark/conf/executor-pod-template.yaml\n"
            "spark.sql.streaming.checkpointLocation file:///mnt/checkpoints/streaming\n")
    for i in range(lines - 2):
        kind = random.randrange(4)
        if kind == 0:
            text += f"# what setting {i} is for, in a line as long as such lines are\n"
        elif kind == 1:
            text += f"spark.sql.catalog.lake{i}.uri    http://catalog-{i}.lake.svc:8181\n"
        elif kind == 2:
            text += f"spark.hadoop.fs.s3a.bucket.data{i}.endpoint = https://s3-{i}.example.org\n"
        else:
            text += f"spark.executorEnv.SETTING_{i}    {random.randrange(10**6)}\n"
    return text


def core_site(properties: int) -> str:
    text = '<?xml version="1.0"?>\n<configuration>\n'
    for i in range(properties):
        text += (f"  <!-- bucket {i} -->\n  <property>\n    <name>fs.s3a.bucket.b{i}.endpoint</name>\n"
                 f"    <value>https://s3-{random.randrange(1000)}.example.org</value>\n  </property>\n")
    return text + "</configuration>\n"


def application(directory: pathlib.Path, lines: int, properties: int) -> None:
    directory.mkdir(parents=True)
    (directory / "spark-defaults.conf").write_text(defaults(lines))
    (directory / "core-site.xml").write_text(core_site(properties))
    (directory / "executor-pod-template.yaml").write_text(TEMPLATE)
    (directory / "connect.yaml").write_text(WORKLOAD)


def main(root: pathlib.Path, count: int) -> None:
    random.seed(1)
    application(root / "one", 1000, 200)
    for i in range(count):
        application(root / "many" / f"app-{i:04}", 1000, 200)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), int(sys.argv[2]))
