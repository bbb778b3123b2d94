package io.github.vertexj.djl;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.translate.Batchifier;
import ai.djl.translate.Translator;
import io.github.vertexj.DeviceLostException;
import io.github.vertexj.InvalidInputException;
import io.github.vertexj.OutOfMemoryException;
import io.github.vertexj.Parameters;
import io.github.vertexj.Predictor;
import io.github.vertexj.StartException;
import io.github.vertexj.Tensors;
import io.github.vertexj.proof.Output;
import java.util.ArrayList;
import java.util.List;

/**
 * Predicts through a DJL translator: it makes tensors of each instance, one forward runs for the
 * batch, and it makes a prediction of each row.
 *
 * <p>What a translator attaches to its context is of one instance, as with DJL's own predictor for
 * one: so each has a context of its own, unless the translator overrides the methods for batches,
 * and says by that how it keeps several apart. Without a batchifier, or where the model was not
 * seen to give the same together, each instance has a forward of its own.
 */
final class TranslatedPredictor implements Predictor<Object, Object> {
  private static final int UNKNOWN = -1;
  private static final Tensors NO_SHAPES = Tensors.ordered(List.of());

  private final WorkerModel model;
  private final Translator<Object, Object> translator;
  private final TranslatedProof proof;
  private final boolean ownBatches;

  TranslatedPredictor(
      WorkerModel model, Translator<Object, Object> translator, TranslatedProof proof) {
    this.model = model;
    this.translator = translator;
    this.proof = proof;
    this.ownBatches = TranslatorTypes.overridesBatches(translator);
  }

  /** Lets the translator read its files; what it attaches to the model lives as long as that. */
  void prepare() throws Exception {
    model.call(
        manager -> {
          try {
            translator.prepare(new TranslatorCall(model.delegate(), manager));
          } catch (Exception e) {
            throw new StartException(
                "the translator cannot be prepared: %s; what it needs must lie in the model directory"
                    .formatted(e.getMessage()),
                e);
          }
          return true;
        });
  }

  private Output run(List<Object> instances) throws Exception {
    return proof.output(together(instances));
  }

  @Override
  public List<Object> predict(List<Object> instances, Parameters parameters) throws Exception {
    for (int i = 0; i < instances.size(); i++) {
      if (instances.get(i) == null) {
        throw InvalidInputException.at(i, "an instance must not be null");
      }
    }
    if (!proof.decided()) {
      List<Object> predictions = alone(instances);
      proof.learn(this::run, instances);
      return predictions;
    }
    if (instances.size() == 1) {
      return together(instances);
    }
    return proof.joined() ? joined(instances) : alone(instances);
  }

  private List<Object> joined(List<Object> instances) throws Exception {
    try {
      return together(instances);
    } catch (DeviceLostException | OutOfMemoryException e) {
      throw e;
    } catch (InvalidInputException e) {
      if (e.index() >= 0) {
        throw e;
      }
      return alone(instances); // which of them it is, or none: nobody chose to be joined
    }
  }

  private List<Object> alone(List<Object> instances) throws Exception {
    List<Object> predictions = new ArrayList<>(instances.size());
    for (int i = 0; i < instances.size(); i++) {
      try {
        predictions.addAll(together(instances.subList(i, i + 1)));
      } catch (InvalidInputException e) {
        throw at(i, String.valueOf(e.getMessage()), e);
      }
    }
    return predictions;
  }

  /** Predicts in one forward. */
  private List<Object> together(List<Object> instances) throws Exception {
    try {
      return model.call(manager -> together(instances, manager));
    } catch (InvalidInputException e) {
      throw e;
    } catch (RuntimeException e) {
      throw TorchFailures.call(e, NO_SHAPES, false);
    }
  }

  private List<Object> together(List<Object> instances, NDManager manager) throws Exception {
    List<Object> predictions =
        ownBatches ? inOneContext(instances, manager) : inContextsOfTheirOwn(instances, manager);
    if (predictions.size() != instances.size()) {
      throw new IllegalStateException(
          "the translator made %d predictions of %d instances: the first dimension of the model's"
                  .formatted(predictions.size(), instances.size())
              + " output must be the batch");
    }
    return predictions;
  }

  /** The translator has methods of its own for a batch, and a context for it. */
  private List<Object> inOneContext(List<Object> instances, NDManager manager) throws Exception {
    TranslatorCall call = new TranslatorCall(model.delegate(), manager);
    if (translator.getBatchifier() == null) {
      return inContextsOfTheirOwn(instances, manager);
    }
    NDList inputs;
    try {
      inputs = translator.batchProcessInput(call, instances);
    } catch (Exception e) {
      throw TranslatorFailures.input(instances.size() == 1 ? 0 : UNKNOWN, e);
    }
    NDList outputs = forward(inputs, manager);
    if (instances.size() > 1) {
      InstanceOutputs.requireRows(outputs, instances.size());
    }
    return translator.batchProcessOutput(call, outputs);
  }

  private List<Object> inContextsOfTheirOwn(List<Object> instances, NDManager manager)
      throws Exception {
    List<TranslatorCall> calls = new ArrayList<>(instances.size());
    List<NDList> inputs = new ArrayList<>(instances.size());
    for (int i = 0; i < instances.size(); i++) {
      TranslatorCall call = new TranslatorCall(model.delegate(), manager);
      calls.add(call);
      try {
        inputs.add(translator.processInput(call, instances.get(i)));
      } catch (Exception e) {
        throw TranslatorFailures.input(i, e);
      }
    }
    List<NDList> outputs = outputs(inputs, manager);
    List<Object> predictions = new ArrayList<>(instances.size());
    for (int i = 0; i < outputs.size(); i++) {
      predictions.add(translator.processOutput(calls.get(i), outputs.get(i)));
    }
    return predictions;
  }

  private List<NDList> outputs(List<NDList> inputs, NDManager manager) {
    Batchifier batchifier = translator.getBatchifier();
    if (batchifier == null) {
      return inputs.stream().map(input -> forward(input, manager)).toList();
    }
    NDList stacked;
    try {
      stacked = batchifier.batchify(inputs.toArray(NDList[]::new));
    } catch (IllegalArgumentException e) {
      InvalidInputException unlike =
          new InvalidInputException("the instances' inputs have different shapes");
      unlike.initCause(e);
      throw unlike;
    }
    return InstanceOutputs.of(forward(stacked, manager), inputs.size(), batchifier);
  }

  private NDList forward(NDList inputs, NDManager manager) {
    if (inputs.isEmpty()) {
      return new NDList(); // as DJL's predictor does: the translator runs the model itself
    }
    String method = TranslatorInputs.method(inputs);
    TorchScript.Answer answer = model.run(method, TranslatorInputs.arguments(inputs), manager);
    return InstanceOutputs.flat(answer);
  }

  private static InvalidInputException at(int index, String message, Exception cause) {
    InvalidInputException named = InvalidInputException.at(index, message);
    named.initCause(cause);
    return named;
  }

  @Override
  public void close() {
    model.close();
  }
}
