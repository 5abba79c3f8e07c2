// SPDX-License-Identifier: Apache-2.0
// Hadoop's Configuration over files of ours.
package sparkwarden.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hive.conf.HiveConf;
import org.apache.hadoop.hive.metastore.HiveMetaStoreClient;
import org.apache.hadoop.security.SecurityUtil;

final class HadoopXml {
  private HadoopXml() {}

  /**
   * {"files": {name: hex}, "add": [name...], "set": {key: value}} -> {"properties": {key: {"raw",
   * "value", "sources"}}, "finals": [...]}. A value whose variables cannot be resolved has an
   * "error" instead. With "use": a key that is then used as Hadoop or Hive uses it.
   */
  static void answer(JsonNode question, Desk desk, ObjectNode answer) throws Exception {
    desk.writeAll(question.path("files"), "");
    Configuration configuration = new Configuration(false);
    for (JsonNode name : question.path("add")) {
      configuration.addResource(new Path(desk.folder().resolve(name.asText()).toUri()));
    }
    for (Map.Entry<String, JsonNode> entry : Desk.entries(question.path("set"))) {
      configuration.set(entry.getKey(), entry.getValue().asText());
    }
    ObjectNode properties = Oracle.JSON.createObjectNode();
    for (Map.Entry<String, String> entry : configuration) {
      ObjectNode property = properties.putObject(entry.getKey());
      property.put("raw", PropertiesFile.sendable(entry.getValue()));
      try {
        property.put("value", configuration.get(entry.getKey()));
      } catch (RuntimeException trouble) {
        property.put("error", trouble.toString());
      }
      String[] sources = configuration.getPropertySources(entry.getKey());
      ArrayNode array = property.putArray("sources");
      for (String source : sources == null ? new String[0] : sources) {
        array.add(source.substring(source.lastIndexOf('/') + 1));
      }
    }
    answer.set("properties", properties);
    ArrayNode finals = answer.putArray("finals");
    configuration.getFinalParameters().stream().sorted().forEach(finals::add);
    use(question.path("use").asText(), configuration);
  }

  /** Throws what Spark's users would see. Opens no connection: no metastore is reached. */
  private static void use(String key, Configuration configuration) throws Exception {
    switch (key) {
      case "fs.defaultFS", "fs.default.name" -> FileSystem.get(configuration);
      case "hadoop.security.authentication" -> SecurityUtil.getAuthenticationMethod(configuration);
      case "hadoop.security.credential.provider.path" -> configuration.getPassword("fs.s3a.secret.key");
      case "hive.metastore.uris" -> new HiveMetaStoreClient(new HiveConf(configuration, HadoopXml.class));
      default -> { }
    }
  }
}
