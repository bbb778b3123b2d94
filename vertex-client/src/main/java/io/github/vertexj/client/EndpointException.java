package io.github.vertexj.client;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when an endpoint gives no predictions: it refuses, it fails, it cannot be reached, or it
 * takes too long.
 */
public final class EndpointException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String sentence;
  private final TreeMap<Integer, String> instanceErrors;

  private EndpointException(
      String message, @Nullable Throwable cause, int status, String sentence) {
    super(message, cause);
    this.status = status;
    this.sentence = sentence;
    this.instanceErrors = new TreeMap<>();
  }

  /** An answer that is an error. */
  static EndpointException answered(int status, String sentence) {
    String message = "the endpoint answered " + status;
    return new EndpointException(
        sentence.isEmpty() ? message : message + ": " + sentence, null, status, sentence);
  }

  /** An answer, though not one with the predictions expected. */
  static EndpointException unreadable(String fault, @Nullable Throwable cause) {
    return new EndpointException(fault, cause, 200, "");
  }

  /** No answer, or nothing sent. */
  static EndpointException unanswered(String fault, @Nullable Throwable cause) {
    return new EndpointException(fault, cause, 0, "");
  }

  EndpointException instanceError(int instance, String error) {
    instanceErrors.put(instance, error);
    return this;
  }

  /**
   * The status of the answer as the caller of the endpoint sees it; 0 if there was none. A shared
   * endpoint makes 400 of all the container's 4xx.
   */
  public int status() {
    return status;
  }

  /** What the container, or the platform, says of it; empty if nothing. */
  public String sentence() {
    return sentence;
  }

  /**
   * What is wrong with single instances, by their places in the list of the call; empty if it is
   * not known which they are.
   */
  public SortedMap<Integer, String> instanceErrors() {
    return Collections.unmodifiableSortedMap(instanceErrors);
  }
}
