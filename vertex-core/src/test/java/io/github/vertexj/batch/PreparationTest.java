package io.github.vertexj.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.vertexj.BatchPolicy;
import io.github.vertexj.Parameters;
import io.github.vertexj.Predictor;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

final class PreparationTest {
  private static final BatchPolicy POLICY = new BatchPolicy(4, Duration.ZERO, 10);

  private final List<Thread> prepared = new CopyOnWriteArrayList<>();
  private final List<Integer> closed = new CopyOnWriteArrayList<>();

  @Test
  void prepared_eachPredictor_onTheThreadThatItsBatchesRunOn() throws Exception {
    List<Thread> ran = new CopyOnWriteArrayList<>();
    Predictor<Integer, Integer> predictor =
        (instances, parameters) -> {
          ran.add(Thread.currentThread());
          return instances;
        };
    try (MicroBatcher<Integer, Integer> batcher =
        MicroBatcher.prepared(
            List.of(predictor, predictor, predictor),
            POLICY,
            (a, b) -> true,
            BatchListener.NONE,
            number -> prepared.add(Thread.currentThread()))) {
      assertThat(prepared).hasSize(3).doesNotHaveDuplicates();
      batcher
          .submit(
              List.of(1), Parameters.absent(), Long.MAX_VALUE, false, () -> {}, null, some -> {})
          .join();

      assertThat(prepared).containsAll(ran);
    }
  }

  @Test
  void prepared_oneAtATime() throws Exception {
    List<Integer> under = new ArrayList<>(); // not thread-safe: it would lose some, or throw
    MicroBatcher.prepared(
            predictors(8),
            POLICY,
            (a, b) -> true,
            BatchListener.NONE,
            number -> {
              for (int i = 0; i < 1_000; i++) {
                under.add(number);
              }
            })
        .close();

    assertThat(under).hasSize(8_000);
    for (int i = 0; i < under.size(); i += 1_000) {
      assertThat(under.subList(i, i + 1_000)).containsOnly(under.get(i));
    }
  }

  @Test
  void prepared_oneFails_throwsThatAndClosesAll() {
    assertThatThrownBy(
            () ->
                MicroBatcher.prepared(
                    predictors(3),
                    POLICY,
                    (a, b) -> true,
                    BatchListener.NONE,
                    number -> {
                      prepared.add(Thread.currentThread());
                      throw new IOException("no weights");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("no weights");
    assertThat(prepared).hasSize(1);
    assertThat(closed).containsExactlyInAnyOrder(0, 1, 2);
  }

  private List<Predictor<Integer, Integer>> predictors(int count) {
    List<Predictor<Integer, Integer>> predictors = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int number = i;
      predictors.add(
          new Predictor<>() {
            @Override
            public List<Integer> predict(List<Integer> instances, Parameters parameters) {
              return instances;
            }

            @Override
            public void close() {
              closed.add(number);
            }
          });
    }
    return predictors;
  }
}
