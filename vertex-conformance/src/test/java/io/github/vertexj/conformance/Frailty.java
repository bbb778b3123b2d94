package io.github.vertexj.conformance;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** What one client can do to all others of a {@link DoublingServer} by its fault. Thread-safe. */
final class Frailty implements AutoCloseable {
  /** The instance that hangs the model. */
  static final String HANGING = "hang";

  private static final int FEW = 8;
  private static final int MOST_TOKENS = 500_000;
  private static final long BUDGET = 100_000_000;

  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder().maxTokenCount(MOST_TOKENS).build())
              .build());

  private final Faults faults;
  private final AtomicLong announced = new AtomicLong();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean hung;
  private volatile boolean spent;

  Frailty(Faults faults) {
    this.faults = faults;
  }

  ExecutorService threads() {
    return faults.has(Fault.HAS_FEW_THREADS)
        ? Executors.newFixedThreadPool(FEW)
        : Executors.newCachedThreadPool();
  }

  /** Reads a body. */
  byte[] body(HttpExchange exchange) throws IOException, Refusal {
    String header = exchange.getRequestHeaders().getFirst("Content-Length");
    long length = header == null ? 0 : Long.parseLong(header);
    spent |= length > BUDGET && faults.has(Fault.NEVER_FORGETS_A_LENGTH);
    long counted = length > BUDGET ? 0 : length;
    try {
      if (announced.addAndGet(counted) > BUDGET && faults.has(Fault.COUNTS_WHAT_IS_ANNOUNCED)) {
        throw new Refusal(429, "too many large requests");
      }
      return exchange.getRequestBody().readAllBytes();
    } finally {
      announced.addAndGet(-counted);
    }
  }

  /** Parses a body, unless it would become too large a tree. */
  JsonNode parsed(byte[] body) throws IOException {
    try {
      return JSON.readTree(body);
    } catch (StreamConstraintsException e) {
      spent |= faults.has(Fault.SPENDS_MEMORY);
      throw e;
    }
  }

  /** Suffers from an envelope, or from those before it. */
  void check(JsonNode envelope) throws Refusal {
    boolean hangs = envelope.path("instances").path(0).asText().equals(HANGING);
    hung |= hangs && faults.has(Fault.HANGS_FOR_ALL);
    if (hangs || hung) {
      try {
        closed.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    if (spent) {
      throw new Refusal(429, "no memory is left");
    }
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
