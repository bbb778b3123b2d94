package io.github.vertexj.tensor;

import io.github.vertexj.Shape;
import io.github.vertexj.TensorSpec;
import io.github.vertexj.TensorType;
import io.github.vertexj.json.Base64Text;
import io.github.vertexj.json.InvalidValueException;
import io.github.vertexj.json.JsonScanner;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads one tensor in any of its JSON forms and holds it against its specification.
 *
 * <p>The forms are nested numbers, flat numbers where the shape is specified, an object of {@code
 * shape}, {@code data} and {@code datatype} whose data may be {@code {"b64": …}}, and {@code
 * {"b64": …}} alone where the shape is specified. Not thread-safe.
 */
public final class TensorValue {
  private static final Map<String, TensorType> OPEN_INFERENCE_NAMES =
      Map.of("FP32", TensorType.FLOAT32, "FP64", TensorType.FLOAT64);

  private final JsonScanner in;
  private final TensorMemory memory;
  private final TensorPath path;
  private final TensorReader numbers;

  public TensorValue(JsonScanner in, TensorMemory memory, TensorPath path) {
    this.in = in;
    this.memory = memory;
    this.path = path;
    this.numbers = new TensorReader(in, memory, path);
  }

  /**
   * Reads the tensor at the cursor.
   *
   * @param anyType whether the object form may name another type than the specification's
   */
  public TensorMemory.Place read(TensorSpec spec, boolean anyType) {
    if (in.peek() == '{') {
      return readForm(TensorForm.scan(in), spec, anyType);
    }
    int offset = memory.used();
    Shape shape = numbers.read(spec.type());
    return new TensorMemory.Place(spec.type(), fit(shape, spec.shape()), offset);
  }

  /** Reads the object at the cursor, whose fields have been found. */
  public TensorMemory.Place readForm(TensorForm form, TensorSpec spec, boolean anyType) {
    if (form.repeated() != null) {
      throw invalid("the field " + form.repeated() + " occurs twice");
    }
    if (!form.complete()) {
      throw invalid(
          "a tensor is numbers in arrays, or an object of shape, data and datatype, or of b64");
    }
    int depth = in.depth();
    in.enter('{');
    TensorType type =
        form.at(TensorForm.DATATYPE) == 0 ? spec.type() : datatype(form, spec.type(), anyType);
    Shape announced = form.at(TensorForm.SHAPE) == 0 ? null : announcedShape(form);
    int offset = memory.used();
    Shape found =
        form.at(TensorForm.B64) == 0 ? data(form, type, announced, spec) : alone(form, type, spec);
    in.rewind(form.end(), depth);
    path.field("");
    TensorMemory.Place place = new TensorMemory.Place(type, fit(found, spec.shape()), offset);
    return anyType ? place : converted(place, spec.type());
  }

  private TensorMemory.Place converted(TensorMemory.Place place, TensorType wanted) {
    try {
      return memory.converted(place, wanted);
    } catch (IllegalArgumentException unfit) {
      throw invalid(String.valueOf(unfit.getMessage()));
    }
  }

  private TensorType datatype(TensorForm form, TensorType wanted, boolean anyType) {
    moveTo(form, TensorForm.DATATYPE);
    if (in.peek() != '"') {
      throw invalid("the name of a type is wanted, such as float32");
    }
    in.string().scan();
    TensorType type = typeOf(in.string().text());
    if (!anyType && !type.fits(wanted)) {
      throw invalid("the type " + wanted + " is wanted and " + type + " was given");
    }
    return type;
  }

  private TensorType typeOf(String name) {
    TensorType known = OPEN_INFERENCE_NAMES.get(name);
    try {
      return known == null ? TensorType.fromName(name) : known;
    } catch (IllegalArgumentException unknown) {
      throw invalid(String.valueOf(unknown.getMessage()));
    }
  }

  private Shape announcedShape(TensorForm form) {
    moveTo(form, TensorForm.SHAPE);
    return shape();
  }

  /** Reads the array of sizes at the cursor. */
  public Shape shape() {
    if (in.peek() != '[') {
      throw invalid("an array of sizes is wanted");
    }
    int[] sizes = new int[in.rules().maxDepth()];
    int rank = 0;
    for (boolean more = in.enter('['); more; more = in.next(']')) {
      if (rank == sizes.length) {
        throw invalid("a tensor has at most " + rank + " dimensions");
      }
      sizes[rank++] = size();
    }
    try {
      return Shape.of(Arrays.copyOf(sizes, rank));
    } catch (IllegalArgumentException tooLarge) {
      throw invalid(String.valueOf(tooLarge.getMessage()));
    }
  }

  private int size() {
    int first = in.peek();
    boolean isNumber = first == '-' || (first >= '0' && first <= '9');
    if (isNumber) {
      in.number().scan();
    }
    if (!isNumber || !in.number().isWhole(0, Integer.MAX_VALUE)) {
      throw invalid("a size is a whole number from 0 on");
    }
    return (int) in.number().whole();
  }

  private Shape data(TensorForm form, TensorType type, @Nullable Shape announced, TensorSpec spec) {
    moveTo(form, TensorForm.DATA);
    if (in.peek() == '{') {
      if (!in.enter('{') || !nameIsB64()) {
        throw invalid("numbers or an object of b64 alone are wanted");
      }
      Shape shape = binary(type, announced == null ? spec.shape() : announced);
      if (in.next('}')) {
        throw invalid("numbers or an object of b64 alone are wanted");
      }
      return shape;
    }
    return asAnnounced(numbers.read(type), announced);
  }

  /** Reads numbers, nested or flat, at the cursor, and returns the shape they came in. */
  public Shape numbers(TensorType type) {
    return numbers.read(type);
  }

  /** The shape of numbers that came in one shape and were announced, perhaps, in another. */
  public Shape asAnnounced(Shape found, @Nullable Shape announced) {
    if (announced == null || found.equals(announced)) {
      return found;
    }
    if (found.rank() == 1 && found.elements() == announced.elements()) {
      return announced;
    }
    throw invalid("the shape is said to be " + announced + " and numbers came as " + found);
  }

  private boolean nameIsB64() {
    in.name();
    return in.string().is(TensorForm.B64);
  }

  private Shape alone(TensorForm form, TensorType type, TensorSpec spec) {
    moveTo(form, TensorForm.B64);
    return binary(type, spec.shape());
  }

  /** Reads base64 text of the little-endian elements. */
  private Shape binary(TensorType type, @Nullable Shape shape) {
    if (shape == null || !shape.fixed()) {
      throw invalid("a shape is wanted beside base64");
    }
    if (in.peek() != '"') {
      throw invalid("base64 text is wanted");
    }
    in.string().scan();
    ByteBuffer bytes = Base64Text.decode(in.string().bytes());
    if (bytes == null) {
      throw invalid("this text is not base64");
    }
    int length = bytes.remaining();
    if (length != (long) shape.elements() * type.bytes()) {
      throw invalid(length + " bytes do not fill " + type + shape);
    }
    if (!memory.ensure(length, length)) {
      throw invalid(TensorMemory.TOO_LARGE);
    }
    if (!memory.append(bytes, type)) {
      throw invalid(TensorMemory.NO_BOOL);
    }
    return shape;
  }

  private Shape fit(Shape found, @Nullable Shape wanted) {
    Shape fitting = fitting(found, wanted);
    if (fitting == null) {
      throw invalid("the shape " + wanted + " is wanted and " + found + " was found");
    }
    return fitting;
  }

  /** The shape that an instance's tensor has from now on; null if it does not fit. */
  public static @Nullable Shape fitting(Shape found, @Nullable Shape wanted) {
    if (wanted == null || wanted.accepts(found)) {
      return found;
    }
    boolean flat = wanted.fixed() && found.rank() == 1;
    return flat && found.elements() == wanted.elements() ? wanted : null;
  }

  private void moveTo(TensorForm form, String field) {
    in.rewind(form.at(field), in.depth());
    path.field(field);
  }

  private InvalidValueException invalid(String fault) {
    return numbers.invalidTensor(fault);
  }
}
