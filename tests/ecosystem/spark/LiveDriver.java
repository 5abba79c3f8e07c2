// SPDX-License-Identifier: Apache-2.0
// A real SparkContext in client mode, as in a notebook or a Connect server: what it asks the API
// server for until it has asked for an executor.
package sparkwarden.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;

final class LiveDriver {
  private LiveDriver() {}

  /**
   * As `executor-pod`, and "files": SPARK_CONF_DIR; "refusal": what the server says to each pod;
   * "pods", "config_maps": how many to wait for (1, 0), at most "seconds" (30)
   * -> {"sent": [objects], "alive": the context still runs}.
   */
  static void answer(JsonNode question, Desk desk, ObjectNode answer) throws Exception {
    try (ApiServer server = new ApiServer(question.path("refusal").asText(null))) {
      SparkConf conf = Pods.conf(question, desk);
      Pods.template(question, desk, conf, "executor");
      conf.set("spark.master", "k8s://" + server.url());
      conf.set("spark.app.name", "live");
      conf.set("spark.submit.deployMode", "client");
      conf.set("spark.ui.enabled", "false");
      conf.set("spark.driver.host", "127.0.0.1");
      conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
      conf.set("spark.executor.instances", "1");
      conf.set("spark.local.dir", desk.folder().resolve("local").toString());
      conf.set("spark.kubernetes.namespace", "ns");
      // The server here has no watches; Spark polls as well.
      conf.set("spark.kubernetes.executor.enableApiWatcher", "false");
      conf.set("spark.kubernetes.allocation.batch.delay", "200ms");
      conf.set("spark.kubernetes.executor.apiPollingInterval", "1s");
      // The context is ready without the executor that never comes.
      conf.set("spark.scheduler.minRegisteredResourcesRatio", "0");
      SparkContext context = new SparkContext(conf);
      try {
        long limit = question.path("seconds").asLong(30) * 1000;
        server.await("Pod", question.path("pods").asInt(1), limit);
        server.await("ConfigMap", question.path("config_maps").asInt(0), limit);
        answer.put("alive", !context.isStopped());
        server.into(answer.putArray("sent"));
      } finally {
        context.stop();
      }
    }
  }
}
