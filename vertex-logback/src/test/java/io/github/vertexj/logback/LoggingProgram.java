package io.github.vertexj.logback;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Logs one of everything. */
final class LoggingProgram {
  /** Line ends, control characters, quotes, a pair of surrogates and half of one. */
  static final String ODD_CHARACTERS = "\"\\\n\r\t\b\u0000\u0085\u2028é\ud83d\ude00 \ud83d ";

  private LoggingProgram() {}

  public static void main(String[] arguments) {
    Logger logger = LoggerFactory.getLogger(LoggingProgram.class);
    logger.info("an {}", "information");
    logger.warn("a warning");
    logger.debug("not to be seen: debug");
    Exception inner = new IllegalArgumentException("inner\nof two lines");
    logger.error("a failure", new IllegalStateException("outer", inner));
    logger.info("odd:{}", ODD_CHARACTERS);
    logger.info("long:{}", "x".repeat(50_000));
    MDC.put("tenant", "a\"b");
    MDC.put("logging.googleapis.com/trace", "projects/1/traces/abc");
    logger.atInfo().addKeyValue("instances", 3).log("labelled");
    MDC.clear();
    if (!Boolean.getBoolean("slf4j.only")) {
      java.util.logging.Logger.getLogger("client").warning("from java.util.logging");
    }
    org.jboss.logging.Logger.getLogger("org.xnio").error("from JBoss Logging");
    org.jboss.logging.Logger.getLogger("io.undertow").info("not to be seen: Undertow");
    LoggerFactory.getLogger("ai.djl.engine.Engine").info("not to be seen: DJL");
  }
}
