package io.github.vertexj.envelope;

/**
 * Which fields an object may lack or have that is read into a class of yours.
 *
 * <p>Immutable and thread-safe.
 *
 * @param missingRefused whether a record's component must be there and may not be null, unless it
 *     is an {@code Optional} or annotated as nullable; a primitive always must
 * @param unknownRefused whether a field that the class does not know is refused
 */
public record FieldRules(boolean missingRefused, boolean unknownRefused) {

  /** What a record does not call nullable must be there; what it does not know is ignored. */
  public static final FieldRules DEFAULT = new FieldRules(true, false);

  /** Returns these rules with missing fields refused, or not. */
  public FieldRules missingRefused(boolean refused) {
    return new FieldRules(refused, unknownRefused);
  }

  /** Returns these rules with unknown fields refused, or not. */
  public FieldRules unknownRefused(boolean refused) {
    return new FieldRules(missingRefused, refused);
  }
}
