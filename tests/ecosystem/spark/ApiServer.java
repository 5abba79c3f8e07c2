// SPDX-License-Identifier: Apache-2.0
// As much of a Kubernetes API server as Spark needs in order to send what it builds: it notes every
// object that is created and hands it back. Nothing is validated, nothing is ever run.
package sparkwarden.oracle;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

final class ApiServer implements AutoCloseable {
  private static final Map<String, String> LISTS =
      Map.of(
          "pods", "PodList",
          "configmaps", "ConfigMapList",
          "persistentvolumeclaims", "PersistentVolumeClaimList");

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<ObjectNode> created = new ArrayList<>();
  private final Map<String, ObjectNode> stored = new HashMap<>();
  private final String refusal;

  /** `refusal`: what the server says to every pod, as it does to an invalid one; null: it takes them. */
  ApiServer(String refusal) throws IOException {
    this.refusal = refusal;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Waits until `count` objects of `kind` were sent; whether that came true in `milliseconds`. */
  synchronized boolean await(String kind, int count, long milliseconds) throws InterruptedException {
    long end = System.nanoTime() + milliseconds * 1_000_000;
    while (count(kind) < count) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) return false;
      wait(left);
    }
    return true;
  }

  private long count(String kind) {
    return created.stream().filter(each -> each.path("kind").asText().equals(kind)).count();
  }

  /** Every object that was sent, in the order of arrival. */
  synchronized void into(ArrayNode all) {
    created.forEach(all::add);
  }

  private void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    int status = 200;
    ObjectNode answer;
    switch (exchange.getRequestMethod()) {
      case "POST":
      case "PUT":
      case "PATCH":
        answer = (ObjectNode) Oracle.JSON.readTree(body);
        status = 201;
        if (answer.path("kind").asText().equals("Pod") && refusal != null) {
          note(path, answer.deepCopy());
          status = 422;
          answer = status(422, "Invalid", refusal);
        } else {
          note(path, answer.deepCopy());
          answer.withObject("/metadata").put("uid", "uid").put("resourceVersion", "1");
          answer.withObject("/metadata").put("creationTimestamp", "2026-01-01T00:00:00Z");
        }
        break;
      case "GET":
        answer = find(path);
        if (answer == null) {
          status = 404;
          answer = status(404, "NotFound", path + " not found");
        }
        break;
      default:
        answer = status(200, "", "");
    }
    byte[] bytes = Oracle.JSON.writeValueAsBytes(answer);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private synchronized void note(String path, ObjectNode object) {
    created.add(object);
    stored.put(path + "/" + object.at("/metadata/name").asText(), object);
    notifyAll();
  }

  private synchronized ObjectNode find(String path) {
    String[] parts = path.split("/");
    String last = parts[parts.length - 1];
    if (stored.containsKey(path)) return stored.get(path);
    // The last part of a list's path is a resource, in the plural.
    String kind = LISTS.get(last);
    if (kind == null) return null;
    ObjectNode list = Oracle.JSON.createObjectNode();
    list.put("apiVersion", "v1").put("kind", kind);
    list.putObject("metadata").put("resourceVersion", "1");
    list.putArray("items");
    return list;
  }

  private static ObjectNode status(int code, String reason, String message) {
    ObjectNode status = Oracle.JSON.createObjectNode();
    status.put("apiVersion", "v1").put("kind", "Status").put("code", code);
    status.put("status", code < 400 ? "Success" : "Failure");
    return status.put("reason", reason).put("message", message);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
