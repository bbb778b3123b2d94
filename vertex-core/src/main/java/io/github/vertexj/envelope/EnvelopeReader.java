package io.github.vertexj.envelope;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.vertexj.InstanceErrors;
import io.github.vertexj.InstanceReader;
import io.github.vertexj.Parameters;
import io.github.vertexj.json.BadBodyException;
import io.github.vertexj.json.BytePool;
import io.github.vertexj.json.Document;
import io.github.vertexj.json.InvalidValueException;
import io.github.vertexj.json.JsonScanner;
import io.github.vertexj.tensor.TensorMemory;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads the envelope of a request: {@code {"instances": […], "parameters": …}} (C3.3 to C3.12).
 *
 * <p>A body is UTF-8 JSON exactly as RFC 8259 has it. {@code parameters} come before or after
 * {@code instances}, as any JSON value or not at all; other fields must be JSON and are ignored
 * (C3.5); neither may occur twice. No instances are a legal request (C3.6).
 *
 * <p>Tensors are numbers nested in arrays, flat numbers where the shape is specified, {@code
 * {"shape": [2, 3], "data": […], "datatype": "float32"}} with the numbers flat or nested or as
 * {@code {"b64": "…"}} of little-endian bytes, or such bytes alone where the shape is specified; a
 * group is an object of them by name, and a single one may do without. Strings and {@code null} are
 * no numbers.
 *
 * <p>All other types are read by Jackson databind, or by a function over its parser. {@code null}
 * is a legal instance. A whole number may be written {@code 1.0} (C3.8), for tensors too, but
 * {@code 1.5} is none; text is no number, but for {@code "NaN"} and the infinities, and a number no
 * text; a number beyond a double is refused. A record's component must be there and may not be
 * null, unless it is an {@code Optional} or annotated as nullable; a bean's field may be absent;
 * unknown fields are ignored ({@link FieldRules} may say otherwise); types that a Jackson module on
 * the class path knows are read by it; of a field that occurs twice the last counts. {@code {"b64":
 * "…"}} alone stands for bytes in {@code byte[]}, which plain base64 text fills too, {@code Object}
 * and {@code JsonNode} (C3.10). An {@link IllegalArgumentException} or {@link
 * io.github.vertexj.InvalidInputException} from a record's own constructor is the caller's error
 * with its text; other exceptions of a type's own code pass through.
 *
 * <p>Under {@link InstanceErrors#IN_PLACE} an instance that is JSON but cannot be read is passed
 * over, up to 1,000 in a request; what is no JSON, or beyond a limit, fails the request.
 *
 * <p>Immutable and thread-safe.
 *
 * @param <I> an instance
 */
public final class EnvelopeReader<I> {
  /** The field of a request that holds its instances. */
  public static final String INSTANCES = "instances";

  /** The field of a request that holds its parameters. */
  public static final String PARAMETERS = "parameters";

  private static final String PREDICTIONS = "predictions";
  private static final String REQUEST_FORMAT = "@requestFormat";

  private final InstanceReader<I> instanceReader;
  private final EnvelopeRules rules;
  private final ArrayField array;
  private final BytePool pool;
  private final JsonTree trees;
  private final @Nullable TypedReader<I> typed;

  private EnvelopeReader(
      InstanceReader<I> instanceReader, String array, EnvelopeRules rules, BytePool pool) {
    this.instanceReader = instanceReader;
    this.rules = rules;
    this.pool = pool;
    this.trees = JsonTree.of(rules.json());
    this.array = new ArrayField(array, rules.maxInstances());
    this.typed = typed(instanceReader, StrictMapper.of(rules.json(), rules.fields()), this.array);
  }

  /**
   * Returns a reader.
   *
   * @param pool lends the memory of tensors
   * @throws io.github.vertexj.StartException if Jackson cannot read the type of the instances
   */
  public static <I> EnvelopeReader<I> of(
      InstanceReader<I> instanceReader, EnvelopeRules rules, BytePool pool) {
    return new EnvelopeReader<>(instanceReader, INSTANCES, rules, pool);
  }

  /**
   * Returns a reader of replies, for those who call a server: what is said of instances here holds
   * for {@code predictions}.
   *
   * @param pool lends the memory of tensors
   * @throws IllegalArgumentException if Jackson cannot read the type of the predictions
   */
  public static <P> EnvelopeReader<P> ofReplies(
      InstanceReader<P> predictionReader, EnvelopeRules rules, BytePool pool) {
    return new EnvelopeReader<>(predictionReader, PREDICTIONS, rules, pool);
  }

  /**
   * Reads a body, which may be used for other things afterwards: a request shares no memory with
   * it.
   *
   * @param offset where the body begins in the array
   * @throws BadBodyException if it is no envelope of the wanted instances
   */
  public PredictRequest<I> read(byte[] body, int offset, int length) {
    return read(Document.of(body, offset, length));
  }

  /** Reads a body, as {@link #read(byte[], int, int)} does, within its allowance. */
  public PredictRequest<I> read(Document body) {
    return read(new JsonScanner(body, rules.json()));
  }

  /** Reads the body that a scanner stands before. */
  public PredictRequest<I> read(JsonScanner in) {
    TensorMemory memory = new TensorMemory(pool, in.allowance());
    try {
      return readEnvelope(in, memory);
    } finally {
      memory.release();
    }
  }

  private PredictRequest<I> readEnvelope(JsonScanner in, TensorMemory memory) {
    in.requireUtf8();
    if (in.peek() != '{') {
      throw notAnObject(in);
    }
    List<@Nullable I> instances = null;
    Parameters parameters = null;
    boolean format = false;
    InstanceFaults faults =
        rules.instanceErrors() == InstanceErrors.IN_PLACE ? new InstanceFaults() : null;
    for (boolean more = in.enter('{'); more; more = in.next('}')) {
      in.name();
      if (in.string().is(array.name())) {
        requireFirst(instances, array.name(), in);
        instances = readInstances(in, memory, faults);
      } else if (in.string().is(PARAMETERS)) {
        requireFirst(parameters, PARAMETERS, in);
        parameters = Parameters.of(trees.read(in, "$." + PARAMETERS));
      } else {
        format |= in.string().is(REQUEST_FORMAT);
        in.skipValue();
      }
    }
    if (in.peek() != JsonScanner.END) {
      throw in.malformed("something follows the object");
    }
    if (instances == null) {
      throw new InvalidValueException(
          format
              ? "no request format is known here, and the field " + array.name() + " is missing"
              : "the field " + array.name() + " is missing",
          "$",
          in.byteOffset());
    }
    return new PredictRequest<>(
        instances, parameters == null ? Parameters.absent() : parameters, faults, memory.detach());
  }

  private BadBodyException notAnObject(JsonScanner in) {
    int offset = in.byteOffset();
    if (in.peek() == JsonScanner.END) {
      return in.malformed("it is empty");
    }
    in.skipValue();
    return new InvalidValueException(
        "an object with the field " + array.name() + " is wanted", "$", offset);
  }

  private static void requireFirst(@Nullable Object earlier, String field, JsonScanner in) {
    if (earlier != null) {
      throw new InvalidValueException("this field occurs twice", "$." + field, in.byteOffset());
    }
  }

  @SuppressWarnings("unchecked") // a reader of tensors is one of I
  private List<@Nullable I> readInstances(
      JsonScanner in, TensorMemory memory, @Nullable InstanceFaults faults) {
    if (in.peek() != '[') {
      throw notAnArray(in);
    }
    if (instanceReader instanceof InstanceReader.SingleTensor single) {
      return (List<@Nullable I>) tensors(in, memory, faults).readTensors(single.spec());
    }
    if (instanceReader instanceof InstanceReader.TensorGroup group) {
      return (List<@Nullable I>) tensors(in, memory, faults).readGroups(group);
    }
    return Objects.requireNonNull(typed).read(in, faults);
  }

  private TensorInstances tensors(
      JsonScanner in, TensorMemory memory, @Nullable InstanceFaults faults) {
    return new TensorInstances(in, memory, array, faults);
  }

  private BadBodyException notAnArray(JsonScanner in) {
    int offset = in.byteOffset();
    in.skipValue();
    return new InvalidValueException("an array is wanted", array.path(), offset);
  }

  private static <I> @Nullable TypedReader<I> typed(
      InstanceReader<I> instanceReader, JsonMapper mapper, ArrayField array) {
    if (instanceReader instanceof InstanceReader.Databind<I> databind) {
      return TypedReader.databind(databind.type(), mapper, array);
    }
    if (instanceReader instanceof InstanceReader.Streaming<I> streaming) {
      return TypedReader.streaming(streaming.function(), mapper, array);
    }
    return null;
  }
}
