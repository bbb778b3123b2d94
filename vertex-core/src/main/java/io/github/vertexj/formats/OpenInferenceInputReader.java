package io.github.vertexj.formats;

import io.github.vertexj.Shape;
import io.github.vertexj.TensorType;
import io.github.vertexj.json.InvalidValueException;
import io.github.vertexj.json.JsonScanner;
import io.github.vertexj.tensor.TensorMemory;
import io.github.vertexj.tensor.TensorPath;
import io.github.vertexj.tensor.TensorValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the elements of a request's {@code inputs}, JSON numbers straight into memory.
 *
 * <p>The fields may come in any order; numbers that come before their type are passed over once and
 * read at the end. Not thread-safe.
 */
final class OpenInferenceInputReader {
  private static final String NAME = "name";
  private static final String SHAPE = "shape";
  private static final String DATATYPE = "datatype";
  private static final String DATA = "data";
  private static final String PARAMETERS = "parameters";
  private static final String BINARY_SIZE = "binary_data_size";
  private static final List<String> FIELDS = List.of(NAME, SHAPE, DATATYPE, DATA, PARAMETERS);

  private final JsonScanner in;
  private final TensorMemory memory;
  private final TensorPath path;
  private final TensorValue value;

  private @Nullable String name;
  private @Nullable Shape shape;
  private @Nullable TensorType type;

  /** Where the numbers begin, if they came before their type; 0 if they did not. */
  private int dataAt;

  private int offset;
  private @Nullable Shape found;
  private long binaryBytes;

  OpenInferenceInputReader(JsonScanner in, TensorMemory memory) {
    this.in = in;
    this.memory = memory;
    this.path = new TensorPath(OpenInferenceReader.INPUTS);
    this.value = new TensorValue(in, memory, path);
  }

  /** Reads the element at the cursor. */
  OpenInferenceInput read(int index) {
    path.instance(index);
    require('{', "an object of name, shape, datatype and data is wanted");
    clear();
    int at = in.byteOffset();
    int seen = 0;
    for (boolean more = in.enter('{'); more; more = in.next('}')) {
      in.name();
      int field = in.string().placeAmong(FIELDS);
      if (field >= 0 && (seen >> field & 1) != 0) {
        throw invalid("the field " + FIELDS.get(field) + " occurs twice");
      }
      path.field(field < 0 ? "" : FIELDS.get(field));
      in.peek();
      readField(field);
      path.field("");
      seen |= field < 0 ? 0 : 1 << field;
    }
    return finish(at);
  }

  private void clear() {
    name = null;
    shape = null;
    type = null;
    dataAt = 0;
    offset = memory.used();
    found = null;
    binaryBytes = OpenInferenceInput.NOT_BINARY;
  }

  private void readField(int field) {
    switch (field) {
      case 0 -> name = text();
      case 1 -> shape = value.shape();
      case 2 -> type = type();
      case 3 -> data();
      case 4 -> parameters();
      default -> in.skipValue();
    }
  }

  private String text() {
    require('"', "text is wanted");
    in.string().scan();
    return in.string().text();
  }

  private TensorType type() {
    require('"', "the name of a type is wanted, one of " + OpenInferenceTypes.KNOWN);
    in.string().scan();
    TensorType named = OpenInferenceTypes.named(in.string());
    if (named == null) {
      throw invalid("this type is not taken; taken are " + OpenInferenceTypes.KNOWN);
    }
    return named;
  }

  private void data() {
    if (type != null) {
      found = value.numbers(type);
    } else {
      dataAt = in.position();
      in.skipValue();
    }
  }

  private void parameters() {
    require('{', "an object is wanted");
    for (boolean more = in.enter('{'); more; more = in.next('}')) {
      in.name();
      in.peek();
      if (in.string().is(BINARY_SIZE)) {
        binaryBytes = size();
      } else if (in.string().is("shared_memory_region")) {
        throw invalid("shared memory is not served");
      } else {
        in.skipValue();
      }
    }
  }

  private long size() {
    int first = in.peek();
    boolean isNumber = first == '-' || (first >= '0' && first <= '9');
    if (isNumber) {
      in.number().scan();
    }
    if (binaryBytes != OpenInferenceInput.NOT_BINARY) {
      throw invalid(BINARY_SIZE + " occurs twice");
    }
    if (!isNumber || !in.number().isWhole(0, Long.MAX_VALUE)) {
      throw invalid(BINARY_SIZE + " is a whole number from 0 on");
    }
    return in.number().whole();
  }

  private OpenInferenceInput finish(int at) {
    if (name == null || shape == null || type == null) {
      String missing = name == null ? NAME : shape == null ? SHAPE : DATATYPE;
      throw invalid("the field " + missing + " is missing");
    }
    if (dataAt != 0) {
      dataBehind(type);
    }
    requireOnce();
    if (found == null) {
      requireFilled(shape, type);
    } else {
      path.field(DATA);
      var unused = value.asAnnounced(found, shape);
    }
    return new OpenInferenceInput(
        name, new TensorMemory.Place(type, shape, offset), binaryBytes, at);
  }

  private void requireOnce() {
    boolean binary = binaryBytes != OpenInferenceInput.NOT_BINARY;
    if (binary && found != null) {
      throw invalid("either data or " + BINARY_SIZE + " is wanted, not both");
    }
    if (!binary && found == null) {
      throw invalid("the field data is missing, and there is no " + BINARY_SIZE);
    }
  }

  /** Reads numbers whose type came after them. */
  private void dataBehind(TensorType known) {
    int end = in.position();
    path.field(DATA);
    in.rewind(dataAt, in.depth() + 1);
    found = value.numbers(known);
    in.rewind(end, in.depth() - 1);
    path.field("");
  }

  private void requireFilled(Shape announced, TensorType known) {
    long wanted = (long) announced.elements() * known.bytes();
    if (binaryBytes != wanted) {
      path.field(PARAMETERS);
      throw invalid(
          "%s is %d, and %s%s has %d bytes"
              .formatted(
                  BINARY_SIZE, binaryBytes, OpenInferenceTypes.name(known), announced, wanted));
    }
  }

  private void require(int first, String fault) {
    OpenInferenceReader.require(first, fault, path.toString(), in);
  }

  private InvalidValueException invalid(String fault) {
    return new InvalidValueException(fault, path.toString(), in.byteOffset());
  }
}
