package io.github.vertexj.tensor;

import io.github.vertexj.json.JsonScanner;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the fields of a tensor written as an object lie: {@code shape}, {@code data} and {@code
 * datatype}, or {@code b64} alone.
 *
 * <p>Their order is free, and the numbers can only be read once the type is known, so the fields
 * are found first. Not thread-safe.
 */
public final class TensorForm {
  static final String SHAPE = "shape";
  static final String DATA = "data";
  static final String DATATYPE = "datatype";
  static final String B64 = "b64";
  private static final List<String> FIELDS = List.of(SHAPE, DATA, DATATYPE, B64);
  private static final int OTHER = FIELDS.size();

  private final int[] places = new int[OTHER + 1];
  private @Nullable String repeated;
  private int end;

  private TensorForm() {}

  /** The place of a field's value; 0 if there is none. */
  int at(String field) {
    return places[FIELDS.indexOf(field)];
  }

  /** A field that occurs twice; null if none does. */
  @Nullable String repeated() {
    return repeated;
  }

  /** The place behind the object. */
  int end() {
    return end;
  }

  /** Whether this is the name of a field. */
  public static boolean isField(String name) {
    return FIELDS.contains(name);
  }

  /** Whether the fields are those of a tensor, and not the names of several. */
  public boolean complete() {
    boolean alone = at(B64) != 0 && at(SHAPE) == 0 && at(DATA) == 0 && at(DATATYPE) == 0;
    return places[OTHER] == 0 && (alone || (at(DATA) != 0 && at(B64) == 0));
  }

  /** Whether the object at the cursor may be this form, by its first field. */
  public static boolean mayBegin(JsonScanner in) {
    int position = in.position();
    int depth = in.depth();
    boolean known = in.enter('{');
    if (known) {
      in.name();
      known = in.string().placeAmong(FIELDS) >= 0;
    }
    in.rewind(position, depth);
    return known;
  }

  /** Finds the fields of the object at the cursor, which stays. */
  public static TensorForm scan(JsonScanner in) {
    int position = in.position();
    int depth = in.depth();
    TensorForm form = new TensorForm();
    for (boolean more = in.enter('{'); more; more = in.next('}')) {
      in.name();
      int known = in.string().placeAmong(FIELDS);
      int field = known < 0 ? OTHER : known;
      if (form.places[field] != 0 && field != OTHER) {
        form.repeated = FIELDS.get(field);
      }
      in.peek();
      form.places[field] = in.position();
      in.skipValue();
    }
    form.end = in.position();
    in.rewind(position, depth);
    return form;
  }
}
