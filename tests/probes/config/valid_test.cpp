// SPDX-License-Identifier: Apache-2.0
// Configurations that work, of many kinds: no rule has anything to say about them.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/probes/config/told.hpp"

namespace sparkwarden::probes::config {
namespace {

using testing::IsEmpty;

std::string file(const std::string& path) {
  std::ifstream stream(std::filesystem::path(SPARKWARDEN_SOURCE_DIR) / path);
  return {std::istreambuf_iterator<char>(stream), {}};
}

struct Valid {
  const char* name;
  Texts texts;
};

void PrintTo(const Valid& valid, std::ostream* out) {
  *out << valid.name;
}

class ValidConfiguration : public testing::TestWithParam<Valid> {};

TEST_P(ValidConfiguration, HasNoFindings) {
  const std::vector<Finding> findings = all_findings(deployment_of(GetParam().texts));

  EXPECT_THAT(told(findings), IsEmpty()) << testing::PrintToString(findings);
}

const std::string kNothing = "<configuration/>";

INSTANTIATE_TEST_SUITE_P(
    OfEveryKind,
    ValidConfiguration,
    testing::Values(
        Valid{"OurExample",
              {.defaults = file("configs/spark/spark-defaults.conf"),
               .pod_template = file("configs/spark/executor-pod-template.yaml"),
               .core_site = file("configs/spark/core-site.xml")}},
        // What Spark's own tests and documentation have for templates.
        Valid{"TemplateThatOnlySchedules", {.pod_template = R"(apiVersion: v1
kind: Pod
metadata:
  labels:
    template-label-key: executor-template-label-value
spec:
  schedulerName: my-scheduler
  nodeSelector: {disktype: ssd}
  tolerations:
    - {key: spark, operator: Exists, effect: NoSchedule}
  containers:
    - name: test-executor-container
      image: will-be-overwritten
)"}},
        Valid{"TemplateWithScratchOnDisks", {.pod_template = R"(apiVersion: v1
kind: Pod
spec:
  containers:
    - name: spark-kubernetes-executor
      volumeMounts:
        - {name: spark-local-dir-1, mountPath: /data1}
        - {name: spark-local-dir-2, mountPath: /data2}
  volumes:
    - {name: spark-local-dir-1, hostPath: {path: /mnt/nvme1}}
    - {name: spark-local-dir-2, hostPath: {path: /mnt/nvme2}}
)"}},
        Valid{"TemplateForAYuniKornQueue", {.pod_template = R"(metadata:
  annotations: {yunikorn.apache.org/queue: root.default}
spec:
  schedulerName: yunikorn
)"}},
        Valid{"TemplateInJson",
              {.pod_template =
                   R"({"spec": {"containers": [{"name": "spark-kubernetes-executor"}]}})"}},
        Valid{"TemplateThatIsHardened", {.pod_template = R"(spec:
  securityContext: {runAsNonRoot: true, runAsUser: 185, seccompProfile: {type: RuntimeDefault}}
  containers:
    - name: spark-kubernetes-executor
      securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
      env:
        - {name: TZ, value: UTC}
        - name: AWS_SECRET_ACCESS_KEY
          valueFrom: {secretKeyRef: {name: s3, key: secret-key}}
)"}},
        Valid{"TemplateWithALogShipper",
              {.defaults = "spark.kubernetes.executor.podTemplateContainerName executor\n",
               .pod_template = R"(spec:
  containers:
    - name: executor
      volumeMounts: [{name: logs, mountPath: /var/log/spark}]
    - name: fluent-bit
      image: fluent/fluent-bit:3.2.4
      volumeMounts: [{name: logs, mountPath: /logs, readOnly: true}]
  volumes:
    - {name: logs, emptyDir: {}}
)"}},
        Valid{"TemplateWithAProjectedToken", {.pod_template = R"(spec:
  serviceAccountName: spark
  containers:
    - name: spark-kubernetes-executor
      volumeMounts:
        - {name: aws-token, mountPath: /var/run/secrets/eks.amazonaws.com/serviceaccount}
        - {name: krb5, mountPath: /etc/krb5.conf, subPath: krb5.conf}
  volumes:
    - name: aws-token
      projected:
        sources: [{serviceAccountToken: {audience: sts.amazonaws.com, path: token}}]
    - {name: krb5, configMap: {name: krb5}}
)"}},
        Valid{"TemplateWithOurAgent",
              {.pod_template = file("charts/plain/executor-sidecar.yaml") +
                               R"(    - name: spark-checkpoints
      nfs: {server: 10.10.0.10, path: /volume1/spark-checkpoints}
)"}},
        Valid{"BatchOnADataLake", {.defaults = R"(spark.master  k8s://https://10.0.0.1:6443
spark.submit.deployMode  cluster
spark.app.name  nightly
spark.kubernetes.container.image  registry.example.org/etl@sha256:0f1e2d3c
spark.kubernetes.authenticate.driver.serviceAccountName  spark
spark.executor.instances  20
spark.executor.memory  14g
spark.executor.memoryOverheadFactor  0.2
spark.driver.memory  4g
spark.driver.cores  2
spark.hadoop.fs.s3a.impl  org.apache.hadoop.fs.s3a.S3AFileSystem
spark.hadoop.fs.s3a.committer.name  magic
spark.sql.sources.commitProtocolClass  org.apache.spark.internal.io.cloud.PathOutputCommitProtocol
spark.sql.parquet.output.committer.class  org.apache.spark.internal.io.cloud.BindingParquetOutputCommitter
spark.eventLog.enabled  true
spark.eventLog.dir  s3a://lake/spark-events
spark.eventLog.rolling.enabled  true
)"}},
        Valid{
            "Iceberg",
            {.defaults =
                 R"(spark.sql.extensions org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions
spark.sql.catalog.lake org.apache.iceberg.spark.SparkCatalog
spark.sql.catalog.lake.type rest
spark.sql.catalog.lake.uri http://catalog:8181
spark.sql.catalog.lake.s3.path-style-access true
spark.sql.defaultCatalog lake
spark.sql.iceberg.handle-timestamp-without-timezone true
spark.jars.packages org.apache.iceberg:iceberg-spark-runtime-4.0_2.13:1.10.0,org.apache.iceberg:iceberg-aws-bundle:1.10.0
)"}},
        Valid{"Delta", {.defaults = R"(spark.sql.extensions=io.delta.sql.DeltaSparkSessionExtension
spark.sql.catalog.spark_catalog=org.apache.spark.sql.delta.catalog.DeltaCatalog
spark.databricks.delta.retentionDurationCheck.enabled=false
spark.delta.logStore.s3a.impl=io.delta.storage.S3DynamoDBLogStore
spark.io.delta.storage.S3DynamoDBLogStore.ddb.region=eu-central-1
spark.jars=/opt/spark/jars/delta-spark_2.13-4.0.0.jar,/opt/spark/jars/delta-storage-4.0.0.jar
)"}},
        Valid{"Streaming",
              {.defaults = R"(spark.sql.streaming.checkpointLocation s3a://lake/checkpoints
spark.sql.streaming.stateStore.providerClass org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider
spark.sql.streaming.stateStore.rocksdb.changelogCheckpointing.enabled true
spark.sql.streaming.metricsEnabled true
spark.streaming.backpressure.enabled true
spark.streaming.kafka.maxRatePerPartition 1000
spark.kafka.consumer.cache.capacity 128
)"}},
        Valid{"DynamicAllocation", {.defaults = R"(spark.dynamicAllocation.enabled true
spark.dynamicAllocation.shuffleTracking.enabled true
spark.dynamicAllocation.shuffleTracking.timeout 30min
spark.dynamicAllocation.executorIdleTimeout 60s
spark.dynamicAllocation.minExecutors 0
spark.dynamicAllocation.initialExecutors 0
spark.dynamicAllocation.maxExecutors 100
spark.kubernetes.allocation.batch.size 20
spark.kubernetes.allocation.batch.delay 1s
spark.decommission.enabled true
spark.storage.decommission.shuffleBlocks.enabled true
)"}},
        Valid{"Kerberos", {.defaults = R"(spark.kerberos.keytab /etc/keytab/spark.keytab
spark.kerberos.principal spark/_HOST@EXAMPLE.ORG
spark.kerberos.access.hadoopFileSystems hdfs://nn1,hdfs://nn2
spark.kubernetes.kerberos.krb5.configMapName krb5
spark.kubernetes.kerberos.tokenSecret.name hadoop-tokens
spark.kubernetes.kerberos.tokenSecret.itemKey hadoop.token
spark.kubernetes.hadoop.configMapName hadoop-conf
spark.security.credentials.hbase.enabled false
)"}},
        Valid{"Gpus", {.defaults = R"(spark.plugins com.nvidia.spark.SQLPlugin
spark.rapids.sql.concurrentGpuTasks 2
spark.executor.resource.gpu.amount 1
spark.executor.resource.gpu.vendor nvidia.com
spark.executor.resource.gpu.discoveryScript /opt/sparkRapidsPlugin/getGpusResources.sh
spark.task.resource.gpu.amount 0.5
)"}},
        Valid{"Metrics", {.defaults = R"(spark.ui.prometheus.enabled true
spark.metrics.namespace ${spark.app.name}
spark.metrics.conf.*.sink.prometheusServlet.class org.apache.spark.metrics.sink.PrometheusServlet
spark.metrics.conf.driver.source.jvm.class org.apache.spark.metrics.source.JvmSource
spark.kubernetes.driver.annotation.prometheus.io/scrape true
spark.kubernetes.driver.service.annotation.prometheus.io/port 4040
spark.executor.processTreeMetrics.enabled true
spark.openlineage.transport.type http
spark.extraListeners io.openlineage.spark.agent.OpenLineageSparkListener
)"}},
        Valid{"SecuredUi", {.defaults = R"(spark.ui.filters org.example.BasicAuthFilter
spark.org.example.BasicAuthFilter.param.realm spark
spark.acls.enable true
spark.ui.view.acls analysts
spark.ssl.enabled true
spark.ssl.ui.port 4440
spark.ssl.keyStore /etc/tls/keystore.p12
spark.ssl.keyStoreType PKCS12
spark.authenticate true
spark.authenticate.secret.file /etc/spark-auth/secret
spark.network.crypto.enabled true
spark.io.encryption.enabled true
spark.redaction.regex (?i)secret|password|token|access[.]key
)"}},
        Valid{
            "ClaimsOnDemand",
            {.defaults =
                 R"(spark.kubernetes.executor.volumes.persistentVolumeClaim.spark-local-dir-1.options.claimName OnDemand
spark.kubernetes.executor.volumes.persistentVolumeClaim.spark-local-dir-1.options.storageClass gp3
spark.kubernetes.executor.volumes.persistentVolumeClaim.spark-local-dir-1.options.sizeLimit 500Gi
spark.kubernetes.executor.volumes.persistentVolumeClaim.spark-local-dir-1.mount.path /data
spark.kubernetes.executor.volumes.persistentVolumeClaim.spark-local-dir-1.mount.readOnly false
spark.kubernetes.driver.ownPersistentVolumeClaim true
spark.kubernetes.driver.reusePersistentVolumeClaim true
spark.shuffle.sort.io.plugin.class org.apache.spark.shuffle.KubernetesLocalDiskShuffleDataIO
)"}},
        Valid{"NfsByProperty",
              {.defaults = R"(spark.checkpoint.dir file:///mnt/ckpt/rdd
spark.kubernetes.driver.volumes.nfs.ckpt.mount.path /mnt/ckpt
spark.kubernetes.driver.volumes.nfs.ckpt.options.server 10.10.0.10
spark.kubernetes.driver.volumes.nfs.ckpt.options.path /volume1/ckpt
spark.kubernetes.executor.volumes.nfs.ckpt.mount.path /mnt/ckpt
spark.kubernetes.executor.volumes.nfs.ckpt.options.server 10.10.0.10
spark.kubernetes.executor.volumes.nfs.ckpt.options.path /volume1/ckpt
)",
               .core_site = kNothing}},
        Valid{"ZeppelinOn35", {.defaults = R"(spark.kubernetes.container.image apache/spark:3.5.1
spark.driver.bindAddress 0.0.0.0
spark.driver.host zeppelin-spark-abcdef.zeppelin.svc
spark.driver.port 22321
spark.blockManager.port 22322
spark.jars.ivy /tmp/.ivy2
spark.pyspark.python /opt/venv/bin/python3
spark.pyspark.driver.python /opt/venv/bin/python3
)"}},
        Valid{"ConnectServer", {.defaults = R"(spark.connect.grpc.binding.port 15002
spark.connect.grpc.maxInboundMessageSize 134217728
spark.connect.session.manager.defaultSessionTimeout 60m
spark.connect.extensions.relation.classes
spark.sql.execution.arrow.maxRecordsPerBatch 10000
spark.sql.execution.arrow.pyspark.enabled true
)"}},
        Valid{"Hive", {.defaults = R"(spark.sql.catalogImplementation hive
spark.sql.hive.metastore.version 3.1.3
spark.sql.hive.metastore.jars path
spark.sql.hive.metastore.jars.path file:///opt/hive/lib/*.jar
spark.hadoop.hive.metastore.uris thrift://metastore:9083
spark.hive.exec.dynamic.partition.mode nonstrict
spark.sql.warehouse.dir s3a://lake/warehouse
)"}},
        Valid{"TuningOfMemoryAndShuffle", {.defaults = R"(spark.memory.fraction 0.7
spark.memory.storageFraction 0.3
spark.memory.offHeap.enabled true
spark.memory.offHeap.size 2g
spark.driver.maxResultSize 0
spark.kryoserializer.buffer.max 512m
spark.serializer org.apache.spark.serializer.KryoSerializer
spark.shuffle.io.maxRetries 10
spark.shuffle.io.retryWait 10s
spark.reducer.maxSizeInFlight 96m
spark.sql.autoBroadcastJoinThreshold -1
spark.sql.shuffle.partitions 2000
spark.sql.adaptive.advisoryPartitionSizeInBytes 256MB
spark.network.timeout 600s
spark.rpc.message.maxSize 512
spark.executor.extraJavaOptions -XX:+UseG1GC -Dcom.example.x="a b"
spark.speculation true
spark.speculation.quantile 0.9
spark.sql.session.timeZone Europe/Berlin
spark.sql.parquet.compression.codec zstd
spark.sql.sources.partitionOverwriteMode DYNAMIC
spark.locality.wait 0
)"}},
        Valid{
            "Properties",
            {.defaults =
                 R"(# Java System properties built from Kubernetes config map with name: spark-drv-0123
#Thu Nov 26 14:00:00 UTC 2026
spark.driver.port=7078
spark.driver.blockManager.port=7079
spark.kubernetes.driver.pod.name=app-driver
spark.kubernetes.resource.type=python
spark.kubernetes.submitInDriver=true
spark.kubernetes.executor.podTemplateFile=/opt/spark/pod-template/pod-spec-template.yml
spark.app.id=spark-0123456789abcdef
spark.app.submitTime=1764165600000
spark.submit.pyFiles=
spark.driver.host=app-0123-driver-svc.ns.svc
)"}}),
    [](const auto& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace sparkwarden::probes::config
