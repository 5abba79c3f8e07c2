// SPDX-License-Identifier: Apache-2.0
// Asks Spark's and Hadoop's own classes: one JSON case a line on stdin, one JSON answer a line on
// stdout, until stdin ends. What a case makes Spark throw is its answer; no case ends the process.
package sparkwarden.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

public final class Oracle {
  static final ObjectMapper JSON = new ObjectMapper();

  interface Answerer {
    void answer(JsonNode question, Desk desk, ObjectNode answer) throws Throwable;
  }

  private static final Map<String, Answerer> ANSWERERS =
      Map.ofEntries(
          Map.entry("about", About::answer),
          Map.entry("properties", PropertiesFile::load),
          Map.entry("submit", PropertiesFile::submit),
          Map.entry("hadoop", HadoopXml::answer),
          Map.entry("conf-map", Pods::confMap),
          Map.entry("executor-pod", Pods::executor),
          Map.entry("submit-driver", Pods::submitDriver),
          Map.entry("live-driver", LiveDriver::answer),
          Map.entry("keys", Keys::list),
          Map.entry("convert", Keys::convert),
          Map.entry("heap", Keys::heap));

  public static void main(String[] arguments) throws Exception {
    // Whatever else prints must not get between the answers.
    PrintStream answers =
        new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
    System.setOut(System.err);
    Warnings warnings = Warnings.install();
    BufferedReader questions =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = questions.readLine(); line != null; line = questions.readLine()) {
      answers.println(JSON.writeValueAsString(answer(line, warnings)));
      answers.flush();
    }
    // Threads that Spark's clients left behind do not hold the process.
    Runtime.getRuntime().halt(0);
  }

  private static ObjectNode answer(String line, Warnings warnings) {
    ObjectNode answer = JSON.createObjectNode();
    warnings.clear();
    try (Desk desk = new Desk()) {
      JsonNode question = JSON.readTree(line);
      Answerer answerer = ANSWERERS.get(question.path("ask").asText());
      if (answerer == null) throw new IllegalArgumentException("unknown question");
      answerer.answer(question, desk, answer);
    } catch (Throwable trouble) {
      ArrayNode errors = answer.putArray("errors");
      for (Throwable each = trouble; each != null; each = each.getCause()) {
        errors
            .addObject()
            .put("class", each.getClass().getName())
            .put("message", String.valueOf(each.getMessage()));
      }
    }
    warnings.into(answer.putArray("log"));
    return answer;
  }
}
