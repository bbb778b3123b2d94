package io.github.vertexj.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Requests at a queue that has no room for all of them. */
final class Waiting {
  private Waiting() {}

  /**
   * Waits until so many of the requests have been rejected; if the queue has room for the others
   * and the predictor waits at a gate, then the others wait in the queue.
   */
  static void awaitRejections(List<CompletableFuture<Answer>> requests, int rejections)
      throws Exception {
    Semaphore answered = new Semaphore(0);
    for (CompletableFuture<Answer> request : requests) {
      CompletableFuture<Answer> unused =
          request.whenComplete((answer, failure) -> answered.release());
    }
    assertThat(answered.tryAcquire(rejections, Gate.PATIENCE_SECONDS, TimeUnit.SECONDS))
        .as("%d of %d requests are answered at once", rejections, requests.size())
        .isTrue();
    for (CompletableFuture<Answer> request : requests) {
      if (request.isDone()) {
        Answer rejected = request.get();
        rejected.error(429);
        assertThat(rejected.header("retry-after")).matches("[0-9]+");
      }
    }
  }
}
