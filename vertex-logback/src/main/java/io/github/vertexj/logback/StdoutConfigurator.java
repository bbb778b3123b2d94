package io.github.vertexj.logback;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.DefaultJoranConfigurator;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import io.github.vertexj.env.Environment;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * The Logback configuration of a model server: everything to stdout, since the platform takes every
 * line on stderr for an error (C9.2).
 *
 * <p>On the platform each event is a JSON object (see {@link JsonLineEncoder}), elsewhere a plain
 * line; the system property {@code vertex.log}, {@code json} or {@code plain}, overrides that. The
 * level is INFO, for the HTTP and model libraries WARN. What is logged to java.util.logging and
 * JBoss Logging comes along.
 *
 * <p>An application with a {@code logback.xml}, a {@code logback-test.xml} or {@code
 * -Dlogback.configurationFile} gets that instead, as without this class. Logback finds and calls
 * it.
 */
public final class StdoutConfigurator extends ContextAwareBase implements Configurator {
  private static final String FORMAT_PROPERTY = "vertex.log";
  private static final String PLAIN_LINE =
      "%d{HH:mm:ss.SSS} %-5level [%thread] %logger{36} - %msg%n";
  private static final List<String> TALKATIVE =
      List.of("ai.djl", "io.undertow", "org.jboss.threads", "org.xnio");

  /** Creates a configurator, which Logback does. */
  public StdoutConfigurator() {}

  @Override
  public ExecutionStatus configure(LoggerContext loggers) {
    DefaultJoranConfigurator files = new DefaultJoranConfigurator();
    files.setContext(loggers);
    if (files.configure(loggers) == ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY) {
      return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY; // the application has a file of its own
    }
    String format = System.getProperty(FORMAT_PROPERTY, "");
    boolean json =
        format.equals("json") || (format.isEmpty() && Environment.current().onPlatform());
    logToStdout(loggers, json ? new JsonLineEncoder() : plainEncoder());
    TALKATIVE.forEach(name -> loggers.getLogger(name).setLevel(Level.WARN));
    collectOthers();
    if (!json && !format.isEmpty() && !format.equals("plain")) {
      loggers
          .getLogger(StdoutConfigurator.class)
          .warn("-D{}={} is neither json nor plain; logging plain lines", FORMAT_PROPERTY, format);
    }
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  private static PatternLayoutEncoder plainEncoder() {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setPattern(PLAIN_LINE);
    return encoder;
  }

  private static void logToStdout(LoggerContext loggers, Encoder<ILoggingEvent> encoder) {
    encoder.setContext(loggers);
    encoder.start();
    ConsoleAppender<ILoggingEvent> stdout = new ConsoleAppender<>();
    stdout.setContext(loggers);
    stdout.setName("stdout");
    stdout.setEncoder(encoder);
    stdout.start();
    ch.qos.logback.classic.Logger root = loggers.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.INFO);
    root.addAppender(stdout);
  }

  private static void collectOthers() {
    SLF4JBridgeHandler.removeHandlersForRootLogger(); // its console handler writes to stderr
    SLF4JBridgeHandler.install();
    if (System.getProperty("org.jboss.logging.provider") == null) {
      // Undertow's logging would choose Log4j if that happens to be there, and write to stderr.
      System.setProperty("org.jboss.logging.provider", "slf4j");
    }
  }
}
