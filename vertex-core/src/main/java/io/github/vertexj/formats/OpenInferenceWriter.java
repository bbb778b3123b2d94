package io.github.vertexj.formats;

import io.github.vertexj.InvalidInputException;
import io.github.vertexj.json.PooledBuffer;
import io.github.vertexj.json.UnwritablePredictionException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes a reply in the Open Inference Protocol, its outputs as JSON numbers or as bytes behind the
 * JSON, as the request asks.
 *
 * <p>Not thread-safe.
 */
final class OpenInferenceWriter {
  private static final String OCTETS = "application/octet-stream";

  private final PredictionStack stack;
  private final PooledBuffer buffer;

  private OpenInferenceWriter(PredictionStack stack, PooledBuffer buffer) {
    this.stack = stack;
    this.buffer = buffer;
  }

  /** An output of the stack that goes into the reply. */
  private record Output(int index, boolean binary) {}

  /**
   * Writes a reply.
   *
   * @throws InvalidInputException if the predictions are no outputs of equal shape, or lack one
   *     that is asked for
   */
  static WrittenReply write(OpenInferenceExchange<?, ?> exchange, List<?> predictions) {
    PredictionStack stack = PredictionStack.of(predictions);
    List<Output> outputs = outputs(exchange.asked(), stack);
    PooledBuffer buffer = PooledBuffer.lease(exchange.pool());
    boolean written = false;
    try {
      OpenInferenceWriter writer = new OpenInferenceWriter(stack, buffer);
      writer.writeHead(exchange, outputs);
      WrittenReply body = writer.writeBytes(outputs, exchange.byHeader());
      written = true;
      return body;
    } finally {
      if (!written) {
        buffer.close();
      }
    }
  }

  private static List<Output> outputs(OpenInferenceRequest request, PredictionStack stack) {
    List<Output> outputs = new ArrayList<>();
    List<OpenInferenceRequest.WantedOutput> wanted = request.outputs().named();
    if (wanted.isEmpty()) {
      for (int i = 0; i < stack.names().size(); i++) {
        outputs.add(new Output(i, request.outputs().binary()));
      }
    }
    for (int i = 0; i < wanted.size() && !stack.names().isEmpty(); i++) {
      int index = stack.names().indexOf(wanted.get(i).name());
      if (index < 0) {
        throw new InvalidInputException(
            "the model has no such output; it has %s, at $.outputs[%d].name"
                .formatted(String.join(", ", stack.names()), i));
      }
      Boolean binary = wanted.get(i).binary();
      outputs.add(new Output(index, binary == null ? request.outputs().binary() : binary));
    }
    return outputs;
  }

  private void writeHead(OpenInferenceExchange<?, ?> exchange, List<Output> outputs) {
    buffer.append("{\"model_name\":");
    buffer.appendText(exchange.modelName());
    String id = exchange.asked().id();
    if (id != null) {
      buffer.append(",\"id\":");
      buffer.appendText(id);
    }
    buffer.append(",\"outputs\":[");
    for (int i = 0; i < outputs.size(); i++) {
      if (i > 0) {
        buffer.append(',');
      }
      writeOutput(outputs.get(i), i);
    }
    buffer.append("]}");
  }

  private void writeOutput(Output output, int place) {
    int index = output.index();
    try {
      buffer.append("{\"name\":");
      buffer.appendText(stack.names().get(index));
      buffer.append(",\"shape\":");
      buffer.append(stack.shape(index).toString().replace(" ", ""));
      buffer.append(",\"datatype\":\"");
      buffer.append(OpenInferenceTypes.name(stack.first(index).type()));
      if (output.binary()) {
        buffer.append("\",\"parameters\":{\"binary_data_size\":" + stack.bytes(index) + "}}");
      } else {
        buffer.append("\",\"data\":[");
        stack.writeNumbers(index, buffer);
        buffer.append("]}");
      }
    } catch (UnwritablePredictionException e) {
      throw e.about("the output", "$.outputs[" + place + "].data");
    }
  }

  /** Writes the bytes; the reply says where they begin in the way that the request did. */
  private WrittenReply writeBytes(List<Output> outputs, boolean byHeader) {
    List<Output> binary = outputs.stream().filter(Output::binary).toList();
    if (binary.isEmpty()) {
      return WrittenReply.json(buffer);
    }
    int head = buffer.length();
    buffer.expect(binary.stream().mapToLong(output -> stack.bytes(output.index())).sum());
    binary.forEach(output -> stack.writeBytes(output.index(), buffer));
    return new WrittenReply(
        buffer,
        byHeader ? OCTETS : HeadLength.mediaType(head),
        Map.of(HeadLength.HEADER, Integer.toString(head)));
  }
}
