package io.github.vertexj.tensor;

import io.github.vertexj.json.JsonScanner;
import org.jspecify.annotations.Nullable;

/**
 * Where the fields of a tensor written as an object lie: {@code shape}, {@code data} and {@code
 * datatype}, or {@code b64} alone.
 *
 * <p>Their order is free, and the numbers can only be read once the type is known, so the fields
 * are found first. Immutable and thread-safe.
 *
 * @param shapeAt the place of a field's value, 0 if there is none; so are the next three
 * @param others whether there are other fields
 * @param repeated a field that occurs twice
 * @param end the place behind the object
 */
public record TensorForm(
    int shapeAt,
    int dataAt,
    int typeAt,
    int b64At,
    boolean others,
    @Nullable String repeated,
    int end) {
  public static final String SHAPE = "shape";
  public static final String DATA = "data";
  public static final String DATATYPE = "datatype";
  public static final String B64 = "b64";
  private static final String[] FIELDS = {SHAPE, DATA, DATATYPE, B64};

  /** Whether the fields are those of a tensor, and not the names of several. */
  public boolean complete() {
    boolean alone = b64At != 0 && shapeAt == 0 && dataAt == 0 && typeAt == 0;
    return !others && (alone || (dataAt != 0 && b64At == 0));
  }

  /** Whether the object at the cursor may be this form, by its first field. */
  public static boolean mayBegin(JsonScanner in) {
    int position = in.position();
    int depth = in.depth();
    boolean known = in.enter('{');
    if (known) {
      in.name();
      known = field(in) < FIELDS.length;
    }
    in.rewind(position, depth);
    return known;
  }

  /** Finds the fields of the object at the cursor, which stays. */
  public static TensorForm scan(JsonScanner in) {
    int position = in.position();
    int depth = in.depth();
    int[] places = new int[FIELDS.length + 1];
    String repeated = null;
    for (boolean more = in.enter('{'); more; more = in.next('}')) {
      in.name();
      int field = field(in);
      if (places[field] != 0 && field < FIELDS.length) {
        repeated = FIELDS[field];
      }
      in.peek();
      places[field] = in.position();
      in.skipValue();
    }
    int end = in.position();
    in.rewind(position, depth);
    return new TensorForm(
        places[0], places[1], places[2], places[3], places[4] != 0, repeated, end);
  }

  private static int field(JsonScanner in) {
    int field = 0;
    while (field < FIELDS.length && !in.string().is(FIELDS[field])) {
      field++;
    }
    return field;
  }
}
