package io.github.vertexj.formats;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.vertexj.Parameters;
import io.github.vertexj.envelope.EnvelopeReader;
import io.github.vertexj.envelope.JsonTree;
import io.github.vertexj.json.BadBodyException;
import io.github.vertexj.json.InvalidValueException;
import io.github.vertexj.json.JsonScanner;
import io.github.vertexj.tensor.TensorMemory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the JSON of a request in the Open Inference Protocol, the whole body or its head.
 *
 * <p>Unknown fields must be JSON and are ignored. Not thread-safe.
 */
final class OpenInferenceReader {
  static final String INPUTS = "inputs";
  static final String OUTPUTS = "outputs";
  private static final String ID = "id";
  private static final String BINARY_DATA = "binary_data";
  private static final String BINARY_OUTPUT = "binary_data_output";
  private static final List<String> FIELDS =
      List.of(ID, INPUTS, OUTPUTS, EnvelopeReader.PARAMETERS);

  /** What this server does not do with an output; to ignore it would give another reply. */
  private static final List<String> NOT_SERVED = List.of("classification", "shared_memory_region");

  private final JsonScanner in;
  private final JsonTree trees;
  private final OpenInferenceInputReader input;

  private @Nullable String id;
  private @Nullable List<OpenInferenceInput> inputs;
  private List<OpenInferenceRequest.WantedOutput> outputs = List.of();
  private boolean binaryOutput;
  private Parameters parameters = Parameters.absent();

  OpenInferenceReader(JsonScanner in, JsonTree trees, TensorMemory memory) {
    this.in = in;
    this.trees = trees;
    this.input = new OpenInferenceInputReader(in, memory);
  }

  /**
   * Whether a document is to be read here and not as an envelope, by the first field that only one
   * of the two has. The scanner stays where it is.
   */
  static boolean mayRead(JsonScanner in) {
    String first = first(List.of(EnvelopeReader.INSTANCES, INPUTS, OUTPUTS), in);
    return first != null && !first.equals(EnvelopeReader.INSTANCES);
  }

  /** Whether a document is an envelope after all. The scanner stays where it is. */
  static boolean isEnvelope(JsonScanner in) {
    return first(List.of(EnvelopeReader.INSTANCES), in) != null;
  }

  /** The field of these that comes first; null if none does before the end or a fault. */
  private static @Nullable String first(List<String> fields, JsonScanner in) {
    int start = in.position();
    int depth = in.depth();
    try {
      boolean more = in.peek() == '{' && in.enter('{');
      while (more) {
        in.name();
        for (String field : fields) {
          if (in.string().is(field)) {
            return field;
          }
        }
        in.peek();
        in.skipValue();
        more = in.next('}');
      }
      return null;
    } catch (BadBodyException malformed) { // to be told by who reads it
      return null;
    } finally {
      in.rewind(start, depth);
    }
  }

  /** Reads the request; null if it turns out to be an envelope, since it has {@code instances}. */
  @Nullable OpenInferenceRequest read() {
    in.requireUtf8();
    if (in.peek() == JsonScanner.END) {
      throw in.malformed("it is empty");
    }
    require('{', "an object with the field inputs is wanted", "$", in);
    int seen = 0;
    for (boolean more = in.enter('{'); more; more = in.next('}')) {
      in.name();
      if (in.string().is(EnvelopeReader.INSTANCES)) {
        return null;
      }
      int field = in.string().placeAmong(FIELDS);
      if (field >= 0 && (seen >> field & 1) != 0) {
        throw invalid("this field occurs twice", "$." + FIELDS.get(field));
      }
      seen |= field < 0 ? 0 : 1 << field;
      in.peek();
      readField(field);
    }
    if (in.peek() != JsonScanner.END) {
      throw in.malformed("something follows the object");
    }
    if (inputs == null) {
      throw invalid("the field inputs is missing", "$");
    }
    return new OpenInferenceRequest(
        id, inputs, new OpenInferenceRequest.WantedOutputs(outputs, binaryOutput), parameters);
  }

  private void readField(int field) {
    switch (field) {
      case 0 -> id = text("$." + ID);
      case 1 -> inputs = readInputs();
      case 2 -> outputs = readOutputs();
      case 3 -> readParameters();
      default -> in.skipValue();
    }
  }

  private String text(String path) {
    require('"', "text is wanted", path, in);
    in.string().scan();
    return in.string().text();
  }

  private List<OpenInferenceInput> readInputs() {
    require('[', "an array is wanted", "$." + INPUTS, in);
    List<OpenInferenceInput> read = new ArrayList<>();
    for (boolean more = in.enter('['); more; more = in.next(']')) {
      read.add(input.read(read.size()));
    }
    if (read.isEmpty()) {
      throw invalid("at least one input is wanted", "$." + INPUTS);
    }
    return read;
  }

  /** Refuses a value that does not begin so, or JSON that is none. */
  static void require(int first, String fault, String path, JsonScanner in) {
    if (in.peek() != first) {
      int offset = in.byteOffset();
      in.skipValue();
      throw new InvalidValueException(fault, path, offset);
    }
  }

  private List<OpenInferenceRequest.WantedOutput> readOutputs() {
    require('[', "an array is wanted", "$." + OUTPUTS, in);
    List<OpenInferenceRequest.WantedOutput> read = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (boolean more = in.enter('['); more; more = in.next(']')) {
      String path = "$." + OUTPUTS + "[" + read.size() + "]";
      require('{', "an object with a name is wanted", path, in);
      OpenInferenceRequest.WantedOutput output = readOutput(path);
      if (!names.add(output.name())) {
        throw invalid("this output occurs twice", path + ".name");
      }
      read.add(output);
    }
    return read;
  }

  private OpenInferenceRequest.WantedOutput readOutput(String path) {
    String name = null;
    Boolean binary = null;
    for (boolean more = in.enter('{'); more; more = in.next('}')) {
      in.name();
      in.peek();
      if (in.string().is("name")) {
        name = text(path + ".name");
      } else if (in.string().is(EnvelopeReader.PARAMETERS)) {
        String inside = path + "." + EnvelopeReader.PARAMETERS;
        ObjectNode object = object(inside);
        NOT_SERVED.stream()
            .filter(object::has)
            .forEach(
                each -> {
                  throw invalid(each + " is not served", inside);
                });
        binary = truth(object.get(BINARY_DATA), inside + "." + BINARY_DATA);
      } else {
        in.skipValue();
      }
    }
    if (name == null) {
      throw invalid("the field name is missing", path);
    }
    return new OpenInferenceRequest.WantedOutput(name, binary);
  }

  private void readParameters() {
    if (in.peek() == 'n') { // null, as in an envelope, where it equals absent (C3.4)
      in.literal("null");
      return;
    }
    String path = "$." + EnvelopeReader.PARAMETERS;
    ObjectNode object = object(path);
    Boolean binary = truth(object.remove(BINARY_OUTPUT), path + "." + BINARY_OUTPUT);
    binaryOutput = Boolean.TRUE.equals(binary);
    parameters = object.isEmpty() ? Parameters.absent() : Parameters.of(object);
  }

  private ObjectNode object(String path) {
    require('{', "an object is wanted", path, in);
    if (trees.read(in, path) instanceof ObjectNode object) {
      return object;
    }
    throw invalid("an object is wanted, not bytes", path); // {"b64": …} alone
  }

  private @Nullable Boolean truth(@Nullable JsonNode value, String path) {
    if (value == null) {
      return null;
    }
    if (!value.isBoolean()) {
      throw invalid("true or false is wanted", path);
    }
    return value.booleanValue();
  }

  private InvalidValueException invalid(String fault, String path) {
    return new InvalidValueException(fault, path, in.byteOffset());
  }
}
