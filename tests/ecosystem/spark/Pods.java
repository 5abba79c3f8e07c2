// SPDX-License-Identifier: Apache-2.0
// Pods and ConfigMaps as Spark's own builders make them, without an API server or with one that only
// takes notes.
package sparkwarden.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.SecurityManager;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.k8s.KubernetesDriverConf;
import org.apache.spark.deploy.k8s.KubernetesExecutorConf;
import org.apache.spark.deploy.k8s.KubernetesExecutorSpec;
import org.apache.spark.deploy.k8s.SparkPod;
import org.apache.spark.deploy.k8s.submit.Client;
import org.apache.spark.deploy.k8s.submit.JavaMainAppResource;
import org.apache.spark.deploy.k8s.submit.KubernetesClientUtils;
import org.apache.spark.deploy.k8s.submit.KubernetesDriverBuilder;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.resource.ResourceProfile$;
import org.apache.spark.scheduler.cluster.k8s.KubernetesExecutorBuilder;
import org.apache.spark.util.Utils;
import scala.Option;
import scala.Tuple2;
import scala.collection.Iterator;

final class Pods {
  // Never connected to: loading a template is parsing.
  private static final KubernetesClient CLIENT = client("http://127.0.0.1:1");

  private Pods() {}

  /** Settings with environment variables of their own, which a JVM cannot set for itself. */
  static final class Conf extends SparkConf {
    private final Map<String, String> environment;

    Conf(Map<String, String> environment) {
      super(false);
      this.environment = environment;
    }

    @Override
    public String getenv(String name) {
      return environment.get(name);
    }

    @Override
    public SparkConf clone() {
      Conf copy = new Conf(environment);
      for (Tuple2<String, String> each : getAll()) copy.set(each._1(), each._2());
      return copy;
    }
  }

  /**
   * {"defaults": spark-defaults.conf, "conf": {key: value}, "template": file, "driver_ip": address} ->
   * {"pod", "spark_container", "resources"}. "template" is written to a file that
   * spark.kubernetes.executor.podTemplateFile then names. All files are hexadecimal.
   */
  static void executor(JsonNode question, Desk desk, ObjectNode answer) throws Exception {
    SparkConf conf = conf(question, desk);
    conf.setIfMissing("spark.app.name", "app");
    conf.setIfMissing("spark.kubernetes.executor.podNamePrefix", "app");
    conf.setIfMissing("spark.driver.host", "driver.ns.svc");
    conf.setIfMissing("spark.driver.port", "7078");
    template(question, desk, conf, "executor");
    Option<Pod> driver = Option.empty();
    if (question.hasNonNull("driver_ip")) {
      driver =
          Option.apply(
              new PodBuilder()
                  .withNewMetadata().withName("driver").withUid("uid").endMetadata()
                  .withNewStatus().withPodIP(question.get("driver_ip").asText()).endStatus()
                  .build());
    }
    KubernetesExecutorConf executor =
        new KubernetesExecutorConf(
            conf, "spark-app", "1", driver, ResourceProfile.DEFAULT_RESOURCE_PROFILE_ID());
    KubernetesExecutorSpec spec =
        new KubernetesExecutorBuilder()
            .buildFromFeatures(
                executor,
                new SecurityManager(conf, Option.empty(), SecurityManager.$lessinit$greater$default$3()),
                CLIENT,
                ResourceProfile$.MODULE$.getOrCreateDefaultProfile(conf));
    put(spec.pod(), answer);
    put(spec.executorKubernetesResources().iterator(), answer.putArray("resources"));
  }

  /**
   * What spark-submit in cluster mode sends. As `executor`, and "files", "hadoop_files": what the
   * submitter's configuration directories hold; "driver_template" -> {"sent": [objects]}
   */
  static void submitDriver(JsonNode question, Desk desk, ObjectNode answer) throws Exception {
    try (ApiServer server = new ApiServer(null);
        KubernetesClient client = client(server.url())) {
      SparkConf conf = conf(question, desk);
      conf.setIfMissing("spark.app.name", "app");
      // So the watcher of the driver pod, the last argument below, is never asked.
      conf.set("spark.kubernetes.submission.waitAppCompletion", "false");
      template(question, desk, conf, "executor");
      if (question.hasNonNull("driver_template")) {
        String path = desk.write("driver.yaml", question.get("driver_template").asText()).toString();
        conf.set("spark.kubernetes.driver.podTemplateFile", path);
      }
      new Client(driverConf(conf), new KubernetesDriverBuilder(), client, null).run();
      server.into(answer.putArray("sent"));
    }
  }

  /** {"files": {name: hex}, "conf": {...}} -> {"map": a ConfigMap} */
  static void confMap(JsonNode question, Desk desk, ObjectNode answer) throws Exception {
    SparkConf conf = conf(question, desk);
    scala.collection.immutable.Map<String, String> files =
        KubernetesClientUtils.buildSparkConfDirFilesMap("conf-map", conf, scalaMap());
    put(KubernetesClientUtils.buildConfigMap("conf-map", files, scalaMap()), answer, "map");
  }

  static SparkConf conf(JsonNode question, Desk desk) throws Exception {
    // Each case is an application of its own, and Spark keeps the first default profile it makes.
    ResourceProfile$.MODULE$.clearDefaultProfile();
    Map<String, String> environment = new HashMap<>();
    if (question.has("files")) {
      desk.writeAll(question.get("files"), "conf/");
      environment.put("SPARK_CONF_DIR", desk.folder() + "/conf");
    }
    if (question.has("hadoop_files")) {
      desk.writeAll(question.get("hadoop_files"), "hadoop/");
      environment.put("HADOOP_CONF_DIR", desk.folder() + "/hadoop");
    }
    SparkConf conf = new Conf(environment);
    if (question.hasNonNull("defaults")) {
      String path = desk.write("defaults", question.get("defaults").asText()).toString();
      Iterator<Tuple2<String, String>> entries = Utils.getPropertiesFromFile(path).iterator();
      while (entries.hasNext()) {
        Tuple2<String, String> entry = entries.next();
        if (entry._1().startsWith("spark.")) conf.set(entry._1(), entry._2());
      }
    }
    for (Map.Entry<String, JsonNode> entry : Desk.entries(question.path("conf"))) {
      conf.set(entry.getKey(), entry.getValue().asText());
    }
    conf.setIfMissing("spark.master", "k8s://http://127.0.0.1:1");
    conf.setIfMissing("spark.kubernetes.container.image", "spark");
    return conf;
  }

  static void template(JsonNode question, Desk desk, SparkConf conf, String role) throws Exception {
    if (!question.hasNonNull("template")) return;
    String path = desk.write("template.yaml", question.get("template").asText()).toString();
    conf.set("spark.kubernetes." + role + ".podTemplateFile", path);
  }

  /** The last parameter differs between the lines: a clock, or nothing. */
  private static KubernetesDriverConf driverConf(SparkConf conf) throws ReflectiveOperationException {
    for (var constructor : KubernetesDriverConf.class.getConstructors()) {
      Class<?>[] types = constructor.getParameterTypes();
      if (types[5] != Option.class) continue;
      Object[] values = new Object[types.length];
      Object[] first = {
        conf,
        "spark-app",
        new JavaMainAppResource(Option.apply("local:///app.jar")),
        "Main",
        new String[0],
        Option.empty()
      };
      System.arraycopy(first, 0, values, 0, first.length);
      if (types.length > 6) values[6] = new org.apache.spark.util.SystemClock();
      return (KubernetesDriverConf) constructor.newInstance(values);
    }
    throw new NoSuchMethodException("KubernetesDriverConf");
  }

  /** As Spark's submission client and its allocator send it: the Spark container goes last. */
  private static void put(SparkPod built, ObjectNode answer) throws Exception {
    Pod pod =
        new PodBuilder(built.pod()).editOrNewSpec().addToContainers(built.container()).endSpec().build();
    put(pod, answer, "pod");
    answer.put("spark_container", built.container().getName());
  }

  private static void put(HasMetadata resource, ObjectNode into, String name) throws Exception {
    into.set(name, Oracle.JSON.readTree(Serialization.asJson(resource)));
  }

  private static void put(Iterator<HasMetadata> resources, ArrayNode into) throws Exception {
    while (resources.hasNext()) into.add(Oracle.JSON.readTree(Serialization.asJson(resources.next())));
  }

  static KubernetesClient client(String url) {
    Config config = new ConfigBuilder(Config.empty()).withMasterUrl(url).withNamespace("ns").build();
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  @SuppressWarnings("unchecked")
  static scala.collection.immutable.Map<String, String> scalaMap(String... keysAndValues) {
    var map = (scala.collection.immutable.Map<String, String>)
        (scala.collection.immutable.Map<?, ?>) scala.collection.immutable.Map$.MODULE$.empty();
    if (keysAndValues.length == 0) return map;
    return new scala.collection.immutable.Map.Map1<>(keysAndValues[0], keysAndValues[1]);
  }

  static scala.collection.immutable.List<String> scalaSeq(List<String> values) {
    scala.collection.immutable.List<String> list = scala.collection.immutable.List$.MODULE$.empty();
    for (int i = values.size() - 1; i >= 0; --i) list = list.$colon$colon(values.get(i));
    return list;
  }
}
