// SPDX-License-Identifier: Apache-2.0
// Which versions answer.
package sparkwarden.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

final class About {
  private About() {}

  static void answer(JsonNode question, Desk desk, ObjectNode answer) {
    answer.put("spark", org.apache.spark.package$.MODULE$.SPARK_VERSION());
    answer.put("hadoop", org.apache.hadoop.util.VersionInfo.getVersion());
    answer.put("kubernetes_client", io.fabric8.kubernetes.client.Version.clientVersion());
    answer.put("java", System.getProperty("java.version"));
  }
}
