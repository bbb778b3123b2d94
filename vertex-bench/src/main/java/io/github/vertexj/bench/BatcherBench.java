package io.github.vertexj.bench;

import io.github.vertexj.BatchPolicy;
import io.github.vertexj.Parameters;
import io.github.vertexj.Predictor;
import io.github.vertexj.batch.BatchListener;
import io.github.vertexj.batch.MicroBatcher;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** What the batcher adds to a predictor that does nothing: time from submission to predictions. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class BatcherBench {
  private static final List<Integer> INSTANCE = List.of(1);
  private static final Predictor<Integer, Integer> ECHO = (instances, parameters) -> instances;

  private final MicroBatcher<Integer, Integer> batcher =
      new MicroBatcher<>(
          List.of(ECHO, ECHO), BatchPolicy.DEFAULT, (first, second) -> true, BatchListener.NONE);

  /** Lets JMH count from a batcher whose threads have started. */
  @Setup
  public void warmUp() {
    submit();
  }

  /** Ends its threads. */
  @TearDown
  public void close() {
    batcher.close();
  }

  /** One client: the predictor runs on the submitting thread. */
  @Benchmark
  @Threads(1)
  public Object alone() {
    return submit();
  }

  /** Sixteen clients for two predictors: they meet in the queue. */
  @Benchmark
  @Threads(16)
  public Object crowded() {
    return submit();
  }

  private List<Integer> submit() {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    return batcher.submit(INSTANCE, Parameters.absent(), deadline, () -> {}).join();
  }
}
