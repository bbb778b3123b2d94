package io.github.vertexj.onnx;

import io.github.vertexj.BatchPolicy;
import io.github.vertexj.InstanceReader;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.Predictor;
import io.github.vertexj.TensorSpec;
import io.github.vertexj.Tensors;
import io.github.vertexj.proof.BatchProof;
import io.github.vertexj.proof.Joining;
import io.github.vertexj.proof.Probes;
import java.util.List;
import java.util.Map;

/** A model whose instances and predictions are tensors, as it is served. */
final class TensorServing {
  private final OnnxReplicas replicas;
  private final Signature signature;
  private final Joining joining;
  private final BatchProof proof;
  private final List<TensorSpec> specs;
  private boolean tried;

  private TensorServing(OnnxReplicas replicas, Joining joining) {
    this.replicas = replicas;
    this.signature = replicas.signature();
    this.joining = joining;
    this.proof = new BatchProof(joining, tolerance());
    this.specs = signature.inputs().stream().map(Signature.Input::spec).toList();
  }

  private double tolerance() {
    if (signature.half()) {
      return BatchProof.HALF_PRECISION;
    }
    return replicas.plan().onGpus() ? BatchProof.GPU_PRECISION : BatchProof.SINGLE_PRECISION;
  }

  /** Returns the model. */
  static LoadedModel<Tensors, Tensors> of(OnnxReplicas replicas, Joining joining) {
    return new TensorServing(replicas, joining).model();
  }

  private LoadedModel<Tensors, Tensors> model() {
    return LoadedModel.<Tensors, Tensors>builder(
            InstanceReader.tensors(specs),
            worker -> proof.predictor(new OnnxForward(replicas.ofWorker(worker))))
        .workers(replicas.plan().workers())
        .stackable(joining == Joining.NEVER ? (first, second) -> false : Tensors::stackableWith)
        .batchPolicy(
            BatchPolicy.DEFAULT.maxBatchSize(
                signature.mostRows(BatchPolicy.DEFAULT.maxBatchSize())))
        .device(replicas.plan().names())
        .ownThreads(replicas.plan().onGpus())
        .warmUp(this::warmUp)
        .description(() -> signature.oneAtATime() ? "one instance a call" : proof.description())
        .onClose(replicas)
        .build();
  }

  private void warmUp(Predictor<Tensors, Tensors> predictor, List<Tensors> samples, int most)
      throws Exception {
    signature.requireBatch(most);
    List<List<Tensors>> madeUp = Probes.of(specs, Map.of());
    if (!tried && joining != Joining.NEVER) {
      tried = true;
      List<List<Tensors>> sets = samples.isEmpty() ? madeUp : List.of(alike(samples));
      proof.prove(new OnnxForward(replicas.ofWorker(0)), sets, most);
    }
    WarmUp.run(predictor, samples, madeUp, signature.mostRows(most));
  }

  private static List<Tensors> alike(List<Tensors> samples) {
    return samples.stream().filter(sample -> sample.stackableWith(samples.get(0))).toList();
  }
}
