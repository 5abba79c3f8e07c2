// SPDX-License-Identifier: Apache-2.0
// The configuration keys that a release of Spark knows, asked of its own classes: every ConfigEntry
// with what it makes of a value, the tables of deprecated and removed keys, and keys that are only
// ever read as strings, which stand among the constants of its class files.
package sparkwarden.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.internal.config.ConfigEntry;

final class Keys {
  private Keys() {}

  private static final Pattern KEY = Pattern.compile("spark(\\.[A-Za-z0-9_-]+)+\\.?");
  private static final Pattern IN_TEXT = Pattern.compile("[\"'](spark(?:\\.[A-Za-z0-9_-]+)+\\.?)[\"'=]");
  private static final Pattern OPTIONS = Pattern.compile("should be one of (.*), but was|It should be one of '(.*)'\\.");

  /** {} -> {"entries": [...], "deprecated": [...], "removed": [...], "strings": [...]} */
  static void list(JsonNode question, Desk desk, ObjectNode answer) throws Exception {
    TreeSet<String> strings = new TreeSet<>();
    for (Path jar : jars()) read(jar, strings);
    readPython(strings);
    ArrayNode entries = answer.putArray("entries");
    for (ConfigEntry<?> entry : new TreeMap<>(known()).values()) put(entry, entries.addObject());
    putTables(answer);
    answer.set("strings", Oracle.JSON.valueToTree(strings));
  }

  /** {"key": k, "values": [...]} -> {"says": ["" or "class: message", ...]}: what reading k throws. */
  static void convert(JsonNode question, Desk desk, ObjectNode answer) throws Exception {
    loadAll();
    ConfigEntry<?> entry = known().get(question.path("key").asText());
    ArrayNode says = answer.putArray("says");
    for (JsonNode value : question.path("values")) {
      try {
        entry.valueConverter().apply(value.asText());
        says.add("");
      } catch (Throwable trouble) {
        says.add(trouble.getClass().getName() + ": " + trouble.getMessage());
      }
    }
  }

  /** {"memory": text} -> {"heap": the -Xmx option that spark-submit starts a client-mode driver with}. */
  static void heap(JsonNode question, Desk desk, ObjectNode answer) throws Exception {
    Class<?> type = Class.forName("org.apache.spark.launcher.SparkSubmitCommandBuilder");
    java.lang.reflect.Constructor<?> make = type.getDeclaredConstructor(List.class);
    make.setAccessible(true);
    Object builder =
        make.newInstance(
            List.of("--conf", "spark.driver.memory=" + question.path("memory").asText(), "--class", "X", "a.jar"));
    java.lang.reflect.Field environment = type.getSuperclass().getDeclaredField("childEnv");
    environment.setAccessible(true);
    @SuppressWarnings("unchecked")
    Map<String, String> variables = (Map<String, String>) environment.get(builder);
    variables.put("SPARK_HOME", jars().get(0).getParent().getParent().toString());
    variables.put("SPARK_SCALA_VERSION", "2.13");
    variables.put("SPARK_CONF_DIR", desk.folder().toString());
    Method build = type.getDeclaredMethod("buildCommand", Map.class);
    build.setAccessible(true);
    for (Object word : (List<?>) build.invoke(builder, new java.util.HashMap<String, String>())) {
      if (word.toString().startsWith("-Xmx")) answer.put("heap", word.toString());
    }
  }

  // --- entries ---

  private static boolean loaded = false;

  private static void loadAll() throws IOException {
    if (loaded) return;
    for (Path jar : jars()) read(jar, new TreeSet<>());
    loaded = true;
  }

  private static Map<String, ConfigEntry<?>> known() throws Exception {
    Object companion = companion("org.apache.spark.internal.config.ConfigEntry");
    Method known = companion.getClass().getMethod("knownConfigs");
    @SuppressWarnings("unchecked")
    ConcurrentHashMap<String, ConfigEntry<?>> all =
        (ConcurrentHashMap<String, ConfigEntry<?>>) known.invoke(companion);
    return all;
  }

  private static Object companion(String name) throws Exception {
    return Class.forName(name + "$").getField("MODULE$").get(null);
  }

  private static void put(ConfigEntry<?> entry, ObjectNode row) {
    row.put("key", entry.key());
    row.put("since", entry.version());
    row.put("default", String.valueOf(entry.defaultValueString()));
    row.put("public", entry.isPublic());
    ArrayNode names = row.putArray("alternatives");
    entry.alternatives().foreach(
        name -> {
          names.add(name);
          return null;
        });
    row.put("type", typeOf(entry));
    if (!saidOf(entry, "-1").isEmpty() && saidOf(entry, "1").isEmpty()) {
      row.put("least", saidOf(entry, "0").isEmpty() ? 0 : 1);
    }
    Matcher options = OPTIONS.matcher(saidOf(entry, "sparkwarden-asks"));
    if (!options.find()) return;
    String all = options.group(1) == null ? options.group(2) : options.group(1);
    row.put("options", all);
    // Some entries take their words in any case, some do not.
    boolean exact = false;
    for (String option : all.split(", ")) {
      exact |= !saidOf(entry, option.toLowerCase()).isEmpty() || !saidOf(entry, option.toUpperCase()).isEmpty();
    }
    row.put("exact", exact);
  }

  /** By what the entry's own converter makes of values that only one type takes, or refuses. */
  private static String typeOf(ConfigEntry<?> entry) {
    if (valueOf(entry, "1,1") instanceof scala.collection.Seq) return "list";
    Object truth = valueOf(entry, "true");
    if (truth instanceof Boolean) return "boolean";
    Object second = valueOf(entry, "7200s");
    Object kibi = valueOf(entry, "1048576k");
    String words = saidOf(entry, "sparkwarden-asks");
    if (second instanceof Long && kibi == null) return "time:" + unitOfTime((Long) second);
    if (kibi instanceof Long && second == null) return "bytes:" + unitOfBytes((Long) kibi);
    for (String number : List.of("int", "long", "double", "boolean")) {
      if (words.contains("should be " + number + ",") || words.contains("a/an '" + number + "' value")) return number;
    }
    return "string";
  }

  private static String unitOfTime(long hours2) {
    Map<Long, String> units =
        Map.of(2L, "h", 120L, "min", 7200L, "s", 7_200_000L, "ms", 7_200_000_000L, "us", 7_200_000_000_000L, "ns");
    return units.getOrDefault(hours2, "other");
  }

  private static String unitOfBytes(long gibi) {
    return Map.of(1L, "g", 1L << 10, "m", 1L << 20, "k", 1L << 30, "b").getOrDefault(gibi, "other");
  }

  private static Object valueOf(ConfigEntry<?> entry, String text) {
    try {
      Object value = entry.valueConverter().apply(text);
      if (value instanceof scala.Some) value = ((scala.Some<?>) value).get();
      return value;
    } catch (Throwable refused) {
      return null;
    }
  }

  private static String saidOf(ConfigEntry<?> entry, String text) {
    try {
      entry.valueConverter().apply(text);
      return "";
    } catch (Throwable refused) {
      return String.valueOf(refused.getMessage());
    }
  }

  // --- deprecated and removed ---

  private static void putTables(ObjectNode answer) throws Exception {
    Object conf = companion("org.apache.spark.SparkConf");
    Object sql = companion("org.apache.spark.sql.internal.SQLConf");
    ArrayNode deprecated = answer.putArray("deprecated");
    putRows(field(conf, "deprecatedConfigs"), "deprecationMessage", deprecated);
    putRows(field(sql, "deprecatedSQLConfigs"), "comment", deprecated);
    putRows(field(sql, "removedSQLConfigs"), "comment", answer.putArray("removed"));
    ArrayNode renamed = answer.putArray("renamed");
    Object all = field(conf, "allAlternatives");
    for (Map.Entry<?, ?> old : javaMap(all).entrySet()) {
      scala.Tuple2<?, ?> to = (scala.Tuple2<?, ?>) old.getValue();
      renamed
          .addObject()
          .put("key", (String) old.getKey())
          .put("replacement", (String) to._1())
          .put("version", (String) call(to._2(), "version"));
    }
  }

  private static void putRows(Object table, String comment, ArrayNode into) throws Exception {
    for (Object row : javaMap(table).values()) {
      into.addObject()
          .put("key", (String) call(row, "key"))
          .put("version", (String) call(row, "version"))
          .put("message", (String) call(row, comment));
    }
  }

  private static Map<?, ?> javaMap(Object map) {
    TreeMap<Object, Object> all = new TreeMap<>();
    scala.collection.Iterator<?> entries = ((scala.collection.Map<?, ?>) map).iterator();
    while (entries.hasNext()) {
      scala.Tuple2<?, ?> entry = (scala.Tuple2<?, ?>) entries.next();
      all.put(entry._1(), entry._2());
    }
    return all;
  }

  private static Object field(Object companion, String name) throws Exception {
    java.lang.reflect.Field field = companion.getClass().getDeclaredField(name);
    field.setAccessible(true);
    return field.get(companion);
  }

  private static Object call(Object of, String name) throws Exception {
    Method method = of.getClass().getMethod(name);
    method.setAccessible(true);
    return method.invoke(of);
  }

  // --- class files ---

  /** The jars of Spark itself, as the class path names them. */
  private static List<Path> jars() throws IOException {
    Path folder = Path.of(ConfigEntry.class.getProtectionDomain().getCodeSource().getLocation().getPath()).getParent();
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(path -> path.getFileName().toString().startsWith("spark-"))
          .sorted()
          .collect(Collectors.toList());
    }
  }

  private static void read(Path path, TreeSet<String> strings) throws IOException {
    try (JarFile jar = new JarFile(path.toFile())) {
      Enumeration<JarEntry> entries = jar.entries();
      while (entries.hasMoreElements()) {
        JarEntry entry = entries.nextElement();
        String name = entry.getName();
        if (!name.endsWith(".class") || !name.startsWith("org/apache/spark/")) continue;
        List<String> constants;
        try (InputStream bytes = jar.getInputStream(entry)) {
          constants = constantsOf(bytes);
        }
        for (String constant : constants) {
          if (KEY.matcher(constant).matches()) strings.add(constant);
        }
        if (constants.contains("org/apache/spark/internal/config/ConfigBuilder")) load(name);
      }
    }
  }

  /** An object registers its entries when it is first touched. */
  private static void load(String file) {
    if (!file.endsWith("$.class")) return;
    try {
      Class.forName(file.substring(0, file.length() - 6).replace('/', '.'), true, Keys.class.getClassLoader());
    } catch (Throwable notAlone) {
      System.err.println(file + ": " + notAlone);
    }
  }

  /** The texts in the constant pool of a class file. Source: The Java Virtual Machine Specification 4.4. */
  private static List<String> constantsOf(InputStream bytes) throws IOException {
    DataInputStream in = new DataInputStream(new java.io.BufferedInputStream(bytes));
    in.readInt();
    in.readInt();
    int count = in.readUnsignedShort();
    List<String> texts = new ArrayList<>();
    for (int i = 1; i < count; ++i) {
      int tag = in.readUnsignedByte();
      switch (tag) {
        case 1:
          texts.add(in.readUTF());
          break;
        case 5:
        case 6:
          in.readLong();
          ++i;  // takes two places
          break;
        case 7:
        case 8:
        case 16:
        case 19:
        case 20:
          in.readUnsignedShort();
          break;
        case 15:
          in.readUnsignedByte();
          in.readUnsignedShort();
          break;
        default:
          in.readInt();
      }
    }
    return texts;
  }

  /** What PySpark's own sources name in quotes; its tests left out. */
  private static void readPython(TreeSet<String> strings) throws IOException {
    Path venv = jars().get(0).getParent().getParent().resolve("venv");
    if (!Files.isDirectory(venv)) return;
    List<Path> files;
    try (Stream<Path> all = Files.walk(venv)) {
      files = all.filter(path -> path.toString().endsWith(".py") && path.toString().contains("/pyspark/")
              && !path.toString().contains("/tests/")).collect(Collectors.toList());
    }
    for (Path file : files) {
      Matcher key = IN_TEXT.matcher(Files.readString(file, StandardCharsets.UTF_8));
      while (key.find()) strings.add(key.group(1));
    }
  }
}
