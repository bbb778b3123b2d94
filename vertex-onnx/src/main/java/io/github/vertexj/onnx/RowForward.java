package io.github.vertexj.onnx;

import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.vertexj.proof.Output;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One run of a model for rows, whose values may be text.
 *
 * <p>Used by one worker, and so not thread-safe.
 */
final class RowForward {
  private final OnnxSession session;
  private final RowInputs inputs;

  RowForward(OnnxSession session, RowLayout layout) {
    this.session = session;
    this.inputs = new RowInputs(layout);
  }

  /** Runs the model; the answers are those of its outputs, by name. */
  Map<String, RowAnswer> run(List<Map<String, @Nullable Object>> rows) {
    try (OpenTensors tensors = inputs.stack(rows)) {
      return session.run(tensors.byName(), result -> answers(result, rows.size()));
    } catch (OrtException e) {
      throw OnnxFailures.call(e, "these columns");
    }
  }

  private Map<String, RowAnswer> answers(OrtSession.Result result, int rows) throws OrtException {
    Map<String, RowAnswer> answers = new LinkedHashMap<>();
    for (Map.Entry<String, OnnxValue> output : result) {
      RowAnswer answer = RowAnswer.read(output.getKey(), output.getValue());
      answers.put(output.getKey(), session.signature().rows() > rows ? answer.first(rows) : answer);
    }
    return answers;
  }

  /** Returns the predictions of answers, by output. */
  static List<Map<String, Object>> predictions(Map<String, RowAnswer> answers, int count) {
    List<Map<String, Object>> predictions = new ArrayList<>(count);
    for (int row = 0; row < count; row++) {
      Map<String, Object> prediction = new LinkedHashMap<>();
      for (Map.Entry<String, RowAnswer> answer : answers.entrySet()) {
        prediction.put(answer.getKey(), answer.getValue().of(row, count));
      }
      predictions.add(prediction);
    }
    return predictions;
  }

  /** Returns answers as a proof of batches compares them. */
  static Output output(Map<String, RowAnswer> answers) {
    return Output.named(
        List.copyOf(answers.keySet()), answers.values().stream().map(RowAnswer::output).toList());
  }
}
