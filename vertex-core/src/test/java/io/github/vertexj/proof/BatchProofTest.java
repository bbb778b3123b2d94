package io.github.vertexj.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.vertexj.InvalidInputException;
import io.github.vertexj.Parameters;
import io.github.vertexj.Predictor;
import io.github.vertexj.Tensor;
import io.github.vertexj.TensorSpec;
import io.github.vertexj.TensorType;
import io.github.vertexj.Tensors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Models of every way to hold a batch, or not; an instance is a row of three numbers. */
final class BatchProofTest {
  private static final int WIDTH = 3;
  private static final int LARGEST = 8;

  /** A model: its rows in, its outputs as they come. */
  private record Model(String name, boolean joined, Function<float[][], Output> forward)
      implements Forward<Tensors> {
    @Override
    public Output run(List<Tensors> rows) {
      return forward.apply(rows.stream().map(row -> row.get(0).toFloats()).toArray(float[][]::new));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Model> models() {
    return Stream.of(
        joined("rows", rows -> doubled(rows)),
        joined("rows in a tuple", rows -> Output.tuple(List.of(doubled(rows), sums(rows)))),
        joined(
            "rows by name",
            rows -> Output.named(List.of("twice", "sum"), List.of(doubled(rows), sums(rows)))),
        joined("rows and none", rows -> Output.tuple(List.of(doubled(rows), Output.nothing()))),
        joined("a number a row", rows -> sums(rows)),
        joined("squeezed", rows -> rows.length == 1 ? squeezed(doubled(rows)) : doubled(rows)),
        joined("squeezed number", rows -> rows.length == 1 ? squeezed(sums(rows)) : sums(rows)),
        joined("states of two layers", rows -> Output.tuple(List.of(sums(rows), layers(rows, 2)))),
        joined("states of one layer", rows -> Output.tuple(List.of(sums(rows), layers(rows, 1)))),
        joined("sequence first", rows -> layers(rows, 4)),
        joined("a list of tensors", rows -> Output.list(List.of(doubled(rows), sums(rows)))),
        joined("an element of a list each", rows -> each(rows, row -> doubled(one(row)))),
        joined(
            "a dictionary each",
            rows -> each(rows, row -> Output.named(List.of("boxes"), List.of(boxes(row))))),
        joined(
            "a dictionary each, beside losses",
            rows ->
                Output.tuple(
                    List.of(
                        Output.named(List.of(), List.of()),
                        each(rows, row -> Output.named(List.of("boxes"), List.of(boxes(row))))))),
        alone("mean of the batch", rows -> tensor(mean(rows), WIDTH)),
        alone("mean as a number", rows -> tensor(new float[] {mean(rows)[0]})),
        alone("mean of the batch, one row", rows -> tensor(mean(rows), 1, WIDTH)),
        alone("less the mean of the batch", rows -> lessMean(rows)),
        alone("a little of the mean", rows -> mixed(rows, 0.01f)),
        alone("all boxes together", rows -> allBoxes(rows)),
        alone(
            "rows, and a mean",
            rows -> Output.tuple(List.of(doubled(rows), tensor(mean(rows), WIDTH)))),
        alone("rows in another order", rows -> doubled(reversed(rows))),
        alone("one instance only", rows -> onlyOne(rows)),
        alone("a number constant", rows -> tensor(new float[] {rows[0][0]}, 1)));
  }

  private static Model joined(String name, Function<float[][], Output> forward) {
    return new Model(name, true, forward);
  }

  private static Model alone(String name, Function<float[][], Output> forward) {
    return new Model(name, false, forward);
  }

  @ParameterizedTest
  @MethodSource("models")
  void prove_eachKindOfOutput_joinsOnlyWhatGivesTheSame(Model model) {
    BatchProof proof = new BatchProof(Joining.PROVEN, BatchProof.SINGLE_PRECISION);

    assertThat(proof.prove(model, probes(), LARGEST).joined()).isEqualTo(model.joined());
  }

  @ParameterizedTest
  @MethodSource("models")
  void predict_provenOrNot_givesEachInstanceWhatItGivesAlone(Model model) throws Exception {
    BatchProof proof = new BatchProof(Joining.PROVEN, BatchProof.SINGLE_PRECISION);
    proof.prove(model, probes(), LARGEST);

    assertSameAsAlone(proof.predictor(model));
  }

  @ParameterizedTest
  @MethodSource("models")
  void predict_unknownBefore_learnsFromTheFirstInstances(Model model) throws Exception {
    BatchProof proof = new BatchProof(Joining.PROVEN, BatchProof.SINGLE_PRECISION);
    AtomicInteger calls = new AtomicInteger();
    Predictor<Tensors, Tensors> predictor =
        proof.predictor(
            rows -> {
              calls.incrementAndGet();
              return model.run(rows);
            });

    assertSameAsAlone(predictor);
    calls.set(0);
    predictor.predict(instances(6), Parameters.absent());
    assertThat(calls.get()).isEqualTo(model.joined() ? 1 : 6);
  }

  private static void assertSameAsAlone(Predictor<Tensors, Tensors> predictor) throws Exception {
    List<Tensors> instances = instances(6);
    List<String> together = shown(predictor.predict(instances, Parameters.absent()));
    List<String> singly = new ArrayList<>();
    for (Tensors instance : instances) {
      singly.addAll(shown(predictor.predict(List.of(instance), Parameters.absent())));
    }
    assertThat(together).isEqualTo(singly);
  }

  @Test
  void prove_noise_isFoundOut() {
    Random random = new Random(1);
    assertFound(
        rows -> tensor(new float[] {random.nextFloat()}, 1), "does not answer the same twice");
  }

  @Test
  void prove_state_isFoundOut() {
    AtomicInteger calls = new AtomicInteger();
    assertFound(
        rows -> doubled(mapped(rows, number -> number + calls.incrementAndGet())),
        "does not answer the same twice");
  }

  @Test
  void prove_stateThatOnlyBatchesChange_isFoundOut() {
    AtomicInteger state = new AtomicInteger();
    assertFound(
        rows ->
            doubled(
                mapped(rows, n -> n + (rows.length > 1 ? state.incrementAndGet() : state.get()))),
        "");
  }

  @Test
  void prove_disproven_namesTheOutputAndWhatWasSeen() {
    assertFound(
        rows -> Output.named(List.of("a", "b"), List.of(doubled(rows), tensor(mean(rows), WIDTH))),
        "the model's output 'b' has the shape [3] for one instance and [3] for 2");
    assertFound(
        rows -> Output.tuple(List.of(doubled(rows), lessMean(rows))),
        "the model's output '1' depends on an instance's neighbours: in a batch of 2 it differs by");
  }

  private static void assertFound(Function<float[][], Output> forward, String part) {
    Finding finding =
        new BatchProof(Joining.PROVEN, BatchProof.SINGLE_PRECISION)
            .prove(alone("", forward), probes(), LARGEST);
    assertThat(finding.verdict()).isEqualTo(Finding.Verdict.ALONE);
    assertThat(finding.sentence()).contains(part);
  }

  @Test
  void prove_sameAnswerToAll_isNoProof() {
    Finding finding =
        new BatchProof(Joining.PROVEN, BatchProof.SINGLE_PRECISION)
            .prove(alone("", rows -> tensor(new float[rows.length], rows.length)), probes(), 8);
    assertThat(finding.verdict()).isEqualTo(Finding.Verdict.UNDECIDED);
  }

  @Test
  void prove_nanInTheSamePlaces_isTheSame() {
    Model model = joined("", rows -> doubled(mapped(rows, n -> n < 0.5f ? Float.NaN : n)));

    assertThat(
            new BatchProof(Joining.PROVEN, BatchProof.SINGLE_PRECISION)
                .prove(model, probes(), LARGEST)
                .joined())
        .isTrue();
  }

  @Test
  void always_unfitOutput_isRefusedByItsNameAndNotSplit() {
    Predictor<Tensors, Tensors> predictor =
        new BatchProof(Joining.ALWAYS, BatchProof.SINGLE_PRECISION)
            .predictor(
                alone(
                    "",
                    rows ->
                        Output.named(List.of("a", "h"), List.of(doubled(rows), layers(rows, 2)))));

    assertThatThrownBy(() -> predictor.predict(instances(3), Parameters.absent()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "the model's output 'h' has the shape [2, 3, 3] for 3 instances: its first dimension"
                + " must be the batch, 3");
  }

  @Test
  void proven_lengthThatDoesNotFitLater_isRefusedByItsName() {
    // as many rows as instances, but for numbers that no made-up instance has
    Model model =
        joined("", rows -> rows[0][0] > 5 ? doubled(reversed(twice(rows))) : doubled(rows));
    BatchProof proof = new BatchProof(Joining.PROVEN, BatchProof.SINGLE_PRECISION);
    proof.prove(model, probes(), LARGEST);
    Predictor<Tensors, Tensors> predictor = proof.predictor(model);

    for (int count : new int[] {1, 2}) {
      List<Tensors> odd = Collections.nCopies(count, Tensors.of(Tensor.of(new float[] {9, 1, 1})));
      assertThatThrownBy(() -> predictor.predict(odd, Parameters.absent()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("the model's output has the shape [" + 2 * count + ", 3] for");
    }
  }

  @Test
  void prove_rowsAreLost_isRefused() {
    Model model = alone("", rows -> doubled(java.util.Arrays.copyOf(rows, rows.length - 1)));
    BatchProof proof = new BatchProof(Joining.PROVEN, BatchProof.SINGLE_PRECISION);
    proof.prove(model, probes(), LARGEST);

    assertThatThrownBy(() -> proof.predictor(model).predict(instances(3), Parameters.absent()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("[0, 3] for 1 instance: its first dimension must be the batch, 1");
  }

  @Test
  void never_eachInstanceIsRunAlone() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    Predictor<Tensors, Tensors> predictor =
        new BatchProof(Joining.NEVER, BatchProof.SINGLE_PRECISION)
            .predictor(
                rows -> {
                  calls.incrementAndGet();
                  return doubled(
                      rows.stream().map(r -> r.get(0).toFloats()).toArray(float[][]::new));
                });

    assertThat(predictor.predict(instances(4), Parameters.absent())).hasSize(4);
    assertThat(calls.get()).isEqualTo(4);
  }

  @Test
  void predict_failsOnlyTogether_nobodyIsBlamed() throws Exception {
    Model model =
        joined(
            "",
            rows -> {
              if (rows.length > 1 && rows[0][0] > 5) {
                throw new InvalidInputException("shapes cannot be multiplied");
              }
              return doubled(rows);
            });
    BatchProof proof = new BatchProof(Joining.PROVEN, BatchProof.SINGLE_PRECISION);
    proof.prove(model, probes(), LARGEST);
    List<Tensors> odd = Collections.nCopies(3, Tensors.of(Tensor.of(new float[] {9, 1, 1})));

    assertThat(proof.predictor(model).predict(odd, Parameters.absent())).hasSize(3);
  }

  @Test
  void predict_aloneAndOneIsRefused_saysWhich() {
    Predictor<Tensors, Tensors> predictor =
        new BatchProof(Joining.NEVER, BatchProof.SINGLE_PRECISION)
            .predictor(
                rows -> {
                  if (rows.get(0).get(0).toFloats()[0] < 0) {
                    throw new InvalidInputException("negative");
                  }
                  return Output.of(rows.get(0).get(0));
                });
    List<Tensors> instances = new ArrayList<>(instances(3));
    instances.set(2, Tensors.of(Tensor.of(new float[] {-1, 0, 0})));

    assertThatThrownBy(() -> predictor.predict(instances, Parameters.absent()))
        .isInstanceOfSatisfying(
            InvalidInputException.class, refusal -> assertThat(refusal.index()).isEqualTo(2));
  }

  private static List<List<Tensors>> probes() {
    return Probes.of(List.of(TensorSpec.of(TensorType.FLOAT32, WIDTH)), Map.of());
  }

  private static List<Tensors> instances(int count) {
    List<Tensors> instances = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      instances.add(Tensors.of(Tensor.of(new float[] {i + 1, i * i + 2, 0.5f})));
    }
    return instances;
  }

  private static List<String> shown(List<Tensors> predictions) {
    return predictions.stream()
        .map(
            prediction ->
                prediction
                    + prediction.list().stream()
                        .map(tensor -> java.util.Arrays.toString(tensor.toFloats()))
                        .toList()
                        .toString())
        .toList();
  }

  private static Output tensor(float[] values, int... shape) {
    return shape.length == 0
        ? squeezed(Output.of(Tensor.of(values, 1)))
        : Output.of(Tensor.of(values, shape));
  }

  private static Output squeezed(Output output) {
    return Output.of(((Output.One) output).tensor().row(0));
  }

  private static float[] flat(float[][] rows) {
    float[] flat = new float[rows.length * WIDTH];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = rows[i / WIDTH][i % WIDTH];
    }
    return flat;
  }

  private interface Change {
    float apply(float number);
  }

  private static float[][] mapped(float[][] rows, Change change) {
    float[][] mapped = new float[rows.length][WIDTH];
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < WIDTH; j++) {
        mapped[i][j] = change.apply(rows[i][j]);
      }
    }
    return mapped;
  }

  private static float[][] reversed(float[][] rows) {
    float[][] reversed = new float[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      reversed[i] = rows[rows.length - 1 - i];
    }
    return reversed;
  }

  private static float[][] twice(float[][] rows) {
    float[][] twice = java.util.Arrays.copyOf(rows, 2 * rows.length);
    System.arraycopy(rows, 0, twice, rows.length, rows.length);
    return twice;
  }

  private static float[][] one(float[] row) {
    return new float[][] {row};
  }

  private static Output doubled(float[][] rows) {
    return tensor(flat(mapped(rows, number -> 2 * number)), rows.length, WIDTH);
  }

  private static Output sums(float[][] rows) {
    float[] sums = new float[rows.length];
    for (int i = 0; i < rows.length; i++) {
      sums[i] = rows[i][0] + rows[i][1] + rows[i][2];
    }
    return tensor(sums, rows.length);
  }

  /** A state for each layer and row: the batch is the second dimension. */
  private static Output layers(float[][] rows, int layers) {
    float[] states = new float[layers * rows.length * WIDTH];
    for (int i = 0; i < states.length; i++) {
      int layer = i / (rows.length * WIDTH);
      states[i] = flat(rows)[i % (rows.length * WIDTH)] + layer;
    }
    return tensor(states, layers, rows.length, WIDTH);
  }

  private static Output each(float[][] rows, Function<float[], Output> row) {
    return Output.list(Stream.of(rows).map(row).toList());
  }

  /** As many boxes as the row's numbers say. */
  private static Output boxes(float[] row) {
    int count = (int) (row[0] * 3) % 4;
    float[] boxes = new float[count * 4];
    java.util.Arrays.fill(boxes, row[1]);
    return tensor(boxes, count, 4);
  }

  private static Output allBoxes(float[][] rows) {
    int count = 0;
    for (float[] row : rows) {
      count += (int) (row[0] * 3) % 4;
    }
    float[] boxes = new float[count * 4];
    java.util.Arrays.fill(boxes, rows[0][1]);
    return tensor(boxes, count, 4);
  }

  private static float[] mean(float[][] rows) {
    float[] mean = new float[WIDTH];
    for (float[] row : rows) {
      for (int i = 0; i < WIDTH; i++) {
        mean[i] += row[i] / rows.length;
      }
    }
    return mean;
  }

  private static Output lessMean(float[][] rows) {
    return mixed(rows, 1);
  }

  private static Output mixed(float[][] rows, float part) {
    float[] mean = mean(rows);
    float[][] less = new float[rows.length][WIDTH];
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < WIDTH; j++) {
        less[i][j] = rows[i][j] * 2 - part * mean[j];
      }
    }
    return tensor(flat(less), rows.length, WIDTH);
  }

  private static Output onlyOne(float[][] rows) {
    if (rows.length > 1) {
      throw new IllegalStateException("shape '[1, 3]' is invalid for input of size 6");
    }
    return doubled(rows);
  }
}
