package io.github.vertexj.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.github.vertexj.batch.BatchListener;
import io.github.vertexj.djl.DjlProvider;
import io.github.vertexj.undertow.ModelServer;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.concurrent.atomic.LongAdder;

/**
 * A server like the launcher's that also tells, for each line of its input, how many batches it has
 * run and how many instances were in them.
 */
final class CountingServer implements BatchListener {
  private final LongAdder batches = new LongAdder();
  private final LongAdder instances = new LongAdder();

  private CountingServer() {}

  /** Serves a model directory on a port until the process is told to stop. */
  public static void main(String[] arguments) throws Exception {
    CountingServer counts = new CountingServer();
    ModelServer server =
        ModelServer.builder(new DjlProvider())
            .storageUri(arguments[0])
            .port(Integer.parseInt(arguments[1]))
            .handler(handler -> handler.listener(counts))
            .build();
    server.run();
    BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, US_ASCII));
    while (questions.readLine() != null) {
      System.out.println(counts.batches.sum() + " " + counts.instances.sum());
    }
  }

  @Override
  public void onBatch(int size, long queuedNanos, long runNanos) {
    batches.increment();
    instances.add(size);
  }
}
