package io.github.vertexj.onnx;

import io.github.vertexj.BatchPolicy;
import io.github.vertexj.InstanceReader;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.Predictor;
import io.github.vertexj.proof.Joining;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A model whose instances are rows of numbers and text, as it is served. */
final class RowServing {
  private final OnnxReplicas replicas;
  private final Signature signature;
  private final RowLayout layout;
  private final Joining joining;
  private final RowBatches batches;
  private boolean tried;

  private RowServing(OnnxReplicas replicas, RowLayout layout, Joining joining) {
    this.replicas = replicas;
    this.signature = replicas.signature();
    this.layout = layout;
    this.joining = joining;
    this.batches = new RowBatches(joining, signature);
  }

  /** Returns the model. */
  static LoadedModel<Map<String, @Nullable Object>, Map<String, Object>> of(
      OnnxReplicas replicas, RowLayout layout, Joining joining) {
    return new RowServing(replicas, layout, joining).model();
  }

  private LoadedModel<Map<String, @Nullable Object>, Map<String, Object>> model() {
    return LoadedModel.<Map<String, @Nullable Object>, Map<String, Object>>builder(
            InstanceReader.streaming(new RowReader(layout)),
            worker -> batches.predictor(new RowForward(replicas.ofWorker(worker), layout)))
        .workers(replicas.plan().workers())
        .stackable(this::stackable)
        .batchPolicy(
            BatchPolicy.DEFAULT.maxBatchSize(
                signature.mostRows(BatchPolicy.DEFAULT.maxBatchSize())))
        .device(replicas.plan().names())
        .ownThreads(replicas.plan().onGpus())
        .warmUp(this::warmUp)
        .description(() -> signature.oneAtATime() ? "one instance a call" : batches.description())
        .onClose(replicas)
        .build();
  }

  private boolean stackable(
      Map<String, @Nullable Object> first, Map<String, @Nullable Object> second) {
    if (joining == Joining.NEVER) {
      return false;
    }
    boolean fixed =
        signature.inputs().stream()
            .allMatch(input -> input.shape() != null && input.shape().fixed());
    return fixed || RowInputs.sameShapes(layout.cells(first), layout.cells(second));
  }

  private void warmUp(
      Predictor<Map<String, @Nullable Object>, Map<String, Object>> predictor,
      List<Map<String, @Nullable Object>> samples,
      int most)
      throws Exception {
    signature.requireBatch(most);
    List<List<Map<String, @Nullable Object>>> madeUp = RowProbes.of(signature);
    if (!tried && joining != Joining.NEVER) {
      tried = true;
      batches.prove(
          new RowForward(replicas.ofWorker(0), layout),
          samples.isEmpty() ? madeUp : List.of(alike(samples)),
          most);
    }
    WarmUp.run(predictor, samples, madeUp, signature.mostRows(most));
  }

  private List<Map<String, @Nullable Object>> alike(List<Map<String, @Nullable Object>> samples) {
    List<Map<String, @Nullable Object>> alike = new ArrayList<>();
    for (Map<String, @Nullable Object> sample : samples) {
      if (stackable(sample, samples.get(0))) {
        alike.add(sample);
      }
    }
    return alike;
  }
}
