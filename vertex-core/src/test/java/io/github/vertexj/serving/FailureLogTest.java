package io.github.vertexj.serving;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class FailureLogTest {
  private final AtomicLong now = new AtomicLong();
  private final Logger logger = (Logger) LoggerFactory.getLogger(FailureLogTest.class);
  private final ListAppender<ILoggingEvent> told = new ListAppender<>();
  private final FailureLog log = new FailureLog(logger, now::get);

  @BeforeEach
  void listen() {
    told.start();
    logger.addAppender(told);
    logger.setAdditive(false);
  }

  @AfterEach
  void stop() {
    logger.detachAppender(told);
  }

  private static Throwable failure(int number) {
    return new IllegalStateException("number " + number);
  }

  @Test
  void equalFailures_areToldOnceAndThenCountedByTheMinute() {
    for (int i = 0; i < 1000; i++) {
      log.error("A prediction failed", failure(i));
    }
    assertThat(told.list).hasSize(1);
    assertThat(told.list.get(0).getThrowableProxy()).isNotNull();
    now.addAndGet(TimeUnit.MINUTES.toNanos(1));
    log.error("A prediction failed", failure(1000));
    log.error("A prediction failed", failure(1001));
    assertThat(told.list).hasSize(2);
    assertThat(told.list.get(1).getFormattedMessage()).contains("1000 more times", "number 1000");
    assertThat(told.list.get(1).getThrowableProxy()).isNull();
  }

  @Test
  void otherFailures_areTold() {
    log.error("A prediction failed", failure(1));
    log.error("A prediction failed", new IllegalStateException("elsewhere"));
    log.error("A prediction failed", new IllegalStateException("why", new java.io.IOException()));
    assertThat(told.list).hasSize(3);
  }

  @Test
  void kinds_areBounded() {
    for (int i = 0; i < 1000; i++) {
      log.error("kind " + i, failure(i));
    }
    assertThat(told.list).hasSize(1000);
  }
}
