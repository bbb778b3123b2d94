package io.github.vertexj.formats;

import io.github.vertexj.RequestHeaders;
import io.github.vertexj.TensorType;
import io.github.vertexj.envelope.JsonTree;
import io.github.vertexj.envelope.PredictRequest;
import io.github.vertexj.json.BadBodyException;
import io.github.vertexj.json.BytePool;
import io.github.vertexj.json.Document;
import io.github.vertexj.json.InvalidValueException;
import io.github.vertexj.json.JsonRules;
import io.github.vertexj.json.JsonScanner;
import io.github.vertexj.tensor.TensorMemory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The inference request and reply of the Open Inference Protocol, version 2, with the binary tensor
 * data extension in both forms that Triton has on this platform (C11.9).
 *
 * <p>The first dimension of every input and output is the batch. An input is {@code data}, flat or
 * nested, or {@code parameters.binary_data_size} bytes behind the JSON, which lie in the inputs'
 * order; its {@code datatype} must be the one that the model wants. The request's {@code
 * parameters} become the model's, without {@code binary_data_output}. The reply's {@code metadata}
 * have no place here. Thread-safe.
 */
final class OpenInferenceFormat<I, P> implements BodyFormat<I, P> {
  private final InstanceRows<I> rows;
  private final String modelName;
  private final JsonRules rules;
  private final BytePool pool;
  private final JsonTree trees;

  OpenInferenceFormat(InstanceRows<I> rows, String modelName, JsonRules rules, BytePool pool) {
    this.rows = rows;
    this.modelName = modelName;
    this.rules = rules;
    this.pool = pool;
    this.trees = JsonTree.of(rules);
  }

  OpenInferenceFormat<I, P> named(String name) {
    return new OpenInferenceFormat<>(rows, name, rules, pool);
  }

  @Override
  public Exchange<I, P> read(RequestHeaders headers, Document body) {
    int length = body.length();
    OptionalInt told = HeadLength.of(headers, length);
    int head = told.orElse(length);
    int offset = body.offset();
    JsonScanner in =
        new JsonScanner(new Document(body.bytes(), offset, head, body.allowance()), rules);
    BinaryTail tail =
        new BinaryTail(
            ByteBuffer.wrap(body.bytes(), offset + head, length - head), offset, told.isPresent());
    boolean byHeader =
        told.isPresent() && !headers.mediaType().name().equals(HeadLength.MEDIA_TYPE);
    Exchange<I, P> exchange = read(in, tail, length, byHeader);
    if (exchange == null) {
      throw new InvalidValueException(
          "instances have no place in a request with a head; inputs are wanted", "$", 0);
    }
    return exchange;
  }

  /** Reads a body that is JSON only; null if it is an envelope, with a field of that name too. */
  @Nullable Exchange<I, P> read(JsonScanner in) {
    try {
      return read(in, BinaryTail.none(), in.end() - in.start(), false);
    } catch (InvalidValueException fault) {
      in.rewind(in.start(), 0);
      if (OpenInferenceReader.isEnvelope(in)) {
        return null;
      }
      throw fault;
    }
  }

  private @Nullable Exchange<I, P> read(
      JsonScanner in, BinaryTail tail, int bodyBytes, boolean byHeader) {
    TensorMemory memory = new TensorMemory(pool, in.allowance());
    try {
      OpenInferenceRequest asked = new OpenInferenceReader(in, trees, memory).read();
      if (asked == null) {
        return null;
      }
      List<BatchTensor> tensors = tensors(asked.inputs(), tail, memory);
      List<@Nullable I> instances =
          rows.read(tensors, memory, bodyBytes, new InputFault(asked.inputs()));
      PredictRequest<I> request =
          new PredictRequest<>(instances, asked.parameters(), null, memory.detach());
      return new OpenInferenceExchange<>(request, asked, byHeader, modelName, pool);
    } finally {
      memory.release();
    }
  }

  private static List<BatchTensor> tensors(
      List<OpenInferenceInput> inputs, BinaryTail tail, TensorMemory memory) {
    List<BatchTensor> tensors = new ArrayList<>(inputs.size());
    for (int i = 0; i < inputs.size(); i++) {
      OpenInferenceInput input = inputs.get(i);
      TensorMemory.Place place = input.binary() ? tail.copy(input, i, memory) : input.place();
      tensors.add(new BatchTensor(input.name(), place));
    }
    tail.requireEnd();
    return tensors;
  }

  /** Says which input is at fault. */
  private record InputFault(List<OpenInferenceInput> inputs) implements BatchTensor.Fault {
    @Override
    public BadBodyException at(int tensor, String property, String fault) {
      return tensor < 0
          ? new InvalidValueException(fault, "$.inputs", inputs.get(0).at())
          : new InvalidValueException(
              fault,
              "$.inputs[" + tensor + "]" + (property.isEmpty() ? "" : "." + property),
              inputs.get(tensor).at());
    }

    @Override
    public String typeName(TensorType type) {
      return OpenInferenceTypes.name(type);
    }
  }
}
