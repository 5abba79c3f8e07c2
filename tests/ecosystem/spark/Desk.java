// SPDX-License-Identifier: Apache-2.0
// The files of one case, gone with it.
package sparkwarden.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

final class Desk implements AutoCloseable {
  private Path folder;

  Path folder() throws IOException {
    if (folder == null) folder = Files.createTempDirectory("oracle");
    return folder;
  }

  /** Bytes travel as hexadecimal digits: a file need not be valid UTF-8. */
  Path write(String name, String hex) throws IOException {
    byte[] bytes = new byte[hex.length() / 2];
    for (int i = 0; i < bytes.length; ++i) {
      bytes[i] = (byte) Integer.parseInt(hex.substring(2 * i, 2 * i + 2), 16);
    }
    Path path = folder().resolve(name);
    Files.createDirectories(path.getParent());
    return Files.write(path, bytes);
  }

  /** The question's "files" below `under`; "link:X" is a symbolic link to X. */
  void writeAll(JsonNode files, String under) throws IOException {
    Files.createDirectories(folder().resolve(under));
    for (Map.Entry<String, JsonNode> file : entries(files)) {
      String content = file.getValue().asText();
      if (content.startsWith("link:")) {
        Files.createSymbolicLink(folder().resolve(under + file.getKey()), Path.of(content.substring(5)));
      } else {
        write(under + file.getKey(), content);
      }
    }
  }

  /** The fields of an object in their order. The newer Jackson deprecates the only way of the older. */
  @SuppressWarnings("deprecation")
  static List<Map.Entry<String, JsonNode>> entries(JsonNode object) {
    java.util.ArrayList<Map.Entry<String, JsonNode>> all = new java.util.ArrayList<>();
    object.fields().forEachRemaining(all::add);
    return all;
  }

  @Override
  public void close() {
    if (folder == null) return;
    try (Stream<Path> tree = Files.walk(folder)) {
      List<Path> paths = tree.sorted(Comparator.reverseOrder()).collect(Collectors.toList());
      for (Path path : paths) Files.delete(path);
    } catch (IOException ignored) {
      // Left to whoever owns java.io.tmpdir, which is the test's own directory.
    }
  }
}
