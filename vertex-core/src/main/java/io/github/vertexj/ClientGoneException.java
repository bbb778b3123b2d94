package io.github.vertexj;

/**
 * Thrown to a {@link RawHandler} or a {@link RawReply.Writer} when nobody waits for its reply any
 * more: the client has gone or stopped reading, its deadline has passed, or the server ends. Best
 * left alone, so that it ends the work.
 */
public final class ClientGoneException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception that says why. */
  public ClientGoneException(String message) {
    super(message, null, false, false); // an ordinary thing: no stack trace
  }
}
