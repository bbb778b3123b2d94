package io.github.vertexj;

import java.nio.charset.StandardCharsets;

/**
 * The body of a streamed reply, which leaves piece by piece.
 *
 * <p>A piece is on its way when {@code write} returns, and the next one waits until it has been
 * sent: a slow client slows the writer down and no more than one piece is ever kept for it. To be
 * used by one thread at a time, until the {@link RawReply.Writer} returns.
 */
public interface ReplyStream {

  /**
   * Sends a piece; an empty one is left out.
   *
   * @param piece may be changed afterwards
   * @throws ClientGoneException if nobody reads on
   */
  void write(byte[] piece);

  /** Sends a piece of text in UTF-8; see {@link #write(byte[])}. */
  default void write(String piece) {
    write(piece.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Sends a server-sent event: its lines after {@code data: }, then an empty one (C4.7).
   *
   * @throws ClientGoneException if nobody reads on
   */
  default void event(String data) {
    write("data: " + data.replaceAll("\r\n|\r|\n", "\ndata: ") + "\n\n");
  }
}
