package io.github.vertexj.json;

import io.github.vertexj.InstanceErrors;

/**
 * What is taken for an envelope, where a server may choose.
 *
 * <p>Immutable and thread-safe.
 *
 * @param limits how much it may hold
 * @param instanceErrors whether instances that cannot be read fail the request
 * @param lenientStrings whether a string may hold control characters as they are, as with Python's
 *     {@code json.loads(body, strict=False)}; RFC 8259 wants them escaped
 */
public record EnvelopeRules(
    EnvelopeLimits limits, InstanceErrors instanceErrors, boolean lenientStrings) {

  /** The default limits, requests that fail as a whole, and strict JSON. */
  public static final EnvelopeRules DEFAULT =
      new EnvelopeRules(EnvelopeLimits.DEFAULT, InstanceErrors.REQUEST_FAILS, false);

  /** Returns these rules with other limits. */
  public EnvelopeRules limits(EnvelopeLimits chosen) {
    return new EnvelopeRules(chosen, instanceErrors, lenientStrings);
  }

  /** Returns these rules with another choice about instances at fault. */
  public EnvelopeRules instanceErrors(InstanceErrors choice) {
    return new EnvelopeRules(limits, choice, lenientStrings);
  }

  /** Returns these rules with strings that are lenient, or not. */
  public EnvelopeRules lenientStrings(boolean lenient) {
    return new EnvelopeRules(limits, instanceErrors, lenient);
  }
}
