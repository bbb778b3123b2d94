package io.github.vertexj.envelope;

import io.github.vertexj.InstanceErrors;
import io.github.vertexj.json.JsonRules;

/**
 * What is taken for an envelope, where a server may choose.
 *
 * <p>Immutable and thread-safe.
 *
 * @param json what is taken for JSON
 * @param maxInstances the most instances of a request
 * @param instanceErrors whether instances that cannot be read fail the request
 * @param fields which fields an instance may lack or have
 */
public record EnvelopeRules(
    JsonRules json, int maxInstances, InstanceErrors instanceErrors, FieldRules fields) {

  /** The default JSON, at most a million instances, and requests that fail as a whole. */
  public static final EnvelopeRules DEFAULT =
      new EnvelopeRules(
          JsonRules.DEFAULT, 1_000_000, InstanceErrors.REQUEST_FAILS, FieldRules.DEFAULT);

  /**
   * Checks the limit.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public EnvelopeRules {
    if (maxInstances <= 0) {
      throw new IllegalArgumentException("maxInstances must be positive, not " + maxInstances);
    }
  }

  /** Returns these rules with other JSON. */
  public EnvelopeRules json(JsonRules chosen) {
    return new EnvelopeRules(chosen, maxInstances, instanceErrors, fields);
  }

  /** Returns these rules with another limit of instances. */
  public EnvelopeRules maxInstances(int most) {
    return new EnvelopeRules(json, most, instanceErrors, fields);
  }

  /** Returns these rules with another choice about faulty instances. */
  public EnvelopeRules instanceErrors(InstanceErrors choice) {
    return new EnvelopeRules(json, maxInstances, choice, fields);
  }

  /** Returns these rules with others for fields. */
  public EnvelopeRules fields(FieldRules chosen) {
    return new EnvelopeRules(json, maxInstances, instanceErrors, chosen);
  }

  /** Returns these rules with strings that are lenient, or not. */
  public EnvelopeRules lenientStrings(boolean lenient) {
    return json(json.lenientStrings(lenient));
  }
}
