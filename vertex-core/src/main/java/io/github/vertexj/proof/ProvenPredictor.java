package io.github.vertexj.proof;

import io.github.vertexj.DeviceLostException;
import io.github.vertexj.InvalidInputException;
import io.github.vertexj.OutOfMemoryException;
import io.github.vertexj.Parameters;
import io.github.vertexj.Predictor;
import io.github.vertexj.Tensors;
import java.util.ArrayList;
import java.util.List;

/** Predicts by a forward, and joins instances in one call only as far as that is proven. */
final class ProvenPredictor implements Predictor<Tensors, Tensors> {
  /** The largest batch that is tried for an instance that came alone. */
  private static final int MOST_JOINED_IN_PASSING = 5;

  private final BatchProof proof;
  private final Forward<Tensors> forward;

  ProvenPredictor(BatchProof proof, Forward<Tensors> forward) {
    this.proof = proof;
    this.forward = forward;
  }

  @Override
  public List<Tensors> predict(List<Tensors> instances, Parameters parameters) throws Exception {
    BatchProof.Known known = proof.known(instances.get(0));
    BatchProof.Known.State state = known.state();
    if (state == null) {
      learn(known, instances);
      state = known.state();
    }
    Layout layout = state == null ? known.layout() : state.layout();
    return instances.size() == 1 || (state != null && state.joined())
        ? together(known, layout, instances)
        : alone(layout, instances);
  }

  /** Tries the instances and others like them, unless the model cannot take the first. */
  private void learn(BatchProof.Known known, List<Tensors> instances) throws Exception {
    forward.run(instances.subList(0, 1));
    List<Tensors> probes = Probes.like(instances);
    proof.log(
        known.learn(new Experiment<>(forward, proof.tolerance(), MOST_JOINED_IN_PASSING), probes));
  }

  private List<Tensors> together(BatchProof.Known known, Layout layout, List<Tensors> instances)
      throws Exception {
    Output output;
    try {
      output = forward.run(instances);
    } catch (DeviceLostException | OutOfMemoryException e) {
      throw e;
    } catch (InvalidInputException e) {
      if (instances.size() == 1 || e.index() >= 0 || refusedAlone(instances.get(0))) {
        throw e;
      }
      // Whoever sent these can have done nothing about their being joined.
      List<Tensors> predictions = alone(layout, instances);
      known.separate();
      return predictions;
    }
    return split(layout, output, instances.size());
  }

  private boolean refusedAlone(Tensors instance) throws Exception {
    try {
      forward.run(List.of(instance));
      return false;
    } catch (InvalidInputException e) {
      return true;
    }
  }

  private List<Tensors> alone(Layout layout, List<Tensors> instances) throws Exception {
    List<Tensors> predictions = new ArrayList<>(instances.size());
    for (int i = 0; i < instances.size(); i++) {
      try {
        Output output = forward.run(instances.subList(i, i + 1));
        predictions.addAll(split(layout, output, 1));
      } catch (InvalidInputException e) {
        InvalidInputException named = InvalidInputException.at(i, String.valueOf(e.getMessage()));
        named.initCause(e);
        throw named;
      }
    }
    return predictions;
  }

  private static List<Tensors> split(Layout layout, Output output, int count) {
    List<Tensors> predictions = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      predictions.add(Predictions.of(layout.take(output, "", i, count)));
    }
    return predictions;
  }
}
