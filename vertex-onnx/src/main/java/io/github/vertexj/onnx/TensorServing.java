package io.github.vertexj.onnx;

import io.github.vertexj.BatchPolicy;
import io.github.vertexj.InstanceReader;
import io.github.vertexj.LoadedModel;
import io.github.vertexj.Predictor;
import io.github.vertexj.TensorSpec;
import io.github.vertexj.Tensors;
import io.github.vertexj.proof.BatchProof;
import io.github.vertexj.proof.Finding;
import io.github.vertexj.proof.Joining;
import io.github.vertexj.proof.Probes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A model whose instances and predictions are tensors, as it is served. */
final class TensorServing {
  private final OnnxReplicas replicas;
  private final Signature signature;
  private final Joining joining;
  private final BatchProof proof;
  private final List<TensorSpec> specs;
  private String found = "";

  private TensorServing(OnnxReplicas replicas, Joining joining) {
    this.replicas = replicas;
    this.signature = replicas.signature();
    this.joining = joining;
    this.proof =
        new BatchProof(
            joining,
            replicas.plan().onGpus() ? BatchProof.GPU_PRECISION : BatchProof.SINGLE_PRECISION);
    this.specs = signature.inputs().stream().map(Signature.Input::spec).toList();
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
        .description(() -> found)
        .onClose(replicas)
        .build();
  }

  private void warmUp(Predictor<Tensors, Tensors> predictor, List<Tensors> samples, int most)
      throws Exception {
    List<List<Tensors>> sets = new ArrayList<>();
    if (!samples.isEmpty()) {
      sets.add(samples);
    }
    sets.addAll(Probes.of(specs, Map.of()));
    if (found.isEmpty() && joining != Joining.NEVER) {
      Finding finding = proof.prove(new OnnxForward(replicas.ofWorker(0)), sets, most);
      found = finding.sentence();
    }
    WarmUp.run(predictor, signature, sets, most);
  }
}
