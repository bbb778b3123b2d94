package io.github.vertexj.onnx;

import ai.onnxruntime.OnnxSequence;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.vertexj.Tensor;
import io.github.vertexj.TensorSpec;
import io.github.vertexj.Tensors;
import io.github.vertexj.proof.Forward;
import io.github.vertexj.proof.Output;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One run of a model whose inputs and outputs are tensors of numbers, for the instances of a batch.
 *
 * <p>Used by one worker, and so not thread-safe.
 */
final class OnnxForward implements Forward<Tensors> {
  private final OnnxSession session;
  private final InputTensors inputs;

  OnnxForward(OnnxSession session) {
    this.session = session;
    this.inputs = new InputTensors(session.signature());
  }

  @Override
  public Output run(List<Tensors> rows) {
    int most = session.signature().mostRows(rows.size());
    if (rows.size() <= most) {
      return once(rows);
    }
    List<Output> parts = new ArrayList<>();
    for (int from = 0; from < rows.size(); from += most) {
      parts.add(once(rows.subList(from, Math.min(rows.size(), from + most))));
    }
    return OutputTensors.joined(parts);
  }

  private Output once(List<Tensors> rows) {
    try (OpenTensors tensors = inputs.stack(rows)) {
      return session.run(tensors.byName(), result -> outputs(result, rows.size()));
    } catch (OrtException e) {
      throw OnnxFailures.call(e, described(rows.get(0)));
    }
  }

  private Output outputs(OrtSession.Result result, int rows) throws OrtException {
    List<String> names = new ArrayList<>();
    List<Output> parts = new ArrayList<>();
    for (Map.Entry<String, OnnxValue> output : result) {
      names.add(output.getKey());
      parts.add(output(output.getKey(), output.getValue(), rows));
    }
    return parts.size() == 1 ? parts.get(0) : Output.named(names, parts);
  }

  private Output output(String name, OnnxValue value, int rows) throws OrtException {
    if (value instanceof OnnxSequence sequence) {
      return Output.list(
          OutputTensors.list(
              sequence, element -> Output.of(OutputTensors.numbers(name, (OnnxTensor) element))));
    }
    Tensor tensor = OutputTensors.numbers(name, (OnnxTensor) value);
    return Output.of(
        session.signature().rows() > rows ? OutputTensors.first(tensor, rows) : tensor);
  }

  private static String described(Tensors instance) {
    List<String> tensors = new ArrayList<>();
    for (int i = 0; i < instance.size(); i++) {
      Tensor tensor = instance.get(i);
      String name = instance.form() == Tensors.Form.NAMED ? instance.names().get(i) : "";
      tensors.add(new TensorSpec(name, tensor.type(), tensor.shape()).toString());
    }
    return String.join(", ", tensors);
  }
}
