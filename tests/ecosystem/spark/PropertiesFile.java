// SPDX-License-Identifier: Apache-2.0
// Properties files: as Spark's loader reads one, and as spark-submit puts its sources together.
package sparkwarden.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.spark.deploy.SparkSubmitArguments;
import org.apache.spark.util.Utils;
import scala.Tuple2;
import scala.collection.Iterator;

final class PropertiesFile {
  private PropertiesFile() {}

  /** {"hex": file} -> {"properties": {...}} */
  static void load(JsonNode question, Desk desk, ObjectNode answer) throws Exception {
    String path = desk.write("file.conf", question.path("hex").asText()).toString();
    put(Utils.getPropertiesFromFile(path).iterator(), answer.putObject("properties"));
  }

  /**
   * {"files": {name: hex}, "arguments": [...]} -> {"properties": {...}}: what spark-submit keeps with
   * the files as SPARK_CONF_DIR. "@" at the start of an argument becomes that directory.
   */
  static void submit(JsonNode question, Desk desk, ObjectNode answer) throws Exception {
    desk.writeAll(question.path("files"), "");
    List<String> arguments = new ArrayList<>();
    for (JsonNode each : question.path("arguments")) {
      arguments.add(each.asText().replaceFirst("^@", desk.folder() + "/"));
    }
    arguments.addAll(List.of("--class", "Main", "local:///app.jar"));
    scala.collection.immutable.Map<String, String> environment =
        Pods.scalaMap("SPARK_CONF_DIR", desk.folder().toString());
    SparkSubmitArguments submit =
        new SparkSubmitArguments(Pods.scalaSeq(arguments), environment);
    put(submit.sparkProperties().iterator(), answer.putObject("properties"));
  }

  static void put(Iterator<Tuple2<String, String>> entries, ObjectNode into) {
    while (entries.hasNext()) {
      Tuple2<String, String> entry = entries.next();
      into.put(sendable(entry._1()), sendable(entry._2()));
    }
  }

  /** Half a pair of UTF-16 exists in Java only: it travels as U+FFFD. */
  static String sendable(String text) {
    return HALF_A_PAIR.matcher(text).replaceAll("\uFFFD");
  }

  private static final Pattern HALF_A_PAIR =
      Pattern.compile("(?<![\\uD800-\\uDBFF])[\\uDC00-\\uDFFF]|[\\uD800-\\uDBFF](?![\\uDC00-\\uDFFF])");
}
