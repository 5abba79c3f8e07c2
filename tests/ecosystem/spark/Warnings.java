// SPDX-License-Identifier: Apache-2.0
// What Spark and Hadoop log at WARN and above while they answer a case.
package sparkwarden.oracle;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.List;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;
import org.apache.spark.util.Utils$;

final class Warnings extends AbstractAppender {
  private final List<String> lines = new ArrayList<>();

  private Warnings() {
    super("warnings", null, null, false, Property.EMPTY_ARRAY);
  }

  /** Takes the place of what Spark configures for itself when its first class logs. */
  static Warnings install() {
    Utils$.MODULE$.initializeLogIfNecessary(false);
    LoggerContext context = LoggerContext.getContext(false);
    LoggerConfig root = context.getConfiguration().getRootLogger();
    List.copyOf(root.getAppenders().keySet()).forEach(root::removeAppender);
    Warnings warnings = new Warnings();
    warnings.start();
    root.addAppender(warnings, Level.WARN, null);
    root.setLevel(Level.WARN);
    context.updateLoggers();
    return warnings;
  }

  @Override
  public synchronized void append(LogEvent event) {
    String logger = event.getLoggerName();
    String line =
        event.getLevel() + " " + logger.substring(logger.lastIndexOf('.') + 1) + ": "
            + event.getMessage().getFormattedMessage();
    if (event.getThrown() != null) line += " | " + event.getThrown();
    lines.add(line);
    System.err.println(line);  // for whoever asks why an oracle ended
  }

  synchronized void clear() {
    lines.clear();
  }

  synchronized void into(ArrayNode log) {
    lines.forEach(log::add);
  }
}
