package io.github.vertexj.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.vertexj.Check;
import io.github.vertexj.DeployedModel;
import io.github.vertexj.InvalidInputException;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.Parameters;
import io.github.vertexj.PredictorProvider;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The tests that a predictor and its provider pass: what the library relies on when it puts the
 * instances of many requests into one call, on several threads.
 *
 * <p>The author of a predictor inherits this class, and names the provider and a few instances:
 *
 * <pre>{@code
 * final class MyPredictorTest extends PredictorContract<Flower, String> {
 *   @Override
 *   protected PredictorProvider<Flower, String> provider() {
 *     return new MyProvider();
 *   }
 *
 *   @Override
 *   protected List<Flower> instances() {
 *     return List.of(new Flower(5.1, 3.5), new Flower(6.2, 2.9), new Flower(4.9, 3.0));
 *   }
 * }
 * }</pre>
 *
 * <p>Predictions are compared as the JSON they become. Every test loads the model anew.
 *
 * @param <I> an instance
 * @param <P> a prediction
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
public abstract class PredictorContract<I, P> {
  private static final double TOLERANCE = 1e-5;
  private static final int LARGEST_BATCH_TRIED = 64;
  private static final int ROUNDS = 20;

  private final List<LoadedPredictors<I, P>> loaded = new ArrayList<>();

  /** For subclasses. */
  protected PredictorContract() {}

  /** Returns a new provider that has not loaded anything. */
  protected abstract PredictorProvider<I, P> provider();

  /** The model to load; by default one without files and settings. */
  protected DeployedModel model() {
    return DeployedModel.of(null, Map.of());
  }

  /**
   * Returns new valid instances, the same in each call: at least three, of which at least two can
   * share a batch.
   */
  protected abstract List<I> instances();

  /**
   * Whether two predictions count as the same; by default if all their numbers differ by less than
   * a hundred-thousandth, absolutely or relatively, and all else is equal.
   */
  protected boolean same(JsonNode expected, JsonNode actual) {
    return PredictionJson.near(expected, actual, TOLERANCE);
  }

  @AfterEach
  final void closeAll() {
    loaded.forEach(LoadedPredictors::close);
  }

  @Test
  final void required_instances_are_enough_to_tell_something() {
    assertThat(instances()).hasSizeGreaterThanOrEqualTo(3);
    assertThat(batch(load())).hasSizeGreaterThanOrEqualTo(2);
  }

  @Test
  final void required_checks_pass_and_settings_are_known_before_loading() {
    PredictorProvider<I, P> provider = provider();
    assertThat(provider.checks(model()))
        .noneMatch(check -> check.verdict() == Check.Verdict.FAILED);
    assertThat(provider.settingNames()).containsAll(model().settings().keySet());
  }

  @Test
  final void required_loaded_model_says_what_it_runs_on() {
    LoadedModel<I, P> model = load().model();
    assertThat(model.device()).isNotBlank();
    assertThat(model.description()).doesNotContain("\n");
  }

  @Test
  final void required_C3_14_batch_gives_what_its_instances_give_alone() throws Exception {
    LoadedPredictors<I, P> model = load();
    assertSame(alone(model, batch(model)), model.predict(0, batch(model)));
  }

  @Test
  final void required_C3_14_predictions_follow_the_order_of_the_instances() throws Exception {
    LoadedPredictors<I, P> model = load();
    List<JsonNode> expected = new ArrayList<>(model.predict(0, batch(model)));
    Collections.reverse(expected);
    List<I> reversed = new ArrayList<>(batch(model));
    Collections.reverse(reversed);
    assertSame(expected, model.predict(0, reversed));
  }

  @Test
  final void required_full_batch_gives_the_same_predictions() throws Exception {
    LoadedPredictors<I, P> model = load();
    List<I> few = batch(model);
    List<JsonNode> expected = alone(model, few);
    int size = Math.min(model.model().batchPolicy().maxBatchSize(), LARGEST_BATCH_TRIED);
    List<I> full = IntStream.range(0, size).mapToObj(i -> few.get(i % few.size())).toList();
    List<JsonNode> actual = model.predict(0, full);
    assertSame(
        IntStream.range(0, size).mapToObj(i -> expected.get(i % few.size())).toList(), actual);
  }

  @Test
  final void required_C3_4_parameters_may_be_absent_null_empty_or_unknown() throws Exception {
    LoadedPredictors<I, P> model = load();
    List<JsonNode> expected = model.predict(0, batch(model));
    ObjectNode unknown = JsonNodeFactory.instance.objectNode();
    assertSame(expected, model.predict(0, batch(model), Parameters.of(NullNode.getInstance())));
    assertSame(expected, model.predict(0, batch(model), Parameters.of(unknown.deepCopy())));
    unknown.putObject("no such parameter").putArray("at all").add(1);
    assertSame(expected, model.predict(0, batch(model), Parameters.of(unknown)));
  }

  @Test
  final void required_every_worker_gives_the_same_predictions_at_the_same_time() throws Exception {
    LoadedPredictors<I, P> model = load();
    List<JsonNode> expected = model.predict(0, batch(model));
    List<CompletableFuture<Void>> workers = new ArrayList<>();
    for (int worker = 0; worker < model.workers(); worker++) {
      int number = worker;
      workers.add(inNewThread(() -> predictRepeatedly(model, number, expected)));
    }
    for (CompletableFuture<Void> worker : workers) {
      ServedHandler.await(worker);
    }
  }

  @Test
  final void required_predictor_may_move_from_thread_to_thread() throws Exception {
    LoadedPredictors<I, P> model = load();
    List<JsonNode> expected = model.predict(0, batch(model));
    for (int round = 0; round < ROUNDS; round++) {
      ServedHandler.await(inNewThread(() -> assertSame(expected, model.predict(0, batch(model)))));
    }
  }

  @Test
  final void required_C1_34_warm_up_leaves_the_predictions_as_they_are() throws Exception {
    LoadedPredictors<I, P> model = load();
    List<JsonNode> expected = model.predict(0, batch(model));
    model.warmUp(0, instances());
    assertSame(expected, model.predict(0, batch(model)));
  }

  @Test
  final void required_predictor_keeps_nothing_of_the_memory_of_its_instances() throws Exception {
    LoadedPredictors<I, P> model = load();
    List<JsonNode> expected = model.predict(0, batch(model));
    List<I> instances = batch(model);
    List<P> predictions = model.raw(0, instances, Parameters.absent());
    instances.forEach(TensorMemory::clear); // as the library does when the next request comes
    assertSame(expected, model.json(predictions));
    assertSame(expected, model.predict(0, batch(model)));
  }

  @Test
  final void required_predictions_stay_as_they_are_while_others_are_made() throws Exception {
    LoadedPredictors<I, P> model = load();
    List<JsonNode> expected = model.predict(0, batch(model));
    List<P> predictions = model.raw(0, batch(model), Parameters.absent());
    List<I> others = new ArrayList<>(batch(model));
    Collections.reverse(others);
    model.predict(0, others);
    assertSame(expected, model.json(predictions));
  }

  @Test
  final void required_stackable_is_reflexive_and_symmetric() throws Exception {
    LoadedModel<I, P> model = load().model();
    List<I> all = instances();
    List<I> again = instances();
    for (int i = 0; i < all.size(); i++) {
      assertThat(model.stackable(all.get(i), again.get(i))).as("instance %d", i).isTrue();
      for (int j = 0; j < all.size(); j++) {
        assertThat(model.stackable(all.get(i), all.get(j)))
            .as("instances %d and %d", i, j)
            .isEqualTo(model.stackable(all.get(j), all.get(i)));
      }
    }
  }

  @Test
  final void required_close_may_be_called_twice() throws Exception {
    LoadedPredictors<I, P> model = load();
    model.predict(0, batch(model));
    model.close();
    assertThatCode(model::close).doesNotThrowAnyException();
  }

  @Test
  final void required_predict_after_close_is_right_or_fails_cleanly() throws Exception {
    LoadedPredictors<I, P> model = load();
    List<I> instances = batch(model);
    List<JsonNode> expected = model.predict(0, instances);
    model.close();
    try {
      assertSame(expected, model.predict(0, instances));
    } catch (Exception e) {
      assertThat(e).as("the caller is not to blame").isNotInstanceOf(InvalidInputException.class);
    }
  }

  private LoadedPredictors<I, P> load() {
    LoadedPredictors<I, P> model = LoadedPredictors.load(provider(), model());
    loaded.add(model);
    return model;
  }

  /** New instances that can share a batch with the first one. */
  private List<I> batch(LoadedPredictors<I, P> model) {
    List<I> all = instances();
    return all.stream()
        .filter(instance -> model.model().stackable(all.get(0), instance))
        .limit(model.model().batchPolicy().maxBatchSize())
        .toList();
  }

  private List<JsonNode> alone(LoadedPredictors<I, P> model, List<I> instances) throws Exception {
    List<JsonNode> predictions = new ArrayList<>();
    for (I instance : instances) {
      predictions.addAll(model.predict(0, List.of(instance)));
    }
    return predictions;
  }

  private void predictRepeatedly(LoadedPredictors<I, P> model, int worker, List<JsonNode> expected)
      throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      assertSame(expected, model.predict(worker, batch(model)));
    }
  }

  private void assertSame(List<JsonNode> expected, List<JsonNode> actual) {
    assertThat(actual).usingElementComparator((a, e) -> same(e, a) ? 0 : 1).isEqualTo(expected);
  }

  /** What may fail in a thread. */
  private interface Work {
    void run() throws Exception;
  }

  private static CompletableFuture<Void> inNewThread(Work work) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Runnable all =
        () -> {
          try {
            work.run();
            done.complete(null);
          } catch (Throwable failure) { // an assertion's, too
            done.completeExceptionally(failure);
          }
        };
    Thread thread = new Thread(all, "predictor-contract");
    thread.setDaemon(true);
    thread.start();
    return done;
  }
}
