package io.github.vertexj.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.vertexj.BatchPolicy;
import io.github.vertexj.InvalidInputException;
import io.github.vertexj.OutOfMemoryException;
import io.github.vertexj.OverloadedException;
import io.github.vertexj.Parameters;
import io.github.vertexj.Predictor;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Everything at once, from many threads, with seeds; each request's end is checked by its kind. */
class MicroBatcherStressTest {
  private static final int CLIENTS = 6;
  private static final int REQUESTS = 500;
  private static final int MAX_BATCH_SIZE = 8;

  private enum Kind {
    FINE,
    INVALID,
    FAILING
  }

  private record Instance(int value, int shape, Kind kind) {
    boolean stackable(Instance other) {
      return shape == other.shape;
    }
  }

  /** At most two failing requests are under way, so that the search always finds them. */
  private final Semaphore culprits = new Semaphore(2);

  private final LongAdder answered = new LongAdder();
  private final LongAdder failed = new LongAdder();

  @ParameterizedTest
  @CsvSource({"1, 1, 0", "2, 3, 0", "3, 2, 200"})
  void submit_everythingAtOnce_everyRequestEndsAsItShould(
      long seed, int predictors, long delayMicros) throws Exception {
    List<Chaotic> workers =
        IntStream.range(0, predictors).mapToObj(i -> new Chaotic(seed + i)).toList();
    Duration delay = Duration.ofNanos(TimeUnit.MICROSECONDS.toNanos(delayMicros));
    MicroBatcher<Instance, String> batcher =
        new MicroBatcher<>(
            workers,
            new BatchPolicy(MAX_BATCH_SIZE, delay, 60),
            Instance::stackable,
            BatchListener.NONE);
    ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    List<Future<List<Request>>> done = new ArrayList<>();
    for (int client = 0; client < CLIENTS; client++) {
      Client each = new Client(batcher, new Random(100 * seed + client));
      done.add(clients.submit(each::run));
    }
    List<Request> all = new ArrayList<>();
    for (Future<List<Request>> each : done) {
      all.addAll(each.get(60, TimeUnit.SECONDS));
    }
    clients.shutdown();
    batcher.drain().get(30, TimeUnit.SECONDS);
    assertThat(all).hasSize(CLIENTS * REQUESTS).allMatch(each -> each.unused.get() == 1);
    assertThat(batcher.queuedInstances()).isZero();
    batcher.close();
    for (Chaotic worker : workers) {
      assertThat(worker.misuses).hasValue(0);
      assertThat(worker.closed).isTrue();
    }
    assertThat(culprits.availablePermits()).isEqualTo(2);
    assertThat(answered.sum()).isPositive();
    assertThat(failed.sum()).isPositive();
  }

  /** A predictor that notices misuse and fails in every way a request's kind allows. */
  private static final class Chaotic implements Predictor<Instance, String> {
    private final Random random;
    private final AtomicInteger misuses = new AtomicInteger();
    private final AtomicBoolean busy = new AtomicBoolean();
    private boolean closed; // without synchronisation on purpose: the batcher's must do

    Chaotic(long seed) {
      random = new Random(seed);
    }

    @Override
    public List<String> predict(List<Instance> instances, Parameters parameters) {
      misuse(!busy.compareAndSet(false, true) || closed);
      misuse(instances.isEmpty() || instances.size() > MAX_BATCH_SIZE);
      misuse(!instances.stream().allMatch(instances.get(0)::stackable));
      try {
        work();
        for (int i = 0; i < instances.size(); i++) {
          fail(instances.get(i).kind, i);
        }
        if (instances.size() > 1 && random.nextInt(50) == 0) {
          throw new OutOfMemoryException("on purpose", new IllegalStateException());
        }
        return instances.stream().map(each -> prediction(each, parameters)).toList();
      } finally {
        busy.set(false);
      }
    }

    private void work() {
      for (int i = random.nextInt(20_000); i > 0; i--) {
        Thread.onSpinWait();
      }
    }

    private static void fail(Kind kind, int index) {
      if (kind == Kind.INVALID) {
        throw InvalidInputException.at(index, "on purpose");
      } else if (kind == Kind.FAILING) {
        throw new IllegalStateException("on purpose");
      }
    }

    private void misuse(boolean seen) {
      if (seen) {
        misuses.incrementAndGet();
      }
    }

    @Override
    public void close() {
      misuse(busy.get() || closed);
      closed = true;
    }
  }

  private static String prediction(Instance instance, Parameters parameters) {
    return instance.value + (parameters.present() ? " odd" : "");
  }

  /** A thread that keeps some requests under way and checks each one's end. */
  private final class Client {
    private final MicroBatcher<Instance, String> batcher;
    private final Random random;
    private final ArrayDeque<Request> underWay = new ArrayDeque<>();
    private final List<Request> all = new ArrayList<>();

    Client(MicroBatcher<Instance, String> batcher, Random random) {
      this.batcher = batcher;
      this.random = random;
    }

    List<Request> run() throws Exception {
      for (int i = 0; i < REQUESTS; i++) {
        Request next = submit();
        all.add(next);
        underWay.add(next);
        if (underWay.size() > random.nextInt(8)) {
          underWay.remove().check();
        }
      }
      while (!underWay.isEmpty()) {
        underWay.remove().check();
      }
      return all;
    }

    private Request submit() {
      Kind kind = Kind.values()[Math.max(0, random.nextInt(60) - 57)];
      if (kind == Kind.FAILING && !culprits.tryAcquire()) {
        kind = Kind.FINE;
      }
      int size = kind == Kind.FINE && random.nextInt(100) == 0 ? 100 : random.nextInt(6);
      int bad = kind == Kind.FINE ? -1 : random.nextInt(++size);
      List<Instance> instances = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        int shape = random.nextInt(8) / 7;
        instances.add(new Instance(random.nextInt(), shape, i == bad ? kind : Kind.FINE));
      }
      Parameters parameters = random.nextInt(8) == 0 ? Submissions.ODD : Parameters.absent();
      long deadline =
          random.nextInt(10) == 0
              ? System.nanoTime() + random.nextInt(3_000_000) - 100_000
              : Long.MAX_VALUE;
      Request request = new Request(instances, parameters, deadline, kind);
      batcher.arrival();
      request.promise =
          batcher.submit(
              instances,
              parameters,
              deadline,
              random.nextBoolean(),
              request::unused,
              random.nextBoolean() ? request.separately() : null,
              promise -> {});
      request.cancelled = random.nextInt(15) == 0 && request.promise.cancel(true);
      return request;
    }
  }

  private final class Request {
    private final List<Instance> instances;
    private final Parameters parameters;
    private final long deadline;
    private final Kind kind;
    private final AtomicInteger unused = new AtomicInteger();
    private CompletableFuture<List<String>> promise = new CompletableFuture<>();
    private boolean cancelled;
    private @Nullable Set<Integer> refused;

    Request(List<Instance> instances, Parameters parameters, long deadline, Kind kind) {
      this.instances = instances;
      this.parameters = parameters;
      this.deadline = deadline;
      this.kind = kind;
    }

    void unused() {
      unused.incrementAndGet();
      if (kind == Kind.FAILING) {
        culprits.release();
      }
    }

    /** Lets refused instances fail alone. */
    Consumer<InvalidInputException> separately() {
      Set<Integer> indexes = ConcurrentHashMap.newKeySet();
      refused = indexes;
      return refusal -> assertThat(indexes.add(refusal.index())).isTrue();
    }

    /** What is predicted; null where an instance is refused alone. */
    private List<@Nullable String> expected() {
      List<@Nullable String> expected = new ArrayList<>();
      for (Instance instance : instances) {
        expected.add(instance.kind == Kind.INVALID ? null : prediction(instance, parameters));
      }
      return expected;
    }

    void check() throws Exception {
      try {
        List<String> predictions = promise.get(30, TimeUnit.SECONDS);
        assertThat(kind).isIn(Kind.FINE, refused == null ? Kind.FINE : Kind.INVALID);
        assertThat(predictions).isEqualTo(expected());
        assertThat(refused == null ? 0 : refused.size())
            .isEqualTo(expected().contains(null) ? 1 : 0);
        answered.increment();
      } catch (CancellationException e) {
        assertThat(cancelled).isTrue();
      } catch (ExecutionException e) {
        failed.increment();
        checkFailure(e.getCause());
      }
    }

    private void checkFailure(Throwable failure) {
      if (failure instanceof InvalidInputException invalid) {
        assertThat(refused).isNull();
        assertThat(instances.get(invalid.index()).kind).isEqualTo(Kind.INVALID);
      } else if (failure instanceof PredictorFailedException) {
        assertThat(kind).as("%s", failure.getCause()).isEqualTo(Kind.FAILING);
      } else if (failure instanceof DeadlineExceededException) {
        assertThat(deadline).isNotEqualTo(Long.MAX_VALUE);
      } else {
        assertThat(failure).isInstanceOf(OverloadedException.class);
      }
    }
  }
}
